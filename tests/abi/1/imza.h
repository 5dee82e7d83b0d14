/*
 * imza: signs and verifies the requests of two Turkish services, Diyalog's `DLGA` header and Haso's
 * `requestToken`. The rules that are cited (DLGA-6, HASO-4) are written out in docs/dlga.md and
 * docs/haso.md, and this interface in docs/c-abi.md. Made by cbindgen from src/ffi: do not edit.
 *
 * THE CONTRACT, which every function keeps:
 *
 * Status.   Every function that can fail returns an `imza_status`; results go to out-parameters. On
 *           failure nothing is written but `*error` and, with IMZA_BUFFER_TOO_SMALL, `*length`.
 *           The return value decides, never `error.status` alone: an `imza_error` without its
 *           `struct_size` is not written at all. Compilers warn where a verdict is not looked at
 *           (IMZA_CHECK_RESULT).
 * Order.    Arguments are judged before the buffer: IMZA_NULL_POINTER, then IMZA_INVALID_ARGUMENT and
 *           the scheme's own statuses, then IMZA_BUFFER_TOO_SMALL. An `error` that is too small to be
 *           one comes before all.
 * Texts in. An `imza_str` is borrowed for the call. Nothing needs a NUL. {NULL, 0} is empty; NULL with
 *           a length is IMZA_NULL_POINTER. A length that no memory can have (more than half of
 *           SIZE_MAX) is IMZA_INVALID_ARGUMENT.
 * Texts out. A text goes into `buffer` with a NUL behind it: `capacity` counts the NUL, `*length` does
 *           not. Where `capacity` is too small, `*length` is the length that the text would have, so
 *           `*length + 1` is the capacity to come back with. A NULL `buffer` with a `capacity` of 0
 *           asks for it; a NULL `length` is IMZA_NULL_POINTER. A buffer overlaps no other argument.
 * Errors.   `imza_error` is the caller's own and optional: NULL is fine. Where it is given, it is filled
 *           on every return.
 * Handles.  Opaque; made by a function with an `out` parameter, ended by the `_free` of the same name,
 *           exactly once; `_free(NULL)` is fine. They may be shared between threads as long as no
 *           thread calls a function that takes them without `const`.
 * Structs.  What callers fill begins with `struct_size`, and only ever grows at its end: a larger
 *           struct than the library knows is accepted, and its tail ignored.
 * Panics.   A fault in the library never crosses: it comes back as IMZA_PANIC.
 * Numbers.  The numbers of statuses never change, and no function changes its meaning, as long as
 *           IMZA_ABI_VERSION stays.
 * No more.  No network, no clock, no environment, no threads, no global state. A time is an argument.
 */

#ifndef IMZA_H
#define IMZA_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/** The version of this header. `imza_version` gives the library's. */
#define IMZA_VERSION "0.1.0"
#define IMZA_VERSION_MAJOR 0
#define IMZA_VERSION_MINOR 1
#define IMZA_VERSION_PATCH 0

/** The ABI version of this header: the number in the library's SONAME. `imza_abi_version` gives the library's. */
#define IMZA_ABI_VERSION 1

/** On every function that gives a verdict: the compiler warns where its result is not looked at. */
#if defined(__GNUC__) || defined(__clang__)
#define IMZA_CHECK_RESULT __attribute__((warn_unused_result))
#elif (defined(__cplusplus) && __cplusplus >= 201703L) || (defined(__STDC_VERSION__) && __STDC_VERSION__ > 201710L)
#define IMZA_CHECK_RESULT [[nodiscard]]
#else
#define IMZA_CHECK_RESULT
#endif

/**
 * The body and a line feed when there is a body, nothing at all when there is none: the default (DLGA-6).
 */
#define IMZA_DLGA_BODY_LINE_WHEN_PRESENT 0

/**
 * The body and a line feed, also when the body is empty (DLGA-6).
 */
#define IMZA_DLGA_BODY_LINE_ALWAYS 1

/**
 * The body alone: no line feed even after a body (DLGA-6).
 */
#define IMZA_DLGA_BODY_LINE_NEVER 2

/**
 * Access keys that refused requests are explained with. May be shared between threads once its last key is added and
 * its clock is set; ended by `imza_dlga_explainer_free`.
 */
typedef struct imza_dlga_explainer imza_dlga_explainer;

/**
 * An access key, ready to sign. May be shared between threads; ended by `imza_dlga_signer_free`.
 */
typedef struct imza_dlga_signer imza_dlga_signer;

/**
 * A signature over a body in pieces. One thread at a time; ended by `imza_dlga_stream_free`.
 */
typedef struct imza_dlga_stream imza_dlga_stream;

/**
 * The access keys that a server accepts. May be shared between threads once its last key is added and
 * its clock is set; ended by `imza_dlga_verifier_free`.
 */
typedef struct imza_dlga_verifier imza_dlga_verifier;

/**
 * A body in pieces whose signature is being verified. One thread at a time; ended by
 * `imza_dlga_verify_stream_free`.
 */
typedef struct imza_dlga_verify_stream imza_dlga_verify_stream;

/**
 * What is known about a signature or token that was presented; made by `imza_dlga_explain`,
 * `imza_dlga_explain_headers` or `imza_haso_explain`. It never changes, so it may be shared between threads; ended by
 * `imza_explanation_free`.
 *
 * Nothing in it is a secret, nor a signature or token that was computed: where a secret occurs in what was received,
 * `[secret]`, `[key]` or `[salt]` is shown. docs/explain.md lists the mistakes that are tried.
 */
