/*
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
#define CHEXIAO_API extern "C"
#else
#define CHEXIAO_API extern
#endif

/*
 In place of a length: the text ends at its NUL.
 */
#define CHEXIAO_NUL_TERMINATED ((size_t)-1)

/*
 The version of the interface this header describes; see chexiao_abi_version.
 */
#define CHEXIAO_ABI_VERSION 1

/*
 The library's version.
 */
#define CHEXIAO_VERSION_MAJOR 0

/*
 The library's version.
 */
#define CHEXIAO_VERSION_MINOR 1

/*
 The library's version.
 */
#define CHEXIAO_VERSION_PATCH 0

/*
 Done, for functions that have no outcome.
 */
#define CHEXIAO_OK 0

/*
 An authentic reply says the order is closed now. Where the JSON says "next":"confirm", query before relying on it.
 */
#define CHEXIAO_CLOSED 1

/*
 It was closed, failed or cancelled before.
 */
#define CHEXIAO_ALREADY_CLOSED 2

/*
 Money was taken; the order is not closed: deliver or refund.
 */
#define CHEXIAO_PAID 3

/*
 The buyer or the bank is in the middle: query later, keep the goods.
 */
#define CHEXIAO_PROCESSING 4

/*
 The gateway knows no such order: check number, merchant, environment.
 */
#define CHEXIAO_NOT_FOUND 5

/*
 An authentic "no" without a reason above: query.
 */
#define CHEXIAO_REFUSED 6

/*
 Signature, key, field, permission or clock; not executed: mend, never repeat blindly.
 */
#define CHEXIAO_MISCONFIGURED 7

/*
 Too many requests; not executed: wait, then repeat.
 */
#define CHEXIAO_THROTTLED 8

/*
 Everything else: the close may have happened. Query.
 */
#define CHEXIAO_UNKNOWN 9

/*
 (Queries.) Not closed, can still be closed; where closing voids: what it voids still stands.
 */
#define CHEXIAO_OPEN 10

/*
 A pointer that must not be NULL is NULL.
 */
#define CHEXIAO_ERROR_NULL -1

/*
 Bytes that are not UTF-8, a NUL inside a text, or an impossible length.
 */
#define CHEXIAO_ERROR_UTF8 -2

/*
 A client that was freed or never was one, or too many clients.
 */
#define CHEXIAO_ERROR_HANDLE -3

/*
 The call: a field is missing, too long or not allowed.
 */
#define CHEXIAO_ERROR_CALL -10

/*
 The configuration: a key does not load, a setting is unknown or out of range.
 */
#define CHEXIAO_ERROR_CONFIG -11

/*
 Understood, but not done by this library.
 */
#define CHEXIAO_ERROR_UNSUPPORTED -12

/*
 The host name did not resolve.
 */
#define CHEXIAO_ERROR_DNS -20

/*
 No TCP connection.
 */
#define CHEXIAO_ERROR_CONNECT -21

/*
 No TLS session, or a certificate that is not trusted.
 */
#define CHEXIAO_ERROR_TLS -22

/*
 Anything else before the request could be sent.
 */
#define CHEXIAO_ERROR_NOT_SENT -23

/*
 A defect of this library, stopped at its border.
 */
#define CHEXIAO_ERROR_PANIC -90

/*
 What a function returns: 0 or an outcome (1 to 10) on success, a negative number on an error.
 */
typedef int32_t chexiao_status;

/*
 The ABI version of the library that is loaded. A program goes on only if it equals CHEXIAO_ABI_VERSION of its header.
 */
CHEXIAO_API
uint32_t chexiao_abi_version(void);

/*
 The library's version, such as "0.1.0". Static: never freed.
 */
CHEXIAO_API const char *chexiao_version(void);

/*
 The word for a status, such as "closed" or "connect"; "invalid" for a number that is none. Static: never freed, never NULL.
 */
CHEXIAO_API
const char *chexiao_status_name(chexiao_status status);

/*
 All gateways with their environments and outcome tables, as a JSON array in *out. Returns CHEXIAO_OK.

 out: not NULL.
 */
CHEXIAO_API chexiao_status chexiao_gateways(char **out);

/*
 Opens a client from configuration JSON (UTF-8). Keys are loaded; no connection is made. Returns CHEXIAO_OK with the
 handle in *client, to be freed by chexiao_client_free, or an error with 0 in *client.

 config: not NULL; config_len bytes, or up to its NUL if config_len is CHEXIAO_NUL_TERMINATED; not kept.
 client, out: not NULL. *out is "{}" on success.
 */
CHEXIAO_API
chexiao_status chexiao_client_new(const char *config,
                                  size_t config_len,
                                  uint64_t *client,
                                  char **out);

/*
 Frees a client. Calls that still run on it finish; every later use of the handle, another free included, is
 CHEXIAO_ERROR_HANDLE and does no harm.
 */
CHEXIAO_API chexiao_status chexiao_client_free(uint64_t client);

/*
 Signs a call, for a program that sends it with its own HTTP client: as it is, once. Returns CHEXIAO_OK with
 {"method","url","headers","body_base64","msg_id"} in *out, or an error.

 call: {"operation":"close" or "query","order":{...}}; not NULL; call_len bytes or CHEXIAO_NUL_TERMINATED; not kept.
 out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_sign(uint64_t client,
                            const char *call,
                            size_t call_len,
                            char **out);

/*
 Signs, sends once, verifies and interprets. Returns the outcome (1 to 10) with the result JSON in *out, or an error: then
 nothing was sent. Blocks at most until the configured deadline. Parameters as of chexiao_sign; the operation may also be
 "ensure_closed": a close and, where that leaves a doubt, one query, with one outcome of both.
 */
CHEXIAO_API
chexiao_status chexiao_send(uint64_t client,
                            const char *call,
                            size_t call_len,
                            char **out);

/*
 Judges an exchange the program has made itself. Returns the outcome (1 to 10) with the result JSON in *out. The request
 is out, so that JSON that cannot be read is CHEXIAO_UNKNOWN with the reason "input". An error means that an argument
 itself is unusable (NULL, not UTF-8, no open client): then the order is just as unknown.

 exchange: {"call":{...},"request":<what chexiao_sign gave>,"reply":{"status":200,"headers":{...},"body_base64":"..."}};
 not NULL; exchange_len bytes or CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_verify(uint64_t client,
                              const char *exchange,
                              size_t exchange_len,
                              char **out);

/*
 Encrypts one field of the gateway's other calls (README, "Encrypted fields"). Returns CHEXIAO_OK with {"text":"..."} in
 *out, or an error: CHEXIAO_ERROR_UNSUPPORTED where the gateway or the account encrypts no field.

 text: not NULL; text_len bytes or CHEXIAO_NUL_TERMINATED; not kept. out: not NULL.
 */
CHEXIAO_API
chexiao_status chexiao_encrypt_field(uint64_t client,
                                     const char *text,
                                     size_t text_len,
                                     char **out);

/*
 Decrypts one field of the gateway's other replies and notifications. Returns CHEXIAO_OK with {"text":"..."} in *out, or an
 error. What it says is not signed by that. Parameters as of chexiao_encrypt_field.
 */
CHEXIAO_API
chexiao_status chexiao_decrypt_field(uint64_t client,
                                     const char *field,
                                     size_t field_len,
                                     char **out);

/*
 Frees a string that this library put into an out, once. NULL is ignored.
 */
CHEXIAO_API void chexiao_string_free(char *string);

#endif  /* CHEXIAO_H */
