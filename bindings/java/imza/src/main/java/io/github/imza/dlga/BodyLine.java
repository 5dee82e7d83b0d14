package io.github.imza.dlga;

/** How the body is written into DLGA's string to sign (DLGA-6). */
public enum BodyLine {
    // In the order of the numbers IMZA_DLGA_BODY_LINE_.
    /** The body and a line feed when there is a body, nothing at all when there is none: the default. */
    WHEN_PRESENT,
    /** The body and a line feed, also when the body is empty. */
    ALWAYS,
    /** The body alone: no line feed even after a body. */
    NEVER
}
