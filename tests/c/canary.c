/* Does on purpose what the checkers must report; `run` fails where they do not. */
#include "chexiao.h"
#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void *volatile lost;
static volatile int largest = INT_MAX;

static void overflow(void) {
    lost = malloc(16);
    ((volatile char *)lost)[largest - INT_MAX + 16] = 1; /* past what the compiler sees */
    free(lost);
}

static void leak(void) {
    lost = malloc(1234);
    lost = NULL;
}

/* Memory of the library, as it is: freed twice, or never. */
static void library(int times) {
    char *json = NULL;
    if (chexiao_gateways(&json) != CHEXIAO_OK) exit(3);
    lost = json;
    while (times-- > 0) chexiao_string_free(lost);
    json = NULL;
    lost = NULL;
}

/* So that no pointer to what was lost is left on the stack. */
static void wipe(void) {
    volatile char stack[16384];
    size_t at;
    for (at = 0; at < sizeof stack; at++) stack[at] = 0;
}

int main(int argc, char **argv) {
    const char *crime = argc == 2 ? argv[1] : "";
    if (strcmp(crime, "overflow") == 0) overflow();
    else if (strcmp(crime, "leak") == 0) leak();
    else if (strcmp(crime, "library-leak") == 0) library(0);
    else if (strcmp(crime, "library-double-free") == 0) library(2);
    else if (strcmp(crime, "undefined") == 0) largest += 1;
    else if (strcmp(crime, "none") == 0) library(1);
    else return 3;
    wipe();
    return 0;
}
