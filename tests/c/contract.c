/* The contract at the head of imza.h, and every refusal with its status, place and message. */
#include "check.h"

#include <stdlib.h>

static const imza_str EMPTY = {NULL, 0};
static char room[1024];
static size_t length;
static imza_error error;

static imza_str bytes(const char *ptr, size_t len) {
    imza_str str;
    str.ptr = ptr;
    str.len = len;
    return str;
}
#define BYTES(literal) bytes("" literal, sizeof(literal) - 1)

static imza_dlga_request valid_request(void) {
    imza_dlga_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = BYTES("POST");
    request.content_type = BYTES("application/json");
    request.date = BYTES("Tue, 09 Mar 2021 13:28:32 GMT");
    request.resource = BYTES("/v1/application/finishonlinehelp");
    request.body = BYTES("{\"customerId\":\"123456\"}");
    return request;
}
#define NOW INT64_C(1615296512)
#define AUTHORIZATION "DLGA key-id:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="
#define SECRET "not-a-real-secret"

static imza_dlga_signer *a_signer(void) {
    imza_dlga_signer *signer = NULL;
    CHECK_STATUS(imza_dlga_signer_new(BYTES("key-id"), BYTES(SECRET), &signer, NULL), IMZA_OK);
    return signer;
}

static imza_dlga_verifier *a_verifier(void) {
    imza_dlga_verifier *verifier = NULL;
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, BYTES("key-id"), BYTES(SECRET), NULL), IMZA_OK);
    return verifier;
}

#define CHECK_ERROR(call, expected, expected_http, expected_offset, expected_words)                                 \
    do {                                                                                                            \
        error = new_error();                                                                                        \
        CHECK_STATUS(call, expected);                                                                               \
        CHECK(error.status == (expected));                                                                          \
        CHECK(error.http_status == (expected_http));                                                                \
        CHECK(error.offset == (expected_offset));                                                                   \
        CHECK(strstr(error.message, expected_words) != NULL);                                                       \
        if (checks_failed != 0) fprintf(stderr, "    offset %zu: %s\n", error.offset, error.message);               \
    } while (0)

/* Outputs stay untouched where a call fails; DLGA-13. */
static void a_signer_is_refused(void) {
    imza_dlga_signer *const before = (imza_dlga_signer *)room;
    imza_dlga_signer *out = before;
    CHECK_ERROR(imza_dlga_signer_new(EMPTY, BYTES("s"), &out, &error), IMZA_INVALID_ARGUMENT, 0, SIZE_MAX, "empty");
    CHECK_ERROR(imza_dlga_signer_new(BYTES("id"), EMPTY, &out, &error), IMZA_INVALID_ARGUMENT, 0, SIZE_MAX, "secret");
    CHECK_ERROR(imza_dlga_signer_new(BYTES("i:d"), BYTES("s"), &out, &error), IMZA_INVALID_ARGUMENT, 0, 1, "`:`");
    CHECK_ERROR(imza_dlga_signer_new(BYTES("id "), BYTES("s"), &out, &error), IMZA_INVALID_ARGUMENT, 0, 2, "blank");
    CHECK_ERROR(imza_dlga_signer_new(BYTES("i\0d"), BYTES("s"), &out, &error), IMZA_INVALID_ARGUMENT, 0, 1, "NUL");
    CHECK_ERROR(imza_dlga_signer_new(BYTES("ab\xff"), BYTES("s"), &out, &error), IMZA_INVALID_ARGUMENT, 0, 2, "UTF-8");
    CHECK_ERROR(imza_dlga_signer_new(EMPTY, bytes(NULL, 5), &out, &error), IMZA_NULL_POINTER, 0, SIZE_MAX, "secret");
    CHECK(out == before);
}

