/*
 * What stays on the stack after the library has handled a secret: docs/dlga.md promises that it is neither the secret,
 * nor its text as HMAC pads it, nor the right tag of a request that was refused.
 *
 * Each call is made from an empty frame; then the stack below it is searched. The secret and what is made of it stand on
 * the heap only, so whatever is found was left by the library.
 */
#include "check.h"
#include <stdlib.h>

#define DEPTH (64 * 1024)
#define SECRET_BYTES 32

static unsigned char *secret, *tag;

/* What is called through a pointer is not inlined, and its frame lies where that of every other step lies. */
typedef void (*step)(void);

/* Writes into a frame below the caller's, as deep as a call of the library goes; with nothing to write, clears it. */
static void write_below(const unsigned char *text, size_t length, unsigned char mask) {
    volatile unsigned char below[DEPTH];
    size_t at;
    for (at = 0; at < DEPTH; at++) {
        below[at] = 0xaa;
    }
    for (at = 0; at < length; at++) {
        below[DEPTH / 2 + at] = text[at] ^ mask;
    }
    (void)below[0];
}

static void clear(void) { write_below(NULL, 0, 0); }

/* How often the first bytes of a text stand in the last frames, each byte combined with a mask. */
static int hits(const volatile unsigned char *low, const volatile unsigned char *high, const unsigned char *text, size_t length,
                unsigned char mask) {
    int found = 0;
    for (; low + length <= high; low++) {
        size_t at = 0;
        while (at < length && (low[at] ^ mask) == text[at]) {
            at++;
        }
        found += at == length;
    }
    return found;
}

static int found_secret, found_tag;

static void search(void) {
    volatile unsigned char here = 0;
    const volatile unsigned char *high = &here, *low = high - DEPTH;
    found_secret = hits(low, high, secret, SECRET_BYTES, 0) + hits(low, high, secret, SECRET_BYTES, 0x36) +
                   hits(low, high, secret, SECRET_BYTES, 0x5c);
    /* SHA-256 has its result as words in the machine's order, a tag has it as bytes. */
    found_tag = hits(low, high, tag, 16, 0) + hits(low, high, tag + 32, 16, 0);
}

static void look_after(const char *name, step call) {
    static volatile step steps[3];
    checked_case = name;
    steps[0] = clear, steps[1] = call, steps[2] = search;
    steps[0]();
    steps[1]();
    steps[2]();
}

static void check_nothing_is_left(const char *name, step call) {
    look_after(name, call);
    CHECK(found_secret == 0);
    CHECK(found_tag == 0);
}

static imza_str bytes(const unsigned char *text, size_t length) {
    imza_str str;
    str.ptr = (const char *)text, str.len = length;
    return str;
}

static imza_dlga_signer *signer;
static imza_dlga_verifier *verifier;
static imza_dlga_explainer *explainer;
static imza_haso_merchant *merchant;
static imza_dlga_verify_stream *stream;
static imza_dlga_request request;
static char *authorization;

static void nothing(void) {}

static void leave_secret(void) { write_below(secret, SECRET_BYTES, 0); }
static void leave_inner_pad(void) { write_below(secret, SECRET_BYTES, 0x36); }
static void leave_outer_pad(void) { write_below(secret, SECRET_BYTES, 0x5c); }
static void leave_tag(void) { write_below(tag, 32, 0); }
static void leave_words(void) { write_below(tag + 32, 32, 0); }

static void new_signer(void) {
    CHECK_STATUS(imza_dlga_signer_new(imza_str_from("id"), bytes(secret, SECRET_BYTES), &signer, NULL), IMZA_OK);
}

static void add_key(void) {
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, imza_str_from("id"), bytes(secret, SECRET_BYTES), NULL), IMZA_OK);
}

static void new_merchant(void) {
    imza_str text = bytes(secret, SECRET_BYTES);
    CHECK_STATUS(imza_haso_merchant_new(imza_str_from("1"), text, imza_str_from("salt"), &merchant, NULL), IMZA_OK);
}

static void explainer_key(void) {
    CHECK_STATUS(imza_dlga_explainer_add_key(explainer, imza_str_from("id"), bytes(secret, SECRET_BYTES), NULL), IMZA_OK);
}