typedef struct imza_explanation imza_explanation;

/**
 * A merchant's credentials, and requests that are known to be good, of a method whose recipe is not known. May be shared
 * between threads once its last sample is added; ended by `imza_haso_discoverer_free`.
 */
typedef struct imza_haso_discoverer imza_haso_discoverer;

/**
 * What a search found; made by `imza_haso_discover`. It never changes, so it may be shared between threads; ended by
 * `imza_haso_discovery_free`.
 */
typedef struct imza_haso_discovery imza_haso_discovery;

/**
 * A merchant's credentials that refused tokens are explained with. May be shared between threads once its last older
 * secret is added; ended by `imza_haso_explainer_free`.
 */
typedef struct imza_haso_explainer imza_haso_explainer;

/**
 * A merchant's credentials, ready to make and verify tokens. May be shared between threads once its last older
 * secret is added; ended by `imza_haso_merchant_free`.
 */
typedef struct imza_haso_merchant imza_haso_merchant;

/**
 * Which values a method's token is made of, in which order. May be shared between threads once its options are
 * set; ended by `imza_haso_recipe_free`.
 */
typedef struct imza_haso_recipe imza_haso_recipe;

/**
 * What a function answers with: `IMZA_OK` or one of the other `IMZA_` numbers. The numbers never
 * change; later versions can add some.
 */
typedef int32_t imza_status;

/**
 * What happened, in a struct of the caller's own: nothing to free, nothing shared between threads.
 * Every function takes NULL for it. Where it is given it is filled on every return, on success too.
 *
 * Set `struct_size` to `sizeof(imza_error)` before the first call; the other members need no value. A
 * `struct_size` of 0, or one smaller than the first version of this struct, is
 * `IMZA_INVALID_ARGUMENT`, and then nothing at all is done or written. Members that later versions
 * add come behind `message`.
 */
typedef struct {
    /**
     * Set by the caller: `sizeof(imza_error)`.
     */
    size_t struct_size;
    /**
     * The status that was returned.
     */
    imza_status status;
    /**
     * The HTTP status with which Diyalog answers such a request (DLGA-14); 0 where there is none.
     */
    uint16_t http_status;
    /**
     * The key that matched, in the order of adding, from 0 (DLGA-20, HASO-11); -1 for none. A
     * `IMZA_DLGA_CLOCK_SKEW` has the matching key too.
     */
    int32_t key_index;
    /**
     * The byte at which the offending value goes wrong, from 0; `SIZE_MAX` where there is none.
     */
    size_t offset;
    /**
     * What is wrong, where, and what to do about it: UTF-8 that ends in a NUL, cut at a character where
     * it is too long. "" on success. Never holds a byte of a secret. For people and logs: its wording
     * can change.
     */
    char message[256];
    /**
     * The name of the posted field that an `IMZA_HASO_FIELD_` status is about: UTF-8 that ends in a NUL. An unknown
     * name has what does not print escaped, and is cut at a character where it is too long. "" for every other status,
     * and for a name that is not UTF-8.
     */
    char field[64];
} imza_error;

/**
 * Bytes that the caller passes for the call, in any encoding the function names. Nothing needs a NUL,
 * and a NUL within is a byte like any other. `{NULL, 0}` is empty; NULL with a length is
 * `IMZA_NULL_POINTER`. `imza_str_from` makes one of a C string.
 */
typedef struct {
    /**
     * The first byte; need not be aligned.
     */
    const char *ptr;
    /**
     * How many bytes there are.
     */
    size_t len;
} imza_str;

/**
 * A request as it goes over the wire: the parts that are signed (DLGA-5), each exactly as sent. Set
 * `struct_size` to `sizeof(imza_dlga_request)`, and all that is not needed to 0.
 */
typedef struct {
    /**
     * Set by the caller: `sizeof(imza_dlga_request)`. Members that an older version has not count as 0; less than
     * the first version is `IMZA_INVALID_ARGUMENT`; of a larger one, the tail is ignored.
     */
    size_t struct_size;
    /**
     * The HTTP method, its case kept (DLGA-11).
     */
    imza_str method;
    /**
     * The value of the `Content-Type` header, parameters included; empty without the header (DLGA-8).
     */
    imza_str content_type;
    /**
     * The value of the `x-dlg-date` header: signed as it is, never re-formatted (DLGA-9).
     */
    imza_str date;
    /**
     * What follows the server address in the URI: path and query, no fragment (DLGA-10).
     */
    imza_str resource;
    /**
     * The exact bytes of the body (DLGA-7); any bytes.
     */
    imza_str body;
    /**
     * One of the `IMZA_DLGA_BODY_LINE_` numbers (DLGA-6); 0 is the default.
     */
    int32_t body_line;
} imza_dlga_request;

/**
 * A posted field of Haso's: both texts are UTF-8. Or a header of a request, whose value may be any bytes.
 */
typedef struct {
    /**
     * Its name as posted, such as `customerId`; of a header in any case.
     */
    imza_str name;
    /**
     * Its value as posted.
     */
    imza_str value;
} imza_field;

/**
 * Done, or accepted.
 */
#define IMZA_OK 0

/**
 * A pointer that must not be NULL is, or a text is NULL with a length.
 */
#define IMZA_NULL_POINTER 1

/**
 * The buffer is too small. `*length` is the length of the text without its NUL: come back with a
 * capacity of `*length + 1`.
 */
#define IMZA_BUFFER_TOO_SMALL 2

/**
 * An argument that cannot be worked with; `imza_error` says which one, why, and where.
 */
