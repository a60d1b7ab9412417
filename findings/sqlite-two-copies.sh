#!/usr/bin/env bash
# Belief: what SQLite has committed with synchronous=FULL is in the file, whoever else in the process opens it to read.
# Seen: where another copy of SQLite in the process (an extension has its own beside Python's) opens the file and closes it, it gives up all
#   POSIX locks of the process and removes the log that the first copy goes on writing to: the commits after that succeed, and no other
#   process ever sees them.
# Versions: apsw 3.54.1.0 beside the sqlite3 module of Python 3.11.7 with SQLite 3.40.1.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check apsw==3.54.1.0
venv/bin/python - <<'PY'
import os
import sqlite3
import subprocess
import sys

import apsw

writer = apsw.Connection("orders.db")
for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", "CREATE TABLE orders (number TEXT)", "INSERT INTO orders VALUES ('A1')"):
    writer.execute(statement).fetchall()
reader = sqlite3.connect("orders.db")
assert reader.execute("SELECT count(*) FROM orders").fetchone() == (1,)
reader.close()
writer.execute("INSERT INTO orders VALUES ('A2')")
assert writer.execute("SELECT count(*) FROM orders").fetchall() == [(2,)], "the second commit did not succeed"
seen = subprocess.run(
    [sys.executable, "-c", "import sqlite3; print(sqlite3.connect('orders.db').execute('SELECT count(*) FROM orders').fetchone()[0])"],
    stdout=subprocess.PIPE, text=True, check=True,
).stdout
assert seen.strip() == "1", f"another process sees {seen}"
os._exit(0)
PY
echo "a second copy of SQLite that closes a file takes the log away: commits of the first are lost, with no error"
