package io.github.imza.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.dlga.BodyLine;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import io.github.imza.dlga.Verification;
import io.github.imza.dlga.Verifier;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What ends, what is shared between threads, and what is never shown. */
class HandlesTest {
    private static final String SECRET = "not-a-real-secret";
    private static final byte[] BYTES = SECRET.getBytes(UTF_8);
    private static final long NOW = 1615296512;
    private static final Request REQUEST = Request.of("POST", "/v1/x").date(Signer.date(NOW)).body("{}");
    private static final Fields FIELDS = Fields.of("customerId", "5500123", "dealerSegment", "GOLD");

    private static void closed(String name, Executable use) {
        assertEquals("this " + name + " is closed", assertThrows(IllegalStateException.class, use).getMessage());
    }

    @Test
    void whatIsClosedSaysSo() {
        Signer signer = new Signer("id", BYTES);
        Fields headers = Fields.of(signer.sign(REQUEST, NOW, "1"));
        signer.close();
        signer.close();
        closed("Signer", () -> signer.authorization(REQUEST));
        closed("Signer", () -> signer.sign(REQUEST, NOW, "1"));

        Verifier verifier = new Verifier().addKey("id", BYTES);
        Verification verification = verifier.begin("POST", headers, BodyLine.WHEN_PRESENT);
        verifier.close();
        verifier.close();
        closed("Verifier", () -> verifier.verify(REQUEST, headers, NOW));
        closed("Verifier", () -> verifier.verify(REQUEST, "", "", NOW));
        closed("Verifier", () -> verifier.begin("POST", headers, BodyLine.WHEN_PRESENT));
        closed("Verifier", () -> verifier.addKey("id", BYTES));
        closed("Verifier", () -> verifier.window(1, 1));
        closed("Verifier", verifier::ignoreClock);

        // It needs the verifier no more.
        assertEquals("id", verification.update("{}".getBytes(UTF_8)).finish("/v1/x", NOW).keyId());
        verification.close();
        verification.close();
        closed("Verification", () -> verification.update(new byte[0]));
        closed("Verification", () -> verification.finish("/", NOW));

        io.github.imza.dlga.Explainer explainer = new io.github.imza.dlga.Explainer();
        explainer.close();
        explainer.close();
        closed("Explainer", () -> explainer.addKey("id", BYTES));
        closed("Explainer", () -> explainer.at(NOW, 900, 900));
        closed("Explainer", () -> explainer.explain(REQUEST, headers));
        closed("Explainer", () -> explainer.explain(REQUEST, "", ""));

        Recipe recipe = Recipe.find("SetPreDefinedLimit");
        Merchant merchant = new Merchant("1000042", BYTES, BYTES);
        merchant.close();
        merchant.close();
        closed("Merchant", () -> merchant.token(recipe, FIELDS));
        closed("Merchant", () -> merchant.verify(recipe, FIELDS, ""));
        closed("Merchant", () -> merchant.message(recipe, FIELDS));
        closed("Merchant", () -> merchant.messageRevealingSalt(recipe, FIELDS));
        closed("Merchant", () -> merchant.addOlderSecret(BYTES, BYTES));
        closed("Merchant", () -> merchant.addOlderSalt(BYTES));

        recipe.close();
        recipe.close();
        closed("Recipe", recipe::print);
        closed("Recipe", recipe::withoutFieldChecks);
        closed("Recipe", recipe::ignoringOtherFields);
        try (Merchant open = new Merchant("1000042", BYTES, BYTES)) {
            closed("Recipe", () -> open.token(recipe, FIELDS));
        }
        io.github.imza.haso.Explainer tokens = new io.github.imza.haso.Explainer("1000042", BYTES, BYTES);
        tokens.close();
        tokens.close();
        closed("Explainer", () -> tokens.explain(recipe, FIELDS, ""));
        closed("Explainer", () -> tokens.addOlderSecret(BYTES, BYTES));
        closed("Explainer", () -> tokens.addOlderSalt(BYTES));
    }

