#!/usr/bin/env bash
# Belief: with isolation_level=None (autocommit) an INSERT or UPDATE … RETURNING is committed when execute() returns; the
#   cursor only hands out the rows.
# Seen: it is committed when its last row is fetched, or its cursor forgotten. Before, other connections see nothing and
#   are locked out, while in_transaction says False; and who is killed then has lost what was returned. "Claim orders, take
#   one" (UPDATE … RETURNING and one fetchone, the cursor kept) works on an order that is not claimed.
# Versions: the sqlite3 module of Python 3.11.7 with SQLite 3.40.1.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 - <<'PY'
import sqlite3
import subprocess
import sys

a, b = (sqlite3.connect("orders.db", timeout=0.2, isolation_level=None) for _ in range(2))
a.execute("PRAGMA journal_mode = WAL").fetchall()
a.execute("CREATE TABLE orders (number TEXT PRIMARY KEY, word TEXT)")
a.execute("INSERT INTO orders VALUES ('A1', 'open'), ('A2', 'open')")
claim = "UPDATE orders SET word = 'claimed' WHERE word = 'open' RETURNING number"


def claimed():
    return b.execute("SELECT count(*) FROM orders WHERE word = 'claimed'").fetchone()[0]


def is_locked_out():
    try:
        b.execute("UPDATE orders SET word = word")
        return False
    except sqlite3.OperationalError:
        return True


cursor = a.execute(claim)
assert claimed() == 0 and is_locked_out(), "committed at execute"
assert cursor.fetchone() == ("A1",)
assert claimed() == 0 and is_locked_out() and not a.in_transaction, "committed at the first row"
a.close()
assert claimed() == 0 and is_locked_out(), "committed at close"
del cursor
assert claimed() == 2 and not is_locked_out(), "not committed without its cursor"

b.execute("UPDATE orders SET word = 'open'")
killed = f"""if True:
    import os, sqlite3
    cursor = sqlite3.connect("orders.db", isolation_level=None).execute("{claim}")
    print(cursor.fetchone()[0], flush=True)
    os._exit(0)"""
told = subprocess.run([sys.executable, "-c", killed], capture_output=True, check=True, text=True).stdout
assert told == "A1\n" and claimed() == 0, "what was returned is kept"
assert len(b.execute(claim).fetchall()) == 2 and claimed() == 2
PY
echo "INSERT and UPDATE … RETURNING commit when the last row is fetched, not when execute() returns"
