/* Every function that writes a text, with every capacity at which it could write where it must not: none at all, one
 * byte too few, exactly enough. The text is empty once, where it can be. All blocks are exact, so that AddressSanitizer
 * sees a byte too many. `texts.h` is made of imza.h: it names the functions that the table must hold. */
#include "check.h"
#include "texts.h"

#include <stdlib.h>

static imza_dlga_signer *signer;
static imza_dlga_stream *stream;
static imza_dlga_request request;
static imza_haso_merchant *merchant;
static imza_haso_recipe *recipe;
static imza_field fields[2];
/* Of a valid token, of a wrong one, and of one that gives rise to notes. */
static imza_explanation *valid, *wrong, *noted;
/* Of a sample that leaves nothing open, and of one that does. */
static imza_haso_discovery *found, *unclear;

#define TEXT_ARGUMENTS char *buffer, size_t capacity, size_t *length, imza_error *error
#define INTO buffer, capacity, length, error

static imza_status date(TEXT_ARGUMENTS) { return imza_dlga_date(1615296512, INTO); }
static imza_status sign(TEXT_ARGUMENTS) { return imza_dlga_sign(signer, &request, INTO); }
static imza_status string_to_sign(TEXT_ARGUMENTS) { return imza_dlga_string_to_sign(&request, INTO); }
static imza_status stream_finish(TEXT_ARGUMENTS) { return imza_dlga_stream_finish(stream, imza_str_from("/v1/x"), INTO); }
static imza_status recipe_print(TEXT_ARGUMENTS) { return imza_haso_recipe_print(recipe, INTO); }
static imza_status token(TEXT_ARGUMENTS) { return imza_haso_token(merchant, recipe, fields, 2, INTO); }
static imza_status message(TEXT_ARGUMENTS) { return imza_haso_message(merchant, recipe, fields, 2, INTO); }
static imza_status message_reveal_salt(TEXT_ARGUMENTS) {
    return imza_haso_message_reveal_salt(merchant, recipe, fields, 2, INTO);
}
static imza_status no_field_at_fault(TEXT_ARGUMENTS) {
    return imza_haso_field_at_fault(merchant, recipe, fields, 2, INTO);
}
static imza_status field_at_fault(TEXT_ARGUMENTS) { return imza_haso_field_at_fault(merchant, recipe, fields, 1, INTO); }
static imza_status match(TEXT_ARGUMENTS) { return imza_explanation_match(valid, 0, INTO); }
static imza_status no_refusal(TEXT_ARGUMENTS) { return imza_explanation_refusal(valid, INTO); }
static imza_status refusal(TEXT_ARGUMENTS) { return imza_explanation_refusal(wrong, INTO); }
static imza_status no_notes(TEXT_ARGUMENTS) { return imza_explanation_notes(wrong, INTO); }
static imza_status notes(TEXT_ARGUMENTS) { return imza_explanation_notes(noted, INTO); }
static imza_status text(TEXT_ARGUMENTS) { return imza_explanation_text(wrong, INTO); }
static imza_status signed_text(TEXT_ARGUMENTS) { return imza_explanation_signed_text(wrong, INTO); }
static imza_status signed_hex(TEXT_ARGUMENTS) { return imza_explanation_signed_hex(wrong, INTO); }
static imza_status discovered(TEXT_ARGUMENTS) { return imza_haso_discovery_recipe(found, 0, INTO); }
static imza_status hmac_key(TEXT_ARGUMENTS) { return imza_haso_discovery_hmac_key(found, 0, INTO); }
static imza_status left_open(TEXT_ARGUMENTS) { return imza_haso_discovery_notes(unclear, INTO); }
static imza_status nothing_open(TEXT_ARGUMENTS) { return imza_haso_discovery_notes(found, INTO); }

