/* Verdicts that are not looked at: a compiler warns of each one. Compiled only. */
#include <imza.h>

void ignore_every_verdict(void) {
    const imza_str text = {NULL, 0};
    imza_dlga_verify_stream *stream = NULL;
    imza_dlga_verify(NULL, NULL, text, text, 0, NULL);
    imza_dlga_verify_headers(NULL, NULL, NULL, 0, 0, NULL);
    imza_dlga_verify_stream_begin_headers(NULL, text, text, NULL, 0, 0, &stream, NULL);
    imza_dlga_verify_stream_begin(NULL, text, text, text, text, text, 0, &stream, NULL);
    imza_dlga_verify_stream_finish(stream, text, 0, NULL);
    imza_dlga_verify_many(NULL, NULL, 0, NULL, NULL);
    imza_haso_verify(NULL, NULL, NULL, 0, text, NULL);
    imza_haso_verify_many(NULL, NULL, NULL, 0, NULL, NULL);
}
