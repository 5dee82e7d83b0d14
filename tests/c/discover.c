/* Finding a recipe from C (docs/haso.md): the order and the key are named, a bound is kept, no secret is shown. */
#include "check.h"

#define KEY "merchant-key-not-real"
#define SALT "merchant-salt-not-real"
/* The golden corpus' first: 1000042, 5500123, GOLD, 85.105.1.2 and the salt, under KEY. */
#define TOKEN "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY="

static const imza_str EMPTY = {NULL, 0};
static char room[8192];
static size_t length;
static imza_error error;

#define FIELD(name, value)                                                                                          \
    { {name, sizeof(name) - 1}, {value, sizeof(value) - 1} }

static imza_haso_discoverer *a_discoverer(void) {
    imza_haso_discoverer *discoverer = NULL;
    CHECK_STATUS(imza_haso_discoverer_new(imza_str_from("1000042"), imza_str_from(KEY), imza_str_from(SALT), &discoverer,
                                          NULL),
                 IMZA_OK);
    return discoverer;
}

static imza_haso_discovery *searched(const imza_haso_discoverer *discoverer, size_t most_tries) {
    imza_haso_discovery *discovery = NULL;
    error = new_error();
    CHECK_STATUS(imza_haso_discover(discoverer, most_tries, &discovery, &error), IMZA_OK);
    CHECK(discovery != NULL && error.status == IMZA_OK);
    return discovery;
}

/* HASO-2, HASO-4: what is found makes the token again. */
static void the_recipe_is_found(void) {
    const imza_field fields[] = {FIELD("ipAddress", "85.105.1.2"), FIELD("customerId", "5500123"),
                                 FIELD("requestToken", "left out"), FIELD("dealerSegment", "GOLD"),
                                 FIELD("merchantId", "1000042")};
    imza_haso_discoverer *discoverer = a_discoverer();
    imza_haso_discovery *discovery;
    imza_haso_merchant *merchant = NULL;
    imza_haso_recipe *recipe = NULL;

    error = new_error();
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, fields, 5, imza_str_from(TOKEN), &error), IMZA_OK);
    discovery = searched(discoverer, 0);
    CHECK(imza_haso_discovery_count(discovery) == 1 && imza_haso_discovery_is_complete(discovery) == 1);
    CHECK(imza_haso_discovery_tried(discovery) > 10);
    CHECK_STATUS(imza_haso_discovery_hmac_key(discovery, 0, room, sizeof room, &length, NULL), IMZA_OK);
    CHECK(strcmp(room, "merchant-key") == 0);
    CHECK_STATUS(imza_haso_discovery_notes(discovery, room, sizeof room, &length, NULL), IMZA_OK);
    CHECK(length == 0);
    CHECK_STATUS(imza_haso_discovery_recipe(discovery, 0, room, sizeof room, &length, NULL), IMZA_OK);
    CHECK(strcmp(room, "merchantId + customerId + dealerSegment + ipAddress + merhant_salt") == 0);

    CHECK_STATUS(imza_haso_recipe_parse(imza_str_from(room), &recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_new(imza_str_from("1000042"), imza_str_from(KEY), imza_str_from(SALT), &merchant, NULL),
                 IMZA_OK);
    {
        const imza_field posted[] = {fields[0], fields[1], fields[3]};
        CHECK_STATUS(imza_haso_token(merchant, recipe, posted, 3, room, sizeof room, &length, NULL), IMZA_OK);
        CHECK(strcmp(room, TOKEN) == 0);
    }
    CHECK_STATUS(imza_haso_discovery_recipe(discovery, 1, room, sizeof room, &length, &error), IMZA_INVALID_ARGUMENT);
    CHECK(strstr(error.message, "index is 1") != NULL);
    CHECK_STATUS(imza_haso_discovery_hmac_key(discovery, SIZE_MAX, room, 1, &length, NULL), IMZA_INVALID_ARGUMENT);
    imza_haso_merchant_free(merchant);
    imza_haso_recipe_free(recipe);
    imza_haso_discovery_free(discovery);
    imza_haso_discoverer_free(discoverer);
}

