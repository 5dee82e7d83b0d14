/* DLGA-4 and DLGA-8 through imza_dlga_verify_headers and its stream: which of all received headers count, and what is
 * refused, whole and in pieces alike. */
#include "check.h"

#define DATE "Tue, 09 Mar 2021 13:28:32 GMT"
#define AUTHORIZATION "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="
#define BODY "{\"customerId\":\"123456\"}"
#define RESOURCE "/v1/application/finishonlinehelp"
#define NOW INT64_C(1615296512)

#define FIELD(name, value)                                                                                          \
    { {name, sizeof(name) - 1}, {value, sizeof(value) - 1} }
#define TYPE FIELD("Content-Type", "application/json")
#define SIGNED_DATE FIELD("X-DLG-Date", DATE)
#define REQUESTER FIELD("x-dlg-requester-userid", "45186")
#define SIGNATURE FIELD("X-DLG-AUTHORIZATION", AUTHORIZATION)
#define NOTHING FIELD("accept", "*/*")

static imza_dlga_verifier *verifier;

static imza_dlga_request a_request(const char *content_type) {
    imza_dlga_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = imza_str_from("POST");
    request.content_type = imza_str_from(content_type);
    request.date = imza_str_from("it is not used");
    request.resource = imza_str_from(RESOURCE);
    request.body = imza_str_from(BODY);
    return request;
}

static imza_status in_pieces(const char *content_type, const imza_field *headers, size_t count, imza_error *error) {
    imza_dlga_verify_stream *stream = NULL;
    imza_status status = imza_dlga_verify_stream_begin_headers(
        verifier, imza_str_from("POST"), imza_str_from(content_type), headers, count, 0, &stream, error);
    CHECK((status == IMZA_OK) == (stream != NULL));
    if (status == IMZA_OK) {
        CHECK_STATUS(imza_dlga_verify_stream_update(stream, imza_str_from(BODY), NULL), IMZA_OK);
        status = imza_dlga_verify_stream_finish(stream, imza_str_from(RESOURCE), NOW, error);
    }
    imza_dlga_verify_stream_free(stream);
    return status;
}

static void the_verdict_is(imza_status expected, const char *words, const char *content_type, const imza_field *headers,
                           size_t count) {
    imza_dlga_request request = a_request(content_type);
    imza_error error = new_error();
    checked_case = words;
    CHECK_STATUS(imza_dlga_verify_headers(verifier, &request, headers, count, NOW, &error), expected);
    CHECK(error.status == expected && strstr(error.message, words) != NULL);
    CHECK(error.key_index == (expected == IMZA_OK ? 0 : -1));
    error = new_error();
    CHECK_STATUS(in_pieces(content_type, headers, count, &error), expected);
    CHECK(error.status == expected && strstr(error.message, words) != NULL);
    CHECK_STATUS(imza_dlga_verify_headers(verifier, &request, headers, count, NOW, NULL), expected);
}

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define IS(expected, words, content_type, ...)                                                                      \
    do {                                                                                                            \
        const imza_field headers_[] = {__VA_ARGS__};                                                                \
        the_verdict_is(expected, words, content_type, headers_, COUNT(headers_));                                   \
    } while (0)

int main(void) {
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, imza_str_from("key-id"), imza_str_from("not-a-real-secret"), NULL),
                 IMZA_OK);

    /* In any order and case, among others, with HTTP/2's pseudo-headers, names that are no UTF-8, and any bytes. */
    IS(IMZA_OK, "", "application/json", SIGNED_DATE, REQUESTER, SIGNATURE);
    IS(IMZA_OK, "", "application/json", FIELD(":method", "GET"), FIELD(":path", "/other"), SIGNATURE, NOTHING, REQUESTER,
       FIELD("x-\xff", "\xff\0"), NOTHING, SIGNED_DATE, FIELD("", ""), FIELD("cookie", "\xff\xfe\n"));
    /* Spaces around a value do not count. */
    IS(IMZA_OK, "", "application/json", FIELD("x-dlg-date", "  " DATE "\t"), REQUESTER, SIGNATURE);
    /* The other set of names, and the x-dlg ones where both are there. */
    IS(IMZA_OK, "", "application/json", FIELD("Date", DATE), FIELD("X-Requester-UserId", "45186"),
       FIELD("X-Authorization", AUTHORIZATION));
    IS(IMZA_OK, "", "application/json", FIELD("Date", "of the HTTP stack"), SIGNED_DATE, REQUESTER, SIGNATURE);

    /* The content type is the request's, or where that is empty, the received one. */
    IS(IMZA_OK, "", "", SIGNED_DATE, REQUESTER, SIGNATURE, TYPE);
    IS(IMZA_OK, "", "application/json", SIGNED_DATE, REQUESTER, SIGNATURE, FIELD("content-type", "text/plain"));
    IS(IMZA_DLGA_SIGNATURE_MISMATCH, "does not match", "", SIGNED_DATE, REQUESTER, SIGNATURE);
    IS(IMZA_DLGA_SIGNATURE_MISMATCH, "does not match", "", SIGNED_DATE, REQUESTER, SIGNATURE,
       FIELD("content-type", "text/plain"));
    IS(IMZA_DLGA_FORMAT_INVALID, "Content-Type", "", SIGNED_DATE, REQUESTER, SIGNATURE, TYPE, TYPE);
    IS(IMZA_DLGA_FORMAT_INVALID, "Content-Type", "application/json", SIGNED_DATE, REQUESTER, SIGNATURE, TYPE,
       FIELD("CONTENT-TYPE", "text/plain"));

    /* What is missing comes before what occurs twice. */
    IS(IMZA_DLGA_HEADERS_MISSING, "x-dlg-date", "", REQUESTER, SIGNATURE, TYPE);
    IS(IMZA_DLGA_HEADERS_MISSING, "x-dlg-requester-userid", "", SIGNED_DATE, SIGNATURE, TYPE, TYPE);
    IS(IMZA_DLGA_HEADERS_MISSING, "x-dlg-authorization", "", SIGNED_DATE, SIGNED_DATE, REQUESTER);
    IS(IMZA_DLGA_HEADERS_MISSING, "x-dlg-date", "", FIELD("x-dlg-date", " "), REQUESTER, SIGNATURE);
    IS(IMZA_DLGA_FORMAT_INVALID, "x-dlg-date", "", SIGNED_DATE, REQUESTER, SIGNATURE, TYPE, SIGNED_DATE);
    IS(IMZA_DLGA_FORMAT_INVALID, "x-dlg-authorization", "", SIGNATURE, SIGNATURE, SIGNED_DATE, REQUESTER, TYPE);
    /* Also in the set that is not used. */
    IS(IMZA_DLGA_FORMAT_INVALID, "Date", "", SIGNED_DATE, REQUESTER, SIGNATURE, TYPE, FIELD("date", "1"), FIELD("Date", "2"));
    the_verdict_is(IMZA_DLGA_HEADERS_MISSING, "x-dlg-date", "application/json", NULL, 0);
    imza_dlga_verifier_free(verifier);
    return checks_done("all headers of a request");
}
