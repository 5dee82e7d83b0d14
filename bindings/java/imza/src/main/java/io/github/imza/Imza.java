package io.github.imza;

import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;

/** The C library that is in use. */
public final class Imza {
    private Imza() {}

    /** The version of the C library, such as "0.1.0". */
    public static String version() {
        Way way = Library.way();
        return way.text(way.call(Function.VERSION));
    }

    /** How the C library is called: {@code ffm}, the foreign-function API, or {@code jna}. */
    public static String way() {
        return Library.way().name();
    }
}
