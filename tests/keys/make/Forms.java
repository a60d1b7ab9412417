import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.util.List;
import org.bouncycastle.asn1.gm.GMNamedCurves;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.bouncycastle.jce.interfaces.ECPrivateKey;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jce.spec.ECParameterSpec;
import org.bouncycastle.jce.spec.ECPrivateKeySpec;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.jcajce.JcaPKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/** Key files by the JDK and a recent BouncyCastle. Arguments: a folder with NAME.key (PKCS#8) and NAME.cer, and the folder to write to. */
final class Forms {
    static final char[] PASSWORD = "123456".toCharArray();
    static Path in;
    static Path out;

    public static void main(String[] arguments) throws Exception {
        in = Path.of(arguments[0]);
        out = Path.of(arguments[1]);
        Security.addProvider(new BouncyCastleProvider());
        numbers();
        encrypted("scrypt.der", new JcePKCSPBEOutputEncryptorBuilder(new ScryptConfig.Builder(16384, 8, 1).build(), NISTObjectIdentifiers.id_aes256_GCM));
        encrypted("scrypt-1048576.der", new JcePKCSPBEOutputEncryptorBuilder(new ScryptConfig.Builder(1048576, 8, 1).build(), NISTObjectIdentifiers.id_aes256_CBC));
        encrypted("gcm.der", new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_GCM));
        for (String type : List.of("PKCS12", "PKCS12-AES256-AES128", "PKCS12-PBMAC1", "PKCS12-AES256-AES128-GCM", "BKS", "BouncyCastle", "BCFKS")) {
            store(type + ".p12", type, "merchant");
        }
        store("mixed.p12", "PKCS12", "ec", "merchant");
        store("mixed-ed25519.p12", "PKCS12", "ed", "merchant");
    }

    /** Keys of which only some numbers are known, or whose curve has no name. */
    static void numbers() throws Exception {
        RSAPrivateKey key = (RSAPrivateKey) key("merchant");
        RSAPrivateKeySpec spec = new RSAPrivateKeySpec(key.getModulus(), key.getPrivateExponent());
        write("rsa-n-d.der", KeyFactory.getInstance("RSA").generatePrivate(spec).getEncoded());
        write("rsa-n-d-bc.der", KeyFactory.getInstance("RSA", "BC").generatePrivate(spec).getEncoded());
        BigInteger number = ((ECPrivateKey) key("sm2_merchant")).getD();
        X9ECParameters sm2 = GMNamedCurves.getByName("sm2p256v1");
        ECParameterSpec curve = new ECParameterSpec(sm2.getCurve(), sm2.getG(), sm2.getN(), sm2.getH());
        PrivateKey explicit = KeyFactory.getInstance("EC", "BC").generatePrivate(new ECPrivateKeySpec(number, curve));
        write("sm2-explicit.der", explicit.getEncoded());
        OutputEncryptor aes = new JcePKCSPBEOutputEncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC).setProvider("BC").build(PASSWORD);
        write("sm2-explicit-encrypted.der", new JcaPKCS8EncryptedPrivateKeyInfoBuilder(explicit).build(aes).getEncoded());
    }

    static void encrypted(String file, JcePKCSPBEOutputEncryptorBuilder encryptor) throws Exception {
        write(file, new JcaPKCS8EncryptedPrivateKeyInfoBuilder(key("merchant")).build(encryptor.setProvider("BC").build(PASSWORD)).getEncoded());
    }

    static void store(String file, String type, String... names) throws Exception {
        KeyStore store = KeyStore.getInstance(type, "BC");
        store.load(null, null);
        for (String name : names) {
            Certificate own = CertificateFactory.getInstance("X.509", "BC").generateCertificate(new ByteArrayInputStream(read(name + ".cer")));
            store.setKeyEntry(name, key(name), PASSWORD, new Certificate[] {own});
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD);
        write(file, bytes.toByteArray());
    }

    static PrivateKey key(String name) throws Exception {
        byte[] encoded = read(name + ".key");
        String algorithm = PrivateKeyInfo.getInstance(encoded).getPrivateKeyAlgorithm().getAlgorithm().getId();
        return KeyFactory.getInstance(algorithm, "BC").generatePrivate(new PKCS8EncodedKeySpec(encoded));
    }

    static byte[] read(String name) throws Exception {
        return Files.readAllBytes(in.resolve(name));
    }

    static void write(String name, byte[] bytes) throws Exception {
        Files.write(out.resolve(name), bytes);
    }
}
