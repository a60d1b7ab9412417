/* A defect of the library is stopped at its border: an error, or an unknown outcome where something may have been sent. The symbol
 * that panics exists in a test build only. */
#include "kit/loaded.h"
#include <pthread.h>

typedef chexiao_status test_panic(_Bool, char **);

static test_panic *panic;
static string_free *free_string;

static void *repeatedly(void *unused) {
    int at;
    for (at = 0; at < 50; at++) {
        char *json = NULL;
        CHECK(panic(0, &json) == CHEXIAO_ERROR_PANIC && json && strstr(json, "\"error\":\"panic\""), "%s", json ? json : "NULL");
        free_string(json);
        json = NULL;
        CHECK(panic(1, &json) == CHEXIAO_UNKNOWN && json && strstr(json, "\"reason\":\"defect\""), "%s", json ? json : "NULL");
        free_string(json);
        CHECK(panic(1, NULL) == CHEXIAO_ERROR_NULL, "without an out");
    }
    return unused;
}

int main(void) {
    pthread_t threads[4];
    void *test_build = dlopen(environment("CHEXIAO_PANIC_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    void *release = dlopen(environment("CHEXIAO_LIBRARY"), RTLD_NOW | RTLD_LOCAL);
    int at;
    if (!CHECK(test_build && release, "%s", dlerror())) return summary();
    CHECK(dlsym(release, "chexiao_sign") && !dlsym(release, "chexiao_test_panic"), "the release has a symbol that panics");
    FIND(test_build, panic, "chexiao_test_panic");
    FIND(test_build, free_string, "chexiao_string_free");
    for (at = 0; at < 4; at++) pthread_create(&threads[at], NULL, repeatedly, NULL);
    for (at = 0; at < 4; at++) pthread_join(threads[at], NULL);
    return summary();
}