#define IMZA_INVALID_ARGUMENT 3

/**
 * A fault in the library itself was caught at the boundary. Please report it.
 */
#define IMZA_PANIC 4

/**
 * A required header is missing or empty (DLGA-14: 400).
 */
#define IMZA_DLGA_HEADERS_MISSING 100

/**
 * The authorization header, or another part of the request, is not in its format (DLGA-14: 400).
 */
#define IMZA_DLGA_FORMAT_INVALID 101

/**
 * The date is not in the pattern, or does not exist (DLGA-14: 400).
 */
#define IMZA_DLGA_DATE_INVALID 102

/**
 * The signature is wrong, or no key is held for the access key id; `imza_error.message` says which
 * (DLGA-14: 401).
 */
#define IMZA_DLGA_SIGNATURE_MISMATCH 103

/**
 * The signature is right, but date and clock differ too much (DLGA-14: 403).
 */
#define IMZA_DLGA_CLOCK_SKEW 104

/**
 * A required field is absent or empty (HASO-9).
 */
#define IMZA_HASO_FIELD_MISSING 200

/**
 * The method has no field of this name (HASO-9).
 */
#define IMZA_HASO_FIELD_UNKNOWN 201

/**
 * A field occurs twice (HASO-9).
 */
#define IMZA_HASO_FIELD_DUPLICATE 202

/**
 * A field's value is not in its shape, or not UTF-8 (HASO-7, HASO-8, HASO-10).
 */
#define IMZA_HASO_FIELD_INVALID 203

/**
 * A line is not a recipe (HASO-2).
 */
#define IMZA_HASO_RECIPE_INVALID 204

/**
 * No recipe is known for a method of this name or path.
 */
#define IMZA_HASO_RECIPE_UNKNOWN 205

/**
 * The token is not canonical base64 of 32 bytes (HASO-11).
 */
#define IMZA_HASO_TOKEN_MALFORMED 206

/**
 * The token is another one than the merchant's secrets make of these fields (HASO-11).
 */
#define IMZA_HASO_TOKEN_MISMATCH 207

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The name of a status, such as `IMZA_DLGA_CLOCK_SKEW`; `IMZA_UNKNOWN_STATUS` for a number that is
 * none. A static text: never NULL, never to be freed.
 */
const char *imza_status_name(imza_status status);

/**
 * The HTTP status with which Diyalog answers such a request (DLGA-14): 400, 401 or 403; 0 where the
 * vendor has none.
 */
uint16_t imza_status_http(imza_status status);

/**
 * The text with which Diyalog answers such a request, to the letter (DLGA-14); "" where the vendor has
 * none. A static text: never NULL, never to be freed.
 */
const char *imza_status_vendor_text(imza_status status);

/**
 * The version of the library that is running, such as "0.1.0"; compare it with `IMZA_VERSION`, the
 * one that was compiled against. A static text: never NULL, never to be freed.
 */
const char *imza_version(void);

/**
 * The version of the ABI that the running library keeps, the number in its SONAME; compare it with
 * `IMZA_ABI_VERSION`. It changes only when a program that was compiled before would break.
 */
uint32_t imza_abi_version(void);

/**
 * Writes the text of the `x-dlg-date` header for a time (DLGA-1), such as
 * "Tue, 09 Mar 2021 13:28:32 GMT": 29 characters, so a `capacity` of 30 does.
 *
 * `unix_seconds`: seconds since 1970-01-01 00:00:00 GMT. `IMZA_INVALID_ARGUMENT` outside the years 1970 to
 * 9999 (DLGA-19).
 */
imza_status imza_dlga_date(int64_t unix_seconds, char *buffer, size_t capacity, size_t *length, imza_error *error);

/**
 * Prepares an access key: `key_id` is the AccessKeyId (UTF-8), `secret` the bytes of the AccessKeySecret as
 * they were issued, not decoded and not trimmed (DLGA-12). Both are copied; end the signer with
 * `imza_dlga_signer_free`, which also wipes its key.
 *
 * `IMZA_INVALID_ARGUMENT`: the id is empty, not UTF-8, or holds `:`, a space or a control character; the secret
 * is empty (DLGA-13).
 */
imza_status imza_dlga_signer_new(imza_str key_id, imza_str secret, imza_dlga_signer **out, imza_error *error);

/**
 * Signs a request: writes the value of the `x-dlg-authorization` header, `DLGA id:signature` (DLGA-3). It
 * has the id's length and 50 characters more. `x-dlg-requester-userid` is required too, but **not** part of
 * what is signed (DLGA-2).
 *
 * `IMZA_INVALID_ARGUMENT`: a part of the request that DLGA-13 forbids, or a date that is empty or not in the
 * pattern. Allocates nothing on success.
 */
imza_status imza_dlga_sign(const imza_dlga_signer *signer,
                           const imza_dlga_request *request,
                           char *buffer,
                           size_t capacity,
                           size_t *length,
                           imza_error *error);

/**
 * Writes the string to sign (DLGA-5): the bytes that go into the HMAC, to look at when a signature does not
 * match. The body can hold any bytes, NUL too: `*length` counts. The date need not be in the pattern here.
 *
 * `IMZA_INVALID_ARGUMENT`: a part of the request that DLGA-13 forbids, or an empty date.
 */
imza_status imza_dlga_string_to_sign(const imza_dlga_request *request,
                                     char *buffer,
                                     size_t capacity,
                                     size_t *length,
                                     imza_error *error);

/**
 * Ends a signer and wipes its key. NULL is fine.
 */
