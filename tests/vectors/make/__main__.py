"""Makes the vector files: `python3 tests/vectors/make`; with --check compares instead of writing, asks openssl and reads all back."""

import json
import pathlib
import sys

import jsonschema

import answers
import calls
import calls_refuse
import captured
import chinaums
import chinaums_query
import chinaums_refund
import chinaums_unpaid
import chinaums_verify
import crypto
import edgeros
import edgeros_others
import edgeros_query
import edgeros_refund
import icbc
import icbc_others
import icbc_states
import openssl
import primitives
import refuse_all
import reread
import reread_requests
import wechat
import wechat_others
import wechat_refund
import ysepay
import ysepay_sm_verify

HERE = pathlib.Path(__file__).resolve().parent.parent


def files():
    requests = [g.sign() for g in (icbc, ysepay, wechat, edgeros, chinaums)]
    replies = [g.verify() for g in (icbc_others, ysepay_sm_verify, wechat_others, edgeros_others, chinaums_verify)]
    states = [icbc_states.verify(), wechat_others.queries(), edgeros_query.verify(), chinaums_query.verify()]
    of_calls = calls.files() + answers.files() + calls_refuse.files()
    refunds = wechat_refund.files() + edgeros_refund.files() + chinaums_refund.files()
    return requests + replies + states + refunds + chinaums_unpaid.files() + refuse_all.files() + of_calls + captured.files() + primitives.files()


def texts():
    """path -> text of everything the generator owns."""
    made = files()
    ids = [v["id"] for f in made for v in f.vectors]
    twice = {i for i in ids if ids.count(i) > 1}
    if twice:
        sys.exit(f"ids are not unique: {sorted(twice)}")
    rows = [{"path": f.path, "kind": f.kind, "count": len(f.vectors)} for f in made]
    out = {f.path: f.text() for f in made}
    out["manifest.json"] = json.dumps({"total": len(ids), "files": rows}, indent=1) + "\n"
    return out


def _fits_schema(text):
    schema = json.loads((HERE / "schema.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema).is_valid(json.loads(text))


def check(made):
    """True when a file differs from its text, openssl disagrees, or a finished vector does not read back."""
    wrong = [path for path, text in made.items() if not (HERE / path).is_file() or (HERE / path).read_bytes() != text.encode()]
    wrong += [path for path, text in made.items() if not _fits_schema(text)]
    known = {str(p.relative_to(HERE)) for p in HERE.glob("*/*.json") if p.parent.name != "make"}
    wrong += sorted(known - set(made))
    for path in wrong:
        print(f"differs from what the generator makes, or from schema.json: {path}")
    bad = openssl.disagreements(crypto.LEDGER)
    for algorithm, key, data, _ in bad:
        print(f"openssl disagrees: {algorithm} {key} over {data[:60]!r}")
    odd = [pair for path, text in made.items() if "/" in path for pair in (*reread.complaints(text), *reread_requests.complaints(text))]
    for id, complaint in odd:
        print(f"{id}: {complaint}")
    print(f"{len(made)} files, {len(dict.fromkeys(crypto.LEDGER))} signatures, digests and ciphers compared with openssl")
    return bool(wrong or bad or odd)


def main():
    made = texts()
    if "--check" in sys.argv[1:]:
        return check(made)
    for path, text in made.items():
        (HERE / path).parent.mkdir(exist_ok=True)
        (HERE / path).write_bytes(text.encode())
    return 0


sys.exit(main())
