package io.github.imza.tests;

import static io.github.imza.tests.Corpus.number;
import static io.github.imza.tests.Corpus.refused;
import static io.github.imza.tests.Corpus.text;
import static io.github.imza.tests.Corpus.textOrNull;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.imza.Fields;
import io.github.imza.ImzaException;
import io.github.imza.Kind;
import io.github.imza.dlga.Request;
import io.github.imza.dlga.Verifier;
import io.github.imza.haso.Merchant;
import io.github.imza.haso.Recipe;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Haso's token, stage by stage, as the corpus has it. */
class HasoCorpusTest {
    private static Merchant merchant(String id, JsonObject secret) {
        byte[] salt = text(secret, "merchant_salt").getBytes(UTF_8);
        return text(secret, "hmac_key").equals("merchant-salt")
                ? Merchant.saltKeyed(id, salt) : new Merchant(id, text(secret, "merchant_key").getBytes(UTF_8), salt);
    }

    /** HASO-1 to HASO-8. */
    @TestFactory
    Stream<DynamicTest> everyStageOfAToken() throws IOException {
        return Corpus.each(given -> {
            Fields fields = new Fields();
            given.getAsJsonObject("fields").entrySet().forEach(e -> fields.add(e.getKey(), e.getValue().getAsString()));
            try (Merchant merchant = merchant(text(given, "merchant_id"), given);
                    Recipe recipe = Recipe.find(text(given, "endpoint"))) {
                assertArrayEquals(text(given, "message").getBytes(UTF_8), merchant.messageRevealingSalt(recipe, fields));
                String salt = text(given, "merchant_salt");
                int at = text(given, "message").lastIndexOf(salt);
                assertEquals(text(given, "message").substring(0, at) + "[salt]", merchant.message(recipe, fields));
                assertEquals(text(given, "token"), merchant.token(recipe, fields));
                assertEquals(0, merchant.verify(recipe, fields, text(given, "token")));
            }
        }, "haso.json", "haso-more.json");
    }

    /** HASO-2, HASO-6, HASO-8. */
    @TestFactory
    Stream<DynamicTest> everyRecipeIsRead() throws IOException {
        return Corpus.each(given -> {
            String printed = textOrNull(given, "printed");
            if (printed == null) {
                refused(Kind.HASO_RECIPE_INVALID, number(given, "offset"), () -> Recipe.parse(text(given, "line")));
                return;
            }
            try (Recipe recipe = Recipe.parse(text(given, "line"))) {
                assertEquals(printed, recipe.print());
            }
        }, "haso-recipes.json");
    }

    private static int verify(JsonObject given) {
        List<JsonElement> secrets = given.getAsJsonArray("secrets").asList();
        try (Merchant merchant = merchant(text(given, "merchant_id"), secrets.get(0).getAsJsonObject())) {
            for (JsonElement element : secrets.subList(1, secrets.size())) {
                JsonObject older = element.getAsJsonObject();
                byte[] salt = text(older, "merchant_salt").getBytes(UTF_8);
                if (text(older, "hmac_key").equals("merchant-salt")) {
                    merchant.addOlderSalt(salt);
                } else {
                    merchant.addOlderSecret(text(older, "merchant_key").getBytes(UTF_8), salt);
                }
            }
            String line = text(given, "recipe");
            try (Recipe recipe = line.isEmpty() ? Recipe.find(text(given, "endpoint")) : Recipe.parse(line)) {
                if (!given.get("field_checks").getAsBoolean()) {
                    recipe.withoutFieldChecks();
                }
                if (given.get("ignore_other_fields").getAsBoolean()) {
                    recipe.ignoringOtherFields();
                }
                Fields fields = new Fields();
                for (JsonElement field : given.getAsJsonArray("fields")) {
                    JsonArray pair = field.getAsJsonArray();
                    fields.add(pair.get(0).getAsString(), pair.get(1).getAsString());
                }
                return merchant.verify(recipe, fields, text(given, "token"));
            }
        }
    }

    /** HASO-2 to HASO-12. */
    @TestFactory
    Stream<DynamicTest> everyVerdict() throws IOException {
        return Corpus.each(given -> {
            JsonObject verdict = given.getAsJsonObject("verdict");
            if (text(verdict, "kind").equals("accepted")) {
                assertEquals(number(verdict, "key_index"), verify(given));
                return;
            }
            Kind kind = Kind.valueOf("HASO_" + text(verdict, "kind").toUpperCase(Locale.ROOT).replace('-', '_'));
            ImzaException refusal = refused(kind, number(verdict, "offset"), () -> verify(given));
            String field = textOrNull(verdict, "field");
            assertEquals(field == null ? "" : field, refusal.field());
            assertEquals(-1, refusal.keyIndex());
            assertEquals(0, refusal.httpStatus());
            assertEquals("", refusal.vendorText());
        }, "haso-verdicts.json");
    }

    /** DLGA-16, HASO-11: both schemes read the same tags. */
    @TestFactory
    Stream<DynamicTest> everyTagIsRead() throws IOException {
        return Corpus.each(given -> {
            String tag = text(given, "text");
            try (Merchant merchant = new Merchant("1000042", "key".getBytes(UTF_8), "salt".getBytes(UTF_8));
                    Recipe recipe = Recipe.find("GetPaymentsOfTransaction");
                    Verifier verifier = new Verifier()) {
                Fields fields = Fields.of("merchantOid", "1", "transactionCode", "2");
                Request request = Request.of("GET", "/").date("Tue, 09 Mar 2021 13:28:32 GMT");
                boolean genuine = textOrNull(given, "hex") != null;
                refused(genuine ? Kind.HASO_TOKEN_MISMATCH : Kind.HASO_TOKEN_MALFORMED, number(given, "offset"),
                        () -> merchant.verify(recipe, fields, tag));
                ImzaException header = assertThrows(ImzaException.class,
                        () -> verifier.verify(request, "DLGA id:" + tag, "45186", 1615296512));
                // Spaces around a header's value do not count (DLGA-4).
                if (genuine || !tag.endsWith(" ")) {
                    assertEquals(genuine ? Kind.DLGA_SIGNATURE_MISMATCH : Kind.DLGA_FORMAT_INVALID, header.kind());
                }
            }
        }, "tags.json");
    }
}
