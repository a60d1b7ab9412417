/**
 * @file
 * chexiao for CGI programs: the notification that the web server hands over, as the message that chexiao_verify_notification takes, and its
 * answer. Header only, for C89 and later and C++98 and later.
 *
 *     enum chexiao_cgi_error error;
 *     char *message = chexiao_cgi_message(NULL, &error), *notice = NULL;
 *     chexiao_status event = chexiao_verify_notification(client, message, CHEXIAO_NUL_TERMINATED, &notice);
 *     int stored = event > 0 && store(event, notice);
 *     error = stored ? chexiao_cgi_acknowledge(notice) : chexiao_cgi_refuse(notice);
 *     chexiao_string_free(notice);
 *     free(message);
 *
 * No step needs the one before it to have gone well: without a message there is an error in place of a notice, and of an error the answer is
 * 500, after which the gateway tries again. It reads the environment and standard input and writes standard output: for one thread.
 */

#ifndef CHEXIAO_CGI_H
#define CHEXIAO_CGI_H

#include "chexiao.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__cplusplus) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 199901L)
/** How each function is defined. */
#define CHEXIAO_CGI_INLINE static inline
#else
#define CHEXIAO_CGI_INLINE static __inline
#endif

#ifdef __cplusplus
extern "C" {
#endif
/** That of POSIX. */
extern char **environ;
#ifdef __cplusplus
}
#endif

/** Why there is no message, or no answer. */
enum chexiao_cgi_error {
    /** None. */
    CHEXIAO_CGI_OK = 0,
    /** No REQUEST_METHOD: no web server has started this. */
    CHEXIAO_CGI_NO_REQUEST = 1,
    /** Standard input cannot be read; errno says why. */
    CHEXIAO_CGI_READ = 2,
    /** No memory. */
    CHEXIAO_CGI_NO_MEMORY = 3,
    /** The notice has no such answer, or there is no notice: 500 was answered. */
    CHEXIAO_CGI_NO_ANSWER = 4,
    /** The answer could not be written: the gateway will tell it again. errno says why. */
    CHEXIAO_CGI_WRITE = 5
};

/** The longest body that is looked at has 1 MiB; of a longer one this much is read, for the library to say so. */
#define CHEXIAO_CGI_LONGEST ((size_t)1048577)

/* A text that grows. Without memory it stays as it is, for good. */
struct chexiao_cgi_text {
    char *bytes;
    size_t length, room;
    int lacks_memory;
};

