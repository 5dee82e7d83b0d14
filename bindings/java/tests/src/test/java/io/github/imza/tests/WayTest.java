package io.github.imza.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.imza.Imza;
import io.github.imza.Kind;
import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;
import org.junit.jupiter.api.Test;

class WayTest {
    @Test
    void theTestsRunOverTheWayThatTheyWereAskedFor() {
        assertEquals(System.getProperty("imza.way"), Imza.way());
        assertEquals("0.1.0", Imza.version());
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