/* DLGA-13, DLGA-18: what cannot be signed is an invalid argument, and says where. */
static void a_request_cannot_be_signed(void) {
    imza_dlga_signer *signer = a_signer();
    imza_dlga_request request;
    struct {
        size_t member;
        imza_str value;
        size_t offset;
        const char *words;
    } const cases[] = {
        {offsetof(imza_dlga_request, method), BYTES(""), SIZE_MAX, "method"},
        {offsetof(imza_dlga_request, method), BYTES("PO ST"), 2, "method"},
        {offsetof(imza_dlga_request, content_type), BYTES("a\r\nb"), 1, "content type"},
        {offsetof(imza_dlga_request, date), BYTES(""), SIZE_MAX, "date is empty"},
        {offsetof(imza_dlga_request, date), BYTES("yesterday"), 0, "pattern"},
        {offsetof(imza_dlga_request, date), BYTES("Mon, 09 Mar 2021 13:28:32 GMT"), 0, "Tue"},
        {offsetof(imza_dlga_request, date), BYTES("Tue, 09 Mar 2021 13:28:32 GMT\n"), 29, "pattern"},
        {offsetof(imza_dlga_request, resource), BYTES(""), SIZE_MAX, "resource"},
        {offsetof(imza_dlga_request, resource), BYTES("v1"), 0, "`/`"},
        {offsetof(imza_dlga_request, resource), BYTES("/v1#top"), 3, "`#`"},
        {offsetof(imza_dlga_request, resource), BYTES("/v\0"), 2, "NUL"},
    };
    size_t index;
    for (index = 0; index < sizeof cases / sizeof *cases; index++) {
        request = valid_request();
        memcpy((char *)&request + cases[index].member, &cases[index].value, sizeof(imza_str));
        length = 77;
        room[0] = '#';
        CHECK_ERROR(imza_dlga_sign(signer, &request, room, sizeof room, &length, &error), IMZA_INVALID_ARGUMENT, 0,
                    cases[index].offset, cases[index].words);
        CHECK(length == 77 && room[0] == '#');
        /* Arguments are judged before the buffer. */
        CHECK_STATUS(imza_dlga_sign(signer, &request, NULL, 0, &length, &error), IMZA_INVALID_ARGUMENT);
        CHECK(length == 77);
    }
    for (index = 0; index < 2; index++) {
        request = valid_request();
        request.body_line = index == 0 ? 3 : -1;
        CHECK_ERROR(imza_dlga_sign(signer, &request, room, sizeof room, &length, &error), IMZA_INVALID_ARGUMENT, 0,
                    SIZE_MAX, "body_line");
        CHECK_ERROR(imza_dlga_string_to_sign(&request, room, sizeof room, &length, &error), IMZA_INVALID_ARGUMENT, 0,
                    SIZE_MAX, "body_line");
    }
    imza_dlga_signer_free(signer);
}

/* A larger struct than the library knows is accepted, and its tail ignored; a smaller one than the first version is
 * refused. That the tail is not touched is tested by nulls.py: this program is also compiled against an older header. */
static void structs_have_a_size(void) {
    imza_dlga_signer *signer = a_signer();
    struct {
        imza_dlga_request known;
        char tail[64];
    } request;
    struct {
        imza_error known;
        char tail[64];
    } large;
    const size_t too_small[] = {0, 1, sizeof(void *) == 8 ? 88 : 8, sizeof(imza_dlga_request) - 1};
    size_t index;

    memset(&request, 0x77, sizeof request);
    request.known = valid_request();
    request.known.struct_size = sizeof request;
    memset(&large, 0x77, sizeof large);
    large.known.struct_size = sizeof large;
    CHECK_STATUS(imza_dlga_sign(signer, &request.known, room, sizeof room, &length, &large.known), IMZA_OK);
    CHECK(strcmp(room, AUTHORIZATION) == 0);
    CHECK(large.known.status == IMZA_OK && large.known.struct_size == sizeof large);
    for (index = 0; index < sizeof too_small / sizeof *too_small; index++) {
        request.known.struct_size = too_small[index];
        CHECK_ERROR(imza_dlga_sign(signer, &request.known, room, sizeof room, &length, &error), IMZA_INVALID_ARGUMENT,
                    0, SIZE_MAX, "struct_size");
    }
    imza_dlga_signer_free(signer);
}

