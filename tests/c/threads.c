/* Many threads share one signer, one verifier, one merchant and one recipe; run under helgrind. */
#include "check.h"

#include <pthread.h>

#define THREADS 8
#define ROUNDS 50

static imza_dlga_signer *signer;
static imza_dlga_verifier *verifier;
static imza_haso_merchant *merchant;
static imza_haso_recipe *recipe;

static void *use_them(void *failures) {
    size_t *failed = failures;
    int round;
    for (round = 0; round < ROUNDS; round++) {
        imza_field fields[1];
        imza_dlga_request request;
        char room[256];
        size_t length = 0;
        imza_str written;
        imza_error error = new_error();

        memset(&request, 0, sizeof request);
        request.struct_size = sizeof request;
        request.method = imza_str_from("POST");
        request.date = imza_str_from("Tue, 09 Mar 2021 13:28:32 GMT");
        request.resource = imza_str_from("/v1/application/finishonlinehelp");
        request.body = imza_str_from("{\"customerId\":\"123456\"}");
        *failed += imza_dlga_sign(signer, &request, room, sizeof room, &length, &error) != IMZA_OK;
        written.ptr = room;
        written.len = length;
        *failed += imza_dlga_verify(verifier, &request, written, imza_str_from("45186"), 1615296512, &error) != IMZA_OK;
        *failed += error.key_index != 0;

        fields[0].name = imza_str_from("customerId");
        fields[0].value = imza_str_from("5500123");
        *failed += imza_haso_token(merchant, recipe, fields, 1, room, sizeof room, &length, &error) != IMZA_OK;
        written.len = length;
        *failed += imza_haso_verify(merchant, recipe, fields, 1, written, &error) != IMZA_OK;
    }
    return NULL;
}

int main(void) {
    pthread_t threads[THREADS];
    size_t failures[THREADS] = {0};
    int index;

    CHECK_STATUS(imza_dlga_signer_new(imza_str_from("id"), imza_str_from("secret"), &signer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, imza_str_from("id"), imza_str_from("secret"), NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_merchant_new(imza_str_from("1"), imza_str_from("key"), imza_str_from("salt"), &merchant, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_parse(imza_str_from("merchantId + customerId + merhant_salt"), &recipe, NULL), IMZA_OK);
    for (index = 0; index < THREADS; index++) {
        CHECK(pthread_create(&threads[index], NULL, use_them, &failures[index]) == 0);
    }
    for (index = 0; index < THREADS; index++) {
        CHECK(pthread_join(threads[index], NULL) == 0);
        CHECK(failures[index] == 0);
    }
    imza_dlga_signer_free(signer);
    imza_dlga_verifier_free(verifier);
    imza_haso_merchant_free(merchant);
    imza_haso_recipe_free(recipe);
    return checks_done("threads that share handles");
}
