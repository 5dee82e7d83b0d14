package io.github.imza.internal;

import io.github.imza.dlga.BodyLine;
import io.github.imza.Fields;
import io.github.imza.ImzaException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of the library: the arguments in their order, then one of the ways to make it. All that C reads and writes is in one
 * block of memory, which is wiped behind the call: first the structs, then the bytes that they point to.
 */
public final class Call {
    private static final int OK = 0;
    private static final int BUFFER_TOO_SMALL = 2;

    private static final int WORD = 8;
    private static final int STR = 2 * WORD;
    private static final int FIELD = 2 * STR;
    /** {@code imza_dlga_request}: its size, five texts, the body line and padding. */
    private static final int REQUEST = WORD + 5 * STR + WORD;

    // imza_error, and where its members are.
    private static final int ERROR = 352;
    private static final int KEY_INDEX = 16;
    private static final int OFFSET = 24;
    private static final int MESSAGE = 32;
    private static final int FIELD_NAME = 288;

    private final Way way = Library.way();
    private final Function function;
    private final List<Object> arguments = new ArrayList<>(8);
    /** How much memory all the arguments take. */
    private long size = ERROR;

    private long object;
    private int keyIndex;

    private Call(Function function) {
        this.function = function;
    }

    /** Begins a call. */
    public static Call of(Function function) {
        return new Call(function);
    }

    /** A number, or an object of the library's. */
    public Call word(long value) {
        arguments.add(value);
        return this;
    }

    /** An {@code imza_str}. */
    public Call text(byte[] text) {
        arguments.add(text);
        size += STR + (long) text.length;
        return this;
    }

    /** An {@code imza_dlga_request}. */
    public Call request(
            byte[] method, byte[] contentType, byte[] date, byte[] resource, byte[] body, BodyLine bodyLine) {
        byte[][] texts = {method, contentType, date, resource, body};
        arguments.add(new Request(texts, bodyLine));
        size += REQUEST;
        for (byte[] text : texts) {
            size += text.length;
        }
        return this;
    }

    /** An array of {@code imza_field} and its length. */
    public Call fields(Fields fields) {
        List<byte[]> texts = Fields.Access.texts(fields);
        arguments.add(texts);
        for (byte[] text : texts) {
            size += STR + (long) text.length;
        }
        return this;
    }

    /** Calls a function that gives a status and nothing else; gives back the index of the key. */
    public int run() {
        call(false, -1);
        return keyIndex;
    }

    /** Calls a function that makes an object, which is written to where its last argument but the error points. */
    public long make() {
        call(true, -1);
        return object;
    }

    /** Calls a function that writes a text, which is probably no longer than a number of bytes. */
    public byte[] write(int guess) {
        return call(false, guess);
    }

    /** {@link #write} for a text that is UTF-8. */
    public String writeText(int guess) {
        return new String(write(guess), StandardCharsets.UTF_8);
    }

    /** The index of the key, after a call. */
    public int keyIndex() {
        return keyIndex;
    }

    private byte[] call(boolean makes, int guess) {
        for (long capacity = guess < 0 ? 0 : guess + 1L; ; ) {
            long whole = size + WORD + capacity;
            if (whole > Integer.MAX_VALUE - WORD) {
                throw ImzaException.invalidArgument("the arguments have together more than two gigabytes", -1);
            }
            try (Way.Block block = way.allocate((int) whole)) {
                ByteBuffer memory = block.bytes();
                try {
                    int at = (int) (whole - capacity); // the buffer is last, as it need not be aligned
                    long[] words = place(memory, block.address(), makes, guess < 0 ? -1 : at, capacity);
                    int status = (int) way.call(function, words);
                    keyIndex = memory.getInt(KEY_INDEX);
                    long out = memory.getLong(ERROR);
                    if (status == OK) {
                        object = out;
                        return guess < 0 ? null : bytes(memory, at, (int) out);
                    }
                    if (status != BUFFER_TOO_SMALL || guess < 0 || out < capacity) {
                        throw ImzaException.Access.of(status, keyIndex, memory.getLong(OFFSET),
                                cString(memory, MESSAGE, FIELD_NAME), cString(memory, FIELD_NAME, ERROR));
                    }
                    capacity = out + 1;
                } finally {
                    wipe(memory);
                }
            }
        }
    }

