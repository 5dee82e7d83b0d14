/* The positive control of helgrind: two threads write the same variable. */
#include <pthread.h>
#include <stddef.h>

static volatile int shared;

static void *write_it(void *unused) {
    (void)unused;
    shared++;
    return NULL;
}

int main(void) {
    pthread_t one, two;
    pthread_create(&one, NULL, write_it, NULL);
    pthread_create(&two, NULL, write_it, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    return 0;
}
