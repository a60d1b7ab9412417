/* Does what scenarios.py asks, which knows the table: reads netstrings ("5:bytes,") from standard input, each time a configuration, a
 * call to sign and a call to send, and answers with four: status and document of both, with a client of its own, or, where the
 * configuration is empty, with that of before; where none opens, status and document of that, twice. Writes nothing else. */
#include "kit/ask.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Exactly `length` bytes, with no NUL behind them; NULL at the end of the input. */
static char *read_text(size_t *length) {
    char *text;
    if (scanf("%zu:", length) != 1) return NULL;
    text = reserve(*length);
    if (fread(text, 1, *length, stdin) != *length || getchar() != ',') exit(2);
    return text;
}

static void tell(struct answer answer) {
    char status[16];
    int digits = snprintf(status, sizeof status, "%" PRId32, answer.status);
    if (!answer.json) exit(3);
    printf("%d:%s,%zu:%s,", digits, status, strlen(answer.json), answer.json);
    forget(&answer);
}

static void ask(chexiao_status (*operation)(uint64_t, const char *, size_t, char **), uint64_t client, const char *call, size_t length) {
    struct answer answer = {0, NULL};
    answer.status = operation(client, call, length, &answer.json);
    tell(answer);
}

int main(void) {
    size_t config_length, sign_length, send_length;
    char *config, *to_sign, *to_send;
    uint64_t client = 0;
    while ((config = read_text(&config_length)) && (to_sign = read_text(&sign_length)) && (to_send = read_text(&send_length))) {
        struct answer opened = {0, NULL};
        if (config_length) {
            if (client && chexiao_client_free(client) != CHEXIAO_OK) return 5;
            client = 1;
            opened.status = chexiao_client_new(config, config_length, &client, &opened.json);
            if ((opened.status == CHEXIAO_OK) != (client != 0)) return 4;
            if (client) forget(&opened);
        }
        if (client) {
            ask(chexiao_sign, client, to_sign, sign_length);
            ask(chexiao_send, client, to_send, send_length);
        } else {
            struct answer again = {opened.status, NULL};
            if (chexiao_client_new(config, config_length, &client, &again.json) != opened.status) return 6;
            tell(opened);
            tell(again);
        }
        fflush(stdout);
        free(config), free(to_sign), free(to_send);
    }
    return client && chexiao_client_free(client) != CHEXIAO_OK ? 5 : 0;
}
