/* The golden corpus through the C interface, stage by stage, so that the first wrong stage is named. */
#include "check.h"
#include "corpus.h"

#include <stdlib.h>

/* Room for the longest text of the corpus. */
static char room[1 << 16];

static imza_dlga_request request_of(const dlga_case *given) {
    imza_dlga_request request;
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = given->method;
    request.content_type = given->content_type;
    request.date = given->date;
    request.resource = given->resource;
    request.body = given->body;
    request.body_line = given->body_line;
    return request;
}

/* DLGA-5 to DLGA-12: the string to sign, the signature, and a buffer of exactly the right size and of one byte less. */
static void a_request_is_signed(const dlga_case *given) {
    imza_dlga_request request = request_of(given);
    imza_error error = new_error();
    imza_dlga_signer *signer = NULL;
    size_t length = 0;

    CHECK_STATUS(imza_dlga_string_to_sign(&request, room, sizeof room, &length, &error), IMZA_OK);
    CHECK(is_text(room, length, given->string_to_sign));

    CHECK_STATUS(imza_dlga_signer_new(given->key_id, given->secret, &signer, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_sign(signer, &request, room, sizeof room, &length, &error), IMZA_OK);
    CHECK(is_text(room, length, given->authorization));

    CHECK_STATUS(imza_dlga_sign(signer, &request, NULL, 0, &length, &error), IMZA_BUFFER_TOO_SMALL);
    CHECK(length == given->authorization.len);
    {
        /* On the heap, so that sanitizers see a byte too many. */
        char *exact = malloc(length + 1);
        char *short_by_one = malloc(length);
        memset(short_by_one, '#', length);
        CHECK_STATUS(imza_dlga_sign(signer, &request, exact, length + 1, &length, &error), IMZA_OK);
        CHECK(is_text(exact, length, given->authorization));
        CHECK_STATUS(imza_dlga_sign(signer, &request, short_by_one, length, &length, &error), IMZA_BUFFER_TOO_SMALL);
        CHECK(length == given->authorization.len && short_by_one[0] == '#' && short_by_one[length - 1] == '#');
        free(exact);
        free(short_by_one);
    }
    imza_dlga_signer_free(signer);
}

/* DLGA-14: what was signed is accepted, and no longer when one character of the signature is another. */
static void a_request_is_verified(const dlga_case *given) {
    imza_dlga_request request = request_of(given);
    imza_error error = new_error();
    imza_dlga_verifier *verifier = NULL;
    imza_str requester = imza_str_from("45186");
    char forged[4096];
    imza_str forged_authorization;

    CHECK_STATUS(imza_dlga_verifier_new(&verifier, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, given->key_id, imza_str_from("another secret"), &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, given->key_id, given->secret, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_ignore_clock(verifier, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verify(verifier, &request, given->authorization, requester, 0, &error), IMZA_OK);
    CHECK(error.key_index == 1 && error.http_status == 0 && error.offset == SIZE_MAX && error.message[0] == '\0');

    CHECK(given->authorization.len < sizeof forged);
    memcpy(forged, given->authorization.ptr, given->authorization.len);
    forged_authorization.ptr = forged;
    forged_authorization.len = given->authorization.len;
    {
        char *first = forged + given->authorization.len - 44;
        *first = *first == 'A' ? 'B' : 'A';
    }
    CHECK_STATUS(imza_dlga_verify(verifier, &request, forged_authorization, requester, 0, &error),
                 IMZA_DLGA_SIGNATURE_MISMATCH);
    CHECK(error.key_index == -1 && error.http_status == 401);
    imza_dlga_verifier_free(verifier);
}

/* DLGA-5, DLGA-7: a body in pieces is signed and verified as a whole one is, wherever it is cut. */
static void a_body_in_pieces(const dlga_case *given, size_t piece_length) {
    imza_error error = new_error();
    imza_dlga_signer *signer = NULL;
    imza_dlga_verifier *verifier = NULL;
    imza_dlga_stream *stream = NULL;
    imza_dlga_verify_stream *verifying = NULL;
    size_t at, length = 0;

    CHECK_STATUS(imza_dlga_signer_new(given->key_id, given->secret, &signer, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, given->key_id, given->secret, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_ignore_clock(verifier, &error), IMZA_OK);
    CHECK_STATUS(imza_dlga_stream_begin(signer, given->method, given->content_type, given->date, given->body_line,
                                        &stream, &error),
                 IMZA_OK);
    CHECK_STATUS(imza_dlga_verify_stream_begin(verifier, given->method, given->content_type, given->date,
                                               given->authorization, imza_str_from("45186"), given->body_line,
                                               &verifying, &error),
                 IMZA_OK);
    /* The streams keep what they need. */
    imza_dlga_signer_free(signer);
    imza_dlga_verifier_free(verifier);

    for (at = 0; at < given->body.len; at += piece_length) {
        imza_str piece;
        piece.ptr = given->body.ptr + at;
        piece.len = given->body.len - at < piece_length ? given->body.len - at : piece_length;
        CHECK_STATUS(imza_dlga_stream_update(stream, piece, &error), IMZA_OK);
        CHECK_STATUS(imza_dlga_verify_stream_update(verifying, piece, &error), IMZA_OK);
    }
    CHECK_STATUS(imza_dlga_stream_finish(stream, given->resource, NULL, 0, &length, &error), IMZA_BUFFER_TOO_SMALL);
    CHECK_STATUS(imza_dlga_stream_finish(stream, given->resource, room, length + 1, &length, &error), IMZA_OK);
    CHECK(is_text(room, length, given->authorization));
    CHECK_STATUS(imza_dlga_verify_stream_finish(verifying, given->resource, 0, &error), IMZA_OK);
    CHECK(error.key_index == 0);
    CHECK_STATUS(imza_dlga_verify_stream_finish(verifying, given->resource, 0, &error), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_dlga_verify_stream_update(verifying, given->body, &error), IMZA_INVALID_ARGUMENT);
    imza_dlga_stream_free(stream);
    imza_dlga_verify_stream_free(verifying);
}

/* HASO-1 to HASO-8: the message, its token, the verdict; and the same from the recipe as it is printed. */
static void a_token_is_made_and_verified(const haso_case *given) {
    imza_error error = new_error();
    imza_haso_merchant *merchant = NULL;
    imza_haso_recipe *recipe = NULL;
    imza_haso_recipe *printed = NULL;
    size_t length = 0;
    imza_str line;
    char forged[44];
    imza_str forged_token;

    CHECK_STATUS(given->is_salt_keyed
                     ? imza_haso_merchant_new_salt_keyed(given->merchant_id, given->salt, &merchant, &error)
                     : imza_haso_merchant_new(given->merchant_id, given->key, given->salt, &merchant, &error),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_find(given->endpoint, &recipe, &error), IMZA_OK);

    CHECK_STATUS(imza_haso_message_reveal_salt(merchant, recipe, given->fields, given->count, room, sizeof room,
                                               &length, &error),
                 IMZA_OK);
    CHECK(is_text(room, length, given->message));
    CHECK_STATUS(imza_haso_message(merchant, recipe, given->fields, given->count, room, sizeof room, &length, &error),
                 IMZA_OK);
    CHECK(length >= 6 && strcmp(room + length - 6, "[salt]") == 0);
    CHECK(length - 6 == given->message.len - given->salt.len && memcmp(room, given->message.ptr, length - 6) == 0);

    CHECK_STATUS(imza_haso_token(merchant, recipe, given->fields, given->count, room, 45, &length, &error), IMZA_OK);
    CHECK(is_text(room, length, given->token));
    CHECK_STATUS(imza_haso_token(merchant, recipe, given->fields, given->count, room, 44, &length, &error),
                 IMZA_BUFFER_TOO_SMALL);
    CHECK(length == 44);

    CHECK_STATUS(imza_haso_verify(merchant, recipe, given->fields, given->count, given->token, &error), IMZA_OK);
    CHECK(error.key_index == 0);
    memcpy(forged, given->token.ptr, sizeof forged);
    forged[0] = forged[0] == 'A' ? 'B' : 'A';
    forged_token.ptr = forged;
    forged_token.len = sizeof forged;
    CHECK_STATUS(imza_haso_verify(merchant, recipe, given->fields, given->count, forged_token, &error),
                 IMZA_HASO_TOKEN_MISMATCH);

    CHECK_STATUS(imza_haso_recipe_print(recipe, room, sizeof room, &length, &error), IMZA_OK);
    line.ptr = room;
    line.len = length;
    CHECK_STATUS(imza_haso_recipe_parse(line, &printed, &error), IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_ignoring_other_fields(printed, &error), IMZA_OK);
    CHECK_STATUS(imza_haso_verify(merchant, printed, given->fields, given->count, given->token, &error), IMZA_OK);

    imza_haso_recipe_free(printed);
    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(merchant);
}

static size_t place(int64_t offset) { return offset < 0 ? SIZE_MAX : (size_t)offset; }

static void is_verdict(const dlga_verdict *given, imza_status status, const imza_error *error) {
    CHECK_STATUS(status, given->status);
    CHECK(error->status == given->status && error->http_status == given->http_status);
    CHECK(strcmp(imza_status_vendor_text(error->status), given->vendor_text) == 0);
    CHECK(error->key_index == given->key_index);
    CHECK(error->offset == place(given->offset));
}

/* DLGA-4, DLGA-8, DLGA-14 to DLGA-20: every verdict, with the vendor's answer, the place and the key. */
static void a_verdict_is_the_vendors(const dlga_verdict *given) {
    imza_dlga_request request;
    imza_error error = new_error();
    imza_dlga_verifier *verifier = NULL;
    imza_dlga_verify_stream *stream = NULL;
    imza_status status;
    size_t index;

    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = given->method;
    request.content_type = given->content_type;
    request.date = given->date;
    request.resource = given->resource;
    request.body = given->body;
    request.body_line = given->body_line;
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, NULL), IMZA_OK);
    for (index = 0; index < given->key_count; index++) {
        CHECK_STATUS(imza_dlga_verifier_add_key(verifier, given->keys[index].key_id, given->keys[index].secret, NULL),
                     IMZA_OK);
    }
    CHECK_STATUS(given->ignores_clock ? imza_dlga_verifier_ignore_clock(verifier, NULL)
                                      : imza_dlga_verifier_window(verifier, given->past, given->future, NULL),
                 IMZA_OK);
    if (given->are_separate) {
        status = imza_dlga_verify(verifier, &request, given->authorization, given->requester, given->now, &error);
        is_verdict(given, status, &error);
    }

    /* The same from all headers as they were received: the request's own date does not count. */
    request.date = imza_str_from("no date");
    error = new_error();
    status = imza_dlga_verify_headers(verifier, &request, given->headers, given->header_count, given->now, &error);
    is_verdict(given, status, &error);

    /* And with the body byte by byte. */
    error = new_error();
    status = imza_dlga_verify_stream_begin_headers(verifier, given->method, given->content_type, given->headers,
                                                   given->header_count, given->body_line, &stream, &error);
    if (status == IMZA_OK) {
        for (index = 0; index < given->body.len; index++) {
            imza_str piece;
            piece.ptr = given->body.ptr + index, piece.len = 1;
            CHECK_STATUS(imza_dlga_verify_stream_update(stream, piece, NULL), IMZA_OK);
        }
        status = imza_dlga_verify_stream_finish(stream, given->resource, given->now, &error);
    }
    is_verdict(given, status, &error);
    imza_dlga_verify_stream_free(stream);
    imza_dlga_verifier_free(verifier);
}

/* DLGA-18: what is no date cannot be signed. */
static void a_date_is_read(const date_case *given) {
    dlga_case with_date = dlga_cases[0];
    imza_dlga_request request;
    imza_error error = new_error();
    imza_dlga_signer *signer = NULL;
    size_t length;

    with_date.date = given->text;
    request = request_of(&with_date);
    CHECK_STATUS(imza_dlga_signer_new(with_date.key_id, with_date.secret, &signer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_sign(signer, &request, room, sizeof room, &length, &error),
                 given->is_date ? IMZA_OK : IMZA_INVALID_ARGUMENT);
    /* An empty date is missing, and not wrong at a place. */
    CHECK(given->text.len == 0 || error.offset == place(given->offset));
    imza_dlga_signer_free(signer);
}

/* DLGA-1, DLGA-19. */
static void a_time_is_written(const clock_case *given) {
    size_t length = 0;
    imza_status status = imza_dlga_date(given->unix_seconds, room, 30, &length, NULL);
    CHECK(status == (given->text.len == 0 ? IMZA_INVALID_ARGUMENT : IMZA_OK));
    CHECK(status != IMZA_OK || is_text(room, length, given->text));
}

/* HASO-9 to HASO-11: every verdict, with the place and the secret. */
static void a_token_gets_its_verdict(const haso_verdict *given) {
    imza_error error = new_error();
    imza_haso_merchant *merchant = NULL;
    imza_haso_recipe *recipe = NULL;
    imza_status status;
    size_t index;

    CHECK_STATUS(given->secrets[0].is_salt_keyed
                     ? imza_haso_merchant_new_salt_keyed(given->merchant_id, given->secrets[0].salt, &merchant, NULL)
                     : imza_haso_merchant_new(given->merchant_id, given->secrets[0].key, given->secrets[0].salt,
                                              &merchant, NULL),
                 IMZA_OK);
    for (index = 1; index < given->secret_count; index++) {
        CHECK_STATUS(given->secrets[index].is_salt_keyed
                         ? imza_haso_merchant_add_older_salt(merchant, given->secrets[index].salt, NULL)
                         : imza_haso_merchant_add_older_secret(merchant, given->secrets[index].key,
                                                               given->secrets[index].salt, NULL),
                     IMZA_OK);
    }
    status = given->recipe.len == 0 ? imza_haso_recipe_find(given->endpoint, &recipe, &error)
                                    : imza_haso_recipe_parse(given->recipe, &recipe, &error);
    if (status == IMZA_OK) {
        CHECK(given->field_checks || imza_haso_recipe_without_field_checks(recipe, NULL) == IMZA_OK);
        CHECK(!given->ignores_other_fields || imza_haso_recipe_ignoring_other_fields(recipe, NULL) == IMZA_OK);
        status = imza_haso_verify(merchant, recipe, given->fields, given->count, given->token, &error);
    }
    CHECK_STATUS(status, given->status);
    CHECK(error.status == given->status && error.http_status == 0);
    CHECK(error.key_index == given->key_index);
    CHECK(error.offset == place(given->offset));
    CHECK(strcmp(error.field, given->field) == 0 && strstr(error.message, given->field) != NULL);
    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(merchant);
}

/* HASO-2. */
static void a_recipe_is_read_and_printed(const recipe_case *given) {
    imza_error error = new_error();
    imza_haso_recipe *recipe = NULL;
    size_t length;

    CHECK_STATUS(imza_haso_recipe_parse(given->line, &recipe, &error),
                 given->printed.len == 0 ? IMZA_HASO_RECIPE_INVALID : IMZA_OK);
    CHECK(error.offset == place(given->offset));
    if (recipe != NULL) {
        CHECK_STATUS(imza_haso_recipe_print(recipe, room, sizeof room, &length, NULL), IMZA_OK);
        CHECK(is_text(room, length, given->printed));
    }
    imza_haso_recipe_free(recipe);
}

int main(void) {
    size_t index;
    for (index = 0; index < CASES(dlga_cases); index++) {
        checked_case = dlga_cases[index].name;
        a_request_is_signed(&dlga_cases[index]);
        a_request_is_verified(&dlga_cases[index]);
        a_body_in_pieces(&dlga_cases[index], 1);
        a_body_in_pieces(&dlga_cases[index], 7);
        a_body_in_pieces(&dlga_cases[index], 1 << 20);
    }
    for (index = 0; index < CASES(dlga_verdicts); index++) {
        checked_case = dlga_verdicts[index].name;
        a_verdict_is_the_vendors(&dlga_verdicts[index]);
    }
    for (index = 0; index < CASES(date_cases); index++) {
        checked_case = date_cases[index].text.len == 0 ? "" : "a date";
        a_date_is_read(&date_cases[index]);
    }
    for (index = 0; index < CASES(clock_cases); index++) {
        checked_case = "a time";
        a_time_is_written(&clock_cases[index]);
    }
    for (index = 0; index < CASES(haso_cases); index++) {
        checked_case = haso_cases[index].name;
        a_token_is_made_and_verified(&haso_cases[index]);
    }
    for (index = 0; index < CASES(haso_verdicts); index++) {
        checked_case = haso_verdicts[index].name;
        a_token_gets_its_verdict(&haso_verdicts[index]);
    }
    for (index = 0; index < CASES(recipe_cases); index++) {
        checked_case = "a recipe";
        a_recipe_is_read_and_printed(&recipe_cases[index]);
    }
    return checks_done("the golden corpus in C");
}
