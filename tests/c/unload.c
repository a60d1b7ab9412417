/* The library is loaded, used and closed a thousand times. It stays in memory (nodelete): threads and descriptors stay few. */
#include "kit/loaded.h"
#include "kit/sandbox.h"
#include <stdlib.h>

static char *config;

static void use(void *library, int sending) {
    client_new *open;
    client_free *close;
    operation *sign, *send;
    string_free *free_string;
    uint64_t client = 0;
    char *json = NULL, *number = new_number(""), *call = call_of("wechat", number);
    FIND(library, open, "chexiao_client_new");
    FIND(library, close, "chexiao_client_free");
    FIND(library, sign, "chexiao_sign");
    FIND(library, send, "chexiao_send");
    FIND(library, free_string, "chexiao_string_free");
    CHECK(open(config, CHEXIAO_NUL_TERMINATED, &client, &json) == CHEXIAO_OK, "opening: %s", json);
    free_string(json);
    CHECK(sign(client, call, CHEXIAO_NUL_TERMINATED, &json) == CHEXIAO_OK, "signing: %s", json);
    free_string(json);
    if (sending) {
        CHECK(send(client, call, CHEXIAO_NUL_TERMINATED, &json) == CHEXIAO_CLOSED, "sending: %s", json);
        free_string(json);
    }
    CHECK(close(client) == CHEXIAO_OK, "freeing");
    free(number), free(call);
}

int main(void) {
    long loops = scaled(1000, 10), loop, descriptors = open_descriptors(), most = 0;
    config = config_of("wechat", NULL, "");
    CHECK(proc_status("Threads") == 1, "%ld threads before", proc_status("Threads"));
    for (loop = 0; loop < loops; loop++) {
        /* The first half signs only: no thread is started for that. The second half sends, too. */
        int sending = loop >= loops / 2;
        void *library = dlopen(environment("CHEXIAO_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
        if (!CHECK(library != NULL, "%s", dlerror())) break;
        use(library, sending);
        CHECK(dlclose(library) == 0, "closing");
        CHECK(threads_settled(1 + sending) == 1 + sending, "loop %ld: %ld threads", loop, proc_status("Threads"));
        most = open_descriptors() > most ? open_descriptors() : most;
    }
    CHECK(dlopen(environment("CHEXIAO_LIBRARY"), RTLD_NOW | RTLD_NOLOAD) != NULL, "it has left the memory, its thread has not");
    note("%ld times loaded, used, closed: %ld threads; %ld descriptors before, at most %ld, %ld after", loops, proc_status("Threads"), descriptors,
         most, open_descriptors());
    CHECK(most <= descriptors + 12, "descriptors are not given back");
    free(config);
    return summary();
}
