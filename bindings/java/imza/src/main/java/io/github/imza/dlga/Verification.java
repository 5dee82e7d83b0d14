package io.github.imza.dlga;

import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;
import java.util.List;
import java.util.Objects;

/** A body in pieces whose signature is being verified; {@link Verifier#begin} makes it. It does not need the verifier any more. */
public final class Verification implements AutoCloseable {
    private final Handle handle;
    private final List<String> keyIds;
    private final String requester;

    Verification(long object, List<String> keyIds, String requester) {
        this.handle = new Handle("Verification", object, Function.DLGA_VERIFY_STREAM_FREE);
        this.keyIds = keyIds;
        this.requester = requester;
    }

    /** Takes the next bytes of the body. Until the verdict no one knows whether they are genuine. */
    public Verification update(byte[] piece) {
        Objects.requireNonNull(piece, "piece");
        handle.change(stream -> Call.of(Function.DLGA_VERIFY_STREAM_UPDATE).word(stream).text(piece).run());
        return this;
    }

    /** Ends the body and gives the one verdict, as {@link Verifier#verify} does. */
    public Accepted finish(String resource, long now) {
        int[] index = new int[1];
        handle.change(stream -> index[0] = Call.of(Function.DLGA_VERIFY_STREAM_FINISH).word(stream)
                .text(Texts.received(resource, "resource")).word(now).run());
        return new Accepted(keyIds.get(index[0]), index[0], requester);
    }

    @Override
    public void close() {
        handle.close();
    }
}
