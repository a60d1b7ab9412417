/* Many calls from one thread: everything that can be done wrong with a queue, poll, forks, signals, deadlines, and each tag once. */
#include "kit/ask.h"
#include "kit/sandbox.h"
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

enum { CALLS = 64, DEADLINE = 30, LONG_MS = 20000 };

static uint64_t client;

static uint64_t open_queue(uint32_t capacity) {
    uint64_t queue = 1;
    struct answer answer;
    answer.status = chexiao_queue_new(capacity, &queue, &answer.json);
    CHECK((answer.status == CHEXIAO_OK) == (queue != 0), "status %d with the queue %llx", answer.status, (unsigned long long)queue);
    expect(answer, CHEXIAO_OK, "{}", "opening a queue");
    return queue;
}

static struct answer submit(uint64_t queue, uint64_t to, uint64_t tag, const char *call) {
    struct answer answer;
    answer.status = chexiao_queue_submit(queue, to, tag, call, CHEXIAO_NUL_TERMINATED, &answer.json);
    return answer;
}

static void submit_order(uint64_t queue, uint64_t to, uint64_t tag, const char *prefix) {
    char *number = new_number(prefix), *call = call_of("wechat", number);
    expect(submit(queue, to, tag, call), CHEXIAO_OK, "{}", "submitting");
    free(number), free(call);
}

/* What a call ended with; json NULL: none has finished in time. */
static struct answer take(uint64_t queue, uint32_t timeout_ms, uint64_t *tag) {
    struct answer answer = {77, (char *)-1};
    chexiao_status status = chexiao_queue_take(queue, timeout_ms, tag, &answer.status, &answer.json);
    CHECK(status == CHEXIAO_OK, "taking gives %d", status);
    CHECK(answer.json || (*tag == 0 && answer.status == CHEXIAO_OK), "nothing, with the tag %llx and %d", (unsigned long long)*tag, answer.status);
    return answer;
}

static void expect_take(uint64_t queue, uint64_t tag, chexiao_status status, const char *part, const char *what) {
    uint64_t found = 77;
    struct answer answer = take(queue, LONG_MS, &found);
    CHECK(found == tag, "%s: the tag %llx, not %llx", what, (unsigned long long)found, (unsigned long long)tag);
    expect_part(answer, status, part, what);
}

static void free_queue(uint64_t queue, const char *left) {
    struct answer answer;
    answer.status = chexiao_queue_free(queue, &answer.json);
    expect(answer, CHEXIAO_OK, left, "freeing a queue");
}

static int fd_of(uint64_t queue) {
    int fd = 77;
    struct answer answer;
    answer.status = chexiao_queue_fd(queue, &fd, &answer.json);
    expect(answer, CHEXIAO_OK, "{}", "asking for a descriptor");
    CHECK(fd > 2, "the descriptor is %d", fd);
    return fd;
}

static int rings(int fd, int timeout_ms) {
    struct pollfd polled = {fd, POLLIN, 0};
    return poll(&polled, 1, timeout_ms) == 1 && (polled.revents & POLLIN);
}

