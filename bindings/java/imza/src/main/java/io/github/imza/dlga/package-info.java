/**
 * Diyalog's {@code DLGA} header: {@link io.github.imza.dlga.Signer} for clients, {@link io.github.imza.dlga.Verifier} for
 * servers, {@link io.github.imza.dlga.Explainer} for a signature that does not match. The rules that are cited (DLGA-6) are in
 * docs/dlga.md.
 */
package io.github.imza.dlga;
