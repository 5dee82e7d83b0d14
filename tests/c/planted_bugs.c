/* The positive control of the sanitizers and of valgrind: each argument is a bug that they must find. */
#include <imza.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    const char *bug = argc > 1 ? argv[1] : "";
    imza_dlga_signer *signer = NULL;
    char *text = malloc(8);
    volatile size_t length = 0;
    if (strcmp(bug, "overflow") == 0) {
        /* The capacity is a lie: the library writes behind the buffer's end. */
        return imza_dlga_date(0, text, 64, (size_t *)&length, NULL) != IMZA_OK;
    }
    if (strcmp(bug, "nul") == 0) {
        /* A lie of one byte: the library alone writes it, so only a library that is itself instrumented sees it. */
        char *date = malloc(29);
        imza_status status = imza_dlga_date(0, date, 30, (size_t *)&length, NULL);
        free(date), free(text);
        return status != IMZA_OK;
    }
    if (strcmp(bug, "leak") == 0) {
        free(text);
        return imza_dlga_signer_new(imza_str_from("id"), imza_str_from("secret"), &signer, NULL) != IMZA_OK;
    }
    if (strcmp(bug, "undefined") == 0) {
        volatile int32_t largest = INT32_MAX;
        largest = largest + 1;
        return 0;
    }
    free(text);
    return 0;
}
