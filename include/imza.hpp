/* The C++ layer is being written; imza.h can be used from C++ as it is. */