    /** Writes the error, the word for what comes out, and all arguments into the memory; gives the words to call with. */
    private long[] place(ByteBuffer memory, long address, boolean makes, int buffer, long capacity) {
        long[] words = new long[function.parameters().length()];
        int word = 0;
        memory.putLong(0, ERROR);
        Placing placing = new Placing(memory, address);
        for (Object argument : arguments) {
            if (argument instanceof Long) {
                words[word++] = (Long) argument;
            } else if (argument instanceof byte[]) {
                words[word++] = address + placing.struct;
                placing.str((byte[]) argument);
            } else if (argument instanceof Request) {
                Request request = (Request) argument;
                int at = placing.struct;
                words[word++] = address + at;
                memory.putLong(at, REQUEST);
                placing.struct += WORD;
                for (byte[] text : request.texts) {
                    placing.str(text);
                }
                memory.putInt(placing.struct, request.bodyLine.ordinal());
                placing.struct += WORD;
            } else {
                @SuppressWarnings("unchecked")
                List<byte[]> texts = (List<byte[]>) argument;
                words[word++] = address + placing.struct;
                words[word++] = texts.size() / 2;
                for (byte[] text : texts) {
                    placing.str(text);
                }
            }
        }
        if (makes) {
            words[word++] = address + ERROR;
        }
        if (buffer >= 0) {
            words[word++] = address + buffer;
            words[word++] = capacity;
            words[word++] = address + ERROR;
        }
        words[word++] = address;
        if (word != words.length) {
            throw new IllegalStateException(function + " has " + words.length + " parameters, not " + word);
        }
        return words;
    }

    /** Where the next struct goes, and the next bytes: behind all structs. */
    private final class Placing {
        private final ByteBuffer memory;
        private final long address;
        private int struct = ERROR + WORD;
        private int data;

        Placing(ByteBuffer memory, long address) {
            this.memory = memory;
            this.address = address;
            data = struct;
            for (Object argument : arguments) {
                data += argument instanceof byte[] ? STR
                        : argument instanceof Request ? REQUEST
                        : argument instanceof List ? ((List<?>) argument).size() * STR : 0;
            }
        }

        /** Writes an {@code imza_str} and its bytes. */
        void str(byte[] text) {
            memory.putLong(struct, address + data);
            memory.putLong(struct + WORD, text.length);
            struct += STR;
            ((java.nio.Buffer) memory).position(data); // the cast is for Java 8, where position() gives a Buffer
            memory.put(text);
            data += text.length;
        }
    }

    private static final class Request {
        private final byte[][] texts;
        private final BodyLine bodyLine;

        Request(byte[][] texts, BodyLine bodyLine) {
            this.texts = texts;
            this.bodyLine = bodyLine;
        }
    }

    private static byte[] bytes(ByteBuffer memory, int from, int length) {
        byte[] bytes = new byte[length];
        ((java.nio.Buffer) memory).position(from);
        memory.get(bytes);
        return bytes;
    }

    private static String cString(ByteBuffer memory, int from, int to) {
        int end = from;
        while (end < to && memory.get(end) != 0) {
            end++;
        }
        return new String(bytes(memory, from, end - from), StandardCharsets.UTF_8);
    }

    private static final byte[] ZEROS = new byte[4096];

    private static void wipe(ByteBuffer memory) {
        ((java.nio.Buffer) memory).position(0);
        while (memory.hasRemaining()) {
            memory.put(ZEROS, 0, Math.min(ZEROS.length, memory.remaining()));
        }
    }
}
