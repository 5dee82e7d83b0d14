/* imza.h for the parsers of PHP's FFI, Python's cffi and their like: declarations alone, and the constants as an
 * enum. The contract and what each function does are written in imza.h. Made by cbindgen from src/ffi: do not edit. */

enum {
    IMZA_ABI_VERSION = 1,
    IMZA_DLGA_BODY_LINE_WHEN_PRESENT = 0,
    IMZA_DLGA_BODY_LINE_ALWAYS = 1,
    IMZA_DLGA_BODY_LINE_NEVER = 2,
    IMZA_OK = 0,
    IMZA_NULL_POINTER = 1,
    IMZA_BUFFER_TOO_SMALL = 2,
    IMZA_INVALID_ARGUMENT = 3,
    IMZA_PANIC = 4,
    IMZA_DLGA_HEADERS_MISSING = 100,
    IMZA_DLGA_FORMAT_INVALID = 101,
    IMZA_DLGA_DATE_INVALID = 102,
    IMZA_DLGA_SIGNATURE_MISMATCH = 103,
    IMZA_DLGA_CLOCK_SKEW = 104,
    IMZA_HASO_FIELD_MISSING = 200,
    IMZA_HASO_FIELD_UNKNOWN = 201,
    IMZA_HASO_FIELD_DUPLICATE = 202,
    IMZA_HASO_FIELD_INVALID = 203,
    IMZA_HASO_RECIPE_INVALID = 204,
    IMZA_HASO_RECIPE_UNKNOWN = 205,
    IMZA_HASO_TOKEN_MALFORMED = 206,
    IMZA_HASO_TOKEN_MISMATCH = 207
};

typedef struct imza_dlga_explainer imza_dlga_explainer;

typedef struct imza_dlga_signer imza_dlga_signer;

typedef struct imza_dlga_stream imza_dlga_stream;

typedef struct imza_dlga_verifier imza_dlga_verifier;

typedef struct imza_dlga_verify_stream imza_dlga_verify_stream;

typedef struct imza_explanation imza_explanation;

typedef struct imza_haso_discoverer imza_haso_discoverer;

typedef struct imza_haso_discovery imza_haso_discovery;

typedef struct imza_haso_explainer imza_haso_explainer;

typedef struct imza_haso_merchant imza_haso_merchant;

typedef struct imza_haso_recipe imza_haso_recipe;

typedef int32_t imza_status;

typedef struct {
    size_t struct_size;
    imza_status status;
    uint16_t http_status;
    int32_t key_index;
    size_t offset;
    char message[256];
    char field[64];
} imza_error;

typedef struct {
    const char *ptr;
    size_t len;
} imza_str;

typedef struct {
    size_t struct_size;
    imza_str method;
    imza_str content_type;
    imza_str date;
    imza_str resource;
    imza_str body;
    int32_t body_line;
} imza_dlga_request;

typedef struct {
    imza_str name;
    imza_str value;
} imza_field;

const char *imza_status_name(imza_status status);

uint16_t imza_status_http(imza_status status);

const char *imza_status_vendor_text(imza_status status);

const char *imza_version(void);

uint32_t imza_abi_version(void);

imza_status imza_dlga_date(int64_t unix_seconds, char *buffer, size_t capacity, size_t *length, imza_error *error);

imza_status imza_dlga_signer_new(imza_str key_id, imza_str secret, imza_dlga_signer **out, imza_error *error);

imza_status imza_dlga_sign(const imza_dlga_signer *signer,
                           const imza_dlga_request *request,
                           char *buffer,
                           size_t capacity,
                           size_t *length,
                           imza_error *error);

imza_status imza_dlga_string_to_sign(const imza_dlga_request *request,
                                     char *buffer,
                                     size_t capacity,
                                     size_t *length,
                                     imza_error *error);

void imza_dlga_signer_free(imza_dlga_signer *signer);

imza_status imza_dlga_verifier_new(imza_dlga_verifier **out, imza_error *error);

imza_status imza_dlga_verifier_add_key(imza_dlga_verifier *verifier,
                                       imza_str key_id,
                                       imza_str secret,
                                       imza_error *error);

imza_status imza_dlga_verifier_window(imza_dlga_verifier *verifier, int64_t past, int64_t future, imza_error *error);

imza_status imza_dlga_verifier_ignore_clock(imza_dlga_verifier *verifier, imza_error *error);

imza_status imza_dlga_verify(const imza_dlga_verifier *verifier,
                             const imza_dlga_request *request,
                             imza_str authorization,
                             imza_str requester,
                             int64_t now,
                             imza_error *error);

imza_status imza_dlga_verify_headers(const imza_dlga_verifier *verifier,
                                     const imza_dlga_request *request,
                                     const imza_field *headers,
                                     size_t count,
                                     int64_t now,
                                     imza_error *error);

