//! What the Rust API answers to what `tests/c/program.py` asks, for the documents of C and C++ to be compared with.
//!
//! Reads netstrings ("5:bytes,") from standard input, each time a verb and a text, and answers with two: status and document. `open` opens a
//! client with that text in place of the one before; the other verbs are told to it.

use chexiao::face::border::{Answer, done, guarded, panicked};
use chexiao::face::json;
use chexiao::{Client, Error};
use std::io::{self, BufRead, Write};

fn main() -> io::Result<()> {
    let (mut input, mut output) = (io::stdin().lock(), io::stdout().lock());
    let mut client = None;
    while let Some(verb) = netstring(&mut input)? {
        let text = netstring(&mut input)?.ok_or(io::ErrorKind::UnexpectedEof)?;
        let (status, document) = guarded(panicked, || answer(&mut client, &verb, &text));
        let status = status.to_string();
        write!(output, "{}:{status},{}:{document},", status.len(), document.len())?;
        output.flush()?;
    }
    Ok(())
}

fn answer(client: &mut Option<Client>, verb: &str, text: &str) -> Result<Answer, Error> {
    if verb == "open" {
        *client = None;
        *client = Some(Client::new(text)?);
        return Ok(done("{}".into()));
    }
    match (verb, client.as_ref()) {
        ("sign", Some(client)) => json::sign(client, text).map(done),
        ("verify", Some(client)) => Ok(json::verify(client, text)),
        ("notification", Some(client)) => json::notification(client, text),
        // Nothing is open, or Rust is not asked that.
        _ => Ok(panicked()),
    }
}

/// One netstring; `None` at the end of the input.
fn netstring(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut length = Vec::new();
    if input.read_until(b':', &mut length)? == 0 {
        return Ok(None);
    }
    let digits = String::from_utf8(length).map_err(io::Error::other)?;
    let length: usize = digits.trim_end_matches(':').parse().map_err(io::Error::other)?;
    let mut text = vec![0; length + 1];
    input.read_exact(&mut text)?;
    match text.pop() {
        Some(b',') => String::from_utf8(text).map(Some).map_err(io::Error::other),
        _ => Err(io::Error::other("a netstring ends with a comma")),
    }
}
