/* Clients are freed while other threads use them, freed twice at once, and many are open at once. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

static const struct test_case *it;
static _Atomic uint64_t current;
static atomic_int over;
static atomic_long begun, worked, missed;

/* Right until the client is freed, an error from then on; nothing in between. */
static void right_or_gone(struct answer answer, chexiao_status status, const struct text *json) {
    int gone = answer.status == CHEXIAO_ERROR_HANDLE;
    atomic_fetch_add(gone ? &missed : &worked, 1);
    if (gone) expect_part(answer, CHEXIAO_ERROR_HANDLE, "\"handle\"", "using a freed client");
    else expect(answer, status, json->bytes, "using a client");
}

static void *use_current(void *unused) {
    while (!atomic_load(&over)) {
        atomic_fetch_add(&begun, 1);
        right_or_gone(ask_sign(atomic_load(&current), it->call.bytes), CHEXIAO_OK, &it->signature);
        right_or_gone(ask_verify(atomic_load(&current), it->exchange.bytes), CHEXIAO_CLOSED, &it->result);
        sleep_us(10); /* two processors are enough */
    }
    return unused;
}

static void until_a_call_begins(void) {
    long before = atomic_load(&begun);
    while (atomic_load(&begun) == before) sched_yield();
}

static void freed_during_calls(long races) {
    pthread_t users[3];
    unsigned random = 1;
    long race;
    size_t at;
    atomic_store(&current, open_client(it->config.bytes));
    for (at = 0; at < 3; at++) pthread_create(&users[at], NULL, use_current, NULL);
    for (race = 0; race < races; race++) {
        uint64_t old = atomic_load(&current), next = open_client(it->config.bytes);
        volatile int spin = rand_r(&random) % 20000;
        until_a_call_begins();
        while (spin > 0) spin--;
        CHECK(chexiao_client_free(old) == CHEXIAO_OK, "race %ld: freeing", race);
        if (race % 4 == 0) until_a_call_begins(); /* with a freed handle, for sure */
        atomic_store(&current, next);
    }
    atomic_store(&over, 1);
    for (at = 0; at < 3; at++) pthread_join(users[at], NULL);
    CHECK(chexiao_client_free(atomic_load(&current)) == CHEXIAO_OK, "freeing the last");
    CHECK(worked > 0 && missed > 0, "no race took place");
    note("%ld clients freed during calls: %ld calls were right, %ld met a freed client", races, (long)worked, (long)missed);
}

static void *send_delayed(void *client) {
    char *number = new_number("DELAY"), *call = call_of("wechat", number);
    struct answer answer = ask_send(*(const uint64_t *)client, call);
    if (answer.status == CHEXIAO_ERROR_HANDLE) atomic_fetch_add(&missed, 1), forget(&answer);
    else atomic_fetch_add(&worked, 1), expect_part(answer, CHEXIAO_CLOSED, "\"sent\":\"answered\"", "a client freed while it sends");
    free(number), free(call);
    return NULL;
}

static void freed_while_sending(int count) {
    char *config = config_of("wechat", NULL, "");
    uint64_t *opened = reserve((size_t)count * sizeof *opened);
    pthread_t *threads = reserve((size_t)count * sizeof *threads);
    unsigned random = 2;
    int at;
    worked = missed = 0;
    for (at = 0; at < count; at++) {
        opened[at] = open_client(config);
        pthread_create(&threads[at], NULL, send_delayed, &opened[at]);
    }
    for (at = 0; at < count; at++) {
        sleep_us(rand_r(&random) % 5000);
        CHECK(chexiao_client_free(opened[at]) == CHEXIAO_OK, "freeing while sending");
    }
    for (at = 0; at < count; at++) pthread_join(threads[at], NULL);
    CHECK(worked > 0, "no client was freed while it sent");
    note("%d clients freed while sending: %ld closed their order, %ld were freed before", count, (long)worked, (long)missed);
    free(config), free(opened), free(threads);
}

