//! The sections of docs/errors: one for each kind of error, each fault of a key and each reason of unknown.

use super::pages::wrapped;
use chexiao::{Error, KeyFault, Kind, Reason};

/// The language of a page.
#[derive(Clone, Copy)]
pub(crate) enum Language {
    English,
    Chinese,
}

impl Language {
    fn of<'a>(self, (en, zh): (&'a str, &'a str)) -> &'a str {
        match self {
            Self::English => en,
            Self::Chinese => zh,
        }
    }

    /// Lines of a page, a sentence each in Chinese.
    fn lines(self, text: &str) -> Vec<String> {
        match self {
            Self::English => wrapped(text),
            Self::Chinese => text.split_inclusive('。').map(String::from).collect(),
        }
    }
}

pub(crate) fn kinds(language: Language) -> Vec<String> {
    let section = |kind: &Kind| {
        let hint = Error::at_border(*kind, "", "").hint();
        let title = format!("`{kind}`, {}", *kind as i32);
        of("error", kind.word(), &title, language, kind.meaning(), in_two(&hint))
    };
    Kind::ALL.iter().flat_map(section).collect()
}

pub(crate) fn key_faults(language: Language) -> Vec<String> {
    let section = |fault: &KeyFault| {
        let hint = fault.hint();
        of("key", fault.word(), &format!("`{fault}`"), language, fault.meaning(), in_two(&hint))
    };
    KeyFault::ALL.iter().flat_map(section).collect()
}

pub(crate) fn reasons(language: Language) -> Vec<String> {
    let section =
        |reason: &Reason| of("unknown", reason.word(), &format!("`{}`", reason.word()), language, reason.meaning(), reason.remedy());
    Reason::ALL.iter().flat_map(section).collect()
}

/// A hint is English, a space, and Chinese.
fn in_two(hint: &str) -> (&str, &str) {
    let first_chinese = hint.find(|c: char| ('\u{4e00}'..'\u{a000}').contains(&c)).unwrap_or(hint.len());
    let middle = hint.get(..first_chinese).and_then(|en| en.rfind(' ')).unwrap_or(hint.len());
    hint.split_at_checked(middle).map_or((hint, ""), |(en, zh)| (en, zh.trim_start()))
}

fn of(group: &str, word: &str, title: &str, language: Language, meaning: (&str, &str), remedy: (&str, &str)) -> Vec<String> {
    let todo = language.of(("To do: ", "处理："));
    let mut lines = vec![format!("### <a id=\"{group}-{word}\"></a>{title}")];
    lines.extend(language.lines(language.of(meaning)));
    lines.push(String::new());
    lines.extend(language.lines(&format!("{todo}{}", language.of(remedy))));
    lines.push(String::new());
    lines
}
