/* A process forks while it has a client: idle, and in the middle of a call. Both processes go on. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/sandbox.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

enum { DEADLINE = 20 };

static char *config;
static uint64_t inherited;
static const struct test_case *it;

static void sign_and_verify(void) {
    uint64_t client = open_client(it->config.bytes);
    expect(ask_sign(client, it->call.bytes), CHEXIAO_OK, it->signature.bytes, "signing");
    expect(ask_verify(client, it->exchange.bytes), CHEXIAO_CLOSED, it->result.bytes, "verifying");
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
}

/* What a child does with the client it got and with one of its own. */
static void be_the_child(void) {
    uint64_t own = open_client(config);
    close_new_order(inherited, "wechat", "");
    close_new_order(own, "wechat", "");
    sign_and_verify();
    CHECK(chexiao_client_free(inherited) == CHEXIAO_OK, "freeing what was inherited");
    CHECK(chexiao_client_free(own) == CHEXIAO_OK, "freeing its own");
    CHECK(threads_settled(2) == 2, "the child has %ld threads", proc_status("Threads"));
    end_child();
}

static void fork_now(const char *what) {
    pid_t child = (pid_t)fork_child();
    if (child == 0) be_the_child();
    child_ends_well(child, DEADLINE, what);
}

static void *delayed(void *unused) {
    close_new_order(inherited, "wechat", "DELAY");
    return unused;
}

static void in_the_middle(const char *what, void *(*call)(void *), long after_us) {
    pthread_t thread;
    pthread_create(&thread, NULL, call, NULL);
    sleep_us(after_us);
    fork_now(what);
    pthread_join(thread, NULL);
    close_new_order(inherited, "wechat", "");
}

static void *sleeping(void *unused) {
    char *call = call_of("wechat", "SLEEP1"), *slow = config_of("wechat", NULL, "\"deadline_ms\":1500,");
    uint64_t client = open_client(slow);
    expect_part(ask_send(client, call), CHEXIAO_UNKNOWN, "\"reason\":\"timeout\"", "an order that sleeps");
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    free(call), free(slow);
    return unused;
}

int main(void) {
    struct cases cases = cases_read();
    it = case_named(&cases, "icbc-verify-0-2-closed");
    config = config_of("wechat", NULL, "");
    inherited = open_client(config);
    fork_now("before the first call");
    close_new_order(inherited, "wechat", "");
    fork_now("with an idle client");
    close_new_order(inherited, "wechat", "");
    in_the_middle("while another thread waits for a reply", delayed, 100000);
    in_the_middle("while another thread waits for a time-out", sleeping, 300000);
    in_the_middle("while another thread connects", delayed, 500);
    close_new_order(inherited, "wechat", "");
    CHECK(chexiao_client_free(inherited) == CHEXIAO_OK, "freeing");
    free(config), cases_free(&cases);
    return summary();
}
