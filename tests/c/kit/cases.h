/* The test vectors with the Rust API's answers, as ffi/examples/answers.rs writes them. */
#ifndef KIT_CASES_H
#define KIT_CASES_H

#include <stddef.h>

/* Each text has a NUL behind it that `length` does not count. */
struct text {
    char *bytes;
    size_t length;
};

struct test_case {
    struct text id, kind, config, call, exchange, opened, sign_status, signature, verify_status, result;
};

struct cases {
    struct test_case *all;
    size_t count;
};

/* Reads the file that CHEXIAO_CASES names; ends the program if it is not what it should be. */
struct cases cases_read(void);
void cases_free(struct cases *cases);
/* The case with this id, or the end of the program. */
const struct test_case *case_named(const struct cases *cases, const char *id);

#endif
