package io.github.imza.internal;

import java.util.Locale;

/**
 * The functions of the C library, each with its result and its parameters as {@code include/imza.h} has them, a letter each:
 * {@code w} a word of 64 bits (a pointer, a {@code size_t}, an {@code int64_t}), {@code i} 32 bits, {@code h} 16 bits without a
 * sign, {@code s} an {@code imza_str} by value, {@code v} nothing.
 */
public enum Function {
    STATUS_NAME('w', "i"),
    STATUS_HTTP('h', "i"),
    STATUS_VENDOR_TEXT('w', "i"),
    VERSION('w', ""),
    ABI_VERSION('i', ""),

    DLGA_DATE('i', "w" + Function.TEXT + Function.ERROR),
    DLGA_SIGNER_NEW('i', "ssw" + Function.ERROR),
    DLGA_SIGN('i', "ww" + Function.TEXT + Function.ERROR),
    DLGA_STRING_TO_SIGN('i', "w" + Function.TEXT + Function.ERROR),
    DLGA_SIGNER_FREE('v', "w"),
    DLGA_VERIFIER_NEW('i', "w" + Function.ERROR),
    DLGA_VERIFIER_ADD_KEY('i', "wss" + Function.ERROR),
    DLGA_VERIFIER_WINDOW('i', "www" + Function.ERROR),
    DLGA_VERIFIER_IGNORE_CLOCK('i', "w" + Function.ERROR),
    DLGA_VERIFY('i', "wwssw" + Function.ERROR),
    DLGA_VERIFY_HEADERS('i', "wwwww" + Function.ERROR),
    DLGA_VERIFIER_FREE('v', "w"),
    DLGA_VERIFY_STREAM_BEGIN_HEADERS('i', "wsswwiw" + Function.ERROR),
    DLGA_VERIFY_STREAM_UPDATE('i', "ws" + Function.ERROR),
    DLGA_VERIFY_STREAM_FINISH('i', "wsw" + Function.ERROR),
    DLGA_VERIFY_STREAM_FREE('v', "w"),
    DLGA_EXPLAINER_NEW('i', "w" + Function.ERROR),
    DLGA_EXPLAINER_ADD_KEY('i', "wss" + Function.ERROR),
    DLGA_EXPLAINER_AT('i', "wwww" + Function.ERROR),
    DLGA_EXPLAIN('i', "wwssw" + Function.ERROR),
    DLGA_EXPLAIN_HEADERS('i', "wwwww" + Function.ERROR),
    DLGA_EXPLAINER_FREE('v', "w"),

    HASO_MERCHANT_NEW('i', "sssw" + Function.ERROR),
    HASO_MERCHANT_NEW_SALT_KEYED('i', "ssw" + Function.ERROR),
    HASO_MERCHANT_ADD_OLDER_SECRET('i', "wss" + Function.ERROR),
    HASO_MERCHANT_ADD_OLDER_SALT('i', "ws" + Function.ERROR),
    HASO_MERCHANT_FREE('v', "w"),
    HASO_RECIPE_FIND('i', "sw" + Function.ERROR),
    HASO_RECIPE_PARSE('i', "sw" + Function.ERROR),
    HASO_RECIPE_PRINT('i', "w" + Function.TEXT + Function.ERROR),
    HASO_RECIPE_WITHOUT_FIELD_CHECKS('i', "w" + Function.ERROR),
    HASO_RECIPE_IGNORING_OTHER_FIELDS('i', "w" + Function.ERROR),
    HASO_RECIPE_FREE('v', "w"),
    HASO_TOKEN('i', "wwww" + Function.TEXT + Function.ERROR),
    HASO_VERIFY('i', "wwwws" + Function.ERROR),
    HASO_MESSAGE('i', "wwww" + Function.TEXT + Function.ERROR),
    HASO_MESSAGE_REVEAL_SALT('i', "wwww" + Function.TEXT + Function.ERROR),
    HASO_EXPLAINER_NEW('i', "sssw" + Function.ERROR),
    HASO_EXPLAINER_NEW_SALT_KEYED('i', "ssw" + Function.ERROR),
    HASO_EXPLAINER_ADD_OLDER_SECRET('i', "wss" + Function.ERROR),
    HASO_EXPLAINER_ADD_OLDER_SALT('i', "ws" + Function.ERROR),
    HASO_EXPLAIN('i', "wwwwsw" + Function.ERROR),
    HASO_EXPLAINER_FREE('v', "w"),
    HASO_DISCOVERER_NEW('i', "sssw" + Function.ERROR),
    HASO_DISCOVERER_NEW_SALT_KEYED('i', "ssw" + Function.ERROR),
    HASO_DISCOVERER_ADD_SAMPLE('i', "wwws" + Function.ERROR),
    HASO_DISCOVER('i', "www" + Function.ERROR),
    HASO_DISCOVERER_FREE('v', "w"),
    HASO_DISCOVERY_COUNT('w', "w"),
    HASO_DISCOVERY_TRIED('w', "w"),
    HASO_DISCOVERY_IS_COMPLETE('i', "w"),
    HASO_DISCOVERY_RECIPE('i', "ww" + Function.TEXT + Function.ERROR),
    HASO_DISCOVERY_HMAC_KEY('i', "ww" + Function.TEXT + Function.ERROR),
    HASO_DISCOVERY_NOTES('i', "w" + Function.TEXT + Function.ERROR),
    HASO_DISCOVERY_FREE('v', "w"),

    EXPLANATION_IS_VALID('i', "w"),
    EXPLANATION_MATCH_COUNT('w', "w"),
    EXPLANATION_TRIED('w', "w"),
    EXPLANATION_WAS_CUT_SHORT('i', "w"),
    EXPLANATION_MATCH('i', "ww" + Function.TEXT + Function.ERROR),
    EXPLANATION_REFUSAL('i', "w" + Function.TEXT + Function.ERROR),
    EXPLANATION_NOTES('i', "w" + Function.TEXT + Function.ERROR),
    EXPLANATION_TEXT('i', "w" + Function.TEXT + Function.ERROR),
    EXPLANATION_SIGNED_TEXT('i', "w" + Function.TEXT + Function.ERROR),
    EXPLANATION_SIGNED_HEX('i', "w" + Function.TEXT + Function.ERROR),
    EXPLANATION_FREE('v', "w");

    /** A buffer, its capacity and where its length goes. */
    private static final String TEXT = "www";
    /** Where the error goes. */
    private static final String ERROR = "w";

    private final char result;
    private final String parameters;

    Function(char result, String parameters) {
        this.result = result;
        this.parameters = parameters;
    }

    /** The name that the library exports. */
    public String symbol() {
        return "imza_" + name().toLowerCase(Locale.ROOT);
    }

    /** The letter of its result. */
    public char result() {
        return result;
    }

    /** The letters of its parameters. */
    public String parameters() {
        return parameters;
    }
}
