package io.github.imza.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.dlga.BodyLine;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import io.github.imza.dlga.Verifier;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of memory outside of Java's heap: seen through a way to the library that watches the real one. */
class MemoryTest {
    private static final byte[] SECRET = "not-a-real-secret".getBytes(UTF_8);
    private static final long NOW = 1615296512;

    private static final class Watching implements Way {
        private final Way way;
        private final List<String> faults = new ArrayList<>();
        private int blocks;
        private int objects;

        Watching(Way way) {
            this.way = way;
        }

        @Override
        public String name() {
            return way.name();
        }

        @Override
        public Block allocate(int size) {
            Block block = way.allocate(size);
            blocks++;
            return new Block() {
                @Override
                public ByteBuffer bytes() {
                    return block.bytes();
                }

                @Override
                public long address() {
                    return block.address();
                }

                @Override
                public void close() {
                    for (int i = 0; i < size; i++) {
                        if (block.bytes().get(i) != 0) {
                            faults.add("byte " + i + " of " + size + " was not wiped");
                            break;
                        }
                    }
                    blocks--;
                    block.close();
                }
            };
        }

        @Override
        public long call(Function function, long... words) {
            long result = way.call(function, words);
            String name = function.name();
            boolean makes = name.endsWith("_NEW") || name.endsWith("_NEW_SALT_KEYED") || name.contains("STREAM_BEGIN")
                    || name.equals("HASO_RECIPE_FIND") || name.equals("HASO_RECIPE_PARSE") || name.equals("DLGA_EXPLAIN")
                    || name.equals("DLGA_EXPLAIN_HEADERS") || name.equals("HASO_EXPLAIN");
            objects += makes && result == 0 ? 1 : name.endsWith("_FREE") ? -1 : 0;
            return result;
        }

        @Override
        public String text(long address) {
            return way.text(address);
        }
    }

    @Test
    void everyBlockIsWipedAndFreedAndEveryObjectEnds() {
        Way real = Library.way();
        Watching watching = new Watching(real);
        Library.found = watching;
        try {
            allKindsOfCalls();
        } finally {
            Library.found = real;
        }
        assertEquals(List.of(), watching.faults);
        assertEquals(0, watching.blocks, "blocks that were not freed");
        assertEquals(0, watching.objects, "objects that were not ended");
    }

    @Test
    void whatWasNeverClosedEndsOnceItIsCollected() throws InterruptedException {
        Way real = Library.way();
        Watching watching = new Watching(real);
        Library.found = watching;
        try {
            int forgotten = 1000;
            for (int i = 0; i < forgotten; i++) {
                new Signer("id", SECRET).toString();
            }
            // Each new object lets those end that were collected.
            for (int tries = 0; watching.objects > 0 && tries < 1000; tries++) {
                System.gc();
                Thread.sleep(10);
                new Signer("id", SECRET).close();
            }
            assertEquals(0, watching.objects, "objects that were not ended");
        } finally {
            Library.found = real;
        }
    }

    /** The control: it does see what is left. */
    @Test
    void whatIsNotWipedIsSeen() {
        Watching watching = new Watching(Library.way());
        Way.Block block = watching.allocate(16);
        block.bytes().put(7, (byte) 1);
        assertEquals(1, watching.blocks);
        block.close();
        assertEquals(List.of("byte 7 of 16 was not wiped"), watching.faults);
        assertEquals(0, watching.blocks);
    }

    private static void allKindsOfCalls() {
        Request request = Request.of("POST", "/v1/x").date(Signer.date(NOW)).body("{}");
        try (Signer signer = new Signer("id", SECRET); Verifier verifier = new Verifier().addKey("id", SECRET);
                io.github.imza.dlga.Explainer explainer = new io.github.imza.dlga.Explainer().addKey("id", SECRET)) {
            Fields headers = Fields.of(signer.sign(request, NOW, "1"));
            assertTrue(request.stringToSign().length > 0);
            verifier.verify(request, headers, NOW);
            verifier.begin("POST", headers, BodyLine.WHEN_PRESENT).close();
            explainer.explain(request.body("{}\n"), headers);
            explainer.explain(request, "", "");
            assertThrows(ImzaException.class, () -> new Signer("a:b", SECRET));
            assertThrows(ImzaException.class, () -> verifier.verify(request.body("x"), headers, NOW));
            assertThrows(ImzaException.class, () -> verifier.addKey("a b", SECRET));
        }
        Fields fields = Fields.of("customerId", "5500123", "dealerSegment", "GOLD");
        try (Recipe recipe = Recipe.find("SetPreDefinedLimit");
                Recipe long300 = Recipe.parse("merchantId + " + "a".repeat(300) + " + merhant_salt");
                Merchant merchant = new Merchant("1000042", SECRET, SECRET);
                Merchant keyed = Merchant.saltKeyed("1000042", SECRET).addOlderSecret(SECRET, SECRET).addOlderSalt(SECRET);
                io.github.imza.haso.Explainer explainer = new io.github.imza.haso.Explainer("1000042", SECRET, SECRET)) {
            assertTrue(long300.print().length() > 300); // called twice, as the first buffer is too small
            merchant.messageRevealingSalt(recipe, fields);
            keyed.verify(recipe, fields, merchant.token(recipe, fields));
            explainer.explain(recipe, fields, "x");
            assertThrows(ImzaException.class, () -> merchant.token(recipe, new Fields()));
            assertThrows(ImzaException.class, () -> Recipe.parse("x"));
        }
    }
}