static const struct {
    const char *function;
    imza_status (*write)(TEXT_ARGUMENTS);
    int is_empty;
} table[] = {
    {"imza_dlga_date", date, 0},
    {"imza_dlga_sign", sign, 0},
    {"imza_dlga_string_to_sign", string_to_sign, 0},
    {"imza_dlga_stream_finish", stream_finish, 0},
    {"imza_haso_recipe_print", recipe_print, 0},
    {"imza_haso_token", token, 0},
    {"imza_haso_message", message, 0},
    {"imza_haso_message_reveal_salt", message_reveal_salt, 0},
    {"imza_haso_field_at_fault", field_at_fault, 0},
    {"imza_haso_field_at_fault", no_field_at_fault, 1},
    {"imza_explanation_match", match, 0},
    {"imza_explanation_refusal", refusal, 0},
    {"imza_explanation_refusal", no_refusal, 1},
    {"imza_explanation_notes", notes, 0},
    {"imza_explanation_notes", no_notes, 1},
    {"imza_explanation_text", text, 0},
    {"imza_explanation_signed_text", signed_text, 0},
    {"imza_explanation_signed_hex", signed_hex, 0},
    {"imza_haso_discovery_recipe", discovered, 0},
    {"imza_haso_discovery_hmac_key", hmac_key, 0},
    {"imza_haso_discovery_notes", left_open, 0},
    {"imza_haso_discovery_notes", nothing_open, 1},
};
#define ROWS (sizeof table / sizeof *table)

static char *block(size_t size) {
    char *bytes = malloc(size);
    memset(bytes, '#', size);
    return bytes;
}

static int is_untouched(const char *bytes, size_t size) {
    size_t at;
    for (at = 0; at < size; at++) {
        if (bytes[at] != '#') return 0;
    }
    return 1;
}

static void every_function_is_in_the_table(void) {
    size_t known, row;
    for (known = 0; known < sizeof TEXT_FUNCTIONS / sizeof *TEXT_FUNCTIONS; known++) {
        int is_there = 0;
        for (row = 0; row < ROWS; row++) {
            is_there |= strcmp(table[row].function, TEXT_FUNCTIONS[known]) == 0 && !table[row].is_empty;
        }
        checked_case = TEXT_FUNCTIONS[known];
        CHECK(is_there);
    }
}

/* Refused for the capacity, with the length to come back with, whether or not there is an imza_error. */
#define CHECK_TOO_SMALL(row, buffer, capacity, expected)                                                            \
    do {                                                                                                            \
        imza_error error_ = new_error();                                                                            \
        size_t length_ = 77;                                                                                        \
        CHECK_STATUS(table[row].write(buffer, capacity, &length_, &error_), IMZA_BUFFER_TOO_SMALL);                 \
        CHECK(length_ == (expected) && error_.status == IMZA_BUFFER_TOO_SMALL);                                     \
        length_ = 77;                                                                                               \
        CHECK_STATUS(table[row].write(buffer, capacity, &length_, NULL), IMZA_BUFFER_TOO_SMALL);                    \
        CHECK(length_ == (expected));                                                                               \
    } while (0)

