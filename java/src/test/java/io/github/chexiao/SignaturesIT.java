package io.github.chexiao;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigInteger;
import java.net.URLDecoder;
import java.nio.charset.Charset;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Every signature of the sign vectors, checked by the cryptography of the JDK; RSA with a key that the JDK has made. */
class SignaturesIT {
    private final Map<String, Integer> checked = new TreeMap<>();
    private final KeyPair pair;

    SignaturesIT() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        pair = generator.generateKeyPair();
    }

    @Test
    void theJdkAcceptsEverySignature() {
        Vectors.run("sign", vector -> accepted(vector) ? null : "the JDK does not accept the signature");
        System.out.println("accepted by the JDK: " + checked);
        for (String algorithm : Arrays.asList("SHA1withRSA", "SHA256withRSA", "bare SHA-1 RSA", "MD5", "HmacSHA256")) {
            assertEquals(true, checked.containsKey(algorithm), algorithm);
        }
    }

    private boolean accepted(Map<?, ?> vector) throws Exception {
        Map<String, Object> account = account(vector);
        String type = (String) account.getOrDefault("sign_type", "");
        boolean ca = type.equals("CA");
        if (type.equals("SM")) {
            checked.merge("SM, which the JDK has not", 1, Integer::sum);
            return true;
        }
        if (account.containsKey("private_key") && !ca) {
            String own = Base64.getEncoder().encodeToString(pair.getPrivate().getEncoded());
            account.put("private_key", java.util.Collections.singletonMap("base64", own));
        }
        HttpRequest request;
        try (Client client = Vectors.client(vector)) {
            request = client.sign(Vectors.call(vector));
        }
        String charset = (String) account.getOrDefault("charset", "UTF-8");
        byte[] message = ((String) vector.get("string_to_sign")).getBytes(Charset.forName(charset));
        String body = new String(request.body(), UTF_8);
        if (request.method().equals("SIGN")) {
            Map<String, Object> parameters = JsonReader.object(body);
            String sign = (String) parameters.getOrDefault("paySign", parameters.get("sign"));
            return account.containsKey("api_key") ? wechat(type, account, message, sign) : rsa("SHA256withRSA", message, sign);
        }
        if (ca) {
            return bareSha1(account, message, parameter("sign", request));
        }
        if (request.headers().containsKey("x-acopay-sign")) {
            return rsa("SHA256withRSA", message, request.headers().get("x-acopay-sign"));
        }
        if (account.containsKey("app_key")) {
            String authorization = request.headers().get("Authorization");
            String signature = authorization == null ? parameter("signature", request) : authorization.replaceAll(".*Signature=\"?([^\",]*).*", "$1");
            return hmac(account.get("app_key"), message, signature);
        }
        if (account.containsKey("api_key")) {
            String sign = body.isEmpty() ? parameter("sign", request) : body.replaceAll(".*<sign>(.*)</sign>.*", "$1");
            return wechat(type, account, message, sign);
        }
        return rsa(type.equals("RSA2") ? "SHA256withRSA" : "SHA1withRSA", message, parameter("sign", request));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> account(Map<?, ?> vector) {
        return (Map<String, Object>) ((Map<?, ?>) vector.get("config")).get("account");
    }

    /** In the address of what a browser opens, or in the form. */
    private static String parameter(String name, HttpRequest request) throws Exception {
        String inAddress = request.url().replaceFirst("[^?]*[?]?", "");
        for (String pair : (inAddress + "&" + new String(request.body(), UTF_8)).split("&")) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), "UTF-8");
            }
        }
        throw new AssertionError("no " + name + " in " + request.url());
    }

    private boolean rsa(String algorithm, byte[] message, String base64) throws Exception {
        checked.merge(algorithm, 1, Integer::sum);
        Signature signature = Signature.getInstance(algorithm);
        signature.initVerify(pair.getPublic());
        signature.update(message);
        return signature.verify(Base64.getDecoder().decode(base64));
    }

    private boolean bareSha1(Map<String, Object> account, byte[] message, String base64) throws Exception {
        checked.merge("bare SHA-1 RSA", 1, Integer::sum);
        Map<?, ?> certificate = (Map<?, ?>) account.get("certificate");
        byte[] encoded = certificate.containsKey("pem")
                ? ((String) certificate.get("pem")).getBytes(UTF_8)
                : Base64.getDecoder().decode((String) certificate.get("base64"));
        PublicKey key = CertificateFactory.getInstance("X.509").generateCertificate(new java.io.ByteArrayInputStream(encoded)).getPublicKey();
        Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
        cipher.init(Cipher.DECRYPT_MODE, key);
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(message);
        return Arrays.equals(digest, cipher.doFinal(Base64.getDecoder().decode(base64)));
    }

    private boolean wechat(String type, Map<String, Object> account, byte[] message, String hex) throws Exception {
        if (type.equals("HMAC-SHA256")) {
            checked.merge("HmacSHA256", 1, Integer::sum);
            return new BigInteger(1, mac(account.get("api_key"), message)).equals(new BigInteger(hex, 16));
        }
        checked.merge("MD5", 1, Integer::sum);
        BigInteger digest = new BigInteger(1, MessageDigest.getInstance("MD5").digest(message));
        return String.format("%032x", digest).toUpperCase(Locale.ROOT).equals(hex);
    }

    private boolean hmac(Object key, byte[] message, String base64) throws Exception {
        checked.merge("HmacSHA256", 1, Integer::sum);
        return Arrays.equals(mac(key, message), Base64.getDecoder().decode(base64));
    }

    private static byte[] mac(Object key, byte[] message) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(((String) key).getBytes(UTF_8), "HmacSHA256"));
        return mac.doFinal(message);
    }
}
