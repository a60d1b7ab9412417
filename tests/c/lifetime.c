/* Clients are freed while other threads use them, freed twice at once, and opened until there is no room. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

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

static void opened_until_full(void) {
    enum { ROOM = 4096 };
    static uint64_t clients[ROOM];
    long before = proc_status("VmRSS");
    uint64_t client = 1;
    struct answer answer = {0, NULL};
    int at;
    for (at = 0; at < ROOM; at++) clients[at] = open_client(it->config.bytes);
    note("%d clients are open: %ld KiB each", ROOM, (proc_status("VmRSS") - before) / ROOM);
    answer.status = chexiao_client_new(it->config.bytes, CHEXIAO_NUL_TERMINATED, &client, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_HANDLE, "4096 clients are open", "the client too many");
    CHECK(client == 0, "its handle is %llx", (unsigned long long)client);
    for (at = 0; at < ROOM; at += 1000) {
        uint64_t old = clients[at];
        CHECK(chexiao_client_free(old) == CHEXIAO_OK, "freeing");
        clients[at] = open_client(it->config.bytes);
        CHECK(clients[at] != old && (clients[at] & 0xffff) == (old & 0xffff), "the only free slot is taken with a new serial number");
        CHECK(chexiao_client_free(old) == CHEXIAO_ERROR_HANDLE, "the old handle frees the new client");
    }
    for (at = 0; at < ROOM; at++) CHECK(chexiao_client_free(clients[at]) == CHEXIAO_OK, "freeing");
}

int main(void) {
    struct cases cases = cases_read();
    it = case_named(&cases, "wechat-verify-success-closed");
    freed_during_calls(scaled(10000, 100));
    freed_while_sending((int)scaled(256, 16));
    freed_twice_at_once(scaled(10000, 100));
    opened_until_full();
    cases_free(&cases);
    return summary();
}
