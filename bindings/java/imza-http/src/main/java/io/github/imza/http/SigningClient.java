package io.github.imza.http;

import io.github.imza.dlga.HeaderNames;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * An {@link HttpClient} that signs every request (DLGA) and sends it through another one. What is signed is what that client sends:
 * the body is read whole first (DLGA-7), and path and query are those of the URI as they are (DLGA-10).
 *
 * <p>A request that has a header {@code x-dlg-requester-userid} keeps it; all others get the client's requester. A request that cannot
 * be sent as it would be signed is an {@link IllegalArgumentException}.
 */
public final class SigningClient extends HttpClient {
    private static final HeaderNames NAMES = HeaderNames.X_DLG;
    private static final Set<String> SET_HERE = Set.of("x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization");
    /** A server that reads both sets would find two signatures. */
    private static final Set<String> LEFT_OUT = Set.of("date", "x-requester-userid", "x-authorization");

    private final HttpClient client;
    private final Signer signer;
    private final String requester;
    private final Clock clock;

    private SigningClient(HttpClient client, Signer signer, String requester, Clock clock) {
        if (client.followRedirects() != Redirect.NEVER) {
            throw new IllegalArgumentException("the client follows redirects, and would send the signature of one resource to"
                    + " another: make it with followRedirects(NEVER), which is the default");
        }
        this.client = client;
        this.signer = Objects.requireNonNull(signer, "signer");
        this.requester = Objects.requireNonNull(requester, "requester");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Signs what {@code client} sends. {@code requester}: the person on whose behalf the calls are made, who is <b>not</b> part of what
     * is signed (DLGA-2). The signer stays the caller's, to close after the last request.
     */
    public static SigningClient of(HttpClient client, Signer signer, String requester) {
        return new SigningClient(client, signer, requester, Clock.systemUTC());
    }

    /** With another clock, for tests. */
    public SigningClient clock(Clock other) {
        return new SigningClient(client, signer, requester, other);
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        byte[] body;
        try {
            body = bodyOf(request).get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException ? (IOException) e.getCause() : new IOException(e.getCause());
        }
        return client.send(signed(request, body), handler);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        return sendAsync(request, handler, null);
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushHandler) {
        return bodyOf(request).thenCompose(body -> client.sendAsync(signed(request, body), handler, pushHandler));
    }

    private HttpRequest signed(HttpRequest request, byte[] body) {
        String contentType = contentType(request);
        String person = request.headers().firstValue(NAMES.requester()).orElse(requester);
        onlyAscii(person, "requester id");
        Request toSign = Request.of(request.method(), resource(request.uri())).contentType(contentType).body(body);

        HttpRequest.Builder signed = HttpRequest.newBuilder(request.uri())
                .method(request.method(), body.length > 0 ? BodyPublishers.ofByteArray(body) : BodyPublishers.noBody())
                .expectContinue(request.expectContinue());
        request.timeout().ifPresent(signed::timeout);
        request.version().ifPresent(signed::version);
        request.headers().map().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.equals("content-type")) {
                signed.header(name, contentType);
            } else if (!SET_HERE.contains(lower) && !LEFT_OUT.contains(lower)) {
                values.forEach(value -> signed.header(name, value));
            }
        });
        signer.sign(toSign, clock.instant().getEpochSecond(), person).forEach((name, value) -> {
            onlyAscii(value, "header " + name);
            signed.header(name, value);
        });
        return signed.build();
    }

    /** The one content type, without the spaces around it, which are not sent over HTTP/2. */
    private static String contentType(HttpRequest request) {
        List<String> values = request.headers().allValues("content-type");
        if (values.size() > 1) {
            throw new IllegalArgumentException("the header content-type occurs twice");
        }
        String value = values.isEmpty() ? "" : values.get(0).strip();
        onlyAscii(value, "header content-type");
        return value;
    }

    /** Path and query as {@code java.net.http} sends them: of an empty query, not even the question mark. */
    private static String resource(URI uri) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery();
        String resource = query == null || query.isEmpty() ? path : path + "?" + query;
        onlyAscii(resource, "URI (URI.create(uri.toASCIIString()) escapes it)");
        return resource;
    }

    /** {@code java.net.http} sends a question mark for every other character, and the signature would be over something else. */
    private static void onlyAscii(String text, String what) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7e) {
                throw new IllegalArgumentException(
                        "character " + i + " of the " + what + " is not ASCII, and java.net.http cannot send it");
            }
        }
    }

    /** All of a request's body. */
    private static CompletableFuture<byte[]> bodyOf(HttpRequest request) {
        CompletableFuture<byte[]> body = new CompletableFuture<>();
        Optional<HttpRequest.BodyPublisher> publisher = request.bodyPublisher();
        if (publisher.isEmpty()) {
            body.complete(new byte[0]);
            return body;
        }
        Flow.Subscriber<ByteBuffer> collector = new Flow.Subscriber<>() {
            private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            public void onNext(ByteBuffer piece) {
                byte[] copy = new byte[piece.remaining()];
                piece.get(copy);
                bytes.write(copy, 0, copy.length);
            }

            @Override
            public void onError(Throwable fault) {
                body.completeExceptionally(fault);
            }

            @Override
            public void onComplete() {
                body.complete(bytes.toByteArray());
            }
        };
        try {
            publisher.get().subscribe(collector);
        } catch (RuntimeException e) {
            body.completeExceptionally(e);
        }
        return body;
    }

    // Everything else is the other client's.

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return client.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return client.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return client.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return client.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return client.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return client.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return client.authenticator();
    }

    @Override
    public Version version() {
        return client.version();
    }

    @Override
    public Optional<Executor> executor() {
        return client.executor();
    }
}
