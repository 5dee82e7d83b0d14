package io.github.imza.tests;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Kind;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import io.github.imza.http.SigningClient;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Java's own client and Jetty, over loopback. */
class HttpTest {
    private static final HttpClient PLAIN = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Signer SIGNER = Signer.of("key-id", "not-a-real-secret");
    private static final SigningClient CLIENT = SigningClient.of(PLAIN, SIGNER, "45186");
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        server = new Server();
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    private static HttpRequest.Builder to(String resource) {
        return HttpRequest.newBuilder(URI.create(server.url() + resource)).timeout(Duration.ofSeconds(30));
    }

    private static HttpResponse<byte[]> send(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static void refused(int status, String text, HttpResponse<byte[]> answer) {
        assertEquals(text, new String(answer.body(), UTF_8));
        assertEquals(status, answer.statusCode());
    }

    /** DLGA-7, DLGA-10: what is signed is what Java's client sends and Jetty receives. */
    @Test
    void whatIsSentIsWhatWasSigned() throws Exception {
        byte[] bytes = new byte[300_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        for (String resource : List.of("/v1/echo/", "/v1/echo/?", "/v1/echo/?a=1&b=%20&c=%C4%9F", "/v1/echo/%20x%C4%9F%3Fy",
                "/v1/echo/a+b;p=1")) {
            for (HttpRequest.BodyPublisher body : List.of(BodyPublishers.noBody(), BodyPublishers.ofString("{\"a\" : \"ğ\"}\n"),
                    BodyPublishers.ofByteArray(bytes))) {
                HttpResponse<byte[]> answer = send(CLIENT, to(resource).header("Content-Type", "application/json; charset=utf-8")
                        .header("x-custom", "1").POST(body));
                assertEquals(200, answer.statusCode(), resource + ": " + server.refused);
                assertEquals(body.contentLength(), answer.body().length);
                assertEquals("key-id", answer.headers().firstValue("signed-by").orElseThrow());
                assertEquals("45186", answer.headers().firstValue("requester").orElseThrow());
            }
        }
        assertEquals(200, send(CLIENT, to("/v1/echo/x")).statusCode());
        assertEquals(200, send(CLIENT, to("/v1/echo/x").DELETE()).statusCode());
        HttpRequest later = to("/v1/echo/x").PUT(BodyPublishers.ofFile(Path.of(System.getProperty("imza.vectors"), "tags.json")))
                .build();
        assertEquals(200, CLIENT.sendAsync(later, BodyHandlers.ofByteArray()).get().statusCode());
    }

    /** DLGA-8. */
    @Test
    void theContentTypeIsSignedAsItIsSent() throws Exception {
        for (String type : List.of("application/json", "Application/JSON", "application/json;charset=utf-8",
                "application/json; charset=utf-8", "application/json; charset=UTF-8", "text/plain ; a=\"b c\"", " a/b ")) {
            HttpResponse<byte[]> answer = send(CLIENT, to("/v1/echo/x").header("content-type", type));
            assertEquals(200, answer.statusCode(), type + ": " + server.refused);
        }
    }

    @Test
    void aRequestKeepsItsOwnRequesterAndNoOlderSignature() throws Exception {
        HttpResponse<byte[]> answer = send(CLIENT, to("/v1/echo/x").header("X-Dlg-Requester-UserId", "7")
                .header("x-dlg-date", "yesterday").header("X-Authorization", "DLGA x:y"));
        assertEquals(200, answer.statusCode(), server.refused.toString());
        assertEquals("7", answer.headers().firstValue("requester").orElseThrow());
    }

    /** DLGA-14. */
    @Test
    void eachRefusalIsSeenOnTheWireWithItsStatusAndText() throws Exception {
        Map<String, String> good = SIGNER.sign(
                Request.of("POST", "/v1/echo/x").body("{}"), Clock.systemUTC().instant().getEpochSecond(), "45186");
        String missing = "Required headers not found";
        String format = "Authorization failed due to data format not valid";
        for (String name : good.keySet()) {
            Map<String, String> without = new LinkedHashMap<>(good);
            without.remove(name);
            refused(400, missing, post(without, "{}"));
        }
        assertEquals(200, post(good, "{}").statusCode());
        refused(401, "Authorization failed", post(good, "{} "));
        refused(400, format, post(with(good, "x-dlg-authorization", "Bearer x"), "{}"));
        refused(400, "Authorization failed due to date not valid", post(with(good, "x-dlg-date", "yesterday"), "{}"));
        refused(401, "Authorization failed", post(with(good, "x-dlg-authorization",
                good.get("x-dlg-authorization").replace("key-id", "who")), "{}"));
        HttpRequest.Builder twice = to("/v1/echo/x").POST(BodyPublishers.ofString("{}"));
        good.forEach(twice::header);
        refused(400, format, send(PLAIN, twice.header("x-dlg-date", good.get("x-dlg-date"))));
        for (int minutes : List.of(-16, 16)) {
            SigningClient late = CLIENT.clock(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(minutes)));
            refused(403, "Request time may not be correct.", send(late, to("/v1/echo/x")));
        }
        assertTrue(server.refused.stream().anyMatch(refusal -> refusal.kind() == Kind.DLGA_CLOCK_SKEW && refusal.keyIndex() == 0));
    }

    private static Map<String, String> with(Map<String, String> headers, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(headers);
        changed.put(name, value);
        return changed;
    }

    private static HttpResponse<byte[]> post(Map<String, String> headers, String body) throws Exception {
        HttpRequest.Builder request = to("/v1/echo/x").POST(BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return send(PLAIN, request);
    }

    @Test
    void aBodyOfMoreThanAMebibyteIsTooLarge() throws Exception {
        assertEquals(200, send(CLIENT, to("/v1/echo/x").POST(BodyPublishers.ofByteArray(new byte[1 << 20]))).statusCode());
        String tooLarge = "Request Entity Too Large";
        refused(413, tooLarge, send(CLIENT, to("/v1/echo/x").POST(BodyPublishers.ofByteArray(new byte[(1 << 20) + 1]))));
        // Without a length, in chunks.
        Map<String, String> signed = SIGNER.sign(Request.of("POST", "/v1/echo/x"), Clock.systemUTC().instant().getEpochSecond(), "1");
        HttpRequest.Builder chunked = to("/v1/echo/x").POST(BodyPublishers.fromPublisher(
                BodyPublishers.ofByteArray(new byte[(1 << 20) + 1])));
        signed.forEach(chunked::header);
        refused(413, tooLarge, send(PLAIN, chunked));
    }

    /** DLGA-15: a stranger is answered although its body never comes. */
    @Test
    void theBodyOfAStrangerIsNotWaitedFor() throws Exception {
        assertTrue(raw("POST /v1/echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n")
                .startsWith("HTTP/1.1 400 "));
    }

    /** A stranger that sends a large body all the same gets its answer, and one that sends none does not hold a thread. */
    @Test
    void aStrangersBodyIsThrownAwayForASecond() throws Exception {
        for (int i = 0; i < 5; i++) {
            refused(400, "Required headers not found",
                    send(PLAIN, to("/v1/echo/x").POST(BodyPublishers.ofByteArray(new byte[2_000_000]))));
        }
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(20_000); // Jetty itself waits for 30 seconds
            socket.getOutputStream().write("POST /v1/echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{".getBytes(UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
            assertTrue(answer.endsWith("\r\n\r\nRequired headers not found"), answer);
        }
    }

    /** A header is bytes: an access key id in UTF-8 is found, though Jetty decodes it as ISO-8859-1. */
    @Test
    void headersAreBytes() throws Exception {
        String answer = raw("POST /v1/echo/x HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nx-dlg-date: "
                + Signer.date(Clock.systemUTC().instant().getEpochSecond())
                + "\r\nx-dlg-requester-userid: ğ\r\nx-dlg-authorization: DLGA ğ😀:"
                + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 401 "), answer);
        assertTrue(server.refused.stream().anyMatch(refusal -> refusal.getMessage().contains("ğ😀")), server.refused.toString());
    }

    /** DLGA-10: the filter sees every resource as it came, one with an empty query too, which Java's own client does not send. */
    @Test
    void theResourceIsWhatWasReceived() throws Exception {
        for (String resource : List.of("/v1/echo/x?", "/v1/echo/x??", "/v1/echo/x?a=%zz&&", "/v1/echo/%C4%9f", "/v1/echo/~x;a=b?c;d")) {
            StringBuilder request = new StringBuilder("GET " + resource + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
            SIGNER.sign(Request.of("GET", resource), Clock.systemUTC().instant().getEpochSecond(), "45186")
                    .forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
            String answer = raw(request + "\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200 "), resource + ": " + answer);
        }
    }

    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(UTF_8));
            byte[] answer = new byte[64];
            int length = socket.getInputStream().read(answer);
            return new String(answer, 0, length, ISO_8859_1);
        }
    }

    @Test
    void whatCannotBeSentAsSignedIsNotSent() {
        for (HttpRequest.Builder request : List.of(
                to("/v1/echo/ğ"), to("/v1/echo/x?ğ"), to("/v1/echo/x").header("x-dlg-requester-userid", "é"),
                to("/v1/echo/x").header("content-type", "a").header("Content-Type", "b"),
                to("/v1/echo/x").header("content-type", "text/é"))) {
            assertThrows(IllegalArgumentException.class, () -> send(CLIENT, request));
            ExecutionException later = assertThrows(ExecutionException.class,
                    () -> CLIENT.sendAsync(request.build(), BodyHandlers.discarding()).get());
            assertInstanceOf(IllegalArgumentException.class, later.getCause());
        }
        HttpRequest.Builder gone = to("/v1/echo/x").POST(BodyPublishers.ofInputStream(() -> new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("gone");
            }
        }));
        assertTrue(assertThrows(IOException.class, () -> send(CLIENT, gone)).getMessage().endsWith("gone"));
        HttpRequest.Builder never = to("/v1/echo/x").POST(BodyPublishers.ofInputStream(() -> {
            throw new IllegalStateException("never there");
        }));
        assertEquals("never there", assertThrows(IOException.class, () -> send(CLIENT, never)).getCause().getMessage());
        try (Signer turkish = Signer.of("ğ", "secret")) {
            assertThrows(IllegalArgumentException.class, () -> send(SigningClient.of(PLAIN, turkish, "1"), to("/v1/echo/x")));
        }
        HttpClient follows = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
        assertThrows(IllegalArgumentException.class, () -> SigningClient.of(follows, SIGNER, "1"));
        Signer closed = Signer.of("id", "secret");
        closed.close();
        assertThrows(IllegalStateException.class, () -> send(SigningClient.of(PLAIN, closed, "1"), to("/v1/echo/x")));
    }
}
