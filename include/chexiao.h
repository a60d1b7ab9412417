/**
 * @file
 * chexiao: close, cancel and void at Chinese payment gateways. JSON in, JSON out, UTF-8.
 *
 * Every function may be called from every thread. What a function puts into *out is one JSON document, on success and on
 * failure, and is freed by chexiao_string_free. A program can act on the returned number alone. More: README.md beside
 * this file. Generated from ffi/src by cbindgen: edit there.
 */

#ifndef CHEXIAO_H
#define CHEXIAO_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
/** How each function is declared. */
#define CHEXIAO_API extern "C"
#else
#define CHEXIAO_API extern
#endif

/**
 * In place of a length: the text ends at its NUL.
 */
#define CHEXIAO_NUL_TERMINATED ((size_t)-1)

/**
 * The version of the interface this header describes; see chexiao_abi_version.
 */
#define CHEXIAO_ABI_VERSION 1

/**
 * The library's version.
 */
#define CHEXIAO_VERSION_MAJOR 0

/**
 * The library's version.
 */
#define CHEXIAO_VERSION_MINOR 2

/**
 * The library's version.
 */
#define CHEXIAO_VERSION_PATCH 0

/**
 * Done, for functions that have no outcome.
 */
#define CHEXIAO_OK 0

/**
 * An authentic reply says the order is closed now. Settled only where "next" is "done"; else query.
 */
#define CHEXIAO_CLOSED 1

/**
 * It was closed, failed or cancelled before. Settled only where "next" is "done"; else query.
 */
#define CHEXIAO_ALREADY_CLOSED 2

/**
 * Money was taken; the order is not closed. Where "next" is "confirm", query before delivering or refunding.
 */
#define CHEXIAO_PAID 3

/**
 * The buyer or the bank is in the middle. Query later and keep the goods.
 */
#define CHEXIAO_PROCESSING 4

/**
 * The gateway knows no such order. Check order number, merchant and environment.
 */
#define CHEXIAO_NOT_FOUND 5

/**
 * The gateway refused, without saying that it is paid or closed. Query the order.
 */
#define CHEXIAO_REFUSED 6

/**
 * The gateway did not execute the request: signature, key, field, permission or clock. Mend the configuration before trying again.
 */
#define CHEXIAO_MISCONFIGURED 7

/**
 * Too many requests; not executed. Wait, then call again.
 */
#define CHEXIAO_THROTTLED 8

/**
 * Everything else, and the default: the close may have happened. Query the order.
 */
#define CHEXIAO_UNKNOWN 9

/**
 * The order stands and can still be closed.
 */
#define CHEXIAO_OPEN 10

/**
 * Money was taken and given back, in part or whole. Compare with the books; neither deliver nor refund again.
 */
#define CHEXIAO_REFUNDED 11

/**
 * A pointer that must not be null is null.
 */
#define CHEXIAO_ERROR_NULL -1

/**
 * Bytes that are not UTF-8, a NUL inside a text, or an impossible length.
 */
#define CHEXIAO_ERROR_UTF8 -2

/**
 * A client that was freed or never was one, or too many clients.
 */
#define CHEXIAO_ERROR_HANDLE -3

/**
 * The call: an order field is missing, too long, or holds characters the gateway does not take.
 */
#define CHEXIAO_ERROR_CALL -10

/**
 * The configuration: a key does not load, a setting is unknown or out of range.
 */
#define CHEXIAO_ERROR_CONFIG -11

/**
 * Understood, but this library does not do it, for the reason given.
 */
#define CHEXIAO_ERROR_UNSUPPORTED -12

/**
 * The host name did not resolve.
 */
#define CHEXIAO_ERROR_DNS -20

/**
 * No TCP connection.
 */
#define CHEXIAO_ERROR_CONNECT -21

/**
 * No TLS session, or a certificate that is not trusted.
 */
#define CHEXIAO_ERROR_TLS -22

/**
 * Anything else that happened before the request could be sent.
 */
#define CHEXIAO_ERROR_NOT_SENT -23

/**
 * A defect of this library, stopped at its border. While sending it is an Unknown outcome instead.
 */
#define CHEXIAO_ERROR_PANIC -90

/**
 * What a function returns: 0 or an outcome (1 to 11) on success, a negative number on an error.
 */
typedef int32_t chexiao_status;

/**
 * The ABI version of the library that is loaded. A program goes on only if it equals CHEXIAO_ABI_VERSION of its header.
 */
CHEXIAO_API
uint32_t chexiao_abi_version(void);

/**
 * The library's version, such as "0.1.0". Static: never freed.
 */
