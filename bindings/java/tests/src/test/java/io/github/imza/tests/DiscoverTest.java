package io.github.imza.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Fields;
import io.github.imza.Kind;
import io.github.imza.haso.Discoverer;
import io.github.imza.haso.Discovery;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The golden corpus' first request; its token is under the merchant key. */
class DiscoverTest {
    private static final byte[] KEY = "merchant-key-not-real".getBytes(UTF_8);
    private static final byte[] SALT = "merchant-salt-not-real".getBytes(UTF_8);
    private static final Fields FIELDS = Fields.of("ipAddress", "85.105.1.2", "customerId", "5500123", "dealerSegment", "GOLD");
    private static final String TOKEN = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=";

    @Test
    void theRecipeAndItsKeyAreFound() {
        try (Discoverer discoverer = new Discoverer("1000042", KEY, SALT)) {
            Discovery discovery = discoverer.addSample(FIELDS, TOKEN).discover();
            assertEquals(1, discovery.found().size());
            assertEquals("merchantId + customerId + dealerSegment + ipAddress + merhant_salt", discovery.found().get(0).recipe());
            assertEquals("merchant-key", discovery.found().get(0).hmacKey());
            assertEquals(List.of(), discovery.notes());
            assertTrue(discovery.isComplete() && discovery.tried() > 10);
        }
    }

    @Test
    void aSearchHasItsBound() {
        try (Discoverer discoverer = Discoverer.saltKeyed("1000042", SALT)) {
            assertEquals(0, discoverer.discover().tried());
            Discovery discovery = discoverer.addSample(FIELDS, TOKEN).discover(5);
            assertEquals(List.of(), discovery.found());
            assertFalse(discovery.isComplete());
            assertTrue(discovery.tried() <= 5);
            assertThrows(IllegalArgumentException.class, () -> discoverer.discover(-1));
        }
    }

    @Test
    void whatIsRefusedChangesNothingAndAClosedOneIsAnError() {
        Corpus.refused(Kind.INVALID_ARGUMENT, -1, () -> new Discoverer("", KEY, SALT));
        Discoverer discoverer = Discoverer.of("1000042", "merchant-key-not-real".toCharArray(), "merchant-salt-not-real".toCharArray());
        Corpus.refused(Kind.HASO_TOKEN_MALFORMED, -1, () -> discoverer.addSample(FIELDS, "short"));
        assertEquals(0, discoverer.discover().tried());
        assertFalse(discoverer.toString().contains("not-real"));
        discoverer.close();
        discoverer.close();
        assertThrows(IllegalStateException.class, () -> discoverer.addSample(FIELDS, TOKEN));
        assertThrows(IllegalStateException.class, discoverer::discover);
    }
}