static void wrong_parameters(void) {
    static const uint64_t forged[] = {0, 1, UINT64_MAX, 1ull << 52, 1ull << 53};
    char *call = call_of("wechat", "WRONG1");
    uint64_t queue = open_queue(4), other, tag = 77;
    size_t at;
    int fd = 77;
    struct answer answer;
    for (at = 0; at < 2; at++) {
        other = 77;
        answer.status = chexiao_queue_new(at ? (1u << 20) + 1 : 0, &other, &answer.json);
        expect_part(answer, CHEXIAO_ERROR_CONFIG, "\"capacity\"", "a queue of no size");
        CHECK(other == 0, "the handle of no queue is %llx", (unsigned long long)other);
    }
    answer.status = chexiao_queue_new(4, NULL, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_NULL, "\"queue\"", "nowhere to put a queue");
    CHECK(chexiao_queue_new(4, &other, NULL) == CHEXIAO_ERROR_NULL && other == 0, "no out");
    for (at = 0; at < sizeof forged / sizeof *forged + 2; at++) {
        uint64_t no_queue = at < 5 ? forged[at] : at == 5 ? client : queue ^ 1ull << 21;
        uint64_t no_client = at < 5 ? forged[at] : at == 5 ? queue : client ^ 1ull << 21;
        expect_part(submit(no_queue, client, 1, call), CHEXIAO_ERROR_HANDLE, "\"queue\"", "submitting to no queue");
        expect_part(submit(queue, no_client, 1, call), CHEXIAO_ERROR_HANDLE, "\"client\"", "submitting for no client");
        CHECK(chexiao_queue_take(no_queue, 0, &tag, &answer.status, &answer.json) == CHEXIAO_ERROR_HANDLE && tag == 0, "taking from no queue");
        expect_part(answer, CHEXIAO_OK, "\"error\":\"handle\"", "taking from no queue");
        answer.status = chexiao_queue_fd(no_queue, &fd, &answer.json);
        expect_part(answer, CHEXIAO_ERROR_HANDLE, "\"queue\"", "a descriptor of no queue");
        CHECK(fd == -1, "the descriptor of no queue is %d", fd);
        answer.status = chexiao_queue_free(no_queue, &answer.json);
        expect_part(answer, CHEXIAO_ERROR_HANDLE, "\"queue\"", "freeing no queue");
        CHECK(chexiao_client_free(no_client) == CHEXIAO_ERROR_HANDLE, "freeing what is no client");
    }
    expect_part(submit(queue, client, 1, NULL), CHEXIAO_ERROR_NULL, "\"call\"", "no call");
    expect_part(submit(queue, client, 1, "\xff"), CHEXIAO_ERROR_UTF8, "\"call\"", "a call that is no text");
    answer.status = chexiao_queue_submit(queue, client, 1, call, SIZE_MAX / 2 + 1, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_UTF8, "\"call\"", "an impossible length");
    CHECK(chexiao_queue_submit(queue, client, 1, call, CHEXIAO_NUL_TERMINATED, NULL) == CHEXIAO_ERROR_NULL, "submitting without an out");
    expect(submit(queue, client, 5, "nonsense"), CHEXIAO_OK, "{}", "a call that is wrong is in the queue");
    CHECK(chexiao_queue_take(queue, 0, NULL, &answer.status, &answer.json) == CHEXIAO_ERROR_NULL, "taking without a tag");
    chexiao_string_free(answer.json);
    CHECK(chexiao_queue_take(queue, 0, &tag, NULL, &answer.json) == CHEXIAO_ERROR_NULL, "taking without a status");
    chexiao_string_free(answer.json);
    CHECK(chexiao_queue_take(queue, 0, &tag, &answer.status, NULL) == CHEXIAO_ERROR_NULL, "taking without an out");
    answer.status = chexiao_queue_fd(queue, NULL, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_NULL, "\"fd\"", "nowhere to put a descriptor");
    CHECK(chexiao_queue_fd(queue, &fd, NULL) == CHEXIAO_ERROR_NULL && chexiao_queue_free(queue, NULL) == CHEXIAO_ERROR_NULL, "no out");
    expect_take(queue, 5, CHEXIAO_ERROR_CALL, "\"error\":\"call\"", "and what was wrong with it comes back, after all that");
    CHECK(take(queue, 0, &tag).json == NULL, "nothing else was submitted");
    free_queue(queue, "[]");
    answer.status = chexiao_queue_free(queue, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_HANDLE, "freed before", "freeing twice");
    free(call);
}

static void many_from_one_thread(void) {
    uint64_t queue = open_queue(CALLS), tag;
    int seen[CALLS] = {0}, at;
    double start = seconds_now();
    for (at = 0; at < CALLS; at++) submit_order(queue, client, (uint64_t)at << 50 | 7, "DELAY");
    expect_part(submit(queue, client, 1, "{}"), CHEXIAO_ERROR_NOT_SENT, "is full", "one too many");
    for (at = 0; at < CALLS; at++) {
        struct answer answer = take(queue, LONG_MS, &tag);
        CHECK((tag & 0xff) == 7 && tag >> 50 < CALLS && seen[tag >> 50]++ == 0, "the tag %llx", (unsigned long long)tag);
        expect_part(answer, CHEXIAO_CLOSED, "\"sent\":\"answered\"", "one of many");
    }
    CHECK(take(queue, 0, &tag).json == NULL, "one too many came back");
    note("%d delayed calls from one thread in %.1f s; the process has %ld threads", CALLS, seconds_now() - start, proc_status("Threads"));
    CHECK(threads_settled(2) == 2, "%ld threads; this one and one for I/O are enough", proc_status("Threads"));
    free_queue(queue, "[]");
}

