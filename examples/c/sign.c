/* Signs a request of Diyalog's and makes a token of Haso's: the two documented calls. */
#include <imza.h>
#include <stdio.h>
#include <stdlib.h>

static void stop_on(imza_status status, const imza_error *error) {
    if (status != IMZA_OK) {
        fprintf(stderr, "%s: %s\n", imza_status_name(status), error->message);
        exit(EXIT_FAILURE);
    }
}

static void sign_a_request(imza_error *error) {
    imza_dlga_signer *signer = NULL;
    imza_dlga_request request = {0};
    char date[30];
    char authorization[128];
    size_t length;

    /* A program of yours takes time(NULL). */
    stop_on(imza_dlga_date(1615296512, date, sizeof date, &length, error), error);
    request.struct_size = sizeof request;
    request.method = imza_str_from("POST");
    request.content_type = imza_str_from("application/json");
    request.date = imza_str_from(date);
    request.resource = imza_str_from("/v1/application/gettransactionhashforonlinehelp");
    request.body = imza_str_from("{\"customerId\" : \"123456\", \"deviceHash\" : \"fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=\"}");

    stop_on(imza_dlga_signer_new(imza_str_from("1234567-8ABC-DEF0-5432-56712ABCDEF5"),
                                 imza_str_from("not-a-real-secret"), &signer, error),
            error);
    stop_on(imza_dlga_sign(signer, &request, authorization, sizeof authorization, &length, error), error);
    imza_dlga_signer_free(signer);
    printf("x-dlg-date: %s\nx-dlg-requester-userid: 45186\nx-dlg-authorization: %s\n", date, authorization);
}

static void make_a_token(imza_error *error) {
    imza_haso_merchant *merchant = NULL;
    imza_haso_recipe *recipe = NULL;
    imza_field fields[3];
    char token[45];
    size_t length;

    fields[0].name = imza_str_from("customerId");
    fields[0].value = imza_str_from("5500123");
    fields[1].name = imza_str_from("dealerSegment");
    fields[1].value = imza_str_from("GOLD");
    fields[2].name = imza_str_from("ipAddress");
    fields[2].value = imza_str_from("85.105.1.2");

    stop_on(imza_haso_recipe_find(imza_str_from("SetPreDefinedLimit"), &recipe, error), error);
    stop_on(imza_haso_merchant_new(imza_str_from("1000042"), imza_str_from("merchant-key-not-real"),
                                   imza_str_from("merchant-salt-not-real"), &merchant, error),
            error);
    stop_on(imza_haso_token(merchant, recipe, fields, 3, token, sizeof token, &length, error), error);
    imza_haso_merchant_free(merchant);
    imza_haso_recipe_free(recipe);
    printf("requestToken=%s\n", token);
}

int main(void) {
    imza_error error;
    error.struct_size = sizeof error;
    sign_a_request(&error);
    make_a_token(&error);
    return EXIT_SUCCESS;
}
