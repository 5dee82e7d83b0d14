#define _POSIX_C_SOURCE 199309L
#include <imza.h>
#include <stdio.h>
#include <time.h>

static void stop(const imza_error *error) {
    fprintf(stderr, "%s\n", error->message);
}

int main(void) {
    imza_error error = {.struct_size = sizeof error};
    imza_dlga_signer *signer;
    if (imza_dlga_signer_new(imza_str_from("1234567-8ABC-DEF0-5432-56712ABCDEF5"), imza_str_from("not-a-real-secret"),
                             &signer, &error) != IMZA_OK) {
        return stop(&error), 1;
    }
    unsigned long count;
    char resource[256], file[256], body[4096], date[30], authorization[256];
    while (scanf("%lu %255s %255s", &count, resource, file) == 3) {
        FILE *opened = fopen(file, "rb");
        if (!opened) return 1;
        size_t body_size = fread(body, 1, sizeof body, opened), length = 0;
        fclose(opened);
        imza_dlga_request request = {
            .struct_size = sizeof request,
            .method = imza_str_from("POST"),
            .content_type = imza_str_from("application/json"),
            .resource = imza_str_from(resource),
            .body = {body, body_size},
        };
        struct timespec begun, ended;
        clock_gettime(CLOCK_MONOTONIC, &begun);
        for (unsigned long i = 0; i < count; i++) {
            imza_status status = imza_dlga_date(1615296512, date, sizeof date, &length, &error);
            request.date = imza_str_from(date);
            if (status == IMZA_OK) status = imza_dlga_sign(signer, &request, authorization, sizeof authorization, &length, &error);
            if (status != IMZA_OK) return stop(&error), 1;
        }
        clock_gettime(CLOCK_MONOTONIC, &ended);
        printf("%lld %s\n", (ended.tv_sec - begun.tv_sec) * 1000000000LL + ended.tv_nsec - begun.tv_nsec, authorization);
        fflush(stdout);
    }
    imza_dlga_signer_free(signer);
    return 0;
}
