/* A process forks at any moment, while its other threads sign, send, and come and go. */
#include "kit/child.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

static atomic_int over;

static void *sign_for_ever(void *unused) {
    while (!over) sign_and_verify();
    return unused;
}

static void *send_for_ever(void *unused) {
    while (!over) close_new_order(inherited, "wechat", "");
    return unused;
}

/* New threads come and go all the time, as in a server: what a library makes at a thread's first call is made during forks too. */
static void *start_for_ever(void *unused) {
    while (!over) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, (void *(*)(void *))(void (*)(void))sign_and_verify, NULL) == 0) pthread_join(thread, NULL);
    }
    return unused;
}

static void at_any_moment(long forks) {
    void *(*const bodies[4])(void *) = {sign_for_ever, send_for_ever, start_for_ever, start_for_ever};
    pthread_t threads[4];
    long at;
    double start = seconds_now();
    for (at = 0; at < 4; at++) pthread_create(&threads[at], NULL, bodies[at], NULL);
    for (at = 0; at < forks && all_well(); at++) fork_now("forking among busy threads");
    over = 1;
    for (at = 0; at < 4; at++) pthread_join(threads[at], NULL);
    note("%ld forks among busy threads in %.1f s", forks, seconds_now() - start);
}

int main(void) {
    struct cases cases = cases_read();
    it = case_named(&cases, "icbc-verify-0-2-closed");
    config = config_of("wechat", NULL, "");
    inherited = open_client(config);
    at_any_moment(scaled(300, 3));
    close_new_order(inherited, "wechat", "");
    CHECK(chexiao_client_free(inherited) == CHEXIAO_OK, "freeing");
    free(config), cases_free(&cases);
    return summary();
}
