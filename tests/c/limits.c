/* A process that may open hardly any descriptor opens clients and sends: errors and unknowns, no crash; and once it may open
 * more, the same client sends. Each limit in a child of its own. */
#include "kit/ask.h"
#include "kit/sandbox.h"
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

static char *over_tls, *plain;

static void limit(rlim_t descriptors) {
    struct rlimit now;
    getrlimit(RLIMIT_NOFILE, &now);
    now.rlim_cur = descriptors;
    CHECK(setrlimit(RLIMIT_NOFILE, &now) == 0, "no limit of %d", (int)descriptors);
}

static void send_under_limit(uint64_t client, int descriptors) {
    char *number = new_number("LIMIT"), *call = call_of("wechat", number);
    struct answer answer = ask_send(client, call);
    int not_sent = answer.status <= CHEXIAO_ERROR_DNS && answer.status >= CHEXIAO_ERROR_NOT_SENT;
    CHECK(not_sent || answer.status == CHEXIAO_UNKNOWN || answer.status == CHEXIAO_CLOSED, "%d descriptors: %d %.300s", descriptors,
          answer.status, answer.json);
    CHECK(answer.json != NULL, "%d descriptors: no document", descriptors);
    forget(&answer);
    free(number), free(call);
}

static void child_with(int descriptors) {
    struct answer answer = {0, NULL};
    uint64_t client = open_client(plain), tls = 0;
    int at;
    limit((rlim_t)descriptors);
    answer.status = chexiao_client_new(over_tls, CHEXIAO_NUL_TERMINATED, &tls, &answer.json);
    if (answer.status != CHEXIAO_OK) expect_part(answer, CHEXIAO_ERROR_CONFIG, "\"ca_file\"", "opening without a descriptor for ca_file");
    else forget(&answer);
    for (at = 0; at < 3; at++) {
        send_under_limit(client, descriptors);
        if (tls) send_under_limit(tls, descriptors);
    }
    limit(256);
    close_new_order(client, "wechat", "");
    if (tls) close_new_order(tls, "wechat", "");
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    if (tls) CHECK(chexiao_client_free(tls) == CHEXIAO_OK, "freeing");
    CHECK(proc_status("Threads") <= 2, "%d descriptors: %ld threads", descriptors, proc_status("Threads"));
}

int main(void) {
    int descriptors, open;
    over_tls = config_of("wechat", NULL, "\"deadline_ms\":4000,");
    plain = config_of("wechat", environment("CHEXIAO_HTTP"), "\"deadline_ms\":4000,");
    for (open = 3; open < 256; open++) close(open);
    for (descriptors = 3; descriptors <= 20; descriptors++) {
        pid_t child = (pid_t)fork_child();
        if (child == 0) {
            child_with(descriptors);
            end_child();
        }
        child_ends_well(child, 60, "a process with few descriptors");
    }
    free(over_tls), free(plain);
    return summary();
}
