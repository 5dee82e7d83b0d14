package io.github.imza.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.imza.Imza;
import io.github.imza.Kind;
import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WayTest {
    @Test
    void theTestsRunOverTheWayThatTheyWereAskedFor() {
        assertEquals(System.getProperty("imza.way"), Imza.way());
        assertEquals("0.1.0", Imza.version());
    }

    /** A program that prints the library's version. */
    public static void main(String[] arguments) {
        System.out.println(Imza.version());
    }

    @Test
    void whatCannotBeLoadedIsSaid() throws Exception {
        started(Map.of("IMZA_LIBRARY", "/not/there/libimza.so"), "", "/not/there/libimza.so", "make install");
        started(Map.of("IMZA_LIBRARY", "libimza-not-there.so"), "", "libimza-not-there.so", "imza.library");
        started(Map.of("IMZA_WAY", "magic"), "", "neither ffm nor jna");
        started(Map.of("IMZA_WAY", System.getProperty("imza.way")), "0.1.0\n");
    }

    /** Runs {@link #main} in a Java of its own: what it prints, and what its error says. */
    private static void started(Map<String, String> environment, String printed, String... said) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djna.tmpdir=" + System.getProperty("jna.tmpdir"), "-cp", System.getProperty("java.class.path"), WayTest.class.getName());
        builder.environment().putAll(environment);
        Process process = builder.redirectError(ProcessBuilder.Redirect.to(log())).start();
        assertEquals(printed, new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(said.length == 0, process.waitFor() == 0);
        String error = Files.readString(log().toPath());
        for (String word : said) {
            assertTrue(error.contains("java.lang.UnsatisfiedLinkError: imza: ") && error.contains(word), error);
        }
    }

    private static File log() {
        return new File(System.getProperty("jna.tmpdir"), "started.log");
    }

    @Test
    void everyKindHasTheLibrarysNameAndNumber() {
        Way way = Library.way();
        for (Kind kind : Kind.values()) {
            if (kind != Kind.UNKNOWN) {
                assertEquals("IMZA_" + kind, way.text(way.call(Function.STATUS_NAME, kind.status())));
            }
        }
    }

    /** Each status of the library is a kind here: none is missing. */
    @Test
    void everyStatusOfTheLibraryIsAKind() {
        Way way = Library.way();
        int known = 0;
        for (int status = 1; status < 1000; status++) {
            String name = way.text(way.call(Function.STATUS_NAME, status));
            if (!name.equals("IMZA_UNKNOWN_STATUS")) {
                assertEquals(status, Kind.valueOf(name.substring("IMZA_".length())).status());
                known++;
            }
        }
        assertEquals(Kind.values().length - 1, known);
    }
}
