//! [`Journal`]: what a job knows, on the disk before anything is done about it.
//!
//! A thread of its own writes. What comes while it waits for the disk is written together, in one transaction. Whoever looks does not wait for it.

mod address;
mod book;
mod clock;
mod database;
mod failure;
mod inputs;
mod lanes;
mod marks;
mod postgres;
mod query;
mod reader;
mod reading;
mod schema;
mod sqlite;
#[cfg(test)]
mod tests;
mod tls;

use book::Reading;
pub(crate) use book::{Book, FURTHEST, HELD_BACK, Heard, LATE, LOST, Move, Taken, Then};
pub use failure::Failure;
pub(crate) use failure::Result;
pub(crate) use lanes::{Granted, Kind, Visit};
pub(crate) use query::{Answer, Cell};
pub use reading::{Count, Ended};

use crate::order::Order;
use clock::Clock;
use database::{Database, Row, Written, values};
use postgres::Postgres;
use query::Told;
use reader::Reader;
use sqlite::Sqlite;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// So much is written in one transaction at most.
const GROUP: usize = 1024;
/// For a database that is busy, or restarts.
const PATIENCE: Duration = Duration::from_secs(60);

/// The journal of one job, open. Several processes may have it open, and work on the job together.
pub struct Journal {
    jobs: Sender<Box<dyn Job>>,
    place: Place,
    reader: Mutex<Reader>,
}

/// Where it is.
#[derive(Clone)]
enum Place {
    File(PathBuf),
    Schema(Box<postgres::Place>),
}

impl Place {
    /// One more connection.
    fn connect(&self, written: Written) -> Result<Box<dyn Database>> {
        Ok(match self {
            Self::File(path) => Box::new(Sqlite::open(path, written)?),
            Self::Schema(place) => Box::new(Postgres::open((**place).clone())?),
        })
    }

    /// Asks the database by a connection that cannot write, until `tell` says that nobody hears it any more.
    fn query(&self, sql: &str, tell: &mut dyn FnMut(Told) -> bool) -> Result<()> {
        match self {
            Self::File(path) => sqlite::query(path, sql, tell),
            Self::Schema(place) => place.query(sql, tell),
        }
    }
}

impl Journal {
    /// The journal in this file, on a local disk; a new one, if there is none. It stays the same one wherever the process goes.
    ///
    /// # Errors
    /// It cannot be opened, is no journal, or that of a newer version.
    pub fn sqlite(path: impl AsRef<Path>) -> Result<Self> {
        let path = std::path::absolute(path).map_err(|error| Failure::new(error.to_string()))?;
        Self::start(Place::File(path), Written::ToDisk, GROUP)
    }

    /// The journal in this schema (1 to 63 of `a`-`z`, `0`-`9`, `_`) of a PostgreSQL database; a new one, if there is none. `url` is
    /// `postgres://user@host/database` or `host=… user=… dbname=…`. A password that it lacks comes from `PGPASSWORD` or the password file.
    /// `sslmode` and `sslrootcert` as libpq has them, but `verify-full` by the system's certificates where nothing is said and the host is no
    /// socket and not this machine. Blocks; not to be called on an executor's thread.
    ///
    /// # Errors
    /// It cannot be reached or opened, or is that of a newer version.
    pub fn postgres(url: &str, schema: &str) -> Result<Self> {
        Self::start(Place::Schema(Box::new(postgres::Place::new(url, schema)?)), Written::ToDisk, GROUP)
    }

    /// Whether there is such a schema.
    ///
    /// # Errors
    /// The database cannot be reached.
    pub fn is_in_postgres(url: &str, schema: &str) -> Result<bool> {
        postgres::Place::new(url, schema)?.is_there()
    }

    /// Whether an address of a PostgreSQL database holds a password, or may: for whoever would show it, or hand it on.
    pub fn holds_password(url: &str) -> bool {
        address::holds_password(url)
    }

    /// By a connection of its own, each operation in a transaction of its own.
    pub(crate) fn for_pace(&self) -> Result<Self> {
        Self::start(self.place.clone(), Written::ToSystem, 1)
    }

    fn start(place: Place, written: Written, group: usize) -> Result<Self> {
        let database = place.connect(written)?;
        Self::over(database, place, group)
    }

    fn over(mut database: Box<dyn Database>, place: Place, group: usize) -> Result<Self> {
        schema::migrate(&mut *database)?;
        let tag = tag(&mut *database)?;
        let worker = worker();
        let (jobs, coming) = channel();
        let write = move || Writer { database, clock: Clock::default(), tag, worker, group, reading: None }.write(&coming);
        std::thread::Builder::new().name("chexiao-journal".into()).spawn(write).map_err(|error| Failure::new(error.to_string()))?;
        Ok(Self { jobs, place, reader: Mutex::default() })
    }

    /// Adds orders, all or none, and gives how many are new. The others are in it already, by one of their names: the same line once more, or
    /// another line with the same order, which is noted and not closed a second time.
    ///
    /// # Errors
    /// None was added.
    pub fn add(&self, orders: Vec<Order>) -> Result<u64> {
        self.wait(move |book| book.add(&orders))
    }

    /// Takes up again the orders of this account that ended because nothing was executed (`next` is `fix`: the configuration, the network or the
    /// order was at fault), once that is mended; each has all its attempts anew. How many there are.
    ///
    /// # Errors
    /// None was taken up.
    pub fn reopen(&self, account: &str) -> Result<u64> {
        let account = account.to_string();
        self.wait(move |book| book.reopen(&account))
    }

