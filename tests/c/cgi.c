/* chexiao_cgi.h in a process whose environment and streams are made here: what a web server may hand over, in pieces, with signals in between,
 * with a length that lies; without memory; and the answers. */
#include "kit/ask.h"
#include "kit/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *given, *taken;
static long memory_left;

/* Memory that runs out. */
static void *lend(void *old, size_t size) {
    if (memory_left == 0) return NULL;
    memory_left--;
    return realloc(old, size);
}

#undef stdin
#undef stdout
#define stdin given
#define stdout taken
#define realloc lend
#include "chexiao_cgi.h"
#undef realloc
#undef stdin
#undef stdout

enum { PLENTY = 1 << 20 };

/* A stream that ends, fails or is interrupted where it is told to, and gives no more than `piece` bytes at a time. */
struct source {
    const char *bytes;
    size_t length, piece, at;
    int interruptions, fails;
};

static ssize_t source_read(void *cookie, char *buffer, size_t size) {
    struct source *source = cookie;
    size_t left = source->length - source->at;
    if (source->at > 0 && source->interruptions > 0) {
        source->interruptions--;
        errno = EINTR;
        return -1;
    }
    if (left == 0 && source->fails) {
        errno = EIO;
        return -1;
    }
    if (size > left) size = left;
    if (size > source->piece) size = source->piece;
    memcpy(buffer, source->bytes + source->at, size);
    source->at += size;
    return (ssize_t)size;
}

static char *message_of(char **environment, struct source *source, const char *expected, enum chexiao_cgi_error *error) {
    cookie_io_functions_t functions = {source_read, NULL, NULL, NULL};
    char **before = environ, *message;
    given = fopencookie(source, "r", functions);
    environ = environment;
    message = chexiao_cgi_message(expected, error);
    environ = before;
    fclose(given);
    CHECK(error == NULL || (message == NULL) == (*error != CHEXIAO_CGI_OK), "a message and the error %d", error ? (int)*error : 0);
    return message;
}

