package io.github.imza.haso;

import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Handle;
import io.github.imza.internal.Texts;

/**
 * Which values a method's token is made of, in which order. Many threads can use it at once. Using it after {@link #close} is an
 * {@link IllegalStateException}.
 */
public final class Recipe implements AutoCloseable {
    final Handle handle;

    private Recipe(Call call) {
        handle = new Handle("Recipe", call.make(), Function.HASO_RECIPE_FREE);
    }

    /** The recipe of a method of the vendor's public pages: {@code SetPreDefinedLimit} or {@code /RequestV2/SetPreDefinedLimit}. */
    public static Recipe find(String endpoint) {
        return new Recipe(Call.of(Function.HASO_RECIPE_FIND).text(Texts.received(endpoint, "endpoint")));
    }

    /** A recipe in the vendor's notation: {@code merchantId + customerId + merhant_salt} (HASO-2). */
    public static Recipe parse(String printed) {
        return new Recipe(Call.of(Function.HASO_RECIPE_PARSE).text(Texts.received(printed, "recipe")));
    }

    /** Switches the checks of the fields' shapes off (HASO-10). */
    public Recipe withoutFieldChecks() {
        handle.change(recipe -> Call.of(Function.HASO_RECIPE_WITHOUT_FIELD_CHECKS).word(recipe).run());
        return this;
    }

    /** Ignores fields that the method does not have (HASO-9). A misspelt optional field then goes unnoticed. */
    public Recipe ignoringOtherFields() {
        handle.change(recipe -> Call.of(Function.HASO_RECIPE_IGNORING_OTHER_FIELDS).word(recipe).run());
        return this;
    }

    /** The recipe in the vendor's notation. */
    public String print() {
        return handle.use(recipe -> Call.of(Function.HASO_RECIPE_PRINT).word(recipe).writeText(200));
    }

    @Override
    public void close() {
        handle.close();
    }
}
