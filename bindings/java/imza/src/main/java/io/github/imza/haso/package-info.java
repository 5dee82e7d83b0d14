/**
 * Haso's {@code requestToken}: a {@link io.github.imza.haso.Merchant} makes and verifies tokens by a
 * {@link io.github.imza.haso.Recipe}; an {@link io.github.imza.haso.Explainer} explains one that does not match. The rules that
 * are cited (HASO-4) are in docs/haso.md.
 */
package io.github.imza.haso;
