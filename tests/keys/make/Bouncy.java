import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.gm.GMObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PBKDF2Params;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OutputEncryptor;
import org.bouncycastle.pkcs.PKCS12PfxPduBuilder;
import org.bouncycastle.pkcs.PKCS12SafeBag;
import org.bouncycastle.pkcs.PKCS12SafeBagBuilder;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfoBuilder;
import org.bouncycastle.pkcs.bc.BcPKCS12MacCalculatorBuilder;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEOutputEncryptorBuilder;

/** Key files by BouncyCastle. Arguments: a folder with NAME.key (PKCS#8) and NAME.cer, and the folder to write to. */
final class Bouncy {
    static final char[] PASSWORD = "123456".toCharArray();
    static final char[] CHINESE = "密码123".toCharArray();
    static final ASN1ObjectIdentifier TRIPLE_DES = PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC;
    static final ASN1ObjectIdentifier RC2_40 = PKCSObjectIdentifiers.pbeWithSHAAnd40BitRC2_CBC;
    static final AlgorithmIdentifier SHA1 = new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE);

    static Path in;
    static Path out;

    public static void main(String[] folders) throws Exception {
        in = Path.of(folders[0]);
        out = Path.of(folders[1]);
        Security.addProvider(new BouncyCastleProvider());
        pkcs8();
        bags();
        stores();
    }

    static void pkcs8() throws Exception {
        AlgorithmIdentifier sha256 = new AlgorithmIdentifier(PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE);
        encrypted("pbes2-aes-256.der", "merchant", pbes2(NISTObjectIdentifiers.id_aes256_CBC, sha256));
        write("pbes2-sm4-sm3.der", sm4("merchant"));
        write("sm2-pbes2-sm4-sm3.der", sm4("sm2_merchant"));
        encrypted("pbes1-sha1-3des.der", "merchant", pbe(TRIPLE_DES, PASSWORD));
        encrypted("pbes1-sha1-rc2-40.der", "merchant", pbe(RC2_40, PASSWORD));
        PrivateKeyInfo key = key("sm2_merchant");
        SubjectPublicKeyInfo point = certificate("sm2_merchant").getSubjectPublicKeyInfo();
        write("sm2-pkcs8-v2.der", new PrivateKeyInfo(key.getPrivateKeyAlgorithm(), key.parsePrivateKey(), null, point.getPublicKeyData().getBytes()).getEncoded());
    }

    /** PBES2 with SM4-CBC and HMAC-SM3, which the PKCS#8 builder has no name for. */
    static byte[] sm4(String key) throws Exception {
        byte[] salt = SecureRandom.getSeed(16);
        byte[] secret = SecretKeyFactory.getInstance("PBKDF2WITHHMACSM3", "BC").generateSecret(new PBEKeySpec(PASSWORD, salt, 2048, 128)).getEncoded();
        Cipher cipher = Cipher.getInstance("SM4/CBC/PKCS7Padding", "BC");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(secret, "SM4"));
        AlgorithmIdentifier sm3 = new AlgorithmIdentifier(GMObjectIdentifiers.hmac_sm3, DERNull.INSTANCE);
        PBES2Parameters parameters = new PBES2Parameters(
            new KeyDerivationFunc(PKCSObjectIdentifiers.id_PBKDF2, new PBKDF2Params(salt, 2048, 16, sm3)),
            new EncryptionScheme(GMObjectIdentifiers.sms4_cbc, new DEROctetString(cipher.getIV())));
        return new EncryptedPrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), cipher.doFinal(read(key + ".key"))).getEncoded();
    }

    static void bags() throws Exception {
        pfx("der.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"merchant"}, "merchant");
        pfx("leaf-in-the-middle.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"merchant"}, "ca", "leaf", "sub_ca");
        pfx("other-first.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"merchant"}, "other", "merchant");
        pfx("no-match.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"merchant"}, "other");
        pfx("two-keys.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"merchant", "other"}, "merchant", "other");
        pfx("same-key-twice.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"merchant", "merchant"}, "merchant");
        pfx("certificates-only.pfx", PASSWORD, ASN1Encoding.DER, new String[] {}, "merchant");
        pfx("empty.pfx", PASSWORD, ASN1Encoding.DER, new String[] {});
        pfx("null-password.pfx", new char[0], ASN1Encoding.DER, new String[] {"merchant"}, "merchant");
        pfx("chinese-password.pfx", CHINESE, ASN1Encoding.DER, new String[] {"merchant"}, "merchant");
        pfx("sm2.pfx", PASSWORD, ASN1Encoding.DER, new String[] {"sm2_merchant"}, "sm2_merchant");
    }

    static void stores() throws Exception {
        store("store.p12", "PKCS12", "RSA", "merchant", false, "merchant");
        store("store-der.p12", "PKCS12", "RSA", "merchant", true, "merchant");
        store("store-3des.p12", "PKCS12-3DES-3DES", "RSA", "merchant", false, "leaf", "sub_ca", "ca");
        store("store-aes.p12", "PKCS12-AES256-AES128", "RSA", "merchant", false, "merchant");
        store("store-sm2.p12", "PKCS12", "EC", "sm2_merchant", false, "sm2_merchant");
    }

    /** BouncyCastle's KeyStore: BER with indefinite lengths and chunked OCTET STRINGs unless DER is asked for. */
    static void store(String file, String type, String algorithm, String key, boolean der, String... chain) throws Exception {
        CertificateFactory factory = CertificateFactory.getInstance("X.509", "BC");
        Certificate[] certificates = new Certificate[chain.length];
        for (int i = 0; i < chain.length; i++) {
            certificates[i] = factory.generateCertificate(new ByteArrayInputStream(read(chain[i] + ".cer")));
        }
        PrivateKey secret = KeyFactory.getInstance(algorithm, "BC").generatePrivate(new PKCS8EncodedKeySpec(read(key + ".key")));
        KeyStore store = KeyStore.getInstance(type, "BC");
        store.load(null, null);
        store.setKeyEntry("merchant", secret, null, certificates);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        if (der) {
            store.store(new org.bouncycastle.jcajce.PKCS12StoreParameter(bytes, PASSWORD, true));
        } else {
            store.store(bytes, PASSWORD);
        }
        write(file, bytes.toByteArray());
    }

    /** PFX with shrouded keys first (3DES), then a safe of certificates under RC2-40, MAC SHA-1. */
    static void pfx(String file, char[] password, String encoding, String[] keys, String... certificates) throws Exception {
        PKCS12PfxPduBuilder pfx = new PKCS12PfxPduBuilder();
        for (String name : keys) {
            pfx.addData(new PKCS12SafeBagBuilder(key(name), pbe(TRIPLE_DES, password)).build());
        }
        if (certificates.length > 0) {
            PKCS12SafeBag[] bags = new PKCS12SafeBag[certificates.length];
            for (int i = 0; i < bags.length; i++) {
                bags[i] = new PKCS12SafeBagBuilder(certificate(certificates[i])).build();
            }
            pfx.addEncryptedData(pbe(RC2_40, password), bags);
        }
        write(file, pfx.build(new BcPKCS12MacCalculatorBuilder(new SHA1Digest(), SHA1), password).getEncoded(encoding));
    }

    static void encrypted(String file, String key, OutputEncryptor encryptor) throws Exception {
        write(file, new PKCS8EncryptedPrivateKeyInfoBuilder(key(key)).build(encryptor).getEncoded());
    }

    static OutputEncryptor pbe(ASN1ObjectIdentifier algorithm, char[] password) throws Exception {
        return new JcePKCSPBEOutputEncryptorBuilder(algorithm).setProvider("BC").build(password);
    }

    static OutputEncryptor pbes2(ASN1ObjectIdentifier cipher, AlgorithmIdentifier prf) throws Exception {
        return new JcePKCSPBEOutputEncryptorBuilder(cipher).setProvider("BC").setPRF(prf).build(PASSWORD);
    }

    static PrivateKeyInfo key(String name) throws IOException {
        return PrivateKeyInfo.getInstance(read(name + ".key"));
    }

    static X509CertificateHolder certificate(String name) throws IOException {
        return new X509CertificateHolder(read(name + ".cer"));
    }

    static byte[] read(String name) throws IOException {
        return Files.readAllBytes(in.resolve(name));
    }

    static void write(String name, byte[] bytes) throws IOException {
        Files.write(out.resolve(name), bytes);
    }
}
