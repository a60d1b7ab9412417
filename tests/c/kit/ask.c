#include "ask.h"
#include "sandbox.h"
#include <stdlib.h>
#include <string.h>

uint64_t open_client(const char *config) {
    uint64_t client = 1;
    struct answer answer;
    answer.status = chexiao_client_new(config, CHEXIAO_NUL_TERMINATED, &client, &answer.json);
    CHECK((answer.status == CHEXIAO_OK) == (client != 0), "status %d with handle %llx", answer.status, (unsigned long long)client);
    expect(answer, CHEXIAO_OK, "{}", "opening");
    return client;
}

struct answer ask_sign(uint64_t client, const char *call) {
    struct answer answer;
    answer.status = chexiao_sign(client, call, CHEXIAO_NUL_TERMINATED, &answer.json);
    return answer;
}

struct answer ask_send(uint64_t client, const char *call) {
    struct answer answer;
    answer.status = chexiao_send(client, call, CHEXIAO_NUL_TERMINATED, &answer.json);
    return answer;
}

struct answer ask_verify(uint64_t client, const char *exchange) {
    struct answer answer;
    answer.status = chexiao_verify(client, exchange, CHEXIAO_NUL_TERMINATED, &answer.json);
    return answer;
}

void forget(struct answer *answer) {
    chexiao_string_free(answer->json);
    answer->json = NULL;
}

static const char *shown(const struct answer *answer) { return answer->json ? answer->json : "NULL"; }

void expect(struct answer answer, chexiao_status status, const char *json, const char *what) {
    CHECK(answer.status == status, "%s: %d %.500s, not %d", what, answer.status, shown(&answer), status);
    CHECK(answer.json && (!json || strcmp(answer.json, json) == 0), "%s: %.500s, not %.500s", what, shown(&answer), json ? json : "a document");
    forget(&answer);
}

void expect_part(struct answer answer, chexiao_status status, const char *part, const char *what) {
    CHECK(answer.status == status, "%s: %d %.500s, not %d", what, answer.status, shown(&answer), status);
    CHECK(answer.json && strstr(answer.json, part), "%s: %.500s lacks %s", what, shown(&answer), part);
    forget(&answer);
}

void close_new_order(uint64_t client, const char *gateway, const char *prefix) {
    char *number = new_number(prefix), *call = call_of(gateway, number);
    expect_part(ask_send(client, call), CHEXIAO_CLOSED, "\"sent\":\"answered\"", number);
    free(number), free(call);
}
