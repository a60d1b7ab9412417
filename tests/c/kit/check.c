#include "check.h"
#include <dirent.h>
#include <stdatomic.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static atomic_long checks, failures;

int check_that(int holds, const char *file, int line, const char *format, ...) {
    va_list rest;
    atomic_fetch_add(&checks, 1);
    if (holds || atomic_fetch_add(&failures, 1) >= 20) return holds;
    flockfile(stdout);
    printf("%s:%d: ", file, line);
    va_start(rest, format);
    vprintf(format, rest);
    va_end(rest);
    putchar('\n');
    fflush(stdout);
    funlockfile(stdout);
    return holds;
}

void note(const char *format, ...) {
    va_list rest;
    printf("  ");
    va_start(rest, format);
    vprintf(format, rest);
    va_end(rest);
    putchar('\n');
    fflush(stdout);
}

int all_well(void) { return failures == 0; }

long fork_child(void) {
    pid_t child;
    fflush(stdout);
    child = fork();
    if (child == 0) checks = failures = 0;
    return child;
}

void end_child(void) {
    fflush(stdout);
    if (runs_under("valgrind")) execlp(all_well() ? "true" : "false", "end_child", (char *)NULL); /* _exit is a leak check there */
    _exit(!all_well());
}

int summary(void) {
    if (checks == 0) return printf("nothing was checked\n"), 1;
    printf("  %ld checks, %ld failed\n", (long)checks, (long)failures);
    return failures != 0;
}

void child_ends_well(long child, int seconds, const char *what) {
    int status = 0;
    double end = seconds_now() + seconds;
    pid_t ended = 0;
    if (!CHECK(child > 0, "%s: no child", what)) return;
    while (ended == 0 && seconds_now() < end) {
        ended = waitpid((pid_t)child, &status, WNOHANG);
        if (ended == 0) sleep_us(2000);
    }
    if (ended == 0) {
        kill((pid_t)child, SIGKILL);
        waitpid((pid_t)child, &status, 0);
        CHECK(0, "%s: the child hangs after %d s", what, seconds);
        return;
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: the child ends with wait status 0x%x", what, (unsigned)status);
}

const char *environment(const char *name) {
    const char *value = getenv(name);
    if (!value) {
        printf("%s is not set: start the tests by tests/c/run\n", name);
        exit(2);
    }
    return value;
}

int runs_under(const char *mode) { return strcmp(environment("CHEXIAO_MODE"), mode) == 0; }

long scaled(long full, long least) {
    long part = full / atol(environment("CHEXIAO_SCALE"));
    return part < least ? least : part;
}

double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void sleep_us(long microseconds) {
    struct timespec time = {microseconds / 1000000, microseconds % 1000000 * 1000};
    while (nanosleep(&time, &time) != 0) {}
}

long proc_status(const char *name) {
    char line[256];
    long value = -1;
    FILE *file = fopen("/proc/self/status", "r");
    size_t length = strlen(name);
    while (file && value < 0 && fgets(line, sizeof line, file))
        if (strncmp(line, name, length) == 0 && line[length] == ':') value = atol(line + length + 1);
    if (file) fclose(file);
    return value;
}

long threads_settled(long expected) {
    int tries = 1000;
    while (proc_status("Threads") != expected && tries-- > 0) sleep_us(2000);
    return proc_status("Threads");
}

long open_descriptors(void) {
    long count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder)) count++;
    if (folder) closedir(folder);
    return count - 3; /* ".", ".." and the folder itself */
}

void *reserve(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

char *text_of(const char *format, ...) {
    va_list rest;
    int length;
    char *text;
    va_start(rest, format);
    length = vsnprintf(NULL, 0, format, rest);
    va_end(rest);
    text = reserve((size_t)length + 1);
    va_start(rest, format);
    vsnprintf(text, (size_t)length + 1, format, rest);
    va_end(rest);
    return text;
}

char *file_text(const char *path, size_t *length) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t used = 0, size = 0, got = 1;
    while (file && got > 0) {
        if (size < used + 65537) text = realloc(text, size = size * 2 + 65537);
        if (!text) abort();
        got = fread(text + used, 1, 65536, file);
        used += got;
    }
    if (!file || ferror(file)) {
        printf("cannot read %s\n", path);
        exit(2);
    }
    fclose(file);
    text[used] = 0;
    if (length) *length = used;
    return text;
}
