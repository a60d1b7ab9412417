#include "sandbox.h"
#include "check.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *const GATEWAYS[5] = {"icbc", "ysepay", "wechat", "edgeros", "chinaums"};

/* Cuts the string member `name` out of JSON whose strings hold no quotation marks. */
static void cut_member(char *json, const char *name) {
    char *quoted = text_of("\"%s\": \"", name);
    char *start = strstr(json, quoted), *end = start ? strchr(start + strlen(quoted), '"') : NULL;
    free(quoted);
    if (!end) {
        printf("no %s in a configuration of the sandbox\n", name);
        exit(2);
    }
    end += strspn(end + 1, ", \n") + 1;
    memmove(start, end, strlen(end) + 1);
}

char *config_of(const char *gateway, const char *base_url, const char *extra) {
    char *path = text_of("%s/%s.json", environment("CHEXIAO_SANDBOX"), gateway);
    char *file = file_text(path, NULL), *config;
    free(path);
    if (base_url) {
        cut_member(file, "base_url");
        cut_member(file, "ca_file");
        config = text_of("{\"base_url\":\"%s\",%s%s", base_url, extra, strchr(file, '{') + 1);
    } else {
        config = text_of("{%s%s", extra, strchr(file, '{') + 1);
    }
    free(file);
    return config;
}

/* With the time, since the system gives process ids again. */
char *new_number(const char *prefix) {
    static atomic_long serial;
    return text_of("%s%ldN%ldN%ld", prefix, (long)getpid(), (long)(time(NULL) % 100000), atomic_fetch_add(&serial, 1));
}

char *call_of(const char *gateway, const char *number) {
    static const char *const orders[5] = {
        "\"agreeCode\":\"0000000000090000000001000000085016\",\"orderCode\":\"2019021314281026\",\"partnerSeq\":\"%s\"",
        "\"protocol_no\":\"%s\"",
        "\"out_trade_no\":\"%s\"",
        "\"mch_trade_no\":\"%s\"",
        "\"billNo\":\"\",\"billDate\":\"\",\"merOrderId\":\"%s\",\"authIdRespCd\":\"\"",
    };
    char *format, *call;
    size_t which = 0;
    while (strcmp(GATEWAYS[which], gateway) != 0) which++;
    format = text_of("{\"operation\":\"close\",\"order\":{%s}}", orders[which]);
    call = text_of(format, number);
    free(format);
    return call;
}
