//! PEM as it is found: any label, CRLF, text around it, several blocks, on one line, with `\n` written out.

use super::contents::{Contents, ForeignKind};
use super::der;
use super::fault::Fault;
use super::kdf::{Password, Work};
use super::pbe::{self, password_missing, wrong_password};
use super::read::{BadBase64, base64_of};
use super::value;
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use crate::strict::find::{holds, split_once};

const BEGIN: &str = "-----BEGIN ";

/// Whether there is a block in it.
pub(super) fn is(bytes: &[u8]) -> bool {
    holds(bytes, BEGIN.as_bytes())
}

/// Adds what every block holds.
pub(super) fn read(text: &Secret<String>, password: Option<&str>, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    // Environment variables and JSON in JSON carry line breaks as two characters; base64 has no backslash.
    let unescaped = text.expose().contains('\\').then(|| Secret::new(text.expose().replace("\\r", "").replace("\\n", "\n")));
    let text = unescaped.as_ref().unwrap_or(text).expose().as_str();
    let mut rest = text;
    while let Some((_, after)) = split_once(rest, BEGIN) {
        let unreadable = || KeyFault::Malformed.because("has a BEGIN line that cannot be read");
        let (label, after) = split_once(after, "-----").ok_or_else(unreadable)?;
        let cut_off = || KeyFault::Truncated.because("has no END line: it is cut off");
        let start = text.len() - after.len();
        let (body, after) = split_once(after, "-----END ").ok_or_else(cut_off)?;
        let (end, after) = split_once(after, "-----").ok_or_else(cut_off)?;
        if end != label {
            return Err(KeyFault::Malformed.because("has BEGIN and END lines that do not belong together"));
        }
        block(label, body, &|bad, before| bad.in_file(text, start + before), password, work, contents)?;
        rest = after;
    }
    Ok(())
}

/// What is wrong with the base64 that stands this many bytes behind the BEGIN line.
type Placed<'a> = dyn Fn(&BadBase64, usize) -> Fault + 'a;

fn block(
    label: &str,
    body: &str,
    placed: &Placed<'_>,
    password: Option<&str>,
    work: &mut Work,
    contents: &mut Contents,
) -> Result<(), Fault> {
    match label {
        "EC PARAMETERS" | "DSA PARAMETERS" | "DH PARAMETERS" | "SM2 PARAMETERS" => return Ok(()),
        "OPENSSH PRIVATE KEY" => return contents.pass_over(KeyFault::Openssh.because("is an OpenSSH key"), ForeignKind::Private(None)),
        "SSH2 PUBLIC KEY" => return contents.pass_over(KeyFault::Openssh.because("is an OpenSSH key"), ForeignKind::Other),
        "PGP PRIVATE KEY BLOCK" | "PGP PUBLIC KEY BLOCK" => {
            return contents.pass_over(KeyFault::Unsupported.because("is a PGP key"), ForeignKind::Other);
        }
        _ => {}
    }
    let (headers, encoded) = split_headers(body);
    if encoded.trim().is_empty() {
        return Err(KeyFault::Malformed.because("has nothing between its BEGIN and END lines"));
    }
    let bytes = base64_of(encoded).map_err(|bad| placed(&bad, body.len() - encoded.len()))?;
    match headers.and_then(|headers| headers.lines().find_map(|line| line.trim().strip_prefix("DEK-Info:"))) {
        Some(info) => {
            let given = password.ok_or_else(password_missing)?;
            let plain = pbe::traditional(info.trim(), bytes.expose(), &Password::text(given))?;
            if der::sequence(plain.expose()).is_none() {
                return Err(wrong_password());
            }
            value::der(plain.expose(), None, work, contents)
        }
        // OpenSSL writes its trust settings behind the certificate.
        None if label == "TRUSTED CERTIFICATE" => value::der(der::first(bytes.expose()).unwrap_or_default(), password, work, contents),
        None => value::der(bytes.expose(), password, work, contents),
    }
}

/// RFC 1421 headers, which an empty line ends.
fn split_headers(body: &str) -> (Option<&str>, &str) {
    if !body.contains(':') {
        return (None, body);
    }
    let blank = ["\n\n", "\r\n\r\n", "\r\r"].iter().filter_map(|line| body.find(line).map(|at| (at, line.len()))).min();
    match blank {
        Some((at, length)) => (body.get(..at), body.get(at + length..).unwrap_or_default()),
        None => (None, body),
    }
}
