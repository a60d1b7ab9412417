package io.github.chexiao;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** A merchant account that needs no network and no file; TEST ONLY. */
final class Shop {
    static final String SECRET = "TESTONLY0123456789TESTONLY012345";

    private Shop() {}

    static Map<String, Object> config() {
        Map<String, Object> account = new LinkedHashMap<>();
        account.put("appid", "wx8888888888888888");
        account.put("mch_id", "1900000109");
        account.put("api_key", SECRET);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("gateway", "wechat");
        config.put("base_url", "http://127.0.0.1:9");
        config.put("account", account);
        return config;
    }

    static Call call() {
        return Call.close(Collections.singletonMap("out_trade_no", "A1"));
    }

    /** Judged as unknown: it is not signed. */
    static HttpReply reply() {
        return HttpReply.of(200, null, "<xml></xml>".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
