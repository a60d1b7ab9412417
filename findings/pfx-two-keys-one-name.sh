#!/usr/bin/env bash
# Belief: of a PKCS#12 file with two keys under one friendlyName (or two that differ in case) the JDK and BouncyCastle show
#   both, the second renamed, or refuse the file: the localKeyIds differ, and without names they count them.
# Seen: both show one entry, the last key of the file, and keep silent about the first. Whoever signs with what KeyStore
#   shows may sign with the key for encryption; OpenSSL lists both.
# Versions: Java 17 and 25, BouncyCastle 1.87.
set -euo pipefail
. "$(dirname "$0")/java.bash"
path=$(jars org.bouncycastle:bcpkix-jdk18on:1.87)
cat >Names.java <<'JAVA'
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.*;
import java.util.Date;
import org.bouncycastle.asn1.*;
import org.bouncycastle.asn1.pkcs.*;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.*;
import org.bouncycastle.pkcs.jcajce.*;

class Names {
    static final Provider BC = new BouncyCastleProvider();
    static final char[] PASSWORD = "changeit".toCharArray();

    static byte[] file(KeyPair[] pairs, String... names) throws Exception {
        PKCS12PfxPduBuilder file = new PKCS12PfxPduBuilder();
        for (int i = 0; i < pairs.length; i++) {
            X500Name subject = new X500Name("CN=" + i);
            var certificate = new JcaX509v3CertificateBuilder(subject, BigInteger.ONE, new Date(0), new Date(4000000000000L), subject, pairs[i].getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withRSA").build(pairs[i].getPrivate()));
            var encryptor = new JcePKCSPBEOutputEncryptorBuilder(PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC).setProvider(BC).build(PASSWORD);
            var key = new PKCS12SafeBagBuilder(PrivateKeyInfo.getInstance(pairs[i].getPrivate().getEncoded()), encryptor);
            for (var bag : new PKCS12SafeBagBuilder[] {key, new PKCS12SafeBagBuilder(certificate)}) {
                bag.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_localKeyId, new DEROctetString(new byte[] {(byte) i}));
                if (names.length > 0) bag.addBagAttribute(PKCSObjectIdentifiers.pkcs_9_at_friendlyName, new DERBMPString(names[i]));
                file.addData(bag.build());
            }
        }
        return file.build(new JcePKCS12MacCalculatorBuilder().setProvider(BC), PASSWORD).getEncoded();
    }

    public static void main(String[] none) throws Exception {
        KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
        KeyPair[] pairs = {rsa.generateKeyPair(), rsa.generateKeyPair()};
        for (byte[] file : new byte[][] {file(pairs), file(pairs, "sign", "encrypt"), file(pairs, "merchant", "merchant"), file(pairs, "merchant", "MERCHANT")}) {
            for (KeyStore store : new KeyStore[] {KeyStore.getInstance("PKCS12", "SUN"), KeyStore.getInstance("PKCS12", BC)}) {
                store.load(new ByteArrayInputStream(file), PASSWORD);
                boolean last = ((java.security.interfaces.RSAKey) store.getKey(store.aliases().nextElement(), PASSWORD)).getModulus()
                        .equals(((java.security.interfaces.RSAKey) pairs[1].getPublic()).getModulus());
                System.out.print(store.size() == 2 ? "both " : store.size() == 1 && last ? "last " : "other ");
            }
        }
    }
}
JAVA
seen=$(java -cp "$path" Names.java)
[ "$seen" = "both both both both last last last last " ] || { echo "$seen"; exit 1; }
echo "of two keys under one name the JDK and BouncyCastle show the last, and nothing of the first"
