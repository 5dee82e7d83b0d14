/* What Go calls instead of the C library itself: the same functions, with texts as plain arguments.
 *
 * Go may not hand C a struct in Go's memory that points to more of Go's memory, unless it pins every
 * piece. Pointers that are arguments of their own need no pin, so the structs are put together here,
 * on C's stack: nothing is copied but pointers, and one crossing from Go to C does one whole job. */

#ifndef IMZA_GO_SHIM_H
#define IMZA_GO_SHIM_H

#include <imza.h>

/* Every text of Go's: where it begins, and how long it is. */
#define TEXT(name) const char *name, size_t name##_len
#define STR(name) \
    (imza_str) { name, name##_len }

/* The parts of a request that are signed. */
#define REQUEST_PARTS TEXT(method), TEXT(content_type), TEXT(date), TEXT(resource), TEXT(body), int32_t body_line
#define REQUEST                                                                                             \
    (imza_dlga_request) {                                                                                   \
        .struct_size = sizeof(imza_dlga_request), .method = STR(method), .content_type = STR(content_type), \
        .date = STR(date), .resource = STR(resource), .body = STR(body), .body_line = body_line             \
    }

static inline imza_status go_dlga_signer_new(TEXT(key_id), TEXT(secret), imza_dlga_signer **out, imza_error *error) {
    return imza_dlga_signer_new(STR(key_id), STR(secret), out, error);
}

static inline imza_status go_dlga_sign(const imza_dlga_signer *signer, REQUEST_PARTS, char *buffer, size_t capacity,
                                       size_t *length, imza_error *error) {
    return imza_dlga_sign(signer, &REQUEST, buffer, capacity, length, error);
}

/* Writes the date of a time into `made`, which has room for 30 bytes, and signs with it. */
static inline imza_status go_dlga_sign_at(const imza_dlga_signer *signer, int64_t unix_seconds, TEXT(method),
                                          TEXT(content_type), TEXT(resource), TEXT(body), int32_t body_line, char *made,
                                          size_t *made_length, char *buffer, size_t capacity, size_t *length,
                                          imza_error *error) {
    const imza_status status = imza_dlga_date(unix_seconds, made, 30, made_length, error);
    if (status != IMZA_OK) return status;
    const char *date = made;
    const size_t date_len = *made_length;
    return imza_dlga_sign(signer, &REQUEST, buffer, capacity, length, error);
}

static inline imza_status go_dlga_string_to_sign(REQUEST_PARTS, char *buffer, size_t capacity, size_t *length,
                                                 imza_error *error) {
    return imza_dlga_string_to_sign(&REQUEST, buffer, capacity, length, error);
}

static inline imza_status go_dlga_verifier_add_key(imza_dlga_verifier *verifier, TEXT(key_id), TEXT(secret),
                                                   imza_error *error) {
    return imza_dlga_verifier_add_key(verifier, STR(key_id), STR(secret), error);
}

static inline imza_status go_dlga_verify(const imza_dlga_verifier *verifier, REQUEST_PARTS, TEXT(authorization),
                                         TEXT(requester), int64_t now, imza_error *error) {
    return imza_dlga_verify(verifier, &REQUEST, STR(authorization), STR(requester), now, error);
}

/* The content type is among the headers. */
static inline imza_status go_dlga_verify_stream_begin(const imza_dlga_verifier *verifier, TEXT(method),
                                                      const imza_field *headers, size_t count, int32_t body_line,
                                                      imza_dlga_verify_stream **out, imza_error *error) {
    return imza_dlga_verify_stream_begin_headers(verifier, STR(method), (imza_str) { NULL, 0 }, headers, count, body_line,
                                                 out, error);
}

/* Takes the whole body and gives the verdict; the stream is still to be freed. */
static inline imza_status go_dlga_verify_stream_end(imza_dlga_verify_stream *stream, TEXT(body), TEXT(resource),
                                                    int64_t now, imza_error *error) {
    const imza_status status = imza_dlga_verify_stream_update(stream, STR(body), error);
    if (status != IMZA_OK) return status;
    return imza_dlga_verify_stream_finish(stream, STR(resource), now, error);
}

static inline imza_status go_haso_merchant_new(TEXT(id), TEXT(key), TEXT(salt), imza_haso_merchant **out,
                                               imza_error *error) {
    return imza_haso_merchant_new(STR(id), STR(key), STR(salt), out, error);
}

static inline imza_status go_haso_merchant_new_salt_keyed(TEXT(id), TEXT(salt), imza_haso_merchant **out,
                                                          imza_error *error) {
    return imza_haso_merchant_new_salt_keyed(STR(id), STR(salt), out, error);
}

static inline imza_status go_haso_merchant_add_older_secret(imza_haso_merchant *merchant, TEXT(key), TEXT(salt),
                                                            imza_error *error) {
    return imza_haso_merchant_add_older_secret(merchant, STR(key), STR(salt), error);
}

static inline imza_status go_haso_merchant_add_older_salt(imza_haso_merchant *merchant, TEXT(salt),
                                                          imza_error *error) {
    return imza_haso_merchant_add_older_salt(merchant, STR(salt), error);
}

static inline imza_status go_haso_recipe_find(TEXT(endpoint), imza_haso_recipe **out, imza_error *error) {
    return imza_haso_recipe_find(STR(endpoint), out, error);
}

static inline imza_status go_haso_recipe_parse(TEXT(printed), imza_haso_recipe **out, imza_error *error) {
    return imza_haso_recipe_parse(STR(printed), out, error);
}

static inline imza_status go_haso_verify(const imza_haso_merchant *merchant, const imza_haso_recipe *recipe,
                                         const imza_field *fields, size_t count, TEXT(token), imza_error *error) {
    return imza_haso_verify(merchant, recipe, fields, count, STR(token), error);
}

static inline imza_status go_dlga_explainer_add_key(imza_dlga_explainer *explainer, TEXT(key_id), TEXT(secret),
                                                    imza_error *error) {
    return imza_dlga_explainer_add_key(explainer, STR(key_id), STR(secret), error);
}

static inline imza_status go_dlga_explain(const imza_dlga_explainer *explainer, REQUEST_PARTS, TEXT(authorization),
                                          TEXT(requester), imza_explanation **out, imza_error *error) {
    return imza_dlga_explain(explainer, &REQUEST, STR(authorization), STR(requester), out, error);
}

/* The date is among the headers. */
static inline imza_status go_dlga_explain_headers(const imza_dlga_explainer *explainer, TEXT(method),
                                                  TEXT(content_type), TEXT(resource), TEXT(body), int32_t body_line,
                                                  const imza_field *headers, size_t count, imza_explanation **out,
                                                  imza_error *error) {
    const char *date = NULL;
    const size_t date_len = 0;
    return imza_dlga_explain_headers(explainer, &REQUEST, headers, count, out, error);
}

static inline imza_status go_haso_explainer_new(TEXT(id), TEXT(key), TEXT(salt), imza_haso_explainer **out,
                                                imza_error *error) {
    return imza_haso_explainer_new(STR(id), STR(key), STR(salt), out, error);
}

static inline imza_status go_haso_explainer_new_salt_keyed(TEXT(id), TEXT(salt), imza_haso_explainer **out,
                                                           imza_error *error) {
    return imza_haso_explainer_new_salt_keyed(STR(id), STR(salt), out, error);
}

static inline imza_status go_haso_explainer_add_older_secret(imza_haso_explainer *explainer, TEXT(key), TEXT(salt),
                                                             imza_error *error) {
    return imza_haso_explainer_add_older_secret(explainer, STR(key), STR(salt), error);
}

static inline imza_status go_haso_explainer_add_older_salt(imza_haso_explainer *explainer, TEXT(salt),
                                                           imza_error *error) {
    return imza_haso_explainer_add_older_salt(explainer, STR(salt), error);
}

static inline imza_status go_haso_explain(const imza_haso_explainer *explainer, const imza_haso_recipe *recipe,
                                          const imza_field *fields, size_t count, TEXT(token), imza_explanation **out,
                                          imza_error *error) {
    return imza_haso_explain(explainer, recipe, fields, count, STR(token), out, error);
}

static inline imza_status go_haso_discoverer_new(TEXT(id), TEXT(key), TEXT(salt), imza_haso_discoverer **out,
                                                 imza_error *error) {
    return imza_haso_discoverer_new(STR(id), STR(key), STR(salt), out, error);
}

static inline imza_status go_haso_discoverer_new_salt_keyed(TEXT(id), TEXT(salt), imza_haso_discoverer **out,
                                                            imza_error *error) {
    return imza_haso_discoverer_new_salt_keyed(STR(id), STR(salt), out, error);
}

static inline imza_status go_haso_discoverer_add_sample(imza_haso_discoverer *discoverer, const imza_field *fields,
                                                        size_t count, TEXT(token), imza_error *error) {
    return imza_haso_discoverer_add_sample(discoverer, fields, count, STR(token), error);
}

#undef TEXT
#undef STR
#undef REQUEST_PARTS
#undef REQUEST

#endif
