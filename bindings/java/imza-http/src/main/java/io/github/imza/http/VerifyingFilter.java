package io.github.imza.http;

import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.dlga.Accepted;
import io.github.imza.dlga.BodyLine;
import io.github.imza.dlga.Verification;
import io.github.imza.dlga.Verifier;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Collections;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * A servlet filter that lets only genuinely signed requests (DLGA) pass. All others are answered with the vendor's status and text
 * (DLGA-14). The headers are judged before the body is read (DLGA-15), and a body that is too large is a 413.
 *
 * <p>A servlet behind it finds the request's body where it always is, and who signed in {@link #accepted}. {@code getParameter}
 * knows the query alone, since a form's body is not parsed again. The filter has to come before everything that reads the body or
 * changes the path, and is for {@link DispatcherType#REQUEST}.
 */
public final class VerifyingFilter implements Filter {
    /** How many bytes a body may have unless {@link #maxBody(int)} says another number: a mebibyte. */
    public static final int MAX_BODY = 1 << 20;

    private static final String ACCEPTED = Accepted.class.getName();

    private final Verifier verifier;
    private int maxBody = MAX_BODY;
    private BodyLine bodyLine = BodyLine.WHEN_PRESENT;
    private Clock clock = Clock.systemUTC();
    private BiConsumer<HttpServletRequest, ImzaException> refused = (request, refusal) -> {};

    /** The verifier stays the caller's, to close after the last request. */
    public VerifyingFilter(Verifier verifier) {
        this.verifier = Objects.requireNonNull(verifier, "verifier");
    }

    /** How many bytes a body may have. To be set before the first request, as everything here. */
    public VerifyingFilter maxBody(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a body cannot have " + bytes + " bytes");
        }
        maxBody = bytes;
        return this;
    }

    /** Another body line (DLGA-6). */
    public VerifyingFilter bodyLine(BodyLine line) {
        bodyLine = Objects.requireNonNull(line, "body line");
        return this;
    }

    /** Another clock, for tests. */
    public VerifyingFilter clock(Clock other) {
        clock = Objects.requireNonNull(other, "clock");
        return this;
    }

    /** What is to be done with each refusal: for the log, whose readers want more than the vendor's text. */
    public VerifyingFilter refused(BiConsumer<HttpServletRequest, ImzaException> log) {
        refused = Objects.requireNonNull(log, "refused");
        return this;
    }

    /** Who signed a request that the filter let pass. */
    public static Accepted accepted(ServletRequest request) {
        Object accepted = request.getAttribute(ACCEPTED);
        if (accepted == null) {
            throw new IllegalStateException("no VerifyingFilter has seen this request");
        }
        return (Accepted) accepted;
    }

    @Override
    public void doFilter(ServletRequest anyRequest, ServletResponse anyResponse, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest request = (HttpServletRequest) anyRequest;
        HttpServletResponse response = (HttpServletResponse) anyResponse;
        if (request.getDispatcherType() != DispatcherType.REQUEST) {
            // Its path is no longer the one that was signed.
            throw new ServletException("VerifyingFilter is for requests, not for " + request.getDispatcherType() + " dispatches");
        }
        byte[] body = null;
        Accepted accepted;
        try (Verification verification = verifier.begin(request.getMethod(), headers(request), bodyLine)) {
            if (request.getContentLengthLong() <= maxBody) {
                body = read(request.getInputStream());
            }
            if (body == null) {
                answerEarly(request, response, HttpServletResponse.SC_REQUEST_ENTITY_TOO_LARGE, "Request Entity Too Large");
                return;
            }
            accepted = verification.update(body).finish(resource(request), clock.instant().getEpochSecond());
        } catch (ImzaException refusal) {
            if (refusal.httpStatus() == 0) {
                throw refusal; // a fault of ours, not of the request
            }
            refused.accept(request, refusal);
            if (body == null) {
                answerEarly(request, response, refusal.httpStatus(), refusal.vendorText());
            } else {
                answer(response, refusal.httpStatus(), refusal.vendorText());
            }
            return;
        }
        request.setAttribute(ACCEPTED, accepted);
        chain.doFilter(new WithBody(request, body), response);
    }

    /** Path and query as they were received: neither is decoded here (DLGA-10). */
    private static String resource(HttpServletRequest request) {
        String query = request.getQueryString();
        return query == null ? request.getRequestURI() : request.getRequestURI() + "?" + query;
    }

    private static Fields headers(HttpServletRequest request) {
        Fields headers = new Fields();
        for (String name : Collections.list(request.getHeaderNames())) {
            for (String value : Collections.list(request.getHeaders(name))) {
                if (value.chars().allMatch(c -> c <= 0xff)) {
                    headers.add(name, value.getBytes(StandardCharsets.ISO_8859_1)); // as containers decode them
                } else {
                    headers.add(name, value);
                }
            }
        }
        return headers;
    }

    /** The body, or null if it is too large. */
    private byte[] read(InputStream stream) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[8192];
        for (int length; (length = stream.read(piece)) >= 0; ) {
            if (length > maxBody - body.size()) {
                return null;
            }
            body.write(piece, 0, length);
        }
        return body.toByteArray();
    }

    /**
     * Answers before the body was read. A client that is still sending it would lose the answer if the connection were closed on it,
     * so what comes within a second is thrown away.
     */
    private void answerEarly(HttpServletRequest request, HttpServletResponse response, int status, String text)
            throws IOException {
        boolean isHttp1 = request.getProtocol().startsWith("HTTP/1");
        if (isHttp1) {
            response.setHeader("Connection", "close");
        }
        answer(response, status, text);
        response.flushBuffer();
        // One who asks first, with `Expect: 100-continue`, sends no body now; HTTP/2 has streams, and nothing waits behind this one.
        if (isHttp1 && request.getHeader("Expect") == null) {
            try {
                throwAway(request.getInputStream());
            } catch (IOException e) {
                // The client has gone, and the answer was given.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Never waits for the client itself, which could let a thread wait for as long as it likes. */
    private static void throwAway(ServletInputStream body) throws IOException, InterruptedException {
        byte[] piece = new byte[8192];
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
        while (!body.isFinished() && System.nanoTime() - end < 0) {
            int there = body.available();
            if (there > 0) {
                if (body.read(piece, 0, Math.min(there, piece.length)) < 0) {
                    return;
                }
            } else {
                Thread.sleep(5);
            }
        }
    }

    private static void answer(HttpServletResponse response, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("text/plain;charset=utf-8");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setContentLength(bytes.length);
        response.getOutputStream().write(bytes);
    }

    /** A request whose body, which was read, can be read again. */
    private static final class WithBody extends HttpServletRequestWrapper {
        private final byte[] body;
        private ServletInputStream stream;
        private BufferedReader reader;

        WithBody(HttpServletRequest request, byte[] body) {
            super(request);
            this.body = body;
        }

        @Override
        public ServletInputStream getInputStream() {
            if (reader != null) {
                throw new IllegalStateException("getReader was called before");
            }
            if (stream == null) {
                stream = new BodyStream(body);
            }
            return stream;
        }

        @Override
        public BufferedReader getReader() throws IOException {
            if (stream != null) {
                throw new IllegalStateException("getInputStream was called before");
            }
            if (reader == null) {
                String encoding = getCharacterEncoding();
                reader = new BufferedReader(new InputStreamReader(
                        new ByteArrayInputStream(body), encoding == null ? "ISO-8859-1" : encoding)); // as the servlet API has it
            }
            return reader;
        }
    }

    private static final class BodyStream extends ServletInputStream {
        private final ByteArrayInputStream bytes;

        BodyStream(byte[] body) {
            bytes = new ByteArrayInputStream(body);
        }

        @Override
        public int read() {
            return bytes.read();
        }

        @Override
        public int read(byte[] into, int from, int length) {
            return bytes.read(into, from, length);
        }

        @Override
        public boolean isFinished() {
            return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            try {
                if (!isFinished()) {
                    listener.onDataAvailable();
                }
                if (isFinished()) {
                    listener.onAllDataRead();
                }
            } catch (IOException e) {
                listener.onError(e);
            }
        }
    }
}
