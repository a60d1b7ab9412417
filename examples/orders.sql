-- What is known of every order, by what closes, queries and notifications said: docs/close-and-notifications.md.
-- orders.py and orders.h work on it, at the same time if need be. SQLite 3.24 and later.
PRAGMA journal_mode = WAL;
-- An acknowledgement must not outlive what it acknowledges: every commit is on the disk.
PRAGMA synchronous = FULL;

BEGIN IMMEDIATE;

-- A word is written over one of a lower rank. While nothing final stands (ranks 0 and 1), the newest counts.
CREATE TABLE IF NOT EXISTS words (
    word TEXT PRIMARY KEY,
    rank INTEGER NOT NULL,
    todo TEXT NOT NULL,     -- what it asks for
    if_paid TEXT NOT NULL   -- what a payment asks for that is heard of after it, be it proven or only said
) WITHOUT ROWID;

INSERT INTO words VALUES
    ('unknown', 0, 'query', 'fulfil_or_refund'),
    ('open', 1, 'query', 'fulfil_or_refund'),
    ('processing', 1, 'query', 'fulfil_or_refund'),
    ('not_found', 1, 'query', 'fulfil_or_refund'),
    ('refused', 1, 'query', 'fulfil_or_refund'),
    ('misconfigured', 1, 'query', 'fulfil_or_refund'),
    ('throttled', 1, 'query', 'fulfil_or_refund'),
    ('closed', 2, 'release', 'refund'),
    ('already_closed', 2, 'release', 'refund'),
    ('paid', 3, 'fulfil_or_refund', 'fulfil_or_refund'),
    -- ChinaUMS closes what is paid: the money went back. A payment heard of after it may be the one that was voided.
    ('voided', 4, 'release', 'reconcile'),
    ('refunded', 5, 'reconcile', 'reconcile')
ON CONFLICT (word) DO NOTHING;

CREATE TABLE IF NOT EXISTS orders (
    gateway TEXT NOT NULL,
    number TEXT NOT NULL,
    word TEXT NOT NULL REFERENCES words,
    rank INTEGER NOT NULL,
    evidence TEXT NOT NULL,
    if_paid TEXT NOT NULL,
    todo TEXT,                 -- null once it is done
    updated INTEGER NOT NULL,  -- Unix seconds
    PRIMARY KEY (gateway, number)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS orders_to_do ON orders (updated) WHERE todo IS NOT NULL;

-- The journal: every notice and outcome as it came. A null dedupe equals no other, so that such a notice is always new.
CREATE TABLE IF NOT EXISTS heard (
    id INTEGER PRIMARY KEY,
    gateway TEXT NOT NULL,
    dedupe TEXT,
    number TEXT,
    document TEXT NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (gateway, dedupe)
);

CREATE INDEX IF NOT EXISTS heard_of ON heard (gateway, number);

COMMIT;
