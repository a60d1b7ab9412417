/* Notifications: a genuine one, a changed one, what is missing from an account, what the program does wrong; 64 threads, a fork, and bodies as
 * large as they may be. */
#include "kit/ask.h"
#include "kit/check.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define ACCOUNT "\"account\":{\"app_id\":\"a\",\"app_key\":\"k\",\"mid\":\"898201612345678\""
static const char CONFIG[] = "{\"gateway\":\"chinaums\",\"environment\":\"test\"," ACCOUNT ",\"notify_key\":\"communication key\"}}";
static const char WITHOUT_KEY[] = "{\"gateway\":\"chinaums\",\"environment\":\"test\"," ACCOUNT "}}";

/* mid=898201612345678&merOrderId=C1&status=TRADE_SUCCESS&totalAmount=20&notifyId=N1&signType=SHA256&sign=…, signed with Python's hashlib. */
#define BODY "bWlkPTg5ODIwMTYxMjM0NTY3OCZtZXJPcmRlcklkPUMxJnN0YXR1cz1UUkFERV9TVUNDRVNTJnRvdGFsQW1vdW50PTIwJm5vdGlmeUlkPU4xJnNpZ25UeXBlPVNIQTI1NiZzaWduPUU1QTYyQUE5Q0E0OTFFOTc3RkY0RTJDOEM1OUI1NDE3MEYwMzU3QzlFODg2QzY0MTVFRTA4MzYyQTRDN0IwMkM="
#define CHANGED "bWlkPTg5ODIwMTYxMjM0NTY3OCZtZXJPcmRlcklkPUMxJnN0YXR1cz1UUkFERV9TVUNDRVNTJnRvdGFsQW1vdW50PTIxJm5vdGlmeUlkPU4xJnNpZ25UeXBlPVNIQTI1NiZzaWduPUU1QTYyQUE5Q0E0OTFFOTc3RkY0RTJDOEM1OUI1NDE3MEYwMzU3QzlFODg2QzY0MTVFRTA4MzYyQTRDN0IwMkM="

static void gives(uint64_t client, const char *message, chexiao_status expected, const char *part) {
    char *json = NULL;
    chexiao_status status = chexiao_verify_notification(client, message, CHEXIAO_NUL_TERMINATED, &json);
    CHECK(status == expected && json && strstr(json, part), "%s gives %d, %s", message ? message : "NULL", status, json ? json : "NULL");
    chexiao_string_free(json);
}

#define GENUINE "{\"body_base64\":\"" BODY "\"}"
#define FORGED "{\"body_base64\":\"" CHANGED "\"}"

struct work {
    uint64_t client;
    long calls;
    const char *golden;
};

static pthread_barrier_t together;

static void *hear(void *argument) {
    const struct work *work = argument;
    long call;
    pthread_barrier_wait(&together);
    for (call = 0; call < work->calls; call++) {
        struct answer answer = {0, NULL};
        answer.status = chexiao_verify_notification(work->client, GENUINE, CHEXIAO_NUL_TERMINATED, &answer.json);
        expect(answer, CHEXIAO_PAID, work->golden, "a genuine one, among 64 threads");
        gives(work->client, FORGED, CHEXIAO_UNKNOWN, "\"reason\":\"signature\"");
    }
    return NULL;
}

static void among_threads(uint64_t client, const char *golden) {
    enum { THREADS = 64 };
    pthread_t all[THREADS];
    struct work work = {client, scaled(200, 2), golden};
    int at;
    pthread_barrier_init(&together, NULL, THREADS);
    for (at = 0; at < THREADS; at++) CHECK(pthread_create(&all[at], NULL, hear, &work) == 0, "no thread");
    for (at = 0; at < THREADS; at++) pthread_join(all[at], NULL);
    pthread_barrier_destroy(&together);
    CHECK(threads_settled(1) == 1, "hearing needs no thread, but there are %ld", proc_status("Threads"));
}

static void for_ever(uint64_t client, const char *golden) {
    struct work work = {client, scaled(1000, 10), golden};
    long before, after;
    pthread_barrier_init(&together, NULL, 1);
    hear(&work);
    before = proc_status("VmRSS");
    work.calls = scaled(20000, 10);
    hear(&work);
    after = proc_status("VmRSS");
    pthread_barrier_destroy(&together);
    note("%ld notifications: RSS %ld KiB before, %ld KiB after", 2 * work.calls, before, after);
    if (runs_under("plain")) CHECK(after - before < 1024, "it grew by %ld KiB", after - before);
}

static void after_a_fork(uint64_t client, const char *golden) {
    pid_t child = (pid_t)fork_child();
    if (child == 0) {
        uint64_t own = open_client(CONFIG);
        struct work work = {client, 3, golden};
        pthread_barrier_init(&together, NULL, 1);
        hear(&work), work.client = own, hear(&work);
        CHECK(chexiao_client_free(client) == CHEXIAO_OK && chexiao_client_free(own) == CHEXIAO_OK, "freeing in the child");
        end_child();
    }
    child_ends_well(child, 20, "a child that hears");
}

