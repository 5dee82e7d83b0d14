package io.github.imza.haso;

import io.github.imza.Fields;
import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.Objects;

/**
 * Finds the recipe of a method whose page is not public, from requests that are known to be good. Many threads can use it at once;
 * adding a sample waits until none does. Using it after {@link #close} is an {@link IllegalStateException}.
 */
public final class Discoverer implements AutoCloseable {
    private final Handle handle;

    private Discoverer(Call call) {
        handle = new Handle("Discoverer", call.make(), Function.HASO_DISCOVERER_FREE);
    }

    /** Credentials as {@link Merchant#Merchant} takes them; both keys of HASO-4 are tried. */
    public Discoverer(String merchantId, byte[] key, byte[] salt) {
        this(Call.of(Function.HASO_DISCOVERER_NEW)
                .text(Texts.own(merchantId, "merchant id"))
                .text(Objects.requireNonNull(key, "key"))
                .text(Objects.requireNonNull(salt, "salt")));
    }

    /** The secrets as text, which is used as UTF-8; the arrays are the caller's, to wipe. */
    public static Discoverer of(String merchantId, char[] key, char[] salt) {
        return Texts.secret(key, "key", keyBytes ->
                Texts.secret(salt, "salt", saltBytes -> new Discoverer(merchantId, keyBytes, saltBytes)));
    }

    /** Credentials as {@link Merchant#saltKeyed(String, byte[])} takes them. */
    public static Discoverer saltKeyed(String merchantId, byte[] salt) {
        return new Discoverer(Call.of(Function.HASO_DISCOVERER_NEW_SALT_KEYED)
                .text(Texts.own(merchantId, "merchant id"))
                .text(Objects.requireNonNull(salt, "salt")));
    }

    /**
     * Adds a request that is known to be good: its posted fields in any order, and its token. A second one of the same method, with
     * other values, narrows several recipes to one. What is refused changes nothing.
     */
    public Discoverer addSample(Fields fields, String token) {
        handle.change(discoverer -> Call.of(Function.HASO_DISCOVERER_ADD_SAMPLE).word(discoverer).fields(fields)
                .text(Texts.received(token, "token")).run());
        return this;
    }

    /** Searches with the usual bound, which takes some seconds. */
    public Discovery discover() {
        return discover(0);
    }

    /** Searches, at most so many orders; 0 is the usual bound. */
    public Discovery discover(long mostTries) {
        if (mostTries < 0) {
            throw new IllegalArgumentException("the number of tries is negative");
        }
        return handle.use(discoverer -> Discovery.of(Call.of(Function.HASO_DISCOVER).word(discoverer).word(mostTries)));
    }

    @Override
    public void close() {
        handle.close();
    }
}
