"""The programs that make and read key files, each run once per call, and what they call themselves."""

import functools
import os
import pathlib
import shlex
import subprocess
import tempfile

import cryptography

#: Where `run` put BouncyCastle's jars.
JARS = os.environ.get("KEYS_JARS", "")
LEGACY = "-provider default -provider legacy"


class Refused(Exception):
    """The program ended with an error; its last words."""


def run(*words, stdin=b"", password=None, folder=None):
    """Output bytes of a program. The password reaches it as the environment's KEY_PASSWORD, the time zone is UTC."""
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8"}
    if password is not None:
        environment["KEY_PASSWORD"] = password
    done = subprocess.run([str(w) for w in words], input=stdin, capture_output=True, env=environment, cwd=folder, timeout=120)
    if done.returncode:
        raise Refused(f"{words[:3]}: {done.stderr.decode(errors='replace')[:800]}")
    return done.stdout


def openssl(command, stdin=b"", password=None, **files):
    """Runs `openssl command`; `{name}` in the command stands for a file that holds the bytes given as name=…, `{out}` for an output file."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for file, data in files.items():
            (folder / file).write_bytes(data)
        words = [word.format(out=folder / "out", **{f: folder / f for f in files}) for word in shlex.split(command)]
        output = run("openssl", *words, stdin=stdin, password=password)
        return (folder / "out").read_bytes() if "{out}" in command else output


@functools.cache
def versions():
    """What the manifest names as makers."""
    first = lambda *words: run(*words).decode().splitlines()[0]
    return {
        "openssl": first("openssl", "version"),
        "python": f"cryptography {cryptography.__version__}, and the DER writer der.py",
        "keytool": first("java", "--version"),
        "bouncycastle": " ".join(sorted(pathlib.Path(jar).stem for jar in JARS.split(":"))),
        "puttygen": first("puttygen", "--version"),
        "gpg": first("gpg", "--version"),
        "ssh-keygen": run("sh", "-c", "ssh -V 2>&1").decode().split(",")[0].strip(),
    }
