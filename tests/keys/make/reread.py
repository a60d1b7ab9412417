"""Proves the checked-in corpus: every file is read by openssl and, where it can, by `cryptography`, and compared with the manifest."""

import base64
import concurrent.futures
import hashlib
import warnings

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key, load_pem_private_key, pkcs12

import reader
import rules
from tools import Refused, openssl

warnings.filterwarnings("ignore", message="PKCS#12 bundle could not be parsed as DER")

#: Made to be slow: nobody derives these keys.
ENDLESS = {"pbes2-endless", "pfx-endless"}
#: Right passwords and a broken content: nothing tells them from wrong passwords.
FLIPPED = {"pfx-flipped", "pbes2-flipped-at-the-end"}


#: Of which openssl thinks otherwise: an exponent that is none, and a PFX that only its maker, BouncyCastle, reads.
UNLIKE_OPENSSL = {"rsa-spki-even-exponent", "pfx-bouncycastle-gcm"}


def check(folder, manifest):
    """The number of complaints, each printed."""
    cases, files = manifest["cases"], folder / "files"
    complaints = _lists(files, manifest) + rules.complaints(manifest)
    for row in manifest["keys"].values():
        spki = base64.b64decode(row["spki"])
        if reader.facts(spki) != {name: row[name] for name in ("algorithm", "bits", "spki_sha256")}:
            complaints.append(f"the key {row['spki_sha256']} is not what the manifest says")
    opening = {case["file"] for case in cases if "error" not in case["load"]}

    def judge(case):
        if case["id"] in UNLIKE_OPENSSL:
            return []
        path = files / case["file"]
        data = path.read_bytes() if path.is_file() else None
        return _refuses(case, data, opening) if "error" in case["load"] else _loads(case, data, manifest)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        for case, found in zip(cases, pool.map(judge, cases)):
            complaints += [f"{case['id']}: {complaint}" for complaint in found]
    seconds = [_second(case, files) for case in cases]
    complaints += [f"{case['id']}: cryptography reads another key" for case, second in zip(cases, seconds) if second is False]
    for complaint in complaints:
        print(complaint)
    loaded = sum("error" not in case["load"] for case in cases)
    print(
        f"{len(cases)} cases: {loaded} read by openssl, {seconds.count(True)} of them by cryptography too; {len(cases) - loaded} refused; "
        f"{len(complaints)} complaints"
    )
    return bool(complaints)


def _lists(files, manifest):
    """What is wrong with the lists themselves."""
    cases = manifest["cases"]
    there = {file.name for file in files.iterdir()}
    named = {case["file"] for case in cases}
    wanted = {name for name in named if name not in ("no-such-file.pem", ".")}
    complaints = [f"a file of no case: {name}" for name in there - wanted] + [f"no such file: {name}" for name in wanted - there]
    if manifest["total"] != len(cases) or len({case["id"] for case in cases}) != len(cases):
        complaints.append("total is wrong, or two cases share an id")
    for case in cases:
        if not case["roles"] or set(case["roles"]) - set(manifest["roles"]):
            complaints.append(f"{case['id']}: no role, or one without a configuration")
        if "error" in case["load"] and "ok" in case["roles"].values():
            complaints.append(f"{case['id']}: refused, and ok in a role")
    return complaints


def _loads(case, data, manifest):
    try:
        seen = reader.read(data, case.get("password"))
    except (reader.Unreadable, Refused) as error:
        return [f"openssl does not read it: {error}"]
    if seen != case["load"]:
        return [f"openssl reads {seen}"]
    if "signature" in case:
        spki = next(base64.b64decode(k["spki"]) for k in manifest["keys"].values() if k["spki_sha256"] == seen["private"]["spki_sha256"])
        try:
            openssl(
                "dgst -sha1 -keyform DER -verify {spki} -signature {signature}",
                manifest["message"].encode(),
                spki=spki,
                signature=base64.b64decode(case["signature"]),
            )
        except Refused:
            return ["the signature does not verify"]
    return []


def _refuses(case, data, opening):
    """What speaks against the reason. A kind that is known and not loaded may well be read by openssl."""
    reason = case["load"]["error"]
    if reason == "unreadable":
        return [] if data is None else ["there is such a file"]
    if reason == "certificate_request":
        return _request(data)
    if case["id"] in ENDLESS:
        return [] if (50_000_000).to_bytes(4, "big") in data else ["it does not say 50,000,000"]
    if reason in ("wrong_password", "password_missing") and not ({case["file"]} & opening or case["id"] in FLIPPED):
        return ["no case opens this file"]
    try:
        seen = reader.read(data, case.get("password"))
    except (reader.Unreadable, Refused):
        return []
    return [] if reason in ("unsupported", "wrong_size") else [f"openssl reads {seen}"]


def _request(data):
    data = data if data[:1] in b"-\x30" else base64.b64decode(data)
    form = "PEM" if data[:1] == b"-" else "DER"
    try:
        openssl(f"req -inform {form} -verify -noout", data)
        return []
    except Refused as error:
        return [f"openssl reads no request: {error}"]


def _second(case, files):
    """Whether `cryptography` reads the private key that the manifest names; None where it reads none, or there is none."""
    if not case["load"].get("private"):
        return None
    data, password = (files / case["file"]).read_bytes(), case["password"].encode() if "password" in case else None
    for load in (load_pem_private_key, load_der_private_key, lambda d, p: pkcs12.load_key_and_certificates(d, p)[0]):
        try:
            spki = load(data, password).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        except Exception:  # its readers raise whatever they like, and not reading is no finding here
            continue
        if hashlib.sha256(spki).hexdigest() == case["load"]["private"]["spki_sha256"]:
            return True
        # Of several keys it reads the first, which is the foreign one there.
        return None if case["id"].startswith("foreign-") else False
    return None