CHEXIAO_CGI_INLINE void chexiao_cgi_add(struct chexiao_cgi_text *text, const char *bytes, size_t length)
{
    if (text->lacks_memory)
        return;
    if (text->room - text->length <= length) {
        size_t room = 2 * text->room + length + 256;
        char *grown = (char *)realloc(text->bytes, room);

        if (grown == NULL) {
            text->lacks_memory = 1;
            return;
        }
        text->bytes = grown;
        text->room = room;
    }
    memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

CHEXIAO_CGI_INLINE void chexiao_cgi_add_text(struct chexiao_cgi_text *text, const char *more)
{
    chexiao_cgi_add(text, more, strlen(more));
}

/* A character of a header's name: HTTP_X_SIGN is x-sign. */
CHEXIAO_CGI_INLINE char chexiao_cgi_named(char c)
{
    if (c == '_')
        return '-';
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* A member of text. Its bytes are Latin-1, as those of HTTP are: every byte is a character, whatever the sender meant. */
CHEXIAO_CGI_INLINE void chexiao_cgi_add_string(struct chexiao_cgi_text *text, const char *string, size_t length, int is_name)
{
    static const char digits[] = "0123456789abcdef";
    size_t at;

    chexiao_cgi_add(text, "\"", 1);
    for (at = 0; at < length; at++) {
        char c = is_name ? chexiao_cgi_named(string[at]) : string[at];
        unsigned byte = (unsigned char)c;

        if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
            char escaped[6];

            memcpy(escaped, "\\u00", 4);
            escaped[4] = digits[byte >> 4];
            escaped[5] = digits[byte & 15];
            chexiao_cgi_add(text, escaped, sizeof escaped);
        } else {
            chexiao_cgi_add(text, &c, 1);
        }
    }
    chexiao_cgi_add(text, "\"", 1);
}

/* The length of the header's name in a variable of the environment, and where it begins; 0 for one that is no header. */
CHEXIAO_CGI_INLINE size_t chexiao_cgi_header(const char *variable, const char **name)
{
    const char *equals = strchr(variable, '=');

    *name = variable;
    if (equals == NULL)
        return 0;
    if (strncmp(variable, "HTTP_", 5) == 0)
        *name = variable + 5;
    else if (strncmp(variable, "CONTENT_TYPE=", 13) != 0 && strncmp(variable, "CONTENT_LENGTH=", 15) != 0)
        return 0;
    return (size_t)(equals - *name);
}

/* Whether a header of the same name as the one that the environment has at `at` goes before it: an earlier one, and the server's own word on
 * type and length before HTTP_CONTENT_TYPE and HTTP_CONTENT_LENGTH, which some servers add. */
CHEXIAO_CGI_INLINE int chexiao_cgi_is_repeated(size_t at, const char *name, size_t length)
{
    size_t other, same;
    int is_http = name != environ[at];

    for (other = 0; environ[other] != NULL; other++) {
        const char *before;
        int matches = chexiao_cgi_header(environ[other], &before) == length, before_is_http = before != environ[other];

        if (!matches || (before_is_http == is_http ? other >= at : before_is_http))
            continue;
        for (same = 0; same < length && chexiao_cgi_named(before[same]) == chexiao_cgi_named(name[same]); same++)
            ;
        if (same == length)
            return 1;
    }
    return 0;
}

CHEXIAO_CGI_INLINE void chexiao_cgi_add_headers(struct chexiao_cgi_text *text)
{
    size_t at, count = 0;

    for (at = 0; environ != NULL && environ[at] != NULL; at++) {
        const char *name;
        size_t length = chexiao_cgi_header(environ[at], &name);

        if (length == 0 || chexiao_cgi_is_repeated(at, name, length))
            continue;
        if (count++ > 0)
            chexiao_cgi_add(text, ",", 1);
        chexiao_cgi_add_string(text, name, length, 1);
        chexiao_cgi_add(text, ":", 1);
        chexiao_cgi_add_string(text, name + length + 1, strlen(name + length + 1), 0);
    }
}

/* How much of standard input is the body, at most. Without a length it ends where the input does: a web server that takes the chunks of a
 * body apart knows no length. What is no length is that of nothing. */
CHEXIAO_CGI_INLINE size_t chexiao_cgi_length(const char *method)
{
    const char *length = getenv("CONTENT_LENGTH");
    size_t bytes = 0;

    if (length == NULL || *length == '\0')
        return strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0 ? 0 : CHEXIAO_CGI_LONGEST;
    for (; *length >= '0' && *length <= '9'; length++)
        if (bytes < CHEXIAO_CGI_LONGEST)
            bytes = 10 * bytes + (size_t)(*length - '0');
    if (*length != '\0')
        return 0;
    return bytes < CHEXIAO_CGI_LONGEST ? bytes : CHEXIAO_CGI_LONGEST;
}

/* So many bytes of standard input, or all that are left: a part may come at a time, and a signal in between. */
CHEXIAO_CGI_INLINE size_t chexiao_cgi_read(unsigned char *bytes, size_t wanted, int *fails)
{
    size_t got = 0;

    while (got < wanted) {
        errno = 0;
        got += fread(bytes + got, 1, wanted - got, stdin);
        if (got == wanted || !ferror(stdin) || errno != EINTR)
            break;
        clearerr(stdin);
    }
    *fails = got < wanted && ferror(stdin);
    return got;
}

/* The body in base64. Returns 0 if it cannot be read. */
CHEXIAO_CGI_INLINE int chexiao_cgi_add_body(struct chexiao_cgi_text *text, size_t left)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    int fails = 0;

    while (left > 0) {
        unsigned char bytes[3 * 256];
        char written[4 * 256];
        size_t wanted = left < sizeof bytes ? left : sizeof bytes;
        size_t got = chexiao_cgi_read(bytes, wanted, &fails), at, to = 0;

        for (at = 0; at < got; at += 3) {
            unsigned second = at + 1 < got ? bytes[at + 1] : 0, third = at + 2 < got ? bytes[at + 2] : 0;

            written[to++] = digits[bytes[at] >> 2];
            written[to++] = digits[(bytes[at] & 3u) << 4 | second >> 4];
            written[to++] = at + 1 < got ? digits[(second & 15u) << 2 | third >> 6] : '=';
            written[to++] = at + 2 < got ? digits[third & 63u] : '=';
        }
        chexiao_cgi_add(text, written, to);
        left = got < wanted ? 0 : left - got;
    }
    return !fails;
}

