package io.github.imza.tests;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Explanation;
import io.github.imza.Fields;
import io.github.imza.Kind;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Signer;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExplainTest {
    private static final byte[] SECRET = "not-a-real-secret".getBytes(UTF_8);
    private static final byte[] OTHER = "another-secret".getBytes(UTF_8);
    private static final long NOW = 1615296512;
    private static final Request REQUEST = Request.of("POST", "/v1/x").contentType("application/json").body("{\"a\":1}");

    @Test
    void aBodyThatGotANewLineOnItsWay() {
        try (Signer signer = new Signer("id", SECRET);
                io.github.imza.dlga.Explainer explainer =
                        new io.github.imza.dlga.Explainer().addKey("other", OTHER).addKey("id", SECRET)) {
            Fields headers = Fields.of(signer.sign(REQUEST, NOW, "45186"));
            Explanation explanation = explainer.explain(REQUEST.body("{\"a\":1}\n"), headers);
            assertFalse(explanation.isValid());
            assertFalse(explanation.refusal().isEmpty());
            assertEquals("matches when the body has no final newline", explanation.matches().get(0).text());
            assertEquals(1, explanation.matches().get(0).keyIndex());
            assertTrue(explanation.tried() > 1);
            assertFalse(explanation.wasCutShort());
            assertTrue(explanation.toString().startsWith("Refused"), explanation.toString());
            assertTrue(explanation.signedText().contains("⏎"), explanation.signedText());

            Request signed = REQUEST.date(Signer.date(NOW));
            Explanation valid = explainer.explain(signed, signer.authorization(signed), "45186");
            assertTrue(valid.isValid());
            assertEquals("", valid.refusal());
            assertTrue(valid.toString().startsWith("Valid"), valid.toString());
            assertEquals(HexFormat.of().formatHex(signed.stringToSign()), valid.signedHex().replaceAll("\\s", ""));

            Explanation late = explainer.at(NOW + 1000, 900, 900).explain(REQUEST, headers);
            assertFalse(late.isValid());
            Corpus.refused(Kind.INVALID_ARGUMENT, -1, () -> explainer.at(NOW, -1, 0));
        }
    }

    /** DLGA-3: the vendor's own example has a signature of 20 bytes. */
    @Test
    void theVendorsExampleIsNoted() {
        try (io.github.imza.dlga.Explainer explainer = new io.github.imza.dlga.Explainer()) {
            Explanation explanation = explainer.explain(REQUEST.date(Signer.date(NOW)),
                    "DLGA 1234567-8ABC-DEF0-5432-56712ABCDEF5:4J2OtxTeMpyfMad4y26RaKA/rrk=", "45186");
            assertTrue(explanation.toString().contains("20 bytes"), explanation.toString());
            assertEquals(List.of(), explanation.matches());
        }
    }

    /** HASO-4. */
    @Test
    void aTokenWhoseKeyAndSaltWereExchanged() {
        Fields fields = Fields.of("customerId", "5500123", "dealerSegment", "GOLD");
        try (Recipe recipe = Recipe.find("SetPreDefinedLimit");
                Merchant exchanged = new Merchant("1000042", OTHER, SECRET);
                io.github.imza.haso.Explainer explainer = new io.github.imza.haso.Explainer("1000042", SECRET, OTHER)) {
            Explanation explanation = explainer.explain(recipe, fields, exchanged.token(recipe, fields));
            assertFalse(explanation.isValid());
            assertTrue(explanation.matches().get(0).text().contains("key and salt change places"), explanation.toString());
            Explanation older = explainer.addOlderSecret(OTHER, SECRET)
                    .explain(recipe, fields, exchanged.token(recipe, fields));
            assertTrue(older.isValid(), older.toString());
        }
        try (Recipe recipe = Recipe.find("SetPreDefinedLimit");
                Merchant keyed = Merchant.saltKeyed("1000042", SECRET);
                io.github.imza.haso.Explainer explainer = io.github.imza.haso.Explainer.saltKeyed("1000042", SECRET);
                io.github.imza.haso.Explainer rotated =
                        io.github.imza.haso.Explainer.saltKeyed("1000042", OTHER).addOlderSalt(SECRET)) {
            String token = keyed.token(recipe, fields);
            assertTrue(explainer.explain(recipe, fields, token).isValid());
            assertTrue(rotated.explain(recipe, fields, token).isValid());
        }
    }
}
