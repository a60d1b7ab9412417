/* Notifications: a genuine one, a changed one, what is missing from an account, and what the program does wrong. */
#include "kit/ask.h"
#include "kit/check.h"
#include <string.h>

#define ACCOUNT "\"account\":{\"app_id\":\"a\",\"app_key\":\"k\",\"mid\":\"898201612345678\""
static const char CONFIG[] = "{\"gateway\":\"chinaums\",\"environment\":\"test\"," ACCOUNT ",\"notify_key\":\"communication key\"}}";
static const char WITHOUT_KEY[] = "{\"gateway\":\"chinaums\",\"environment\":\"test\"," ACCOUNT "}}";

/* mid=898201612345678&merOrderId=C1&status=TRADE_SUCCESS&totalAmount=20&notifyId=N1&signType=SHA256&sign=…, signed with Python's hashlib. */
#define BODY "bWlkPTg5ODIwMTYxMjM0NTY3OCZtZXJPcmRlcklkPUMxJnN0YXR1cz1UUkFERV9TVUNDRVNTJnRvdGFsQW1vdW50PTIwJm5vdGlmeUlkPU4xJnNpZ25UeXBlPVNIQTI1NiZzaWduPUU1QTYyQUE5Q0E0OTFFOTc3RkY0RTJDOEM1OUI1NDE3MEYwMzU3QzlFODg2QzY0MTVFRTA4MzYyQTRDN0IwMkM="
#define CHANGED "bWlkPTg5ODIwMTYxMjM0NTY3OCZtZXJPcmRlcklkPUMxJnN0YXR1cz1UUkFERV9TVUNDRVNTJnRvdGFsQW1vdW50PTIxJm5vdGlmeUlkPU4xJnNpZ25UeXBlPVNIQTI1NiZzaWduPUU1QTYyQUE5Q0E0OTFFOTc3RkY0RTJDOEM1OUI1NDE3MEYwMzU3QzlFODg2QzY0MTVFRTA4MzYyQTRDN0IwMkM="

static void gives(uint64_t client, const char *message, chexiao_status expected, const char *part) {
    char *json = NULL;
    chexiao_status status = chexiao_verify_notification(client, message, CHEXIAO_NUL_TERMINATED, &json);
    CHECK(status == expected && json && strstr(json, part), "%s gives %d, %s", message ? message : "NULL", status, json ? json : "NULL");
    chexiao_string_free(json);
}

int main(void) {
    uint64_t client = open_client(CONFIG), without_key = open_client(WITHOUT_KEY);
    gives(client, "{\"body_base64\":\"" BODY "\"}", CHEXIAO_PAID, "\"evidence\":\"signed_bound\"");
    gives(client, "{\"url\":\"/\",\"headers\":{},\"body_base64\":\"" BODY "\"}", CHEXIAO_PAID, "\"dedupe\":\"N1\"");
    gives(client, "{\"body_base64\":\"" BODY "\",\"expect\":{\"merOrderId\":\"C1\",\"totalAmount\":\"20\"}}", CHEXIAO_PAID, "\"acknowledge\":{\"status\":200");
    gives(client, "{\"body_base64\":\"" BODY "\",\"expect\":{\"totalAmount\":\"2\"}}", CHEXIAO_UNKNOWN, "\"reason\":\"mismatch\"");
    gives(client, "{\"body_base64\":\"" CHANGED "\"}", CHEXIAO_UNKNOWN, "\"reason\":\"signature\"");
    gives(client, "{\"body_base64\":\"" CHANGED "\"}", CHEXIAO_UNKNOWN, "\"acknowledge\":null");
    gives(client, "{\"body_base64\":\"\"}", CHEXIAO_UNKNOWN, "\"reason\":\"parse\"");
    gives(client, "{\"headers\":{\"a\":\"1\",\"a\":\"2\"},\"body_base64\":\"" BODY "\"}", CHEXIAO_UNKNOWN, "\"reason\":\"input\"");
    gives(client, "", CHEXIAO_UNKNOWN, "\"reason\":\"input\"");
    gives(without_key, "{\"body_base64\":\"" BODY "\"}", CHEXIAO_ERROR_CONFIG, "\"field\":\"account.notify_key\"");
    gives(client, NULL, CHEXIAO_ERROR_NULL, "\"field\":\"message\"");
    gives(client, "\xff", CHEXIAO_ERROR_UTF8, "\"field\":\"message\"");
    gives(client + 1, "{}", CHEXIAO_ERROR_HANDLE, "\"field\":\"client\"");
    CHECK(chexiao_verify_notification(client, "{}", 2, NULL) == CHEXIAO_ERROR_NULL, "without an out");
    chexiao_client_free(client);
    chexiao_client_free(without_key);
    return summary();
}
