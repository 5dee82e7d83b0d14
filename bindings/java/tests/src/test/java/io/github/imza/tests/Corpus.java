package io.github.imza.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.imza.ImzaException;
import io.github.imza.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.Executable;

/** Reading the golden corpus (tests/vectors). */
final class Corpus {
    private Corpus() {}

    /** A test for each case of some files of the corpus. */
    static Stream<DynamicTest> each(Consumer<JsonObject> check, String... files) throws IOException {
        List<DynamicTest> tests = new ArrayList<>();
        for (String file : files) {
            String text = Files.readString(Path.of(System.getProperty("imza.vectors"), file));
            for (JsonElement one : JsonParser.parseString(text).getAsJsonObject().getAsJsonArray("cases")) {
                JsonObject given = one.getAsJsonObject();
                tests.add(DynamicTest.dynamicTest(file + ": " + text(given, "name"), () -> check.accept(given)));
            }
        }
        assertFalse(tests.isEmpty());
        return tests.stream();
    }

    static String text(JsonObject given, String name) {
        return given.get(name).getAsString();
    }

    /** A text, or null. */
    static String textOrNull(JsonObject given, String name) {
        return given.get(name).isJsonNull() ? null : text(given, name);
    }

    /** A number, or -1 for null. */
    static long number(JsonObject given, String name) {
        return given.get(name).isJsonNull() ? -1 : given.get(name).getAsLong();
    }

    static byte[] bytes(JsonObject given, String name) {
        return Base64.getDecoder().decode(text(given, name));
    }

    /** What is thrown is of a kind, and has an offset (-1 for none). */
    static ImzaException refused(Kind kind, long offset, Executable call) {
        ImzaException refusal = assertThrows(ImzaException.class, call);
        assertEquals(kind, refusal.kind(), refusal.getMessage());
        assertEquals(kind.status(), refusal.status());
        assertEquals(offset, refusal.offset(), refusal.getMessage());
        assertFalse(refusal.getMessage().isEmpty());
        return refusal;
    }
}