static void is_written_within_its_buffer(size_t row) {
    imza_error error = new_error();
    char *whole = block(65536), *full = block(8), *buffer;
    size_t length = 77, again = 77;

    checked_case = table[row].function;
    CHECK_STATUS(table[row].write(whole, 65536, &length, &error), IMZA_OK);
    CHECK((length == 0) == table[row].is_empty);
    CHECK(whole[length] == '\0' && is_untouched(whole + length + 1, 65536 - length - 1));

    CHECK_TOO_SMALL(row, NULL, 0, length);
    CHECK_TOO_SMALL(row, full + 8, 0, length);
    CHECK(is_untouched(full, 8));

    buffer = block(length);
    CHECK_TOO_SMALL(row, buffer, length, length);
    CHECK(is_untouched(buffer, length));
    free(buffer);

    buffer = block(length + 1);
    CHECK_STATUS(table[row].write(buffer, length + 1, &again, &error), IMZA_OK);
    CHECK(again == length && memcmp(buffer, whole, length + 1) == 0);
    again = 77;
    CHECK_STATUS(table[row].write(buffer, length + 1, &again, NULL), IMZA_OK);
    CHECK(again == length && memcmp(buffer, whole, length + 1) == 0);

    /* A capacity that no memory has is refused before a byte is written. */
    again = 77;
    CHECK_STATUS(table[row].write(full, SIZE_MAX, &again, &error), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(table[row].write(full, SIZE_MAX / 2 + 1, &again, &error), IMZA_INVALID_ARGUMENT);
    CHECK(again == 77 && is_untouched(full, 8));
    free(buffer), free(full), free(whole);
}

/* The id alone decides how long a header value is: from one character to more than any stack has room for. */
static void a_long_access_key_id_is_written_within_its_buffer(void) {
    static const size_t lengths[] = {1, 76, 77, 78, 79, 127, 128, 129, 1000, 100000};
    imza_dlga_signer *const before = signer;
    imza_dlga_stream *const stream_before = stream;
    size_t at;
    for (at = 0; at < sizeof lengths / sizeof *lengths; at++) {
        char *key_id = block(lengths[at]), *buffer;
        const size_t expected = lengths[at] + 50;
        size_t length = 77;
        imza_str id;
        int row;
        id.ptr = key_id, id.len = lengths[at];
        CHECK_STATUS(imza_dlga_signer_new(id, imza_str_from("secret"), &signer, NULL), IMZA_OK);
        CHECK_STATUS(imza_dlga_stream_begin(signer, request.method, request.content_type, request.date, 0, &stream, NULL),
                     IMZA_OK);
        for (row = 0; row < 2; row++) {
            imza_status (*const write)(TEXT_ARGUMENTS) = row == 0 ? sign : stream_finish;
            buffer = block(expected + 1);
            CHECK_STATUS(write(buffer, expected, &length, NULL), IMZA_BUFFER_TOO_SMALL);
            CHECK(length == expected && is_untouched(buffer, expected + 1));
            CHECK_STATUS(write(buffer, expected + 1, &length, NULL), IMZA_OK);
            CHECK(length == expected && memcmp(buffer, "DLGA ", 5) == 0 && buffer[expected] == '\0');
            CHECK(memcmp(buffer + 5, key_id, lengths[at]) == 0 && buffer[5 + lengths[at]] == ':');
            free(buffer);
        }
        imza_dlga_stream_free(stream);
        imza_dlga_signer_free(signer);
        free(key_id);
    }
    signer = before;
    stream = stream_before;
}

int main(void) {
    char right[45];
    size_t length = 0, row;
    imza_haso_explainer *explainer = NULL;
    imza_haso_discoverer *discoverer = NULL;
    imza_field alike[3];

    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = imza_str_from("POST");
    request.content_type = imza_str_from("application/json");
    request.date = imza_str_from("Tue, 09 Mar 2021 13:28:32 GMT");
    request.resource = imza_str_from("/v1/x");
    request.body = imza_str_from("{}");
    fields[0].name = imza_str_from("customerId"), fields[0].value = imza_str_from("5500123");
    fields[1].name = imza_str_from("dealerSegment"), fields[1].value = imza_str_from("GOLD");
    CHECK_STATUS(imza_dlga_signer_new(imza_str_from("id"), imza_str_from("secret"), &signer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_stream_begin(signer, request.method, request.content_type, request.date, 0, &stream, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"), &merchant,
                                        NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_find(imza_str_from("SetPreDefinedLimit"), &recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(merchant, recipe, fields, 2, right, sizeof right, &length, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_explainer_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"),
                                         &explainer, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_explain(explainer, recipe, fields, 2, imza_str_from(right), &valid, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_explain(explainer, recipe, fields, 2,
                                   imza_str_from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), &wrong, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_explain(explainer, recipe, fields, 2, imza_str_from("not a token"), &noted, NULL), IMZA_OK);

    CHECK_STATUS(imza_haso_discoverer_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"),
                                          &discoverer, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, fields, 2, imza_str_from(right), NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_discover(discoverer, 0, &found, NULL), IMZA_OK);
    imza_haso_discoverer_free(discoverer);
    CHECK_STATUS(imza_haso_discoverer_new_salt_keyed(imza_str_from("1000042"), imza_str_from("salt"), &discoverer, NULL),
                 IMZA_OK);
    memcpy(alike, fields, sizeof fields);
    alike[2].name = imza_str_from("kkbRefNo"), alike[2].value = fields[0].value;
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, alike, 3, imza_str_from(right), NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_discover(discoverer, 1000, &unclear, NULL), IMZA_OK);

    every_function_is_in_the_table();
    for (row = 0; row < ROWS; row++) {
        is_written_within_its_buffer(row);
    }
    a_long_access_key_id_is_written_within_its_buffer();

    imza_explanation_free(valid), imza_explanation_free(wrong), imza_explanation_free(noted);
    imza_haso_explainer_free(explainer);
    imza_haso_discovery_free(found), imza_haso_discovery_free(unclear);
    imza_haso_discoverer_free(discoverer);
    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(merchant);
    imza_dlga_stream_free(stream);
    imza_dlga_signer_free(signer);
    return checks_done("texts within their buffers");
}
