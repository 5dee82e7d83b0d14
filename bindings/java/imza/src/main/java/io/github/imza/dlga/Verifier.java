package io.github.imza.dlga;

import io.github.imza.Fields;
import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * The access keys that a server accepts. Many threads can use it at once; adding a key waits until none does. {@link #close} wipes
 * the keys; using it afterwards is an {@link IllegalStateException}.
 *
 * <p>What is refused is an {@link io.github.imza.ImzaException} with the vendor's status and text (DLGA-14).
 */
public final class Verifier implements AutoCloseable {
    private final Handle handle =
            new Handle("Verifier", Call.of(Function.DLGA_VERIFIER_NEW).make(), Function.DLGA_VERIFIER_FREE);
    /** In the order of adding. Changed and read under the handle's lock. */
    private final List<String> keyIds = new ArrayList<>();

    /** A verifier without keys, which takes dates up to 15 minutes from the clock, either way (DLGA-14). */
    public Verifier() {}

    /**
     * Adds an access key, as {@link Signer#Signer} takes it; the first one has the index 0. An id can be added again with another
     * secret, for a rotation (DLGA-20).
     */
    public Verifier addKey(String accessKeyId, byte[] secret) {
        byte[] id = Texts.own(accessKeyId, "access key id");
        Objects.requireNonNull(secret, "secret");
        handle.change(verifier -> {
            Call.of(Function.DLGA_VERIFIER_ADD_KEY).word(verifier).text(id).text(secret).run();
            keyIds.add(accessKeyId);
        });
        return this;
    }

    /** Adds an access key whose secret is text, which is used as UTF-8; the array is the caller's, to wipe. */
    public Verifier addKey(String accessKeyId, char[] secret) {
        return Texts.secret(secret, "secret", bytes -> addKey(accessKeyId, bytes));
    }

    /** Adds an access key whose secret is text. A String cannot be wiped: better are bytes or chars. */
    public Verifier addKey(String accessKeyId, String secret) {
        return addKey(accessKeyId, Objects.requireNonNull(secret, "secret").toCharArray());
    }

    /** How many seconds a date may lie before the clock and after it; exactly that far still passes (DLGA-19). */
    public Verifier window(long pastSeconds, long futureSeconds) {
        handle.change(verifier ->
                Call.of(Function.DLGA_VERIFIER_WINDOW).word(verifier).word(pastSeconds).word(futureSeconds).run());
        return this;
    }

    /** Takes dates however far from the clock: for audits of recorded requests (DLGA-19). */
    public Verifier ignoreClock() {
        handle.change(verifier -> Call.of(Function.DLGA_VERIFIER_IGNORE_CLOCK).word(verifier).run());
        return this;
    }

    /**
     * Verifies a received request by all of its headers, in any order: the library finds those that count (DLGA-4). The request's
     * own date is not used. Where the request has no content type, the received {@code Content-Type} is what was signed (DLGA-8).
     * {@code now}: the server's clock in seconds since 1970.
     */
    public Accepted verify(Request request, Fields headers, long now) {
        return handle.use(verifier -> accepted(
                request.received(Call.of(Function.DLGA_VERIFY_HEADERS).word(verifier)).fields(headers).word(now).run(),
                requester(headers)));
    }

    /** Verifies a received request by the values of the three headers, its date among them; an absent one is "". */
    public Accepted verify(Request request, String authorization, String requester, long now) {
        return handle.use(verifier -> accepted(
                request.received(Call.of(Function.DLGA_VERIFY).word(verifier))
                        .text(Texts.received(authorization, "authorization"))
                        .text(Texts.received(requester, "requester id"))
                        .word(now).run(),
                Texts.trimmed(requester)));
    }

    /**
     * Begins to verify a request whose body is still to come: what the headers say is judged here, the rest by
     * {@link Verification#finish}. So a stranger is refused before its body is read.
     */
    public Verification begin(String method, Fields headers, BodyLine bodyLine) {
        return handle.use(verifier -> new Verification(
                Call.of(Function.DLGA_VERIFY_STREAM_BEGIN_HEADERS).word(verifier)
                        .text(Texts.received(method, "method")).text(new byte[0])
                        .fields(headers).word(bodyLine.ordinal()).make(),
                new ArrayList<>(keyIds), requester(headers)));
    }

    private Accepted accepted(int keyIndex, String requester) {
        return new Accepted(keyIds.get(keyIndex), keyIndex, requester);
    }

    /** The requester of a request that was accepted, so that no name occurs twice (DLGA-4). */
    private static String requester(Fields headers) {
        for (HeaderNames names : HeaderNames.values()) {
            List<byte[]> texts = Fields.Access.texts(headers);
            for (int i = 0; i < texts.size(); i += 2) {
                if (Texts.decoded(texts.get(i)).toLowerCase(Locale.ROOT).equals(names.requester().toLowerCase(Locale.ROOT))) {
                    return Texts.trimmed(Texts.decoded(texts.get(i + 1)));
                }
            }
        }
        return "";
    }

    @Override
    public void close() {
        handle.close();
    }
}