void imza_dlga_signer_free(imza_dlga_signer *signer);

/**
 * Makes a verifier without keys, which takes dates up to 15 minutes from the clock, either way (DLGA-14). End it
 * with `imza_dlga_verifier_free`.
 */
imza_status imza_dlga_verifier_new(imza_dlga_verifier **out, imza_error *error);

/**
 * Adds an access key; the first one added has the index 0. An id may be added again with another secret, for a
 * rotation (DLGA-20). Both texts are copied. Not while another thread uses the verifier.
 *
 * `IMZA_INVALID_ARGUMENT` as in `imza_dlga_signer_new`; the verifier is then as before.
 */
imza_status imza_dlga_verifier_add_key(imza_dlga_verifier *verifier,
                                       imza_str key_id,
                                       imza_str secret,
                                       imza_error *error);

/**
 * Sets how many seconds a date may lie before the clock (`past`) and after it (`future`); exactly that far still
 * passes (DLGA-19). Not while another thread uses the verifier.
 *
 * `IMZA_INVALID_ARGUMENT`: a negative number. The clock is switched off by `imza_dlga_verifier_ignore_clock` alone.
 */
imza_status imza_dlga_verifier_window(imza_dlga_verifier *verifier, int64_t past, int64_t future, imza_error *error);

/**
 * Takes dates however far from the clock: for audits of recorded requests (DLGA-19). `imza_dlga_verifier_window`
 * switches the clock on again. Not while another thread uses the verifier.
 */
imza_status imza_dlga_verifier_ignore_clock(imza_dlga_verifier *verifier, imza_error *error);

/**
 * Verifies a received request: `request.date`, `requester` and `authorization` are the values of the three
 * headers (DLGA-1 to DLGA-3), an absent one empty; spaces and tabs around them do not count. `now` is the server's clock
 * in seconds since 1970, any number.
 *
 * `IMZA_OK`, with the matching key in `error.key_index`, or the vendor's verdict (DLGA-14, in the order of
 * DLGA-15): `IMZA_DLGA_HEADERS_MISSING`, `IMZA_DLGA_FORMAT_INVALID`, `IMZA_DLGA_DATE_INVALID`,
 * `IMZA_DLGA_SIGNATURE_MISMATCH`, or `IMZA_DLGA_CLOCK_SKEW` with the matching key too. The requester is **not**
 * covered by the signature: anyone on the path can have changed it (DLGA-2).
 */
IMZA_CHECK_RESULT
imza_status imza_dlga_verify(const imza_dlga_verifier *verifier,
                             const imza_dlga_request *request,
                             imza_str authorization,
                             imza_str requester,
                             int64_t now,
                             imza_error *error);

/**
 * Verifies a received request by all `count` of its headers, in any order: as `imza_dlga_verify`, but the library finds
 * the three that count, under either set of names, in any case (DLGA-4). Other headers, HTTP/2's `:path` among them, are
 * passed over. `request.date` is not used. Where `request.content_type` is empty, the received `Content-Type` is what
 * was signed (DLGA-8).
 *
 * The verdicts of `imza_dlga_verify`. A header that is missing is `IMZA_DLGA_HEADERS_MISSING`; then one that occurs
 * twice, the `Content-Type` too, is `IMZA_DLGA_FORMAT_INVALID`. Values may be any bytes, and a name that is not UTF-8 is
 * passed over. `headers` may be NULL where `count` is 0. Allocates nothing on success.
 */
IMZA_CHECK_RESULT
imza_status imza_dlga_verify_headers(const imza_dlga_verifier *verifier,
                                     const imza_dlga_request *request,
                                     const imza_field *headers,
                                     size_t count,
                                     int64_t now,
                                     imza_error *error);

/**
 * Ends a verifier and wipes its keys. NULL is fine.
 */
void imza_dlga_verifier_free(imza_dlga_verifier *verifier);

/**
 * Begins to sign a body that comes in pieces; the texts are as in `imza_dlga_request`. The resource comes last, since
 * it comes last in the string to sign (DLGA-5). The stream keeps what it needs of the signer, which may end before
 * it. End the stream with `imza_dlga_stream_free`.
 *
 * `IMZA_INVALID_ARGUMENT` as in `imza_dlga_sign`.
 */
imza_status imza_dlga_stream_begin(const imza_dlga_signer *signer,
                                   imza_str method,
                                   imza_str content_type,
                                   imza_str date,
                                   int32_t body_line,
                                   imza_dlga_stream **out,
                                   imza_error *error);

/**
 * Takes the next bytes of the body; an empty piece is fine. Where one piece ends and the next begins leaves no trace.
 */
imza_status imza_dlga_stream_update(imza_dlga_stream *stream, imza_str piece, imza_error *error);

/**
 * Writes the value of the `x-dlg-authorization` header, as `imza_dlga_sign` does, for the body so far. The stream
 * stays as it was: after `IMZA_BUFFER_TOO_SMALL` it can be finished again.
 *
 * `IMZA_INVALID_ARGUMENT`: a resource that DLGA-13 forbids.
 */
imza_status imza_dlga_stream_finish(const imza_dlga_stream *stream,
                                    imza_str resource,
                                    char *buffer,
                                    size_t capacity,
                                    size_t *length,
                                    imza_error *error);

/**
 * Ends a stream, finished or not, and wipes it. NULL is fine.
 */
void imza_dlga_stream_free(imza_dlga_stream *stream);

