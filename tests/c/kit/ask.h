/* The ten functions with answers by value: what most tests are made of. Texts end at their NUL. */
#ifndef KIT_ASK_H
#define KIT_ASK_H

#include "check.h"
#include "chexiao.h"

struct answer {
    chexiao_status status;
    char *json; /* freed by forget */
};

/* A client, or a failed check and 0. */
uint64_t open_client(const char *config);
struct answer ask_sign(uint64_t client, const char *call);
struct answer ask_send(uint64_t client, const char *call);
struct answer ask_verify(uint64_t client, const char *exchange);
void forget(struct answer *answer);

/* Checks status and JSON (any if NULL) of an answer and frees it. */
void expect(struct answer answer, chexiao_status status, const char *json, const char *what);
/* Checks that the status is `status` and the JSON holds `part`, and frees it. */
void expect_part(struct answer answer, chexiao_status status, const char *part, const char *what);
/* Closes a new order of the sandbox and checks that it is closed; `prefix` is "" or, say, "DELAY". */
void close_new_order(uint64_t client, const char *gateway, const char *prefix);

#endif