static pthread_barrier_t together;
static atomic_long freed_once;

static void *free_current(void *rounds) {
    long round;
    for (round = 0; round < *(long *)rounds; round++) {
        chexiao_status status;
        pthread_barrier_wait(&together); /* the next client is there */
        status = chexiao_client_free(atomic_load(&current));
        CHECK(status == CHEXIAO_OK || status == CHEXIAO_ERROR_HANDLE, "freeing gives %d", status);
        atomic_fetch_add(&freed_once, status == CHEXIAO_OK);
        pthread_barrier_wait(&together); /* all have tried */
    }
    return NULL;
}

static void freed_twice_at_once(long rounds) {
    pthread_t others[2];
    long round;
    pthread_barrier_init(&together, NULL, 3);
    pthread_create(&others[0], NULL, free_current, &rounds);
    pthread_create(&others[1], NULL, free_current, &rounds);
    for (round = 0; round < rounds; round++) {
        atomic_store(&current, open_client(it->config.bytes));
        pthread_barrier_wait(&together);
        pthread_barrier_wait(&together);
        CHECK(freed_once == round + 1, "after %ld clients %ld were freed", round + 1, (long)freed_once);
    }
    pthread_join(others[0], NULL);
    pthread_join(others[1], NULL);
    pthread_barrier_destroy(&together);
    note("%ld clients freed by two threads at once: by exactly one", rounds);
}

/* Processor time of a signature by each of the clients in turn, in nanoseconds. */
static double signing(const uint64_t *clients, long count, long rounds) {
    struct timespec begun, ended;
    long round;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun);
    for (round = 0; round < rounds; round++) {
        struct answer answer = ask_sign(clients[round * 7919 % count], it->call.bytes);
        if (answer.status != CHEXIAO_OK) expect(answer, CHEXIAO_OK, it->signature.bytes, "one of many clients");
        else forget(&answer);
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended);
    return ((double)(ended.tv_sec - begun.tv_sec) * 1e9 + (double)(ended.tv_nsec - begun.tv_nsec)) / (double)rounds;
}

static void many_at_once(long count) {
    uint64_t *clients = reserve((size_t)count * sizeof *clients);
    long before = proc_status("VmRSS"), kept, at;
    double few, many;
    for (at = 0; at < count; at++) clients[at] = open_client(it->config.bytes);
    kept = proc_status("VmRSS") - before;
    note("%ld clients are open: %ld KiB", count, kept);
    CHECK(!runs_under("plain") || kept < 4 * count, "%ld clients keep %ld KiB", count, kept); /* 100,000 in less than 400 MB */
    few = signing(clients, 10, 20000), many = signing(clients, count, 20000);
    note("a signature by one of 10 clients: %.0f ns, by one of %ld: %.0f ns", few, count, many);
    for (at = 0; at < count; at += 1000) {
        uint64_t old = clients[at];
        CHECK(chexiao_client_free(old) == CHEXIAO_OK, "freeing");
        clients[at] = open_client(it->config.bytes);
        CHECK(clients[at] != old && (clients[at] & 0xfffff) == (old & 0xfffff), "the slot freed last is taken by another generation");
        CHECK(chexiao_client_free(old) == CHEXIAO_ERROR_HANDLE, "the old handle frees the new client");
    }
    for (at = 0; at < count; at++) {
        CHECK(clients[at] >> 52 == 1, "a double does not hold the handle %llx", (unsigned long long)clients[at]);
        CHECK(chexiao_client_free(clients[at]) == CHEXIAO_OK, "freeing");
    }
    free(clients);
}

int main(void) {
    struct cases cases = cases_read();
    it = case_named(&cases, "wechat-verify-success-closed");
    freed_during_calls(scaled(10000, 100));
    freed_while_sending((int)scaled(256, 16));
    freed_twice_at_once(scaled(10000, 100));
    many_at_once(scaled(100000, 5000));
    cases_free(&cases);
    return summary();
}