/**
 * Begins to verify a request whose body comes in pieces; the texts are as in `imza_dlga_verify`. All that the headers
 * say is judged here, before the first byte of the body; the signature and the clock by
 * `imza_dlga_verify_stream_finish`. The stream keeps what it needs of the verifier, which may end before it. End the
 * stream with `imza_dlga_verify_stream_free`.
 *
 * `IMZA_DLGA_HEADERS_MISSING`, `IMZA_DLGA_FORMAT_INVALID`, `IMZA_DLGA_DATE_INVALID`.
 */
IMZA_CHECK_RESULT
imza_status imza_dlga_verify_stream_begin(const imza_dlga_verifier *verifier,
                                          imza_str method,
                                          imza_str content_type,
                                          imza_str date,
                                          imza_str authorization,
                                          imza_str requester,
                                          int32_t body_line,
                                          imza_dlga_verify_stream **out,
                                          imza_error *error);

/**
 * Begins to verify a request whose body comes in pieces by all `count` of its headers, which are found and judged as by
 * `imza_dlga_verify_headers`; otherwise as `imza_dlga_verify_stream_begin`. Where `content_type` is empty, the received
 * `Content-Type` is what was signed (DLGA-8).
 *
 * `IMZA_DLGA_HEADERS_MISSING`, `IMZA_DLGA_FORMAT_INVALID`, `IMZA_DLGA_DATE_INVALID`.
 */
IMZA_CHECK_RESULT
imza_status imza_dlga_verify_stream_begin_headers(const imza_dlga_verifier *verifier,
                                                  imza_str method,
                                                  imza_str content_type,
                                                  const imza_field *headers,
                                                  size_t count,
                                                  int32_t body_line,
                                                  imza_dlga_verify_stream **out,
                                                  imza_error *error);

/**
 * Takes the next bytes of the body; an empty piece is fine. Until the verdict no one knows whether they are genuine.
 *
 * `IMZA_INVALID_ARGUMENT`: the stream has given its verdict already.
 */
imza_status imza_dlga_verify_stream_update(imza_dlga_verify_stream *stream, imza_str piece, imza_error *error);

/**
 * Ends the body and gives the verdict, as `imza_dlga_verify` does; `now` is the server's clock in seconds since 1970.
 * There is one verdict: afterwards the stream can only be ended.
 *
 * `IMZA_DLGA_FORMAT_INVALID` (the resource), `IMZA_DLGA_SIGNATURE_MISMATCH`, `IMZA_DLGA_CLOCK_SKEW`;
 * `IMZA_INVALID_ARGUMENT`: the stream has given its verdict already.
 */
IMZA_CHECK_RESULT
imza_status imza_dlga_verify_stream_finish(imza_dlga_verify_stream *stream,
                                           imza_str resource,
                                           int64_t now,
                                           imza_error *error);

/**
 * Ends a stream, finished or not, and wipes it. NULL is fine.
 */
void imza_dlga_verify_stream_free(imza_dlga_verify_stream *stream);

/**
 * Prepares a merchant's credentials: `merchant_id` (UTF-8), and the bytes of key and salt as they were issued.
 * The merchant key keys the HMAC (HASO-4). All are copied; end the merchant with `imza_haso_merchant_free`, which also
 * wipes its secrets.
 *
 * `IMZA_INVALID_ARGUMENT`: one of them is empty, or the id is not UTF-8 (HASO-10).
 */
imza_status imza_haso_merchant_new(imza_str merchant_id,
                                   imza_str key,
                                   imza_str salt,
                                   imza_haso_merchant **out,
                                   imza_error *error);

/**
 * Prepares the credentials of a merchant who was given only a salt: it keys the HMAC, and is still part of the
 * message (the other way of HASO-4). Otherwise as `imza_haso_merchant_new`.
 */
imza_status imza_haso_merchant_new_salt_keyed(imza_str merchant_id,
                                              imza_str salt,
                                              imza_haso_merchant **out,
                                              imza_error *error);

/**
 * Adds a secret that `imza_haso_verify` accepts too, for a rotation (HASO-11). The one that tokens are made with has the
 * index 0, the first older one 1. Not while another thread uses the merchant.
 *
 * `IMZA_INVALID_ARGUMENT`: key or salt is empty; the merchant is then as before.
 */
imza_status imza_haso_merchant_add_older_secret(imza_haso_merchant *merchant,
                                                imza_str key,
                                                imza_str salt,
                                                imza_error *error);

/**
 * Adds a salt that keys the HMAC, and that `imza_haso_verify` accepts too; otherwise as
 * `imza_haso_merchant_add_older_secret`.
 */
imza_status imza_haso_merchant_add_older_salt(imza_haso_merchant *merchant, imza_str salt, imza_error *error);

/**
 * Ends a merchant and wipes its secrets. NULL is fine.
 */
void imza_haso_merchant_free(imza_haso_merchant *merchant);

/**
 * Finds the recipe of a documented method, by its name (`SetPreDefinedLimit`) or path
 * (`/RequestV2/SetPreDefinedLimit`). End it with `imza_haso_recipe_free`.
 *
 * `IMZA_HASO_RECIPE_UNKNOWN`: the vendor's public pages print none.
 */
imza_status imza_haso_recipe_find(imza_str endpoint, imza_haso_recipe **out, imza_error *error);

/**
 * Reads a recipe as the vendor's pages print it (HASO-2), such as `merchantId + ipAddress + kkbRefNo + merhant_salt`;
 * `name?` is an optional field. End it with `imza_haso_recipe_free`.
 *
 * `IMZA_HASO_RECIPE_INVALID`, with the place in `error.offset`.
 */
