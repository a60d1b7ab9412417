//! Where the journal of a job is.

use chexiao_bulk::{Failure, Journal};
use std::fmt;
use std::path::PathBuf;

/// A file, or a schema of a PostgreSQL database.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Place {
    /// What the job knows: a file on a local disk, or the database that machines share (`postgres://USER@HOST/DATABASE`); made if it is not there
    #[arg(long, value_name = "FILE | URL", value_parser = address)]
    journal: String,
    /// The schema of the database that is this job's
    #[arg(long, value_name = "NAME")]
    schema: Option<String>,
}

impl Place {
    /// The journal, made if there is none.
    pub(super) fn open(&self) -> Result<Journal, String> {
        let opened = match self.server()? {
            Some(schema) => Journal::postgres(&self.journal, schema),
            None => Journal::sqlite(&self.journal),
        };
        opened.map_err(|failure| failure.to_string())
    }

    /// The journal that must be there.
    pub(super) fn existing(&self) -> Result<Journal, String> {
        let is_there = match self.server()? {
            Some(schema) => Journal::is_in_postgres(&self.journal, schema).map_err(|failure: Failure| failure.to_string())?,
            None => PathBuf::from(&self.journal).is_file(),
        };
        if is_there { self.open() } else { Err(format!("--journal: there is none at {self}")) }
    }

    /// The schema, if it is a database.
    fn server(&self) -> Result<Option<&str>, String> {
        match (is_url(&self.journal), self.schema.as_deref()) {
            (true, None) => Err("--schema NAME is missing: each job has a schema of its own. 请给出 --schema，每个任务各用一个。".into()),
            (false, Some(_)) => Err("--schema is for a journal in PostgreSQL, and this one is a file. --schema 仅用于 PostgreSQL。".into()),
            (_, schema) => Ok(schema),
        }
    }
}

/// As it stands on the command line.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.journal)?;
        self.schema.as_ref().map_or(Ok(()), |schema| write!(f, " --schema {schema}"))
    }
}

fn is_url(text: &str) -> bool {
    ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
}

/// Arguments of a process can be read by everybody on the machine.
fn address(text: &str) -> Result<String, &'static str> {
    if is_url(text) && Journal::holds_password(text) {
        return Err(
            "holds a password, which every process can read there: give it by PGPASSWORD, or a line HOST:PORT:DATABASE:USER:PASSWORD \
                    of ~/.pgpass (PGPASSFILE). 密码会被其他进程看到，请改用 PGPASSWORD 或 ~/.pgpass。",
        );
    }
    Ok(text.into())
}
