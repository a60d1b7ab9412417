"""Files that BouncyCastle makes: Bouncy.java is run once, and hands over a folder."""

import functools
import pathlib
import tempfile

import base
import certificates
import tools

_CERTIFICATES = ("merchant", "other", "leaf", "sub_ca", "ca", "sm2_merchant")


@functools.cache
def _made():
    """name -> bytes of every file that Bouncy.java writes."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for key in ("merchant", "other", "sm2_merchant"):
            (folder / f"{key}.key").write_bytes(base.key(key).pkcs8)
        for certificate in _CERTIFICATES:
            (folder / f"{certificate}.cer").write_bytes(certificates.named(certificate).der)
        (folder / "out").mkdir()
        tools.run("java", "-cp", tools.JARS, pathlib.Path(__file__).parent / "Bouncy.java", folder, folder / "out")
        return {file.name: file.read_bytes() for file in (folder / "out").iterdir()}


def file(name):
    return _made()[name]