void imza_dlga_verifier_free(imza_dlga_verifier *verifier);

imza_status imza_dlga_stream_begin(const imza_dlga_signer *signer,
                                   imza_str method,
                                   imza_str content_type,
                                   imza_str date,
                                   int32_t body_line,
                                   imza_dlga_stream **out,
                                   imza_error *error);

imza_status imza_dlga_stream_update(imza_dlga_stream *stream, imza_str piece, imza_error *error);

imza_status imza_dlga_stream_finish(const imza_dlga_stream *stream,
                                    imza_str resource,
                                    char *buffer,
                                    size_t capacity,
                                    size_t *length,
                                    imza_error *error);

void imza_dlga_stream_free(imza_dlga_stream *stream);

imza_status imza_dlga_verify_stream_begin(const imza_dlga_verifier *verifier,
                                          imza_str method,
                                          imza_str content_type,
                                          imza_str date,
                                          imza_str authorization,
                                          imza_str requester,
                                          int32_t body_line,
                                          imza_dlga_verify_stream **out,
                                          imza_error *error);

imza_status imza_dlga_verify_stream_begin_headers(const imza_dlga_verifier *verifier,
                                                  imza_str method,
                                                  imza_str content_type,
                                                  const imza_field *headers,
                                                  size_t count,
                                                  int32_t body_line,
                                                  imza_dlga_verify_stream **out,
                                                  imza_error *error);

imza_status imza_dlga_verify_stream_update(imza_dlga_verify_stream *stream, imza_str piece, imza_error *error);

imza_status imza_dlga_verify_stream_finish(imza_dlga_verify_stream *stream,
                                           imza_str resource,
                                           int64_t now,
                                           imza_error *error);

void imza_dlga_verify_stream_free(imza_dlga_verify_stream *stream);

imza_status imza_haso_merchant_new(imza_str merchant_id,
                                   imza_str key,
                                   imza_str salt,
                                   imza_haso_merchant **out,
                                   imza_error *error);

imza_status imza_haso_merchant_new_salt_keyed(imza_str merchant_id,
                                              imza_str salt,
                                              imza_haso_merchant **out,
                                              imza_error *error);

imza_status imza_haso_merchant_add_older_secret(imza_haso_merchant *merchant,
                                                imza_str key,
                                                imza_str salt,
                                                imza_error *error);

imza_status imza_haso_merchant_add_older_salt(imza_haso_merchant *merchant, imza_str salt, imza_error *error);

void imza_haso_merchant_free(imza_haso_merchant *merchant);

imza_status imza_haso_recipe_find(imza_str endpoint, imza_haso_recipe **out, imza_error *error);

imza_status imza_haso_recipe_parse(imza_str printed, imza_haso_recipe **out, imza_error *error);

imza_status imza_haso_recipe_print(const imza_haso_recipe *recipe,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   imza_error *error);

imza_status imza_haso_recipe_without_field_checks(imza_haso_recipe *recipe, imza_error *error);

imza_status imza_haso_recipe_ignoring_other_fields(imza_haso_recipe *recipe, imza_error *error);

void imza_haso_recipe_free(imza_haso_recipe *recipe);

imza_status imza_haso_token(const imza_haso_merchant *merchant,
                            const imza_haso_recipe *recipe,
                            const imza_field *fields,
                            size_t count,
                            char *buffer,
                            size_t capacity,
                            size_t *length,
                            imza_error *error);

imza_status imza_haso_field_at_fault(const imza_haso_merchant *merchant,
                                     const imza_haso_recipe *recipe,
                                     const imza_field *fields,
                                     size_t count,
                                     char *buffer,
                                     size_t capacity,
                                     size_t *length,
                                     imza_error *error);

imza_status imza_haso_verify(const imza_haso_merchant *merchant,
                             const imza_haso_recipe *recipe,
                             const imza_field *fields,
                             size_t count,
                             imza_str token,
                             imza_error *error);

imza_status imza_haso_message(const imza_haso_merchant *merchant,
                              const imza_haso_recipe *recipe,
                              const imza_field *fields,
                              size_t count,
                              char *buffer,
                              size_t capacity,
                              size_t *length,
                              imza_error *error);

imza_status imza_haso_message_reveal_salt(const imza_haso_merchant *merchant,
                                          const imza_haso_recipe *recipe,
                                          const imza_field *fields,
                                          size_t count,
                                          char *buffer,
                                          size_t capacity,
                                          size_t *length,
                                          imza_error *error);

imza_status imza_dlga_explainer_new(imza_dlga_explainer **out, imza_error *error);

imza_status imza_dlga_explainer_add_key(imza_dlga_explainer *explainer,
                                        imza_str key_id,
                                        imza_str secret,
                                        imza_error *error);

