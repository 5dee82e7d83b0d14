package io.github.imza.dlga;

import io.github.imza.ImzaException;
import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An access key, ready to sign. Many threads can use it at once. {@link #close} wipes the key; using it afterwards is an
 * {@link IllegalStateException}.
 */
public final class Signer implements AutoCloseable {
    private static final int DATE_CHARS = 29;
    /** {@code DLGA }, the colon and the signature. */
    private static final int AROUND_THE_ID = 50;

    private final Handle handle;
    private final String accessKeyId;

    /**
     * {@code secret}: the bytes of the AccessKeySecret as they were issued, not decoded and not trimmed (DLGA-12). They are copied into
     * memory outside of Java's heap; the array is the caller's, to wipe.
     */
    public Signer(String accessKeyId, byte[] secret) {
        this.accessKeyId = accessKeyId;
        handle = new Handle("Signer", Call.of(Function.DLGA_SIGNER_NEW)
                .text(Texts.own(accessKeyId, "access key id"))
                .text(Objects.requireNonNull(secret, "secret"))
                .make(), Function.DLGA_SIGNER_FREE);
    }

    /** The secret as text, which is used as UTF-8; the array is the caller's, to wipe. */
    public static Signer of(String accessKeyId, char[] secret) {
        return Texts.secret(secret, "secret", bytes -> new Signer(accessKeyId, bytes));
    }

    /** The secret as text. A String is in memory until Java collects it, and cannot be wiped: better are bytes or chars. */
    public static Signer of(String accessKeyId, String secret) {
        return of(accessKeyId, Objects.requireNonNull(secret, "secret").toCharArray());
    }

    /**
     * The text of the date header for a time in seconds since 1970 (DLGA-1), such as "Tue, 09 Mar 2021 13:28:32 GMT". Outside of the
     * years 1970 to 9999 it is {@link io.github.imza.Kind#INVALID_ARGUMENT} (DLGA-19).
     */
    public static String date(long unixSeconds) {
        return Call.of(Function.DLGA_DATE).word(unixSeconds).writeText(DATE_CHARS);
    }

    /** Signs a request that has a date: the value of the authorization header, {@code DLGA id:signature} (DLGA-3). */
    public String authorization(Request request) {
        return handle.use(signer -> request.signing(Call.of(Function.DLGA_SIGN).word(signer))
                .writeText(3 * accessKeyId.length() + AROUND_THE_ID));
    }

    /**
     * Signs a request at a time in seconds since 1970: the three headers to send with it. The request's own date does not count.
     * {@code requester}: the person on whose behalf the call is made, who is <b>not</b> part of what is signed (DLGA-2).
     */
    public Map<String, String> sign(Request request, long unixSeconds, String requester) {
        return sign(request, unixSeconds, requester, HeaderNames.X_DLG);
    }

    /** {@link #sign(Request, long, String)} with the other set of names (DLGA-4). */
    public Map<String, String> sign(Request request, long unixSeconds, String requester, HeaderNames names) {
        checkRequester(requester);
        String date = date(unixSeconds);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(names.date(), date);
        headers.put(names.requester(), Texts.trimmed(requester));
        headers.put(names.authorization(), authorization(request.date(date)));
        return Collections.unmodifiableMap(headers);
    }

    /** DLGA-2, DLGA-13. The requester is not signed, so the library never sees it here. */
    private static void checkRequester(String requester) {
        byte[] bytes = Texts.own(requester, "requester id");
        if (Texts.trimmed(requester).isEmpty()) {
            throw ImzaException.invalidArgument("the requester id is empty; a signature needs one", -1);
        }
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\t' && (bytes[i] >= 0 && bytes[i] < ' ' || bytes[i] == 0x7f)) {
                throw ImzaException.invalidArgument(String.format(
                        "the requester id has the byte 0x%02x at byte %d, which is not allowed there", bytes[i], i), i);
            }
        }
    }

    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return "Signer[" + accessKeyId + "]";
    }
}
