/* The macros of the header are what the library says. */
#include "kit/ask.h"
#include <stdlib.h>
#include <string.h>

static const struct {
    chexiao_status status;
    const char *name;
} NAMES[] = {
    {CHEXIAO_OK, "ok"},
    {CHEXIAO_CLOSED, "closed"},
    {CHEXIAO_ALREADY_CLOSED, "already_closed"},
    {CHEXIAO_PAID, "paid"},
    {CHEXIAO_PROCESSING, "processing"},
    {CHEXIAO_NOT_FOUND, "not_found"},
    {CHEXIAO_REFUSED, "refused"},
    {CHEXIAO_MISCONFIGURED, "misconfigured"},
    {CHEXIAO_THROTTLED, "throttled"},
    {CHEXIAO_UNKNOWN, "unknown"},
    {CHEXIAO_OPEN, "open"},
    {CHEXIAO_REFUNDED, "refunded"},
    {CHEXIAO_ERROR_NULL, "null"},
    {CHEXIAO_ERROR_UTF8, "utf8"},
    {CHEXIAO_ERROR_HANDLE, "handle"},
    {CHEXIAO_ERROR_CALL, "call"},
    {CHEXIAO_ERROR_CONFIG, "config"},
    {CHEXIAO_ERROR_UNSUPPORTED, "unsupported"},
    {CHEXIAO_ERROR_DNS, "dns"},
    {CHEXIAO_ERROR_CONNECT, "connect"},
    {CHEXIAO_ERROR_TLS, "tls"},
    {CHEXIAO_ERROR_NOT_SENT, "not_sent"},
    {CHEXIAO_ERROR_PANIC, "panic"},
};
enum { COUNT = sizeof NAMES / sizeof *NAMES };

/* Every number is one of the table or "invalid". */
static void names(void) {
    chexiao_status status;
    int named = 0;
    for (status = -1000; status <= 1000; status++) {
        const char *expected = "invalid";
        size_t at;
        for (at = 0; at < COUNT; at++)
            if (NAMES[at].status == status) expected = NAMES[at].name, named++;
        CHECK(strcmp(chexiao_status_name(status), expected) == 0, "%d is called %s, not %s", status, chexiao_status_name(status), expected);
    }
    CHECK(named == COUNT, "two macros have the same number");
    CHECK(strcmp(chexiao_status_name(INT32_MIN), "invalid") == 0 && strcmp(chexiao_status_name(INT32_MAX), "invalid") == 0, "extremes");
}

int main(void) {
    char *version = text_of("%d.%d.%d", CHEXIAO_VERSION_MAJOR, CHEXIAO_VERSION_MINOR, CHEXIAO_VERSION_PATCH);
    CHECK(chexiao_abi_version() == CHEXIAO_ABI_VERSION, "the ABI version is %u", (unsigned)chexiao_abi_version());
    CHECK(strcmp(chexiao_version(), version) == 0, "the version is %s, in the header %s", chexiao_version(), version);
    CHECK(CHEXIAO_NUL_TERMINATED == SIZE_MAX, "CHEXIAO_NUL_TERMINATED");
    names();
    free(version);
    return summary();
}
