/* Does what program.py asks: reads netstrings ("5:bytes,") from standard input, each time a verb and a text, and answers with two: status and
 * document. "open" opens a client with that text in place of the one before, "another" beside it; the other verbs are told to it. Writes
 * nothing else. asks queue: sends through a queue. asks thread: in a thread with the stack that the C library gives by default. Needs the
 * header and the library alone, for platforms that have not what the kit needs. */
#include "chexiao.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _WIN32
#include <fcntl.h>
#include <io.h>
#else
#include <pthread.h>
#endif

struct answer {
    chexiao_status status;
    char *json;
};

/* Exactly `length` bytes, with no NUL behind them; NULL at the end of the input. */
static char *read_text(size_t *length) {
    char *text;
    if (scanf("%zu:", length) != 1) return NULL;
    if (!(text = malloc(*length ? *length : 1))) abort();
    if (fread(text, 1, *length, stdin) != *length || getchar() != ',') exit(2);
    return text;
}

static void say(struct answer answer) {
    char status[16];
    int digits = snprintf(status, sizeof status, "%" PRId32, answer.status);
    if (!answer.json) exit(3);
    printf("%d:%s,%zu:%s,", digits, status, strlen(answer.json), answer.json);
    fflush(stdout);
    chexiao_string_free(answer.json);
}

static struct answer reopen(uint64_t *client, const char *config, size_t length) {
    struct answer answer = {0, NULL};
    if (*client && chexiao_client_free(*client) != CHEXIAO_OK) exit(5);
    *client = 1;
    answer.status = chexiao_client_new(config, length, client, &answer.json);
    if ((answer.status == CHEXIAO_OK) != (*client != 0)) exit(4);
    return answer;
}

static chexiao_status send_by_queue(uint64_t client, const char *text, size_t length, char **out) {
    static uint64_t queue, tag;
    uint64_t taken = 0;
    chexiao_status status;
    if (queue == 0 && chexiao_queue_new(1, &queue, out) == CHEXIAO_OK) chexiao_string_free(*out);
    status = chexiao_queue_submit(queue, client, ++tag, text, length, out);
    if (status != CHEXIAO_OK) return status;
    chexiao_string_free(*out);
    if (chexiao_queue_take(queue, UINT32_MAX, &taken, &status, out) != CHEXIAO_OK || taken != tag) exit(6);
    return status;
}

static chexiao_status (*sending)(uint64_t, const char *, size_t, char **) = chexiao_send;

/* Those that "another" has left open. */
static uint64_t left_open[16];
static size_t left;

static void leave_open(uint64_t *client) {
    if (left == sizeof left_open / sizeof *left_open) exit(7);
    left_open[left++] = *client;
    *client = 0;
}

static int is(const char *verb, size_t length, const char *name) { return strlen(name) == length && memcmp(name, verb, length) == 0; }

static struct answer ask(const char *verb, size_t verb_length, uint64_t client, const char *text, size_t length) {
    const struct {
        const char *verb;
        chexiao_status (*operation)(uint64_t, const char *, size_t, char **);
    } verbs[] = {{"sign", chexiao_sign}, {"send", sending}, {"verify", chexiao_verify}, {"verify_call", chexiao_verify},
                 {"notification", chexiao_verify_notification}};
    struct answer answer = {0, NULL};
    size_t at;
    for (at = 0; at < sizeof verbs / sizeof *verbs; at++)
        if (is(verb, verb_length, verbs[at].verb))
            answer.status = verbs[at].operation(client, text, length, &answer.json);
    if (is(verb, verb_length, "warm")) answer.status = chexiao_warm(client, &answer.json);
    return answer;
}

static int answer(void) {
    size_t verb_length, length;
    char *verb, *text;
    uint64_t client = 0;
    while ((verb = read_text(&verb_length)) && (text = read_text(&length))) {
        int opens_another = is(verb, verb_length, "another");
        if (opens_another && client) leave_open(&client);
        say(opens_another || is(verb, verb_length, "open") ? reopen(&client, text, length) : ask(verb, verb_length, client, text, length));
        free(verb), free(text);
    }
    while (left > 0)
        if (chexiao_client_free(left_open[--left]) != CHEXIAO_OK) return 5;
    return client && chexiao_client_free(client) != CHEXIAO_OK ? 5 : 0;
}

#ifdef _WIN32
/* Else a line end becomes two characters. */
static void prepare(void) {
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
}
#else
static void *answered(void *code) {
    *(int *)code = answer();
    return NULL;
}

static int answer_in_a_thread(void) {
    pthread_t thread;
    int code = 8;
    if (pthread_create(&thread, NULL, answered, &code) != 0 || pthread_join(thread, NULL) != 0) return 8;
    return code;
}
#endif

int main(int count, char **arguments) {
    const char *how = count > 1 ? arguments[1] : "";
#ifdef _WIN32
    prepare();
#else
    if (strcmp(how, "thread") == 0) return answer_in_a_thread();
#endif
    if (strcmp(how, "queue") == 0) sending = send_by_queue;
    return answer();
}