/** The notification, as the JSON that chexiao_verify_notification takes, ending in NUL: to be freed with free. `expect` is NULL or a JSON object:
 * what is known of the order (docs/notifications.md). Where nothing can be had it is NULL, and *error, unless that is NULL, says why. Whatever
 * came from outside is a message: what is wrong with it the library says. Reads standard input up to CONTENT_LENGTH, or 1 MiB and a byte. */
CHEXIAO_CGI_INLINE char *chexiao_cgi_message(const char *expect, enum chexiao_cgi_error *error)
{
    struct chexiao_cgi_text text = {NULL, 0, 0, 0};
    const char *method = getenv("REQUEST_METHOD"), *url = getenv("REQUEST_URI");
    enum chexiao_cgi_error ignored;

    if (error == NULL)
        error = &ignored;
    *error = CHEXIAO_CGI_NO_REQUEST;
    if (method == NULL)
        return NULL;
    chexiao_cgi_add_text(&text, "{");
    if (url != NULL) {
        chexiao_cgi_add_text(&text, "\"url\":");
        chexiao_cgi_add_string(&text, url, strlen(url), 0);
        chexiao_cgi_add_text(&text, ",");
    }
    chexiao_cgi_add_text(&text, "\"headers\":{");
    chexiao_cgi_add_headers(&text);
    chexiao_cgi_add_text(&text, "},\"body_base64\":\"");
    *error = chexiao_cgi_add_body(&text, chexiao_cgi_length(method)) ? CHEXIAO_CGI_OK : CHEXIAO_CGI_READ;
    chexiao_cgi_add_text(&text, "\"");
    if (expect != NULL) {
        chexiao_cgi_add_text(&text, ",\"expect\":");
        chexiao_cgi_add_text(&text, expect);
    }
    chexiao_cgi_add_text(&text, "}");
    if (*error == CHEXIAO_CGI_OK && text.lacks_memory)
        *error = CHEXIAO_CGI_NO_MEMORY;
    if (*error == CHEXIAO_CGI_OK)
        return text.bytes;
    free(text.bytes);
    return NULL;
}

/* Goes past what must come next; NULL if something else does. */
CHEXIAO_CGI_INLINE const char *chexiao_cgi_after(const char *at, const char *next)
{
    return at != NULL && strncmp(at, next, strlen(next)) == 0 ? at + strlen(next) : NULL;
}

/* Past a string's second quotation mark; NULL if it is none, or holds what an answer never does. */
CHEXIAO_CGI_INLINE const char *chexiao_cgi_after_string(const char *at)
{
    at = chexiao_cgi_after(at, "\"");
    if (at == NULL)
        return NULL;
    while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\')
        at++;
    return chexiao_cgi_after(at, "\"");
}

/* The lines "Name: value" of headers, to past their brace; with a text of NULL they are only gone past. */
CHEXIAO_CGI_INLINE const char *chexiao_cgi_add_lines(struct chexiao_cgi_text *text, const char *at)
{
    at = chexiao_cgi_after(at, "{");
    while (at != NULL && *at != '}') {
        const char *name = at + 1, *value = chexiao_cgi_after(chexiao_cgi_after_string(at), ":");
        const char *end = chexiao_cgi_after_string(value);

        if (end == NULL)
            return NULL;
        chexiao_cgi_add(text, name, (size_t)(value - 2 - name));
        chexiao_cgi_add(text, ": ", 2);
        chexiao_cgi_add(text, value + 1, (size_t)(end - 2 - value));
        chexiao_cgi_add(text, "\r\n", 2);
        at = *end == ',' ? end + 1 : end;
    }
    return chexiao_cgi_after(at, "}");
}

