/* A panic comes back as a status; against a library with the feature `capi-test`, which alone has the export. */
#include "check.h"

imza_status imza_test_panic(imza_error *error);

int main(void) {
    imza_error error = new_error();
    CHECK_STATUS(imza_test_panic(&error), IMZA_PANIC);
    CHECK(error.status == IMZA_PANIC && error.key_index == -1 && error.offset == SIZE_MAX && error.http_status == 0);
    CHECK(strstr(error.message, "report") != NULL);
    CHECK_STATUS(imza_test_panic(NULL), IMZA_PANIC);
    error.struct_size = 0;
    CHECK_STATUS(imza_test_panic(&error), IMZA_INVALID_ARGUMENT);
    return checks_done("the panic guard");
}
