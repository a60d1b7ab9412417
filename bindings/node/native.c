/* The C library for Node.js. One thread for each environment (the main one, each worker) begins, takes and ends all calls; the thread of
 * JavaScript only hears of them. */
#include <chexiao.h>
#include <node_api.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A call, from begin to its answer. */
struct call {
    struct call *next;
    uint64_t client, queue;
    double id;
    char *text;
    size_t length;
    int fd;     /* of the queue */
    int is_end; /* no call: the order to end that of the same id */
    chexiao_status status;
    char *json;
    int was_ended; /* then json is the document of chexiao_queue_free */
};

/* A handle, to be freed with the environment at the latest. */
struct client {
    struct client *next;
    uint64_t handle;
};

struct environment {
    pthread_t thread;
    pthread_mutex_t lock;
    struct call *told;  /* by JavaScript, the last first; under the lock */
    struct call *begun; /* of the thread alone */
    int epoll, bell, stops;
    unsigned under_way;         /* of JavaScript alone, as what follows */
    struct client *clients;     /* that are open */
    napi_threadsafe_function answer;
};

static void deliver(struct environment *here, struct call *call) { napi_call_threadsafe_function(here->answer, call, napi_tsfn_nonblocking); }

/* Removes it from those that have begun, before its queue is freed, and the descriptor with it. */
static void leave(struct environment *here, struct call *call) {
    struct call **at = &here->begun;
    epoll_ctl(here->epoll, EPOLL_CTL_DEL, call->fd, NULL);
    while (*at && *at != call) at = &(*at)->next;
    if (*at) *at = call->next;
}

static void begin(struct environment *here, struct call *call) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = call};
    call->fd = -1;
    call->status = chexiao_queue_new(1, &call->queue, &call->json);
    if (call->status == CHEXIAO_OK) {
        chexiao_string_free(call->json);
        call->status = chexiao_queue_fd(call->queue, &call->fd, &call->json);
    }
    if (call->status == CHEXIAO_OK && epoll_ctl(here->epoll, EPOLL_CTL_ADD, call->fd, &event) != 0) call->status = CHEXIAO_ERROR_NOT_SENT;
    if (call->status == CHEXIAO_OK) {
        chexiao_string_free(call->json);
        call->status = chexiao_queue_submit(call->queue, call->client, 0, call->text, call->length, &call->json);
    }
    if (call->status == CHEXIAO_OK) {
        chexiao_string_free(call->json);
        call->json = NULL;
        call->next = here->begun;
        here->begun = call;
        return;
    }
    if (call->queue) {
        char *nothing = NULL;
        leave(here, call);
        chexiao_queue_free(call->queue, &nothing);
        chexiao_string_free(nothing);
    }
    deliver(here, call);
}

static void take(struct environment *here, struct call *call) {
    uint64_t tag = 0;
    char *nothing = NULL;
    const chexiao_status taken = chexiao_queue_take(call->queue, 0, &tag, &call->status, &call->json);
    if (taken == CHEXIAO_OK && !call->json) return; /* a step of it is over */
    if (taken != CHEXIAO_OK) call->status = CHEXIAO_UNKNOWN;
    leave(here, call);
    chexiao_queue_free(call->queue, &nothing);
    chexiao_string_free(nothing);
    deliver(here, call);
}

static void end(struct environment *here, struct call *call) {
    leave(here, call);
    call->was_ended = 1;
    chexiao_queue_free(call->queue, &call->json);
    deliver(here, call);
}

static void end_one(struct environment *here, struct call *order) {
    struct call *call = here->begun;
    while (call && call->id != order->id) call = call->next;
    if (call) end(here, call);
    free(order);
}

