/* The library as a program has it that loads it by name. */
#ifndef KIT_LOADED_H
#define KIT_LOADED_H

#include "check.h"
#include "chexiao.h"
#include <dlfcn.h>
#include <string.h>

/* A function of a loaded library, for want of a cast that C allows. */
#define FIND(handle, pointer, name)                                                   \
    do {                                                                              \
        void *found = dlsym((handle), (name));                                        \
        CHECK(found != NULL, "no %s", (name));                                        \
        memcpy(&(pointer), &found, sizeof(pointer));                                  \
    } while (0)

typedef chexiao_status client_new(const char *, size_t, uint64_t *, char **);
typedef chexiao_status client_free(uint64_t);
typedef chexiao_status operation(uint64_t, const char *, size_t, char **);
typedef void string_free(char *);

#endif