/* A search ends where it is told to; without a sample there is nothing to search. */
static void a_search_has_its_bound(void) {
    const imza_field fields[] = {FIELD("a", "1"), FIELD("b", "2"), FIELD("c", "3"), FIELD("d", "4"), FIELD("e", "5")};
    imza_haso_discoverer *discoverer = NULL;
    imza_haso_discovery *discovery;
    CHECK_STATUS(imza_haso_discoverer_new_salt_keyed(imza_str_from("1000042"), imza_str_from(SALT), &discoverer, NULL), IMZA_OK);
    discovery = searched(discoverer, 0);
    CHECK(imza_haso_discovery_count(discovery) == 0 && imza_haso_discovery_tried(discovery) == 0);
    imza_haso_discovery_free(discovery);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, fields, 5, imza_str_from(TOKEN), NULL), IMZA_OK);
    discovery = searched(discoverer, 100);
    CHECK(imza_haso_discovery_count(discovery) == 0 && imza_haso_discovery_tried(discovery) <= 100);
    CHECK(imza_haso_discovery_is_complete(discovery) == 0);
    imza_haso_discovery_free(discovery);
    imza_haso_discoverer_free(discoverer);
    CHECK(imza_haso_discovery_count(NULL) == 0 && imza_haso_discovery_tried(NULL) == 0);
    CHECK(imza_haso_discovery_is_complete(NULL) == 0);
    imza_haso_discovery_free(NULL);
    imza_haso_discoverer_free(NULL);
}

/* HASO-9 to HASO-11: a refused sample leaves the discoverer as it was, and no error tells a secret. */
static void bad_samples_are_refused(void) {
    const imza_field good[] = {FIELD("customerId", "5500123"), FIELD("dealerSegment", "GOLD"), FIELD("ipAddress", "85.105.1.2")};
    const imza_field twice[] = {FIELD("customerId", "5500123"), FIELD("customerId", "")};
    const imza_field anothers[] = {FIELD("merchantId", "1000043")};
    const imza_field not_utf8[] = {FIELD("customerId", "55\xff")};
    const imza_field secret_name[] = {FIELD(SALT, "x"), FIELD(SALT, "y")};
    imza_haso_discoverer *discoverer = a_discoverer(), *out = NULL;
    imza_haso_discovery *discovery;
    const imza_str token = imza_str_from(TOKEN);

    error = new_error();
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, twice, 2, token, &error), IMZA_HASO_FIELD_DUPLICATE);
    CHECK(strcmp(error.field, "customerId") == 0);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, anothers, 1, token, &error), IMZA_HASO_FIELD_INVALID);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, good, 3, imza_str_from("short"), &error), IMZA_HASO_TOKEN_MALFORMED);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, good, 3, imza_str_from("\xff"), &error), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, not_utf8, 1, token, &error), IMZA_INVALID_ARGUMENT);
    CHECK(error.offset == 2 && strstr(error.message, "fields[0].value") != NULL);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, secret_name, 2, token, &error), IMZA_HASO_FIELD_DUPLICATE);
    CHECK(strstr(error.message, SALT) == NULL && strstr(error.field, SALT) == NULL);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, good, 3, token, NULL), IMZA_OK);
    discovery = searched(discoverer, 0);
    CHECK(imza_haso_discovery_count(discovery) == 1);
    imza_haso_discovery_free(discovery);
    imza_haso_discoverer_free(discoverer);

    CHECK_STATUS(imza_haso_discoverer_new(EMPTY, token, token, &out, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_discoverer_new(token, EMPTY, token, &out, NULL), IMZA_INVALID_ARGUMENT);
    CHECK_STATUS(imza_haso_discoverer_new_salt_keyed(token, EMPTY, &out, NULL), IMZA_INVALID_ARGUMENT);
    CHECK(out == NULL);
}

int main(void) {
    the_recipe_is_found();
    a_search_has_its_bound();
    bad_samples_are_refused();
    return checks_done("discovering in C");
}
