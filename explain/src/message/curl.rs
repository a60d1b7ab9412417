//! A curl command, as a browser copies it or a person types it.

use super::{Message, Side};
use crate::text::{Escape, escaped};
use std::borrow::Cow;

/// Options with a value that says nothing of the request itself.
const OTHERS: [&str; 26] = [
    "-o",
    "--output",
    "-m",
    "--max-time",
    "--connect-timeout",
    "--cacert",
    "--cert",
    "-E",
    "--key",
    "--cert-type",
    "--key-type",
    "-x",
    "--proxy",
    "--resolve",
    "-w",
    "--write-out",
    "--retry",
    "-u",
    "--user",
    "--interface",
    "--trace",
    "--trace-ascii",
    "-D",
    "--dump-header",
    "--ciphers",
    "--pass",
];

pub(super) fn read(text: &str, side: Side) -> Option<Message> {
    let start = text.trim_start().trim_start_matches(['$', '#', '>', ' ']);
    if !side.is_request() || !(start.starts_with("curl ") || start.starts_with("curl.exe ")) {
        return None;
    }
    let command = if start.contains("^\"") { Cow::Owned(without_carets(start)) } else { Cow::Borrowed(start) };
    let mut words = words(&command)?.into_iter().skip(1);
    let mut message = Message { read_as: "curl command", ..Message::default() };
    let (mut data, mut in_query): (Vec<String>, bool) = (Vec::new(), false);
    while let Some(word) = words.next() {
        let (option, attached) = attached(&word);
        let mut value = || attached.clone().or_else(|| words.next());
        match option.as_str() {
            "-X" | "--request" => message.method = value(),
            "-H" | "--header" => {
                let header = value()?;
                let (name, text) = header.split_once(':').unwrap_or((&header, ""));
                message.headers.push((name.trim().into(), text.trim().into()));
            }
            "-d" | "--data" | "--data-ascii" => data.push(value()?.replace(['\r', '\n'], "")),
            "--data-raw" | "--data-binary" => data.push(value()?),
            "--json" => {
                data.push(value()?);
                message.headers.push(("Content-Type".into(), "application/json".into()));
            }
            "--data-urlencode" => {
                let text = value()?;
                let (name, text) = text.split_once('=').unwrap_or(("", &text));
                let equals = if name.is_empty() { "" } else { "=" };
                data.push(format!("{name}{equals}{}", escaped(text.as_bytes(), Escape::Query)));
            }
            "-G" | "--get" => in_query = true,
            "--url" => message.target = value()?,
            "-A" | "--user-agent" | "-e" | "--referer" | "-b" | "--cookie" => _ = value(),
            _ if OTHERS.contains(&option.as_str()) => _ = value(),
            _ if word.starts_with('-') => {}
            _ if message.target.is_empty() => message.target = word,
            _ => {}
        }
    }
    let body = data.join("&");
    if in_query && !body.is_empty() {
        message.target.push(if message.target.contains('?') { '&' } else { '?' });
        message.target.push_str(&body);
    } else {
        // `@file`: the file is somewhere else.
        message.lossy = body.starts_with('@');
        message.body = body.into_bytes();
    }
    let is_post = !message.body.is_empty();
    message.method.get_or_insert_with(|| if is_post { "POST" } else { "GET" }.into());
    Some(message)
}

/// `-XPOST`, `--request=POST`.
fn attached(word: &str) -> (String, Option<String>) {
    if let Some((option, value)) = word.split_once('=').filter(|(option, _)| option.starts_with("--")) {
        return (option.into(), Some(value.into()));
    }
    match ["-X", "-H", "-d"].into_iter().find(|option| word.starts_with(option) && word.len() > 2) {
        Some(option) => (option.into(), word.get(2..).map(String::from)),
        None => (word.into(), None),
    }
}

/// What browsers copy for the command line of Windows has a caret before each quote and each of its marks.
fn without_carets(text: &str) -> String {
    let mut chars = text.chars().peekable();
    let mut plain = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        if c != '^' {
            plain.push(c);
        } else if chars.next_if_eq(&'\r').is_some() | chars.next_if_eq(&'\n').is_some() {
            // A line end in a value is written twice.
            let is_value = chars.next_if_eq(&'\r').is_some() | chars.next_if_eq(&'\n').is_some();
            plain.push(if is_value { '\n' } else { ' ' });
        } else {
            plain.extend(chars.next());
        }
    }
    plain
}

/// The words of a shell's command line, up to its end.
fn words(text: &str) -> Option<Vec<String>> {
    let (mut words, mut word, mut chars) = (Vec::new(), None::<String>, text.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '$' if chars.peek() == Some(&'\'') => {
                chars.next();
                ansi(&mut chars, word.get_or_insert_default())?;
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            '\n' => {}
                            c @ ('"' | '\\' | '$' | '`') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' | '^' if chars.peek().is_some_and(|next| *next == '\n' || *next == '\r') => {
                while chars.next_if(|next| matches!(next, '\r' | '\n')).is_some() {}
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            '\n' | ';' | '|' if word.is_none() || c != '\n' => break,
            c if c.is_whitespace() => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

/// `$'…'`
fn ansi(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, word: &mut String) -> Option<()> {
    loop {
        match chars.next()? {
            '\'' => return Some(()),
            '\\' => match chars.next()? {
                'n' => word.push('\n'),
                'r' => word.push('\r'),
                't' => word.push('\t'),
                'u' => {
                    let digits: String = std::iter::from_fn(|| chars.next_if(char::is_ascii_hexdigit)).take(4).collect();
                    word.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                c => word.push(c),
            },
            c => word.push(c),
        }
    }
}
