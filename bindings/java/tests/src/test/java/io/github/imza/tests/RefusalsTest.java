package io.github.imza.tests;

import static io.github.imza.tests.Corpus.refused;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.Kind;
import io.github.imza.dlga.BodyLine;
import io.github.imza.dlga.HeaderNames;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import io.github.imza.dlga.Verification;
import io.github.imza.dlga.Verifier;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What is refused, with a clear error that names the thing and the place. */
class RefusalsTest {
    private static final byte[] SECRET = "not-a-real-secret".getBytes(UTF_8);
    private static final long NOW = 1615296512;
    private static final Request REQUEST = Request.of("POST", "/v1/x").contentType("application/json").body("{}");
    private static final String LONE = "a\ud800b";

    private static ImzaException refusedNaming(String thing, long offset, Executable call) {
        ImzaException refusal = refused(Kind.INVALID_ARGUMENT, offset, call);
        assertTrue(refusal.getMessage().contains(thing), refusal.getMessage());
        return refusal;
    }

    /** DLGA-13. */
    @Test
    void keysThatAreNone() {
        refusedNaming("key id", -1, () -> new Signer("", SECRET));
        refusedNaming("key id", 1, () -> new Signer("a:b", SECRET));
        refusedNaming("secret", -1, () -> new Signer("id", new byte[0]));
        try (Verifier verifier = new Verifier()) {
            refusedNaming("key id", 1, () -> verifier.addKey("a b", SECRET));
            refusedNaming("secret", -1, () -> verifier.addKey("id", new byte[0]));
            refusedNaming("past", -1, () -> verifier.window(-1, 0));
        }
    }

    /** DLGA-13. */
    @Test
    void requestsThatCannotBeSigned() {
        try (Signer signer = new Signer("id", SECRET)) {
            refusedNaming("method", -1, () -> signer.sign(Request.of("", "/"), NOW, "45186"));
            refusedNaming("resource", 0, () -> signer.sign(Request.of("GET", "x"), NOW, "45186"));
            refusedNaming("resource", 2, () -> signer.sign(Request.of("GET", "/x#y"), NOW, "45186"));
            refusedNaming("content type", 1, () -> signer.sign(REQUEST.contentType("a\nb"), NOW, "45186"));
            refusedNaming("date", -1, () -> signer.authorization(REQUEST));
            refused(Kind.INVALID_ARGUMENT, -1, () -> signer.sign(REQUEST, -1, "45186"));
            for (String empty : List.of("", " ", "\t")) {
                refusedNaming("requester id", -1, () -> signer.sign(REQUEST, NOW, empty));
            }
            refusedNaming("requester id", 3, () -> signer.sign(REQUEST, NOW, "ğb\r\nx-other: 1"));
            refusedNaming("requester id", 0, () -> signer.sign(REQUEST, NOW, "\0"));
        }
    }

    @Test
    void aLoneSurrogateIsRefusedByNameWhereverTheTextIsTheCallersOwn() {
        refusedNaming("access key id", 1, () -> new Signer(LONE, SECRET));
        try (Signer signer = new Signer("id", SECRET)) {
            refusedNaming("method", 1, () -> signer.sign(Request.of(LONE, "/"), NOW, "1"));
            refusedNaming("resource", 2, () -> signer.sign(Request.of("GET", "/" + LONE), NOW, "1"));
            refusedNaming("content type", 1, () -> signer.sign(REQUEST.contentType(LONE), NOW, "1"));
            refusedNaming("date", 1, () -> signer.authorization(REQUEST.date(LONE)));
            refusedNaming("requester id", 5, () -> signer.sign(REQUEST, NOW, "\ud83d\ude00a\udc00"));
            refusedNaming("body", 1, () -> REQUEST.body(LONE));
        }
        refusedNaming("merchant id", 1, () -> new Merchant(LONE, SECRET, SECRET));
        for (String lone : List.of(LONE, "a\ud800", "\udc00")) {
            ImzaException secret = refusedNaming("secret", -1, () -> Signer.of("id", lone.toCharArray()));
            assertFalse(secret.getMessage().contains("d800"), secret.getMessage());
            refusedNaming("salt", -1, () -> Merchant.of("1", "key", lone));
        }
    }

    /** A sender chooses what it sends, JSON with half a character too: the verdict is the library's. */
    @Test
    void aLoneSurrogateThatWasReceivedIsAVerdict() {
        try (Merchant merchant = new Merchant("1000042", SECRET, SECRET); Recipe recipe = Recipe.find("SetPreDefinedLimit")) {
            Fields fields = Fields.of("customerId", "5500123", "dealerSegment", LONE);
            ImzaException refusal = refused(Kind.HASO_FIELD_INVALID, 1, () -> merchant.verify(recipe, fields, "x"));
            assertEquals("dealerSegment", refusal.field());
            Fields named = Fields.of("customerId", "5500123", "dealerSegment", "GOLD", LONE, "1");
            refused(Kind.HASO_FIELD_UNKNOWN, 1, () -> merchant.verify(recipe, named, "x"));
            Fields fine = Fields.of("customerId", "5500123", "dealerSegment", "GOLD");
            assertEquals(Kind.HASO_TOKEN_MALFORMED,
                    assertThrows(ImzaException.class, () -> merchant.verify(recipe, fine, LONE)).kind());
        }
        assertEquals(Kind.HASO_RECIPE_UNKNOWN, assertThrows(ImzaException.class, () -> Recipe.find(LONE)).kind());
        assertEquals(Kind.HASO_RECIPE_INVALID, assertThrows(ImzaException.class, () -> Recipe.parse(LONE)).kind());
        try (Verifier verifier = new Verifier().addKey("id", SECRET); Signer signer = new Signer("id", SECRET)) {
            Map<String, String> signed = signer.sign(REQUEST.contentType("a?b"), NOW, "45186");
            Fields headers = Fields.of(signed).add("Content-Type", LONE);
            assertEquals(Kind.DLGA_SIGNATURE_MISMATCH, assertThrows(ImzaException.class,
                    () -> verifier.verify(REQUEST.contentType(""), headers, NOW)).kind());
        }
    }

