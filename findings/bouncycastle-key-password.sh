#!/usr/bin/env bash
# Belief: a key put into BouncyCastle's PKCS12 KeyStore with a password of its own is encrypted under that one, as the JDK
#   does it, so that a program needs it beside the password of the store; a file of either is read by the other.
# Seen: BouncyCastle ignores it, and the store's password opens the key. The JDK takes it, and neither BouncyCastle nor
#   openssl nor the JDK's own keytool opens the key in that file by either password, or with both.
# Versions: Java 17 and 25, BouncyCastle 1.87, OpenSSL 3.0.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars org.bouncycastle:bcprov-jdk18on:1.87)
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out certificate.pem -subj /CN=merchant -days 3000 2>/dev/null
openssl pkcs8 -topk8 -nocrypt -in key.pem -outform DER -out key.der
cat >Passwords.java <<'JAVA'
import java.io.*;
import java.nio.file.*;
import java.security.*;
import java.security.cert.*;
import java.security.spec.PKCS8EncodedKeySpec;

class Passwords {
    static String opened(Provider provider, byte[] file, String store, String key) {
        try {
            KeyStore opened = KeyStore.getInstance("PKCS12", provider);
            opened.load(new ByteArrayInputStream(file), store.toCharArray());
            return opened.getKey("merchant", key.toCharArray()) == null ? "none" : "key";
        } catch (GeneralSecurityException | IOException refused) {
            return "refused";
        }
    }

    public static void main(String[] none) throws Exception {
        Provider jdk = Security.getProvider("SUN"), bouncy = new org.bouncycastle.jce.provider.BouncyCastleProvider();
        PrivateKey key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of("key.der"))));
        java.security.cert.Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(Files.newInputStream(Path.of("certificate.pem")));
        for (Provider writer : new Provider[] {bouncy, jdk}) {
            KeyStore store = KeyStore.getInstance("PKCS12", writer);
            store.load(null, null);
            store.setKeyEntry("merchant", key, "of-key".toCharArray(), new java.security.cert.Certificate[] {certificate});
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            store.store(file, "of-store".toCharArray());
            Files.write(Path.of(writer.getName() + ".pfx"), file.toByteArray());
            System.out.println(opened(jdk, file.toByteArray(), "of-store", "of-store") + " " + opened(jdk, file.toByteArray(), "of-store", "of-key")
                    + " " + opened(bouncy, file.toByteArray(), "of-store", "of-store") + " " + opened(bouncy, file.toByteArray(), "of-key", "of-key"));
        }
    }
}
JAVA
seen=$(java -cp "$path" Passwords.java)
[ "$seen" = $'key refused key refused\nrefused key refused refused' ] || { echo "$seen"; exit 1; }
for password in of-store of-key; do
    if openssl pkcs12 -in SUN.pfx -passin "pass:$password" -nodes -nocerts 2>/dev/null | grep -q 'PRIVATE KEY'; then exit 1; fi
done
if keytool -importkeystore -noprompt -srckeystore SUN.pfx -srcstorepass of-store -srckeypass of-key -srcalias merchant \
    -destkeystore other.pfx -deststorepass of-store >/dev/null 2>&1; then exit 1; fi
echo "BouncyCastle ignores a key's own password in PKCS#12; where the JDK took one nothing else opens the file"
