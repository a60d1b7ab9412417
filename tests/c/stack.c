/* Threads with a small stack: sign, verify and send at all five gateways, hear, and hostile JSON. The smallest stack that works is found
 * in children, since the others die. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/posted.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the README promises to be enough. */
enum { PROMISED_KIB = 64 };

static struct cases cases;
static char *hostile[4];
static char *configs[5];

static char *repeated(const char *unit, size_t times, const char *end) {
    size_t length = strlen(unit), at;
    char *text = reserve(length * times + strlen(end) + 1);
    for (at = 0; at < times; at++) memcpy(text + at * length, unit, length);
    strcpy(text + length * times, end);
    return text;
}

static void make_hostile(void) {
    char *inner = repeated("[", 29, "1");
    char *closed = repeated("]", 29, "");
    hostile[0] = repeated("[", 65536, "");
    hostile[1] = repeated("{\"a\":", 20000, "1");
    hostile[2] = text_of("{\"operation\":\"close\",\"order\":{\"a\":%s%s}}", inner, closed);
    free(inner), free(closed);
    inner = repeated("[],", 9000, "[]");
    hostile[3] = text_of("{\"operation\":\"close\",\"order\":[%s]}", inner);
    free(inner);
}

static void hostile_input(uint64_t client) {
    size_t at;
    for (at = 0; at < 4; at++) {
        struct answer opened = {0, NULL};
        uint64_t none = 1;
        expect_part(ask_sign(client, hostile[at]), CHEXIAO_ERROR_CALL, "{", "signing hostile JSON");
        expect_part(ask_send(client, hostile[at]), CHEXIAO_ERROR_CALL, "{", "sending hostile JSON");
        expect_part(ask_verify(client, hostile[at]), CHEXIAO_UNKNOWN, "\"reason\":\"input\"", "verifying hostile JSON");
        opened.status = chexiao_verify_notification(client, hostile[at], CHEXIAO_NUL_TERMINATED, &opened.json);
        CHECK(opened.status == CHEXIAO_UNKNOWN || opened.status == CHEXIAO_ERROR_CONFIG, "hearing hostile JSON: %d", opened.status);
        forget(&opened);
        opened.status = chexiao_client_new(hostile[at], CHEXIAO_NUL_TERMINATED, &none, &opened.json);
        expect_part(opened, CHEXIAO_ERROR_CONFIG, "{", "opening hostile JSON");
    }
}

static void vector(const char *id) {
    const struct test_case *it = case_named(&cases, id);
    uint64_t client = open_client(it->config.bytes);
    expect(ask_sign(client, it->call.bytes), CHEXIAO_OK, it->signature.bytes, id);
    expect(ask_verify(client, it->exchange.bytes), CHEXIAO_CLOSED, it->result.bytes, id);
    hostile_input(client);
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
}

static void notification(void) {
    uint64_t client = open_client(case_named(&cases, "wechat-verify-success-closed")->config.bytes);
    struct answer heard = {0, NULL};
    heard.status = chexiao_verify_notification(client, POSTED_WECHAT, CHEXIAO_NUL_TERMINATED, &heard.json);
    expect_part(heard, CHEXIAO_PAID, "\"evidence\":\"signed_bound\"", "hearing");
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
}

static void *everything(void *unused) {
    size_t at;
    notification();
    vector("icbc-verify-0-2-closed");
    vector("ysepay-verify-10000-SUCCESS-closed");
    vector("wechat-verify-success-closed");
    vector("edgeros-verify-200-SUCCESS-closed");
    vector("chinaums-verify-SUCCESS-TRADE_CLOSED");
    for (at = 0; at < 5; at++) {
        uint64_t client = open_client(configs[at]);
        close_new_order(client, GATEWAYS[at], "");
        close_new_order(client, GATEWAYS[at], ""); /* on the connection of the first, where that is kept */
        CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    }
    return unused;
}

/* 0 if all went well; the wait status otherwise. */
static int on_stack_of(size_t kib) {
    int status = 0;
    pid_t child;
    child = (pid_t)fork_child();
    if (child == 0) {
        pthread_attr_t attributes;
        pthread_t thread;
        pthread_attr_init(&attributes);
        if (pthread_attr_setstacksize(&attributes, kib * 1024) != 0 || pthread_create(&thread, &attributes, everything, NULL) != 0) _exit(77);
        pthread_join(thread, NULL);
        end_child();
    }
    waitpid(child, &status, 0);
    return status;
}

int main(void) {
    static const size_t sizes[] = {16, 20, 24, 32, 40, 48, 64, 96, 128, 256};
    size_t at, smallest = 0;
    cases = cases_read();
    make_hostile();
    for (at = 0; at < 5; at++) configs[at] = config_of(GATEWAYS[at], NULL, "");
    if (runs_under("plain") || runs_under("static")) {
        for (at = 0; at < sizeof sizes / sizeof *sizes && smallest == 0; at++)
            if (on_stack_of(sizes[at]) == 0) smallest = sizes[at];
        note("the smallest stack that works: %zu KiB", smallest);
        CHECK(on_stack_of(PROMISED_KIB) == 0, "a stack of %d KiB is not enough", PROMISED_KIB);
    } else {
        CHECK(on_stack_of(1024) == 0, "a stack of 1 MiB, under a checker, is not enough");
    }
    for (at = 0; at < 5; at++) free(configs[at]);
    for (at = 0; at < 4; at++) free(hostile[at]);
    cases_free(&cases);
    return summary();
}
