/* Every parameter of every function, given everything that is wrong: an error with a document, never a crash. */
#include "kit/ask.h"
#include "kit/cases.h"
#include "kit/posted.h"
#include <stdlib.h>
#include <string.h>

/* The four functions with a client, a JSON text and an out; and opening, whose client is a place. */
enum { SIGN, SEND, VERIFY, NOTIFICATION, NEW, FUNCTIONS };
static const char *const NAMES[FUNCTIONS] = {"sign", "send", "verify", "verify_notification", "client_new"};

static uint64_t client;
static char *good[FUNCTIONS];
/* What a text that is JSON no more, or not what is asked for, gives. */
static const chexiao_status UNREADABLE[FUNCTIONS] = {CHEXIAO_ERROR_CALL, CHEXIAO_ERROR_CALL, CHEXIAO_UNKNOWN, CHEXIAO_UNKNOWN, CHEXIAO_ERROR_CONFIG};
/* What the good text gives; nobody listens where it is sent. */
static const chexiao_status GOOD[FUNCTIONS] = {CHEXIAO_OK, CHEXIAO_ERROR_CONNECT, CHEXIAO_CLOSED, CHEXIAO_PAID, CHEXIAO_OK};

static chexiao_status run(int function, uint64_t handle, const char *text, size_t length, char **out) {
    uint64_t opened = 77;
    chexiao_status status;
    switch (function) {
    case SIGN: return chexiao_sign(handle, text, length, out);
    case SEND: return chexiao_send(handle, text, length, out);
    case VERIFY: return chexiao_verify(handle, text, length, out);
    case NOTIFICATION: return chexiao_verify_notification(handle, text, length, out);
    default:
        status = chexiao_client_new(text, length, &opened, out);
        CHECK((opened != 0) == (status == CHEXIAO_OK), "client_new gives %d and the handle %llx", status, (unsigned long long)opened);
        if (status == CHEXIAO_OK) CHECK(chexiao_client_free(opened) == CHEXIAO_OK, "freeing");
        return status;
    }
}

/* In verify the request is out, and a notification came from outside: a text that is none says nothing about the order. */
static chexiao_status not_utf8(int function) {
    return function == VERIFY || function == NOTIFICATION ? CHEXIAO_UNKNOWN : CHEXIAO_ERROR_UTF8;
}

static void text_is(int function, const char *what, const char *text, size_t length, chexiao_status status) {
    struct answer answer = {0, (char *)-1};
    char *described = text_of("%s of %s", what, NAMES[function]);
    answer.status = run(function, client, text, length, &answer.json);
    expect_part(answer, status, status == CHEXIAO_ERROR_NULL || status == CHEXIAO_ERROR_UTF8 ? "\"message\"" : status == CHEXIAO_UNKNOWN ? "\"reason\":\"input\"" : "{", described);
    CHECK(run(function, client, text, length, NULL) == CHEXIAO_ERROR_NULL, "%s without an out", described);
    free(described);
}

static char *filled(size_t length, char with) {
    char *text = reserve(length + 1);
    memset(text, with, length);
    text[length] = 0;
    return text;
}

static void texts(int function) {
    const char *text = good[function];
    size_t length = strlen(text), huge = 5u << 20, large = 3u << 20, deep = 64u << 10;
    char *blanks = filled(huge, ' '), *brackets = filled(deep, '['), *broken = text_of("%s", text), *bare = reserve(length), *padded;
    memcpy(bare, text, length);
    padded = text_of("%*s%s", (int)large, "", text);
    broken[length / 2] = (char)0xff;
    text_is(function, "NULL", NULL, 0, CHEXIAO_ERROR_NULL);
    text_is(function, "NULL with a length", NULL, 10, CHEXIAO_ERROR_NULL);
    text_is(function, "NULL up to its NUL", NULL, CHEXIAO_NUL_TERMINATED, CHEXIAO_ERROR_NULL);
    text_is(function, "the good text", text, length, GOOD[function]);
    text_is(function, "the good text up to its NUL", text, CHEXIAO_NUL_TERMINATED, GOOD[function]);
    text_is(function, "the good text without a NUL behind it", bare, length, GOOD[function]);
    text_is(function, "no byte", text, 0, UNREADABLE[function]);
    text_is(function, "an empty text", "", CHEXIAO_NUL_TERMINATED, UNREADABLE[function]);
    text_is(function, "a length one short", text, length - 1, UNREADABLE[function]);
    text_is(function, "a length one long", text, length + 1, not_utf8(function));
    text_is(function, "a NUL at the start", "\0{}", 3, not_utf8(function));
    text_is(function, "an impossible length", text, (size_t)-1 / 2 + 1, not_utf8(function));
    text_is(function, "the largest impossible length", text, (size_t)-2, not_utf8(function));
    text_is(function, "a byte that is not UTF-8", broken, length, not_utf8(function));
    text_is(function, "a cut character", "\xe6\x92", 2, not_utf8(function));
    text_is(function, "a surrogate", "\xed\xa0\x80", 3, not_utf8(function));
    text_is(function, "an overlong NUL", "\xc0\x80", 2, not_utf8(function));
    text_is(function, "5 MiB of blanks", blanks, huge, UNREADABLE[function]);
    text_is(function, "3 MiB of blanks, then the good text", padded, large + length, GOOD[function]);
    text_is(function, "64 KiB of [", brackets, deep, UNREADABLE[function]);
    text_is(function, "null", "null", 4, UNREADABLE[function]);
    text_is(function, "{}", "{}", 2, UNREADABLE[function]);
    free(blanks), free(brackets), free(broken), free(bare), free(padded);
}

