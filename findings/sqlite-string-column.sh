#!/usr/bin/env bash
# Belief: a column declared STRING keeps text as text in SQLite; and where a type does turn digits into numbers, it leaves
#   alone what no number holds, such as an id of 28 digits.
# Seen: STRING, UUID, DATETIME and DECIMAL turn digits into numbers: 00123 becomes 123, and "lossless" means the first 15
#   digits, so that a transaction_id of 28 is rounded; two orders become one under UNIQUE. TEXT, VARCHAR and CLOB keep all.
# Versions: SQLite 3.40.1, by the sqlite3 module of Python 3.11.
set -euo pipefail
python3 - <<'PY'
import sqlite3

db = sqlite3.connect(":memory:")
ids = ["00123", "4200001234202401010123456789", "4200001234202401010123456788", "1E5"]
for kind in ("STRING", "UUID", "DATETIME", "DECIMAL(28)", "TEXT", "VARCHAR(32)", "CLOB"):
    db.execute(f"CREATE TABLE orders (number {kind} UNIQUE)")
    stored = [db.execute("INSERT INTO orders VALUES (?) ON CONFLICT DO NOTHING", (one,)).rowcount for one in ids]
    kept = [number for (number,) in db.execute("SELECT number FROM orders ORDER BY rowid")]
    db.execute("DROP TABLE orders")
    if kind in ("TEXT", "VARCHAR(32)", "CLOB"):
        assert kept == ids, (kind, kept)
    else:
        assert kept == [123, 4.200001234202401e27, 100000] and stored == [1, 1, 0, 1], (kind, kept, stored)
PY
echo "SQLite rounds order numbers in columns of the types STRING, UUID, DATETIME and DECIMAL"
