package io.github.imza;

/** What is wrong: the statuses of the C library, whose numbers never change. */
public enum Kind {
    /** A pointer that must not be NULL is; from Java this cannot happen. */
    NULL_POINTER(1),
    /** A buffer is too small; from Java this cannot happen. */
    BUFFER_TOO_SMALL(2),
    /** An argument that cannot be used; the message says which one, why, and where. */
    INVALID_ARGUMENT(3),
    /** A fault in the library itself. Please report it. */
    PANIC(4),
    /** A required header is missing or empty (DLGA-14: 400). */
    DLGA_HEADERS_MISSING(100),
    /** The authorization header, or another part of the request, is not in its format (DLGA-14: 400). */
    DLGA_FORMAT_INVALID(101),
    /** The date is not in the pattern, or does not exist (DLGA-14: 400). */
    DLGA_DATE_INVALID(102),
    /** The signature is wrong, or no key is held for the access key id; the message says which (DLGA-14: 401). */
    DLGA_SIGNATURE_MISMATCH(103),
    /** The signature is right, but date and clock differ too much (DLGA-14: 403). */
    DLGA_CLOCK_SKEW(104),
    /** A required field is absent or empty (HASO-9). */
    HASO_FIELD_MISSING(200),
    /** The method has no field of this name (HASO-9). */
    HASO_FIELD_UNKNOWN(201),
    /** A field occurs twice (HASO-9). */
    HASO_FIELD_DUPLICATE(202),
    /** A field's value is not in its shape, or not UTF-8 (HASO-7, HASO-8, HASO-10). */
    HASO_FIELD_INVALID(203),
    /** A line is not a recipe (HASO-2). */
    HASO_RECIPE_INVALID(204),
    /** No recipe is known for a method of this name or path. */
    HASO_RECIPE_UNKNOWN(205),
    /** The token is not canonical base64 of 32 bytes (HASO-11). */
    HASO_TOKEN_MALFORMED(206),
    /** The token is another one than the merchant's secrets make of these fields (HASO-11). */
    HASO_TOKEN_MISMATCH(207),
    /** A status that a newer library has and this package does not know; see {@link ImzaException#status}. */
    UNKNOWN(-1);

    private final int status;

    Kind(int status) {
        this.status = status;
    }

    /** The number that the C library has for it; -1 for {@link #UNKNOWN}. */
    public int status() {
        return status;
    }

    static Kind of(int status) {
        for (Kind kind : values()) {
            if (kind.status == status) {
                return kind;
            }
        }
        return UNKNOWN;
    }
}
