package io.github.imza.haso;

import io.github.imza.Fields;
import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.Map;
import java.util.Objects;

/**
 * A merchant's credentials, ready to make and verify tokens. Many threads can use it at once; adding a secret waits until none does.
 * {@link #close} wipes the secrets; using it afterwards is an {@link IllegalStateException}.
 */
public final class Merchant implements AutoCloseable {
    private static final int TOKEN_CHARS = 44;

    private final Handle handle;
    private final String merchantId;

    private Merchant(String merchantId, Call call) {
        this.merchantId = merchantId;
        handle = new Handle("Merchant", call.make(), Function.HASO_MERCHANT_FREE);
    }

    /**
     * The bytes of key and salt as they were issued; the key keys the HMAC (HASO-4). They are copied into memory outside of Java's
     * heap; the arrays are the caller's, to wipe.
     */
    public Merchant(String merchantId, byte[] key, byte[] salt) {
        this(merchantId, Call.of(Function.HASO_MERCHANT_NEW)
                .text(Texts.own(merchantId, "merchant id"))
                .text(Objects.requireNonNull(key, "key"))
                .text(Objects.requireNonNull(salt, "salt")));
    }

    /** The secrets as text, which is used as UTF-8; the arrays are the caller's, to wipe. */
    public static Merchant of(String merchantId, char[] key, char[] salt) {
        return Texts.secret(key, "key", keyBytes ->
                Texts.secret(salt, "salt", saltBytes -> new Merchant(merchantId, keyBytes, saltBytes)));
    }

    /** The secrets as text. A String cannot be wiped: better are bytes or chars. */
    public static Merchant of(String merchantId, String key, String salt) {
        return of(merchantId, Objects.requireNonNull(key, "key").toCharArray(),
                Objects.requireNonNull(salt, "salt").toCharArray());
    }

    /** A merchant who was given only a salt: it keys the HMAC, and is still part of the message (HASO-4). */
    public static Merchant saltKeyed(String merchantId, byte[] salt) {
        return new Merchant(merchantId, Call.of(Function.HASO_MERCHANT_NEW_SALT_KEYED)
                .text(Texts.own(merchantId, "merchant id"))
                .text(Objects.requireNonNull(salt, "salt")));
    }

    /** {@link #saltKeyed(String, byte[])} with the salt as text, which is used as UTF-8. */
    public static Merchant saltKeyed(String merchantId, char[] salt) {
        return Texts.secret(salt, "salt", bytes -> saltKeyed(merchantId, bytes));
    }

    /** Adds a secret that {@link #verify} accepts too, for a rotation (HASO-11); the first older one has the index 1. */
    public Merchant addOlderSecret(byte[] key, byte[] salt) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(salt, "salt");
        handle.change(merchant ->
                Call.of(Function.HASO_MERCHANT_ADD_OLDER_SECRET).word(merchant).text(key).text(salt).run());
        return this;
    }

    /** Adds a salt that keys the HMAC, and that {@link #verify} accepts too. */
    public Merchant addOlderSalt(byte[] salt) {
        Objects.requireNonNull(salt, "salt");
        handle.change(merchant -> Call.of(Function.HASO_MERCHANT_ADD_OLDER_SALT).word(merchant).text(salt).run());
        return this;
    }

    /** The {@code requestToken} of the posted fields, in any order. */
    public String token(Recipe recipe, Fields fields) {
        return with(Function.HASO_TOKEN, recipe, fields, call -> call.writeText(TOKEN_CHARS));
    }

    /** The {@code requestToken} of the posted fields. */
    public String token(Recipe recipe, Map<String, String> fields) {
        return token(recipe, Fields.of(fields));
    }

    /**
     * Verifies the token of the posted fields with every secret of the merchant (HASO-11); gives the index of the one that matches.
     * Nothing in a token binds the method or the time: it can be sent again (HASO-12).
     */
    public int verify(Recipe recipe, Fields fields, String token) {
        return with(Function.HASO_VERIFY, recipe, fields, call -> call.text(Texts.received(token, "token")).run());
    }

    /** {@link #verify(Recipe, Fields, String)} for fields that cannot occur twice. */
    public int verify(Recipe recipe, Map<String, String> fields, String token) {
        return verify(recipe, Fields.of(fields), token);
    }

    /** The message that goes into the HMAC (HASO-1), to look at when a token does not match; the salt is shown as {@code [salt]}. */
    public String message(Recipe recipe, Fields fields) {
        return with(Function.HASO_MESSAGE, recipe, fields, call -> call.writeText(300));
    }

    /** The very bytes that go into the HMAC, <b>the merchant's salt among them</b>: keep them out of logs, and wipe them. */
    public byte[] messageRevealingSalt(Recipe recipe, Fields fields) {
        return with(Function.HASO_MESSAGE_REVEAL_SALT, recipe, fields, call -> call.write(300));
    }

    private <T> T with(Function function, Recipe recipe, Fields fields, java.util.function.Function<Call, T> make) {
        return handle.use(merchant -> recipe.handle.use(object ->
                make.apply(Call.of(function).word(merchant).word(object).fields(fields))));
    }

    @Override
    public void close() {
        handle.close();
    }

    @Override
    public String toString() {
        return "Merchant[" + merchantId + "]";
    }
}
