/*
 * Closes one order and acts on the outcome: C89, no JSON parser.
 *
 *     close wechat.json '{"out_trade_no":"1217752501201407033233368018"}'
 *
 * Prints the result as JSON. Exit code: 0 nothing is left to do, 10 + the outcome's number otherwise, 2 if
 * nothing was sent.
 */
#include <chexiao.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_SENT 2

/* Exact without a parser: quotes inside a text are escaped, so that what is found is the member. */
static int says(const char *json, const char *member)
{
    return json != NULL && strstr(json, member) != NULL;
}

static int act_on(chexiao_status status, const char *json)
{
    switch (status) {
    case CHEXIAO_CLOSED:
    case CHEXIAO_ALREADY_CLOSED:
        if (says(json, "\"next\":\"done\"")) {
            fprintf(stderr, "closed: release the goods\n");
            return 0;
        }
        fprintf(stderr, "closed, says the reply: query before relying on it\n");
        break;
    case CHEXIAO_PAID:
        if (says(json, "\"next\":\"fulfil_or_refund\""))
            fprintf(stderr, "paid: deliver or refund\n");
        else
            fprintf(stderr, "paid, says the reply: query before relying on it\n");
        break;
    case CHEXIAO_REFUNDED:
        fprintf(stderr, "refunded: compare with the books\n");
        break;
    case CHEXIAO_PROCESSING:
        fprintf(stderr, "the buyer is paying: keep the goods, query later\n");
        break;
    case CHEXIAO_THROTTLED:
        fprintf(stderr, "too many requests: wait, then close again\n");
        break;
    case CHEXIAO_NOT_FOUND:
    case CHEXIAO_REFUSED:
    case CHEXIAO_MISCONFIGURED:
        fprintf(stderr, "not closed (%s): somebody has to look\n", chexiao_status_name(status));
        break;
    default: /* CHEXIAO_UNKNOWN, and every number a later library may have */
        if (status < 0) {
            fprintf(stderr, "nothing was sent (%s): mend it and close again\n", chexiao_status_name(status));
            return NOT_SENT;
        }
        fprintf(stderr, "the close may have happened: query before anything else\n");
    }
    return 10 + (int)status;
}

/* The file as a text, to be freed; NULL if it cannot be read or is larger than a configuration. */
static char *read_file(const char *path)
{
    enum { LARGEST = 65536 };
    FILE *file = fopen(path, "rb");
    char *text = malloc(LARGEST + 1);
    size_t length = 0;

    if (file != NULL && text != NULL)
        length = fread(text, 1, LARGEST + 1, file);
    if (file != NULL)
        fclose(file);
    if (text == NULL || length == 0 || length > LARGEST) {
        free(text);
        return NULL;
    }
    text[length] = '\0';
    return text;
}

static char *close_call(const char *order)
{
    static const char format[] = "{\"operation\":\"close\",\"order\":%s}";
    char *call = malloc(sizeof format + strlen(order));

    if (call != NULL)
        sprintf(call, format, order);
    return call;
}

int main(int argc, char **argv)
{
    uint64_t client = 0;
    char *config, *call, *json = NULL;
    chexiao_status status;
    int exit_code;

    if (argc != 3) {
        fprintf(stderr, "usage: %s CONFIG-FILE ORDER-JSON\n", argv[0]);
        return NOT_SENT;
    }
    if (chexiao_abi_version() != CHEXIAO_ABI_VERSION) {
        fprintf(stderr, "compiled for another libchexiao than the one that was loaded\n");
        return NOT_SENT;
    }
    config = read_file(argv[1]);
    call = close_call(argv[2]);
    if (config == NULL || call == NULL) {
        fprintf(stderr, "cannot read %s, or no memory\n", argv[1]);
        free(call);
        free(config);
        return NOT_SENT;
    }

    status = chexiao_client_new(config, CHEXIAO_NUL_TERMINATED, &client, &json);
    if (status == CHEXIAO_OK) {
        chexiao_string_free(json);
        status = chexiao_send(client, call, CHEXIAO_NUL_TERMINATED, &json);
    }
    if (json != NULL)
        puts(json);
    exit_code = act_on(status, json);
    chexiao_string_free(json);
    chexiao_client_free(client);
    free(call);
    free(config);
    return exit_code;
}
