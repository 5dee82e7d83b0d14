package io.github.imza.tests;

import static io.github.imza.tests.Corpus.bytes;
import static io.github.imza.tests.Corpus.number;
import static io.github.imza.tests.Corpus.refused;
import static io.github.imza.tests.Corpus.text;
import static io.github.imza.tests.Corpus.textOrNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.Kind;
import io.github.imza.dlga.Accepted;
import io.github.imza.dlga.BodyLine;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import io.github.imza.dlga.Verification;
import io.github.imza.dlga.Verifier;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** DLGA, stage by stage, as the corpus has it. */
class DlgaCorpusTest {
    private static final Map<String, Kind> KINDS = Map.of(
            "headers-missing", Kind.DLGA_HEADERS_MISSING,
            "format-invalid", Kind.DLGA_FORMAT_INVALID,
            "date-invalid", Kind.DLGA_DATE_INVALID,
            "unknown-key-id", Kind.DLGA_SIGNATURE_MISMATCH,
            "signature-mismatch", Kind.DLGA_SIGNATURE_MISMATCH,
            "clock-skew", Kind.DLGA_CLOCK_SKEW);

    private static BodyLine bodyLine(JsonObject given) {
        return BodyLine.valueOf(text(given, "body_line").toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private static Request request(JsonObject given) {
        return Request.of(text(given, "method"), text(given, "resource"))
                .contentType(text(given, "content_type")).body(bytes(given, "body_base64")).bodyLine(bodyLine(given));
    }

    /** DLGA-5 to DLGA-12. */
    @TestFactory
    Stream<DynamicTest> everyStageOfASignature() throws IOException {
        return Corpus.each(given -> {
            Request request = request(given).date(text(given, "date"));
            assertArrayEquals(bytes(given, "string_to_sign_base64"), request.stringToSign());
            try (Signer signer = new Signer(text(given, "access_key_id"), bytes(given, "secret_base64"))) {
                assertEquals(text(given, "authorization"), signer.authorization(request));
            }
        }, "dlga.json", "dlga-more.json");
    }

    /** DLGA-1, DLGA-19. */
    @TestFactory
    Stream<DynamicTest> everyClockIsWritten() throws IOException {
        return Corpus.each(given -> {
            long unix = given.get("unix").getAsLong();
            String written = textOrNull(given, "text");
            if (written == null) {
                refused(Kind.INVALID_ARGUMENT, -1, () -> Signer.date(unix));
            } else {
                assertEquals(written, Signer.date(unix));
            }
        }, "dlga-clock.json");
    }

    /** DLGA-18: a date is signed with if and only if it is in the pattern. */
    @TestFactory
    Stream<DynamicTest> everyDateIsRead() throws IOException {
        return Corpus.each(given -> {
            try (Signer signer = new Signer("id", "secret".getBytes())) {
                String date = text(given, "text");
                Executable sign = () -> signer.authorization(Request.of("GET", "/").date(date));
                if (given.get("unix").isJsonNull()) {
                    // Nothing is not a date in the wrong pattern, but no date.
                    refused(Kind.INVALID_ARGUMENT, date.isEmpty() ? -1 : number(given, "offset"), sign);
                } else {
                    org.junit.jupiter.api.Assertions.assertDoesNotThrow(sign);
                }
            }
        }, "dlga-dates.json");
    }

    private interface Verify {
        Accepted by(Verifier verifier, Request request, Fields headers, long now);
    }

    private static void verdict(JsonObject given, Verify verify) {
        try (Verifier verifier = new Verifier()) {
            for (JsonElement key : given.getAsJsonArray("keys")) {
                verifier.addKey(text(key.getAsJsonObject(), "access_key_id"), bytes(key.getAsJsonObject(), "secret_base64"));
            }
            if (given.get("now").isJsonNull()) {
                verifier.ignoreClock();
            } else {
                verifier.window(given.get("past").getAsLong(), given.get("future").getAsLong());
            }
            Fields headers = new Fields();
            for (JsonElement header : given.getAsJsonArray("headers")) {
                JsonArray pair = header.getAsJsonArray();
                headers.add(pair.get(0).getAsString(), pair.get(1).getAsString());
            }
            long now = given.get("now").isJsonNull() ? 0 : given.get("now").getAsLong();
            Executable call = () -> verify.by(verifier, request(given), headers, now);

            JsonObject verdict = given.getAsJsonObject("verdict");
            if (text(verdict, "kind").equals("accepted")) {
                Accepted accepted = verify.by(verifier, request(given), headers, now);
                assertEquals(number(verdict, "key_index"), accepted.keyIndex());
                assertEquals(text(verdict, "requester"), accepted.requester());
                assertEquals(text(given.getAsJsonArray("keys").get(accepted.keyIndex()).getAsJsonObject(), "access_key_id"),
                        accepted.keyId());
                return;
            }
            ImzaException refusal = refused(KINDS.get(text(verdict, "kind")), number(verdict, "offset"), call);
            assertEquals(number(verdict, "http_status"), refusal.httpStatus());
            assertEquals(text(verdict, "text"), refusal.vendorText());
            assertEquals(number(verdict, "key_index"), refusal.keyIndex());
            assertEquals("", refusal.field());
        }
    }

    /** DLGA-4, DLGA-13 to DLGA-20. */
    @TestFactory
    Stream<DynamicTest> everyVerdict() throws IOException {
        return Corpus.each(given -> verdict(given, Verifier::verify), "dlga-verdicts.json");
    }

    /** The same verdicts where the body comes in pieces: the order of the faults apart, since the resource comes last. */
    @TestFactory
    Stream<DynamicTest> everyVerdictOnABodyInPieces() throws IOException {
        return Corpus.each(given -> verdict(given, (verifier, request, headers, now) -> {
            if (!text(given, "content_type").isEmpty()) {
                headers.add("Content-Type", text(given, "content_type"));
            }
            try (Verification verification = verifier.begin(text(given, "method"), headers, bodyLine(given))) {
                byte[] body = bytes(given, "body_base64");
                int middle = body.length / 2;
                verification.update(Arrays.copyOf(body, middle)).update(Arrays.copyOfRange(body, middle, body.length));
                return verification.finish(text(given, "resource"), now);
            }
        }), "dlga-verdicts.json");
    }
}