/* Does what it was told, in that order. Whether it goes on. */
static int obey(struct environment *here) {
    struct call *told, *in_order = NULL, *next;
    uint64_t rung;
    int stops;
    while (read(here->bell, &rung, sizeof rung) > 0) {}
    pthread_mutex_lock(&here->lock);
    told = here->told;
    here->told = NULL;
    stops = here->stops;
    pthread_mutex_unlock(&here->lock);
    for (; told; told = next) next = told->next, told->next = in_order, in_order = told;
    for (; in_order; in_order = next) {
        next = in_order->next;
        if (in_order->is_end) end_one(here, in_order);
        else begin(here, in_order);
    }
    return !stops;
}

static void *run(void *environment) {
    struct environment *here = environment;
    struct epoll_event events[64];
    for (;;) {
        int at, told = 0, count = epoll_wait(here->epoll, events, 64, -1);
        for (at = 0; at < count; at++) {
            if (events[at].data.ptr) take(here, events[at].data.ptr);
            else told = 1;
        }
        if (told && !obey(here)) break;
    }
    while (here->begun) end(here, here->begun);
    return NULL;
}

/* JavaScript, from here on. */

#define TRY(it) \
    if ((it) != napi_ok) return NULL

static napi_value pair(napi_env env, chexiao_status status, char *json) {
    napi_value both, number, text;
    if (napi_create_array_with_length(env, 2, &both) != napi_ok || napi_create_int32(env, status, &number) != napi_ok ||
        napi_create_string_utf8(env, json ? json : "{}", NAPI_AUTO_LENGTH, &text) != napi_ok)
        both = NULL;
    chexiao_string_free(json);
    if (both) napi_set_element(env, both, 0, number), napi_set_element(env, both, 1, text);
    return both;
}

static void answer(napi_env env, napi_value listener, void *environment, void *data) {
    struct environment *here = environment;
    struct call *call = data;
    napi_value arguments[3], global;
    if (env) {
        if (--here->under_way == 0) napi_unref_threadsafe_function(env, here->answer);
        napi_create_double(env, call->id, &arguments[0]);
        arguments[1] = pair(env, call->status, call->json);
        napi_get_boolean(env, call->was_ended, &arguments[2]);
        napi_get_global(env, &global);
        napi_call_function(env, global, listener, 3, arguments, NULL);
    } else {
        chexiao_string_free(call->json);
    }
    free(call->text);
    free(call);
}

static void forget(napi_env env, void *data, void *hint) {
    struct environment *here = data;
    (void)env, (void)hint;
    pthread_mutex_destroy(&here->lock);
    free(here);
}

static void tell(struct environment *here, struct call *call) {
    const uint64_t one = 1;
    pthread_mutex_lock(&here->lock);
    if (call) call->next = here->told, here->told = call;
    else here->stops = 1;
    pthread_mutex_unlock(&here->lock);
    if (write(here->bell, &one, sizeof one) < 0) return; /* it is ringing already */
}

static int remember_client(struct environment *here, uint64_t handle) {
    struct client *client = malloc(sizeof *client);
    if (!client) return 0;
    client->handle = handle;
    client->next = here->clients;
    here->clients = client;
    return 1;
}

static void forget_client(struct environment *here, uint64_t handle) {
    struct client **at = &here->clients, *found;
    while (*at && (*at)->handle != handle) at = &(*at)->next;
    if (!(found = *at)) return;
    *at = found->next;
    free(found);
    chexiao_client_free(handle);
}

static void stop(void *environment) {
    struct environment *here = environment;
    tell(here, NULL);
    pthread_join(here->thread, NULL);
    close(here->epoll), close(here->bell);
    while (here->clients) forget_client(here, here->clients->handle);
    napi_release_threadsafe_function(here->answer, napi_tsfn_abort);
}

static char *text_of(napi_env env, napi_value value, size_t *length) {
    char *text;
    if (napi_get_value_string_utf8(env, value, NULL, 0, length) != napi_ok || !(text = malloc(*length + 1))) return NULL;
    napi_get_value_string_utf8(env, value, text, *length + 1, length);
    return text;
}

static uint64_t handle_of(napi_env env, napi_value value) {
    double number = 0;
    napi_get_value_double(env, value, &number);
    return (uint64_t)number; /* below 2^53 */
}