/* `capacity` counts the NUL, `*length` does not. */
static void texts_go_into_buffers(void) {
    imza_dlga_signer *signer = a_signer();
    imza_dlga_request request = valid_request();
    size_t capacity;

    for (capacity = 0; capacity <= strlen(AUTHORIZATION); capacity++) {
        char *buffer = malloc(capacity + 1);
        memset(buffer, '#', capacity + 1);
        length = 0;
        CHECK_ERROR(imza_dlga_sign(signer, &request, buffer, capacity, &length, &error), IMZA_BUFFER_TOO_SMALL, 0,
                    SIZE_MAX, "buffer");
        CHECK(length == strlen(AUTHORIZATION));
        CHECK(memchr(buffer, '#', capacity + 1) == buffer && buffer[capacity] == '#');
        free(buffer);
    }
    CHECK_STATUS(imza_dlga_sign(signer, &request, room, length + 1, &length, &error), IMZA_OK);
    CHECK(strcmp(room, AUTHORIZATION) == 0);

    CHECK_ERROR(imza_dlga_date(NOW, room, sizeof room, &length, &error), IMZA_OK, 0, SIZE_MAX, "");
    CHECK(length == 29 && strcmp(room, "Tue, 09 Mar 2021 13:28:32 GMT") == 0);
    CHECK(error.message[0] == '\0' && error.key_index == -1);
    CHECK_STATUS(imza_dlga_date(NOW, room, 29, &length, &error), IMZA_BUFFER_TOO_SMALL);
    CHECK_ERROR(imza_dlga_date(-1, room, 29, &length, &error), IMZA_INVALID_ARGUMENT, 0, SIZE_MAX, "1970");
    CHECK_STATUS(imza_dlga_date(INT64_MIN, NULL, 0, &length, &error), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_dlga_date(INT64_MAX, NULL, 0, &length, &error), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_dlga_date(INT64_C(253402300799), room, 30, &length, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_date(INT64_C(253402300800), room, 30, &length, &error), IMZA_INVALID_ARGUMENT);

    /* NUL bytes of a body stand in the string to sign: DLGA-7. */
    request.body = BYTES("a\0b");
    CHECK_STATUS(imza_dlga_string_to_sign(&request, room, sizeof room, &length, &error), IMZA_OK);
    CHECK(length == 5 + 17 + 30 + 4 + 32 && memcmp(room + 52, "a\0b\n/v1", 7) == 0 && room[length] == '\0');

    /* Lengths that no memory has. */
    request = valid_request();
    request.body.len = SIZE_MAX;
    CHECK_ERROR(imza_dlga_sign(signer, &request, room, sizeof room, &length, &error), IMZA_INVALID_ARGUMENT, 0,
                SIZE_MAX, "request.body");
    request = valid_request();
    CHECK_ERROR(imza_dlga_sign(signer, &request, room, SIZE_MAX, &length, &error), IMZA_INVALID_ARGUMENT, 0, SIZE_MAX,
                "capacity");
    imza_dlga_signer_free(signer);
}

static imza_status verify(imza_dlga_verifier *verifier, const char *date, const char *authorization,
                          const char *requester, int64_t now) {
    imza_dlga_request request = valid_request();
    request.date = imza_str_from(date);
    return imza_dlga_verify(verifier, &request, imza_str_from(authorization), imza_str_from(requester), now, &error);
}

/* DLGA-14 to DLGA-20: the verdicts, in the vendor's order. */
static void a_request_is_refused(void) {
    imza_dlga_verifier *verifier = a_verifier();
    imza_dlga_request request = valid_request();
    const char *date = "Tue, 09 Mar 2021 13:28:32 GMT";
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, BYTES("key-id"), BYTES("older"), NULL), IMZA_OK);

    CHECK_ERROR(verify(verifier, date, AUTHORIZATION, "45186", NOW), IMZA_OK, 0, SIZE_MAX, "");
    CHECK(error.key_index == 0);
    CHECK_ERROR(verify(verifier, date, " " AUTHORIZATION "\t", " 45186", NOW + 900), IMZA_OK, 0, SIZE_MAX, "");

    CHECK_ERROR(verify(verifier, "", AUTHORIZATION, "45186", NOW), IMZA_DLGA_HEADERS_MISSING, 400, SIZE_MAX,
                "x-dlg-date");
    CHECK_ERROR(verify(verifier, date, "", "45186", NOW), IMZA_DLGA_HEADERS_MISSING, 400, SIZE_MAX,
                "x-dlg-authorization");
    CHECK_ERROR(verify(verifier, date, AUTHORIZATION, " ", NOW), IMZA_DLGA_HEADERS_MISSING, 400, SIZE_MAX,
                "x-dlg-requester-userid");
    CHECK_ERROR(verify(verifier, date, "Bearer x", "45186", NOW), IMZA_DLGA_FORMAT_INVALID, 400, 0, "DLGA");
    CHECK_ERROR(verify(verifier, date, "DLGA nosignature", "45186", NOW), IMZA_DLGA_FORMAT_INVALID, 400, 16, "`:`");
    CHECK_ERROR(verify(verifier, date, "DLGA key-id:4J2OtxTeMpyfMad4y26RaKA/rrk=", "45186", NOW),
                IMZA_DLGA_FORMAT_INVALID, 400, 12, "SHA1");
    CHECK_ERROR(verify(verifier, date, AUTHORIZATION, "4\n5", NOW), IMZA_DLGA_FORMAT_INVALID, 400, 1, "requester");
    CHECK_ERROR(verify(verifier, "Tue, 09 Mar 2021", AUTHORIZATION, "45186", NOW), IMZA_DLGA_DATE_INVALID, 400, 16,
                "pattern");
    CHECK_ERROR(verify(verifier, "Tue, 09 Mar 2021 13:28:33 GMT", AUTHORIZATION, "45186", NOW),
                IMZA_DLGA_SIGNATURE_MISMATCH, 401, SIZE_MAX, "does not match");
    CHECK(error.key_index == -1);
    CHECK_ERROR(verify(verifier, date, "DLGA other:0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c=", "45186", NOW),
                IMZA_DLGA_SIGNATURE_MISMATCH, 401, SIZE_MAX, "no key is held");
    CHECK_ERROR(verify(verifier, date, AUTHORIZATION, "45186", NOW + 901), IMZA_DLGA_CLOCK_SKEW, 403, SIZE_MAX,
                "901 seconds behind");
    CHECK(error.key_index == 0);
    CHECK_ERROR(verify(verifier, date, AUTHORIZATION, "45186", INT64_MIN), IMZA_DLGA_CLOCK_SKEW, 403, SIZE_MAX,
                "ahead");
    request.resource = BYTES("no slash");
    CHECK_ERROR(imza_dlga_verify(verifier, &request, BYTES(AUTHORIZATION), BYTES("45186"), NOW, &error),
                IMZA_DLGA_FORMAT_INVALID, 400, 2, "resource");

    /* DLGA-19: the windows, and the clock switched off and on by name. */
    CHECK_STATUS(imza_dlga_verifier_window(verifier, 10, 0, NULL), IMZA_OK);
    CHECK_STATUS(verify(verifier, date, AUTHORIZATION, "45186", NOW + 10), IMZA_OK);
    CHECK_STATUS(verify(verifier, date, AUTHORIZATION, "45186", NOW + 11), IMZA_DLGA_CLOCK_SKEW);
    CHECK_STATUS(verify(verifier, date, AUTHORIZATION, "45186", NOW - 1), IMZA_DLGA_CLOCK_SKEW);
    CHECK_ERROR(imza_dlga_verifier_window(verifier, -1, 0, &error), IMZA_INVALID_ARGUMENT, 0, SIZE_MAX, "past");
    CHECK_ERROR(imza_dlga_verifier_window(verifier, 0, -1, &error), IMZA_INVALID_ARGUMENT, 0, SIZE_MAX, "future");
    CHECK_STATUS(imza_dlga_verifier_ignore_clock(verifier, NULL), IMZA_OK);
    CHECK_STATUS(verify(verifier, date, AUTHORIZATION, "45186", INT64_MIN), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_window(verifier, INT64_MAX, INT64_MAX, NULL), IMZA_OK);
    CHECK_STATUS(verify(verifier, date, AUTHORIZATION, "45186", NOW + 1000000), IMZA_OK);

    /* The message is cut in a character, never within one. */
    {
        char long_id[600];
        size_t at;
        strcpy(long_id, "DLGA ");
        for (at = 5; at < 5 + 500; at += 2) {
            memcpy(long_id + at, "\xc3\xbc", 2);
        }
        strcpy(long_id + at, strchr(AUTHORIZATION, ':'));
        CHECK_ERROR(verify(verifier, date, long_id, "45186", NOW), IMZA_DLGA_SIGNATURE_MISMATCH, 401, SIZE_MAX, "\xc3");
        CHECK(memchr(error.message, '\0', sizeof error.message) != NULL);
    }
    imza_dlga_verifier_free(verifier);
}

