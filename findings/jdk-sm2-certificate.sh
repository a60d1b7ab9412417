#!/usr/bin/env bash
# Belief: the JDK, which knows no SM2, lists the RSA key of a PKCS#12 file that holds an SM2 certificate as well, and fails
#   only when the SM2 key is asked for; with BouncyCastle registered behind it finds that too.
# Seen: it does not open the file at all, and says "keystore password was incorrect" of the right password, BouncyCastle
#   registered or not. A bank's file with a pair of certificates looks as if its letter had the wrong password.
# Versions: Java 17 and 25, file by BouncyCastle 1.87.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars org.bouncycastle:bcpkix-jdk18on:1.87)
cat >Pair.java <<'JAVA'
import java.io.*;
import java.math.BigInteger;
import java.security.*;
import java.security.cert.Certificate;
import java.security.spec.ECGenParameterSpec;
import java.util.*;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

class Pair {
    static final Provider BC = new BouncyCastleProvider();
    static final char[] PASSWORD = "right".toCharArray();

    static void add(KeyStore store, String name, String algorithm, KeyPair pair) throws Exception {
        X500Name subject = new X500Name("CN=" + name);
        var certificate = new JcaX509v3CertificateBuilder(subject, BigInteger.ONE, new Date(0), new Date(4000000000000L), subject, pair.getPublic())
                .build(new JcaContentSignerBuilder(algorithm).setProvider(BC).build(pair.getPrivate()));
        store.setKeyEntry(name, pair.getPrivate(), null, new Certificate[] {new JcaX509CertificateConverter().setProvider(BC).getCertificate(certificate)});
    }

    static String opened(KeyStore store, byte[] file) throws Exception {
        try {
            store.load(new ByteArrayInputStream(file), PASSWORD);
            return new TreeSet<>(Collections.list(store.aliases())).toString();
        } catch (IOException refused) {
            return refused.getMessage();
        }
    }

    public static void main(String[] none) throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA"), sm2 = KeyPairGenerator.getInstance("EC", BC);
        sm2.initialize(new ECGenParameterSpec("sm2p256v1"));
        KeyStore written = KeyStore.getInstance("PKCS12", BC);
        written.load(null);
        for (String name : new String[] {"rsa", "sm2"}) {
            add(written, name, name.equals("rsa") ? "SHA256withRSA" : "SM3withSM2", (name.equals("rsa") ? rsa : sm2).generateKeyPair());
            ByteArrayOutputStream file = new ByteArrayOutputStream();
            written.store(file, PASSWORD);
            System.out.println(opened(KeyStore.getInstance("PKCS12", "SUN"), file.toByteArray()) + opened(KeyStore.getInstance("PKCS12", BC), file.toByteArray()));
            Security.addProvider(BC);
        }
    }
}
JAVA
seen=$(java -cp "$path" Pair.java)
[ "$seen" = $'[rsa][rsa]\nkeystore password was incorrect[rsa, sm2]' ] || { echo "$seen"; exit 1; }
echo "the JDK calls the right password wrong where a PKCS#12 file holds an SM2 certificate"