/* listen(listener): once, before the first begin. */
static napi_value listen_to(napi_env env, napi_callback_info info) {
    struct environment *here = calloc(1, sizeof *here);
    struct epoll_event event = {.events = EPOLLIN};
    size_t count = 1;
    napi_value listener, name;
    TRY(napi_get_cb_info(env, info, &count, &listener, NULL, NULL));
    if (!here || napi_set_instance_data(env, here, NULL, NULL) != napi_ok) return NULL;
    pthread_mutex_init(&here->lock, NULL);
    here->epoll = epoll_create1(EPOLL_CLOEXEC);
    here->bell = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    TRY(napi_create_string_utf8(env, "chexiao", NAPI_AUTO_LENGTH, &name));
    TRY(napi_create_threadsafe_function(env, listener, NULL, name, 0, 1, here, forget, here, answer, &here->answer));
    TRY(napi_unref_threadsafe_function(env, here->answer));
    if (epoll_ctl(here->epoll, EPOLL_CTL_ADD, here->bell, &event) != 0 || pthread_create(&here->thread, NULL, run, here) != 0) {
        napi_throw_error(env, NULL, "chexiao: the system gives no thread");
        return NULL;
    }
    TRY(napi_add_env_cleanup_hook(env, stop, here));
    return NULL;
}

/* begin(id, client, text): the listener hears of it, once. */
static napi_value begin_call(napi_env env, napi_callback_info info) {
    struct environment *here = NULL;
    struct call *call = calloc(1, sizeof *call);
    size_t count = 3;
    napi_value arguments[3];
    if (!call) return NULL;
    TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
    TRY(napi_get_instance_data(env, (void **)&here));
    napi_get_value_double(env, arguments[0], &call->id);
    call->client = handle_of(env, arguments[1]);
    call->text = text_of(env, arguments[2], &call->length);
    if (here->under_way++ == 0) napi_ref_threadsafe_function(env, here->answer);
    tell(here, call);
    return NULL;
}

/* end(id) */
static napi_value end_call(napi_env env, napi_callback_info info) {
    struct environment *here = NULL;
    struct call *order = calloc(1, sizeof *order);
    size_t count = 1;
    napi_value id;
    if (!order) return NULL;
    TRY(napi_get_cb_info(env, info, &count, &id, NULL, NULL));
    TRY(napi_get_instance_data(env, (void **)&here));
    napi_get_value_double(env, id, &order->id);
    order->is_end = 1;
    tell(here, order);
    return NULL;
}

/* open(config): [status, json, client] */
static napi_value open_client(napi_env env, napi_callback_info info) {
    size_t count = 1, length = 0;
    uint64_t client = 0;
    char *text, *json = NULL;
    chexiao_status status;
    struct environment *here = NULL;
    napi_value config, opened, handle;
    TRY(napi_get_cb_info(env, info, &count, &config, NULL, NULL));
    TRY(napi_get_instance_data(env, (void **)&here));
    text = text_of(env, config, &length);
    status = chexiao_client_new(text, length, &client, &json);
    if (text) explicit_bzero(text, length);
    free(text);
    if (client && !remember_client(here, client)) chexiao_client_free(client), client = 0; /* an error of every call */
    opened = pair(env, status, json);
    if (opened && napi_create_double(env, (double)client, &handle) == napi_ok) napi_set_element(env, opened, 2, handle);
    return opened;
}

static napi_value free_client(napi_env env, napi_callback_info info) {
    struct environment *here = NULL;
    size_t count = 1;
    napi_value client;
    TRY(napi_get_cb_info(env, info, &count, &client, NULL, NULL));
    TRY(napi_get_instance_data(env, (void **)&here));
    forget_client(here, handle_of(env, client));
    return NULL;
}

typedef chexiao_status (*verb)(uint64_t, const char *, size_t, char **);

