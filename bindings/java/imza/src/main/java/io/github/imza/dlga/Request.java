package io.github.imza.dlga;

import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Texts;
import java.util.Objects;

/**
 * A request as it goes over the wire: the parts that are signed (DLGA-5), each exactly as sent. It never changes: each method gives
 * a new one.
 */
public final class Request {
    private static final byte[] NO_BODY = {};

    private final String method;
    private final String resource;
    private final String contentType;
    private final String date;
    private final byte[] body;
    private final BodyLine bodyLine;

    private Request(String method, String resource, String contentType, String date, byte[] body, BodyLine bodyLine) {
        this.method = Objects.requireNonNull(method, "method");
        this.resource = Objects.requireNonNull(resource, "resource");
        this.contentType = Objects.requireNonNull(contentType, "content type");
        this.date = Objects.requireNonNull(date, "date");
        this.body = Objects.requireNonNull(body, "body");
        this.bodyLine = Objects.requireNonNull(bodyLine, "body line");
    }

    /**
     * A request without content type, date and body. {@code resource}: what follows the server address in the URI, path and query as
     * sent (DLGA-10).
     */
    public static Request of(String method, String resource) {
        return new Request(method, resource, "", "", NO_BODY, BodyLine.WHEN_PRESENT);
    }

    /** With the value of the {@code Content-Type} header, parameters included; "" is no such header (DLGA-8). */
    public Request contentType(String value) {
        return new Request(method, resource, value, date, body, bodyLine);
    }

    /** With the value of the {@code x-dlg-date} header, signed as it is (DLGA-9); {@link Signer#date} makes one. */
    public Request date(String value) {
        return new Request(method, resource, contentType, value, body, bodyLine);
    }

    /** With the exact bytes of the body (DLGA-7). The array is not copied: leave it as it is. */
    public Request body(byte[] bytes) {
        return new Request(method, resource, contentType, date, bytes, bodyLine);
    }

    /** With a body that is sent as UTF-8. */
    public Request body(String text) {
        return body(Texts.own(text, "body"));
    }

    /** With another body line (DLGA-6). */
    public Request bodyLine(BodyLine line) {
        return new Request(method, resource, contentType, date, body, line);
    }

    /**
     * The string to sign (DLGA-5): the bytes that go into the HMAC, to look at when a signature does not match. It has the body in it,
     * so it need not be text. The date need not be in the pattern here.
     */
    public byte[] stringToSign() {
        return signing(Call.of(Function.DLGA_STRING_TO_SIGN)).write(1000 + body.length);
    }

    /** Adds the request that is to be signed to a call. */
    Call signing(Call call) {
        return call.request(
                Texts.own(method, "method"), Texts.own(contentType, "content type"), Texts.own(date, "date"),
                Texts.own(resource, "resource"), body, bodyLine);
    }

    /** Adds the request, which was received, to a call. */
    Call received(Call call) {
        return call.request(
                Texts.received(method, "method"), Texts.received(contentType, "content type"), Texts.received(date, "date"),
                Texts.received(resource, "resource"), body, bodyLine);
    }

    @Override
    public String toString() {
        return method + " " + resource + " (" + body.length + " bytes)";
    }
}
