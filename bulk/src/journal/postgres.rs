//! PostgreSQL: the journal is a schema, and workers on many machines share one job.

use super::address::Address;
use super::database::{Database, Row, Value, Words};
use super::failure::{Failure, Result};
use super::query::{Cell, Column, Told};
use bytes::BytesMut;
use postgres::config::SslMode;
use postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, Error, NoTls, Statement};
use std::collections::HashMap;
use std::time::Duration;

const WORDS: Words = Words {
    id: "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
    table_end: "",
    keyed_end: "",
    for_taking: "FOR UPDATE SKIP LOCKED",
    for_changing: "FOR UPDATE",
    alone: "SELECT pg_advisory_xact_lock(3474)",
    time: ("to_char(to_timestamp(", " / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"),
};

/// A server that does not answer is as good as one that is not there.
const PATIENCE: Duration = Duration::from_secs(20);

/// A commit that has returned outlives a crash of the server, whatever that is set to; and nothing is waited for without end.
const SETTINGS: &str =
    "SET synchronous_commit = on; SET lock_timeout = '20s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = '60s'";

/// Rows of a person's query that are fetched together.
const FETCHED: i32 = 1000;

/// Where a journal is.
#[derive(Clone)]
pub(super) struct Place {
    address: Address,
    schema: String,
}

impl Place {
    pub(super) fn new(url: &str, schema: &str) -> Result<Self> {
        let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        if schema.is_empty() || schema.len() > 63 || !schema.bytes().all(is_plain) {
            return Err(Failure::new("its schema must be 1 to 63 of a-z, 0-9 and _"));
        }
        let mut address = Address::parse(url)?;
        address.config.application_name("chexiao-bulk").connect_timeout(PATIENCE).tcp_user_timeout(PATIENCE);
        Ok(Self { address, schema: schema.into() })
    }

    /// Whether the schema exists.
    pub(super) fn is_there(&self) -> Result<bool> {
        let known = self.reach()?.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", &[&self.schema]).map_err(failed)?;
        Ok(!known.is_empty())
    }

    /// A person's query, in a transaction that cannot write; tables are found as by that user, not in the schema of the journal.
    pub(super) fn query(&self, sql: &str, tell: &mut dyn FnMut(Told) -> bool) -> Result<()> {
        let mut client = self.reach()?;
        let mut transaction = client.build_transaction().read_only(true).start().map_err(failed)?;
        let statement = transaction.prepare(sql).map_err(failed)?;
        let column = |column: &postgres::Column| Column {
            name: column.name().into(),
            other_type: (!<String as FromSql>::accepts(column.type_())).then(|| column.type_().name().into()),
        };
        let mut is_heard = tell(Told::Columns(statement.columns().iter().map(column).collect()));
        let portal = transaction.bind(&statement, &[]).map_err(failed)?;
        while is_heard {
            let rows = transaction.query_portal(&portal, FETCHED).map_err(failed)?;
            is_heard = !rows.is_empty() && rows.into_iter().all(|row| tell(Told::Row((0..row.len()).map(|at| cell(&row, at)).collect())));
        }
        Ok(())
    }

    fn reach(&self) -> Result<Client> {
        let Address { config, checks } = &self.address;
        match config.get_ssl_mode() {
            SslMode::Disable => config.connect(NoTls),
            _ => config.connect(checks.connector()?),
        }
        .map_err(failed)
    }

    fn connect(&self) -> Result<Client> {
        let (mut client, schema) = (self.reach()?, &self.schema);
        // IF NOT EXISTS fails for one of two that come at once.
        let made = format!("SELECT pg_advisory_lock(3473); CREATE SCHEMA IF NOT EXISTS {schema}; SELECT pg_advisory_unlock(3473)");
        client.batch_execute(&format!("{SETTINGS}; {made}; SET search_path TO {schema}")).map_err(failed)?;
        Ok(client)
    }
}

pub(super) struct Postgres {
    place: Place,
    client: Client,
    prepared: HashMap<String, Statement>,
}

impl Postgres {
    pub(super) fn open(place: Place) -> Result<Self> {
        Ok(Self { client: place.connect()?, place, prepared: HashMap::new() })
    }

