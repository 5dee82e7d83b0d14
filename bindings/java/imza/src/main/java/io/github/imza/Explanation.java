package io.github.imza;

import io.github.imza.internal.Call;
import io.github.imza.internal.Function;
import io.github.imza.internal.Library;
import io.github.imza.internal.Way;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What is known about a signature or token that was presented. Nothing in it is a secret, nor a signature or token that was
 * computed. docs/explain.md lists the mistakes that are tried.
 */
public final class Explanation {
    private final boolean valid;
    private final String refusal;
    private final List<Match> matches;
    private final List<String> notes;
    private final long tried;
    private final boolean cutShort;
    private final String signedText;
    private final String signedHex;
    private final String text;

    private Explanation(long object) {
        Way way = Library.way();
        valid = way.call(Function.EXPLANATION_IS_VALID, object) != 0;
        cutShort = way.call(Function.EXPLANATION_WAS_CUT_SHORT, object) != 0;
        tried = way.call(Function.EXPLANATION_TRIED, object);
        List<Match> found = new ArrayList<>();
        long count = way.call(Function.EXPLANATION_MATCH_COUNT, object);
        for (long i = 0; i < count; i++) {
            Call match = Call.of(Function.EXPLANATION_MATCH).word(object).word(i);
            found.add(new Match(match.writeText(200), match.keyIndex()));
        }
        matches = Collections.unmodifiableList(found);
        refusal = read(Function.EXPLANATION_REFUSAL, object);
        String lines = read(Function.EXPLANATION_NOTES, object);
        notes = lines.isEmpty() ? Collections.emptyList() : Collections.unmodifiableList(Arrays.asList(lines.split("\n")));
        signedText = read(Function.EXPLANATION_SIGNED_TEXT, object);
        signedHex = read(Function.EXPLANATION_SIGNED_HEX, object);
        text = read(Function.EXPLANATION_TEXT, object);
    }

    private static String read(Function function, long object) {
        return Call.of(function).word(object).writeText(1000);
    }

    /** Whether there is nothing to explain: the request is valid as it is. */
    public boolean isValid() {
        return valid;
    }

    /** Why the request is refused as it is; "" where it is valid. */
    public String refusal() {
        return refusal;
    }

    /** Every variant of the request, among those tried, that the presented signature matches: fewest changes first. */
    public List<Match> matches() {
        return matches;
    }

    /** What else was noticed, a sentence each. */
    public List<String> notes() {
        return notes;
    }

    /** How many variants were tried. */
    public long tried() {
        return tried;
    }

    /** Whether a bound was reached before everything was tried. */
    public boolean wasCutShort() {
        return cutShort;
    }

    /** What should have been signed, for people to read: a line feed shows as {@code ⏎} and a new line, secrets are masked. */
    public String signedText() {
        return signedText;
    }

    /** The same bytes in hex, secrets masked. */
    public String signedHex() {
        return signedHex;
    }

    /** The whole explanation in plain sentences, a line each. */
    @Override
    public String toString() {
        return text;
    }

    /** A variant of the request that the presented signature matches. */
    public static final class Match {
        private final String text;
        private final int keyIndex;

        private Match(String text, int keyIndex) {
            this.text = text;
            this.keyIndex = keyIndex;
        }

        /** Such as "matches when the body has no final newline". */
        public String text() {
            return text;
        }

        /** The key that matches, in the order of adding, from 0. */
        public int keyIndex() {
            return keyIndex;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /** For the rest of this package. Not for users. */
    public static final class Access {
        private Access() {}

        /** Makes the call, reads all of the explanation, and ends it. */
        public static Explanation of(Call call) {
            long object = call.make();
            try {
                return new Explanation(object);
            } finally {
                Library.way().call(Function.EXPLANATION_FREE, object);
            }
        }
    }
}
