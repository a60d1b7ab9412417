//! SQLite: the journal is a file, which processes of one machine may share.

use super::database::{Database, Row, Value, Words, Written};
use super::failure::{Failure, Result};
use super::query::{Cell, Column, Told};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, params_from_iter};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// For whoever writes at the same time.
const PATIENCE: Duration = Duration::from_secs(20);
const BREATH: Duration = Duration::from_millis(1);
/// In KiB: what is worked on is not read again, also where a thousand orders are under way.
const CACHE: u32 = 8 * 1024;
/// Pages of the log before they are copied to where they belong: the more there are, the more of them are the same one.
const LOG: u32 = 8 * 1024;

const WORDS: Words = Words {
    id: "INTEGER PRIMARY KEY",
    table_end: " STRICT",
    keyed_end: " STRICT, WITHOUT ROWID",
    for_taking: "",
    for_changing: "",
    alone: "",
    time: ("strftime('%Y-%m-%dT%H:%M:%SZ', ", " / 1000, 'unixepoch')"),
};

pub(super) struct Sqlite {
    path: PathBuf,
    written: Written,
    connection: Connection,
    log: Option<FileId>,
}

impl Sqlite {
    pub(super) fn open(path: &Path, written: Written) -> Result<Self> {
        let started = Instant::now();
        // All others are of a journal that is open.
        let makes = written == Written::ToDisk;
        loop {
            match connect(path, written, makes) {
                Ok(connection) => return Ok(Self { path: path.into(), written, connection, log: None }),
                // Of two that turn a new file into a WAL at once, one is refused without being made to wait.
                Err(failure) if failure.passes() && started.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                Err(failure) => return Err(failure),
            }
        }
    }
}

/// `makes`: a new file, if there is none.
fn connect(path: &Path, written: Written, makes: bool) -> Result<Connection> {
    let mut flags = OpenFlags::default();
    flags.set(OpenFlags::SQLITE_OPEN_CREATE, makes);
    let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
    connection.busy_handler(Some(is_patient)).map_err(failed)?;
    let synchronous = match written {
        Written::ToDisk => "FULL",
        Written::ToSystem => "NORMAL",
    };
    let settings = format!(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}; PRAGMA foreign_keys = ON;
        PRAGMA cache_size = -{CACHE}; PRAGMA wal_autocheckpoint = {LOG}"
    );
    connection.execute_batch(&settings).map_err(failed)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// A person's query; a column may hold anything.
pub(super) fn query(path: &Path, sql: &str, tell: &mut dyn FnMut(Told) -> bool) -> Result<()> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(failed)?;
    connection.busy_handler(Some(is_patient)).map_err(failed)?;
    let mut statement = connection.prepare(sql).map_err(failed)?;
    let names: Vec<String> = statement.column_names().into_iter().map(Into::into).collect();
    let columns = names.len();
    let mut is_heard = tell(Told::Columns(names.into_iter().map(|name| Column { name, other_type: None }).collect()));
    let mut rows = statement.query([]).map_err(failed)?;
    while is_heard && let Some(row) = rows.next().map_err(failed)? {
        let cells = (0..columns).map(|column| row.get_ref(column).map(cell)).collect::<rusqlite::Result<_>>().map_err(failed)?;
        is_heard = tell(Told::Row(cells));
    }
    Ok(())
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Text(text) => std::str::from_utf8(text).map_or(Cell::Other, |text| Cell::Text(text.into())),
        _ => Cell::Other,
    }
}

/// SQLite's own handler sleeps so long that whoever commits all the time keeps everybody else out.
fn is_patient(tries: i32) -> bool {
    std::thread::sleep(BREATH);
    u32::try_from(tries).is_ok_and(|tries| BREATH * tries < PATIENCE)
}

impl Database for Sqlite {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    fn begin(&mut self) -> Result<()> {
        self.script("BEGIN IMMEDIATE")
    }

    fn commit(&mut self) -> Result<()> {
        self.script("COMMIT")?;
        self.is_in_the_file()
    }

    fn roll_back(&mut self) {
        // It fails where a failure has done it already.
        _ = self.connection.execute_batch("ROLLBACK");
    }

    fn micros(&mut self) -> Result<i64> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
    }

    fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        statement.execute(params_from_iter(values)).map(|changed| changed as u64).map_err(failed)
    }

    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        let mut statement = self.connection.prepare_cached(sql).map_err(failed)?;
        let columns = statement.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get_ref(column).map(value)).collect::<rusqlite::Result<Vec<_>>>();
        // Every row is fetched: what a RETURNING has changed stands only then.
        let rows = statement.query_map(params_from_iter(values), row).map_err(failed)?;
        rows.map(|row| row.map(|row| Row(row.into_iter()))).collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(failed)
    }

    fn again(&mut self) -> Result<()> {
        self.connection = connect(&self.path, self.written, false)?;
        self.log = None;
        Ok(())
    }
}

impl Sqlite {
    /// Another SQLite in this process (Python has its own) removes the log when it closes the file: the locks that would keep it from that are those of
    /// its own process. What is committed after that is in no file.
    fn is_in_the_file(&mut self) -> Result<()> {
        let mut log = self.path.clone().into_os_string();
        log.push("-wal");
        let log = file_id(Path::new(&log));
        if log.is_none() || self.log.is_some_and(|known| Some(known) != log) {
            let why =
                "another SQLite in this process has opened and closed its file, and taken the log away. Open it with this library alone";
            return Err(Failure::new(why));
        }
        self.log = log;
        Ok(())
    }
}

/// The same as long as the file is.
#[cfg(unix)]
type FileId = (u64, u64);
#[cfg(not(unix))]
type FileId = ();

#[cfg(unix)]
fn file_id(path: &Path) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    path.metadata().ok().map(|data| (data.dev(), data.ino()))
}

#[cfg(not(unix))]
fn file_id(path: &Path) -> Option<FileId> {
    path.metadata().ok().map(drop)
}

fn value(value: ValueRef<'_>) -> Value<'static> {
    match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned().into()),
        _ => Value::Null,
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn failed(error: rusqlite::Error) -> Failure {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Failure::passing(error.to_string()),
        Some(ErrorCode::DiskFull) => {
            Failure::new(format!("{error}. Make room on the disk, then run the job again: it goes on where it stopped"))
        }
        _ => Failure::new(error.to_string()),
    }
}
