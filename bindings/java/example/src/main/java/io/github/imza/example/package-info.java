/** A client for both documented calls. */
package io.github.imza.example;
