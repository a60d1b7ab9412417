#!/usr/bin/env bash
# Belief: a busy time-out makes every statement wait for another connection's lock; so it is enough for processes that
#   begin at once on a new file.
# Seen: PRAGMA journal_mode = WAL on a file that is none yet fails at once with SQLITE_BUSY while another connection holds
#   BEGIN IMMEDIATE, whatever the time-out; BEGIN IMMEDIATE itself waits, and so does the same PRAGMA on a file in WAL.
# Versions: the sqlite3 module of Python 3.11.7 with SQLite 3.40.1.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 - <<'PY'
import sqlite3
import time

TIMEOUT = 1.0
a, b = sqlite3.connect("orders.db", isolation_level=None), sqlite3.connect("orders.db", timeout=TIMEOUT, isolation_level=None)


def waited(statement):
    """Seconds after which it was refused; None if it was not."""
    started = time.monotonic()
    try:
        b.execute(statement).fetchall()
    except sqlite3.OperationalError as error:
        assert "locked" in str(error), error
        return time.monotonic() - started
    return None


a.execute("CREATE TABLE orders (number TEXT)")
a.execute("BEGIN IMMEDIATE")
assert waited("BEGIN IMMEDIATE") >= TIMEOUT * 0.9, "a write did not wait"
assert waited("PRAGMA journal_mode = WAL") < TIMEOUT * 0.5, "the change waited"
a.execute("ROLLBACK")
assert waited("PRAGMA journal_mode = WAL") is None
a.execute("BEGIN IMMEDIATE")
assert waited("PRAGMA journal_mode = WAL") is None, "refused on a file in WAL"
PY
echo "PRAGMA journal_mode = WAL on a new file does not wait for another's lock, whatever the time-out"
