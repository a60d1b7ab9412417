"""What each role answers to what a file holds: the rules of README.md, against which the answers of the manifest are held."""

REASONS = {
    "empty", "unreadable", "password_missing", "wrong_password", "public_key", "private_key", "certificate", "not_a_certificate",
    "certificate_request", "openssh", "vendor_container", "truncated", "malformed", "unsupported", "wrong_type", "weak", "wrong_size",
    "inconsistent", "no_key", "several", "own_key",
}  # fmt: skip


#: What gateways sign with.
OWN = ("RSA", "SM2")


def complaints(manifest):
    """Answers that the rules do not give."""
    found = []
    private = {case["file"]: case["load"]["private"] for case in manifest["cases"] if case["load"].get("private")}
    opened = {(case["file"], case.get("password")): case["load"] for case in manifest["cases"] if "client_certificate_apart" not in case["roles"]}
    for case in manifest["cases"]:
        for role, answer in case["roles"].items():
            wanted = _client(role, case, opened) if role.startswith("client") else _answer(role, case, manifest["keys"], private)
            if answer != wanted or answer not in REASONS | {"ok"}:
                found.append(f"{case['id']}: {role} says {answer}, the rules say {wanted}")
    return found


def _answer(role, case, keys, private):
    load = case["load"]
    if "error" in load:
        return load["error"]
    tls = load["private"] and load["private"]["algorithm"] not in OWN
    load = {name: [key for key in load[name] if key["algorithm"] in OWN] for name in ("public", "certificates")} | {"private": None if tls else load["private"]}
    if not any(load.values()):
        return "unsupported"
    if role == "certificate":
        return _certificate(load, private[case["key"]])
    algorithm, place = role.upper().split("_")[:2]
    if place == "PRIVATE":
        if not load["private"] and (tls or case.get("foreign") == "private"):
            return "unsupported"
        if not load["private"]:
            return "public_key" if load["public"] else "certificate"
        return _key(load["private"], algorithm) or _weak(role, load["private"]) or "ok"
    if load["private"]:
        return "private_key"
    if case.get("foreign") == "leaf":
        return "unsupported"
    merchant = keys["merchant" if algorithm == "RSA" else "sm2_merchant"]["spki_sha256"]
    offered = load["public"] + load["certificates"]
    own = any(key["spki_sha256"] == merchant for key in offered)
    return _key(offered[0], algorithm) or ("own_key" if own else "ok")


def _client(role, case, opened):
    """In one place, or the certificate in `file` and its key in `key`."""
    load, is_apart = case["load"], role.endswith("apart")
    # Where no case has this password, it is a wrong one: those that do say which is right.
    wrong = {"error": "password_missing" if "password" not in case else "wrong_password"}
    keys = opened.get((case["key"], case.get("password")), wrong) if is_apart else load
    for error in (load.get("error"), keys.get("error")):
        if error:
            return error
    key = keys["private"]
    if key and key["algorithm"] == "SM2":
        return "wrong_type"
    if key and key["algorithm"] == "RSA" and key["bits"] < 2048:
        return "weak"
    if not load["certificates"]:
        return "private_key" if load["private"] else "not_a_certificate"
    if not key:
        return "certificate"
    if case.get("foreign") == "pair":
        return "several"
    return "ok" if any(own["spki_sha256"] == key["spki_sha256"] for own in load["certificates"]) else "inconsistent"


def _key(key, algorithm):
    if key["algorithm"] != algorithm:
        return "wrong_type"
    return "wrong_size" if algorithm == "RSA" and not 1024 <= key["bits"] <= 8192 else None


def _weak(role, key):
    return "weak" if key["algorithm"] == "RSA" and key["bits"] < 2048 and role != "rsa_private_weak" else None


def _certificate(load, key):
    if not load["certificates"]:
        return "private_key" if load["private"] else "not_a_certificate"
    if any(certificate["spki_sha256"] == key["spki_sha256"] for certificate in load["certificates"]):
        return "ok"
    return "wrong_type" if load["certificates"][0]["algorithm"] != "RSA" else "inconsistent"
