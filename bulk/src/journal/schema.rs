//! The tables, and the steps by which an older journal becomes one of today.

use super::alone;
use super::database::{Database, Words, values};
use super::failure::{Failure, Result};

/// Each step leads from the version of its index to the next one. A step that was released is never changed, but in how a
/// file stores a table: older files store it as they did, and all statements read both.
const STEPS: &[fn(&Words) -> String] = &[tables, views, inputs, lanes, readings, marks, repeats, reopened, seen];

/// Brings the journal to the newest version; a new database becomes a journal.
pub(super) fn migrate(database: &mut dyn Database) -> Result<()> {
    migrate_to(database, STEPS.len())
}

pub(super) fn migrate_to(database: &mut dyn Database, newest: usize) -> Result<()> {
    alone(database, &mut |database| migrate_in(database, newest))
}

fn migrate_in(database: &mut dyn Database, newest: usize) -> Result<()> {
    let words = database.words();
    database.script("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    let version = database.rows("SELECT version FROM schema_version", &[])?.first_mut().map(|row| row.int());
    let at = usize::try_from(version.unwrap_or_default()).unwrap_or(usize::MAX);
    if at > newest {
        return Err(Failure::new(format!("it is of version {at}, and this program knows {newest}: use the newer program")));
    }
    for step in STEPS.iter().take(newest).skip(at) {
        database.script(&step(words))?;
    }
    let newest = i64::try_from(newest).unwrap_or(i64::MAX);
    let set = if version.is_some() { "UPDATE schema_version SET version = ?1" } else { "INSERT INTO schema_version VALUES (?1)" };
    database.run(set, values![newest]).map(drop)
}

/// Times are milliseconds since 1970.
fn tables(Words { id, table_end, keyed_end, .. }: &Words) -> String {
    // BIGINT is no word of a STRICT table, and INTEGER is too short elsewhere.
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!(
        "CREATE TABLE job (tag TEXT NOT NULL, made_at {int} NOT NULL){table_end};
CREATE TABLE orders (
    id {id},
    account TEXT NOT NULL,
    line {int} NOT NULL,
    members TEXT NOT NULL,
    ask TEXT NOT NULL DEFAULT 'close',
    due_at {int} NOT NULL,
    claim {int} NOT NULL DEFAULT 0,
    worker TEXT,
    taken_at {int},
    attempts {int} NOT NULL DEFAULT 0,
    reported TEXT,
    repeat TEXT,
    word TEXT,
    next TEXT,
    why TEXT,
    needs_person {int} NOT NULL DEFAULT 0,
    ended_at {int}
){table_end};
CREATE INDEX orders_due ON orders (account, due_at) WHERE ended_at IS NULL;
CREATE TABLE names (
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    order_id {int} NOT NULL REFERENCES orders (id),
    PRIMARY KEY (account, name)
){keyed_end};
CREATE TABLE repeats (
    order_id {int} NOT NULL REFERENCES orders (id),
    line {int} NOT NULL,
    PRIMARY KEY (order_id, line)
){table_end};
CREATE TABLE attempts (
    order_id {int} NOT NULL REFERENCES orders (id),
    attempt {int} NOT NULL,
    verb TEXT NOT NULL,
    msg_id TEXT NOT NULL,
    claim {int} NOT NULL,
    worker TEXT,
    begun_at {int} NOT NULL,
    ended_at {int},
    word TEXT,
    next TEXT,
    evidence TEXT,
    reason TEXT,
    http_status {int},
    said TEXT,
    elapsed_ms {int},
    PRIMARY KEY (order_id, attempt)
){keyed_end};"
    )
}

/// For people, who read the journal by `sqlite3` or `psql`.
fn views(Words { time: (before, after), .. }: &Words) -> String {
    let time = |column: &str| format!("{before}{column}{after}");
    let (ended, due, begun, heard) = (time("ended_at"), time("due_at"), time("begun_at"), time("a.ended_at"));
    format!(
        "CREATE VIEW results AS
    SELECT account, line, members, word, next, needs_person, attempts, why, {ended} AS ended FROM orders WHERE ended_at IS NOT NULL;
CREATE VIEW people AS SELECT account, line, members, word, next, attempts, why, ended FROM results WHERE needs_person = 1;
CREATE VIEW waiting AS
    SELECT account, line, members, ask, attempts, word, why, worker, {due} AS due FROM orders WHERE ended_at IS NULL AND attempts > 0;
CREATE VIEW progress AS
    SELECT account, CASE WHEN ended_at IS NOT NULL THEN 'ended' WHEN attempts > 0 THEN 'waiting' ELSE 'new' END AS state,
        word, next, needs_person, count(*) AS orders
    FROM orders GROUP BY 1, 2, 3, 4, 5;
CREATE VIEW history AS
    SELECT o.account, o.line, a.attempt, a.verb, a.msg_id, {begun} AS begun, {heard} AS heard, a.word, a.next, a.evidence, a.reason,
        a.http_status, a.said, a.elapsed_ms, a.worker
    FROM attempts a JOIN orders o ON o.id = a.order_id;"
    )
}

/// What was read, and the lines of it that give no order.
fn inputs(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!(
        "CREATE TABLE inputs (name TEXT NOT NULL PRIMARY KEY, begun_at {int} NOT NULL, read_at {int}){table_end};
CREATE TABLE unreadable (
    input TEXT NOT NULL REFERENCES inputs (name),
    line {int} NOT NULL,
    cell {int},
    field TEXT,
    what TEXT NOT NULL,
    hint TEXT NOT NULL,
    PRIMARY KEY (input, line)
){table_end};"
    )
}

/// The pace that those who share the journal keep together. Those of `next_us`, `heard_us`, `slowed_us` are microseconds since 1970.
fn lanes(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!(
        "CREATE TABLE lanes (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    next_us {int} NOT NULL,
    part_ppm {int} NOT NULL,
    heard_us {int} NOT NULL,
    slowed_us {int} NOT NULL,
    PRIMARY KEY (kind, name)
){table_end};
CREATE TABLE seats (
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    worker TEXT NOT NULL,
    held {int} NOT NULL,
    wanted {int} NOT NULL,
    until_ms {int} NOT NULL,
    PRIMARY KEY (kind, name, worker)
){table_end};
CREATE VIEW pace AS
    SELECT l.kind, l.name, l.part_ppm / 10000 AS percent_of_rate, count(s.worker) AS workers, coalesce(sum(s.held), 0) AS under_way
    FROM lanes l LEFT JOIN seats s ON s.kind = l.kind AND s.name = l.name GROUP BY l.kind, l.name, l.part_ppm;"
    )
}

