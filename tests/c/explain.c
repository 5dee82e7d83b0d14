/* Explaining from C (docs/explain.md): the mistake is named, every request has an explanation, no secret is shown. */
#include "check.h"

#include <stdlib.h>

#define SECRET "not-a-real-secret"
#define KEY "merchant-key-not-real"
#define SALT "merchant-salt-not-real"
#define NOW INT64_C(1615296512)
/* Of the body {"customerId":"123456"}, without a final newline. */
#define SIGNATURE "0TwKZ66jHjVk39YCMQerMxoZYMYMbxL08yK/RCX38+c="
#define AUTHORIZATION "DLGA key-id:" SIGNATURE
/* Under KEY: of 10000425500123GOLD and the salt, and of 10000425500123GOLD alone. */
#define TOKEN "FKmRue7MxbPEws0MPO5vYt4lBuQN76r/5af6dNQCGb4="
#define SALTLESS "3xcpQ2AdW0QP213LSp6ZNFwKj9I72YLvPDdxAvd2sNQ="

static const imza_str EMPTY = {NULL, 0};
static char room[8192];
static size_t length;
static imza_error error;

static imza_str bytes(const char *ptr, size_t len) {
    imza_str str;
    str.ptr = ptr;
    str.len = len;
    return str;
}
#define BYTES(literal) bytes("" literal, sizeof(literal) - 1)
#define FIELD(name, value)                                                                                          \
    { {name, sizeof(name) - 1}, {value, sizeof(value) - 1} }

typedef imza_status teller(const imza_explanation *, char *, size_t, size_t *, imza_error *);

static const char *told(const imza_explanation *explanation, teller *tell) {
    error = new_error();
    CHECK_STATUS(tell(explanation, room, sizeof room, &length, &error), IMZA_OK);
    CHECK(error.status == IMZA_OK && error.key_index == -1 && error.message[0] == '\0');
    CHECK(length == strlen(room));
    return room;
}

/* Whether a reading matches; its key is in `error.key_index`. */
static int has_match(const imza_explanation *explanation, const char *reading) {
    size_t index;
    for (index = 0; index < imza_explanation_match_count(explanation); index++) {
        error = new_error();
        CHECK_STATUS(imza_explanation_match(explanation, index, room, sizeof room, &length, &error), IMZA_OK);
        if (length == strlen(reading) && strcmp(room, reading) == 0) return 1;
    }
    return 0;
}

/* No text of an explanation holds a text that must not stand there. */
static void never_tells(const imza_explanation *explanation, const char *secret) {
    teller *const tellers[] = {imza_explanation_refusal, imza_explanation_notes, imza_explanation_text,
                               imza_explanation_signed_text, imza_explanation_signed_hex};
    char hex[256] = "";
    size_t at;
    for (at = 0; at < strlen(secret); at++) {
        snprintf(hex + 2 * at, 3, "%02x", (unsigned)(unsigned char)secret[at]);
    }
    for (at = 0; at < sizeof tellers / sizeof *tellers; at++) {
        const char *text = told(explanation, tellers[at]);
        CHECK(strstr(text, secret) == NULL && strstr(text, hex) == NULL);
    }
    for (at = 0; at < imza_explanation_match_count(explanation); at++) {
        CHECK_STATUS(imza_explanation_match(explanation, at, room, sizeof room, &length, NULL), IMZA_OK);
        CHECK(strstr(room, secret) == NULL);
    }
}