/* Each verb that computes: (client, text): [status, json] */
static napi_value ask(napi_env env, napi_callback_info info) {
    size_t count = 2, length = 0;
    char *text, *json = NULL;
    void *data;
    chexiao_status status;
    napi_value arguments[2];
    TRY(napi_get_cb_info(env, info, &count, arguments, NULL, &data));
    text = text_of(env, arguments[1], &length);
    status = ((verb)data)(handle_of(env, arguments[0]), text, length, &json);
    free(text);
    return pair(env, status, json);
}

static chexiao_status warm(uint64_t client, const char *text, size_t length, char **out) { return (void)text, (void)length, chexiao_warm(client, out); }

static chexiao_status diagnose(uint64_t client, const char *text, size_t length, char **out) {
    return (void)client, chexiao_diagnose(text, length, out);
}

static chexiao_status gateways(uint64_t client, const char *text, size_t length, char **out) {
    return (void)client, (void)text, (void)length, chexiao_gateways(out);
}

/* What waits for the network otherwise than in a queue has a thread of the pool of libuv. */
struct work {
    verb verb;
    uint64_t client;
    char *text, *json;
    size_t length;
    chexiao_status status;
    napi_deferred promise;
    napi_async_work self;
};

static void work(napi_env env, void *data) {
    struct work *it = data;
    (void)env;
    it->status = it->verb(it->client, it->text, it->length, &it->json);
}

static void worked(napi_env env, napi_status status, void *data) {
    struct work *it = data;
    (void)status;
    napi_resolve_deferred(env, it->promise, pair(env, it->status, it->json));
    napi_delete_async_work(env, it->self);
    free(it->text);
    free(it);
}

static napi_value ask_in_pool(napi_env env, napi_callback_info info) {
    struct work *it = calloc(1, sizeof *it);
    size_t count = 2;
    void *data;
    napi_value arguments[2], name, promise;
    if (!it) return NULL;
    TRY(napi_get_cb_info(env, info, &count, arguments, NULL, &data));
    it->verb = (verb)data;
    it->client = handle_of(env, arguments[0]);
    it->text = text_of(env, arguments[1], &it->length);
    TRY(napi_create_promise(env, &it->promise, &promise));
    TRY(napi_create_string_utf8(env, "chexiao", NAPI_AUTO_LENGTH, &name));
    TRY(napi_create_async_work(env, NULL, name, work, worked, it, &it->self));
    TRY(napi_queue_async_work(env, it->self));
    return promise;
}

static napi_value version(napi_env env, napi_callback_info info) {
    napi_value text;
    (void)info;
    TRY(napi_create_string_utf8(env, chexiao_version(), NAPI_AUTO_LENGTH, &text));
    return text;
}

NAPI_MODULE_INIT() {
    const struct {
        const char *name;
        napi_callback function;
        verb verb;
    } all[] = {
        {"listen", listen_to, NULL}, {"begin", begin_call, NULL}, {"end", end_call, NULL},
        {"open", open_client, NULL}, {"free", free_client, NULL}, {"version", version, NULL},
        {"sign", ask, chexiao_sign}, {"verify", ask, chexiao_verify}, {"notification", ask, chexiao_verify_notification},
        {"encryptField", ask, chexiao_encrypt_field}, {"decryptField", ask, chexiao_decrypt_field}, {"gateways", ask, gateways},
        {"warm", ask_in_pool, warm}, {"diagnose", ask_in_pool, diagnose},
    };
    size_t at;
    if (chexiao_abi_version() != CHEXIAO_ABI_VERSION) {
        napi_throw_error(env, NULL, "chexiao: the library that is loaded has another ABI version");
        return NULL;
    }
    for (at = 0; at < sizeof all / sizeof *all; at++) {
        napi_value function;
        TRY(napi_create_function(env, all[at].name, NAPI_AUTO_LENGTH, all[at].function, (void *)all[at].verb, &function));
        TRY(napi_set_named_property(env, exports, all[at].name, function));
    }
    return exports;
}