    @Test
    void nullIsRefusedByName() {
        assertEquals("access key id", assertThrows(NullPointerException.class, () -> new Signer(null, SECRET)).getMessage());
        assertEquals("secret", assertThrows(NullPointerException.class, () -> new Signer("id", null)).getMessage());
        assertEquals("secret", assertThrows(NullPointerException.class, () -> Signer.of("id", (char[]) null)).getMessage());
        assertEquals("resource", assertThrows(NullPointerException.class, () -> Request.of("GET", null)).getMessage());
        assertEquals("body", assertThrows(NullPointerException.class, () -> REQUEST.body((byte[]) null)).getMessage());
        assertEquals("field's value",
                assertThrows(NullPointerException.class, () -> Fields.of("customerId", null)).getMessage());
        assertTrue(assertThrows(IllegalArgumentException.class, () -> Fields.of("a", "b", "c")).getMessage().contains("3 texts"));
    }

    /** DLGA-14, DLGA-15, DLGA-20. */
    @Test
    void everyVerdictHasTheVendorsAnswer() {
        try (Signer signer = new Signer("id", SECRET);
                Verifier verifier = new Verifier().addKey("id", "another").addKey("id", SECRET)) {
            Map<String, String> signed = signer.sign(REQUEST, NOW, " 45186 ");
            assertEquals(1, verifier.verify(REQUEST, Fields.of(signed), NOW + 900).keyIndex());
            assertEquals("45186", verifier.verify(REQUEST, Fields.of(signed), NOW).requester());

            ImzaException late = refused(Kind.DLGA_CLOCK_SKEW, -1, () -> verifier.verify(REQUEST, Fields.of(signed), NOW + 901));
            assertEquals(403, late.httpStatus());
            assertEquals("Request time may not be correct.", late.vendorText());
            assertEquals(1, late.keyIndex());

            ImzaException none = refused(Kind.DLGA_HEADERS_MISSING, -1, () -> verifier.verify(REQUEST, new Fields(), NOW));
            assertEquals(400, none.httpStatus());
            assertEquals("Required headers not found", none.vendorText());

            Fields twice = Fields.of(signed).add("X-DLG-Date", signed.get("x-dlg-date"));
            assertEquals("Authorization failed due to data format not valid",
                    refused(Kind.DLGA_FORMAT_INVALID, -1, () -> verifier.verify(REQUEST, twice, NOW)).vendorText());
            ImzaException forged = refused(Kind.DLGA_SIGNATURE_MISMATCH, -1,
                    () -> verifier.verify(REQUEST.body("{ }"), Fields.of(signed), NOW));
            assertEquals(401, forged.httpStatus());
            assertEquals("Authorization failed", forged.vendorText());
        }
    }

    /** DLGA-4. */
    @Test
    void theOtherSetOfNames() {
        try (Signer signer = new Signer("id", SECRET); Verifier verifier = new Verifier().addKey("id", SECRET)) {
            Map<String, String> signed = signer.sign(REQUEST, NOW, "45186", HeaderNames.X);
            assertEquals(List.of("Date", "X-Requester-UserId", "X-Authorization"), List.copyOf(signed.keySet()));
            assertEquals("45186", verifier.verify(REQUEST, Fields.of(signed), NOW).requester());
        }
    }

    @Test
    void aVerificationGivesOneVerdict() {
        try (Signer signer = new Signer("id", SECRET); Verifier verifier = new Verifier().addKey("id", SECRET)) {
            Fields headers = Fields.of(signer.sign(REQUEST, NOW, "1")).add("content-type", "application/json");
            try (Verification verification = verifier.begin("POST", headers, BodyLine.WHEN_PRESENT)) {
                verification.update("{}".getBytes(UTF_8));
                assertEquals("id", verification.finish("/v1/x", NOW).keyId());
                refused(Kind.INVALID_ARGUMENT, -1, () -> verification.finish("/v1/x", NOW));
                refused(Kind.INVALID_ARGUMENT, -1, () -> verification.update(new byte[1]));
            }
            refused(Kind.DLGA_HEADERS_MISSING, -1, () -> verifier.begin("POST", new Fields(), BodyLine.WHEN_PRESENT));
        }
    }

    /** DLGA-7: any bytes, and many of them; every buffer is as large as it has to be. */
    @Test
    void bodiesAndNamesOfAnySize() {
        byte[] body = new byte[5_000_000];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31);
        }
        Request large = Request.of("PUT", "/" + "é".repeat(3000)).date(Signer.date(NOW)).body(body);
        byte[] toSign = large.stringToSign();
        assertEquals("PUT\n\n".length() + 29 + 1 + body.length + 1 + 6001, toSign.length);
        byte[] found = java.util.Arrays.copyOfRange(toSign, 35, 35 + body.length);
        assertArrayEquals(body, found);
        String id = "ğ".repeat(2000);
        try (Signer signer = new Signer(id, SECRET)) {
            assertTrue(signer.authorization(large).startsWith("DLGA " + id + ":"));
        }
        String line = "merchantId + " + "a".repeat(3000) + " + merhant_salt";
        try (Recipe recipe = Recipe.parse(line)) {
            assertEquals(line, recipe.print());
        }
    }
}
