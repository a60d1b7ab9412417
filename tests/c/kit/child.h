/* What a forked child does with the client it got and with one of its own, before it ends. */
#ifndef KIT_CHILD_H
#define KIT_CHILD_H

#include "ask.h"
#include "cases.h"
#include "sandbox.h"
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

#endif