CHEXIAO_CGI_INLINE int chexiao_cgi_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* The bytes of base64, up to its quotation mark; 0 if it is not whole. */
CHEXIAO_CGI_INLINE int chexiao_cgi_add_decoded(struct chexiao_cgi_text *text, const char *at)
{
    unsigned long bits = 0;
    int held = 0;

    for (; chexiao_cgi_digit(*at) >= 0; at++) {
        bits = (bits << 6 | (unsigned long)chexiao_cgi_digit(*at)) & 0xffffffUL;
        held += 6;
        if (held >= 8) {
            char byte = (char)(unsigned char)(bits >> (held - 8) & 255);

            held -= 8;
            chexiao_cgi_add(text, &byte, 1);
        }
    }
    while (*at == '=')
        at++;
    return *at == '"';
}

/* The whole answer that a notice has as this member, as a CGI program writes it; 0 if it has none. */
CHEXIAO_CGI_INLINE int chexiao_cgi_add_answer(struct chexiao_cgi_text *text, const char *notice, const char *member)
{
    struct chexiao_cgi_text body = {NULL, 0, 0, 0};
    const char *at = notice != NULL ? strstr(notice, member) : NULL;
    char line[64];
    int is_whole;

    /* Quotation marks inside a text are escaped, and no other member is an object with a status: what is found is the member. */
    at = at != NULL ? at + strlen(member) : NULL;
    if (at == NULL || strspn(at, "0123456789") != 3)
        return 0;
    sprintf(line, "Status: %.3s%s\r\n", at, strncmp(at, "200", 3) == 0 ? " OK" : " ");
    chexiao_cgi_add_text(text, line);
    at = chexiao_cgi_add_lines(text, chexiao_cgi_after(at + 3, ",\"headers\":"));
    at = chexiao_cgi_after(at, ",\"body_base64\":\"");
    is_whole = at != NULL && chexiao_cgi_add_decoded(&body, at);
    sprintf(line, "Content-Length: %lu\r\n\r\n", (unsigned long)body.length);
    chexiao_cgi_add_text(text, line);
    if (body.length > 0)
        chexiao_cgi_add(text, body.bytes, body.length);
    text->lacks_memory |= body.lacks_memory;
    free(body.bytes);
    return is_whole;
}

CHEXIAO_CGI_INLINE enum chexiao_cgi_error chexiao_cgi_answer(const char *notice, const char *member)
{
    static const char failure[] = "Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n";
    struct chexiao_cgi_text text = {NULL, 0, 0, 0};
    enum chexiao_cgi_error error = chexiao_cgi_add_answer(&text, notice, member) ? CHEXIAO_CGI_OK : CHEXIAO_CGI_NO_ANSWER;
    int is_answer;

    if (error == CHEXIAO_CGI_OK && text.lacks_memory)
        error = CHEXIAO_CGI_NO_MEMORY;
    is_answer = error == CHEXIAO_CGI_OK;
    fwrite(is_answer ? text.bytes : failure, 1, is_answer ? text.length : sizeof failure - 1, stdout);
    if (fflush(stdout) != 0 || ferror(stdout))
        error = CHEXIAO_CGI_WRITE;
    free(text.bytes);
    return error;
}

/** Writes the answer that ends the repeats: once the notice is stored. Whatever is in the way, the web server gets an answer. */
CHEXIAO_CGI_INLINE enum chexiao_cgi_error chexiao_cgi_acknowledge(const char *notice)
{
    return chexiao_cgi_answer(notice, "\"acknowledge\":{\"status\":");
}

/** Writes the answer that asks for it to be sent again; of an error document, or NULL, 500. */
CHEXIAO_CGI_INLINE enum chexiao_cgi_error chexiao_cgi_refuse(const char *notice)
{
    return chexiao_cgi_answer(notice, "\"refuse\":{\"status\":");
}

#endif /* CHEXIAO_CGI_H */
