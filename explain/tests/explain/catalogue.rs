//! The table of mistakes.

use chexiao_explain::CATALOGUE;
use std::collections::HashSet;

#[test]
fn every_row_says_what_it_is_and_what_to_do_in_two_languages() {
    let names: HashSet<&str> = CATALOGUE.iter().map(|row| row.name).collect();
    assert_eq!(names.len(), CATALOGUE.len(), "a name stands there twice");
    for row in CATALOGUE {
        assert!(row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_'), "{}", row.name);
        assert!(row.en.len() > 10 && row.remedy.0.len() > 10, "{}", row.name);
        for zh in [row.zh, row.remedy.1] {
            assert!(zh.chars().any(|c| ('\u{4e00}'..'\u{a000}').contains(&c)), "{}: {zh}", row.name);
        }
    }
}

/// What the code names stands in the table, and the table names nothing that the code does not.
#[test]
fn the_table_is_that_of_the_code() {
    let mut code = String::new();
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                // Those look rows up, and name none.
                false if ["catalogue.rs", "codes.rs", "trail.rs"].iter().any(|name| path.ends_with(name)) => {}
                false => code.push_str(&std::fs::read_to_string(path).unwrap()),
            }
        }
    }
    for row in CATALOGUE {
        assert!(code.contains(&format!("\"{}\"", row.name)), "{} is never found", row.name);
    }
    let known: HashSet<&str> = CATALOGUE.iter().map(|row| row.name).collect();
    for opening in [".or(\"", ".or_of(\"", "Deviation::new(\"", "add(\""] {
        for rest in code.split(opening).skip(1) {
            let name = rest.split('"').next().unwrap();
            assert!(name.is_empty() || known.contains(name), "{name} is not in the table");
        }
    }
}
