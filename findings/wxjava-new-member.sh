#!/usr/bin/env bash
# Belief: WxJava verifies a notification over all members that came: WeChat Pay announces that more may come.
# Seen: it verifies over the members of its own class: what it does not know falls out first, and the genuine notification
#   is an exception, again and again, until the gateway stops telling. Its reply of a query is verified over the whole text.
# Versions: weixin-java-pay 4.7.0, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars com.github.binarywang:weixin-java-pay:4.7.0)
cat >Heard.java <<'JAVA'
import com.github.binarywang.wxpay.bean.notify.WxPayOrderNotifyResult;
import com.github.binarywang.wxpay.bean.result.*;
import com.github.binarywang.wxpay.config.WxPayConfig;
import com.github.binarywang.wxpay.exception.WxPayException;
import com.github.binarywang.wxpay.service.impl.WxPayServiceImpl;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.*;

class Heard {
    static final String KEY = "0123456789abcdef0123456789abcdef";

    static String signed(String... more) throws Exception {
        TreeMap<String, String> members = new TreeMap<>(Map.of("appid", "wx0000000000000001", "mch_id", "1000000001", "out_trade_no", "A1",
                "return_code", "SUCCESS", "result_code", "SUCCESS", "total_fee", "101", "transaction_id", "4200000001", "nonce_str", "n"));
        if (more.length > 0) members.put(more[0], more[1]);
        StringBuilder text = new StringBuilder(), xml = new StringBuilder("<xml>");
        members.forEach((name, value) -> {
            text.append(name).append('=').append(value).append('&');
            xml.append('<').append(name).append("><![CDATA[").append(value).append("]]></").append(name).append('>');
        });
        byte[] hash = MessageDigest.getInstance("MD5").digest((text + "key=" + KEY).getBytes("UTF-8"));
        return xml + "<sign>" + String.format("%032X", new BigInteger(1, hash)) + "</sign></xml>";
    }

    public static void main(String[] none) throws Exception {
        WxPayConfig config = new WxPayConfig();
        config.setAppId("wx0000000000000001");
        config.setMchId("1000000001");
        config.setMchKey(KEY);
        WxPayServiceImpl service = new WxPayServiceImpl();
        service.setConfig(config);
        if (service.parseOrderNotifyResult(signed("attach", "gift")).getTotalFee() != 101) throw new AssertionError("a known one");
        WxPayOrderQueryResult queried = BaseWxPayResult.fromXML(signed("member_of_2027", "1"), WxPayOrderQueryResult.class);
        queried.checkResult(service, "MD5", true);
        try {
            service.parseOrderNotifyResult(signed("member_of_2027", "1"));
        } catch (WxPayException forged) {
            return;
        }
        throw new AssertionError("it takes the new member now");
    }
}
JAVA
java -cp "$path" Heard.java 2>/dev/null
echo "WxJava rejects a genuine notification with a member that it does not know"
