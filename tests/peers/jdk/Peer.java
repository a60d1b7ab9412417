import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the demos of four vendors and their ports send, with nothing but the JDK: a task a line in, a word a line out. Written from
 * what is known of them: the registries hold none of these SDKs.
 */
public class Peer {
    private static Path folder;
    private static String base;

    public static void main(String[] arguments) throws Exception {
        folder = Path.of(arguments[0]);
        base = arguments[1];
        BufferedReader tasks = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = tasks.readLine()) != null;) {
            String[] task = line.split(" ");
            System.out.println(word(task[0], task[1]));
        }
    }

    private static String word(String verb, String number) throws Exception {
        switch (verb) {
            case "ysepay": return ysepay("ysepay.trusteeship.sign.cancel", "{\"protocol_no\":\"" + number + "\"}", "trade_status");
            case "ysepay-refund": return ysepay("ysepay.online.trade.refund", "{\"out_trade_no\":\"" + number
                + "\",\"refund_amount\":\"1.00\",\"refund_reason\":\"退货 <refund>+\",\"out_request_no\":\"R" + number + "\"}", "code");
            case "ysepay-refund-query": return ysepay("ysepay.online.trade.refund.query", "{\"out_trade_no\":\"" + number
                + "\",\"out_request_no\":\"R" + number + "\"}", "refund_state");
            case "icbc": return icbc(number, new Account("icbc"), null);
            case "icbc-aes": {
                Account account = new Account("icbc-aes");
                return icbc(number, account, Base64.getDecoder().decode(account.text("encrypt_key")));
            }
            case "icbc-apply": return icbcApply("V1", number, "");
            case "icbc-refund": return icbcApply("V2", "R" + number, ",\"partnerSeqOrigin\":\"" + number + "\"");
            case "icbc-query":
                return member(icbc("/api/mybank/pay/cpay/cporderquery/V1", icbcOrder(number) + "}", new Account("icbc"), null), "payStatus");
            case "edgeros": return edgeros(number);
            case "edgeros-refund": return edgeros("POST", "refund", new TreeMap<>(Map.of("mch_trade_no", number, "mch_refund_no",
                "R2021121511502522678" + number, "refund_amount", "1.00", "refund_reason", "退货 & <refund>")));
            case "edgeros-query": return edgeros("GET", "trade", new TreeMap<>(Map.of("mch_trade_no", number)));
            case "edgeros-refund-query": return edgeros("GET", "refund", new TreeMap<>(Map.of("mch_refund_no", "R2021121511502522678" + number)));
            case "edgeros-bill": return edgeros("GET", "bill", new TreeMap<>(Map.of("bill_date", number)));
            case "edgeros-order": return edgerosOrder(number);
            case "chinaums":
                return chinaums("preauthed-cancel", "\"billNo\":\"\",\"billDate\":\"\",\"authIdRespCd\":\"\",\"merOrderId\":\"" + number + "\"", "errCode");
            case "chinaums-refund":
                return chinaums("refund", chinaumsRefund(number) + ",\"refundAmount\":100,\"refundDesc\":\"退货 & <refund>\"", "refundStatus");
            case "chinaums-refund-query": return chinaums("query", chinaumsRefund(number), "refundStatus");
            default: return "-";
        }
    }

    /** Escapes no more than the plus sign, and leaves the type of content to HttpURLConnection. */
    private static String ysepay(String method, String biz, String said) throws Exception {
        Account account = new Account("ysepay");
        TreeMap<String, String> fields = new TreeMap<>(Map.of(
            "method", method, "partner_id", account.text("partner_id"), "timestamp", now("yyyy-MM-dd HH:mm:ss"),
            "charset", "UTF-8", "sign_type", "RSA", "version", "3.0", "biz_content", biz));
        String signed = joined(fields);
        fields.put("sign", account.sign("SHA1withRSA", signed));
        String body = joined(fields).replace("+", "%2B");
        String reply = post("/gateway.do", body, Map.of());
        Matcher parts = match("\\{\"sign\":\"([^\"]*)\",\"" + method.replace('.', '_') + "_response\":(\\{.*\\})\\}", reply);
        return account.verifies("SHA1withRSA", parts.group(2), parts.group(1)) ? member(parts.group(2), said) : "FORGED";
    }

    private static String icbc(String number, Account account, byte[] aes) throws Exception {
        String content = icbc("/api/mybank/pay/cpay/cporderclose/V1", icbcOrder(number) + "}", account, aes);
        return content.equals("FORGED") ? content : match("\"return_code\":(-?\\d+)", content).group(1) + " " + member(content, "status");
    }

    private static String icbcOrder(String number) {
        return "{\"agreeCode\":\"0000000000090000000001000000085016\",\"orderCode\":\"2019021314281026\",\"partnerSeq\":\"" + number + "\"";
    }

    /** What makes an order, and by its second version gives one back. */
    private static String icbcApply(String version, String number, String more) throws Exception {
        String biz = icbcOrder(number) + more + ",\"orderAmount\":\"100\",\"orderCurr\":\"001\",\"sumPayamt\":\"100\",\"submitTime\":\"" + now("yyyyMMddHHmmss")
            + "\",\"goodsList\":[{\"goodsName\":\"书 & <book>+\",\"goodsNum\":1.0}]}";
        String content = icbc("/api/mybank/pay/cpay/cppayapply/" + version, biz, new Account("icbc"), null);
        return content.equals("FORGED") ? content : match("\"return_code\":(-?\\d+)", content).group(1);
    }

    /** Names neither the charset of the form nor the version of the gateway. */
    private static String icbc(String path, String biz, Account account, byte[] aes) throws Exception {
        TreeMap<String, String> fields = new TreeMap<>(Map.of(
            "app_id", account.text("app_id"), "msg_id", id(), "format", "json", "charset", "UTF-8", "sign_type", "RSA",
            "timestamp", now("yyyy-MM-dd HH:mm:ss")));
        fields.put("biz_content", aes == null ? biz : Base64.getEncoder().encodeToString(aes(Cipher.ENCRYPT_MODE, aes, biz.getBytes("UTF-8"))));
        if (aes != null) {
            fields.put("encrypt_type", "AES");
        }
        fields.put("sign", account.sign("SHA1withRSA", path + "?" + joined(fields)));
        String body = fields.entrySet().stream().map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        String reply = post(path, body, Map.of());
        Matcher parts = match("\\{\"response_biz_content\":(.*),\"sign\":\"([^\"]*)\"\\}", reply);
        String content = parts.group(1);
        if (!account.verifies("SHA1withRSA", content, parts.group(2))) {
            return "FORGED";
        }
        if (aes != null) {
            byte[] sealed = Base64.getDecoder().decode(content.substring(1, content.length() - 1));
            content = new String(aes(Cipher.DECRYPT_MODE, aes, sealed), "UTF-8");
        }
        return content;
    }

    private static byte[] aes(int mode, byte[] key, byte[] bytes) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        return cipher.doFinal(bytes);
    }

    /** Whose ids are null where there are none, as other writers of JSON have it. */
    private static String edgeros(String number) throws Exception {
        TreeMap<String, String> fields = new TreeMap<>(Map.of("mch_trade_no", number));
        return edgeros(fields, "POST", "close", "{\"mch_trade_no\":\"" + number + "\",\"transaction_no\":null}");
    }

    /** By the rule of the vendor's SDK: the fields and the headers, sorted, as compact JSON. */
    private static String edgeros(String verb, String name, TreeMap<String, String> fields) throws Exception {
        if (verb.equals("POST")) {
            return edgeros(fields, verb, name, json(fields));
        }
        String query = fields.entrySet().stream().map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        return edgeros(fields, verb, name + "?" + query, null);
    }

    private static String edgeros(TreeMap<String, String> fields, String verb, String name, String body) throws Exception {
        Account account = new Account("edgeros");
        TreeMap<String, String> signed = new TreeMap<>(fields);
        String nonce = id();
        signed.putAll(Map.of("mch_no", account.text("mch_no"), "nonce", nonce, "sign_type", "SHA256withRSA"));
        String reply = send(verb, "/pay/v1/transactions/" + name, body, Map.of(
            "x-acopay-mch-no", account.text("mch_no"), "x-acopay-nonce", nonce, "x-acopay-sign-type", "SHA256withRSA",
            "x-acopay-sign", account.sign("SHA256withRSA", json(signed)), "Content-Type", "application/json; charset=utf-8"));
        Matcher parts = match("\\{\"status\":(\\d+),\"message\":\"(\\w+)\",\"fieldErrors\":null,\"data\":\\{(.*)\\}\\}", reply);
        TreeMap<String, String> data = new TreeMap<>();
        for (Matcher pair = Pattern.compile("\"([^\"]+)\":\"([^\"]*)\"").matcher(parts.group(3)); pair.find();) {
            data.put(pair.group(1), pair.group(2));
        }
        String sign = data.remove("sign");
        String text = "{\"data\":" + json(data) + ",\"message\":\"" + parts.group(2) + "\",\"status\":" + parts.group(1) + "}";
        return account.verifies("SHA256withRSA", text, sign) ? data.get("code") : "FORGED";
    }

    /** What the web SDK pays with, by the same rule. */
    private static String edgerosOrder(String number) throws Exception {
        Account account = new Account("edgeros");
        TreeMap<String, String> fields = new TreeMap<>(Map.of("mch_trade_no", number, "app_no", "APP1000000", "amount_total", "0.01",
            "amount_currency", "CNY", "description", "test pay & <order> 'x'=", "extra", "", "time_expire", "2030-01-01T00:00:00+08:00"));
        fields.putAll(Map.of("mch_no", account.text("mch_no"), "nonce", id(), "sign_type", "SHA256withRSA"));
        fields.put("sign", account.sign("SHA256withRSA", json(fields)));
        return json(fields);
    }

    /** Of texts that need no escape. */
    private static String json(Map<String, String> sorted) {
        return sorted.entrySet().stream().map(e -> "\"" + e.getKey() + "\":\"" + e.getValue() + "\"")
            .collect(Collectors.joining(",", "{", "}"));
    }

    /** With the blanks after the commas of its header that the page's sample has not. */
    private static String chinaums(String name, String fields, String said) throws Exception {
        Account account = new Account("chinaums");
        String msgId = id(), nonce = UUID.randomUUID().toString(), time = now("yyyyMMddHHmmss");
        String body = "{\"requestTimestamp\":\"" + now("yyyy-MM-dd HH:mm:ss") + "\",\"mid\":\"" + account.text("mid") + "\",\"tid\":\""
            + account.text("tid") + "\",\"instMid\":\"QRPAYDEFAULT\"," + fields + ",\"msgId\":\"" + msgId + "\",\"msgSrc\":\"WWW.TEST.COM\"}";
        StringBuilder digest = new StringBuilder();
        for (byte b : MessageDigest.getInstance("SHA-256").digest(body.getBytes("UTF-8"))) {
            digest.append(String.format("%02x", b));
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(account.text("app_key").getBytes("UTF-8"), "HmacSHA256"));
        String sign = Base64.getEncoder().encodeToString(mac.doFinal((account.text("app_id") + time + nonce + digest).getBytes("UTF-8")));
        String header = "OPEN-BODY-SIG AppId=\"" + account.text("app_id") + "\", Timestamp=\"" + time + "\", Nonce=\"" + nonce
            + "\", Signature=\"" + sign + "\"";
        String reply = post("/v1/netpay/bills/" + name, body, Map.of("Authorization", header, "Content-Type", "application/json"));
        return msgId.equals(member(reply, "msgId")) ? member(reply, said) : "FORGED";
    }

    private static String chinaumsRefund(String number) {
        return "\"billNo\":\"" + number + "\",\"billDate\":\"" + now("yyyy-MM-dd") + "\",\"refundOrderId\":\"R" + number + "\"";
    }

    private static String post(String path, String body, Map<String, String> headers) throws Exception {
        return send("POST", path, body, headers);
    }

    private static String send(String verb, String path, String body, Map<String, String> headers) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(base + path).openConnection();
        connection.setRequestMethod(verb);
        connection.setReadTimeout(20_000);
        headers.forEach(connection::setRequestProperty);
        if (body != null) {
            byte[] bytes = body.getBytes("UTF-8");
            connection.setDoOutput(true);
            // Or it sends a close twice when the connection breaks.
            connection.setFixedLengthStreamingMode(bytes.length);
            try (OutputStream out = connection.getOutputStream()) {
                out.write(bytes);
            }
        }
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), "UTF-8");
        }
    }

    private static String joined(Map<String, String> sorted) {
        return sorted.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining("&"));
    }

    private static String now(String pattern) {
        return LocalDateTime.now(ZoneOffset.ofHours(8)).format(DateTimeFormatter.ofPattern(pattern));
    }

    private static String id() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static Matcher match(String pattern, String text) {
        Matcher found = Pattern.compile(pattern, Pattern.DOTALL).matcher(text);
        if (!found.find()) {
            throw new IllegalStateException("not " + pattern + ": " + text);
        }
        return found;
    }

    private static String member(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        return found.find() ? found.group(1) : "nothing";
    }

    /** What the sandbox has written for this kind of merchant. */
    private static final class Account {
        private final String json;

        Account(String name) throws Exception {
            json = Files.readString(folder.resolve(name + ".json"));
        }

        String text(String name) {
            return match("\"" + name + "\":\\s*\"([^\"]*)\"", json).group(1);
        }

        private byte[] key(String name) {
            return Base64.getDecoder().decode(match("\"" + name + "\":\\s*\\{\\s*\"base64\":\\s*\"([^\"]*)\"", json).group(1));
        }

        String sign(String algorithm, String text) throws Exception {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(key("private_key"))));
            signature.update(text.getBytes("UTF-8"));
            return Base64.getEncoder().encodeToString(signature.sign());
        }

        boolean verifies(String algorithm, String text, String sign) throws Exception {
            Signature signature = Signature.getInstance(algorithm);
            signature.initVerify(KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(key("gateway_public_key"))));
            signature.update(text.getBytes("UTF-8"));
            return signature.verify(Base64.getDecoder().decode(sign));
        }
    }
}
