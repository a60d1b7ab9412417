/* Threads submit, take, free queues and clients and fork, all at random: each call that was accepted comes back once.
 * CHEXIAO_SUBMISSIONS: how many, if not few (`make queue-stress`). */
#include "kit/ask.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { QUEUES = 4, THREADS = 3, CAPACITY = 64, CHILD_SECONDS = 60 };
enum { NEW, IN, REFUSED, BACK };

static long wanted;
static atomic_uchar *state; /* of each tag */
static atomic_long next_tag, frees, forks, came_back, outcomes;
static _Atomic uint64_t queues[QUEUES], clients[3];
static char *configs[3];

static unsigned random_of(unsigned *seed, unsigned below) { return (unsigned)rand_r(seed) / 7 % below; }

static void back(uint64_t tag, chexiao_status status) {
    CHECK(tag < (uint64_t)wanted && atomic_exchange(&state[tag], BACK) == IN, "the tag %llx comes back", (unsigned long long)tag);
    CHECK(status != 0, "the tag %llx with 0", (unsigned long long)tag);
    atomic_fetch_add(&came_back, 1);
    atomic_fetch_add(&outcomes, status > 0);
}

static void take_some(unsigned *seed) {
    uint64_t queue = queues[random_of(seed, QUEUES)], tag;
    int most = 1 + (int)random_of(seed, CAPACITY);
    struct answer answer = {0, NULL};
    while (most-- > 0 && chexiao_queue_take(queue, random_of(seed, 3), &tag, &answer.status, &answer.json) == CHEXIAO_OK && answer.json) {
        back(tag, answer.status);
        forget(&answer);
    }
    forget(&answer);
}

static void submit_one(unsigned *seed) {
    long tag = atomic_fetch_add(&next_tag, 1);
    char number[64], *call;
    struct answer answer;
    if (tag >= wanted) return;
    snprintf(number, sizeof number, "%s%ldX%ld", random_of(seed, 50) ? "" : "SLEEP", (long)getpid(), tag);
    call = random_of(seed, 4) == 0 ? text_of("no call") : call_of("wechat", number);
    state[tag] = IN;
    answer.status = chexiao_queue_submit(queues[random_of(seed, QUEUES)], clients[random_of(seed, 3)], (uint64_t)tag, call, CHEXIAO_NUL_TERMINATED, &answer.json);
    CHECK(answer.status == CHEXIAO_OK || answer.status == CHEXIAO_ERROR_NOT_SENT || answer.status == CHEXIAO_ERROR_HANDLE, "submitting gives %d", answer.status);
    if (answer.status != CHEXIAO_OK) CHECK(atomic_exchange(&state[tag], REFUSED) == IN, "the tag of a call that was refused");
    if (answer.status == CHEXIAO_ERROR_NOT_SENT) take_some(seed);
    forget(&answer);
    free(call);
}

static uint64_t a_queue(void) {
    uint64_t queue = 0;
    char *json = NULL;
    CHECK(chexiao_queue_new(CAPACITY, &queue, &json) == CHEXIAO_OK, "%s", json ? json : "");
    chexiao_string_free(json);
    return queue;
}

static void end_queue(uint64_t queue) {
    struct answer answer;
    const char *at;
    answer.status = chexiao_queue_free(queue, &answer.json);
    CHECK(answer.status == CHEXIAO_OK && answer.json, "freeing gives %d", answer.status);
    for (at = answer.json; at && (at = strstr(at, "{\"tag\":")); at++) {
        char *behind;
        uint64_t tag = strtoull(at + 7, &behind, 10);
        back(tag, (chexiao_status)strtol(behind + strlen(",\"status\":"), NULL, 10));
    }
    forget(&answer);
    atomic_fetch_add(&frees, 1);
}

static void free_client(unsigned which) {
    char *json = NULL;
    uint64_t fresh = 0;
    CHECK(chexiao_client_new(configs[which], CHEXIAO_NUL_TERMINATED, &fresh, &json) == CHEXIAO_OK, "%s", json ? json : "");
    chexiao_string_free(json);
    CHECK(chexiao_client_free(atomic_exchange(&clients[which], fresh)) == CHEXIAO_OK, "freeing a client");
}

static void fork_once(void) {
    long child = fork_child();
    if (child == 0) {
        uint64_t tag;
        struct answer answer = {0, NULL};
        uint64_t queue = queues[0];
        if (chexiao_queue_submit(queue, clients[0], 5, "no call", CHEXIAO_NUL_TERMINATED, &answer.json) == CHEXIAO_OK) {
            forget(&answer);
            CHECK(chexiao_queue_take(queue, 0, &tag, &answer.status, &answer.json) == CHEXIAO_OK && tag == 5, "the child takes its own");
        }
        forget(&answer);
        end_child();
    }
    child_ends_well(child, CHILD_SECONDS, "a child in the midst");
    atomic_fetch_add(&forks, 1);
}

static void *at_random(void *argument) {
    unsigned seed = (unsigned)(uintptr_t)argument;
    while (next_tag < wanted && all_well()) {
        unsigned choice = random_of(&seed, 2000);
        if (choice == 0) end_queue(atomic_exchange(&queues[random_of(&seed, QUEUES)], a_queue()));
        else if (choice == 1) free_client(random_of(&seed, 3));
        else if (choice == 2 && random_of(&seed, 4) == 0) fork_once();
        else if (choice < 1700) submit_one(&seed);
        else take_some(&seed);
    }
    return NULL;
}

int main(void) {
    const char *many = getenv("CHEXIAO_SUBMISSIONS");
    pthread_t threads[THREADS];
    double start = seconds_now();
    long at, left = 0, refused = 0;
    wanted = many ? atol(many) : scaled(5000, 500);
    state = calloc((size_t)wanted, 1);
    configs[0] = config_of("wechat", NULL, "");
    configs[1] = config_of("wechat", NULL, "\"deadline_ms\":5,");
    configs[2] = config_of("wechat", "http://127.0.0.1:9", "\"deadline_ms\":500,");
    for (at = 0; at < 3; at++) clients[at] = open_client(configs[at]);
    for (at = 0; at < QUEUES; at++) queues[at] = a_queue();
    for (at = 0; at < THREADS; at++) pthread_create(&threads[at], NULL, at_random, (void *)(uintptr_t)(at + 1));
    for (at = 0; at < THREADS; at++) pthread_join(threads[at], NULL);
    for (at = 0; at < QUEUES; at++) end_queue(queues[at]);
    for (at = 0; at < 3; at++) CHECK(chexiao_client_free(clients[at]) == CHEXIAO_OK, "freeing"), free(configs[at]);
    for (at = 0; at < wanted; at++) left += state[at] == IN, refused += state[at] == REFUSED;
    CHECK(left == 0, "%ld calls never came back", left);
    CHECK(came_back > 0 && outcomes > 0, "%ld calls came back, %ld with an outcome", (long)came_back, (long)outcomes);
    note("%ld submissions in %.1f s: %ld refused, %ld came back, %ld with an outcome; %ld queues freed, %ld forks", wanted, seconds_now() - start, refused,
         (long)came_back, (long)outcomes, (long)frees, (long)forks);
    free((void *)state);
    return summary();
}
