/* 64 threads sign and verify on one client, 1,000 times each; 16 threads send 50 times each on one client. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

struct work {
    uint64_t client;
    long calls;
    const struct test_case *it; /* NULL: send */
    const char *gateway;
};

static pthread_barrier_t together;

static void *sign_and_verify(void *argument) {
    const struct work *work = argument;
    long call;
    pthread_barrier_wait(&together);
    for (call = 0; call < work->calls; call++) {
        expect(ask_sign(work->client, work->it->call.bytes), CHEXIAO_OK, work->it->signature.bytes, "signing");
        expect(ask_verify(work->client, work->it->exchange.bytes), CHEXIAO_CLOSED, work->it->result.bytes, "verifying");
    }
    return NULL;
}

static void *send_all(void *argument) {
    const struct work *work = argument;
    long call;
    pthread_barrier_wait(&together);
    for (call = 0; call < work->calls; call++) close_new_order(work->client, work->gateway, "");
    return NULL;
}

static void run(int threads, void *(*body)(void *), const struct work *work, const char *what) {
    pthread_t all[64];
    double start = seconds_now();
    int at;
    pthread_barrier_init(&together, NULL, (unsigned)threads);
    for (at = 0; at < threads; at++) CHECK(pthread_create(&all[at], NULL, body, (void *)work) == 0, "no thread");
    for (at = 0; at < threads; at++) pthread_join(all[at], NULL);
    pthread_barrier_destroy(&together);
    if (what) note("%s: %d threads x %ld in %.1f s; the process has %ld threads", what, threads, work->calls, seconds_now() - start, proc_status("Threads"));
}

static void on_vector(const struct cases *cases, const char *id, long calls) {
    struct work work = {0, calls, case_named(cases, id), NULL};
    work.client = open_client(work.it->config.bytes);
    run(64, sign_and_verify, &work, id);
    CHECK(chexiao_client_free(work.client) == CHEXIAO_OK, "freeing");
}

static void on_sandbox(const char *gateway) {
    char *config = config_of(gateway, NULL, "");
    struct work work = {0, scaled(50, 2), NULL, gateway};
    work.client = open_client(config);
    run(16, send_all, &work, gateway);
    CHECK(chexiao_client_free(work.client) == CHEXIAO_OK, "freeing");
    free(config);
}

static void *send_to_nobody(void *client) {
    char *call = call_of("wechat", "NOBODY");
    pthread_barrier_wait(&together);
    expect_part(ask_send(*(uint64_t *)client, call), CHEXIAO_ERROR_CONNECT, "\"connect\"", "sending to a port nobody listens on");
    free(call);
    return NULL;
}

/* A process whose very first calls come from 16 threads at the same time: one I/O thread is enough for it, too. */
static void first_calls_together(long processes) {
    char *config = config_of("wechat", "http://127.0.0.1:1", "");
    long process;
    for (process = 0; process < processes; process++) {
        pid_t child = (pid_t)fork_child();
        if (child == 0) {
            struct work work = {open_client(config), 1, NULL, NULL};
            run(16, send_to_nobody, &work, NULL);
            CHECK(threads_settled(2) == 2, "%ld threads are left; this one and one for I/O are enough", proc_status("Threads"));
            end_child();
        }
        child_ends_well(child, 60, "first calls together");
    }
    free(config);
}

int main(void) {
    struct cases cases = cases_read();
    first_calls_together(scaled(50, 2));
    on_sandbox("wechat");
    CHECK(threads_settled(2) == 2, "%ld threads are left; this one and one for I/O are enough", proc_status("Threads"));
    on_sandbox("icbc");
    on_sandbox("chinaums");
    on_vector(&cases, "wechat-verify-success-closed", scaled(1000, 4));
    on_vector(&cases, "icbc-verify-0-2-closed", scaled(100, 2));
    cases_free(&cases);
    return summary();
}
