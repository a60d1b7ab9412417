/* libchexiao.a in one program with libraries that hold the same code: a twin of itself under other names, global symbols and all (Rust's
 * standard library, AWS-LC, rustls), another Rust library, and OpenSSL. Every one works, on threads that use all of them. */
#include "kit/ask.h"
#include "kit/sandbox.h"
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifdef TWIN
chexiao_status twin_client_new(const char *, size_t, uint64_t *, char **);
chexiao_status twin_client_free(uint64_t);
chexiao_status twin_send(uint64_t, const char *, size_t, char **);
void twin_string_free(char *);

static void twin_closes(const char *config) {
    char *json = NULL, *number = new_number(""), *call = call_of("wechat", number);
    uint64_t client = 0;
    CHECK(twin_client_new(config, CHEXIAO_NUL_TERMINATED, &client, &json) == CHEXIAO_OK, "the twin opens: %s", json);
    twin_string_free(json);
    CHECK(twin_send(client, call, CHEXIAO_NUL_TERMINATED, &json) == CHEXIAO_CLOSED, "the twin closes: %s", json);
    twin_string_free(json);
    CHECK(twin_client_free(client) == CHEXIAO_OK, "the twin's client is freed");
    free(number), free(call);
}
#else
/* Panics, catches it and says how long the message was; has a destructor of its own at the thread's end. */
int neighbour_panics(int);

static void twin_closes(const char *config) {
    (void)config;
    CHECK(neighbour_panics(7) == 7, "the other library catches its own panic");
}
#endif

static void openssl_hashes(void) {
    unsigned char hash[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    CHECK(EVP_Digest("abc", 3, hash, &size, EVP_sha256(), NULL) == 1 && size == 32 && memcmp(hash, "\xba\x78\x16\xbf", 4) == 0, "SHA-256");
}

/* A TLS handshake with the sandbox, whose certificate it trusts. */
static void openssl_connects(const char *config) {
    char *ca_file = text_of("%s/ca.pem", environment("CHEXIAO_SANDBOX")), *host = strstr(config, "https://") + 8;
    char *address = text_of("%.*s", (int)strcspn(host, "/\""), host);
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    BIO *connection;
    CHECK(context && SSL_CTX_load_verify_locations(context, ca_file, NULL) == 1, "OpenSSL reads the authority");
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
    connection = BIO_new_ssl_connect(context);
    CHECK(connection && BIO_set_conn_hostname(connection, address) == 1 && BIO_do_handshake(connection) == 1, "OpenSSL connects to %s", address);
    BIO_free_all(connection);
    SSL_CTX_free(context);
    free(ca_file), free(address);
}

static void *uses_all(void *config) {
    uint64_t client = open_client(config);
    int at;
    for (at = 0; at < 5; at++) {
        close_new_order(client, "wechat", "");
        twin_closes(config);
        openssl_hashes();
        openssl_connects(config);
    }
    CHECK(chexiao_client_free(client) == CHEXIAO_OK, "freeing");
    return NULL;
}

int main(void) {
    char *config = config_of("wechat", NULL, "");
    pthread_t threads[4];
    size_t at;
    long child;
    for (at = 0; at < 4; at++) pthread_create(&threads[at], NULL, uses_all, config);
    for (at = 0; at < 4; at++) pthread_join(threads[at], NULL);
    child = fork_child();
    if (child == 0) {
        uses_all(config);
        end_child();
    }
    child_ends_well(child, 20, "all of them after a fork");
    free(config);
    return summary();
}