/// Which reading of which input an order was last seen in, so that a line that moved is no second one.
fn readings(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!(
        "ALTER TABLE orders ADD COLUMN input TEXT;
ALTER TABLE orders ADD COLUMN read_at {int};
ALTER TABLE repeats ADD COLUMN input TEXT;"
    )
}

/// Who is told of them: `marks.rs`.
fn marks(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!("CREATE TABLE marks (name TEXT NOT NULL PRIMARY KEY, until {int} NOT NULL){table_end};")
}

/// The same line of two inputs is two lines; of no input, that of an empty name.
fn repeats(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!(
        "ALTER TABLE repeats RENAME TO older_repeats;
CREATE TABLE repeats (
    order_id {int} NOT NULL REFERENCES orders (id),
    line {int} NOT NULL,
    input TEXT NOT NULL,
    PRIMARY KEY (order_id, line, input)
){table_end};
INSERT INTO repeats (order_id, line, input) SELECT order_id, line, coalesce(input, '') FROM older_repeats;
DROP TABLE older_repeats;"
    )
}

/// Its attempts until then count no longer.
fn reopened(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!("ALTER TABLE orders ADD COLUMN reopened_after {int} NOT NULL DEFAULT 0;")
}

/// When a lane was visited last, by a clock that may have been set since; 0 where that is not known.
fn seen(Words { table_end, .. }: &Words) -> String {
    let int = if table_end.is_empty() { "BIGINT" } else { "INTEGER" };
    format!("ALTER TABLE lanes ADD COLUMN seen_us {int} NOT NULL DEFAULT 0;")
}
