/* A store for what closes, queries and notifications say of orders, in which a final word is never overwritten by a later weaker one: the
 * twin of orders.py, over the same orders.sql; both may work on one file. SQLite 3.24 and later with its JSON functions; link -lsqlite3.
 *
 *     orders_begin(store, "wechat", order);                            before the close is sent
 *     todo = orders_outcome(store, "wechat", order, json);             json: what chexiao_send gave
 *
 *     todo = orders_notice(store, "wechat", json);                     json: what chexiao_verify_notification gave; now it is committed:
 *     if todo is NULL or ORDERS_REFUSE, send "refuse" of it, else "acknowledge"
 *
 *     orders_done(store, "wechat", number, todo);                      once the stock is released, the money given back, ...
 *     orders_due(store, 600, each, context);                           what a process that died left undone
 *
 * Who gets a todo other than ORDERS_NOTHING is the only one to get it, until orders_due hands it out again. NULL means that nothing is
 * stored: the database failed (orders_error says how), or the order is not named as a notice names it. What the words mean:
 * docs/close-and-notifications.md. */
#ifndef ORDERS_H
#define ORDERS_H

#define ORDERS_REFUSE "refuse"                     /* nothing proves that the gateway sent it: nothing is stored */
#define ORDERS_NOTHING "nothing"                   /* it is known, or changes nothing */
#define ORDERS_LOOK "look"                         /* authentic, but about no order that has a number here: somebody looks at it */
#define ORDERS_QUERY "query"                       /* ask the gateway, and give the answer to orders_outcome */
#define ORDERS_RELEASE "release"                   /* closed: the goods may be sold to others */
#define ORDERS_FULFIL_OR_REFUND "fulfil_or_refund" /* paid: compare the amount, then deliver or give the money back */
#define ORDERS_REFUND "refund"                     /* paid after it was closed: give the money back */
#define ORDERS_RECONCILE "reconcile"               /* money went back, or two things contradict each other: compare with the books */

#ifdef __cplusplus
extern "C" {
#endif

/* Of one account at each gateway. For one thread; any number of processes may have the file open. */
typedef struct orders orders;

/* `schema` is the path of orders.sql. NULL if it cannot be read, or the database not be opened. */
orders *orders_open(const char *path, const char *schema);
void orders_close(orders *store);
/* What the last failure was. */
const char *orders_error(orders *store);

/* Before a close is sent, so that it is queried should this process die before orders_outcome. 1, or 0 if it failed: then do not send. */
int orders_begin(orders *store, const char *gateway, const char *order);
/* What came of a close, a query or an ensure_closed; `order` as it stands in the call, `outcome` the result, both JSON. */
const char *orders_outcome(orders *store, const char *gateway, const char *order, const char *outcome);
/* When this returns, and not earlier, the notification may be acknowledged. */
const char *orders_notice(orders *store, const char *gateway, const char *notice);

/* 1 if it was still to be done; 0 if another word has come in the meantime, or it failed. */
int orders_done(orders *store, const char *gateway, const char *number, const char *todo);
/* Hands out what was to be done `seconds` ago and is not; another orders_due gets it after as long again. How many, or -1. */
int orders_due(orders *store, long seconds, void (*each)(void *context, const char *gateway, const char *number, const char *todo),
               void *context);
/* Copies the word that stands, and what is to be done ("" if nothing is). 1, or 0 if there is no such order. */
int orders_row(orders *store, const char *gateway, const char *number, char word[32], char todo[32]);

#ifdef __cplusplus
}
#endif

#endif
