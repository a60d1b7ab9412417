/* Every sign, verify, answer and refuse vector, or every file of the key corpus in each of its roles: the C interface answers with the status and, byte for byte, the JSON of the Rust API.
 * Texts are handed over without a NUL behind them. The argument is their number. */
#include "kit/cases.h"
#include "kit/check.h"
#include "chexiao.h"
#include <stdlib.h>
#include <string.h>

static char *exactly(const struct text *text) {
    char *copy = reserve(text->length);
    return memcpy(copy, text->bytes, text->length);
}

static void compare(const struct test_case *it, const char *step, chexiao_status status, char *json, const char *expected_status,
                    const struct text *expected) {
    CHECK(status == atoi(expected_status), "%s: %s gives %d, in Rust %s", it->id.bytes, step, status, expected_status);
    CHECK(json && strcmp(json, expected->bytes) == 0, "%s: %s gives\n%s\nin Rust\n%s", it->id.bytes, step, json ? json : "NULL", expected->bytes);
    chexiao_string_free(json);
}

typedef chexiao_status operation(uint64_t, const char *, size_t, char **);

static void ask(const struct test_case *it, const char *step, operation *operation, uint64_t client, const struct text *input,
                const struct text *status, const struct text *expected) {
    char *text = exactly(input), *json = NULL;
    chexiao_status actual = operation(client, text, input->length, &json);
    compare(it, step, actual, json, status->bytes, expected);
    free(text);
}

static void replay(const struct test_case *it) {
    char *config = exactly(&it->config), *json = NULL;
    uint64_t client = 1;
    chexiao_status status = chexiao_client_new(config, it->config.length, &client, &json);
    int opened = strcmp(it->opened.bytes, "{}") == 0;
    const char *reason = strstr(it->opened.bytes, "\"status\":");
    free(config);
    compare(it, "opening", status, json, opened ? "0" : reason + strlen("\"status\":"), &it->opened);
    CHECK((client != 0) == opened, "%s: the handle is %llx", it->id.bytes, (unsigned long long)client);
    if (!opened) return;
    ask(it, "signing", chexiao_sign, client, &it->call, &it->sign_status, &it->signature);
    if (it->verify_status.length > 0) ask(it, "verifying", chexiao_verify, client, &it->exchange, &it->verify_status, &it->result);
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "%s: freeing", it->id.bytes);
}

int main(int argc, char **argv) {
    struct cases cases = cases_read();
    size_t at, replayed = 0, signed_ones = 0, verified = 0, refused = 0, opened = 0;
    /* Where every instruction is slow, each fourth: each opens a client, and that is what takes its time. */
    const size_t stride = scaled(100, 1) < 100 ? 4 : 1;
    for (at = 0; at < cases.count; at++) {
        const struct test_case *it = &cases.all[at];
        signed_ones += strcmp(it->kind.bytes, "sign") == 0 && strcmp(it->sign_status.bytes, "0") == 0;
        verified += (strcmp(it->kind.bytes, "verify") == 0 || strcmp(it->kind.bytes, "answer") == 0) && it->verify_status.length > 0;
        refused += strcmp(it->kind.bytes, "refuse") == 0 && strcmp(it->sign_status.bytes, "0") != 0;
        opened += strcmp(it->kind.bytes, "open") == 0;
        if (at % stride != 0) continue;
        replay(it);
        replayed++;
    }
    note("%zu of %zu cases: %zu sign, %zu verify, %zu refuse, %zu key files in their roles", replayed, cases.count, signed_ones, verified, refused, opened);
    CHECK(argc == 2 && cases.count == strtoul(argv[1], NULL, 10), "%zu vectors, not the manifest's %s", cases.count, argc == 2 ? argv[1] : "?");
    CHECK(replayed == (cases.count + stride - 1) / stride, "%zu were replayed", replayed);
    CHECK(signed_ones + verified + refused + opened == cases.count, "a vector did not reach the step it is for");
    cases_free(&cases);
    return summary();
}
