/* Encrypted fields: known answers, what cannot be encrypted, and what is no field. */
#include "kit/ask.h"
#include "kit/check.h"
#include <stdlib.h>
#include <string.h>

static const char WECHAT[] = "{\"gateway\":\"wechat\",\"environment\":\"mainland\",\"account\":{\"appid\":\"wx1\",\"mch_id\":\"1\","
                             "\"api_key\":\"192006250b4c09247ec02edce69f6a2d\"}}";

typedef chexiao_status operation(uint64_t, const char *, size_t, char **);

static void gives(operation *operation, uint64_t client, const char *text, chexiao_status expected, const char *part) {
    char *json = NULL;
    chexiao_status status = operation(client, text, CHEXIAO_NUL_TERMINATED, &json);
    CHECK(status == expected && json && strstr(json, part), "%s gives %d, %s", text ? text : "NULL", status, json ? json : "NULL");
    chexiao_string_free(json);
}

static uint64_t opened(const char *config) {
    uint64_t client = 0;
    char *json = NULL;
    CHECK(chexiao_client_new(config, CHEXIAO_NUL_TERMINATED, &client, &json) == CHEXIAO_OK, "opening: %s", json ? json : "NULL");
    chexiao_string_free(json);
    return client;
}

/* The vendor's own demo: DES with the first eight characters of the partner_id, of text in GBK. The key files are the corpus's. */
static char *ysepay(const char *files) {
    return text_of("{\"gateway\":\"ysepay\",\"base_url\":\"https://127.0.0.1:1\",\"account\":{\"partner_id\":\"hyfz_test\","
                   "\"private_key\":{\"file\":\"%s/rsa-pkcs8.pem\"},\"gateway_public_key\":{\"file\":\"%s/platform-certificate.cer\"}}}",
                   files, files);
}

int main(int argc, char **argv) {
    char *config = ysepay(argc == 2 ? argv[1] : ".");
    uint64_t client = opened(config), wechat = opened(WECHAT);
    free(config);
    gives(chexiao_encrypt_field, client, "abc测试123", CHEXIAO_OK, "{\"text\":\"7QS2P62EYbtdYECNSixfIw==\"}");
    gives(chexiao_decrypt_field, client, "7QS2P62EYbtdYECNSixfIw==", CHEXIAO_OK, "{\"text\":\"abc测试123\"}");
    gives(chexiao_encrypt_field, client, "\xf0\x9f\x92\xb0", CHEXIAO_ERROR_CALL, "GBK");
    gives(chexiao_decrypt_field, client, "7QS2P62EYbtdYECNSixfIw=", CHEXIAO_ERROR_CALL, "\"field\":\"field\"");
    gives(chexiao_decrypt_field, wechat, "dxbWjxa9VtdMTUQUzMX/Q26JW7EYyzxuCtDaSTaUY+U=", CHEXIAO_OK, "{\"text\":\"<root>12345</root\"}");
    gives(chexiao_encrypt_field, wechat, "x", CHEXIAO_ERROR_UNSUPPORTED, "\"hint\":");
    gives(chexiao_encrypt_field, client, NULL, CHEXIAO_ERROR_NULL, "\"field\":\"text\"");
    gives(chexiao_decrypt_field, client, "\xff", CHEXIAO_ERROR_UTF8, "\"field\":\"field\"");
    gives(chexiao_encrypt_field, client + 1, "x", CHEXIAO_ERROR_HANDLE, "\"field\":\"client\"");
    CHECK(chexiao_encrypt_field(client, "x", 1, NULL) == CHEXIAO_ERROR_NULL, "without an out");
    chexiao_client_free(client);
    chexiao_client_free(wechat);
    return summary();
}