/* Names and values, NULL, body, and the message that comes of them. */
static void messages(void) {
    static const struct {
        const char *what;
        char *environment[8];
        const char *body, *expect, *message;
    } rows[] = {
        {"a form", {"REQUEST_METHOD=POST", "CONTENT_TYPE=application/x-www-form-urlencoded", "CONTENT_LENGTH=3", "REQUEST_URI=/notify?x=1"}, "a=1", NULL,
         "{\"url\":\"/notify?x=1\",\"headers\":{\"content-type\":\"application/x-www-form-urlencoded\",\"content-length\":\"3\"},\"body_base64\":\"YT0x\"}"},
        {"what is expected", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=1"}, "a", "{\"amount\":\"1\"}",
         "{\"headers\":{\"content-length\":\"1\"},\"body_base64\":\"YQ==\",\"expect\":{\"amount\":\"1\"}}"},
        {"a body that is longer than said", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=2"}, "abcd", NULL, "{\"headers\":{\"content-length\":\"2\"},\"body_base64\":\"YWI=\"}"},
        {"a body that is shorter than said", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=4000"}, "abcd", NULL, "{\"headers\":{\"content-length\":\"4000\"},\"body_base64\":\"YWJjZA==\"}"},
        {"no length", {"REQUEST_METHOD=POST", "HTTP_TRANSFER_ENCODING=chunked"}, "abcde", NULL, "{\"headers\":{\"transfer-encoding\":\"chunked\"},\"body_base64\":\"YWJjZGU=\"}"},
        {"an empty length", {"REQUEST_METHOD=POST", "CONTENT_LENGTH="}, "abc", NULL, "{\"headers\":{\"content-length\":\"\"},\"body_base64\":\"YWJj\"}"},
        {"a length of 0", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=0"}, "abc", NULL, "{\"headers\":{\"content-length\":\"0\"},\"body_base64\":\"\"}"},
        {"zeros before a length", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=00000000000000000000000000000002"}, "abc", NULL,
         "{\"headers\":{\"content-length\":\"00000000000000000000000000000002\"},\"body_base64\":\"YWI=\"}"},
        {"a negative length", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=-1"}, "abc", NULL, "{\"headers\":{\"content-length\":\"-1\"},\"body_base64\":\"\"}"},
        {"two lengths", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=1, 2"}, "abc", NULL, "{\"headers\":{\"content-length\":\"1, 2\"},\"body_base64\":\"\"}"},
        {"a blank before a length", {"REQUEST_METHOD=POST", "CONTENT_LENGTH= 2"}, "abc", NULL, "{\"headers\":{\"content-length\":\" 2\"},\"body_base64\":\"\"}"},
        {"a word for a length", {"REQUEST_METHOD=POST", "CONTENT_LENGTH=2x"}, "abc", NULL, "{\"headers\":{\"content-length\":\"2x\"},\"body_base64\":\"\"}"},
        {"a page that is asked for", {"REQUEST_METHOD=GET", "QUERY_STRING=a=1"}, "abc", NULL, "{\"headers\":{},\"body_base64\":\"\"}"},
        {"a GET with a body", {"REQUEST_METHOD=GET", "CONTENT_LENGTH=3"}, "abc", NULL, "{\"headers\":{\"content-length\":\"3\"},\"body_base64\":\"YWJj\"}"},
        {"a HEAD", {"REQUEST_METHOD=HEAD"}, "abc", NULL, "{\"headers\":{},\"body_base64\":\"\"}"},
        {"headers twice, and those that stand in two variables",
         {"HTTP_CONTENT_LENGTH=9", "HTTP_X_A=1", "CONTENT_LENGTH=1", "REQUEST_METHOD=POST", "HTTP_X-A=2", "CONTENT_LENGTH=2", "HTTP_X_B=3"}, "abc", NULL,
         "{\"headers\":{\"x-a\":\"1\",\"content-length\":\"1\",\"x-b\":\"3\"},\"body_base64\":\"YQ==\"}"},
        {"a length that only HTTP_ has", {"REQUEST_METHOD=POST", "HTTP_CONTENT_LENGTH=1"}, "abc", NULL, "{\"headers\":{\"content-length\":\"1\"},\"body_base64\":\"YWJj\"}"},
        {"what JSON escapes, and what is not UTF-8",
         {"REQUEST_METHOD=POST", "CONTENT_LENGTH=0", "HTTP_A=\"\\\t\x01\x7f", "HTTP_B=caf\xe9", "HTTP_\xff\"=\xe6\x92\xa4", "REQUEST_URI=/\"\x80"}, "", NULL,
         "{\"url\":\"/\\u0022\\u0080\",\"headers\":{\"content-length\":\"0\",\"a\":\"\\u0022\\u005c\\u0009\\u0001\\u007f\",\"b\":\"caf\\u00e9\","
         "\"\\u00ff\\u0022\":\"\\u00e6\\u0092\\u00a4\"},\"body_base64\":\"\"}"},
        {"variables that are no header", {"REQUEST_METHOD=POST", "HTTP_=x", "HTTP_NOTHING", "CONTENT_TYPES=x", "PATH=/bin", "HTTPS=on", "CONTENT_LENGTH=0"}, "", NULL,
         "{\"headers\":{\"content-length\":\"0\"},\"body_base64\":\"\"}"},
    };
    size_t row;
    for (row = 0; row < sizeof rows / sizeof *rows; row++) {
        size_t piece;
        for (piece = 1; piece < 6; piece++) {
            struct source source = {rows[row].body, strlen(rows[row].body), piece, 0, piece % 2 * 3, 0};
            enum chexiao_cgi_error error = CHEXIAO_CGI_WRITE;
            char *message = message_of((char **)rows[row].environment, &source, rows[row].expect, &error);
            CHECK(message && strcmp(message, rows[row].message) == 0, "%s: error %d, %s", rows[row].what, error, message ? message : "NULL");
            free(message);
        }
    }
}

/* Every byte there is, in bodies of all lengths up to a few buffers; as Python's base64 has it: compared by the library, which decodes it. */
static void bodies(void) {
    static char *environment[] = {"REQUEST_METHOD=POST", NULL};
    static const size_t lengths[] = {0, 1, 2, 3, 767, 768, 769, 770, 1535, 1536, 1537, 100000, 1048575, 1048576, 1048577, 1048578, 3000000};
    static char body[3000000];
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    size_t at, byte;
    for (byte = 0; byte < sizeof body; byte++) body[byte] = (char)(byte * 7 + byte / 256);
    for (at = 0; at < sizeof lengths / sizeof *lengths; at++) {
        struct source source = {body, lengths[at], 4096, 0, 1, 0};
        char *message = message_of(environment, &source, NULL, NULL), *text = message ? strstr(message, "\"body_base64\":\"") : NULL;
        size_t expected = lengths[at] > 1048577 ? 1048577 : lengths[at], four;
        if (!CHECK(text && strspn(text + 15, digits) == (expected + 2) / 3 * 4, "%zu bytes", lengths[at])) continue;
        for (four = 0; four < expected / 3; four++) {
            const char *said = text + 15 + 4 * four;
            unsigned long bits = 0;
            int digit;
            for (digit = 0; digit < 4; digit++) bits = bits << 6 | (unsigned long)(strchr(digits, said[digit]) - digits);
            if ((char)(bits >> 16) != body[3 * four] || (char)(bits >> 8) != body[3 * four + 1] || (char)bits != body[3 * four + 2]) break;
        }
        CHECK(four == expected / 3, "%zu bytes: another one at %zu", lengths[at], 3 * four);
        free(message);
    }
}

static void what_is_in_the_way(void) {
    static char *environment[] = {"REQUEST_METHOD=POST", "CONTENT_LENGTH=4", "HTTP_X=y", NULL}, *nothing[] = {NULL};
    struct source broken = {"abc", 3, 2, 0, 0, 1}, none = {"", 0, 1, 0, 0, 0};
    enum chexiao_cgi_error error;
    long enough;
    message_of(environment, &broken, NULL, &error);
    CHECK(error == CHEXIAO_CGI_READ, "an input that breaks: %d", error);
    message_of(nothing, &none, NULL, &error);
    CHECK(error == CHEXIAO_CGI_NO_REQUEST, "no web server: %d", error);
    CHECK(message_of(nothing, &none, NULL, NULL) == NULL, "no web server");
    for (enough = 0; enough < 20; enough++) {
        static const char body[2000] = "x";
        static char *longer[] = {"REQUEST_METHOD=POST", NULL};
        struct source source = {body, sizeof body, 4096, 0, 0, 0};
        char *message;
        memory_left = enough;
        message = message_of(longer, &source, NULL, &error);
        memory_left = PLENTY;
        CHECK(message != NULL || error == CHEXIAO_CGI_NO_MEMORY, "with %ld pieces of memory: %d", enough, error);
        free(message);
        if (error == CHEXIAO_CGI_OK) break;
    }
    CHECK(enough > 1 && enough < 20, "%ld pieces of memory are enough", enough);
}

typedef enum chexiao_cgi_error answer_of(const char *);

static void answers(const char *what, answer_of *answer, const char *notice, enum chexiao_cgi_error error, const char *written) {
    char *bytes = NULL;
    size_t length = 0;
    enum chexiao_cgi_error actual;
    taken = open_memstream(&bytes, &length);
    actual = answer(notice);
    fclose(taken);
    CHECK(actual == error && strcmp(bytes, written) == 0, "%s: %d\n%s", what, actual, bytes);
    free(bytes);
}

#define FAILURE "Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"
#define OK_HEAD "Status: 200 OK\r\n"

static void all_answers(void) {
    static const char notice[] =
        "{\"event\":\"paid\",\"fields\":{\"acknowledge\":\"x\",\"b\":\"\\\"acknowledge\\\":{\\\"status\\\":100\",\"refuse\":\"\"},\"acknowledge\":{\"status\":200,\"headers\":{"
        "\"A\":\"b; c=d\",\"E\":\"\"},\"body_base64\":\"c3VjY2Vzcw==\"},\"refuse\":{\"status\":503,\"headers\":{},\"body_base64\":\"\"}}";
    static const char *const damaged[] = {
        "",
        "{}",
        "{\"acknowledge\":null}",
        "{\"acknowledge\":{\"status\":20,\"headers\":{},\"body_base64\":\"\"}}",
        "{\"acknowledge\":{\"status\":2000,\"headers\":{},\"body_base64\":\"\"}}",
        "{\"acknowledge\":{\"status\":200,\"headers\":[],\"body_base64\":\"\"}}",
        "{\"acknowledge\":{\"status\":200,\"headers\":{\"A\":1},\"body_base64\":\"\"}}",
        "{\"acknowledge\":{\"status\":200,\"headers\":{\"A\":\"a\\nb\"},\"body_base64\":\"\"}}",
        "{\"acknowledge\":{\"status\":200,\"headers\":{\"A\":\"a\nb\"},\"body_base64\":\"\"}}",
        "{\"acknowledge\":{\"status\":200,\"headers\":{\"A\":\"a\"",
        "{\"acknowledge\":{\"status\":200,\"headers\":{},\"body_base64\":\"YQ",
        "{\"acknowledge\":{\"status\":200,\"headers\":{},\"body_base64\":\"Y Q=\"}}",
        "{\"acknowledge\":{\"status\":200",
        "{\"error\":\"config\",\"status\":-11}",
    };
    size_t at;
    answers("acknowledged", chexiao_cgi_acknowledge, notice, CHEXIAO_CGI_OK, OK_HEAD "A: b; c=d\r\nE: \r\nContent-Length: 7\r\n\r\nsuccess");
    answers("refused", chexiao_cgi_refuse, notice, CHEXIAO_CGI_OK, "Status: 503 \r\nContent-Length: 0\r\n\r\n");
    answers("no notice", chexiao_cgi_acknowledge, NULL, CHEXIAO_CGI_NO_ANSWER, FAILURE);
    answers("no notice", chexiao_cgi_refuse, NULL, CHEXIAO_CGI_NO_ANSWER, FAILURE);
    for (at = 0; at < sizeof damaged / sizeof *damaged; at++) answers(damaged[at], chexiao_cgi_acknowledge, damaged[at], CHEXIAO_CGI_NO_ANSWER, FAILURE);
    memory_left = 0;
    answers("no memory", chexiao_cgi_acknowledge, notice, CHEXIAO_CGI_NO_MEMORY, FAILURE);
    memory_left = PLENTY;
    taken = fopen("/dev/full", "w");
    CHECK(chexiao_cgi_acknowledge(notice) == CHEXIAO_CGI_WRITE, "a server that takes no answer");
    fclose(taken);
}

/* The whole way, of a message that Python has signed. */
static void to_the_library(void) {
    static const char config[] = "{\"gateway\":\"chinaums\",\"environment\":\"test\",\"account\":{\"app_id\":\"a\",\"app_key\":\"k\",\"mid\":\"898201612345678\","
                                 "\"notify_key\":\"communication key\"}}";
    static const char body[] = "mid=898201612345678&merOrderId=C1&status=TRADE_SUCCESS&totalAmount=20&notifyId=N1&signType=SHA256&sign="
                               "E5A62AA9CA491E977FF4E2C8C59B54170F0357C9E886C6415EE08362A4C7B02C";
    static char *environment[] = {"REQUEST_METHOD=POST", "CONTENT_TYPE=application/x-www-form-urlencoded", "HTTP_X=caf\xe9", NULL};
    struct source source = {body, sizeof body - 1, 10, 0, 2, 0}, forged = {body, sizeof body - 2, 10, 0, 0, 0};
    uint64_t client = open_client(config);
    struct answer answer = {0, NULL};
    char *message = message_of(environment, &source, "{\"totalAmount\":\"20\"}", NULL);
    answer.status = chexiao_verify_notification(client, message, CHEXIAO_NUL_TERMINATED, &answer.json);
    CHECK(answer.status == CHEXIAO_PAID, "%s", answer.json);
    answers("a genuine one", chexiao_cgi_acknowledge, answer.json, CHEXIAO_CGI_OK, OK_HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 7\r\n\r\nSUCCESS");
    answers("a genuine one", chexiao_cgi_refuse, answer.json, CHEXIAO_CGI_OK, OK_HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n\r\nFAILED");
    forget(&answer), free(message);
    message = message_of(environment, &forged, NULL, NULL);
    answer.status = chexiao_verify_notification(client, message, CHEXIAO_NUL_TERMINATED, &answer.json);
    CHECK(answer.status == CHEXIAO_UNKNOWN, "%s", answer.json);
    answers("a forged one", chexiao_cgi_acknowledge, answer.json, CHEXIAO_CGI_NO_ANSWER, FAILURE);
    forget(&answer), free(message);
    answer.status = chexiao_verify_notification(client, NULL, CHEXIAO_NUL_TERMINATED, &answer.json);
    answers("no message", chexiao_cgi_refuse, answer.json, CHEXIAO_CGI_NO_ANSWER, FAILURE);
    forget(&answer);
    chexiao_client_free(client);
}

int main(void) {
    memory_left = PLENTY;
    messages();
    bodies();
    what_is_in_the_way();
    all_answers();
    to_the_library();
    return summary();
}
