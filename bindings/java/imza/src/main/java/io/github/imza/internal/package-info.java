/** How this package calls the C library. Not for users: anything in here can change in any version. */
package io.github.imza.internal;
