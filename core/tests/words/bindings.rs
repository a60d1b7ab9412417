//! How the languages over the C interface write the words: Go, JavaScript, TypeScript, PHP, C#.

use super::{Word, numbered, quoting, words};
use chexiao::{Code, Confirm, Evidence, Kind, Next, Retry};

/// `already_closed` as `AlreadyClosed`.
fn pascal(word: &str) -> String {
    word.split('_').map(|part| part.get(..1).unwrap_or_default().to_uppercase() + part.get(1..).unwrap_or_default()).collect()
}

pub(crate) fn go_codes() -> Vec<String> {
    go_constants(&numbered(Code::ALL), "Code", "Code")
}

/// Typed constants that begin with `prefix`.
pub(crate) fn go_constants(words: &[Word], prefix: &str, class: &str) -> Vec<String> {
    let lines = |word: &Word| {
        let value = word.number.map_or_else(|| format!("\"{}\"", word.word), |number| number.to_string());
        [format!("\t// {}", quoting(&word.en(), "", "")), format!("\t{prefix}{} {class} = {value}", pascal(&word.word))]
    };
    words.iter().flat_map(lines).collect()
}

pub(crate) fn go_lists() -> Vec<String> {
    let list = |name: &str, class: &str, words: &[Word]| {
        let all: Vec<String> = words.iter().map(|word| class.to_string() + &pascal(&word.word)).collect();
        format!("\t{name:<9} = []{class}{{{}}}", all.join(", "))
    };
    vec![
        list("nexts", "Next", &words(Next::ALL)),
        list("retries", "Retry", &words(Retry::ALL)),
        list("confirms", "Confirm", &words(Confirm::ALL)),
        list("evidences", "Evidence", &words(Evidence::ALL)),
    ]
}

pub(crate) fn go_words() -> Vec<String> {
    go_entries(&numbered(Code::ALL), "Code", |word| format!("\"{}\"", word.word))
}

pub(crate) fn go_statuses() -> Vec<String> {
    go_entries(&numbered(Kind::ALL), "Kind", |word| word.number.unwrap_or_default().to_string())
}

/// The entries of a map, aligned as gofmt has them.
fn go_entries(words: &[Word], prefix: &str, value: fn(&Word) -> String) -> Vec<String> {
    let keys: Vec<String> = words.iter().map(|word| format!("{prefix}{}:", pascal(&word.word))).collect();
    let width = keys.iter().map(String::len).max().unwrap_or_default();
    keys.iter().zip(words).map(|(key, word)| format!("\t{key:<width$} {},", value(word))).collect()
}

/// What a document says is looked up here.
pub(crate) fn js_lists() -> Vec<String> {
    let quoted = |words: Vec<Word>| words.iter().map(|word| format!("'{}'", word.word)).collect::<Vec<_>>().join(", ");
    let with_numbers = |words: Vec<Word>| {
        let each = |word: &Word| format!("{}: {}", word.word, word.number.unwrap_or_default());
        words.iter().map(each).collect::<Vec<_>>().join(", ")
    };
    vec![
        format!("exports.codes = {{ {} }};", with_numbers(numbered(Code::ALL))),
        format!("exports.kinds = {{ {} }};", with_numbers(numbered(Kind::ALL))),
        format!("exports.nexts = [{}];", quoted(words(Next::ALL))),
        format!("exports.retries = [{}];", quoted(words(Retry::ALL))),
        format!("exports.confirms = [{}];", quoted(words(Confirm::ALL))),
        format!("exports.evidences = [{}];", quoted(words(Evidence::ALL))),
    ]
}

/// The members of a union of texts.
pub(crate) fn ts_union(words: &[Word]) -> Vec<String> {
    words.iter().flat_map(|word| [format!("/** {} */", word.en()), format!("| '{}'", word.word)]).collect()
}

/// The cases of an enum, which are worth their number or their word.
pub(crate) fn php_cases(words: &[Word]) -> Vec<String> {
    let lines = |word: &Word| {
        let value = word.number.map_or_else(|| format!("'{}'", word.word), |number| number.to_string());
        [format!("/** {} */", word.en()), format!("case {} = {value};", pascal(&word.word))]
    };
    words.iter().flat_map(lines).collect()
}

/// The arms of a match over the cases.
pub(crate) fn php_arms(words: &[Word], value: fn(&Word) -> String) -> Vec<String> {
    words.iter().map(|word| format!("self::{} => {},", pascal(&word.word), value(word))).collect()
}

pub(crate) fn cs_members(words: &[Word]) -> Vec<String> {
    let lines = |word: &Word| {
        let number = word.number.map_or_else(String::new, |number| format!(" = {number}"));
        [format!("/// <summary>{}</summary>", quoting(&word.en(), "<c>", "</c>")), format!("{}{number},", pascal(&word.word))]
    };
    words.iter().flat_map(lines).collect()
}

/// The entries of a dictionary of what is a word in JSON.
pub(crate) fn cs_entries(class: &str, words: &[Word]) -> Vec<String> {
    words.iter().map(|word| format!("{{ {class}.{}, \"{}\" }},", pascal(&word.word), word.word)).collect()
}
