#!/usr/bin/env bash
# Belief: INSERT OR IGNORE passes over a row that is there already; a NULL where NOT NULL stands, or a word that a CHECK
#   forbids, is an error as ever.
# Seen: it passes over those as well, with no error and rowcount 0, as if the notice were known: acknowledged and never
#   stored. Only the types of a STRICT table are still an error. ON CONFLICT DO NOTHING ignores nothing but the key.
# Versions: SQLite 3.40, by the sqlite3 module of Python 3.11.
set -euo pipefail
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT
python3 - <<'PY'
import sqlite3

db = sqlite3.connect(":memory:")
db.execute("""CREATE TABLE heard (dedupe TEXT PRIMARY KEY, event TEXT NOT NULL CHECK (event IN ('paid', 'closed')),
                                  fen INTEGER) STRICT""")


def stored(how, *row):
    try:
        return db.execute(how.format("INTO heard VALUES (?, ?, ?)"), row).rowcount
    except sqlite3.IntegrityError:
        return "error"


ignore, nothing = "INSERT OR IGNORE {}", "INSERT {} ON CONFLICT DO NOTHING"
seen = [(stored(ignore, *row), stored(nothing, *row))
        for row in [("1", None, 1), ("2", "payed", 1), ("3", "paid", "one"), ("4", "paid", 1)]]
assert seen == [(0, "error"), (0, "error"), ("error", "error"), (1, 0)], seen
PY
echo "INSERT OR IGNORE drops rows that break NOT NULL or CHECK, not only those that are there already"
