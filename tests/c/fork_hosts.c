/* Hosts that make forks hard: handlers of their own, a thread that is cancelled while it forks, threads that never rest, forks at exit. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum { SENDERS = 64, DEADLINE = 20 };

static pthread_mutex_t of_the_host = PTHREAD_MUTEX_INITIALIZER;
static atomic_int over, handlers_at_work, handlers_rest;
static char *refused;
static uint64_t client;
static const struct test_case *it;

static void sign(void) { expect(ask_sign(client, it->call.bytes), CHEXIAO_OK, it->signature.bytes, "signing"); }

static void before_fork(void) {
    if (handlers_rest) sleep_us(400000);
    if (!handlers_at_work) return;
    sign();
    pthread_mutex_lock(&of_the_host);
}

static void after_fork(void) {
    if (!handlers_at_work) return;
    pthread_mutex_unlock(&of_the_host);
    sign();
}

static void *sign_for_ever(void *unused) {
    while (!over) {
        pthread_mutex_lock(&of_the_host);
        sign();
        pthread_mutex_unlock(&of_the_host);
        sleep_us(1000);
    }
    return unused;
}

static void *send_for_ever(void *unused) {
    uint64_t sender = open_client(refused);
    char *call = call_of("wechat", "A1");
    while (!over) expect_part(ask_send(sender, call), CHEXIAO_ERROR_CONNECT, "connect", "where nobody listens");
    CHECK(chexiao_client_free(sender) == CHEXIAO_OK, "freeing");
    free(call);
    return unused;
}

/* Forks a child that signs. How long the fork took, in seconds. */
static double fork_timed(const char *what) {
    double start = seconds_now();
    pid_t child = (pid_t)fork_child();
    double took = seconds_now() - start;
    if (child == 0) {
        sign();
        end_child();
    }
    child_ends_well(child, DEADLINE, what);
    return took;
}

static int ascending(const void *a, const void *b) {
    double difference = *(const double *)a - *(const double *)b;
    return (difference > 0) - (difference < 0);
}

static void handlers_of_the_host(void) {
    pthread_t thread;
    double took = 1;
    int tries;
    pthread_create(&thread, NULL, sign_for_ever, NULL);
    handlers_at_work = 1;
    for (tries = 0; tries < 5 && took >= 1; tries++) took = fork_timed("with handlers that sign, and hold what a signing thread waits for");
    CHECK(took < 1, "a fork waits %.3f s for a thread that waits for it", took);
    handlers_at_work = 0;
    over = 1;
    pthread_join(thread, NULL);
    over = 0;
}

static void *fork_one_more(void *unused) {
    fork_timed("with handlers that take their time");
    return unused;
}

/* How long it takes while another thread forks, and the host's handlers take their time. */
static double signing_beside_a_fork(void) {
    pthread_t thread;
    double start, took;
    handlers_rest = 1;
    pthread_create(&thread, NULL, fork_one_more, NULL);
    sleep_us(100000);
    start = seconds_now();
    sign();
    took = seconds_now() - start;
    handlers_rest = 0;
    pthread_join(thread, NULL);
    return took;
}

/* A call must not be late because of them; on a machine that is busy it may be late by itself, but not every time. */
static void handlers_that_rest(void) {
    double took = 1;
    int tries;
    for (tries = 0; tries < 5 && took >= 0.25; tries++) took = signing_beside_a_fork();
    note("signing during a fork: %.1f ms", took * 1e3);
    CHECK(took < 0.25, "signing waits %.3f s for a fork", took);
}

static void threads_that_never_rest(void) {
    pthread_t threads[SENDERS];
    double took[11];
    int at, forks = sizeof took / sizeof *took;
    for (at = 0; at < SENDERS; at++) pthread_create(&threads[at], NULL, send_for_ever, NULL);
    sleep_us(200000);
    for (at = 0; at < forks; at++) took[at] = fork_timed("among threads that never rest");
    over = 1;
    for (at = 0; at < SENDERS; at++) pthread_join(threads[at], NULL);
    over = 0;
    qsort(took, (size_t)forks, sizeof *took, ascending);
    note("forks among %d threads that send: %.1f ms, at most %.1f ms", SENDERS, took[forks / 2] * 1e3, took[forks - 1] * 1e3);
    CHECK(took[forks / 2] < 0.5, "half of the forks wait longer than %.3f s", took[forks / 2]);
}

static void *fork_for_ever(void *unused) {
    for (;;) {
        int state;
        pid_t child = fork();
        if (child == 0) _exit(0);
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &state);
        child_ends_well(child, DEADLINE, "of a thread that is cancelled");
        pthread_setcancelstate(state, &state);
        pthread_testcancel();
    }
    return unused;
}

static void a_thread_is_cancelled(void) {
    pthread_t signer, forker;
    double start;
    pthread_create(&signer, NULL, sign_for_ever, NULL);
    pthread_create(&forker, NULL, fork_for_ever, NULL);
    sleep_us(100000);
    pthread_cancel(forker);
    pthread_join(forker, NULL);
    over = 1;
    pthread_join(signer, NULL);
    start = seconds_now();
    sign();
    CHECK(seconds_now() - start < 0.5, "after a thread was cancelled a signature takes %.3f s", seconds_now() - start);
    over = 0;
}

static void fork_at_exit(void) {
    double took = fork_timed("at exit");
    CHECK(took < 0.5, "at exit a fork takes %.3f s", took);
    if (!all_well()) _exit(1);
}

static void at_exit(void) {
    pid_t child = (pid_t)fork_child();
    if (child == 0) {
        sign();
        atexit(fork_at_exit);
        exit(0);
    }
    child_ends_well(child, DEADLINE, "that forks at exit");
}

int main(void) {
    struct cases cases = cases_read();
    it = case_named(&cases, "icbc-verify-0-2-closed");
    refused = config_of("wechat", "http://127.0.0.1:1", "");
    CHECK(pthread_atfork(before_fork, after_fork, after_fork) == 0, "registering");
    client = open_client(it->config.bytes);
    handlers_of_the_host();
    handlers_that_rest();
    threads_that_never_rest();
    a_thread_is_cancelled();
    at_exit();
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    free(refused), cases_free(&cases);
    return summary();
}
