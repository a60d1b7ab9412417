//! What the Rust API answers to the test vectors, for the C tests to compare with.
//!
//! Reads the netstrings of `tests/c/flatten.py`, writes cases of ten: id, kind, config, call, exchange (empty unless kind is
//! verify), the JSON of opening, the status and JSON of signing, the status and JSON of verifying. A status is empty where that
//! step was not reached; the status of opening stands in its JSON.

use chexiao::face::json;
use chexiao::{Client, Error};
use std::io::{self, Read, Write};

fn main() -> io::Result<()> {
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;
    let mut rest = input.as_slice();
    let mut output = io::stdout().lock();
    while !rest.is_empty() {
        let mut next = || take(&mut rest).ok_or_else(|| io::Error::other("not a netstring of UTF-8"));
        let (id, kind, config, call, reply) = (next()?, next()?, next()?, next()?, next()?);
        let answer = answer(config, call, reply);
        for field in [id, kind, config, call].into_iter().chain(answer.iter().map(String::as_str)) {
            write!(output, "{}:{field},", field.len())?;
        }
    }
    output.flush()
}

/// The exchange and five answers.
fn answer(config: &str, call: &str, reply: &str) -> [String; 6] {
    let none = String::new;
    let refused = |error: &Error| (error.kind() as i32).to_string();
    let client = match Client::new(config) {
        Err(error) => return [none(), json::error(&error), none(), none(), none(), none()],
        Ok(client) => client,
    };
    let request = match json::sign(&client, call) {
        Err(error) => return [none(), "{}".into(), refused(&error), json::error(&error), none(), none()],
        Ok(request) => request,
    };
    if reply.is_empty() {
        return [none(), "{}".into(), "0".into(), request, none(), none()];
    }
    let exchange = format!("{{\"call\":{call},\"request\":{request},\"reply\":{reply}}}");
    let (code, result) = json::verify(&client, &exchange);
    [exchange, "{}".into(), "0".into(), request, code.to_string(), result]
}

/// One netstring off the front.
fn take<'a>(rest: &mut &'a [u8]) -> Option<&'a str> {
    let colon = rest.iter().position(|byte| *byte == b':')?;
    let (length, text) = (std::str::from_utf8(rest.get(..colon)?).ok()?, rest.get(colon + 1..)?);
    let length: usize = length.parse().ok()?;
    let value = std::str::from_utf8(text.get(..length)?).ok()?;
    *rest = text.get(length..)?.strip_prefix(b",")?;
    Some(value)
}
