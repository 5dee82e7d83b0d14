package io.github.imza.haso;

import io.github.imza.Explanation;
import io.github.imza.Fields;
import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.Objects;

/**
 * A merchant's credentials that refused tokens are explained with. Many threads can use it at once; adding a secret waits until none
 * does. Using it after {@link #close} is an {@link IllegalStateException}.
 */
public final class Explainer implements AutoCloseable {
    private final Handle handle;

    private Explainer(Call call) {
        handle = new Handle("Explainer", call.make(), Function.HASO_EXPLAINER_FREE);
    }

    /** Credentials as {@link Merchant#Merchant} takes them. */
    public Explainer(String merchantId, byte[] key, byte[] salt) {
        this(Call.of(Function.HASO_EXPLAINER_NEW)
                .text(Texts.own(merchantId, "merchant id"))
                .text(Objects.requireNonNull(key, "key"))
                .text(Objects.requireNonNull(salt, "salt")));
    }

    /** The secrets as text, which is used as UTF-8; the arrays are the caller's, to wipe. */
    public static Explainer of(String merchantId, char[] key, char[] salt) {
        return Texts.secret(key, "key", keyBytes ->
                Texts.secret(salt, "salt", saltBytes -> new Explainer(merchantId, keyBytes, saltBytes)));
    }

    /** Credentials as {@link Merchant#saltKeyed(String, byte[])} takes them. */
    public static Explainer saltKeyed(String merchantId, byte[] salt) {
        return new Explainer(Call.of(Function.HASO_EXPLAINER_NEW_SALT_KEYED)
                .text(Texts.own(merchantId, "merchant id"))
                .text(Objects.requireNonNull(salt, "salt")));
    }

    /** Adds a secret that is tried too; the first older one has the index 1. */
    public Explainer addOlderSecret(byte[] key, byte[] salt) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(salt, "salt");
        handle.change(explainer ->
                Call.of(Function.HASO_EXPLAINER_ADD_OLDER_SECRET).word(explainer).text(key).text(salt).run());
        return this;
    }

    /** Adds a salt that keys the HMAC and is tried too. */
    public Explainer addOlderSalt(byte[] salt) {
        Objects.requireNonNull(salt, "salt");
        handle.change(explainer -> Call.of(Function.HASO_EXPLAINER_ADD_OLDER_SALT).word(explainer).text(salt).run());
        return this;
    }

    /** Explains the token of the posted fields. Whatever is wrong with them, there is an explanation; the salt is never shown. */
    public Explanation explain(Recipe recipe, Fields fields, String token) {
        return handle.use(explainer -> recipe.handle.use(object -> Explanation.Access.of(
                Call.of(Function.HASO_EXPLAIN).word(explainer).word(object).fields(fields)
                        .text(Texts.received(token, "token")))));
    }

    @Override
    public void close() {
        handle.close();
    }
}