imza_status imza_dlga_explainer_at(imza_dlga_explainer *explainer,
                                   int64_t now,
                                   int64_t past,
                                   int64_t future,
                                   imza_error *error);

imza_status imza_dlga_explain(const imza_dlga_explainer *explainer,
                              const imza_dlga_request *request,
                              imza_str authorization,
                              imza_str requester,
                              imza_explanation **out,
                              imza_error *error);

imza_status imza_dlga_explain_headers(const imza_dlga_explainer *explainer,
                                      const imza_dlga_request *request,
                                      const imza_field *headers,
                                      size_t count,
                                      imza_explanation **out,
                                      imza_error *error);

void imza_dlga_explainer_free(imza_dlga_explainer *explainer);

imza_status imza_haso_explainer_new(imza_str merchant_id,
                                    imza_str key,
                                    imza_str salt,
                                    imza_haso_explainer **out,
                                    imza_error *error);

imza_status imza_haso_explainer_new_salt_keyed(imza_str merchant_id,
                                               imza_str salt,
                                               imza_haso_explainer **out,
                                               imza_error *error);

imza_status imza_haso_explainer_add_older_secret(imza_haso_explainer *explainer,
                                                 imza_str key,
                                                 imza_str salt,
                                                 imza_error *error);

imza_status imza_haso_explainer_add_older_salt(imza_haso_explainer *explainer, imza_str salt, imza_error *error);

imza_status imza_haso_explain(const imza_haso_explainer *explainer,
                              const imza_haso_recipe *recipe,
                              const imza_field *fields,
                              size_t count,
                              imza_str token,
                              imza_explanation **out,
                              imza_error *error);

void imza_haso_explainer_free(imza_haso_explainer *explainer);

int32_t imza_explanation_is_valid(const imza_explanation *explanation);

size_t imza_explanation_match_count(const imza_explanation *explanation);

size_t imza_explanation_tried(const imza_explanation *explanation);

int32_t imza_explanation_was_cut_short(const imza_explanation *explanation);

imza_status imza_explanation_match(const imza_explanation *explanation,
                                   size_t index,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   imza_error *error);

imza_status imza_explanation_refusal(const imza_explanation *explanation,
                                     char *buffer,
                                     size_t capacity,
                                     size_t *length,
                                     imza_error *error);

imza_status imza_explanation_notes(const imza_explanation *explanation,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   imza_error *error);

imza_status imza_explanation_text(const imza_explanation *explanation,
                                  char *buffer,
                                  size_t capacity,
                                  size_t *length,
                                  imza_error *error);

imza_status imza_explanation_signed_text(const imza_explanation *explanation,
                                         char *buffer,
                                         size_t capacity,
                                         size_t *length,
                                         imza_error *error);

imza_status imza_explanation_signed_hex(const imza_explanation *explanation,
                                        char *buffer,
                                        size_t capacity,
                                        size_t *length,
                                        imza_error *error);

void imza_explanation_free(imza_explanation *explanation);

imza_status imza_haso_discoverer_new(imza_str merchant_id,
                                     imza_str key,
                                     imza_str salt,
                                     imza_haso_discoverer **out,
                                     imza_error *error);

imza_status imza_haso_discoverer_new_salt_keyed(imza_str merchant_id,
                                                imza_str salt,
                                                imza_haso_discoverer **out,
                                                imza_error *error);

imza_status imza_haso_discoverer_add_sample(imza_haso_discoverer *discoverer,
                                            const imza_field *fields,
                                            size_t count,
                                            imza_str token,
                                            imza_error *error);

imza_status imza_haso_discover(const imza_haso_discoverer *discoverer,
                               size_t most_tries,
                               imza_haso_discovery **out,
                               imza_error *error);

void imza_haso_discoverer_free(imza_haso_discoverer *discoverer);

size_t imza_haso_discovery_count(const imza_haso_discovery *discovery);

size_t imza_haso_discovery_tried(const imza_haso_discovery *discovery);

int32_t imza_haso_discovery_is_complete(const imza_haso_discovery *discovery);

imza_status imza_haso_discovery_recipe(const imza_haso_discovery *discovery,
                                       size_t index,
                                       char *buffer,
                                       size_t capacity,
                                       size_t *length,
                                       imza_error *error);

imza_status imza_haso_discovery_hmac_key(const imza_haso_discovery *discovery,
                                         size_t index,
                                         char *buffer,
                                         size_t capacity,
                                         size_t *length,
                                         imza_error *error);

imza_status imza_haso_discovery_notes(const imza_haso_discovery *discovery,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *length,
                                      imza_error *error);

void imza_haso_discovery_free(imza_haso_discovery *discovery);