    /// Blocks until this is on the disk.
    pub(crate) fn wait<T: Send + 'static>(&self, operation: impl FnMut(&mut Book<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.told(operation).blocking_recv().unwrap_or_else(|_| Err(gone()))
    }

    /// Done, and on the disk, when this has come to its end. It may be done more than once, where nobody knows whether it was.
    pub(crate) async fn tell<T: Send + 'static>(&self, operation: impl FnMut(&mut Book<'_>) -> Result<T> + Send + 'static) -> Result<T> {
        self.told(operation).await.unwrap_or_else(|_| Err(gone()))
    }

    fn told<T: Send + 'static>(&self, operation: impl FnMut(&mut Book<'_>) -> Result<T> + Send + 'static) -> oneshot::Receiver<Result<T>> {
        let (reply, replied) = oneshot::channel();
        self.then(operation, move |done| _ = reply.send(done));
        replied
    }

    /// The same; what follows is called on the journal's own thread, which it must not keep.
    pub(crate) fn then<T, O, F>(&self, operation: O, follows: F)
    where
        T: Send + 'static,
        O: FnMut(&mut Book<'_>) -> Result<T> + Send + 'static,
        F: FnOnce(Result<T>) + Send + 'static,
    {
        if let Err(SendError(asked)) = self.jobs.send(Box::new(Asked { operation, made: None, follows })) {
            asked.tell(Err(gone()));
        }
    }
}

fn gone() -> Failure {
    Failure::new("its thread has ended")
}

/// 64 random bits that begin the message ids of this job, so that no two jobs share one.
fn tag(database: &mut dyn Database) -> Result<String> {
    let known = |database: &mut dyn Database| -> Result<Option<String>> {
        Ok(database.rows("SELECT tag FROM job", &[])?.first_mut().and_then(Row::text))
    };
    if let Some(tag) = known(database)? {
        return Ok(tag);
    }
    let random = getrandom::u64().map_err(|_| Failure::new("the system gives no random numbers"))?;
    alone(database, &mut |database| {
        let now = database.now()?;
        let sql = "INSERT INTO job (tag, made_at) SELECT CAST(?1 AS TEXT), CAST(?2 AS BIGINT) WHERE NOT EXISTS (SELECT 1 FROM job)";
        database.run(sql, values![format!("{random:016x}"), now]).map(drop)
    })?;
    known(database)?.ok_or_else(|| Failure::new("it has no tag"))
}

/// In a transaction, and nobody else in such a one at the same time.
fn alone(database: &mut dyn Database, work: &mut dyn FnMut(&mut dyn Database) -> Result<()>) -> Result<()> {
    database.begin()?;
    let words = database.words();
    let done = database.script(words.alone).and_then(|()| work(database)).and_then(|()| database.commit());
    if done.is_err() {
        database.roll_back();
    }
    done
}

/// For people: which machine and process.
fn worker() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| std::env::var("COMPUTERNAME")).unwrap_or_default();
    format!("{}:{}", host.trim(), std::process::id())
}

/// One operation and who waits for it.
trait Job: Send {
    fn run(&mut self, book: &mut Book<'_>) -> Result<()>;
    /// After the commit, or the failure.
    fn tell(self: Box<Self>, committed: Result<()>);
}

struct Asked<T, O, F> {
    operation: O,
    made: Option<T>,
    follows: F,
}

impl<T: Send, O: FnMut(&mut Book<'_>) -> Result<T> + Send, F: FnOnce(Result<T>) + Send> Job for Asked<T, O, F> {
    fn run(&mut self, book: &mut Book<'_>) -> Result<()> {
        self.made = Some((self.operation)(book)?);
        Ok(())
    }

    fn tell(self: Box<Self>, committed: Result<()>) {
        let Self { made, follows, .. } = *self;
        follows(committed.and_then(|()| made.ok_or_else(gone)));
    }
}

struct Writer {
    database: Box<dyn Database>,
    clock: Clock,
    tag: String,
    worker: String,
    /// What is written in one transaction at most.
    group: usize,
    reading: Option<Reading>,
}

impl Writer {
    /// Until the journal is dropped.
    fn write(mut self, coming: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = coming.recv() {
            let mut jobs = vec![first];
            jobs.extend(coming.try_iter().take(self.group - 1));
            match self.persists(&mut jobs) {
                Err(failure) if !failure.passes() && jobs.len() > 1 => self.persists_each(jobs),
                written => jobs.into_iter().for_each(|job| job.tell(written.clone())),
            }
        }
    }

    /// One that cannot be written takes no other with it. Each is tried once, and none after one that would have to wait: the file or the
    /// server may be at fault.
    fn persists_each(&mut self, jobs: Vec<Box<dyn Job>>) {
        let mut over = None;
        for mut job in jobs {
            let written = over.clone().map_or_else(|| self.together(std::slice::from_mut(&mut job)), Err);
            if written.is_err() {
                self.database.roll_back();
            }
            over = written.clone().err().filter(Failure::passes);
            job.tell(written);
        }
    }

    /// What fails for a time is done again from its beginning: a commit that was cut off may have happened.
    fn persists(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<()> {
        let started = Instant::now();
        loop {
            let Err(failure) = self.together(jobs) else { return Ok(()) };
            self.database.roll_back();
            if !failure.passes() || started.elapsed() > PATIENCE {
                return Err(failure);
            }
            std::thread::sleep(Duration::from_millis(100));
            _ = self.database.again();
        }
    }

    fn together(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<()> {
        self.database.begin()?;
        let Self { database, clock, tag, worker, reading, .. } = self;
        let now = clock.reads(&mut **database)? / 1000;
        let mut book = Book { database: &mut **database, now, clock, tag, worker, reading };
        jobs.iter_mut().try_for_each(|job| job.run(&mut book))?;
        self.database.commit()
    }
}