/* Of `size` bytes in base64: of each three the four of `unit`. */
static char *filled(const char *unit, size_t size) {
    static const char begin[] = "{\"body_base64\":\"";
    static const char *const padding[] = {"", "YQ==", "YWE="};
    char *message = reserve(sizeof begin + size / 3 * 4 + 8), *at = message + sizeof begin - 1;
    size_t three;
    memcpy(message, begin, sizeof begin);
    for (three = 0; three < size / 3; three++, at += 4) memcpy(at, unit, 4);
    strcpy(at, padding[size % 3]);
    strcat(at, "\"}");
    return message;
}

static void large_bodies(uint64_t client) {
    static const char *const units[] = {"ICAg", "YT0x", "JiYm", "JSUl", "////", "AAAA", "W1tb", "PGE+", "Ijoi"};
    const size_t most = 1 << 20;
    size_t at;
    for (at = 0; at < sizeof units / sizeof *units; at++) {
        char *message = filled(units[at], most), *larger = filled(units[at], most + 1);
        double begun = seconds_now();
        gives(client, message, CHEXIAO_UNKNOWN, "\"evidence\":\"none\"");
        gives(client, larger, CHEXIAO_UNKNOWN, "\"reason\":\"too_large\"");
        CHECK(seconds_now() - begun < 20, "1 MiB of %s takes %.1f s", units[at], seconds_now() - begun);
        free(message), free(larger);
    }
}

int main(void) {
    uint64_t client = open_client(CONFIG), without_key = open_client(WITHOUT_KEY);
    char *golden = NULL;
    gives(client, "{\"body_base64\":\"" BODY "\"}", CHEXIAO_PAID, "\"evidence\":\"signed_bound\"");
    gives(client, "{\"url\":\"/\",\"headers\":{},\"body_base64\":\"" BODY "\"}", CHEXIAO_PAID, "\"dedupe\":\"N1\"");
    gives(client, "{\"body_base64\":\"" BODY "\",\"expect\":{\"merOrderId\":\"C1\",\"totalAmount\":\"20\"}}", CHEXIAO_PAID, "\"acknowledge\":{\"status\":200");
    gives(client, "{\"body_base64\":\"" BODY "\",\"expect\":{\"totalAmount\":\"2\"}}", CHEXIAO_UNKNOWN, "\"reason\":\"mismatch\"");
    gives(client, "{\"body_base64\":\"" CHANGED "\"}", CHEXIAO_UNKNOWN, "\"reason\":\"signature\"");
    gives(client, "{\"body_base64\":\"" CHANGED "\"}", CHEXIAO_UNKNOWN, "\"acknowledge\":null");
    gives(client, "{\"body_base64\":\"\"}", CHEXIAO_UNKNOWN, "\"reason\":\"parse\"");
    gives(client, "{\"headers\":{\"a\":\"1\",\"a\":\"2\"},\"body_base64\":\"" BODY "\"}", CHEXIAO_UNKNOWN, "\"reason\":\"input\"");
    gives(client, "", CHEXIAO_UNKNOWN, "\"reason\":\"input\"");
    gives(without_key, "{\"body_base64\":\"" BODY "\"}", CHEXIAO_ERROR_CONFIG, "\"field\":\"account.notify_key\"");
    gives(client, NULL, CHEXIAO_ERROR_NULL, "\"field\":\"message\"");
    gives(client, "\xff", CHEXIAO_UNKNOWN, "\"reason\":\"input\"");
    gives(client, "{\"headers\":{\"a\":\"caf\xe9\"},\"body_base64\":\"" BODY "\"}", CHEXIAO_UNKNOWN, "\"refuse\":{\"status\":200");
    gives(without_key, "\xff", CHEXIAO_ERROR_CONFIG, "\"field\":\"account.notify_key\"");
    gives(client + 1, "{}", CHEXIAO_ERROR_HANDLE, "\"field\":\"client\"");
    CHECK(chexiao_verify_notification(client, "{}", 2, NULL) == CHEXIAO_ERROR_NULL, "without an out");
    CHECK(chexiao_verify_notification(client, GENUINE, CHEXIAO_NUL_TERMINATED, &golden) == CHEXIAO_PAID, "a genuine one");
    among_threads(client, golden);
    for_ever(client, golden);
    after_a_fork(client, golden);
    large_bodies(client);
    chexiao_string_free(golden);
    chexiao_client_free(client);
    gives(client, GENUINE, CHEXIAO_ERROR_HANDLE, "\"field\":\"client\"");
    chexiao_client_free(without_key);
    return summary();
}