/* Replies as a program with an HTTP client of its own might paste them: unknown, whatever is wrong with them. */
static void replies(void) {
#define REPLY(name, text) {name, text, sizeof text - 1}
    static const struct {
        const char *what, *text;
        size_t length;
    } rows[] = {
        REPLY("a header in Latin-1", "{\"status\":200,\"headers\":{\"X\":\"caf\xe9\"},\"body_base64\":\"\"}"),
        REPLY("a header's name in Latin-1", "{\"status\":200,\"headers\":{\"caf\xe9\":\"x\"},\"body_base64\":\"\"}"),
        REPLY("a header in GBK", "{\"status\":200,\"headers\":{\"X\":\"\xb3\xb7\"},\"body_base64\":\"\"}"),
        REPLY("a header with a cut character", "{\"status\":200,\"headers\":{\"X\":\"\xe6\x92\"},\"body_base64\":\"\"}"),
        REPLY("a header with a surrogate", "{\"status\":200,\"headers\":{\"X\":\"\xed\xa0\x80\"},\"body_base64\":\"\"}"),
        REPLY("a header with half an escaped pair", "{\"status\":200,\"headers\":{\"X\":\"\\ud800\"},\"body_base64\":\"\"}"),
        REPLY("a header with a NUL", "{\"status\":200,\"headers\":{\"X\":\"a\0b\"},\"body_base64\":\"\"}"),
        REPLY("a header with an ESC", "{\"status\":200,\"headers\":{\"X\":\"\x1b\"},\"body_base64\":\"\"}"),
        REPLY("a header twice", "{\"status\":200,\"headers\":{\"X\":\"a\",\"X\":\"b\"},\"body_base64\":\"\"}"),
        REPLY("a header that is a number", "{\"status\":200,\"headers\":{\"X\":1},\"body_base64\":\"\"}"),
        REPLY("a header that is null", "{\"status\":200,\"headers\":{\"X\":null},\"body_base64\":\"\"}"),
        REPLY("a header that is a list", "{\"status\":200,\"headers\":{\"X\":[\"a\"]},\"body_base64\":\"\"}"),
        REPLY("headers that are text", "{\"status\":200,\"headers\":\"X: a\",\"body_base64\":\"\"}"),
        REPLY("headers that are a list", "{\"status\":200,\"headers\":[],\"body_base64\":\"\"}"),
        REPLY("headers that are null", "{\"status\":200,\"headers\":null,\"body_base64\":\"\"}"),
        REPLY("a status that is text", "{\"status\":\"200\",\"headers\":{},\"body_base64\":\"\"}"),
        REPLY("a negative status", "{\"status\":-1,\"headers\":{},\"body_base64\":\"\"}"),
        REPLY("a body that is no base64", "{\"status\":200,\"headers\":{},\"body_base64\":\"caf\xc3\xa9\"}"),
        REPLY("no body", "{\"status\":200,\"headers\":{}}"),
        REPLY("null", "null"),
        REPLY("nothing", ""),
    };
#undef REPLY
    const char *reply = strstr(good[VERIFY], "\"reply\":");
    size_t row, before = reply == NULL ? 0 : (size_t)(reply - good[VERIFY]) + strlen("\"reply\":");
    CHECK(before > 0, "the good exchange has a reply");
    for (row = 0; row < sizeof rows / sizeof *rows; row++) {
        struct answer answer = {0, NULL};
        size_t length = before + rows[row].length + 1;
        char *exchange = reserve(length);
        memcpy(exchange, good[VERIFY], before);
        memcpy(exchange + before, rows[row].text, rows[row].length);
        exchange[length - 1] = '}';
        answer.status = chexiao_verify(client, exchange, length, &answer.json);
        expect_part(answer, CHEXIAO_UNKNOWN, "\"reason\":\"input\"", rows[row].what);
        free(exchange);
    }
}

static void handle_is_none(const char *what, uint64_t handle) {
    int function;
    for (function = SIGN; function <= NOTIFICATION; function++) {
        struct answer answer = {0, NULL};
        answer.status = run(function, handle, good[function], CHEXIAO_NUL_TERMINATED, &answer.json);
        expect_part(answer, CHEXIAO_ERROR_HANDLE, "\"client\"", what);
        CHECK(run(function, handle, NULL, 0, NULL) == CHEXIAO_ERROR_NULL, "%s with nothing else", what);
    }
    CHECK(chexiao_client_free(handle) == CHEXIAO_ERROR_HANDLE, "%s can be freed", what);
}

