package io.github.imza.internal;

import io.github.imza.ImzaException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Function;

/** Texts on their way to the library, as UTF-8. */
public final class Texts {
    private Texts() {}

    /** A text of the caller's own; {@code what} names it where it cannot be UTF-8. */
    public static byte[] own(String text, String what) {
        int lone = loneSurrogate(Objects.requireNonNull(text, what));
        if (lone >= 0) {
            int offset = text.substring(0, lone).getBytes(StandardCharsets.UTF_8).length;
            throw ImzaException.invalidArgument(
                    "the " + what + " has half a character, a lone surrogate, at byte " + offset, offset);
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * A text that was received. Where it has a lone surrogate (JSON can have one) its bytes are not UTF-8, and the library
     * judges that: no two texts have the same bytes.
     */
    public static byte[] received(String text, String what) {
        if (loneSurrogate(Objects.requireNonNull(text, what)) < 0) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        ByteBuffer bytes = ByteBuffer.allocate(3 * text.length());
        for (int i = 0; i < text.length(); ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (c >= 0xd800 && c <= 0xdfff) {
                bytes.put((byte) 0xed).put((byte) (0x80 | c >> 6 & 0x3f)).put((byte) (0x80 | c & 0x3f));
            } else {
                bytes.put(new String(Character.toChars(c)).getBytes(StandardCharsets.UTF_8));
            }
        }
        return Arrays.copyOf(bytes.array(), bytes.arrayOffset() + bytes.position());
    }

    /** Uses the bytes of a secret, and wipes them. */
    public static <T> T secret(char[] secret, String what, Function<byte[], T> use) {
        CharBuffer chars = CharBuffer.wrap(Objects.requireNonNull(secret, what));
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(3, secret.length));
        try {
            if (StandardCharsets.UTF_8.newEncoder().encode(chars, bytes, true).isError()) {
                throw ImzaException.invalidArgument("the " + what + " has half a character, a lone surrogate", -1);
            }
            byte[] exact = Arrays.copyOf(bytes.array(), bytes.position());
            try {
                return use.apply(exact);
            } finally {
                Arrays.fill(exact, (byte) 0);
            }
        } finally {
            Arrays.fill(bytes.array(), (byte) 0);
        }
    }

    /** A header's value without the spaces and tabs around it (DLGA-4). */
    public static String trimmed(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    /** The text of bytes that were received: UTF-8, or else ISO-8859-1. */
    public static String decoded(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            return new String(bytes, StandardCharsets.ISO_8859_1);
        }
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                    i++;
                } else {
                    return i;
                }
            }
        }
        return -1;
    }
}