static void polled(void) {
    uint64_t queue = open_queue(4), tag;
    char byte[8];
    int fd = fd_of(queue), round;
    CHECK(fd_of(queue) == fd && !rings(fd, 0), "it rings for nothing");
    CHECK(fcntl(fd, F_GETFD) & FD_CLOEXEC, "a program that is started inherits it");
    for (round = 0; round < 5; round++) {
        submit_order(queue, client, 1, round % 2 ? "DELAY" : "");
        CHECK(rings(fd, LONG_MS) && rings(fd, 0), "it does not ring, or not until something is taken");
        expect_take(queue, 1, CHEXIAO_CLOSED, "{", "what it rang for");
        CHECK(take(queue, 0, &tag).json == NULL && !rings(fd, 0), "it rings on");
    }
    expect(submit(queue, client, 2, "nonsense"), CHEXIAO_OK, "{}", "submitting");
    CHECK(rings(fd, 0), "what is known at once does not ring");
    /* Against the page: read, and then closed. Nothing is lost but the ring; and whatever has its number next is left alone. */
    CHECK(read(fd, byte, sizeof byte) == 8 && !rings(fd, 0), "reading");
    expect_take(queue, 2, CHEXIAO_ERROR_CALL, "{", "what was rung for");
    submit_order(queue, client, 3, "");
    CHECK(rings(fd, LONG_MS), "it rings no more");
    expect_take(queue, 3, CHEXIAO_CLOSED, "{", "what it rang for");
    free_queue(queue, "[]");
    CHECK(fcntl(fd, F_GETFD) == -1, "it is open after its queue");
}

static void a_stranger_has_its_number(void) {
    uint64_t queue = open_queue(4);
    int fd = fd_of(queue), ends[2];
    char byte = 0;
    CHECK(close(fd) == 0 && pipe(ends) == 0 && dup2(ends[0], fd) == fd, "a pipe in its place");
    CHECK(write(ends[1], "x", 1) == 1, "writing");
    expect(submit(queue, client, 1, "nonsense"), CHEXIAO_OK, "{}", "submitting");
    expect_take(queue, 1, CHEXIAO_ERROR_CALL, "{", "taking");
    CHECK(read(fd, &byte, 1) == 1 && byte == 'x', "the pipe was read");
    free_queue(queue, "[]");
    close(ends[0]), close(ends[1]);
}

static void freed_in_the_midst(void) {
    char *slow = config_of("wechat", "http://127.0.0.1:9", "\"deadline_ms\":20000,"), *call = call_of("wechat", "NEVER1");
    uint64_t queue = open_queue(8), soon = open_client(slow);
    struct answer answer;
    submit_order(queue, client, 1, "SLEEP");
    submit_order(queue, client, 2, "");
    expect(submit(queue, soon, 3, call), CHEXIAO_OK, "{}", "submitting");
    CHECK(chexiao_client_free(soon) == CHEXIAO_OK, "freeing the client of a call that is under way");
    expect(submit(queue, client, 4, "nonsense"), CHEXIAO_OK, "{}", "submitting");
    sleep_us(2000000);
    answer.status = chexiao_queue_free(queue, &answer.json);
    CHECK(answer.json && strstr(answer.json, "{\"tag\":1,\"status\":9,\"document\":{\"outcome\":\"unknown\"") && strstr(answer.json, "\"interrupted\""), "%s", answer.json);
    CHECK(answer.json && strstr(answer.json, "{\"tag\":2,\"status\":1,"), "%s", answer.json);
    CHECK(answer.json && strstr(answer.json, "{\"tag\":3,\"status\":-21,"), "%s", answer.json);
    CHECK(answer.json && strstr(answer.json, "{\"tag\":4,\"status\":-10,"), "%s", answer.json);
    forget(&answer);
    free(slow), free(call);
}

