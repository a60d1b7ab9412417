/* A process forks while it has a client: idle, and in the middle of a call. Both processes go on. */
#include "kit/child.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

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
    /* A thread of the host may still be allocating then, and AddressSanitizer's allocator keeps its locks over a fork. */
    if (!runs_under("asan")) in_the_middle("while another thread connects", delayed, 500);
    close_new_order(inherited, "wechat", "");
    CHECK(chexiao_client_free(inherited) == CHEXIAO_OK, "freeing");
    free(config), cases_free(&cases);
    return summary();
}
