package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.binarywang.wxpay.bean.notify.WxPayOrderNotifyResult;
import com.github.binarywang.wxpay.bean.notify.WxPayRefundNotifyResult;
import com.github.binarywang.wxpay.config.WxPayConfig;
import com.github.binarywang.wxpay.exception.WxPayException;
import com.github.binarywang.wxpay.service.WxPayService;
import com.github.binarywang.wxpay.service.impl.WxPayServiceApacheHttpImpl;
import com.github.binarywang.wxpay.util.SignUtils;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dom4j.DocumentException;
import org.dom4j.Element;
import org.dom4j.io.SAXReader;
import org.junit.jupiter.api.Test;

/** What programs that share no line with this library say of the same notifications. */
class OthersIT {
    /** As EdgerOS's SDK has it. */
    private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

    /** Members sorted by code unit, without nulls and {@code sign}, written by Gson; the signature checked by the JDK. */
    @Test
    void edgerosSignsWhatGsonWrites() throws Exception {
        int both = 0;
        int none = 0;
        List<Object> oursIsStricter = new ArrayList<>();
        for (Map<?, ?> vector : vectors("edgeros")) {
            Notice notice = heard(vector);
            String signed = signedByGson(NotificationsIT.body(vector));
            boolean isVerified = signed != null && verifies(vector, signed);
            if (notice.evidence() != Evidence.NONE) {
                assertTrue(isVerified, vector.get("id") + ": " + signed);
                both++;
                assertTrue(vector.get("string_signed") == null || vector.get("string_signed").equals(signed), (String) vector.get("id"));
            } else if (isVerified) {
                oursIsStricter.add(vector.get("id") + " " + notice.reason().get());
            } else {
                none++;
            }
        }
        System.out.println(both + " authentic to Gson and to us, " + none + " to none, to Gson alone: " + oursIsStricter);
        assertTrue(both >= 50, both + " authentic");
        // Another merchant's, no notification, said twice, a byte order mark; or the word of another algorithm.
        assertTrue(oursIsStricter.stream().allMatch(one -> ((String) one).matches(".*-x-.* (mismatch|parse|charset)|.*-x-sign-type-.*")), oursIsStricter::toString);
    }

    @Test
    void whatIsPaidToUsIsPaidToWxJava() throws Exception {
        int paid = 0;
        int refused = 0;
        List<Object> oursIsStricter = new ArrayList<>();
        List<Object> readByUsAlone = new ArrayList<>();
        for (Map<?, ?> vector : vectors("wechat")) {
            Notice notice = heard(vector);
            String xml = new String(NotificationsIT.body(vector), UTF_8);
            if (notice.event() == OutcomeCode.PAID) {
                paid++;
                assertTrue(isSigned(vector), (String) vector.get("id"));
                WxPayOrderNotifyResult result = parsed(vector, xml);
                if (result == null) {
                    readByUsAlone.add(vector.get("id"));
                    continue;
                }
                assertEquals(notice.order().get("out_trade_no"), result.getOutTradeNo());
                assertEquals(notice.dedupe().get(), result.getTransactionId());
                assertEquals(notice.amount().get().text(), String.valueOf(result.getTotalFee()));
            } else if (notice.reason().filter("signature"::equals).isPresent() && notice.hint().isEmpty()) {
                refused++;
                if (isSigned(vector)) {
                    oursIsStricter.add(vector.get("id"));
                }
            }
        }
        System.out.println(paid + " paid to WxJava and to us, not read by it " + readByUsAlone + "; " + refused + " wrongly signed to us, not to it "
                + oursIsStricter);
        assertTrue(paid >= 20 && refused >= 10, paid + " paid, " + refused + " refused");
        // It signs the elements that its class of notifications has, and no other.
        assertTrue(readByUsAlone.size() <= 3, readByUsAlone::toString);
        // A sign_type that says otherwise.
        assertTrue(oursIsStricter.size() <= 2, oursIsStricter::toString);
    }

