//! Where a journal in PostgreSQL is, whom to be there, and how its server proves who it is.

use super::failure::{Failure, Result};
use super::tls::{Checks, Roots};
use postgres::Config;
use postgres::config::{Host, SslMode};
use std::env;
use std::fs::Metadata;
use std::net::IpAddr;
use std::path::PathBuf;

/// An address, read.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) checks: Checks,
}

impl Address {
    /// `postgres://…` or `host=… user=…`, with libpq's `sslmode` and `sslrootcert`; a password that it lacks is looked for where libpq does.
    pub(super) fn parse(text: &str) -> Result<Self> {
        // Not with the error's own words, which may repeat a password.
        let unreadable = || Failure::new("its address is none that PostgreSQL has: postgres://user@host/database");
        let (rest, mode, roots) = without_tls(text).ok_or_else(unreadable)?;
        let mut config: Config = rest.parse().map_err(|_| unreadable())?;
        let word = mode.as_deref().unwrap_or(if is_local(&config) { "disable" } else { "verify-full" });
        let roots = roots.map_or(Roots::System, |file| Roots::File(PathBuf::from(file)));
        let (ssl, checks) = match word {
            "disable" => (SslMode::Disable, Checks::Nothing),
            "prefer" => (SslMode::Prefer, Checks::Nothing),
            "require" => (SslMode::Require, Checks::Nothing),
            "verify-ca" => (SslMode::Require, Checks::Issuer(roots)),
            "verify-full" => (SslMode::Require, Checks::Name(roots)),
            _ => return Err(Failure::new("its sslmode is none of disable, prefer, require, verify-ca, verify-full")),
        };
        config.ssl_mode(ssl);
        if config.get_password().is_none()
            && let Some(password) = password_of(&config)?
        {
            config.password(password);
        }
        Ok(Self { config, checks })
    }
}

/// Whether an address holds a password, or may: so is one taken that cannot be read. A password may hold whatever ends a part of a URL.
pub(super) fn holds_password(text: &str) -> bool {
    let is_it = |name: &str| name.trim().eq_ignore_ascii_case("password");
    match text.split_once("://") {
        Some((_, rest)) => {
            let user = rest.rsplit_once('@').map_or("", |(user, _)| user);
            user.contains(':') || rest.split(['?', '&']).any(|pair| is_it(&decoded(pair.split('=').next().unwrap_or_default())))
        }
        None => words(text).is_none_or(|words| words.iter().filter_map(|word| word.split_once('=')).any(|(name, _)| is_it(name))),
    }
}

/// The address without what `postgres` does not know, which is `sslmode` and `sslrootcert`.
fn without_tls(text: &str) -> Option<(String, Option<String>, Option<String>)> {
    let (mut mode, mut roots) = (None, None);
    // Of two the last one counts, as with libpq.
    let mut is_ours = |name: &str, value: String| {
        match name {
            "sslmode" => mode = Some(value),
            "sslrootcert" => roots = Some(value),
            _ => return false,
        }
        true
    };
    let rest = if text.contains("://") {
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        let is_left = |pair: &&str| !pair.split_once('=').is_some_and(|(name, value)| is_ours(name, decoded(value)));
        let left: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty()).filter(is_left).collect();
        if left.is_empty() { place.into() } else { format!("{place}?{}", left.join("&")) }
    } else {
        let is_left = |word: &String| !word.split_once('=').is_some_and(|(name, value)| is_ours(name, unquoted(value)));
        words(text)?.into_iter().filter(is_left).collect::<Vec<_>>().join(" ")
    };
    Some((rest, mode, roots))
}

/// Of a query of a URL: %41 is A.
fn decoded(value: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = value.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = |digits: &[u8]| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match after.get(..2).filter(|_| *first == b'%').and_then(hex) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// `name=value` pairs; blanks may stand around the sign, and in a value in quotes. None where a quote is left open.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut all, mut word, mut quoted, mut escaped) = (Vec::new(), String::new(), false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\'' => quoted = !quoted,
            _ if character.is_whitespace() && !quoted && word.contains('=') && !word.ends_with('=') => {
                all.push(std::mem::take(&mut word));
                continue;
            }
            _ if character.is_whitespace() && !quoted => continue,
            _ => {}
        }
        word.push(character);
    }
    all.extend((!word.is_empty()).then_some(word));
    (!quoted && !escaped).then_some(all)
}

fn unquoted(value: &str) -> String {
    let inner = value.strip_prefix('\'').and_then(|value| value.strip_suffix('\'')).unwrap_or(value);
    let mut plain = String::new();
    let mut characters = inner.chars();
    while let Some(character) = characters.next() {
        plain.extend(if character == '\\' { characters.next() } else { Some(character) });
    }
    plain
}

/// Whatever it connects to, which is the addresses where there are any, and whoever it says it does.
fn is_local(config: &Config) -> bool {
    let (hosts, addresses) = (config.get_hosts(), config.get_hostaddrs());
    let is_here = |host: &Host| match host {
        #[cfg(unix)]
        Host::Unix(_) => true,
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
    };
    !(hosts.is_empty() && addresses.is_empty()) && hosts.iter().all(is_here) && addresses.iter().all(IpAddr::is_loopback)
}

