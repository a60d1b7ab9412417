//! The corpus of key files in `tests/keys`: each loads, or is refused with the reason the corpus names. The corpus was made,
//! and its expectations worked out, with other implementations.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use chexiao::face::json;
use chexiao::{Client, Error, KeyFault, State, diagnose_offline, keys};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::time::Duration;

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/keys")
}

fn manifest() -> Value {
    serde_json::from_slice(&std::fs::read(corpus().join("manifest.json")).unwrap()).unwrap()
}

/// Runs every case; what is wrong is listed, at most 60 lines of it.
fn each_case(check: impl Fn(&Value, &Value) -> Vec<String>) {
    let manifest = manifest();
    let cases = manifest["cases"].as_array().unwrap();
    assert_eq!(Some(cases.len() as u64), manifest["total"].as_u64());
    let wrong: Vec<String> = cases
        .iter()
        .flat_map(|case| check(&manifest, case).into_iter().map(|what| format!("{}: {what}", case["id"].as_str().unwrap())))
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), cases.len(), wrong[..wrong.len().min(60)].join("\n"));
}

fn refused(error: &Error, reason: &str) -> Option<String> {
    let said = error.reason().map(KeyFault::word);
    (said != Some(reason) || error.hint().is_empty()).then(|| format!("{error} ({said:?}), not {reason}"))
}

#[test]
fn a_look_into_each_file_says_what_is_in_it() {
    each_case(|_, case| {
        let Ok(bytes) = std::fs::read(corpus().join("files").join(case["file"].as_str().unwrap())) else {
            return Vec::from_iter((case["load"]["error"] != "unreadable").then(|| String::from("the file is missing")));
        };
        let (result, took) = timed(|| keys::inspect(&bytes, case["password"].as_str()));
        let slow = (took > LIMIT).then(|| format!("took {took:?}"));
        let wrong = match (result, case["load"]["error"].as_str()) {
            (Err(error), Some(reason)) => refused(&error, reason),
            (Err(error), None) => Some(format!("{error}, but should load")),
            (Ok(_), Some(reason)) => Some(format!("loads, but should be refused: {reason}")),
            (Ok(found), None) => differs(&serde_json::to_value(found).unwrap(), &case["load"]),
        };
        wrong.into_iter().chain(slow).collect()
    });
}

/// Every member that is expected is there with that value; lists have the same length.
fn differs(found: &Value, expected: &Value) -> Option<String> {
    match (found, expected) {
        (Value::Object(_), Value::Object(members)) => {
            members.iter().find_map(|(name, value)| differs(&found[name], value).map(|what| format!("{name}: {what}")))
        }
        (Value::Array(found), Value::Array(expected)) if found.len() == expected.len() => {
            found.iter().zip(expected).find_map(|(found, expected)| differs(found, expected))
        }
        _ => (found != expected).then(|| format!("{found}, not {expected}")),
    }
}

#[test]
fn each_role_takes_the_file_or_refuses_it() {
    each_case(|manifest, case| {
        let roles = case["roles"].as_object().unwrap().iter();
        let answers = roles.filter_map(|(role, expected)| {
            let config = filled(&manifest["roles"][role], case);
            let wrong = match (Client::new(&config.to_string()), expected.as_str().unwrap()) {
                (Ok(client), "ok") => signature(&client, manifest, case, role),
                (Ok(_), reason) => Some(format!("opens, but should be refused: {reason}")),
                (Err(error), "ok") => Some(format!("{error}, but should open")),
                (Err(error), reason) => refused(&error, reason),
            };
            wrong.map(|what| format!("as {role}: {what}"))
        });
        answers.collect()
    });
}

/// The finding is the reason, and the one failure; where the client opens, nothing fails. Of those that open, some: deriving keys takes long.
#[test]
fn a_diagnosis_names_what_is_wrong_with_each_file() {
    let opened = std::sync::atomic::AtomicUsize::new(0);
    each_case(|manifest, case| {
        let is_looked_at =
            |expected: &Value| expected != "ok" || opened.fetch_add(1, std::sync::atomic::Ordering::Relaxed).is_multiple_of(16);
        let roles = case["roles"].as_object().unwrap().iter().filter(|(_, expected)| is_looked_at(expected));
        let answers = roles.filter_map(|(role, expected)| {
            let diagnosis = diagnose_offline(&filled(&manifest["roles"][role], case).to_string());
            let failed = diagnosis.steps().iter().filter(|step| step.state() == State::Failure);
            let failed: Vec<_> = failed.map(|step| (step.name(), step.finding().unwrap_or_default())).collect();
            let wrong = match (failed.as_slice(), expected.as_str().unwrap()) {
                ([], "ok") => false,
                ([("key" | "client_certificate", finding)], reason) => *finding != reason,
                _ => true,
            };
            let (_, told) = json::diagnosis(&diagnosis);
            let password = case["password"].as_str().filter(|password| password.len() > 3);
            let shows = password.filter(|password| told.contains(password)).map(|_| String::from("shows the password"));
            shows.or_else(|| wrong.then(|| format!("as {role}: {failed:?}, not {expected}")))
        });
        answers.collect()
    });
}

