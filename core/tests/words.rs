//! The words of outcomes and errors, and what they mean, stand once, in `words!`. Every other list of them is written from there, between two
//! marks of its file. To renew them, and then the header: `make words`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

#[path = "words/pages.rs"]
mod pages;
#[path = "words/sections.rs"]
mod sections;
#[path = "words/settings.rs"]
mod settings;

use pages::{PAGES, Page};
use std::collections::BTreeMap;
use std::path::Path;

const BEGIN: &str = "words: ";
const END: &str = "end of words";

#[test]
fn every_list_of_words_is_what_the_core_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files = BTreeMap::new();
    for page in PAGES {
        let (text, pages) = files.entry(page.file).or_insert_with(|| (std::fs::read_to_string(root.join(page.file)).unwrap(), 0));
        *text = with(page, text);
        *pages += 1;
    }
    for (file, (written, pages)) in files {
        if std::env::var_os("CHEXIAO_WRITE_WORDS").is_some() {
            std::fs::write(root.join(file), &written).unwrap();
        }
        assert!(std::fs::read_to_string(root.join(file)).unwrap() == written, "{file} lists other words than the core: make words");
        assert_eq!(written.lines().filter(|line| line.contains(BEGIN)).count(), pages, "{file} has a mark without a page");
    }
}

/// The text of a file with the page between its marks, as far in as these.
fn with(page: &Page, text: &str) -> String {
    let mark = format!("{BEGIN}{}", page.name);
    let (before, rest) = text.split_once(&mark).unwrap_or_else(|| panic!("{} has no mark {mark}", page.file));
    let indent: String = before.lines().last().unwrap_or_default().chars().take_while(|c| *c == ' ').collect();
    let (of_mark, rest) = rest.split_once('\n').unwrap();
    let end = rest.lines().position(|line| line.contains(END)).unwrap_or_else(|| panic!("{}: {mark} has no end", page.file));
    let after: String = rest.split_inclusive('\n').skip(end).collect();
    let lines: String = (page.lines)().iter().map(|line| format!("{indent}{line}\n")).collect();
    format!("{before}{mark}{of_mark}\n{lines}{after}")
}
