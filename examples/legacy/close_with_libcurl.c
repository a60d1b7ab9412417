/*
 * For a program that has an HTTP client already: chexiao signs, the program sends, chexiao judges the reply. C89, with
 * libcurl for the network and cJSON for reading what to send.
 *
 *     close_with_libcurl wechat.json '{"out_trade_no":"1217752501201407033233368018"}' [CA-FILE]
 *
 * Prints the result as JSON. Exit code: 0 nothing is left to do, 10 + the outcome's number otherwise, 2 if nothing
 * was sent.
 * MONEY marks every place where a wrong turn costs some.
 */
#include <chexiao.h>

#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOT_SENT 2
#define LARGEST_REPLY (1 << 20)

struct reply {
    long status;
    cJSON *headers;
    unsigned char body[LARGEST_REPLY];
    size_t size;
};

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Both give a text to be freed, or NULL. */
static char *base64(const unsigned char *bytes, size_t size)
{
    char *text = malloc((size + 2) / 3 * 4 + 1), *to = text;
    size_t at;

    if (text == NULL)
        return NULL;
    for (at = 0; at < size; at += 3) {
        unsigned long three = (unsigned long)bytes[at] << 16;
        three |= at + 1 < size ? (unsigned long)bytes[at + 1] << 8 : 0;
        three |= at + 2 < size ? bytes[at + 2] : 0;
        *to++ = digits[three >> 18];
        *to++ = digits[three >> 12 & 63];
        *to++ = at + 1 < size ? digits[three >> 6 & 63] : '=';
        *to++ = at + 2 < size ? digits[three & 63] : '=';
    }
    *to = '\0';
    return text;
}

static char *from_base64(const char *text, size_t *size)
{
    char *bytes = malloc(strlen(text) / 4 * 3 + 3);
    unsigned long held = 0;
    int bits = 0;

    *size = 0;
    for (; bytes != NULL && *text != '\0' && *text != '='; text++) {
        const char *digit = strchr(digits, *text);
        if (digit == NULL) {
            free(bytes);
            return NULL;
        }
        held = (held << 6 | (unsigned long)(digit - digits)) & 0xffffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes[(*size)++] = (char)(held >> bits & 0xff);
        }
    }
    return bytes;
}

static size_t on_body(char *bytes, size_t one, size_t size, void *to)
{
    struct reply *reply = to;

    (void)one;
    if (size > sizeof reply->body - reply->size)
        return 0; /* ends the transfer with CURLE_WRITE_ERROR */
    memcpy(reply->body + reply->size, bytes, size);
    reply->size += size;
    return size;
}

/* A header that comes twice becomes one, as HTTP has it: the exchange must not name a member twice. */
static size_t on_header(char *line, size_t one, size_t size, void *to)
{
    struct reply *reply = to;
    char text[8192], *value;
    size_t length = size < sizeof text ? size : sizeof text - 1;
    cJSON *before;

    (void)one;
    memcpy(text, line, length);
    text[length] = '\0';
    text[strcspn(text, "\r\n")] = '\0';
    value = strchr(text, ':');
    if (value == NULL)
        return size; /* the status line, or the blank one at the end */
    *value++ = '\0';
    value += strspn(value, " \t");
    before = cJSON_GetObjectItem(reply->headers, text);
    if (before != NULL) {
        char both[2 * sizeof text];
        sprintf(both, "%.8000s, %.8000s", before->valuestring, value);
        cJSON_SetValuestring(before, both);
    } else {
        cJSON_AddStringToObject(reply->headers, text, value);
    }
    return size;
}

static struct curl_slist *header_lines(const cJSON *headers)
{
    struct curl_slist *lines = curl_slist_append(NULL, "Expect:"); /* libcurl's own "Expect: 100-continue" gains nothing */
    const cJSON *header;

    cJSON_ArrayForEach(header, headers) {
        char *line = malloc(strlen(header->string) + strlen(header->valuestring) + 3);
        struct curl_slist *longer = NULL;
        if (line != NULL && lines != NULL) {
            sprintf(line, "%s: %s", header->string, header->valuestring);
            longer = curl_slist_append(lines, line);
        }
        free(line);
        if (longer == NULL) {
            curl_slist_free_all(lines);
            return NULL;
        }
        lines = longer;
    }
    return lines;
}

/* MONEY: the only errors that prove that nothing was sent. Every other one, a time-out above all, may come after the
 * gateway has read the request and closed the order. "Failed" would be a guess. */
static int proves_not_sent(CURLcode code)
{
    return code == CURLE_COULDNT_RESOLVE_HOST || code == CURLE_COULDNT_CONNECT || code == CURLE_PEER_FAILED_VERIFICATION ||
           code == CURLE_SSL_CACERT_BADFILE || code == CURLE_FAILED_INIT;
}