/* It has no text. Nobody listens. */
static void warming(void) {
    struct answer answer = {0, NULL};
    answer.status = chexiao_warm(client, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_CONNECT, "\"message\"", "warm, where nobody listens");
    answer.status = chexiao_warm(0, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_HANDLE, "\"client\"", "warm without a client");
    CHECK(chexiao_warm(client, NULL) == CHEXIAO_ERROR_NULL && chexiao_warm(0, NULL) == CHEXIAO_ERROR_NULL, "warm without an out");
}

/* A configuration that no client opens from, one where nobody listens, and no parameters. */
static void diagnosing(const char *config) {
    struct answer answer = {0, NULL};
    answer.status = chexiao_diagnose("{\"gateway\":\"wechat\"}", CHEXIAO_NUL_TERMINATED, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_CONFIG, "\"cause\":\"", "a diagnosis of half a configuration");
    answer.status = chexiao_diagnose("{", 1, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_CONFIG, "\"cause\":\"not_json\"", "a diagnosis of no JSON");
    answer.status = chexiao_diagnose(config, CHEXIAO_NUL_TERMINATED, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_CONNECT, "\"cause\":\"refused\"", "a diagnosis, where nobody listens");
    answer.status = chexiao_diagnose("\xff", 1, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_UTF8, "\"config\"", "a diagnosis of what is no text");
    answer.status = chexiao_diagnose(NULL, 1, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_NULL, "\"config\"", "a diagnosis of nothing");
    CHECK(chexiao_diagnose("{}", 2, NULL) == CHEXIAO_ERROR_NULL, "a diagnosis without an out");
}

static void handles(const char *config) {
    uint64_t other = open_client(config), freed = open_client(config);
    const uint64_t slot = (1ull << 20) - 1, generation = slot + 1;
    int bit;
    CHECK(client >> 52 == 1, "a double does not hold the handle %llx", (unsigned long long)client);
    CHECK(chexiao_client_free(freed) == CHEXIAO_OK, "freeing");
    handle_is_none("a freed handle", freed);
    handle_is_none("0", 0);
    handle_is_none("1", 1);
    handle_is_none("~0", ~0ull);
    handle_is_none("the next generation of the same slot", client + generation);
    handle_is_none("the generation before of the same slot", client - generation);
    handle_is_none("another slot's handle with this generation", (client & ~slot) | (other & slot));
    handle_is_none("the same generation in the last slot", client | slot);
    for (bit = 0; bit < 64; bit++) handle_is_none("a handle with a flipped bit", client ^ 1ull << bit);
    CHECK(chexiao_client_free(other) == CHEXIAO_OK, "freeing the other");
}

static void places(const char *config) {
    char *json = (char *)-1;
    uint64_t place = 77;
    struct answer answer = {0, NULL};
    answer.status = chexiao_client_new(config, CHEXIAO_NUL_TERMINATED, NULL, &answer.json);
    expect_part(answer, CHEXIAO_ERROR_NULL, "\"field\":\"client\"", "client_new without a place");
    CHECK(chexiao_client_new(config, CHEXIAO_NUL_TERMINATED, &place, NULL) == CHEXIAO_ERROR_NULL && place == 0, "client_new without an out");
    CHECK(chexiao_client_new(NULL, 0, NULL, NULL) == CHEXIAO_ERROR_NULL, "client_new without anything");
    CHECK(chexiao_gateways(NULL) == CHEXIAO_ERROR_NULL, "gateways without an out");
    CHECK(chexiao_gateways(&json) == CHEXIAO_OK && strstr(json, "\"wechat\""), "gateways");
    chexiao_string_free(json);
    chexiao_string_free(NULL);
}

int main(void) {
    struct cases cases = cases_read();
    const struct test_case *closed = case_named(&cases, "wechat-verify-success-closed");
    char *config = text_of("{\"base_url\":\"http://127.0.0.1:1\",%s", strstr(closed->config.bytes, "\"account\""));
    int function;
    /* The vector's members are gateway, base_url, account: only the account is kept. */
    good[NEW] = text_of("{\"gateway\":\"wechat\",%s", config + 1);
    good[SIGN] = good[SEND] = closed->call.bytes;
    good[VERIFY] = closed->exchange.bytes;
    good[NOTIFICATION] = text_of("%s", POSTED_WECHAT);
    client = open_client(good[NEW]);
    for (function = 0; function < FUNCTIONS; function++) texts(function);
    warming();
    diagnosing(good[NEW]);
    replies();
    handles(good[NEW]);
    places(good[NEW]);
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "the client that survived it all");
    free(config), free(good[NEW]), free(good[NOTIFICATION]), cases_free(&cases);
    return summary();
}