static void deadlines(void) {
    char *short_one = config_of("wechat", NULL, "\"deadline_ms\":1500,");
    uint64_t queue = open_queue(8), hasty = open_client(short_one), tag;
    double start = seconds_now();
    submit_order(queue, hasty, 1, "SLEEP");
    CHECK(take(queue, 50, &tag).json == NULL && seconds_now() - start < 1.4, "a take that waits too long");
    expect_take(queue, 1, CHEXIAO_UNKNOWN, "\"reason\":\"timeout\"", "at its deadline");
    CHECK(seconds_now() - start > 1.4 && (runs_under("valgrind") || seconds_now() - start < 4), "after %.3f s", seconds_now() - start);
    submit_order(queue, hasty, 2, "SLEEP");
    CHECK(rings(fd_of(queue), LONG_MS), "a deadline does not ring");
    sleep_us(500000);
    expect_take(queue, 2, CHEXIAO_UNKNOWN, "\"reason\":\"timeout\"", "long after its deadline");
    free_queue(queue, "[]");
    CHECK(chexiao_client_free(hasty) == CHEXIAO_OK, "freeing");
    free(short_one);
}

struct shared {
    uint64_t queue;
    atomic_long taken, accepted, refused;
};

static void *take_all(void *argument) {
    struct shared *shared = argument;
    for (;;) {
        uint64_t tag;
        struct answer answer;
        chexiao_status status = chexiao_queue_take(shared->queue, LONG_MS, &tag, &answer.status, &answer.json);
        chexiao_string_free(answer.json);
        if (status == CHEXIAO_ERROR_HANDLE) return NULL;
        CHECK(status == CHEXIAO_OK && tag == 9, "taking gives %d and the tag %llx", status, (unsigned long long)tag);
        atomic_fetch_add(&shared->taken, 1);
    }
}

static void *submit_all(void *argument) {
    struct shared *shared = argument;
    for (;;) {
        char *number = new_number(""), *call = call_of("wechat", number);
        struct answer answer = submit(shared->queue, client, 9, call);
        chexiao_status status = answer.status;
        forget(&answer), free(number), free(call);
        if (status == CHEXIAO_ERROR_HANDLE) return NULL;
        CHECK(status == CHEXIAO_OK || status == CHEXIAO_ERROR_NOT_SENT, "submitting gives %d", status);
        atomic_fetch_add(status == CHEXIAO_OK ? &shared->accepted : &shared->refused, 1);
        if (status != CHEXIAO_OK) sleep_us(1000);
    }
}

static long tags_in(const char *json) {
    long count = 0;
    while ((json = strstr(json, "{\"tag\":9,"))) count++, json++;
    return count;
}

/* Two threads submit, two take, and the queue is freed in their midst: what was accepted came back, once. */
static void freed_while_threads_use_it(long rounds) {
    long round, accepted = 0, left = 0;
    for (round = 0; round < rounds && all_well(); round++) {
        struct shared shared = {open_queue(16), 0, 0, 0};
        pthread_t threads[4];
        struct answer answer;
        double end = seconds_now() + 10;
        int at;
        for (at = 0; at < 4; at++) pthread_create(&threads[at], NULL, at % 2 ? take_all : submit_all, &shared);
        while (shared.accepted <= round % 32 && seconds_now() < end) sleep_us(100);
        answer.status = chexiao_queue_free(shared.queue, &answer.json);
        for (at = 0; at < 4; at++) pthread_join(threads[at], NULL);
        CHECK(answer.json && tags_in(answer.json) + shared.taken == shared.accepted, "%ld accepted, %ld taken, %ld left", (long)shared.accepted,
              (long)shared.taken, answer.json ? tags_in(answer.json) : -1);
        accepted += shared.accepted, left += answer.json ? tags_in(answer.json) : 0;
        expect(answer, CHEXIAO_OK, NULL, "freeing in the midst");
    }
    CHECK(accepted > 0, "nothing was accepted");
    note("%ld queues freed while 4 threads used them: %ld calls, %ld of them were left", rounds, accepted, left);
}

static atomic_long alarms;

static void count_alarm(int signal) {
    (void)signal;
    atomic_fetch_add(&alarms, 1);
}

