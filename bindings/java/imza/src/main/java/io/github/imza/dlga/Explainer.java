package io.github.imza.dlga;

import io.github.imza.Explanation;
import io.github.imza.Fields;
import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.Objects;

/**
 * Access keys that refused requests are explained with. Many threads can use it at once; changing it waits until none does. Using it
 * after {@link #close} is an {@link IllegalStateException}.
 */
public final class Explainer implements AutoCloseable {
    private final Handle handle =
            new Handle("Explainer", Call.of(Function.DLGA_EXPLAINER_NEW).make(), Function.DLGA_EXPLAINER_FREE);

    /** An explainer without keys, which does not look at the clock. */
    public Explainer() {}

    /** Adds an access key, as {@link Verifier#addKey(String, byte[])} does. A request is tried with every key. */
    public Explainer addKey(String accessKeyId, byte[] secret) {
        byte[] id = Texts.own(accessKeyId, "access key id");
        Objects.requireNonNull(secret, "secret");
        handle.change(explainer ->
                Call.of(Function.DLGA_EXPLAINER_ADD_KEY).word(explainer).text(id).text(secret).run());
        return this;
    }

    /** Adds an access key whose secret is text, which is used as UTF-8; the array is the caller's, to wipe. */
    public Explainer addKey(String accessKeyId, char[] secret) {
        return Texts.secret(secret, "secret", bytes -> addKey(accessKeyId, bytes));
    }

    /** Adds an access key whose secret is text. A String cannot be wiped: better are bytes or chars. */
    public Explainer addKey(String accessKeyId, String secret) {
        return addKey(accessKeyId, Objects.requireNonNull(secret, "secret").toCharArray());
    }

    /** Judges the clock too: all in seconds, {@code now} since 1970; the vendor's window is 900 and 900 (DLGA-14). */
    public Explainer at(long now, long pastSeconds, long futureSeconds) {
        handle.change(explainer -> Call.of(Function.DLGA_EXPLAINER_AT)
                .word(explainer).word(now).word(pastSeconds).word(futureSeconds).run());
        return this;
    }

    /** Explains a received request by all of its headers. Whatever is wrong with it, there is an explanation. */
    public Explanation explain(Request request, Fields headers) {
        return handle.use(explainer -> Explanation.Access.of(
                request.received(Call.of(Function.DLGA_EXPLAIN_HEADERS).word(explainer)).fields(headers)));
    }

    /** Explains a received request by the values of the three headers, its date among them; an absent one is "". */
    public Explanation explain(Request request, String authorization, String requester) {
        return handle.use(explainer -> Explanation.Access.of(
                request.received(Call.of(Function.DLGA_EXPLAIN).word(explainer))
                        .text(Texts.received(authorization, "authorization"))
                        .text(Texts.received(requester, "requester id"))));
    }

    @Override
    public void close() {
        handle.close();
    }
}
