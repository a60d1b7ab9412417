#!/usr/bin/env bash
# Belief: `openssl pkey` and `genpkey` write a private key as PKCS#8 whether asked for PEM or, by -outform DER, for DER.
# Seen: PEM is PKCS#8, DER is the traditional form, PKCS#1 of RSA and SEC1 of SM2: the base64 of that file is not the
#   "PKCS#8 key" that a gateway's page or Java's PKCS8EncodedKeySpec asks for. `openssl pkcs8 -topk8 -nocrypt` writes it.
# Versions: OpenSSL 3.0.19 (the command), OpenJDK 17.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
form() { # what the first elements of a DER file say
    local lines
    lines=$(openssl asn1parse -inform DER -in "$1" | sed -n '2,3s/.*prim: *\|.*cons: *//p' | cut -d' ' -f1 | tr '\n' ' ')
    case $lines in "INTEGER SEQUENCE "*) echo pkcs8 ;; *) echo traditional ;; esac
}
openssl genpkey -algorithm RSA -out RSA.pem 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2 -out SM2.pem
openssl genpkey -algorithm RSA -outform DER -out generated.der 2>/dev/null
[ "$(form generated.der)" = traditional ] || { echo "genpkey -outform DER is now $(form generated.der)"; exit 1; }
for key in RSA SM2; do
    grep -q 'BEGIN PRIVATE KEY' "$key.pem"
    openssl pkey -in "$key.pem" | grep -q 'BEGIN PRIVATE KEY'
    openssl pkey -in "$key.pem" -outform DER -out "$key.der"
    [ "$(form "$key.der")" = traditional ] || { echo "pkey -outform DER of $key is now $(form "$key.der")"; exit 1; }
    openssl pkcs8 -topk8 -nocrypt -in "$key.pem" -outform DER -out "$key.p8"
    [ "$(form "$key.p8")" = pkcs8 ] || { echo "pkcs8 -topk8 of $key is now $(form "$key.p8")"; exit 1; }
done
cat >Load.java <<'JAVA'
import java.nio.file.*;
import java.security.KeyFactory;
import java.security.spec.*;

class Load {
    public static void main(String[] files) throws Exception {
        for (String file : files) {
            KeySpec spec = new PKCS8EncodedKeySpec(Files.readAllBytes(Path.of(file)));
            try {
                KeyFactory.getInstance("RSA").generatePrivate(spec);
                System.out.println("loads");
            } catch (InvalidKeySpecException refused) {
                System.out.println("refused");
            }
        }
    }
}
JAVA
java Load.java RSA.p8 RSA.der | tr '\n' ' ' >told
grep -qx 'loads refused ' told || { echo "Java on both: $(cat told)"; exit 1; }
echo "openssl writes PKCS#8 as PEM and the traditional form as DER, which Java refuses as PKCS#8"
