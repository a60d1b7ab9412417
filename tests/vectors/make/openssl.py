"""The second opinion: everything in crypto.LEDGER once more with the `openssl` command line."""

import os
import pathlib
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor

import keys


def _run(*words, stdin=b""):
    return subprocess.run(["openssl", *words], input=stdin, capture_output=True)


def sm2_accepts(public_pem, user_id, data, signature):
    """Whether openssl takes these bytes for a signature; it wants DER and nothing looser."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, content in (("key", public_pem.encode()), ("data", data), ("signature", signature)):
            (folder / file).write_bytes(content)
        given = ["-inkey", str(folder / "key"), "-in", str(folder / "data"), "-sigfile", str(folder / "signature")]
        return _run("pkeyutl", "-verify", "-pubin", "-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{user_id}", *given).returncode == 0


def _agrees(entry):
    with tempfile.TemporaryDirectory() as name:
        return _agrees_in(pathlib.Path(name), *entry)


def _agrees_in(folder, algorithm, key, data, result):
    (folder / "data").write_bytes(data)
    (folder / "result").write_bytes(result)
    file, signature = str(folder / "data"), str(folder / "result")
    if algorithm in ("sha1", "sha256", "ca"):
        (folder / "key").write_text(keys.text(f"{key}.spki_pem"))
        public = str(folder / "key")
    if algorithm in ("sha1", "sha256"):
        return _run("dgst", f"-{algorithm}", "-verify", public, "-signature", signature, file).returncode == 0
    if algorithm == "ca":
        recovered = _run("pkeyutl", "-verifyrecover", "-pubin", "-inkey", public, "-in", signature).stdout
        return recovered == _run("dgst", "-sha1", "-binary", file).stdout and len(recovered) == 20
    if algorithm == "hmac":
        return _run("dgst", "-sha256", "-mac", "HMAC", "-macopt", f"key:{key}", "-binary", file).stdout == result
    if algorithm.startswith("sm2:"):
        return sm2_accepts(keys.text(f"{key}.spki_pem"), algorithm.removeprefix("sm2:"), data, result)
    if algorithm.startswith("sm4-cbc:"):
        return _run("enc", "-d", "-sm4-cbc", "-K", key, "-iv", algorithm.removeprefix("sm4-cbc:"), "-in", signature).stdout == data
    if algorithm == "sm4-block":
        return _run("enc", "-sm4-ecb", "-nopad", "-K", key, "-in", file).stdout == result
    if algorithm.endswith("-ecb"):
        return _run("enc", "-d", f"-{algorithm}", "-K", key, "-in", signature).stdout == data
    if algorithm.startswith("aes"):
        return _run("enc", "-d", f"-{algorithm}", "-K", key, "-iv", "00" * 16, "-in", signature).stdout == data
    digest = {"md5": "-md5", "sha256-digest": "-sha256", "sm3": "-sm3"}[algorithm]
    return _run("dgst", digest, "-binary", file).stdout == result


def disagreements(ledger):
    """Entries of the ledger that openssl computes differently."""
    entries = list(dict.fromkeys(ledger))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return [entry for entry, agrees in zip(entries, pool.map(_agrees, entries)) if not agrees]