static imza_dlga_request a_request(void) {
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

static imza_dlga_explainer *an_explainer(void) {
    imza_dlga_explainer *explainer = NULL;
    CHECK_STATUS(imza_dlga_explainer_new(&explainer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_explainer_add_key(explainer, BYTES("key-id"), BYTES(SECRET), NULL), IMZA_OK);
    return explainer;
}

static imza_explanation *explained(const imza_dlga_explainer *explainer, imza_dlga_request request,
                                   const char *authorization) {
    imza_explanation *explanation = NULL;
    error = new_error();
    CHECK_STATUS(imza_dlga_explain(explainer, &request, imza_str_from(authorization), BYTES("45186"), &explanation,
                                   &error),
                 IMZA_OK);
    CHECK(explanation != NULL && error.status == IMZA_OK && error.key_index == -1);
    return explanation;
}

static void a_valid_request_is_said_to_be_valid(void) {
    imza_dlga_explainer *explainer = an_explainer();
    imza_explanation *explanation = explained(explainer, a_request(), AUTHORIZATION);
    CHECK(imza_explanation_is_valid(explanation) == 1);
    CHECK(imza_explanation_match_count(explanation) == 1);
    CHECK(has_match(explanation, "matches as it stands") && error.key_index == 0);
    CHECK(strcmp(told(explanation, imza_explanation_refusal), "") == 0);
    CHECK(strcmp(told(explanation, imza_explanation_notes), "") == 0);
    CHECK(strcmp(told(explanation, imza_explanation_text),
                 "Valid: the signature matches, and nothing else is wrong.\n") == 0);
    imza_explanation_free(explanation);
    imza_dlga_explainer_free(explainer);
}

/* DLGA-7, DLGA-20: the mistake is named, and the key with which it matches. */
static void the_mistake_and_its_key_are_named(void) {
    imza_dlga_explainer *explainer = NULL;
    imza_dlga_request request = a_request();
    imza_explanation *explanation;
    request.body = BYTES("{\"customerId\":\"123456\"}\n");

    CHECK_STATUS(imza_dlga_explainer_new(&explainer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_explainer_add_key(explainer, BYTES("key-id"), BYTES("a newer secret"), NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_explainer_add_key(explainer, BYTES("key-id"), BYTES(SECRET), NULL), IMZA_OK);
    explanation = explained(explainer, request, AUTHORIZATION);
    CHECK(imza_explanation_is_valid(explanation) == 0);
    CHECK(imza_explanation_was_cut_short(explanation) == 0);
    CHECK(imza_explanation_tried(explanation) > 100);
    CHECK(has_match(explanation, "matches when the body has no final newline") && error.key_index == 1);
    CHECK(strstr(told(explanation, imza_explanation_refusal), "the signature does not match") != NULL);
    CHECK(strstr(told(explanation, imza_explanation_text),
                 "The signature matches when the body has no final newline, with key 1.\n") != NULL);
    CHECK(strstr(told(explanation, imza_explanation_signed_text), "\"123456\"}\xe2\x8f\x8e\n\xe2\x8f\x8e\n/v1/app") != NULL);
    CHECK(strstr(told(explanation, imza_explanation_signed_hex), "2231323334353622" "7d0a0a2f7631") != NULL);
    never_tells(explanation, SECRET);
    never_tells(explanation, "a newer secret");
    imza_explanation_free(explanation);
    imza_dlga_explainer_free(explainer);
}

/* The texts follow the contract: `capacity` counts the NUL, `*length` does not, an index is judged before the buffer. */
static void texts_go_into_buffers(void) {
    imza_dlga_explainer *explainer = an_explainer();
    imza_explanation *explanation = explained(explainer, a_request(), AUTHORIZATION);
    const size_t expected = strlen("matches as it stands");
    char *buffer = malloc(expected + 1);
    memset(buffer, '#', expected + 1);
    error = new_error();
    CHECK_STATUS(imza_explanation_match(explanation, 0, NULL, 0, &length, &error), IMZA_BUFFER_TOO_SMALL);
    CHECK(length == expected && error.key_index == -1);
    CHECK_STATUS(imza_explanation_match(explanation, 0, buffer, expected, &length, &error), IMZA_BUFFER_TOO_SMALL);
    CHECK(length == expected && buffer[0] == '#');
    length = 77;
    CHECK_STATUS(imza_explanation_match(explanation, 1, buffer, 0, &length, &error), IMZA_INVALID_ARGUMENT);
    CHECK(length == 77 && strstr(error.message, "index is 1") != NULL && error.offset == SIZE_MAX);
    CHECK_STATUS(imza_explanation_match(explanation, SIZE_MAX, buffer, 1, &length, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_explanation_match(NULL, SIZE_MAX, buffer, 1, &length, NULL), IMZA_NULL_POINTER);
    CHECK_STATUS(imza_explanation_match(explanation, 0, buffer, expected + 1, &length, NULL), IMZA_OK);
    CHECK(strcmp(buffer, "matches as it stands") == 0);
    free(buffer);

    CHECK_STATUS(imza_explanation_text(explanation, NULL, 0, &length, NULL), IMZA_BUFFER_TOO_SMALL);
    CHECK(length == strlen("Valid: the signature matches, and nothing else is wrong.\n"));
    imza_explanation_free(explanation);
    imza_dlga_explainer_free(explainer);

    CHECK(imza_explanation_is_valid(NULL) == 0 && imza_explanation_was_cut_short(NULL) == 0);
    CHECK(imza_explanation_match_count(NULL) == 0 && imza_explanation_tried(NULL) == 0);
    imza_explanation_free(NULL);
    imza_dlga_explainer_free(NULL);
    imza_haso_explainer_free(NULL);
}

/* DLGA-13, DLGA-14: whatever a request looks like, it has an explanation. */
static void whatever_is_wrong_is_explained(void) {
    imza_dlga_explainer *explainer = an_explainer();
    const struct {
        size_t member;
        imza_str value;
        const char *refusal;
    } cases[] = {
        {offsetof(imza_dlga_request, method), BYTES(""), "method"},
        {offsetof(imza_dlga_request, method), BYTES("PO ST\n"), "method"},
        {offsetof(imza_dlga_request, content_type), BYTES("a\r\nb"), "content type"},
        {offsetof(imza_dlga_request, content_type), BYTES("\xff\xfe"), "does not match"},
        {offsetof(imza_dlga_request, date), BYTES(""), "x-dlg-date"},
        {offsetof(imza_dlga_request, date), BYTES("yesterday"), "pattern"},
        {offsetof(imza_dlga_request, resource), BYTES(""), "resource"},
        {offsetof(imza_dlga_request, resource), BYTES("no slash\0#"), "resource"},
        {offsetof(imza_dlga_request, body), BYTES("\0\xff"), "does not match"},
    };
    const char *const authorizations[] = {
        "", "DLGA", "Bearer x", "DLGA :", SIGNATURE, "DLGA key-id:4J2OtxTeMpyfMad4y26RaKA/rrk=", "\xff",
    };
    size_t index;
    imza_explanation *explanation;
    for (index = 0; index < sizeof cases / sizeof *cases; index++) {
        imza_dlga_request request = a_request();
        memcpy((char *)&request + cases[index].member, &cases[index].value, sizeof(imza_str));
        explanation = explained(explainer, request, AUTHORIZATION);
        CHECK(imza_explanation_is_valid(explanation) == 0);
        CHECK(strstr(told(explanation, imza_explanation_refusal), cases[index].refusal) != NULL);
        never_tells(explanation, SECRET);
        imza_explanation_free(explanation);
    }
    for (index = 0; index < sizeof authorizations / sizeof *authorizations; index++) {
        explanation = explained(explainer, a_request(), authorizations[index]);
        CHECK(imza_explanation_is_valid(explanation) == 0);
        CHECK(strlen(told(explanation, imza_explanation_refusal)) > 0);
        imza_explanation_free(explanation);
    }
    explanation = explained(explainer, a_request(), authorizations[5]);
    CHECK(strstr(told(explanation, imza_explanation_notes), "20 bytes") != NULL);
    CHECK(imza_explanation_match_count(explanation) == 0);
    never_tells(explanation, SIGNATURE);
    imza_explanation_free(explanation);
    imza_dlga_explainer_free(explainer);
}

/* Statuses 1 and 3 are about the arguments alone, and nothing is written with them. */
static void bad_arguments_are_refused(void) {
    imza_dlga_explainer *explainer = an_explainer();
    imza_explanation *const before = (imza_explanation *)room;
    imza_explanation *out = before;
    imza_dlga_request request = a_request();
    const imza_field headers[] = {FIELD("Host", "a"), {{NULL, 0}, {NULL, 3}}};
    error = new_error();
    request.body_line = 3;
    CHECK_STATUS(imza_dlga_explain(explainer, &request, EMPTY, EMPTY, &out, &error), IMZA_INVALID_ARGUMENT);
    CHECK(strstr(error.message, "body_line") != NULL);
    CHECK_STATUS(imza_dlga_explain(explainer, &request, bytes(NULL, 1), EMPTY, &out, &error), IMZA_NULL_POINTER);
    CHECK(strstr(error.message, "authorization") != NULL);
    request = a_request();
    request.struct_size = 88;
    CHECK_STATUS(imza_dlga_explain(explainer, &request, EMPTY, EMPTY, &out, &error), IMZA_INVALID_ARGUMENT);
    CHECK(strstr(error.message, "struct_size") != NULL);
    request = a_request();
    CHECK_STATUS(imza_dlga_explain_headers(explainer, &request, headers, 2, &out, &error), IMZA_NULL_POINTER);
    CHECK(strstr(error.message, "headers[1].value is NULL") != NULL);
    CHECK_STATUS(imza_dlga_explain_headers(explainer, &request, headers, SIZE_MAX, &out, &error), IMZA_INVALID_ARGUMENT);
    request.body.len = SIZE_MAX;
    CHECK_STATUS(imza_dlga_explain(explainer, &request, EMPTY, EMPTY, &out, &error), IMZA_INVALID_ARGUMENT);
    CHECK(out == before);

    CHECK_STATUS(imza_dlga_explainer_add_key(explainer, BYTES("i:d"), BYTES("s"), &error), IMZA_INVALID_ARGUMENT);
    CHECK(error.offset == 1);
    CHECK_STATUS(imza_dlga_explainer_add_key(explainer, BYTES("id"), EMPTY, &error), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_dlga_explainer_at(explainer, NOW, -1, 0, &error), IMZA_INVALID_ARGUMENT);
    CHECK(strstr(error.message, "past") != NULL);
    CHECK_STATUS(imza_dlga_explainer_at(explainer, NOW, 0, -1, &error), IMZA_INVALID_ARGUMENT);
    CHECK(strstr(error.message, "future") != NULL);
    /* The explainer is as before: it has its key, and no clock. */
    out = explained(explainer, a_request(), AUTHORIZATION);
    CHECK(imza_explanation_is_valid(out) == 1);
    imza_explanation_free(out);
    imza_dlga_explainer_free(explainer);
}

/* DLGA-14, DLGA-19: the clock is judged where it is told, and the keys are still held. */
static void the_clock_is_judged_where_it_is_told(void) {
    imza_dlga_explainer *explainer = an_explainer();
    imza_explanation *explanation;
    CHECK_STATUS(imza_dlga_explainer_at(explainer, NOW + 900, 900, 900, NULL), IMZA_OK);
    explanation = explained(explainer, a_request(), AUTHORIZATION);
    CHECK(imza_explanation_is_valid(explanation) == 1);
    imza_explanation_free(explanation);
    CHECK_STATUS(imza_dlga_explainer_at(explainer, INT64_MIN, 900, 900, NULL), IMZA_OK);
    explanation = explained(explainer, a_request(), AUTHORIZATION);
    CHECK(imza_explanation_is_valid(explanation) == 0);
    CHECK(strstr(told(explanation, imza_explanation_refusal), "ahead") != NULL);
    CHECK(has_match(explanation, "matches as it stands"));
    imza_explanation_free(explanation);
    imza_dlga_explainer_free(explainer);
}

/* DLGA-4, DLGA-10: all headers help. The signature is of a resource with `https://` and the server's address in front. */
static void headers_help_to_explain(void) {
    imza_dlga_explainer *explainer = an_explainer();
    imza_explanation *explanation = NULL;
    imza_dlga_request request = a_request();
    const imza_field headers[] = {
        FIELD("not \xff UTF-8", "passed over"),
        FIELD("date", "Tue, 09 Mar 2021 13:28:32 GMT"),
        FIELD("x-requester-userid", "45186"),
        FIELD("X-AUTHORIZATION", "DLGA key-id:Qmf2VP8cRQaociOdBVzToJzYDiTMb9dC1KkCwFFWN6s="),
        FIELD("Host", "dlga.example"),
        FIELD("x-any", "\xff\xfe"),
    };
    request.date = EMPTY;
    CHECK_STATUS(imza_dlga_explain_headers(explainer, &request, headers, 6, &explanation, NULL), IMZA_OK);
    CHECK(has_match(explanation, "matches when the resource has `https://` and the server address in front"));
    imza_explanation_free(explanation);
    CHECK_STATUS(imza_dlga_explain_headers(explainer, &request, NULL, 0, &explanation, NULL), IMZA_OK);
    CHECK(strstr(told(explanation, imza_explanation_refusal), "missing") != NULL);
    CHECK(strstr(told(explanation, imza_explanation_notes), "no signature") != NULL);
    imza_explanation_free(explanation);
    imza_dlga_explainer_free(explainer);
}

static imza_haso_recipe *a_recipe(void) {
    imza_haso_recipe *recipe = NULL;
    CHECK_STATUS(imza_haso_recipe_find(BYTES("SetPreDefinedLimit"), &recipe, NULL), IMZA_OK);
    return recipe;
}

static imza_explanation *token_explained(const imza_haso_explainer *explainer, const imza_haso_recipe *recipe,
                                         const imza_field *fields, size_t count, const char *token) {
    imza_explanation *explanation = NULL;
    error = new_error();
    CHECK_STATUS(imza_haso_explain(explainer, recipe, fields, count, imza_str_from(token), &explanation, &error), IMZA_OK);
    CHECK(explanation != NULL && error.status == IMZA_OK);
    return explanation;
}

/* HASO-3, HASO-4, HASO-11. */
static void a_tokens_mistake_is_named(void) {
    const imza_field fields[] = {FIELD("customerId", "5500123"), FIELD("dealerSegment", "GOLD")};
    imza_haso_recipe *recipe = a_recipe();
    imza_haso_explainer *explainer = NULL;
    imza_explanation *explanation;

    CHECK_STATUS(imza_haso_explainer_new(BYTES("1000042"), BYTES(KEY), BYTES(SALT), &explainer, NULL), IMZA_OK);
    explanation = token_explained(explainer, recipe, fields, 2, TOKEN);
    CHECK(imza_explanation_is_valid(explanation) == 1);
    imza_explanation_free(explanation);

    explanation = token_explained(explainer, recipe, fields, 2, SALTLESS);
    CHECK(imza_explanation_is_valid(explanation) == 0);
    CHECK(has_match(explanation, "matches when the salt is left out") && error.key_index == 0);
    CHECK(strcmp(told(explanation, imza_explanation_signed_text), "10000425500123GOLD[salt]") == 0);
    CHECK(strcmp(told(explanation, imza_explanation_signed_hex), "3130303030343235353030313233474f4c44[salt]") == 0);
    never_tells(explanation, KEY);
    never_tells(explanation, SALT);
    never_tells(explanation, TOKEN);
    imza_explanation_free(explanation);
    imza_haso_explainer_free(explainer);

    /* Key and salt exchanged, under an older secret. */
    CHECK_STATUS(imza_haso_explainer_new(BYTES("1000042"), BYTES("new key"), BYTES("new salt"), &explainer, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_explainer_add_older_secret(explainer, BYTES(SALT), BYTES(KEY), NULL), IMZA_OK);
    explanation = token_explained(explainer, recipe, fields, 2, TOKEN);
    CHECK(has_match(explanation, "matches when key and salt change places") && error.key_index == 1);
    imza_explanation_free(explanation);
    imza_haso_explainer_free(explainer);

    /* HASO-4's other reading, with the new salt and the older one. */
    CHECK_STATUS(imza_haso_explainer_new_salt_keyed(BYTES("1000042"), BYTES("new salt"), &explainer, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_explainer_add_older_salt(explainer, BYTES(KEY), NULL), IMZA_OK);
    explanation = token_explained(explainer, recipe, fields, 2, SALTLESS);
    CHECK(has_match(explanation, "matches when the salt is left out") && error.key_index == 1);
    imza_explanation_free(explanation);
    imza_haso_explainer_free(explainer);
    imza_haso_recipe_free(recipe);
}

/* HASO-9 to HASO-11: whatever fields and token look like; but a text that is not UTF-8 is no argument. */
static void any_fields_are_explained(void) {
    const imza_field unknown[] = {FIELD("dealersegment", "GOLD"), FIELD(SALT, "x")};
    const imza_field twice[] = {FIELD("customerId", "5500123"), FIELD("customerId", "")};
    const imza_field not_utf8[] = {FIELD("customerId", "55\xff"), FIELD("dealerSegment", "GOLD")};
    const char *const tokens[] = {"", "short", TOKEN, "\xff", SALT};
    imza_haso_recipe *recipe = a_recipe();
    imza_haso_explainer *explainer = NULL;
    imza_explanation *const before = (imza_explanation *)room;
    imza_explanation *out = before;
    size_t index;

    CHECK_STATUS(imza_haso_explainer_new(BYTES("1000042"), BYTES(KEY), BYTES(SALT), &explainer, NULL), IMZA_OK);
    for (index = 0; index < sizeof tokens / sizeof *tokens; index++) {
        const imza_field *const fields[] = {unknown, twice, NULL};
        size_t which;
        for (which = 0; which < 3; which++) {
            imza_explanation *explanation =
                token_explained(explainer, recipe, fields[which], which == 2 ? 0 : 2, tokens[index]);
            CHECK(imza_explanation_is_valid(explanation) == 0);
            never_tells(explanation, KEY);
            never_tells(explanation, SALT);
            imza_explanation_free(explanation);
        }
    }
    CHECK_STATUS(imza_haso_explain(explainer, recipe, not_utf8, 2, EMPTY, &out, &error), IMZA_INVALID_ARGUMENT);
    CHECK(error.offset == 2 && strstr(error.message, "fields[0].value") != NULL);
    CHECK(out == before);

    CHECK_STATUS(imza_haso_explainer_add_older_secret(explainer, BYTES("k"), EMPTY, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_explainer_add_older_salt(explainer, EMPTY, NULL), IMZA_INVALID_ARGUMENT);
    imza_haso_explainer_free(explainer);
    explainer = NULL;
    CHECK_STATUS(imza_haso_explainer_new(EMPTY, BYTES("k"), BYTES("s"), &explainer, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_explainer_new(BYTES("1"), EMPTY, BYTES("s"), &explainer, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_explainer_new_salt_keyed(BYTES("1"), EMPTY, &explainer, NULL), IMZA_INVALID_ARGUMENT);
    CHECK(explainer == NULL);
    imza_haso_recipe_free(recipe);
}

int main(void) {
    a_valid_request_is_said_to_be_valid();
    the_mistake_and_its_key_are_named();
    texts_go_into_buffers();
    whatever_is_wrong_is_explained();
    bad_arguments_are_refused();
    the_clock_is_judged_where_it_is_told();
    headers_help_to_explain();
    a_tokens_mistake_is_named();
    any_fields_are_explained();
    return checks_done("explaining in C");
}
