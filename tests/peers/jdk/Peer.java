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
            case "ysepay": return ysepay(number);
            case "icbc": return icbc(number, new Account("icbc"), null);
            case "icbc-aes": {
                Account account = new Account("icbc-aes");
                return icbc(number, account, Base64.getDecoder().decode(account.text("encrypt_key")));
            }
            case "edgeros": return edgeros(number);
            case "chinaums": return chinaums(number);
            default: return "-";
        }
    }

    /** Escapes no more than the plus sign, and leaves the type of content to HttpURLConnection. */
    private static String ysepay(String number) throws Exception {
        Account account = new Account("ysepay");
        TreeMap<String, String> fields = new TreeMap<>(Map.of(
            "method", "ysepay.trusteeship.sign.cancel", "partner_id", account.text("partner_id"), "timestamp", now("yyyy-MM-dd HH:mm:ss"),
            "charset", "UTF-8", "sign_type", "RSA", "version", "3.0", "biz_content", "{\"protocol_no\":\"" + number + "\"}"));
        String signed = joined(fields);
        fields.put("sign", account.sign("SHA1withRSA", signed));
        String body = joined(fields).replace("+", "%2B");
        String reply = post("/gateway.do", body, Map.of());
        Matcher parts = match("\\{\"sign\":\"([^\"]*)\",\"ysepay_trusteeship_sign_cancel_response\":(\\{.*\\})\\}", reply);
        return account.verifies("SHA1withRSA", parts.group(2), parts.group(1)) ? member(parts.group(2), "trade_status") : "FORGED";
    }

    /** Names neither the charset of the form nor the version of the gateway. */
    private static String icbc(String number, Account account, byte[] aes) throws Exception {
        String path = "/api/mybank/pay/cpay/cporderclose/V1";
        String biz = "{\"agreeCode\":\"0000000000090000000001000000085016\",\"orderCode\":\"2019021314281026\",\"partnerSeq\":\"" + number + "\"}";
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
        return match("\"return_code\":(-?\\d+)", content).group(1) + " " + member(content, "status");
    }

    private static byte[] aes(int mode, byte[] key, byte[] bytes) throws Exception {
        Cipher cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
        cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
        return cipher.doFinal(bytes);
    }

    /** Whose ids are null where there are none, as other writers of JSON have it. */
    private static String edgeros(String number) throws Exception {
        Account account = new Account("edgeros");
        String nonce = id();
        String signed = "{\"mch_no\":\"" + account.text("mch_no") + "\",\"mch_trade_no\":\"" + number + "\",\"nonce\":\"" + nonce
            + "\",\"sign_type\":\"SHA256withRSA\"}";
        String reply = post("/pay/v1/transactions/close", "{\"mch_trade_no\":\"" + number + "\",\"transaction_no\":null}", Map.of(
            "x-acopay-mch-no", account.text("mch_no"), "x-acopay-nonce", nonce, "x-acopay-sign-type", "SHA256withRSA",
            "x-acopay-sign", account.sign("SHA256withRSA", signed), "Content-Type", "application/json; charset=utf-8"));
        Matcher parts = match("\\{\"status\":(\\d+),\"message\":\"(\\w+)\",\"fieldErrors\":null,\"data\":\\{(.*)\\}\\}", reply);
        TreeMap<String, String> data = new TreeMap<>();
        for (Matcher pair = Pattern.compile("\"([^\"]+)\":\"([^\"]*)\"").matcher(parts.group(3)); pair.find();) {
            data.put(pair.group(1), pair.group(2));
        }
        String sign = data.remove("sign");
        String members = data.entrySet().stream().map(e -> "\"" + e.getKey() + "\":\"" + e.getValue() + "\"").collect(Collectors.joining(","));
        String text = "{\"data\":{" + members + "},\"message\":\"" + parts.group(2) + "\",\"status\":" + parts.group(1) + "}";
        return account.verifies("SHA256withRSA", text, sign) ? data.get("code") : "FORGED";
    }

    /** With the blanks after the commas of its header that the page's sample has not. */
    private static String chinaums(String number) throws Exception {
        Account account = new Account("chinaums");
        String msgId = id(), nonce = UUID.randomUUID().toString(), time = now("yyyyMMddHHmmss");
        String body = "{\"requestTimestamp\":\"" + now("yyyy-MM-dd HH:mm:ss") + "\",\"mid\":\"" + account.text("mid") + "\",\"tid\":\""
            + account.text("tid") + "\",\"instMid\":\"QRPAYDEFAULT\",\"billNo\":\"\",\"billDate\":\"\",\"authIdRespCd\":\"\",\"merOrderId\":\""
            + number + "\",\"msgId\":\"" + msgId + "\",\"msgSrc\":\"WWW.TEST.COM\"}";
        StringBuilder digest = new StringBuilder();
        for (byte b : MessageDigest.getInstance("SHA-256").digest(body.getBytes("UTF-8"))) {
            digest.append(String.format("%02x", b));
        }
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(account.text("app_key").getBytes("UTF-8"), "HmacSHA256"));
        String sign = Base64.getEncoder().encodeToString(mac.doFinal((account.text("app_id") + time + nonce + digest).getBytes("UTF-8")));
        String header = "OPEN-BODY-SIG AppId=\"" + account.text("app_id") + "\", Timestamp=\"" + time + "\", Nonce=\"" + nonce
            + "\", Signature=\"" + sign + "\"";
        String reply = post("/v1/netpay/bills/preauthed-cancel", body, Map.of("Authorization", header, "Content-Type", "application/json"));
        return msgId.equals(member(reply, "msgId")) ? member(reply, "errCode") : "FORGED";
    }

    private static String post(String path, String body, Map<String, String> headers) throws Exception {
        HttpURLConnection connection = (HttpURLConnection) new URL(base + path).openConnection();
        byte[] bytes = body.getBytes("UTF-8");
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        connection.setReadTimeout(20_000);
        // Or it sends a close twice when the connection breaks.
        connection.setFixedLengthStreamingMode(bytes.length);
        headers.forEach(connection::setRequestProperty);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(bytes);
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
