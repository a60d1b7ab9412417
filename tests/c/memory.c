/* Opening, signing, verifying and freeing for ever takes no more memory: less than 1 MiB over 100,000 rounds with a keyed-hash
 * account and 20,000 with an RSA account, after a warm-up. */
#include "kit/ask.h"
#include "kit/cases.h"

static void rounds(const struct test_case *it, long count) {
    long round;
    for (round = 0; round < count; round++) {
        uint64_t client = open_client(it->config.bytes);
        expect(ask_sign(client, it->call.bytes), CHEXIAO_OK, it->signature.bytes, "signing");
        expect(ask_verify(client, it->exchange.bytes), CHEXIAO_CLOSED, it->result.bytes, "verifying");
        CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    }
}

static void grows_little(const struct cases *cases, const char *id, long count) {
    const struct test_case *it = case_named(cases, id);
    long before, after;
    double start;
    rounds(it, count / 10 + 50);
    before = proc_status("VmRSS");
    start = seconds_now();
    rounds(it, count);
    after = proc_status("VmRSS");
    note("%s: %ld rounds in %.1f s, RSS %ld KiB before, %ld KiB after", id, count, seconds_now() - start, before, after);
    /* The checkers keep what was freed for a while: there, their leak check is the test. */
    if (runs_under("plain") || runs_under("static")) CHECK(after - before < 1024, "it grew by %ld KiB", after - before);
}

int main(void) {
    struct cases cases = cases_read();
    grows_little(&cases, "wechat-verify-success-closed", scaled(100000, 100));
    grows_little(&cases, "icbc-verify-0-2-closed", scaled(20000, 20));
    cases_free(&cases);
    return summary();
}
