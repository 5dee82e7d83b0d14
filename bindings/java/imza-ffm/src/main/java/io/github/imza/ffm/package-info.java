/** The way to the C library through the foreign-function API of Java 22 and later. Being on the class path is all that it takes. */
package io.github.imza.ffm;
