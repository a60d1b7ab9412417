/* Checks that count themselves, and what the tests are told by their environment (see ../run). */
#ifndef KIT_CHECK_H
#define KIT_CHECK_H

#include <stdarg.h>
#include <stddef.h>

#define CHECK(holds, ...) check_that((holds), __FILE__, __LINE__, __VA_ARGS__)

/* Counts a check; prints the text if it does not hold. Any thread. Returns `holds`. */
int check_that(int holds, const char *file, int line, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Prints a line of numbers worth keeping. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints the count; what main returns. */
int summary(void);

/* Whether no check has failed so far. */
int all_well(void);

/* fork, with a child that knows of no failed check of its parent. */
long fork_child(void);

/* Ends a forked child, with 0 if no check has failed. Without a leak check: a checker would take for lost what only the threads
 * of the parent know. */
void end_child(void) __attribute__((noreturn));

/* Checks that a forked child ends by itself with 0 within so many seconds; kills it otherwise. */
void child_ends_well(long child, int seconds, const char *what);

/* The variable, or the end of the program. */
const char *environment(const char *name);

/* plain, static, asan or valgrind */
int runs_under(const char *mode);

/* `full`, or a part of it where every instruction is slow: full / CHEXIAO_SCALE, at least `least`. */
long scaled(long full, long least);

double seconds_now(void);
void sleep_us(long microseconds);

/* A number from /proc/self/status, such as "Threads" or "VmRSS" (kB); -1 if it has none. */
long proc_status(const char *name);
/* The number of threads, once it is `expected` or has not become so within two seconds. */
long threads_settled(long expected);
/* Open descriptors of this process. */
long open_descriptors(void);

/* malloc that ends the program when there is no memory. */
void *reserve(size_t bytes);
/* sprintf into memory of its own. */
char *text_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The whole file, with a NUL behind it. */
char *file_text(const char *path, size_t *length);

#endif
