package io.github.imza;

import io.github.imza.internal.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Names with values: the fields of a Haso request, or the headers of a received request. A name can occur more than once, as it can
 * in a request, and what that means is for the library to say.
 */
public final class Fields {
    /** Name, value, name, value. */
    private final List<byte[]> texts = new ArrayList<>();

    /** No fields yet. */
    public Fields() {}

    /** Names and values in turn: {@code Fields.of("customerId", "5500123", "dealerSegment", "GOLD")}. */
    public static Fields of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("the last of the " + namesAndValues.length + " texts is a name without a value");
        }
        Fields fields = new Fields();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            fields.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return fields;
    }

    /** The entries of a map. */
    public static Fields of(Map<String, String> map) {
        Fields fields = new Fields();
        map.forEach(fields::add);
        return fields;
    }

    /** Adds a field, or a header. */
    public Fields add(String name, String value) {
        return add(Texts.received(name, "field's name"), Texts.received(value, "field's value"));
    }

    /** Adds a header whose value is any bytes. */
    public Fields add(String name, byte[] value) {
        return add(Texts.received(name, "header's name"), Objects.requireNonNull(value, "header's value").clone());
    }

    private Fields add(byte[] name, byte[] value) {
        texts.add(name);
        texts.add(value);
        return this;
    }

    /** How many there are. */
    public int size() {
        return texts.size() / 2;
    }

    /** The names alone: a value can be what should not be in a log. */
    @Override
    public String toString() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < texts.size(); i += 2) {
            names.add(Texts.decoded(texts.get(i)));
        }
        return "Fields" + names;
    }

    /** For the rest of this package. Not for users. */
    public static final class Access {
        private Access() {}

        /** Name, value, name, value. */
        public static List<byte[]> texts(Fields fields) {
            return new ArrayList<>(fields.texts);
        }
    }
}
