/** What both schemes share: the library, its errors, posted fields and received headers, explanations. */
package io.github.imza;