imza_status imza_haso_recipe_parse(imza_str printed, imza_haso_recipe **out, imza_error *error);

/**
 * Writes a recipe in the vendor's notation, which `imza_haso_recipe_parse` reads.
 */
imza_status imza_haso_recipe_print(const imza_haso_recipe *recipe,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   imza_error *error);

/**
 * Switches the checks of HASO-10 off: lengths, amounts and addresses are then accepted as they are. For an audit, which
 * must re-compute what was really sent. Not while another thread uses the recipe.
 */
imza_status imza_haso_recipe_without_field_checks(imza_haso_recipe *recipe, imza_error *error);

/**
 * Accepts and ignores fields that the recipe does not have (HASO-9), also when one is given twice. A misspelt optional
 * field then goes unnoticed. Not while another thread uses the recipe.
 */
imza_status imza_haso_recipe_ignoring_other_fields(imza_haso_recipe *recipe, imza_error *error);

/**
 * Ends a recipe. NULL is fine.
 */
void imza_haso_recipe_free(imza_haso_recipe *recipe);

/**
 * Makes the `requestToken` of `count` posted fields, in any order: 44 characters, so a `capacity` of 45 does. `fields`
 * may be NULL where `count` is 0.
 *
 * `IMZA_HASO_FIELD_MISSING`, `IMZA_HASO_FIELD_UNKNOWN` (also a name that is not UTF-8), `IMZA_HASO_FIELD_DUPLICATE`,
 * `IMZA_HASO_FIELD_INVALID` (also a value that is not UTF-8). Allocates nothing on success.
 */
imza_status imza_haso_token(const imza_haso_merchant *merchant,
                            const imza_haso_recipe *recipe,
                            const imza_field *fields,
                            size_t count,
                            char *buffer,
                            size_t capacity,
                            size_t *length,
                            imza_error *error);

/**
 * Writes the name of the field for which `imza_haso_token` refuses these fields, as `imza_error.field` has it after such
 * a call, but not cut as short. An unknown name is written with what does not print escaped, and cut after 64 characters. "" where the fields
 * are fine, and for a name that is not UTF-8.
 */
imza_status imza_haso_field_at_fault(const imza_haso_merchant *merchant,
                                     const imza_haso_recipe *recipe,
                                     const imza_field *fields,
                                     size_t count,
                                     char *buffer,
                                     size_t capacity,
                                     size_t *length,
                                     imza_error *error);

/**
 * Verifies the `requestToken` of `count` posted fields with every secret of the merchant (HASO-11); `fields` as in
 * `imza_haso_token`.
 *
 * `IMZA_OK`, with the matching secret in `error.key_index`; the fields' faults as in `imza_haso_token`; then
 * `IMZA_HASO_TOKEN_MALFORMED`, then `IMZA_HASO_TOKEN_MISMATCH`. Nothing in a token binds the method or the time: it can
 * be sent again (HASO-12).
 */
IMZA_CHECK_RESULT
imza_status imza_haso_verify(const imza_haso_merchant *merchant,
                             const imza_haso_recipe *recipe,
                             const imza_field *fields,
                             size_t count,
                             imza_str token,
                             imza_error *error);

/**
 * Writes the message that goes into the HMAC (HASO-1), to look at when a token does not match; `fields` as in
 * `imza_haso_token`. The message holds the salt, which is shown as `[salt]`.
 *
 * The faults of the fields as in `imza_haso_token`.
 */
imza_status imza_haso_message(const imza_haso_merchant *merchant,
                              const imza_haso_recipe *recipe,
                              const imza_field *fields,
                              size_t count,
                              char *buffer,
                              size_t capacity,
                              size_t *length,
                              imza_error *error);

/**
 * Writes the very bytes that go into the HMAC, **the merchant's salt among them**: keep them out of logs, and wipe the
 * buffer. Otherwise as `imza_haso_message`.
 */
imza_status imza_haso_message_reveal_salt(const imza_haso_merchant *merchant,
                                          const imza_haso_recipe *recipe,
                                          const imza_field *fields,
                                          size_t count,
                                          char *buffer,
                                          size_t capacity,
                                          size_t *length,
                                          imza_error *error);

/**
 * Makes an explainer without keys, which does not look at the clock. End it with `imza_dlga_explainer_free`.
 */
imza_status imza_dlga_explainer_new(imza_dlga_explainer **out, imza_error *error);

/**
 * Adds an access key, as `imza_dlga_verifier_add_key` does; the first one added has the index 0. A request is tried with
 * every key, those of its own access key id first. Not while another thread uses the explainer.
 *
 * `IMZA_INVALID_ARGUMENT` as in `imza_dlga_signer_new`; the explainer is then as before.
 */
imza_status imza_dlga_explainer_add_key(imza_dlga_explainer *explainer,
                                        imza_str key_id,
                                        imza_str secret,
                                        imza_error *error);

/**
 * Judges the clock too: `now` in seconds since 1970, any number; `past` and `future` as in `imza_dlga_verifier_window`
 * (the vendor's are 900 and 900, DLGA-14). Not while another thread uses the explainer.
 *
 * `IMZA_INVALID_ARGUMENT`: a negative `past` or `future`; the explainer is then as before.
 */
imza_status imza_dlga_explainer_at(imza_dlga_explainer *explainer,
                                   int64_t now,
                                   int64_t past,
                                   int64_t future,
                                   imza_error *error);

