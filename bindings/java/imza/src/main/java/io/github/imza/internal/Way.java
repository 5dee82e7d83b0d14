package io.github.imza.internal;

import java.nio.ByteBuffer;

/** A way to the C library: memory that it can read, and its functions. There are two, of JNA and of the foreign-function API. */
public interface Way {
    /** {@code jna} or {@code ffm}. */
    String name();

    /** Memory outside of Java's heap, all zero. */
    Block allocate(int size);

    /**
     * Calls a function. Each parameter is a {@code long}, whatever its letter; of an {@code imza_str} it is the address of one.
     */
    long call(Function function, long... words);

    /** A text of the library's own that ends in a NUL. */
    String text(long address);

    /** Some memory outside of Java's heap. */
    interface Block extends AutoCloseable {
        /** The memory, in the machine's byte order. */
        ByteBuffer bytes();

        /** Where the memory is. */
        long address();

        @Override
        void close();
    }
}