/// The template with the file, its folder, its key and its password; without a password, without the member.
fn filled(template: &Value, case: &Value) -> Value {
    match template {
        Value::Object(members) => {
            let given = |value: &Value| value != "$password" || case["password"].is_string();
            members.iter().filter(|(_, value)| given(value)).map(|(name, value)| (name.clone(), filled(value, case))).collect()
        }
        Value::String(text) => {
            let folder = corpus().join("files");
            let file = folder.join(case["file"].as_str().unwrap());
            let text = text.replace("$file", file.to_str().unwrap()).replace("$corpus", folder.to_str().unwrap());
            let text = text.replace("$key", case["key"].as_str().unwrap_or_default());
            Value::String(if text == "$password" { case["password"].as_str().unwrap().into() } else { text })
        }
        other => other.clone(),
    }
}

/// That it is the right key: the signature that another implementation made with it.
fn signature(client: &Client, manifest: &Value, case: &Value, role: &str) -> Option<String> {
    let expected = case["signature"].as_str().filter(|_| role.starts_with("rsa_private"))?;
    let request = client.sign(&manifest["call"].to_string()).unwrap();
    let body = String::from_utf8(request.body).unwrap();
    let sign = body.split('&').find_map(|pair| pair.strip_prefix("sign=")).unwrap();
    let sign = sign.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
    (sign != expected).then(|| String::from("signs with another key"))
}

/// What is said of a file holds neither its password nor twelve characters of its text in a row.
#[test]
fn nothing_that_is_said_shows_the_file_or_the_password() {
    each_case(|manifest, case| {
        let bytes = std::fs::read(corpus().join("files").join(case["file"].as_str().unwrap())).unwrap_or_default();
        let password = case["password"].as_str();
        let mut said = match keys::inspect(&bytes, password) {
            // A certificate is no secret: its names are shown.
            Ok(found) if found.private.is_none() => Vec::new(),
            Ok(found) => vec![format!("{found:?}")],
            Err(error) => vec![format!("{error:?}{error}{}", json::error(&error))],
        };
        for role in case["roles"].as_object().unwrap().keys() {
            match Client::new(&filled(&manifest["roles"][role], case).to_string()) {
                Ok(client) => said.push(format!("{client:?}")),
                Err(error) => said.push(format!("{error:?}{error}{}", json::error(&error))),
            }
        }
        let said = said.concat();
        let shown = |piece: &[u8]| {
            piece.iter().all(|byte| byte.is_ascii_alphanumeric()) && said.as_bytes().windows(12).any(|window| window == piece)
        };
        let shows_file = bytes.windows(12).any(shown).then(|| String::from("shows twelve characters of the file"));
        let shows_password = password.filter(|text| text.len() > 3 && said.contains(text)).map(|_| String::from("shows the password"));
        shows_file.into_iter().chain(shows_password).collect()
    });
}

/// For any file; without optimisation ten times as much.
const LIMIT: Duration = Duration::from_millis(if cfg!(debug_assertions) { 12_000 } else { 1500 });

/// With the time that this thread has had a processor: what else the machine does is not counted.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let on_cpu = || -> u64 { std::fs::read_to_string("/proc/thread-self/schedstat").unwrap().split(' ').next().unwrap().parse().unwrap() };
    let before = on_cpu();
    let done = work();
    (done, Duration::from_nanos(on_cpu() - before))
}

#[test]
fn no_file_of_a_mebibyte_takes_long() {
    const SIZE: usize = 1 << 20;
    let repeated = |piece: &[u8]| piece.iter().copied().cycle().take(SIZE / piece.len() * piece.len()).collect::<Vec<u8>>();
    let file = |name: &str| std::fs::read(corpus().join("files").join(name)).unwrap();
    let nested = |open: &[u8]| [repeated(open), vec![0; 64]].concat();
    let manifest = manifest();
    let mut inputs = vec![
        vec![0; SIZE],
        vec![b'0'; SIZE],
        vec![b'A'; SIZE],
        vec![b'\n'; SIZE],
        nested(&[0x30, 0x80]),
        nested(&[0x24, 0x80]),
        nested(&[0x30, 0x83, 0x0F, 0xFF, 0xF0]),
        [&[0x30, 0x83, 0x0F, 0xFF, 0xFB][..], &repeated(&[0x30, 0x00])].concat(),
        repeated(b"-----BEGIN "),
        repeated(b"-----BEGIN A-----\n-----END A-----\n"),
        repeated(b"-----BEGIN A-----\nMAA=\n-----END A-----\n"),
        repeated(b"-----BEGIN A-----\nDEK-Info: DES-CBC,0011223344556677\n\nMAA=\n-----END A-----\n"),
    ];
    let files: std::collections::BTreeSet<&str> =
        manifest["cases"].as_array().unwrap().iter().map(|case| case["file"].as_str().unwrap()).collect();
    let pem = |name: &&&str| std::fs::read(corpus().join("files").join(name)).is_ok_and(|bytes| bytes.starts_with(b"-----BEGIN"));
    // Whatever derives keys spends the same budget: one of each derivation is enough.
    let derives = |name: &str| {
        name.starts_with("pbes2-") && !["pbes2-scrypt.pem", "pbes2-aes-256-cbc-sha512.pem", "pbes2-sm4-cbc-sm3.pem"].contains(&name)
    };
    inputs.extend(files.iter().filter(pem).filter(|name| !derives(name)).map(|name| repeated(&file(name))));
    assert!(inputs.len() > 100, "{} inputs", inputs.len());
    for (at, input) in inputs.iter().enumerate() {
        let (result, took) = timed(|| keys::inspect(input, Some("123456")));
        assert!(took < LIMIT, "input {at}, {took:?}: {:?}", result.err());
    }
}