/**
 * Explains a received request; the texts are as in `imza_dlga_verify`. Whatever is wrong with the request, also where
 * DLGA-13 forbids a part of it, there is an explanation: end it with `imza_explanation_free`.
 *
 * `IMZA_OK` says that there is one, **not** that the request is valid: that says `imza_explanation_is_valid`.
 */
imza_status imza_dlga_explain(const imza_dlga_explainer *explainer,
                              const imza_dlga_request *request,
                              imza_str authorization,
                              imza_str requester,
                              imza_explanation **out,
                              imza_error *error);

/**
 * `imza_dlga_explain` with all `count` headers of the request, under either set of names (DLGA-4), so that `Host`,
 * `Content-Type` and a second date help to explain it. `request.date` is not read; header values may be any bytes, and
 * a name that is not UTF-8 is passed over. `headers` may be NULL where `count` is 0.
 */
imza_status imza_dlga_explain_headers(const imza_dlga_explainer *explainer,
                                      const imza_dlga_request *request,
                                      const imza_field *headers,
                                      size_t count,
                                      imza_explanation **out,
                                      imza_error *error);

/**
 * Ends an explainer and wipes its keys. NULL is fine.
 */
void imza_dlga_explainer_free(imza_dlga_explainer *explainer);

/**
 * Makes an explainer with a merchant's credentials, as `imza_haso_merchant_new` takes them. End it with
 * `imza_haso_explainer_free`.
 *
 * `IMZA_INVALID_ARGUMENT` as in `imza_haso_merchant_new`.
 */
imza_status imza_haso_explainer_new(imza_str merchant_id,
                                    imza_str key,
                                    imza_str salt,
                                    imza_haso_explainer **out,
                                    imza_error *error);

/**
 * Makes an explainer for a merchant who was given only a salt, which keys the HMAC (the other way of HASO-4). Otherwise
 * as `imza_haso_explainer_new`.
 */
imza_status imza_haso_explainer_new_salt_keyed(imza_str merchant_id,
                                               imza_str salt,
                                               imza_haso_explainer **out,
                                               imza_error *error);

/**
 * Adds a secret that is tried too, as `imza_haso_merchant_add_older_secret` does; the first older one has the index 1.
 * Not while another thread uses the explainer.
 *
 * `IMZA_INVALID_ARGUMENT`: key or salt is empty; the explainer is then as before.
 */
imza_status imza_haso_explainer_add_older_secret(imza_haso_explainer *explainer,
                                                 imza_str key,
                                                 imza_str salt,
                                                 imza_error *error);

/**
 * Adds a salt that keys the HMAC and is tried too; otherwise as `imza_haso_explainer_add_older_secret`.
 */
imza_status imza_haso_explainer_add_older_salt(imza_haso_explainer *explainer, imza_str salt, imza_error *error);

/**
 * Explains the `requestToken` of `count` posted fields; `fields` as in `imza_haso_token`. Whatever is wrong with them,
 * also a field that is missing, unknown, given twice or not in its shape, there is an explanation: end it with
 * `imza_explanation_free`. The salt is never shown.
 *
 * `IMZA_OK` says that there is one, **not** that the token is valid: that says `imza_explanation_is_valid`.
 * `IMZA_INVALID_ARGUMENT`: a field that is not UTF-8, which no token can be made of (HASO-5).
 */
imza_status imza_haso_explain(const imza_haso_explainer *explainer,
                              const imza_haso_recipe *recipe,
                              const imza_field *fields,
                              size_t count,
                              imza_str token,
                              imza_explanation **out,
                              imza_error *error);

/**
 * Ends an explainer and wipes its secrets. NULL is fine.
 */
void imza_haso_explainer_free(imza_haso_explainer *explainer);

/**
 * 1 where there is nothing to explain, because the request is valid as it is; else 0, also for NULL.
 */
int32_t imza_explanation_is_valid(const imza_explanation *explanation);

/**
 * How many variants of the request match: the number of texts that `imza_explanation_match` has. 0 for NULL.
 */
size_t imza_explanation_match_count(const imza_explanation *explanation);

/**
 * How many variants were tried. 0 for NULL.
 */
size_t imza_explanation_tried(const imza_explanation *explanation);

/**
 * 1 where a bound, of variants or of bytes, was reached before everything was tried; else 0, also for NULL.
 */
int32_t imza_explanation_was_cut_short(const imza_explanation *explanation);

/**
 * Writes a variant of the request that the presented signature matches, such as "matches when the body has no final newline";
 * its key is in `error.key_index`. `index`: from 0, fewest changes first.
 *
 * `IMZA_INVALID_ARGUMENT`: an `index` that is not below `imza_explanation_match_count`.
 */
imza_status imza_explanation_match(const imza_explanation *explanation,
                                   size_t index,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   imza_error *error);

/**
 * Writes why the request is refused as it is; "" where it is valid.
 */
imza_status imza_explanation_refusal(const imza_explanation *explanation,
                                     char *buffer,
                                     size_t capacity,
                                     size_t *length,
                                     imza_error *error);

/**
 * Writes what else was noticed, a sentence on a line each, such as that the signature has 20 bytes; "" where nothing was.
 */
imza_status imza_explanation_notes(const imza_explanation *explanation,
                                   char *buffer,
                                   size_t capacity,
                                   size_t *length,
                                   imza_error *error);

/**
 * Writes the whole explanation in plain sentences, a line each: why the request is refused, every variant that matches,
 * and where none does, what should have been signed, as text and in hex.
 */
imza_status imza_explanation_text(const imza_explanation *explanation,
                                  char *buffer,
                                  size_t capacity,
                                  size_t *length,
                                  imza_error *error);

