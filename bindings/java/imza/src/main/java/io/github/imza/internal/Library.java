package io.github.imza.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Finds the C library, once. */
public final class Library {
    /** The version of the C library's binary interface that this package is written for. */
    private static final long ABI_VERSION = 1;

    /** Not private, so that a test can watch it. */
    static volatile Way found;

    private Library() {}

    /** The way to the library. An {@link UnsatisfiedLinkError} says what is missing. */
    public static Way way() {
        Way way = found;
        return way == null ? find() : way;
    }

    /** The names under which the system's own search is asked for the library; or the one path that the user set. */
    public static List<String> candidates() {
        String path = setting("imza.library", "IMZA_LIBRARY");
        if (path != null) {
            return Collections.singletonList(path);
        }
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        if (system.startsWith("windows")) {
            return Collections.singletonList("imza.dll");
        }
        if (system.startsWith("mac")) {
            return Arrays.asList("libimza.1.dylib", "libimza.dylib");
        }
        return Arrays.asList("libimza.so.1", "libimza.so");
    }

    /** What a way throws when none of the candidates could be loaded. */
    public static UnsatisfiedLinkError notFound(List<String> reasons) {
        return new UnsatisfiedLinkError("imza: the C library cannot be loaded: " + String.join("; ", reasons)
                + ". Install it (`make install`) where the system looks for libraries, or name the file: the system property"
                + " imza.library or the environment variable IMZA_LIBRARY");
    }

    private static synchronized Way find() {
        if (found != null) {
            return found;
        }
        Way way = choose(setting("imza.way", "IMZA_WAY"));
        long version = way.call(Function.ABI_VERSION);
        if (version != ABI_VERSION) {
            throw new UnsatisfiedLinkError("imza: the C library has the ABI version " + version + ", and version "
                    + ABI_VERSION + " is needed");
        }
        found = way;
        return way;
    }

    private static Way choose(String wanted) {
        if (wanted != null && !wanted.equals("ffm") && !wanted.equals("jna")) {
            throw new UnsatisfiedLinkError("imza: the setting imza.way (IMZA_WAY) is neither ffm nor jna");
        }
        List<String> missing = new ArrayList<>();
        if (!"jna".equals(wanted)) {
            if (!isJava22()) {
                missing.add("the foreign-function API needs Java 22, and this is " + System.getProperty("java.version"));
            } else if (isThere("io.github.imza.ffm.Ffm")) {
                return make("io.github.imza.ffm.Ffm");
            } else {
                missing.add("the artifact imza-ffm is not on the class path");
            }
        }
        if (!"ffm".equals(wanted)) {
            if (isThere("com.sun.jna.Pointer")) {
                return make("io.github.imza.internal.Jna");
            }
            missing.add("the artifact net.java.dev.jna:jna is not on the class path");
        }
        throw new UnsatisfiedLinkError("imza: there is no way to the C library: " + String.join("; ", missing));
    }

    private static boolean isJava22() {
        String version = System.getProperty("java.specification.version", "");
        return !version.startsWith("1.") && Integer.parseInt(version) >= 22;
    }

    private static boolean isThere(String className) {
        try {
            Class.forName(className, false, Library.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static Way make(String className) {
        try {
            return (Way) Class.forName(className).getMethod("load").invoke(null);
        } catch (java.lang.reflect.InvocationTargetException e) {
            if (e.getCause() instanceof Error) {
                throw (Error) e.getCause();
            }
            throw new IllegalStateException(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String setting(String property, String variable) {
        String value = System.getProperty(property);
        if (value == null || value.isEmpty()) {
            value = System.getenv(variable);
        }
        return value == null || value.isEmpty() ? null : value;
    }
}
