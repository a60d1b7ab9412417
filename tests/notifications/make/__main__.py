"""Makes the files beside known.json: `python3 tests/notifications/make`; with --check compares instead of writing, and asks openssl and
gmssl about all of them."""

import json
import sys

import chinaums
import edgeros
import icbc
import wechat
import ysepay
from common import HERE


def texts():
    made = [gateway.file() for gateway in (icbc, ysepay, wechat, edgeros, chinaums)]
    known = json.loads((HERE / "known.json").read_text("utf-8"))["vectors"]
    ids = [vector["id"] for file in made for vector in file.vectors] + [vector["id"] for vector in known]
    twice = {id for id in ids if ids.count(id) > 1}
    if twice:
        sys.exit(f"ids are not unique: {sorted(twice)}")
    rows = [{"path": "known.json", "count": len(known)}] + [{"path": file.path, "count": len(file.vectors)} for file in made]
    return {file.path: file.text() for file in made} | {"manifest.json": json.dumps({"total": len(ids), "files": rows}, indent=1) + "\n"}


def disagree():
    """Whether openssl or gmssl finds anything otherwise. Only a check needs gmssl."""
    import opinion

    wrong, asked = opinion.disagreements()
    for what in wrong:
        print(f"openssl or gmssl disagrees: {what}")
    print(f"{sum(asked.values())} of openssl and gmssl: " + ", ".join(f"{what} {count}" for what, count in asked.items()))
    return bool(wrong) or len(asked) != 11


def main():
    made = texts()
    if "--check" in sys.argv[1:]:
        wrong = [path for path, text in made.items() if not (HERE / path).is_file() or (HERE / path).read_text("utf-8") != text]
        print("\n".join(f"differs from what the generator makes: {path}" for path in wrong) or f"{len(made)} files are as they are made")
        return bool(wrong) or disagree()
    for path, text in made.items():
        (HERE / path).write_text(text, "utf-8")
    return 0


sys.exit(main())
