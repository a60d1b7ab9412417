//! `chexiao key`: what is in a key file, and whether two belong together.

use crate::exit::NOT_SENT;
use crate::output::{complain, line};
use chexiao::face::json;
use chexiao::keys::{CertificateFacts, Inspection, KeyFacts, inspect_file};
use chexiao::{Error, KeyFault, Kind};
use clap::{Args, Subcommand};
use std::error::Error as StdError;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Exit code of `match` for two keys that do not belong together.
const NO_MATCH: u8 = 1;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Print what a file holds: keys and certificates with their algorithm, size, names, dates and SPKI SHA-256
    Inspect {
        /// PEM, DER, base64, PKCS#12 or CFCA container, certificate, with or without a password
        file: PathBuf,
        #[command(flatten)]
        options: Options,
    },
    /// Compare two files: exit code 0 if one holds the key, the public key or the certificate of the other, 1 if not
    Match {
        /// One file
        a: PathBuf,
        /// The other
        b: PathBuf,
        #[command(flatten)]
        options: Options,
    },
}

#[derive(Args)]
pub(crate) struct Options {
    /// The environment variable that holds the password (never the password itself: arguments can be seen by others)
    #[arg(long, value_name = "NAME")]
    password_env: Option<String>,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Box<dyn StdError>> {
    let (result, as_json) = match command {
        Command::Inspect { file, options } => (show(file, options), options.json),
        Command::Match { a, b, options } => (compare(a, b, options), options.json),
    };
    match result {
        Ok((code, told)) => line(told).map(|()| ExitCode::from(code)).map_err(Into::into),
        Err(error) => {
            if !as_json || line(json::error(&error)).is_err() {
                complain(format_args!("{error}\nhint: {}", error.hint()));
            }
            Ok(ExitCode::from(NOT_SENT))
        }
    }
}

fn show(file: &Path, options: &Options) -> Result<(u8, String), Error> {
    let inspection = open(file, options)?;
    Ok((0, if options.json { json::inspection(&inspection) } else { for_people(&inspection) }))
}

fn compare(a: &Path, b: &Path, options: &Options) -> Result<(u8, String), Error> {
    let (a, b) = (open(a, options)?, open(b, options)?);
    let matches = keys(&a).any(|one| keys(&b).any(|other| one.spki_sha256 == other.spki_sha256));
    let told = match (options.json, matches) {
        (true, _) => format!("{{\"match\":{matches}}}"),
        (false, true) => "They belong together.".into(),
        (false, false) => "They do not belong together: no key is in both.".into(),
    };
    Ok((if matches { 0 } else { NO_MATCH }, told))
}

/// The key a file is about: the private key; where there is none, those of its public keys and certificates.
fn keys(inspection: &Inspection) -> impl Iterator<Item = &KeyFacts> {
    let public = inspection.public.iter().chain(inspection.certificates.iter().map(|certificate| &certificate.key));
    inspection.private.iter().chain(public.filter(|_| inspection.private.is_none()))
}

fn open(file: &Path, options: &Options) -> Result<Inspection, Error> {
    let password = match &options.password_env {
        None => None,
        Some(name) => {
            let unset = || Error::at_border(Kind::Config, "password-env", format!("the environment variable {name} is not set"));
            Some(std::env::var(name).map_err(|_| unset())?)
        }
    };
    inspect_file(file, password.as_deref()).map_err(|error| match error.reason() {
        Some(KeyFault::PasswordMissing) => error.with_hint(PASSWORD_ENV.0, PASSWORD_ENV.1),
        _ => error,
    })
}

/// What to do about a password that is missing here.
const PASSWORD_ENV: (&str, &str) = (
    "put the password into an environment variable and name it: --password-env NAME",
    "请将密码放入环境变量，并给出变量名：--password-env NAME",
);

fn for_people(inspection: &Inspection) -> String {
    let mut lines = Vec::new();
    lines.extend(inspection.private.iter().map(|key| format!("private key  {}", described(key, "signs only with allow_weak_key"))));
    lines.extend(inspection.public.iter().map(|key| format!("public key   {}", described(key, VERIFIES))));
    lines.extend(inspection.certificates.iter().map(certificate));
    lines.extend(inspection.passed_over.iter().map(|what| format!("passed over  {what}")));
    lines.join("\n")
}

/// What a weak public key does all the same.
const VERIFIES: &str = "verifies replies all the same";

fn described(key: &KeyFacts, what_it_does: &str) -> String {
    let weak = if key.weak { format!(" (weak: {what_it_does})") } else { String::new() };
    format!("{}, {} bits{weak}\n  spki sha256  {}", key.algorithm, key.bits, key.spki_sha256)
}

fn certificate(certificate: &CertificateFacts) -> String {
    let weak = if certificate.weak_signature { " (weak: proves nothing; only the key is taken)" } else { "" };
    let belongs = match certificate.matches {
        None => "",
        Some(true) => "\n  belongs to the private key above",
        Some(false) => "\n  does not belong to the private key above",
    };
    format!(
        "certificate  {}\n  subject      {}\n  issuer       {}\n  serial       {}\n  valid        {} to {}\n  signed with  {}{weak}{belongs}",
        described(&certificate.key, VERIFIES),
        certificate.subject,
        certificate.issuer,
        certificate.serial,
        certificate.not_before,
        certificate.not_after,
        certificate.signed_with,
    )
}