#define FIELD(name, value)                                                                                          \
    { {name, sizeof(name) - 1}, {value, sizeof(value) - 1} }

/* HASO-2 to HASO-11. */
static void a_token_is_refused(void) {
    imza_haso_merchant *merchant = NULL;
    imza_haso_merchant *no_merchant = NULL;
    imza_haso_recipe *recipe = NULL;
    imza_haso_recipe *no_recipe = NULL;
    const imza_field good[] = {FIELD("customerId", "5500123"), FIELD("dealerSegment", "GOLD")};
    const imza_field missing[] = {FIELD("customerId", "5500123"), FIELD("dealerSegment", "")};
    const imza_field unknown[] = {FIELD("customerId", "5500123"), FIELD("dealersegment", "GOLD")};
    const imza_field another[] = {FIELD("customerId", "5500123"), FIELD("colour", "GOLD")};
    const imza_field twice[] = {FIELD("customerId", "5500123"), FIELD("customerId", "5500123")};
    const imza_field too_long[] = {FIELD("customerId", "5500123"), FIELD("dealerSegment", "\xc3\x87OKUZUNSEGMENT")};
    const imza_field not_utf8[] = {FIELD("customerId", "55\xff"), FIELD("dealerSegment", "GOLD")};
    const imza_field not_utf8_name[] = {FIELD("customerId", "55"), FIELD("dealer\xc3", "GOLD")};
    /* A name that a stranger has chosen: it may not break a log, nor cut the message short at its NUL. */
    const imza_field hostile[] = {FIELD("customerId", "55"), FIELD("a\n\0b", "\xff")};
    const imza_field without_end[] = {FIELD("customerId", "55"),
                                      FIELD("0123456789012345678901234567890123456789012345678901234567890123456789",
                                            "\xff")};
    const imza_field null_and_not_utf8[] = {FIELD("customerId", "55\xff"), {{NULL, 0}, {NULL, 3}}};
    char token[64];

    CHECK_ERROR(imza_haso_merchant_new(EMPTY, BYTES("k"), BYTES("s"), &no_merchant, &error), IMZA_INVALID_ARGUMENT, 0,
                SIZE_MAX, "merchant id");
    CHECK_ERROR(imza_haso_merchant_new(BYTES("1"), EMPTY, BYTES("s"), &no_merchant, &error), IMZA_INVALID_ARGUMENT, 0,
                SIZE_MAX, "key");
    CHECK_ERROR(imza_haso_merchant_new(BYTES("1"), BYTES("k"), EMPTY, &no_merchant, &error), IMZA_INVALID_ARGUMENT, 0,
                SIZE_MAX, "salt");
    CHECK_ERROR(imza_haso_merchant_new(BYTES("\xff"), BYTES("k"), BYTES("s"), &no_merchant, &error),
                IMZA_INVALID_ARGUMENT, 0, 0, "UTF-8");
    CHECK_ERROR(imza_haso_recipe_find(BYTES("NoSuchMethod"), &no_recipe, &error), IMZA_HASO_RECIPE_UNKNOWN, 0, SIZE_MAX,
                "NoSuchMethod");
    CHECK_ERROR(imza_haso_recipe_find(BYTES("\xff"), &no_recipe, &error), IMZA_HASO_RECIPE_UNKNOWN, 0, 0, "UTF-8");
    CHECK_ERROR(imza_haso_recipe_parse(BYTES("a + + merhant_salt"), &no_recipe, &error), IMZA_HASO_RECIPE_INVALID, 0, 4,
                "byte 4");
    CHECK_ERROR(imza_haso_recipe_parse(BYTES("merchantId"), &no_recipe, &error), IMZA_HASO_RECIPE_INVALID, 0, 10,
                "salt");
    CHECK_ERROR(imza_haso_recipe_parse(BYTES("ab\xff + merhant_salt"), &no_recipe, &error), IMZA_HASO_RECIPE_INVALID, 0,
                2, "UTF-8");
    CHECK(no_merchant == NULL && no_recipe == NULL);

    CHECK_STATUS(imza_haso_merchant_new(BYTES("1000042"), BYTES("merchant-key-not-real"),
                                        BYTES("merchant-salt-not-real"), &merchant, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_find(BYTES("/RequestV2/SetPreDefinedLimit"), &recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(merchant, recipe, good, 2, token, 45, &length, NULL), IMZA_OK);
    CHECK(strcmp(token, "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4=") == 0);

#define REFUSED(fields, status, offset, words)                                                                      \
    do {                                                                                                            \
        length = 77;                                                                                                \
        CHECK_ERROR(imza_haso_token(merchant, recipe, fields, 2, room, sizeof room, &length, &error), status, 0,    \
                    offset, words);                                                                                 \
        CHECK_ERROR(imza_haso_token(merchant, recipe, fields, 2, NULL, 0, &length, &error), status, 0, offset,      \
                    words);                                                                                         \
        CHECK_ERROR(imza_haso_message(merchant, recipe, fields, 2, room, sizeof room, &length, &error), status, 0,  \
                    offset, words);                                                                                 \
        CHECK(length == 77);                                                                                        \
        CHECK_ERROR(imza_haso_verify(merchant, recipe, fields, 2, BYTES("not a token"), &error), status, 0, offset, \
                    words);                                                                                         \
    } while (0)
    REFUSED(missing, IMZA_HASO_FIELD_MISSING, SIZE_MAX, "dealerSegment");
    REFUSED(unknown, IMZA_HASO_FIELD_UNKNOWN, SIZE_MAX, "dealersegment");
    REFUSED(twice, IMZA_HASO_FIELD_DUPLICATE, SIZE_MAX, "customerId");
    REFUSED(too_long, IMZA_HASO_FIELD_INVALID, 11, "dealerSegment");
    REFUSED(not_utf8, IMZA_HASO_FIELD_INVALID, 2, "customerId");
    REFUSED(not_utf8_name, IMZA_HASO_FIELD_UNKNOWN, 6, "fields[1]");
    REFUSED(hostile, IMZA_HASO_FIELD_INVALID, 0, "the field a\\n\\0b is not UTF-8");
    REFUSED(without_end, IMZA_HASO_FIELD_INVALID, 0, "890123 is not UTF-8");
    REFUSED(null_and_not_utf8, IMZA_NULL_POINTER, SIZE_MAX, "fields[1].value");
    CHECK_ERROR(imza_haso_token(merchant, recipe, NULL, 0, room, sizeof room, &length, &error), IMZA_HASO_FIELD_MISSING,
                0, SIZE_MAX, "customerId");
    CHECK_ERROR(imza_haso_token(merchant, recipe, good, SIZE_MAX, room, sizeof room, &length, &error),
                IMZA_INVALID_ARGUMENT, 0, SIZE_MAX, "fields");

#define AT_FAULT(fields, name)                                                                                      \
    do {                                                                                                            \
        CHECK_ERROR(imza_haso_field_at_fault(merchant, recipe, fields, 2, room, sizeof room, &length, &error),      \
                    IMZA_OK, 0, SIZE_MAX, "");                                                                      \
        CHECK(strcmp(room, name) == 0 && length == strlen(name));                                                   \
    } while (0)
    AT_FAULT(good, "");
    AT_FAULT(missing, "dealerSegment");
    AT_FAULT(unknown, "dealersegment");
    AT_FAULT(twice, "customerId");
    AT_FAULT(too_long, "dealerSegment");
    AT_FAULT(not_utf8, "customerId");
    AT_FAULT(not_utf8_name, "");
    AT_FAULT(hostile, "a\\n\\0b");
    AT_FAULT(without_end, "0123456789012345678901234567890123456789012345678901234567890123");
    CHECK_ERROR(imza_haso_field_at_fault(merchant, recipe, missing, 2, NULL, 0, &length, &error), IMZA_BUFFER_TOO_SMALL,
                0, SIZE_MAX, "13");
    CHECK(length == 13);

    CHECK_ERROR(imza_haso_verify(merchant, recipe, good, 2, imza_str_from(token), &error), IMZA_OK, 0, SIZE_MAX, "");
    CHECK(error.key_index == 0);
    CHECK_ERROR(imza_haso_verify(merchant, recipe, good, 2, BYTES("short"), &error), IMZA_HASO_TOKEN_MALFORMED, 0,
                SIZE_MAX, "5 characters");
    CHECK_ERROR(imza_haso_verify(merchant, recipe, good, 2, EMPTY, &error), IMZA_HASO_TOKEN_MALFORMED, 0, SIZE_MAX,
                "empty");
    token[0] = 'A';
    CHECK_ERROR(imza_haso_verify(merchant, recipe, good, 2, imza_str_from(token), &error), IMZA_HASO_TOKEN_MISMATCH, 0,
                SIZE_MAX, "does not match");
    CHECK(error.key_index == -1);

    /* HASO-9, HASO-10: the switches, by name. */
    CHECK_STATUS(imza_haso_recipe_without_field_checks(recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(merchant, recipe, too_long, 2, room, sizeof room, &length, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(merchant, recipe, unknown, 2, room, sizeof room, &length, NULL),
                 IMZA_HASO_FIELD_UNKNOWN);
    CHECK_STATUS(imza_haso_recipe_ignoring_other_fields(recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(merchant, recipe, another, 2, room, sizeof room, &length, NULL),
                 IMZA_HASO_FIELD_MISSING);
    /* A name that is the recipe's but for its case is refused all the same. */
    CHECK_STATUS(imza_haso_token(merchant, recipe, unknown, 2, room, sizeof room, &length, NULL),
                 IMZA_HASO_FIELD_UNKNOWN);
    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(merchant);
}

/* HASO-4, HASO-11: older secrets are accepted too, and named. */
static void an_older_secret_matches(void) {
    imza_haso_merchant *before = NULL;
    imza_haso_merchant *salted = NULL;
    imza_haso_merchant *now = NULL;
    imza_haso_recipe *recipe = NULL;
    char old_token[45], salt_token[45];

    CHECK_STATUS(imza_haso_recipe_parse(BYTES("merchantId+merchantSalt"), &recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_new(BYTES("1"), BYTES("old"), BYTES("salt"), &before, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_new_salt_keyed(BYTES("1"), BYTES("salt"), &salted, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_new(BYTES("1"), BYTES("new"), BYTES("salt"), &now, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(before, recipe, NULL, 0, old_token, 45, &length, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(salted, recipe, NULL, 0, salt_token, 45, &length, NULL), IMZA_OK);
    CHECK(strcmp(old_token, salt_token) != 0);

    CHECK_STATUS(imza_haso_verify(now, recipe, NULL, 0, imza_str_from(old_token), NULL), IMZA_HASO_TOKEN_MISMATCH);
    CHECK_STATUS(imza_haso_merchant_add_older_secret(now, BYTES("old"), EMPTY, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_merchant_add_older_secret(now, BYTES("old"), BYTES("salt"), NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_add_older_salt(now, EMPTY, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_merchant_add_older_salt(now, BYTES("salt"), NULL), IMZA_OK);
    error = new_error();
    CHECK_STATUS(imza_haso_verify(now, recipe, NULL, 0, imza_str_from(old_token), &error), IMZA_OK);
    CHECK(error.key_index == 1);
    CHECK_STATUS(imza_haso_verify(now, recipe, NULL, 0, imza_str_from(salt_token), &error), IMZA_OK);
    CHECK(error.key_index == 2);
    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(before);
    imza_haso_merchant_free(salted);
    imza_haso_merchant_free(now);
}

/* The numbers are promised, and so is what the vendor answers (DLGA-14). */
static void statuses_have_names(void) {
    const struct {
        imza_status status;
        int32_t number;
        const char *name;
        uint16_t http;
        const char *vendor_text;
    } table[] = {
        {IMZA_OK, 0, "IMZA_OK", 0, ""},
        {IMZA_NULL_POINTER, 1, "IMZA_NULL_POINTER", 0, ""},
        {IMZA_BUFFER_TOO_SMALL, 2, "IMZA_BUFFER_TOO_SMALL", 0, ""},
        {IMZA_INVALID_ARGUMENT, 3, "IMZA_INVALID_ARGUMENT", 0, ""},
        {IMZA_PANIC, 4, "IMZA_PANIC", 0, ""},
        {IMZA_DLGA_HEADERS_MISSING, 100, "IMZA_DLGA_HEADERS_MISSING", 400, "Required headers not found"},
        {IMZA_DLGA_FORMAT_INVALID, 101, "IMZA_DLGA_FORMAT_INVALID", 400,
         "Authorization failed due to data format not valid"},
        {IMZA_DLGA_DATE_INVALID, 102, "IMZA_DLGA_DATE_INVALID", 400, "Authorization failed due to date not valid"},
        {IMZA_DLGA_SIGNATURE_MISMATCH, 103, "IMZA_DLGA_SIGNATURE_MISMATCH", 401, "Authorization failed"},
        {IMZA_DLGA_CLOCK_SKEW, 104, "IMZA_DLGA_CLOCK_SKEW", 403, "Request time may not be correct."},
        {IMZA_HASO_FIELD_MISSING, 200, "IMZA_HASO_FIELD_MISSING", 0, ""},
        {IMZA_HASO_FIELD_UNKNOWN, 201, "IMZA_HASO_FIELD_UNKNOWN", 0, ""},
        {IMZA_HASO_FIELD_DUPLICATE, 202, "IMZA_HASO_FIELD_DUPLICATE", 0, ""},
        {IMZA_HASO_FIELD_INVALID, 203, "IMZA_HASO_FIELD_INVALID", 0, ""},
        {IMZA_HASO_RECIPE_INVALID, 204, "IMZA_HASO_RECIPE_INVALID", 0, ""},
        {IMZA_HASO_RECIPE_UNKNOWN, 205, "IMZA_HASO_RECIPE_UNKNOWN", 0, ""},
        {IMZA_HASO_TOKEN_MALFORMED, 206, "IMZA_HASO_TOKEN_MALFORMED", 0, ""},
        {IMZA_HASO_TOKEN_MISMATCH, 207, "IMZA_HASO_TOKEN_MISMATCH", 0, ""},
    };
    const int32_t unknown[] = {-1, 5, 99, 105, 199, 208, INT32_MIN, INT32_MAX};
    size_t index;
    for (index = 0; index < sizeof table / sizeof *table; index++) {
        CHECK(table[index].status == table[index].number);
        CHECK(strcmp(imza_status_name(table[index].status), table[index].name) == 0);
        CHECK(imza_status_http(table[index].status) == table[index].http);
        CHECK(strcmp(imza_status_vendor_text(table[index].status), table[index].vendor_text) == 0);
    }
    for (index = 0; index < sizeof unknown / sizeof *unknown; index++) {
        CHECK(strcmp(imza_status_name(unknown[index]), "IMZA_UNKNOWN_STATUS") == 0);
        CHECK(imza_status_http(unknown[index]) == 0);
        CHECK(strcmp(imza_status_vendor_text(unknown[index]), "") == 0);
    }
}

static void the_library_is_the_headers(void) {
    char numbers[32];
    snprintf(numbers, sizeof numbers, "%d.%d.%d", IMZA_VERSION_MAJOR, IMZA_VERSION_MINOR, IMZA_VERSION_PATCH);
    CHECK(strcmp(numbers, IMZA_VERSION) == 0);
    CHECK(strcmp(imza_version(), IMZA_VERSION) == 0);
    CHECK(imza_abi_version() == IMZA_ABI_VERSION);
    CHECK(imza_str_from(NULL).len == 0 && imza_str_from("abc").len == 3);
}

static void null_ends_quietly(void) {
    imza_dlga_signer_free(NULL);
    imza_dlga_verifier_free(NULL);
    imza_dlga_stream_free(NULL);
    imza_dlga_verify_stream_free(NULL);
    imza_haso_merchant_free(NULL);
    imza_haso_recipe_free(NULL);
}

int main(void) {
    a_signer_is_refused();
    a_request_cannot_be_signed();
    structs_have_a_size();
    texts_go_into_buffers();
    a_request_is_refused();
    a_token_is_refused();
    an_older_secret_matches();
    statuses_have_names();
    the_library_is_the_headers();
    null_ends_quietly();
    return checks_done("the contract in C");
}
