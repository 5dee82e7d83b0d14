/**
 * Requests over HTTP: {@link io.github.imza.http.SigningClient} signs those of {@code java.net.http},
 * {@link io.github.imza.http.VerifyingFilter} verifies those of a servlet container.
 */
package io.github.imza.http;