CHEXIAO_API const char *chexiao_version(void);

/**
 * The word for a status, such as "closed" or "connect"; "invalid" for a number that is none. Static: never freed, never NULL.
 */
CHEXIAO_API
const char *chexiao_status_name(chexiao_status status);

/**
 * All gateways with their environments and outcome tables, as a JSON array in *out. Returns CHEXIAO_OK.
 *
 * out: not NULL.
 */
CHEXIAO_API chexiao_status chexiao_gateways(char **out);

/**
 * Finds out why a configuration does not work, be it that no client opens: looks at it and at each key, and goes the way to the gateway step
 * by step (DNS, TCP, proxy, TLS, clock), up to a query of an order that does not exist, where the gateway has a query. Never moves money.
 * Returns CHEXIAO_OK where nothing fails, else the status of the first failure: that of the error, or CHEXIAO_MISCONFIGURED or
 * CHEXIAO_UNKNOWN where the gateway's answer shows it. In *out: {"worst","cause","status","steps":[{"step","field","state","finding",
 * "found","remedy","facts"},...],"elapsed_ms"} (docs/troubleshooting.md); an error document only for the parameters themselves. Blocks at most
 * until the configured deadline.
 *
 * config: not NULL; config_len bytes, or up to its NUL if config_len is CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_diagnose(const char *config,
                                size_t config_len,
                                char **out);

/**
 * Opens a client from configuration JSON (UTF-8). Keys are loaded; no connection is made. Returns CHEXIAO_OK with the
 * handle in *client, to be freed by chexiao_client_free, or an error with 0 in *client.
 *
 * config: not NULL; config_len bytes, or up to its NUL if config_len is CHEXIAO_NUL_TERMINATED; not kept.
 * client, out: not NULL. *out is "{}" on success.
 */
CHEXIAO_API
chexiao_status chexiao_client_new(const char *config,
                                  size_t config_len,
                                  uint64_t *client,
                                  char **out);

/**
 * Frees a client. Calls that still run on it finish; every later use of the handle, another free included, is
 * CHEXIAO_ERROR_HANDLE and does no harm.
 */
CHEXIAO_API chexiao_status chexiao_client_free(uint64_t client);

/**
 * Signs a call, for a program that sends it with its own HTTP client: as it is, once. Returns CHEXIAO_OK with
 * {"method","url","headers","body_base64","msg_id"} in *out, or an error.
 *
 * call: {"operation":"close" or "query","order":{...}}; not NULL; call_len bytes or CHEXIAO_NUL_TERMINATED; not kept.
 * out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_sign(uint64_t client,
                            const char *call,
                            size_t call_len,
                            char **out);

/**
 * Signs, sends once, verifies and interprets. Returns the outcome (1 to 11) with the result JSON in *out, or an error: then
 * nothing was sent. Blocks at most until the configured deadline. Parameters as of chexiao_sign; the operation may also be
 * "ensure_closed": a close and, where that leaves a doubt, one query, with one outcome of both.
 *
 * Of a "call" of any other API (docs/calls.md) it returns CHEXIAO_OK where the answer is authentic, else CHEXIAO_UNKNOWN, with the
 * answer JSON; chexiao_verify does the same.
 */
CHEXIAO_API
chexiao_status chexiao_send(uint64_t client,
                            const char *call,
                            size_t call_len,
                            char **out);

