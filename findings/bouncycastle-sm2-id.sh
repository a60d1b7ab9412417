#!/usr/bin/env bash
# Belief: BouncyCastle's SM3withSM2 takes the user id by setParameter before or after initSign and initVerify, as its PSS
#   takes its parameters, or says that it is too late.
# Seen: after the init it is ignored without a word: the signature is made, and verified, under 1234567812345678, which the
#   gateway refuses, and a genuine reply under the agreed id is called forged.
# Versions: BouncyCastle 1.78.1 and 1.87, Java 17 and 25.
set -euo pipefail
. "$(dirname "$0")/java.bash"
cat >Id.java <<'JAVA'
import java.security.*;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.jcajce.spec.SM2ParameterSpec;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

class Id {
    static final Provider BC = new BouncyCastleProvider();
    static final SM2ParameterSpec AGREED = new SM2ParameterSpec("merchant-1000000001".getBytes());

    static byte[] signed(PrivateKey key, boolean before, boolean after) throws Exception {
        Signature signature = Signature.getInstance("SM3withSM2", BC);
        if (before) signature.setParameter(AGREED);
        signature.initSign(key);
        if (after) signature.setParameter(AGREED);
        signature.update(new byte[] {1});
        return signature.sign();
    }

    static boolean verified(PublicKey key, boolean before, boolean after, byte[] signed) throws Exception {
        Signature signature = Signature.getInstance("SM3withSM2", BC);
        if (before) signature.setParameter(AGREED);
        signature.initVerify(key);
        if (after) signature.setParameter(AGREED);
        signature.update(new byte[] {1});
        return signature.verify(signed);
    }

    public static void main(String[] none) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC", BC);
        keys.initialize(new ECGenParameterSpec("sm2p256v1"));
        KeyPair pair = keys.generateKeyPair();
        byte[] before = signed(pair.getPrivate(), true, false), after = signed(pair.getPrivate(), false, true);
        System.out.println(verified(pair.getPublic(), true, false, before) + " " + verified(pair.getPublic(), false, true, before)
                + " " + verified(pair.getPublic(), true, false, after) + " " + verified(pair.getPublic(), false, false, after));
    }
}
JAVA
for version in 1.78.1 1.87; do
    path=$(jars org.bouncycastle:bcprov-jdk18on:$version)
    seen=$(java -cp "$path" Id.java)
    [ "$seen" = "true false false true" ] || { echo "BouncyCastle $version: $seen"; exit 1; }
done
echo "BouncyCastle ignores an SM2 user id that is set after the init, and uses 1234567812345678"