    /// As a server is that another one has taken the place of.
    fn is_read_only(&mut self) -> bool {
        let sql = "SELECT current_setting('transaction_read_only') = 'on'";
        self.client.query_one(sql, &[]).and_then(|row| row.try_get(0)).unwrap_or(true)
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement> {
        if let Some(statement) = self.prepared.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(&sql.replace('?', "$")).map_err(failed)?;
        self.prepared.insert(sql.into(), statement.clone());
        Ok(statement)
    }
}

impl Database for Postgres {
    fn words(&self) -> &'static Words {
        &WORDS
    }

    fn begin(&mut self) -> Result<()> {
        self.script("BEGIN")
    }

    fn commit(&mut self) -> Result<()> {
        self.script("COMMIT")
    }

    fn roll_back(&mut self) {
        // It fails where the connection has ended, and the transaction with it.
        _ = self.client.batch_execute("ROLLBACK");
    }

    fn micros(&mut self) -> Result<i64> {
        let sql = "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
        Ok(self.rows(sql, &[])?.first_mut().map_or(0, Row::int))
    }

    fn run(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        let statement = self.prepared(sql)?;
        self.client.execute(&statement, &parameters(values)).map_err(failed)
    }

    fn rows(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        let statement = self.prepared(sql)?;
        let rows = self.client.query(&statement, &parameters(values)).map_err(failed)?;
        let row = |row: postgres::Row| (0..row.len()).map(|column| value(&row, column)).collect::<Result<Vec<_>>>();
        rows.into_iter().map(|one| Ok(Row(row(one)?.into_iter()))).collect()
    }

    fn script(&mut self, sql: &str) -> Result<()> {
        self.client.batch_execute(sql).map_err(failed)
    }

    fn again(&mut self) -> Result<()> {
        if self.client.is_closed() || self.is_read_only() {
            self.client = self.place.connect()?;
            self.prepared.clear();
        }
        Ok(())
    }
}

fn cell(row: &postgres::Row, column: usize) -> Cell {
    row.try_get::<_, Option<String>>(column).map_or(Cell::Other, |text| text.map_or(Cell::Null, Cell::Text))
}

fn parameters<'v>(values: &'v [Value<'_>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as _).collect()
}

fn value(row: &postgres::Row, column: usize) -> Result<Value<'static>> {
    let of = row.columns().get(column).map(postgres::Column::type_);
    Ok(match of {
        Some(&Type::INT8) => row.try_get::<_, Option<i64>>(column).map_err(failed)?.into(),
        Some(&Type::INT4) => row.try_get::<_, Option<i32>>(column).map_err(failed)?.map(i64::from).into(),
        _ => row.try_get::<_, Option<String>>(column).map_err(failed)?.into(),
    })
}

impl ToSql for Value<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> std::result::Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *of == Type::INT4 => i32::try_from(*number)?.to_sql(of, out),
            Self::Int(number) => number.to_sql(of, out),
            // A NUL is no character of a text there.
            Self::Text(text) if text.contains('\0') => text.replace('\0', "\u{fffd}").to_sql(of, out),
            Self::Text(text) => text.to_sql(of, out),
        }
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT4, Type::INT8, Type::TEXT].contains(of)
    }

    to_sql_checked!();
}

/// What passes: a connection that ended, a server that stops, starts, has too many connections or is only read by now, a deadlock, a time-out;
/// and that two workers have added the same order, for the second time it is found.
fn passes(code: &str) -> bool {
    let (of_class, single) = (["08", "40", "53", "55", "57"], ["23505", "25006", "25P03"]);
    of_class.iter().any(|class| code.starts_with(class)) || single.contains(&code)
}

fn failed(error: Error) -> Failure {
    let told = match error.as_db_error() {
        Some(said) => format!("PostgreSQL says: {}", said.message()),
        None => {
            let cause = std::error::Error::source(&error).map(|cause| format!(": {cause}")).unwrap_or_default();
            format!("PostgreSQL: {error}{cause}")
        }
    };
    match error.code() {
        Some(code) if passes(code.code()) => Failure::passing(told),
        Some(_) => Failure::new(told),
        None if error.is_closed() || std::error::Error::source(&error).is_some_and(|cause| cause.is::<std::io::Error>()) => {
            Failure::passing(told)
        }
        None => Failure::new(told),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_server_that_is_only_read_and_a_time_out_are_waited_for() {
        for code in ["25006", "25P03", "23505", "08006", "40001", "57P01"] {
            assert!(super::passes(code), "{code}");
        }
        for code in ["25P02", "23502", "42P01", "54000"] {
            assert!(!super::passes(code), "{code}");
        }
    }
}