    @Test
    void refundsDecryptAsInWxJava() throws Exception {
        int refunds = 0;
        for (Map<?, ?> vector : vectors("wechat")) {
            Notice notice = heard(vector);
            if (notice.evidence() == Evidence.NONE && notice.hint().isPresent()) {
                WxPayRefundNotifyResult.ReqInfo info = wxJava(vector).parseRefundNotifyResult(new String(NotificationsIT.body(vector), UTF_8)).getReqInfo();
                assertEquals(notice.fields().get("out_refund_no"), info.getOutRefundNo());
                assertEquals(notice.fields().get("refund_status"), info.getRefundStatus());
                assertEquals(notice.amount().map(Amount::text).orElse("null"), String.valueOf(info.getRefundFee()), (String) vector.get("id"));
                refunds++;
            }
        }
        assertTrue(refunds >= 10, refunds + " refunds");
    }

    private static List<Map<?, ?>> vectors(String gateway) {
        return Stream.concat(NotificationsIT.vectors("known.json").stream(), NotificationsIT.vectors(gateway + ".json").stream())
                .filter(vector -> vector.get("gateway").equals(gateway))
                .collect(Collectors.toList());
    }

    private static Notice heard(Map<?, ?> vector) {
        try (Client client = NotificationsIT.client(vector)) {
            return client.notification(Incoming.of(null, NotificationsIT.body(vector)));
        }
    }

    /** Null for what is no JSON object to Gson. */
    private static String signedByGson(byte[] body) {
        try {
            Map<String, JsonElement> members = new TreeMap<>();
            for (Map.Entry<String, JsonElement> member : JsonParser.parseString(new String(body, UTF_8)).getAsJsonObject().entrySet()) {
                if (!member.getKey().equals("sign") && !member.getValue().isJsonNull()) {
                    members.put(member.getKey(), member.getValue());
                }
            }
            return GSON.toJson(members);
        } catch (JsonParseException | IllegalStateException unreadable) {
            return null;
        }
    }

    private static boolean verifies(Map<?, ?> vector, String signed) {
        try {
            Map<?, ?> account = (Map<?, ?>) ((Map<?, ?>) vector.get("config")).get("account");
            byte[] key = Base64.getDecoder().decode((String) ((Map<?, ?>) account.get("gateway_public_key")).get("base64"));
            JsonElement sign = JsonParser.parseString(new String(NotificationsIT.body(vector), UTF_8)).getAsJsonObject().get("sign");
            PublicKey platform = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key));
            Signature rsa = Signature.getInstance("SHA256withRSA");
            rsa.initVerify(platform);
            rsa.update(signed.getBytes(UTF_8));
            return sign != null && rsa.verify(Base64.getDecoder().decode(sign.getAsString()));
        } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException | UnsupportedOperationException bad) {
            return false;
        }
    }

    /** Whatever elements there are, by WxJava's own rule. */
    private static boolean isSigned(Map<?, ?> vector) {
        Map<String, String> elements = new TreeMap<>();
        try {
            Element root = new SAXReader().read(new ByteArrayInputStream(NotificationsIT.body(vector))).getRootElement();
            root.elements().forEach(element -> elements.put(element.getName(), element.getText()));
        } catch (DocumentException unreadable) {
            return false;
        }
        WxPayConfig config = wxJava(vector).getConfig();
        return elements.containsKey("sign") && SignUtils.checkSign(elements, config.getSignType(), config.getMchKey());
    }

    /** Null for what it refuses. */
    private static WxPayOrderNotifyResult parsed(Map<?, ?> vector, String xml) {
        try {
            // Told nothing, it takes a message that names no algorithm for MD5, whatever the account has.
            WxPayService service = wxJava(vector);
            return service.parseOrderNotifyResult(xml, service.getConfig().getSignType());
        } catch (WxPayException | RuntimeException refused) {
            return null;
        }
    }

    private static WxPayService wxJava(Map<?, ?> vector) {
        Map<?, ?> account = (Map<?, ?>) ((Map<?, ?>) vector.get("config")).get("account");
        WxPayConfig config = new WxPayConfig();
        config.setAppId((String) account.get("appid"));
        config.setMchId((String) account.get("mch_id"));
        config.setMchKey((String) account.get("api_key"));
        config.setSignType((String) account.get("sign_type"));
        WxPayService service = new WxPayServiceApacheHttpImpl();
        service.setConfig(config);
        return service;
    }
}
