/* The least that a test needs: a check that says where it failed, and how many there were. */
#ifndef CHECK_H
#define CHECK_H

#include <imza.h>
#include <stdio.h>
#include <string.h>

static int checks_made;
static int checks_failed;
static const char *checked_case = "";

#define CHECK(condition)                                                                                            \
    do {                                                                                                            \
        checks_made++;                                                                                              \
        if (!(condition)) {                                                                                         \
            checks_failed++;                                                                                        \
            fprintf(stderr, "%s:%d: [%s] not so: %s\n", __FILE__, __LINE__, checked_case, #condition);              \
        }                                                                                                           \
    } while (0)

#define CHECK_STATUS(call, expected)                                                                                \
    do {                                                                                                            \
        imza_status got_ = (call);                                                                                  \
        checks_made++;                                                                                              \
        if (got_ != (expected)) {                                                                                   \
            checks_failed++;                                                                                        \
            fprintf(stderr, "%s:%d: [%s] %s instead of %s: %s\n", __FILE__, __LINE__, checked_case,                 \
                    imza_status_name(got_), #expected, #call);                                                      \
        }                                                                                                           \
    } while (0)

static inline int is_text(const char *buffer, size_t length, imza_str expected) {
    return length == expected.len && memcmp(buffer, expected.ptr, length) == 0 && buffer[length] == '\0';
}

static inline imza_error new_error(void) {
    imza_error error;
    memset(&error, 0x5a, sizeof error);
    error.struct_size = sizeof error;
    return error;
}

static inline int checks_done(const char *what) {
    printf("%s: %d checks, %d failed\n", what, checks_made, checks_failed);
    return checks_failed != 0 || checks_made == 0;
}

#endif
