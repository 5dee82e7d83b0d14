/*
 * One call of the library, for tests/instructions.py to count the instructions of:  instructions CASE.
 * The counted call is made by `counted`, through which valgrind is told what to count. Everything is prepared before.
 */
#include <imza.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOW 1615296512
#define TEXT(literal) imza_str_from(literal)

static imza_dlga_signer *signer;
static imza_dlga_verifier *verifier;
static imza_haso_merchant *merchant;
static imza_haso_recipe *recipe;
static imza_dlga_request request;
static imza_field fields[3];
static char body[201], value[128], token[64];
static size_t value_length, token_length;
/* Where a verdict is told, with its reason; NULL where it is not. */
static imza_error *told;

static void must(imza_status status) {
    if (status != IMZA_OK) {
        fprintf(stderr, "instructions: preparing failed with %s\n", imza_status_name(status));
        exit(2);
    }
}

static void prepare(int keys) {
    char id[32];
    int at;
    must(imza_dlga_signer_new(TEXT("1234567-8ABC-DEF0-5432-56712ABCDEF5"), TEXT("not-a-real-secret"), &signer, NULL));
    must(imza_dlga_verifier_new(&verifier, NULL));
    for (at = 1; at < keys; at++) {
        snprintf(id, sizeof id, "another-key-%04d", at);
        must(imza_dlga_verifier_add_key(verifier, TEXT(id), TEXT("not-a-real-secret"), NULL));
    }
    must(imza_dlga_verifier_add_key(verifier, TEXT("1234567-8ABC-DEF0-5432-56712ABCDEF5"), TEXT("not-a-real-secret"), NULL));
    must(imza_haso_merchant_new(TEXT("1000042"), TEXT("merchant-key-not-real"), TEXT("merchant-salt-not-real"), &merchant, NULL));
    must(imza_haso_recipe_find(TEXT("SetPreDefinedLimit"), &recipe, NULL));

    memset(body, 'x', sizeof body - 1);
    request.struct_size = sizeof request;
    request.method = TEXT("POST");
    request.content_type = TEXT("application/json");
    request.date = TEXT("Tue, 09 Mar 2021 13:28:32 GMT");
    request.resource = TEXT("/v1/application/gettransactionhashforonlinehelp");
    request.body = TEXT(body);
    must(imza_dlga_sign(signer, &request, value, sizeof value, &value_length, NULL));

    fields[0].name = TEXT("merchantId");
    fields[0].value = TEXT("1000042");
    fields[1].name = TEXT("customerId");
    fields[1].value = TEXT("5500123");
    fields[2].name = TEXT("dealerSegment");
    fields[2].value = TEXT("GOLD");
    must(imza_haso_token(merchant, recipe, fields, 3, token, sizeof token, &token_length, NULL));
}

/* Another character of base64, which leaves the text canonical. */
static void forge(char *at) { *at = *at == 'A' ? 'Q' : 'A'; }

static imza_status verify(void) {
    imza_str authorization = {value, value_length};
    return imza_dlga_verify(verifier, &request, authorization, TEXT("45186"), NOW, told);
}

static imza_status verify_headers(void) {
    imza_field headers[4];
    headers[0].name = TEXT("content-type");
    headers[0].value = request.content_type;
    headers[1].name = TEXT("x-dlg-date");
    headers[1].value = request.date;
    headers[2].name = TEXT("x-dlg-requester-userid");
    headers[2].value = TEXT("45186");
    headers[3].name = TEXT("x-dlg-authorization");
    headers[3].value.ptr = value;
    headers[3].value.len = value_length;
    return imza_dlga_verify_headers(verifier, &request, headers, 4, NOW, NULL);
}

static imza_status sign(void) {
    char buffer[128];
    size_t length;
    return imza_dlga_sign(signer, &request, buffer, sizeof buffer, &length, NULL);
}

static imza_status date(void) {
    char buffer[64];
    size_t length;
    return imza_dlga_date(NOW, buffer, sizeof buffer, &length, NULL);
}

static imza_status make_token(void) {
    char buffer[64];
    size_t length;
    return imza_haso_token(merchant, recipe, fields, 3, buffer, sizeof buffer, &length, NULL);
}

static imza_status verify_token(void) {
    imza_str presented = {token, token_length};
    return imza_haso_verify(merchant, recipe, fields, 3, presented, NULL);
}

/* The control: what a comparison costs that ends at the first difference. */
static volatile char compared[44];
static imza_status leaky(void) {
    size_t at = 0;
    while (at < sizeof compared && compared[at] == 0) {
        at++;
    }
    return at == sizeof compared ? IMZA_OK : IMZA_HASO_TOKEN_MISMATCH;
}

/* valgrind counts what is done between its beginning and its end. */
__attribute__((noinline)) static imza_status counted(imza_status (*call)(void)) { return call(); }

int main(int argc, char **argv) {
    const char *wanted = argc == 2 ? argv[1] : "";
    imza_status (*call)(void) = NULL;
    imza_status expected = IMZA_OK;
    static imza_error error;
    char *signature = value + sizeof "DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:" - 1;
#define CASE(name) (strcmp(wanted, name) == 0)
    prepare(CASE("verify, 1000 keys") || CASE("unknown id, 1000 keys") ? 1000 : 1);
    if (CASE("date")) {
        call = date;
    } else if (CASE("sign")) {
        call = sign;
    } else if (CASE("verify") || CASE("verify, 1000 keys")) {
        call = verify;
    } else if (CASE("verify all headers")) {
        call = verify_headers;
    } else if (CASE("first byte wrong") || CASE("first byte wrong, told")) {
        forge(signature);
        call = verify, expected = IMZA_DLGA_SIGNATURE_MISMATCH;
    } else if (CASE("last byte wrong")) {
        forge(signature + 41);
        call = verify, expected = IMZA_DLGA_SIGNATURE_MISMATCH;
    } else if (CASE("unknown id") || CASE("unknown id, told") || CASE("unknown id, 1000 keys")) {
        value[5] = '2';
        call = verify, expected = IMZA_DLGA_SIGNATURE_MISMATCH;
    } else if (CASE("token")) {
        call = make_token;
    } else if (CASE("verify token")) {
        call = verify_token;
    } else if (CASE("token, first byte wrong")) {
        forge(token);
        call = verify_token, expected = IMZA_HASO_TOKEN_MISMATCH;
    } else if (CASE("token, last byte wrong")) {
        forge(token + 41);
        call = verify_token, expected = IMZA_HASO_TOKEN_MISMATCH;
    } else if (CASE("leaky, first byte wrong")) {
        compared[0] = 1;
        call = leaky, expected = IMZA_HASO_TOKEN_MISMATCH;
    } else if (CASE("leaky, last byte wrong")) {
        compared[sizeof compared - 1] = 1;
        call = leaky, expected = IMZA_HASO_TOKEN_MISMATCH;
    } else {
        fprintf(stderr, "instructions: no case `%s`\n", wanted);
        return 2;
    }
    error.struct_size = sizeof error;
    told = strstr(wanted, ", told") != NULL ? &error : NULL;
    if (counted(call) != expected) {
        fprintf(stderr, "instructions: `%s` came to another verdict\n", wanted);
        return 1;
    }
    imza_haso_recipe_free(recipe);
    imza_haso_merchant_free(merchant);
    imza_dlga_verifier_free(verifier);
    imza_dlga_signer_free(signer);
    return 0;
}
