#include <chexiao.h>
#include <stdio.h>
#include <string.h>

static void release_stock(void) { puts("release_stock"); }
static void fulfil_or_refund(void) { puts("fulfil_or_refund"); }
static void query_later(const char *order) { printf("query_later %s\n", order); }
static void alert_someone(const char *json) { printf("nothing was sent: %s\n", json); }

int main(int count, char **arguments)
{
    const char *config = arguments[1], *call = arguments[2], *order = arguments[3];
    (void)count;
    {
        SNIPPET
    }
    return 0;
}