/* Sends the request as chexiao_sign gave it: these bytes, these headers, once. */
static CURLcode send_once(const cJSON *request, const char *ca_file, struct reply *reply)
{
    size_t size;
    const char *method = cJSON_GetObjectItem(request, "method")->valuestring;
    char *body = from_base64(cJSON_GetObjectItem(request, "body_base64")->valuestring, &size);
    struct curl_slist *headers = header_lines(cJSON_GetObjectItem(request, "headers"));
    CURL *curl = curl_easy_init();
    CURLcode code = CURLE_FAILED_INIT;

    if (curl != NULL && headers != NULL && body != NULL) {
        curl_easy_setopt(curl, CURLOPT_URL, cJSON_GetObjectItem(request, "url")->valuestring);
        curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
        if (strcmp(method, "POST") == 0) { /* every close is one; some queries are a GET, which has no body */
            curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
            curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)size);
        }
        curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, reply);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, on_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, reply);
        curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, 5000L);
        curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, 30000L);
        curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
        curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* not what http_proxy in the environment happens to say */
        /* MONEY: a redirect would carry the signed order to another host. */
        curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
        /* MONEY: on a kept connection that turns out dead libcurl sends a second time by itself. On a fresh one it does not. */
        curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
        curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
        if (ca_file != NULL)
            curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file);
        code = curl_easy_perform(curl);
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
    }
    curl_easy_cleanup(curl);
    curl_slist_free_all(headers);
    free(body);
    return code;
}

/* {"call":...,"request":...,"reply":...}: a text to be freed, or NULL. */
static char *exchange(const char *call, const char *request, struct reply *reply)
{
    cJSON *whole = cJSON_CreateObject(), *part = cJSON_AddObjectToObject(whole, "reply");
    char *body = base64(reply->body, reply->size), *text = NULL;

    cJSON_AddRawToObject(whole, "call", call); /* raw: as they are */
    cJSON_AddRawToObject(whole, "request", request);
    cJSON_AddNumberToObject(part, "status", (double)reply->status);
    cJSON_AddItemToObject(part, "headers", reply->headers);
    reply->headers = NULL;
    if (body != NULL && cJSON_AddStringToObject(part, "body_base64", body) != NULL)
        text = cJSON_PrintUnformatted(whole);
    cJSON_Delete(whole);
    free(body);
    return text;
}

/* The outcome of sending the signed request; a negative number only if nothing was sent. */
static chexiao_status send_and_judge(uint64_t client, const char *call, const char *request, const char *ca_file, int *done)
{
    static struct reply reply;
    cJSON *parsed = cJSON_Parse(request);
    char *text, *json = NULL;
    chexiao_status status;
    CURLcode code;

    reply.headers = cJSON_CreateObject();
    /* MONEY: write "close under way" into the order book here. Who dies after the next line knows nothing, and must query. */
    code = parsed == NULL || reply.headers == NULL ? CURLE_FAILED_INIT : send_once(parsed, ca_file, &reply);
    cJSON_Delete(parsed);
    if (code != CURLE_OK) {
        fprintf(stderr, "libcurl: %s\n", curl_easy_strerror(code));
        cJSON_Delete(reply.headers);
        return proves_not_sent(code) ? CHEXIAO_ERROR_NOT_SENT : CHEXIAO_UNKNOWN;
    }

    /* MONEY: whatever the HTTP status and the body say, only chexiao_verify knows whether they prove anything. */
    text = exchange(call, request, &reply);
    status = chexiao_verify(client, text, CHEXIAO_NUL_TERMINATED, &json);
    if (json != NULL)
        puts(json);
    /* MONEY: closed may still ask for a query. Exact without a parser: quotes inside a text are escaped. */
    *done = json != NULL && strstr(json, "\"next\":\"done\"") != NULL;
    chexiao_string_free(json);
    free(text);
    /* MONEY: an error of chexiao_verify (no memory, say) is no "not sent": the request is out. */
    return status < 0 ? CHEXIAO_UNKNOWN : status;
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

static chexiao_status close_order(const char *config, const char *call, const char *ca_file, int *done)
{
    uint64_t client = 0;
    char *request = NULL;
    chexiao_status status = chexiao_client_new(config, CHEXIAO_NUL_TERMINATED, &client, &request);

    if (status == CHEXIAO_OK) {
        chexiao_string_free(request);
        status = chexiao_sign(client, call, CHEXIAO_NUL_TERMINATED, &request);
    }
    if (status == CHEXIAO_OK)
        status = send_and_judge(client, call, request, ca_file, done);
    else if (request != NULL)
        puts(request); /* the error; nothing was sent */
    chexiao_string_free(request);
    chexiao_client_free(client);
    return status;
}

int main(int argc, char **argv)
{
    static const char format[] = "{\"operation\":\"close\",\"order\":%s}";
    char *config = argc < 3 ? NULL : read_file(argv[1]);
    char *call = argc < 3 ? NULL : malloc(sizeof format + strlen(argv[2]));
    chexiao_status status = CHEXIAO_ERROR_NOT_SENT;
    int done = 0;

    if (argc < 3 || argc > 4 || chexiao_abi_version() != CHEXIAO_ABI_VERSION || curl_global_init(CURL_GLOBAL_ALL) != CURLE_OK) {
        fprintf(stderr, "usage: %s CONFIG-FILE ORDER-JSON [CA-FILE]\n", argv[0]);
    } else if (config == NULL || call == NULL) {
        fprintf(stderr, "cannot read %s, or no memory\n", argv[1]);
    } else {
        sprintf(call, format, argv[2]);
        status = close_order(config, call, argc == 4 ? argv[3] : NULL, &done);
        curl_global_cleanup();
    }
    fprintf(stderr, "%s\n", chexiao_status_name(status));
    free(call);
    free(config);
    if (done)
        return 0;
    return status < 0 ? NOT_SENT : 10 + (int)status;
}
