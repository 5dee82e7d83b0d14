package io.github.imza;

import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;

/**
 * A refused request or token, or an argument that cannot be used. Its message says what is wrong and where, and never holds a byte
 * of a secret.
 */
public final class ImzaException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Kind kind;
    private final int status;
    private final int httpStatus;
    private final String vendorText;
    private final int keyIndex;
    private final long offset;
    private final String field;

    private ImzaException(int status, int keyIndex, long offset, String message, String field) {
        super(message);
        Way way = Library.way();
        this.kind = Kind.of(status);
        this.status = status;
        this.httpStatus = (int) way.call(Function.STATUS_HTTP, status);
        this.vendorText = way.text(way.call(Function.STATUS_VENDOR_TEXT, status));
        this.keyIndex = keyIndex;
        this.offset = offset;
        this.field = field;
    }

    /** What is wrong. */
    public Kind kind() {
        return kind;
    }

    /** The number that the C library has for it. */
    public int status() {
        return status;
    }

    /** The HTTP status with which Diyalog answers such a request (DLGA-14): 400, 401 or 403; 0 where there is none. */
    public int httpStatus() {
        return httpStatus;
    }

    /** The text with which Diyalog answers such a request, to the letter (DLGA-14); "" where there is none. */
    public String vendorText() {
        return vendorText;
    }

    /** The byte (of UTF-8) at which the offending value goes wrong, from 0; -1 where there is none. */
    public long offset() {
        return offset;
    }

    /** The key that matched where only the clock refuses, in the order of adding, from 0; else -1. */
    public int keyIndex() {
        return keyIndex;
    }

    /** The posted field that is at fault; "" where it is not a field. */
    public String field() {
        return field;
    }

    /** An argument that this package itself refuses. Not for users. */
    public static ImzaException invalidArgument(String message, long offset) {
        return new ImzaException(Kind.INVALID_ARGUMENT.status(), -1, offset, message, "");
    }

    /** For the rest of this package. Not for users. */
    public static final class Access {
        private Access() {}

        /** What the library filled. */
        public static ImzaException of(int status, int keyIndex, long offset, String message, String field) {
            return new ImzaException(status, keyIndex, offset, message, field);
        }
    }
}
