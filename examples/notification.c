/*
 * A CGI program that hears what a gateway posts about its orders: verifies it, keeps it in the store of orders.c, and only then
 * acknowledges it.
 *
 *     cc notification.c orders.c $(pkg-config --cflags --libs chexiao) -lsqlite3 -o notification.cgi
 *
 * The web server starts it with SHOP_FOLDER, a folder that it may write in, with wechat.json (the configuration), orders.sql and
 * orders.db (made at the first notification), and with SHOP_GATEWAY, such as wechat. What is to be done goes to the server's log; a
 * job that calls orders_due now and then does it.
 */
#include "orders.h"
#include <chexiao_cgi.h>

enum { LARGEST = 65536, LONGEST_PATH = 512 };

static const char *folder, *gateway;

/* 1 if it is short enough. */
static int path_of(char path[LONGEST_PATH], const char *name, const char *suffix)
{
    int length = snprintf(path, LONGEST_PATH, "%s/%s%s", folder, name, suffix);

    return length > 0 && length < LONGEST_PATH;
}

/* Opens the client from $SHOP_FOLDER/$SHOP_GATEWAY.json; 0 if that fails, and the log says why. */
static uint64_t open_client(void)
{
    char path[LONGEST_PATH], config[LARGEST + 1], *json = NULL;
    FILE *file = path_of(path, gateway, ".json") ? fopen(path, "rb") : NULL;
    uint64_t client = 0;
    size_t length = 0;

    if (file != NULL) {
        length = fread(config, 1, sizeof config, file);
        fclose(file);
    }
    if (length == 0 || length > LARGEST)
        fprintf(stderr, "cannot read %s.json in %s\n", gateway, folder);
    else if (chexiao_client_new(config, length, &client, &json) != CHEXIAO_OK)
        fprintf(stderr, "%s\n", json != NULL ? json : "no memory");
    chexiao_string_free(json);
    return client;
}

/* What is to be done. NULL if nothing is stored: then it may not be acknowledged. */
static const char *stored(const char *notice)
{
    char path[LONGEST_PATH], schema[LONGEST_PATH];
    orders *store = path_of(path, "orders", ".db") && path_of(schema, "orders", ".sql") ? orders_open(path, schema) : NULL;
    const char *todo;

    if (store == NULL) {
        fprintf(stderr, "cannot open orders.db in %s\n", folder);
        return NULL;
    }
    todo = orders_notice(store, gateway, notice);
    if (todo == NULL)
        fprintf(stderr, "orders.db: %s\n", orders_error(store));
    orders_close(store);
    return todo;
}

int main(void)
{
    enum chexiao_cgi_error error = CHEXIAO_CGI_OK;
    chexiao_status event = CHEXIAO_ERROR_HANDLE;
    const char *todo = NULL;
    char *message, *notice = NULL;
    uint64_t client;

    folder = getenv("SHOP_FOLDER");
    gateway = getenv("SHOP_GATEWAY");
    if (folder == NULL || gateway == NULL || chexiao_abi_version() != CHEXIAO_ABI_VERSION) {
        fprintf(stderr, "SHOP_FOLDER or SHOP_GATEWAY is not set, or this was compiled for another libchexiao\n");
        chexiao_cgi_refuse(NULL);
        return 1;
    }
    client = open_client();
    message = chexiao_cgi_message(NULL, &error);
    if (client != 0 && error == CHEXIAO_CGI_OK)
        event = chexiao_verify_notification(client, message, CHEXIAO_NUL_TERMINATED, &notice);
    if (event > 0 && notice != NULL)
        todo = stored(notice);

    if (todo == NULL || strcmp(todo, ORDERS_REFUSE) == 0)
        error = chexiao_cgi_refuse(notice);
    else
        error = chexiao_cgi_acknowledge(notice);

    fprintf(stderr, "%s: %s: %s (answer: %d)\n", gateway, chexiao_status_name(event), todo != NULL ? todo : "not stored", error);
    chexiao_string_free(notice);
    free(message);
    chexiao_client_free(client);
    return error != CHEXIAO_CGI_OK;
}