/**
 * Connects to the gateway, unless a connection lies idle, and sends nothing: the next call finds the connection made, whichever client of
 * the same host and settings it is. Returns CHEXIAO_OK with "{}" in *out, or an error as of chexiao_send. Blocks at most until
 * connect_timeout_ms. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_warm(uint64_t client,
                            char **out);

/**
 * Judges an exchange the program has made itself. Returns the outcome (1 to 11) with the result JSON in *out. The request
 * is out, so that whatever cannot be read, bytes that are not UTF-8 included, is CHEXIAO_UNKNOWN with the reason "input". An
 * error means that there is nothing to judge or to judge by (NULL, no open client): then the order is just as unknown.
 *
 * exchange: {"call":{...},"request":{...},"reply":{"status":200,"headers":{...},"body_base64":"..."}}, the request as chexiao_sign gave it;
 * not NULL; exchange_len bytes or CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_verify(uint64_t client,
                              const char *exchange,
                              size_t exchange_len,
                              char **out);

/**
 * Verifies a notification as the program's web server received it, says what it means, and gives the answers to it (docs/notifications.md).
 * Returns the event (CHEXIAO_PAID, CHEXIAO_REFUNDED, CHEXIAO_CLOSED, CHEXIAO_ALREADY_CLOSED, CHEXIAO_PROCESSING or CHEXIAO_UNKNOWN) with the
 * notice JSON in *out; whatever came in, bytes that are not UTF-8 included, is CHEXIAO_UNKNOWN unless it is authentic and says so. No network.
 * An error means that the program must mend something: CHEXIAO_ERROR_CONFIG names a setting that notifications need and the account does not
 * have.
 *
 * message: {"headers":{...},"body_base64":"...","expect":{...}}, where headers and expect may be missing; not NULL; message_len bytes or
 * CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_verify_notification(uint64_t client,
                                           const char *message,
                                           size_t message_len,
                                           char **out);

/**
 * Encrypts one field of the gateway's other calls (docs/calls.md, "Encrypted fields"). Returns CHEXIAO_OK with {"text":"..."} in
 * *out, or an error: CHEXIAO_ERROR_UNSUPPORTED where the gateway or the account encrypts no field.
 *
 * text: not NULL; text_len bytes or CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_encrypt_field(uint64_t client,
                                     const char *text,
                                     size_t text_len,
                                     char **out);

/**
 * Decrypts one field of the gateway's other replies and notifications. Returns CHEXIAO_OK with {"text":"..."} in *out, or an
 * error. What it says is not signed by that. Parameters as of chexiao_encrypt_field.
 */
CHEXIAO_API
chexiao_status chexiao_decrypt_field(uint64_t client,
                                     const char *field,
                                     size_t field_len,
                                     char **out);

/**
 * Frees a string that this library put into an out, once. NULL is ignored.
 */
CHEXIAO_API void chexiao_string_free(char *string);

/**
 * Opens a queue for at most `capacity` calls (1 to 1048576) that were submitted and not taken. Each call under way has a connection of
 * its own. Returns CHEXIAO_OK with the handle in *queue, to be freed by chexiao_queue_free, or an error with 0 in *queue.
 *
 * queue, out: not NULL. *out is "{}" on success.
 */
CHEXIAO_API
chexiao_status chexiao_queue_new(uint32_t capacity,
                                 uint64_t *queue,
                                 char **out);

/**
 * Begins what chexiao_send would do, and does not wait for the network. Returns CHEXIAO_OK: the tag comes back once, from
 * chexiao_queue_take or chexiao_queue_free, whatever is wrong with the call. Or an error: nothing was sent, the call is not in the queue,
 * and no tag comes back; CHEXIAO_ERROR_NOT_SENT means that the queue is full: take, then submit it again.
 *
 * tag: any number, or a pointer as one. call, call_len, out: as of chexiao_send. *out is "{}" on success. The client may be freed at once.
 */
CHEXIAO_API
chexiao_status chexiao_queue_submit(uint64_t queue,
                                    uint64_t client,
                                    uint64_t tag,
                                    const char *call,
                                    size_t call_len,
                                    char **out);

/**
 * Takes the next call that has finished, waiting for it at most `timeout_ms` (0: not at all). Returns CHEXIAO_OK with its *tag, and what
 * chexiao_send would have returned in *status and *out; or with NULL in *out and 0 in *tag and *status, where none has finished in time. Or
 * an error of its own, with a document in *out: nothing was taken. CHEXIAO_ERROR_HANDLE: no open queue, or freed while this waited.
 *
 * tag, status, out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_queue_take(uint64_t queue,
                                  uint32_t timeout_ms,
                                  uint64_t *tag,
                                  chexiao_status *status,
                                  char **out);

/**
 * A descriptor for poll, epoll or select, in *fd: it can be read from while chexiao_queue_take has something to do. Then take with
 * timeout_ms 0 until *out is NULL. It belongs to the queue: never read, write or close it. It stays the same until the queue is freed; a
 * child of a fork asks again. Windows has none. Returns CHEXIAO_OK with "{}" in *out, or an error with -1 in *fd.
 *
 * fd, out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_queue_fd(uint64_t queue,
                                int *fd,
                                char **out);

/**
 * Frees a queue and ends the calls in it now: one that has not begun is CHEXIAO_ERROR_NOT_SENT, one that has is CHEXIAO_UNKNOWN, with the
 * reason "interrupted"; after this nothing is written for any of them. Returns CHEXIAO_OK with all that was not taken in *out:
 * [{"tag":1,"status":9,"document":{...}},...]. Or an error: CHEXIAO_ERROR_HANDLE where there is no such queue.
 *
 * out: not NULL, or nothing is freed.
 */
CHEXIAO_API
chexiao_status chexiao_queue_free(uint64_t queue,
                                  char **out);

#endif  /* CHEXIAO_H */
