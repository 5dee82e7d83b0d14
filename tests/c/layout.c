/* The layout of the structs is part of the ABI. src/ffi asserts the sizes on the other side. Needs C11. */
#include <imza.h>

#define IS_AT(type, member, offset) _Static_assert(offsetof(type, member) == (offset), #type "." #member)
#define HAS_SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#define WORD sizeof(size_t)

HAS_SIZE(imza_status, 4);
_Static_assert((imza_status)-1 < 0, "imza_status is signed");

HAS_SIZE(imza_str, 2 * WORD);
IS_AT(imza_str, ptr, 0);
IS_AT(imza_str, len, WORD);

HAS_SIZE(imza_field, 4 * WORD);
IS_AT(imza_field, name, 0);
IS_AT(imza_field, value, 2 * WORD);

/* With pointers of 64 bits, and of 32. */
#define BITS(wide, narrow) (SIZE_MAX == UINT64_MAX ? (wide) : (narrow))

HAS_SIZE(imza_error, BITS(352, 340));
IS_AT(imza_error, struct_size, 0);
IS_AT(imza_error, status, BITS(8, 4));
IS_AT(imza_error, http_status, BITS(12, 8));
IS_AT(imza_error, key_index, BITS(16, 12));
IS_AT(imza_error, offset, BITS(24, 16));
IS_AT(imza_error, message, BITS(32, 20));
_Static_assert(sizeof(((imza_error *)0)->message) == 256, "imza_error.message");
IS_AT(imza_error, field, BITS(288, 276));
_Static_assert(sizeof(((imza_error *)0)->field) == 64, "imza_error.field");

HAS_SIZE(imza_dlga_request, BITS(96, 48));
IS_AT(imza_dlga_request, struct_size, 0);
IS_AT(imza_dlga_request, method, BITS(8, 4));
IS_AT(imza_dlga_request, content_type, BITS(24, 12));
IS_AT(imza_dlga_request, date, BITS(40, 20));
IS_AT(imza_dlga_request, resource, BITS(56, 28));
IS_AT(imza_dlga_request, body, BITS(72, 36));
IS_AT(imza_dlga_request, body_line, BITS(88, 44));

_Static_assert(IMZA_DLGA_BODY_LINE_WHEN_PRESENT == 0 && IMZA_DLGA_BODY_LINE_ALWAYS == 1 &&
                   IMZA_DLGA_BODY_LINE_NEVER == 2,
               "the numbers of the body lines (DLGA-6)");
