/* first LIBRARY CONFIG: prints the microseconds from before dlopen until there is a client. */
#include "chexiao.h"
#include <dlfcn.h>
#include <stdio.h>
#include <time.h>

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec * 1e6 + (double)at.tv_nsec / 1e3;
}

int main(int argc, char **argv) {
    static char config[65536];
    FILE *file = argc == 3 ? fopen(argv[2], "rb") : NULL;
    size_t length = file ? fread(config, 1, sizeof config, file) : 0;
    uint64_t client = 0;
    char *json = NULL;
    double started = now();
    void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
    chexiao_status (*open)(const char *, size_t, uint64_t *, char **) =
        library ? (chexiao_status (*)(const char *, size_t, uint64_t *, char **))dlsym(library, "chexiao_client_new") : NULL;
    if (!open || open(config, length, &client, &json) != CHEXIAO_OK || !client) return 1;
    printf("%.0f\n", now() - started);
    return 0;
}
