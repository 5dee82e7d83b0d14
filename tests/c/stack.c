/*
 * What stays on the stack after the library has handled a secret: docs/dlga.md promises that it is neither the secret as
 * HMAC pads it, nor one of the two states that a prepared key is, nor the right tag of a request that was refused.
 *
 * Each call is made from an empty frame; then the stack below it is searched. The secret and what is made of it stand on
 * the heap only, so whatever is found was left by the library.
 */
#include "check.h"
#include <stdlib.h>

#define DEPTH (64 * 1024)
#define SECRET_BYTES 32

static unsigned char *secret, *tag, *states;

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

static imza_haso_explainer *explainers[2];
static imza_haso_discoverer *discoverers[2];
static int found_secret, found_state, found_tag;

static void search(void) {
    volatile unsigned char here = 0;
    const volatile unsigned char *high = &here, *low = high - DEPTH;
    found_secret = hits(low, high, secret, SECRET_BYTES, 0) + hits(low, high, secret, SECRET_BYTES, 0x36) +
                   hits(low, high, secret, SECRET_BYTES, 0x5c);
    found_state = hits(low, high, states, 16, 0) + hits(low, high, states + 16, 16, 0) + hits(low, high, states + 32, 16, 0) +
                  hits(low, high, states + 48, 16, 0);
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
    CHECK(found_state == 0);
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
static void leave_state(void) { write_below(states, 32, 0); }
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

/* With the secret as the key, and as the salt. */
static void new_haso_explainers(void) {
    imza_str text = bytes(secret, SECRET_BYTES);
    CHECK_STATUS(imza_haso_explainer_new(imza_str_from("1"), text, imza_str_from("salt"), &explainers[0], NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_explainer_new(imza_str_from("1"), imza_str_from("key"), text, &explainers[1], NULL), IMZA_OK);
}

static void new_discoverers(void) {
    imza_str text = bytes(secret, SECRET_BYTES);
    CHECK_STATUS(imza_haso_discoverer_new(imza_str_from("1"), text, imza_str_from("salt"), &discoverers[0], NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_discoverer_new(imza_str_from("1"), imza_str_from("key"), text, &discoverers[1], NULL), IMZA_OK);
}

static void verify_forged(void) {
    imza_str forged = imza_str_from("DLGA id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    imza_error error = new_error();
    CHECK_STATUS(imza_dlga_verify(verifier, &request, forged, imza_str_from("45186"), 1615296512, &error),
                 IMZA_DLGA_SIGNATURE_MISMATCH);
}

/* Two at once, each with a tag of its own on the stack. */
static void verify_many_forged(void) {
    imza_dlga_received received[2];
    imza_status statuses[2];
    received[0].request = &request, received[0].requester = imza_str_from("45186"), received[0].now = 1615296512;
    received[0].authorization = imza_str_from("DLGA id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    received[1] = received[0];
    CHECK_STATUS(imza_dlga_verify_many(verifier, received, 2, statuses, NULL), IMZA_DLGA_SIGNATURE_MISMATCH);
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

/* The first 32 bits of the fraction of a cube root. */
static uint32_t cube_root(unsigned n) {
    uint64_t root = 0;
    int bit;
    for (bit = 34; bit >= 0; bit--) {
        uint64_t next = root | (uint64_t)1 << bit;
        long double cube = (long double)next * next * next;
        if (cube <= (long double)n * 79228162514264337593543950336.0L) {
            root = next;
        }
    }
    return (uint32_t)root;
}

/* SHA-256's state after one block (FIPS 180-4), as words in the machine's order. */
static void hash_block(const unsigned char *block, unsigned char *state) {
    static const uint32_t first[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    static const unsigned primes[64] = {
        2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,  47,  53,  59,  61,  67,  71,  73,  79,
        83,  89,  97,  101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193,
        197, 199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311};
    uint32_t s[8], w[64], i, j;
#define ROTATED(x, n) ((x) >> (n) | (x) << (32 - (n)))
    for (i = 0; i < 16; i++) {
        for (w[i] = 0, j = 4 * i; j < 4 * i + 4; j++) {
            w[i] = w[i] << 8 | block[j];
        }
    }
    for (; i < 64; i++) {
        uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + w[i - 7] + (ROTATED(a, 7) ^ ROTATED(a, 18) ^ a >> 3) + (ROTATED(b, 17) ^ ROTATED(b, 19) ^ b >> 10);
    }
    memcpy(s, first, sizeof s);
    for (i = 0; i < 64; i++) {
        uint32_t k = cube_root(primes[i]);
        uint32_t a = s[7] + (ROTATED(s[4], 6) ^ ROTATED(s[4], 11) ^ ROTATED(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + k + w[i];
        uint32_t b = (ROTATED(s[0], 2) ^ ROTATED(s[0], 13) ^ ROTATED(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof s[0]);
        s[4] += a, s[0] = a + b;
    }
    for (i = 0; i < 8; i++) {
        s[i] += first[i];
    }
    memcpy(state, s, sizeof s);
}

/* What is left of the secret when one of its pads is hashed (RFC 2104). */
static void hash_pad(unsigned char mask, unsigned char *state) {
    unsigned char block[64];
    size_t at;
    for (at = 0; at < sizeof block; at++) {
        block[at] = (at < SECRET_BYTES ? secret[at] : 0) ^ mask;
    }
    hash_block(block, state);
}

static void check_hash(void) {
    static const uint32_t of_abc[8] = {0xba7816bf, 0x8f01cfea, 0x414140de, 0x5dae2223,
                                       0xb00361a3, 0x96177a9c, 0xb410ff61, 0xf20015ad};
    unsigned char block[64] = "abc\x80", state[32];
    block[63] = 24;
    hash_block(block, state);
    checked_case = "SHA-256 of abc (FIPS 180-2, B.1)";
    CHECK(memcmp(state, of_abc, sizeof of_abc) == 0);
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
    states = malloc(64);
    check_hash();
    hash_pad(0x36, states), hash_pad(0x5c, states + 32);
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
    look_after("a state left", leave_state);
    CHECK(found_state == 2);
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
    check_nothing_is_left("imza_haso_explainer_new", new_haso_explainers);
    check_nothing_is_left("imza_haso_discoverer_new", new_discoverers);

    CHECK_STATUS(imza_dlga_sign(signer, &request, authorization, 128, &length, NULL), IMZA_OK);
    decode_tag(authorization + strlen("DLGA id:"));
    memset(authorization, 0, 128);
    check_nothing_is_left("imza_dlga_verify", verify_forged);
    check_nothing_is_left("imza_dlga_verify_many", verify_many_forged);
    check_nothing_is_left("imza_dlga_verify_stream_update", begin_forged);
    check_nothing_is_left("imza_dlga_verify_stream_finish", finish_forged);

    imza_dlga_signer_free(signer), imza_dlga_verifier_free(verifier), imza_haso_merchant_free(merchant);
    for (at = 0; at < 2; at++) {
        imza_haso_explainer_free(explainers[at]), imza_haso_discoverer_free(discoverers[at]);
    }
    imza_dlga_explainer_free(explainer), free(secret), free(tag), free(states), free(authorization);
    return checks_done("stack");
}
