"""Files that the JDK and BouncyCastle 1.86 make: Forms.java is run once, and hands over a folder."""

import functools
import os
import pathlib
import tempfile

import base
import certificates
import tools


@functools.cache
def _made():
    """name -> bytes of every file that Forms.java writes, and of certificates in them."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for key in ("merchant", "sm2_merchant"):
            (folder / f"{key}.key").write_bytes(base.key(key).pkcs8)
        (folder / "merchant.cer").write_bytes(certificates.named("merchant").der)
        for kind, options in (("ec", "EC -pkeyopt ec_paramgen_curve:P-256"), ("ed", "ED25519")):
            made = tools.openssl(f"genpkey -algorithm {options}")
            (folder / f"{kind}.key").write_bytes(tools.openssl("pkcs8 -topk8 -nocrypt -outform DER", made))
            (folder / f"{kind}.cer").write_bytes(tools.openssl('req -x509 -new -key {key} -subj "/CN=TEST ONLY" -outform DER', key=made))
        (folder / "out").mkdir()
        tools.run("java", "-cp", os.environ["KEYS_NEWER_JARS"], pathlib.Path(__file__).parent / "Forms.java", folder, folder / "out")
        return {file.name: file.read_bytes() for file in (*(folder / "out").iterdir(), folder / "ec.cer", folder / "ed.cer")}


def file(name):
    return _made()[name]
