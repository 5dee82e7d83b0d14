#define _GNU_SOURCE
/* What a C program does by hand with OpenSSL 3: EVP_MAC with a prepared context, base64 by EVP_EncodeBlock. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static EVP_MAC_CTX *prepared;

int peer_openssl_key(const char *secret, size_t length) {
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string("digest", (char *)"SHA256", 0), OSSL_PARAM_END};
    EVP_MAC_CTX_free(prepared);
    prepared = mac == NULL ? NULL : EVP_MAC_CTX_new(mac);
    EVP_MAC_free(mac);
    return prepared != NULL && EVP_MAC_init(prepared, (const unsigned char *)secret, length, params) == 1;
}

static int tag(const char *const *pieces, const size_t *lengths, size_t count, unsigned char out[32]) {
    EVP_MAC_CTX *mac = EVP_MAC_CTX_dup(prepared);
    size_t at, length;
    int good = mac != NULL;
    for (at = 0; good && at < count; at++) {
        good = EVP_MAC_update(mac, (const unsigned char *)pieces[at], lengths[at]);
    }
    good = good && EVP_MAC_final(mac, out, &length, 32);
    EVP_MAC_CTX_free(mac);
    return good;
}

/* Writes 44 characters and a NUL. */
int peer_openssl_sign(const char *const *pieces, const size_t *lengths, size_t count, char *out) {
    unsigned char bytes[32];
    return tag(pieces, lengths, count, bytes) && EVP_EncodeBlock((unsigned char *)out, bytes, 32) == 44;
}

int peer_openssl_verify(const char *const *pieces, const size_t *lengths, size_t count, const char *signature) {
    unsigned char bytes[32], received[33];
    return tag(pieces, lengths, count, bytes) && EVP_DecodeBlock(received, (const unsigned char *)signature, 44) == 33 &&
           CRYPTO_memcmp(bytes, received, 32) == 0;
}

/* The checks around it: the date within the window. */
int peer_openssl_date(const char *date, long now) {
    struct tm parts;
    long seconds;
    memset(&parts, 0, sizeof parts);
    if (strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &parts) == NULL) {
        return 0;
    }
    seconds = timegm(&parts);
    return labs(now - seconds) <= 900;
}