static void among_signals(long calls) {
    struct sigaction counted = {.sa_handler = count_alarm};
    struct itimerval every_ms = {{0, 1000}, {0, 1000}}, never = {{0, 0}, {0, 0}};
    uint64_t queue = open_queue(8);
    long call;
    sigaction(SIGALRM, &counted, NULL);
    setitimer(ITIMER_REAL, &every_ms, NULL);
    for (call = 0; call < calls; call++) {
        submit_order(queue, client, (uint64_t)call, call % 8 ? "" : "DELAY");
        expect_take(queue, (uint64_t)call, CHEXIAO_CLOSED, "{", "among signals");
    }
    /* The handler stays: one may be on its way. */
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(alarms > 0, "no signal came");
    free_queue(queue, "[]");
}

/* The parent's calls are the parent's: the child finds the queue empty, and uses it. */
static void forked(void) {
    uint64_t queue = open_queue(2), tag;
    int fd = fd_of(queue);
    long child;
    submit_order(queue, client, 1, "DELAY");
    submit_order(queue, client, 2, "DELAY");
    child = fork_child();
    if (child == 0) {
        int own = fd_of(queue);
        CHECK(own != fd && !rings(own, 0), "the child has its parent's descriptor");
        CHECK(take(queue, 0, &tag).json == NULL, "the child has its parent's calls");
        submit_order(queue, client, 3, "");
        CHECK(rings(own, LONG_MS), "the child's does not ring");
        expect_take(queue, 3, CHEXIAO_CLOSED, "{", "in the child");
        submit_order(queue, client, 4, "SLEEP");
        sleep_us(100000);
        free_queue(queue, NULL);
        CHECK(threads_settled(2) == 2, "the child has %ld threads", proc_status("Threads"));
        end_child();
    }
    child_ends_well(child, DEADLINE, "a child with a queue");
    CHECK(rings(fd, LONG_MS), "the parent's does not ring");
    expect(take(queue, LONG_MS, &tag), CHEXIAO_CLOSED, NULL, "one of the parent's");
    expect(take(queue, LONG_MS, &tag), CHEXIAO_CLOSED, NULL, "the other one");
    free_queue(queue, "[]");
}

/* A fork among threads that submit and take: the child works on, whatever they held. */
static void forked_while_threads_use_it(long forks) {
    struct shared shared = {open_queue(16), 0, 0, 0};
    pthread_t threads[2];
    struct answer answer;
    long at;
    pthread_create(&threads[0], NULL, submit_all, &shared);
    pthread_create(&threads[1], NULL, take_all, &shared);
    for (at = 0; at < forks && all_well(); at++) {
        long child = fork_child();
        if (child == 0) {
            submit_order(shared.queue, client, 5, "");
            expect_take(shared.queue, 5, CHEXIAO_CLOSED, "{", "in the child");
            free_queue(shared.queue, "[]");
            end_child();
        }
        child_ends_well(child, DEADLINE, "a child of busy threads");
    }
    answer.status = chexiao_queue_free(shared.queue, &answer.json);
    for (at = 0; at < 2; at++) pthread_join(threads[at], NULL);
    CHECK(answer.json && tags_in(answer.json) + shared.taken == shared.accepted, "%ld accepted, %ld taken", (long)shared.accepted, (long)shared.taken);
    expect(answer, CHEXIAO_OK, NULL, "freeing");
}

static void queues_come_and_go(long count) {
    long before = open_descriptors(), at;
    uint64_t last = 0;
    for (at = 0; at < count; at++) {
        uint64_t queue = open_queue(1);
        CHECK(queue != last && queue >> 52 == 1, "the queue %llx after %llx", (unsigned long long)queue, (unsigned long long)last);
        fd_of(queue);
        free_queue(queue, "[]");
        last = queue;
    }
    CHECK(open_descriptors() <= before, "%ld descriptors, before: %ld", open_descriptors(), before);
}

int main(void) {
    char *config = config_of("wechat", NULL, "\"deadline_ms\":20000,");
    client = open_client(config);
    wrong_parameters();
    many_from_one_thread();
    polled();
    a_stranger_has_its_number();
    freed_in_the_midst();
    deadlines();
    among_signals(scaled(200, 8));
    queues_come_and_go(scaled(10000, 100));
    freed_while_threads_use_it(scaled(20, 2));
    if (!runs_under("valgrind")) forked();
    if (runs_under("plain")) forked_while_threads_use_it(10);
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    free(config);
    return summary();
}