static void verify_forged(void) {
    imza_str forged = imza_str_from("DLGA id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    imza_error error = new_error();
    CHECK_STATUS(imza_dlga_verify(verifier, &request, forged, imza_str_from("45186"), 1615296512, &error),
                 IMZA_DLGA_SIGNATURE_MISMATCH);
}

static void begin_forged(void) {
    imza_str forged = imza_str_from("DLGA id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    CHECK_STATUS(imza_dlga_verify_stream_begin(verifier, request.method, request.content_type, request.date, forged,
                                               imza_str_from("45186"), 0, &stream, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_dlga_verify_stream_update(stream, request.body, NULL), IMZA_OK);
}

static void finish_forged(void) {
    CHECK_STATUS(imza_dlga_verify_stream_finish(stream, request.resource, 1615296512, NULL), IMZA_DLGA_SIGNATURE_MISMATCH);
}

/* The tag as bytes, then as words in this machine's order. */
static void decode_tag(const char *text) {
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned bits = 0, count = 0, at = 0, i;
    for (; *text != '=' && at < 32; text++) {
        bits = bits << 6 | (unsigned)(strchr(alphabet, *text) - alphabet);
        count += 6;
        if (count >= 8) {
            count -= 8;
            tag[at++] = (unsigned char)(bits >> count);
        }
    }
    for (i = 0; i < 32; i += 4) {
        uint32_t word = (uint32_t)tag[i] << 24 | (uint32_t)tag[i + 1] << 16 | (uint32_t)tag[i + 2] << 8 | tag[i + 3];
        memcpy(tag + 32 + i, &word, 4);
    }
}

int main(void) {
    size_t length, at;
    secret = malloc(SECRET_BYTES), tag = malloc(64), authorization = malloc(128);
    for (at = 0; at < SECRET_BYTES; at++) {
        secret[at] = (unsigned char)"kirmizi-balon-not-a-real-secret!"[at];
    }
    for (at = 0; at < 64; at++) {
        tag[at] = (unsigned char)(at * 37 + 11);
    }
    memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
    request.method = imza_str_from("POST"), request.content_type = imza_str_from("application/json");
    request.date = imza_str_from("Tue, 09 Mar 2021 13:28:32 GMT");
    request.resource = imza_str_from("/v1/x"), request.body = imza_str_from("{}");

    /* The positive control: what is left behind is found. */
    look_after("the secret left", leave_secret);
    CHECK(found_secret == 1);
    look_after("the inner pad left", leave_inner_pad);
    CHECK(found_secret == 1);
    look_after("the outer pad left", leave_outer_pad);
    CHECK(found_secret == 1);
    look_after("the tag left", leave_tag);
    CHECK(found_tag == 1);
    look_after("the tag's words left", leave_words);
    CHECK(found_tag == 1);

    check_nothing_is_left("nothing", nothing);
    check_nothing_is_left("imza_dlga_signer_new", new_signer);
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, NULL), IMZA_OK);
    check_nothing_is_left("imza_dlga_verifier_add_key", add_key);
    check_nothing_is_left("imza_haso_merchant_new", new_merchant);
    CHECK_STATUS(imza_dlga_explainer_new(&explainer, NULL), IMZA_OK);
    check_nothing_is_left("imza_dlga_explainer_add_key", explainer_key);

    CHECK_STATUS(imza_dlga_sign(signer, &request, authorization, 128, &length, NULL), IMZA_OK);
    decode_tag(authorization + strlen("DLGA id:"));
    memset(authorization, 0, 128);
    check_nothing_is_left("imza_dlga_verify", verify_forged);
    check_nothing_is_left("imza_dlga_verify_stream_update", begin_forged);
    check_nothing_is_left("imza_dlga_verify_stream_finish", finish_forged);

    imza_dlga_signer_free(signer), imza_dlga_verifier_free(verifier), imza_haso_merchant_free(merchant);
    imza_dlga_explainer_free(explainer), free(secret), free(tag), free(authorization);
    return checks_done("stack");
}
