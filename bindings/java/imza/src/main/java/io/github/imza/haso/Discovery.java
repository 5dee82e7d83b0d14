package io.github.imza.haso;

import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What a search found. */
public final class Discovery {
    private final List<Found> found;
    private final long tried;
    private final boolean complete;
    private final List<String> notes;

    private Discovery(long object) {
        Way way = Library.way();
        tried = way.call(Function.HASO_DISCOVERY_TRIED, object);
        complete = way.call(Function.HASO_DISCOVERY_IS_COMPLETE, object) != 0;
        String lines = Call.of(Function.HASO_DISCOVERY_NOTES).word(object).writeText(200);
        notes = lines.isEmpty() ? Collections.emptyList() : Collections.unmodifiableList(Arrays.asList(lines.split("\n")));
        List<Found> recipes = new ArrayList<>();
        long count = way.call(Function.HASO_DISCOVERY_COUNT, object);
        for (long i = 0; i < count; i++) {
            recipes.add(new Found(
                    Call.of(Function.HASO_DISCOVERY_RECIPE).word(object).word(i).writeText(200),
                    Call.of(Function.HASO_DISCOVERY_HMAC_KEY).word(object).word(i).writeText(20)));
        }
        found = Collections.unmodifiableList(recipes);
    }

    /** Makes the call, reads all of the outcome, and ends it. */
    static Discovery of(Call call) {
        long object = call.make();
        try {
            return new Discovery(object);
        } finally {
            Library.way().call(Function.HASO_DISCOVERY_FREE, object);
        }
    }

    /** Every recipe that gives the tokens of all samples, the likelier ones first; at most 1,000. */
    public List<Found> found() {
        return found;
    }

    /** How many orders were tried. */
    public long tried() {
        return tried;
    }

    /** Whether everything was tried; otherwise a bound ended the search before. */
    public boolean isComplete() {
        return complete;
    }

    /** What the samples leave open, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** A recipe that was found. */
    public static final class Found {
        private final String recipe;
        private final String hmacKey;

        private Found(String recipe, String hmacKey) {
            this.recipe = recipe;
            this.hmacKey = hmacKey;
        }

        /** The recipe in the vendor's notation, which {@link Recipe#parse} reads. */
        public String recipe() {
            return recipe;
        }

        /** What keys the HMAC (HASO-4): {@code merchant-key}, or {@code merchant-salt} as for {@link Merchant#saltKeyed}. */
        public String hmacKey() {
            return hmacKey;
        }

        @Override
        public String toString() {
            return recipe;
        }
    }
}
