#include "cases.h"
#include "check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct text next(const char **at, const char *end) {
    char *colon = NULL;
    struct text text;
    text.length = strtoul(*at, &colon, 10);
    if (*colon != ':' || text.length >= (size_t)(end - colon) || colon[1 + text.length] != ',') {
        printf("CHEXIAO_CASES is not made of netstrings\n");
        exit(2);
    }
    text.bytes = reserve(text.length + 1);
    memcpy(text.bytes, colon + 1, text.length);
    text.bytes[text.length] = 0;
    *at = colon + 1 + text.length + 1;
    return text;
}

struct cases cases_read(void) {
    size_t length, field;
    struct cases cases = {NULL, 0};
    char *file = file_text(environment("CHEXIAO_CASES"), &length);
    const char *at = file, *end = file + length;
    while (at < end) {
        struct text *fields;
        cases.all = realloc(cases.all, (cases.count + 1) * sizeof *cases.all);
        if (!cases.all) abort();
        fields = &cases.all[cases.count++].id;
        for (field = 0; field < sizeof(struct test_case) / sizeof(struct text); field++) fields[field] = next(&at, end);
    }
    free(file);
    return cases;
}

void cases_free(struct cases *cases) {
    size_t at, field;
    for (at = 0; at < cases->count; at++) {
        struct text *fields = &cases->all[at].id;
        for (field = 0; field < sizeof(struct test_case) / sizeof(struct text); field++) free(fields[field].bytes);
    }
    free(cases->all);
}

const struct test_case *case_named(const struct cases *cases, const char *id) {
    size_t at;
    for (at = 0; at < cases->count; at++)
        if (strcmp(cases->all[at].id.bytes, id) == 0) return &cases->all[at];
    printf("no vector is called %s\n", id);
    exit(2);
}