/// `PGPASSWORD`, or a line of the file that `PGPASSFILE` names, of the usual one else: `~/.pgpass`.
fn password_of(config: &Config) -> Result<Option<String>> {
    if let Ok(password) = env::var("PGPASSWORD") {
        return Ok(Some(password));
    }
    let Some(path) = env::var_os("PGPASSFILE").map(PathBuf::from).or_else(usual) else { return Ok(None) };
    let Ok(data) = std::fs::metadata(&path) else { return Ok(None) };
    if is_for_others(&data) {
        return Err(Failure::new(format!("{} can be read by others than its owner: chmod 600", path.display())));
    }
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::new(format!("{}: {error}", path.display())))?;
    Ok(text.lines().find_map(|line| password_in(line, config)))
}

#[cfg(unix)]
fn usual() -> Option<PathBuf> {
    env::var_os("HOME").map(|home| PathBuf::from(home).join(".pgpass"))
}

#[cfg(windows)]
fn usual() -> Option<PathBuf> {
    env::var_os("APPDATA").map(|folder| PathBuf::from(folder).join("postgresql").join("pgpass.conf"))
}

#[cfg(unix)]
fn is_for_others(data: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::mode(data) & 0o077 != 0
}

/// As libpq, which takes that folder to be the user's own.
#[cfg(windows)]
fn is_for_others(_: &Metadata) -> bool {
    false
}

/// `host:port:database:user:password`, where `*` is any.
fn password_in(line: &str, config: &Config) -> Option<String> {
    let [host, port, database, user, password]: [String; 5] = fields(line).try_into().ok()?;
    let at = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".into(),
    };
    let at_port = config.get_ports().first().copied().unwrap_or(5432).to_string();
    let as_user = config.get_user().unwrap_or_default();
    let of_database = config.get_dbname().unwrap_or(as_user);
    let is = |field: &str, value: &str| field == "*" || field == value;
    (!line.starts_with('#') && is(&host, &at) && is(&port, &at_port) && is(&database, of_database) && is(&user, as_user))
        .then_some(password)
}

fn fields(line: &str) -> Vec<String> {
    let (mut all, mut field) = (Vec::new(), String::new());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => field.extend(characters.next()),
            ':' => all.push(std::mem::take(&mut field)),
            _ => field.push(character),
        }
    }
    all.push(field);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_local_proves_who_it_is() {
        let read = |text| Address::parse(text).map(|address| (address.config.get_ssl_mode(), address.checks)).unwrap();
        for local in [
            "hostaddr=127.0.0.1 user=u",
            "postgres://u@localhost/d",
            "postgres://u@127.0.0.1/d",
            "host=/run/postgresql user=u",
            "postgres://u@[::1]/d",
        ] {
            assert_eq!(read(local), (SslMode::Disable, Checks::Nothing), "{local}");
        }
        for far in [
            "hostaddr=10.0.0.5 user=u",
            "host=localhost hostaddr=10.0.0.5 user=u",
            "user=u",
            "postgres://u@db.example/d",
            "host=10.0.0.1 user=u",
            "host=localhost,db.example user=u",
        ] {
            assert_eq!(read(far), (SslMode::Require, Checks::Name(Roots::System)), "{far}");
        }
        let file = || Roots::File("/a b.pem".into());
        assert_eq!(read("postgres://u@h/d?sslmode=verify-ca&sslrootcert=%2Fa%20b.pem"), (SslMode::Require, Checks::Issuer(file())));
        assert_eq!(read("host=h sslrootcert = '/a b.pem' user=u"), (SslMode::Require, Checks::Name(file())));
        assert_eq!(read("postgres://u@h/d?sslmode=prefer&application_name=x"), (SslMode::Prefer, Checks::Nothing));
        assert_eq!(read("postgres://u@h/d?sslmode=disable&sslmode=require"), (SslMode::Require, Checks::Nothing));
        for wrong in ["postgres://u@h/d?sslmode=verify", "host='h", "nonsense"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_password_is_seen_wherever_it_stands() {
        for with in [
            "postgres://u:p@h/d",
            "postgres://u:aB/cd==@db/x",
            "postgres://u:a?b@h/d",
            "postgres://u:a@b@h/d",
            "postgresql://u:@h/d",
            "postgres://u@h/d?sslmode=require&password=x",
            "postgres://u@h/d?%70assword=x",
            "host=h user=u password = 'a b'",
            "password=x host=h",
            "host='h",
        ] {
            assert!(holds_password(with), "{with}");
        }
        for without in
            ["postgres://u@h:5433/d?sslmode=require", "postgres://h:5433/d", "host=h dbname=password user=u", "/tmp/a:b@c.journal"]
        {
            assert!(!holds_password(without), "{without}");
        }
    }

    #[test]
    fn a_line_of_the_password_file_is_for_whom_it_names() {
        let config: Config = "host=db.example port=5433 user=u dbname=d".parse().unwrap();
        for (line, password) in [
            ("db.example:5433:d:u:se:cret", None),
            (r"db.example:5433:d:u:se\:c\\ret", Some(r"se:c\ret")),
            ("*:*:*:u:x", Some("x")),
            ("*:5432:*:u:x", None),
            ("#*:*:*:u:x", None),
            ("other:*:*:*:x", None),
        ] {
            assert_eq!(password_in(line, &config).as_deref(), password, "{line}");
        }
    }
}