/**
 * Writes what should have been signed, the string to sign (DLGA-5) or the message of a token (HASO-1), for people to
 * read: a line feed shows as `⏎` and a new line, other control characters and what is not UTF-8 are escaped, secrets
 * masked. UTF-8 without a NUL.
 */
imza_status imza_explanation_signed_text(const imza_explanation *explanation,
                                         char *buffer,
                                         size_t capacity,
                                         size_t *length,
                                         imza_error *error);

/**
 * Writes the same bytes in hex, two lower-case digits a byte, secrets masked.
 */
imza_status imza_explanation_signed_hex(const imza_explanation *explanation,
                                        char *buffer,
                                        size_t capacity,
                                        size_t *length,
                                        imza_error *error);

/**
 * Ends an explanation. NULL is fine.
 */
void imza_explanation_free(imza_explanation *explanation);

/**
 * Makes a discoverer with a merchant's credentials, as `imza_haso_merchant_new` takes them; both keys of HASO-4 are
 * tried. End it with `imza_haso_discoverer_free`.
 *
 * `IMZA_INVALID_ARGUMENT` as in `imza_haso_merchant_new`.
 */
imza_status imza_haso_discoverer_new(imza_str merchant_id,
                                     imza_str key,
                                     imza_str salt,
                                     imza_haso_discoverer **out,
                                     imza_error *error);

/**
 * Makes a discoverer for a merchant who was given only a salt, which keys the HMAC (the other way of HASO-4). Otherwise
 * as `imza_haso_discoverer_new`.
 */
imza_status imza_haso_discoverer_new_salt_keyed(imza_str merchant_id,
                                                imza_str salt,
                                                imza_haso_discoverer **out,
                                                imza_error *error);

/**
 * Adds a request that is known to be good: its `count` posted fields in any order, `merchantId` and `requestToken` among
 * them or not, and its token. A second request of the same method, with other values, narrows several recipes to one.
 * Not while another thread uses the discoverer.
 *
 * `IMZA_HASO_FIELD_DUPLICATE`, `IMZA_HASO_FIELD_INVALID` for another merchant's id, `IMZA_HASO_TOKEN_MALFORMED`,
 * `IMZA_INVALID_ARGUMENT` for a field or token that is not UTF-8; the discoverer is then as before.
 */
imza_status imza_haso_discoverer_add_sample(imza_haso_discoverer *discoverer,
                                            const imza_field *fields,
                                            size_t count,
                                            imza_str token,
                                            imza_error *error);

/**
 * Searches the recipes that give the tokens of all samples: which fields, in which order, under which key. End the
 * outcome with `imza_haso_discovery_free`. It ends after `most_tries` orders, or when it has hashed 256 bytes for each
 * of them; 0 is the usual bound, 10,000,000, which takes some seconds.
 *
 * `IMZA_OK` says that the search has ended, **not** that a recipe was found: that says `imza_haso_discovery_count`.
 */
imza_status imza_haso_discover(const imza_haso_discoverer *discoverer,
                               size_t most_tries,
                               imza_haso_discovery **out,
                               imza_error *error);

/**
 * Ends a discoverer and wipes its secrets. NULL is fine.
 */
void imza_haso_discoverer_free(imza_haso_discoverer *discoverer);

/**
 * How many recipes give the tokens of all samples, at most 1,000. 0 for NULL.
 */
size_t imza_haso_discovery_count(const imza_haso_discovery *discovery);

/**
 * How many orders were tried. 0 for NULL.
 */
size_t imza_haso_discovery_tried(const imza_haso_discovery *discovery);

/**
 * 1 where everything was tried; 0 where a bound ended the search before, also for NULL.
 */
int32_t imza_haso_discovery_is_complete(const imza_haso_discovery *discovery);

/**
 * Writes a recipe that was found in the vendor's notation, which `imza_haso_recipe_parse` reads. `index`: from 0, in the
 * order of the search, the likelier ones first.
 *
 * `IMZA_INVALID_ARGUMENT`: an `index` that is not below `imza_haso_discovery_count`.
 */
imza_status imza_haso_discovery_recipe(const imza_haso_discovery *discovery,
                                       size_t index,
                                       char *buffer,
                                       size_t capacity,
                                       size_t *length,
                                       imza_error *error);

/**
 * Writes what keys the HMAC of a recipe that was found (HASO-4): `merchant-key`, or `merchant-salt` as for
 * `imza_haso_merchant_new_salt_keyed`. `index` as in `imza_haso_discovery_recipe`.
 */
imza_status imza_haso_discovery_hmac_key(const imza_haso_discovery *discovery,
                                         size_t index,
                                         char *buffer,
                                         size_t capacity,
                                         size_t *length,
                                         imza_error *error);

/**
 * Writes what the samples leave open, a sentence on a line each, such as two fields of the same value; "" where nothing.
 */
imza_status imza_haso_discovery_notes(const imza_haso_discovery *discovery,
                                      char *buffer,
                                      size_t capacity,
                                      size_t *length,
                                      imza_error *error);

/**
 * Ends the outcome of a search. NULL is fine.
 */
void imza_haso_discovery_free(imza_haso_discovery *discovery);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

/**
 * The `imza_str` of a C string, without its NUL; an empty one for NULL. Borrows `text`.
 */
static inline imza_str imza_str_from(const char *text) {
    imza_str str;
    str.ptr = text;
    str.len = text == NULL ? 0 : strlen(text);
    return str;
}

#endif /* IMZA_H */