    /** Some threads use an object, another closes it: each call is answered, or says that the object is closed. */
    @Test
    void closingRacesWithUsing() throws Exception {
        int threads = 4;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 50; round++) {
                Verifier verifier = new Verifier().addKey("id", BYTES);
                Signer signer = new Signer("id", BYTES);
                Fields headers = Fields.of(signer.sign(REQUEST, NOW, "1"));
                String right = signer.authorization(REQUEST);
                CountDownLatch running = new CountDownLatch(threads);
                List<Future<?>> users = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    boolean adds = i == 0;
                    users.add(pool.submit(() -> {
                        for (boolean first = true; ; first = false) {
                            try {
                                assertEquals(right, signer.authorization(REQUEST));
                                assertEquals(0, verifier.verify(REQUEST, headers, NOW).keyIndex());
                                if (adds) {
                                    verifier.addKey("another", BYTES);
                                }
                            } catch (IllegalStateException e) {
                                return e.getMessage();
                            } finally {
                                if (first) {
                                    running.countDown();
                                }
                            }
                        }
                    }));
                }
                running.await();
                verifier.close();
                signer.close();
                for (Future<?> user : users) {
                    assertTrue(user.get().toString().endsWith("is closed"));
                }
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    void aSecretIsTheSameAsBytesCharsAndText() {
        String secret = "gizli-ğ-😀";
        String expected;
        try (Signer signer = new Signer("id", secret.getBytes(UTF_8))) {
            expected = signer.authorization(REQUEST);
        }
        char[] chars = secret.toCharArray();
        try (Signer signer = Signer.of("id", chars); Signer text = Signer.of("id", secret)) {
            assertEquals(expected, signer.authorization(REQUEST));
            assertEquals(expected, text.authorization(REQUEST));
            assertEquals(secret, new String(chars), "the caller's array is the caller's to wipe");
        }
        byte[] utf8 = secret.getBytes(UTF_8);
        try (Recipe recipe = Recipe.find("SetPreDefinedLimit");
                Merchant bytes = new Merchant("1", BYTES, utf8); Merchant text = Merchant.of("1", SECRET, secret);
                Merchant keyed = Merchant.saltKeyed("1", utf8); Merchant keyedText = Merchant.saltKeyed("1", chars)) {
            assertEquals(bytes.token(recipe, FIELDS), text.token(recipe, FIELDS));
            assertEquals(keyed.token(recipe, FIELDS), keyedText.token(recipe, FIELDS));
        }
    }

    @Test
    void noTextShowsASecret() {
        List<String> texts = new ArrayList<>();
        try (Signer signer = new Signer("key-id", BYTES); Verifier verifier = new Verifier().addKey("key-id", BYTES);
                Merchant merchant = new Merchant("1000042", BYTES, BYTES); Recipe recipe = Recipe.find("SetPreDefinedLimit");
                io.github.imza.haso.Explainer tokens = new io.github.imza.haso.Explainer("1000042", BYTES, BYTES);
                io.github.imza.dlga.Explainer explainer = new io.github.imza.dlga.Explainer().addKey("key-id", BYTES)) {
            texts.addAll(List.of(signer.toString(), verifier.toString(), merchant.toString(), tokens.toString(),
                    explainer.toString(), recipe.toString(), REQUEST.toString(), FIELDS.toString()));
            texts.add(merchant.message(recipe, FIELDS));
            texts.add(tokens.explain(recipe, FIELDS, "x").toString());
            texts.add(explainer.explain(REQUEST, Fields.of(SECRET, SECRET)).toString());
            for (Executable wrong : List.<Executable>of(
                    () -> verifier.verify(REQUEST, "DLGA key-id:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "1", NOW),
                    () -> merchant.verify(recipe, FIELDS, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
                    () -> new Signer("a:", BYTES))) {
                texts.add(assertThrows(ImzaException.class, wrong).toString());
            }
        }
        for (String text : texts) {
            assertFalse(text.contains(SECRET), text);
        }
        assertEquals("Signer[key-id]", texts.get(0));
        assertEquals("Fields[customerId, dealerSegment]", texts.get(7));
    }
}
