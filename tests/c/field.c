/* The last member of imza_error, which its first version did not have: the name of the posted field at fault. */
#include "check.h"

#define FIELD(name, value)                                                                                          \
    { {name, sizeof(name) - 1}, {value, sizeof(value) - 1} }
#define CUSTOMER FIELD("customerId", "5500123")
#define SEGMENT FIELD("dealerSegment", "GOLD")
#define TEN "0123456789"

static imza_haso_merchant *merchant;
static imza_haso_recipe *recipe;

static void the_field_is(imza_status expected, const char *name, const imza_field *fields, size_t count) {
    imza_error error = new_error();
    char buffer[256], whole[1024];
    size_t length = 0;
    checked_case = name;
    CHECK_STATUS(imza_haso_token(merchant, recipe, fields, count, buffer, sizeof buffer, &length, &error), expected);
    CHECK(strcmp(error.field, name) == 0);
    error = new_error();
    CHECK_STATUS(imza_haso_message(merchant, recipe, fields, count, buffer, sizeof buffer, &length, &error), expected);
    CHECK(strcmp(error.field, name) == 0);
    error = new_error();
    CHECK_STATUS(imza_haso_verify(merchant, recipe, fields, count, imza_str_from("no token"), &error), expected);
    CHECK(strcmp(error.field, name) == 0);
    /* The function that has always named it has no less of it. */
    error = new_error();
    CHECK_STATUS(imza_haso_field_at_fault(merchant, recipe, fields, count, whole, sizeof whole, &length, &error), IMZA_OK);
    CHECK(strncmp(whole, name, strlen(name)) == 0 && error.field[0] == '\0');
}

#define IS(expected, name, ...)                                                                                     \
    do {                                                                                                            \
        const imza_field fields_[] = {__VA_ARGS__};                                                                 \
        the_field_is(expected, name, fields_, sizeof fields_ / sizeof *fields_);                                    \
    } while (0)

int main(void) {
    const imza_field good[] = {CUSTOMER, SEGMENT};
    char buffer[64];
    size_t length = 0;
    imza_error error = new_error();
    imza_haso_recipe *no_recipe = NULL;
    CHECK_STATUS(imza_haso_merchant_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"), &merchant,
                                        NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_find(imza_str_from("SetPreDefinedLimit"), &recipe, NULL), IMZA_OK);

    IS(IMZA_HASO_FIELD_MISSING, "dealerSegment", CUSTOMER);
    IS(IMZA_HASO_FIELD_MISSING, "customerId", FIELD("customerId", ""), SEGMENT);
    IS(IMZA_HASO_FIELD_DUPLICATE, "customerId", CUSTOMER, SEGMENT, CUSTOMER);
    IS(IMZA_HASO_FIELD_INVALID, "dealerSegment", CUSTOMER, FIELD("dealerSegment", "a segment that is too long"));
    IS(IMZA_HASO_FIELD_INVALID, "customerId", FIELD("customerId", "55\xff"), SEGMENT);
    IS(IMZA_HASO_FIELD_UNKNOWN, "colour", CUSTOMER, SEGMENT, FIELD("colour", "red"));
    /* A name that is not UTF-8 cannot be written; one that does not print is escaped. */
    IS(IMZA_HASO_FIELD_UNKNOWN, "", CUSTOMER, SEGMENT, FIELD("col\xffour", "red"));
    IS(IMZA_HASO_FIELD_UNKNOWN, "a\\n\\u{1b}[2Jb", CUSTOMER, SEGMENT, FIELD("a\n\x1b[2Jb", "red"));
    /* 63 bytes and the NUL, cut between characters: of two bytes each, 31 fit. */
    IS(IMZA_HASO_FIELD_UNKNOWN, TEN TEN TEN TEN TEN TEN "012", CUSTOMER, SEGMENT, FIELD(TEN TEN TEN TEN TEN TEN "012", ""));
    IS(IMZA_HASO_FIELD_UNKNOWN, TEN TEN TEN TEN TEN TEN "012", CUSTOMER, SEGMENT, FIELD(TEN TEN TEN TEN TEN TEN TEN, ""));
#define EIGHT "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
#define SEVEN "\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc\xc3\xbc"
    IS(IMZA_HASO_FIELD_UNKNOWN, EIGHT EIGHT EIGHT SEVEN, CUSTOMER, SEGMENT, FIELD(EIGHT EIGHT EIGHT EIGHT EIGHT, ""));

    /* "" for every status that is about no field. */
    CHECK_STATUS(imza_haso_token(merchant, recipe, good, 2, buffer, sizeof buffer, &length, &error), IMZA_OK);
    CHECK(error.field[0] == '\0');
    error = new_error();
    CHECK_STATUS(imza_haso_token(merchant, recipe, good, 2, buffer, 3, &length, &error), IMZA_BUFFER_TOO_SMALL);
    CHECK(error.field[0] == '\0');
    error = new_error();
    CHECK_STATUS(imza_haso_token(merchant, NULL, good, 2, buffer, 3, &length, &error), IMZA_NULL_POINTER);
    CHECK(error.field[0] == '\0');
    error = new_error();
    CHECK_STATUS(imza_haso_verify(merchant, recipe, good, 2, imza_str_from("no token"), &error), IMZA_HASO_TOKEN_MALFORMED);
    CHECK(error.field[0] == '\0');
    error = new_error();
    CHECK_STATUS(imza_haso_recipe_find(imza_str_from("colour"), &no_recipe, &error), IMZA_HASO_RECIPE_UNKNOWN);
    CHECK(error.field[0] == '\0');
    error = new_error();
    CHECK_STATUS(imza_dlga_date(-1, buffer, sizeof buffer, &length, &error), IMZA_INVALID_ARGUMENT);
    CHECK(error.field[0] == '\0');

    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(merchant);
    return checks_done("the field at fault");
}
