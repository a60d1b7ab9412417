//! Files that pyarrow wrote (`tests/parquet/make`), and what becomes of them where bytes change.

use super::super::{Accounts, Format, Reading, Row, Rows};
use std::io;
use std::path::{Path, PathBuf};

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parquet").join(name).with_extension("parquet")
}

fn rows(path: &Path, ignored: &[&str]) -> Result<Rows, chexiao::Error> {
    let ignored = ignored.iter().map(ToString::to_string).collect();
    Rows::of_file(path, &Reading { format: Format::Parquet, charset: None, accounts: Accounts::Column("account".into()), ignored })
}

fn told(row: Row) -> Result<String, String> {
    match row {
        Row::Order(order) => Ok(format!("{} {} {}", order.account(), order.line(), order.json())),
        Row::Unreadable(unreadable) => Err(unreadable.to_string()),
    }
}

fn read(name: &str, ignored: &[&str]) -> Vec<Result<String, String>> {
    rows(&file(name), ignored).unwrap().map(|row| told(row.unwrap())).collect()
}

fn refusal(path: &Path) -> String {
    rows(path, &[]).err().unwrap().message().into()
}

#[test]
fn a_row_is_an_order_and_a_column_a_field() {
    assert_eq!(Format::of_path(&file("default")), Some(Format::Parquet));
    let expected = [
        Ok(r#"a 1 {"billNo":"","merOrderId":"0042"}"#.to_string()),
        Ok(r#"b 2 {"merOrderId":"订单2"}"#.into()),
        Err("line 3, column 1 (account): is empty: no account is named".into()),
        Err("line 4: names an account and no order".into()),
        Err("line 5, column 2 (merOrderId): is in scientific notation, as spreadsheets shorten long numbers: its last digits are lost"
            .into()),
    ];
    assert_eq!(read("default", &["paid_at", "tags"]), expected);
    assert_eq!(read("required", &[]).last().unwrap().as_deref(), Ok(r#"a 3 {"out_trade_no":"P000003"}"#));
    assert_eq!(read("none", &[]), []);
    let bytes = [Ok(r#"a 1 {"out_trade_no":"A1"}"#.to_string()), Err("line 2, column 2 (out_trade_no): is no text in UTF-8".into())];
    assert_eq!(read("bytes", &[]), bytes);
}

#[test]
fn every_row_of_many_pages_and_groups_comes_once() {
    let third = |number: usize| if number % 3 == 1 { String::new() } else { format!(r#","refund_no":"P{number:06}""#) };
    let expected = (1..=2500).map(|number| Ok(format!(r#"a {number} {{"out_trade_no":"P{number:06}"{}}}"#, third(number))));
    assert_eq!(read("many", &[]), expected.collect::<Vec<_>>());
}

#[test]
fn what_is_no_text_or_written_otherwise_is_refused() {
    for (name, what) in [
        ("number", "the file, column 2 (out_trade_no): is INT64 and no text"),
        ("decimal", "the file, column 2 (out_trade_no): is FIXED_LEN_BYTE_ARRAY and no text"),
        ("list", "the file, column 2 (out_trade_no): is a list or a structure and no text"),
        ("structure", "the file, column 2 (out_trade_no): is a list or a structure and no text"),
        ("zstd", "the file is written in ZSTD, which is not read here"),
        ("delta", "the file is written in DELTA_BYTE_ARRAY, which is not read here"),
        ("default", "the file, column 4 (paid_at): is INT64 and no text"),
    ] {
        assert_eq!(refusal(&file(name)), what, "{name}");
    }
    assert_eq!(refusal(&file("make").with_extension("")), "is no whole Parquet file");
    assert!(refusal(&file("nobody")).contains("cannot be read"));
    let piped = Reading { format: Format::Parquet, charset: None, accounts: Accounts::One("a".into()), ignored: Vec::new() };
    let bytes = io::Cursor::new(std::fs::read(file("required")).unwrap());
    assert!(Rows::of(bytes, &piped).is_err(), "it has no end yet");
}

/// A file that goes when this is dropped.
struct Changed(PathBuf);

impl Changed {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("chexiao-changed-{}.parquet", std::process::id())))
    }

    /// The orders that come of it, and whether its end was reached.
    fn read(&self, bytes: &[u8]) -> Option<(Vec<String>, bool)> {
        std::fs::write(&self.0, bytes).unwrap();
        let (mut orders, mut is_whole) = (Vec::new(), true);
        for row in rows(&self.0, &["paid_at", "tags"]).ok()? {
            match row.map(told) {
                Ok(told) => orders.extend(told.ok()),
                Err(_) => is_whole = false,
            }
        }
        Some((orders, is_whole))
    }
}

impl Drop for Changed {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

/// Each byte in turn: no panic comes through, and memory stays within bounds that the test process is given.
#[test]
fn a_file_that_was_changed_is_refused_or_read() {
    let changed = Changed::new();
    for name in ["default", "required"] {
        let bytes = std::fs::read(file(name)).unwrap();
        let (mut refused, mut broken) = (0, 0);
        for at in 0..bytes.len() {
            for change in [0x00, 0xff, 0x80, 0x01] {
                let mut other = bytes.clone();
                other[at] = if change == 0x01 { other[at] ^ 1 } else { change };
                match changed.read(&other) {
                    None => refused += 1,
                    Some((_, false)) => broken += 1,
                    Some((orders, true)) => assert!(orders.len() <= 3, "{name} {at}: {orders:?}"),
                }
            }
            if changed.read(&bytes[..at]).is_some() {
                panic!("{name}: {at} bytes of it are no file");
            }
        }
        println!("{name}: {refused} refused, {broken} broken off");
        assert!(refused > 100 && broken > 50, "{refused} {broken}");
    }
}

/// What a page says of itself is not believed.
#[test]
fn a_page_that_would_be_gigabytes_is_refused() {
    let unpacked = [&b"\x15\x00\x15"[..], &[0xfe, 0xff, 0xff, 0xff, 0x0f], b"\x15\x02\x2c\x15\x02\x15\x00\x00\x00x"].concat();
    let values = [&b"\x15\x04\x15\x02\x15\x02\x4c\x15"[..], &[0xfe, 0xff, 0xff, 0xff, 0x0f], b"\x15\x00\x00\x00x"].concat();
    for page in [unpacked, values] {
        let error = super::sizes::pages(io::Cursor::new(&page), 0, page.len() as u64).unwrap_err();
        assert_eq!(error.to_string(), "has pages that are too large");
    }
    let small = b"\x15\x00\x15\x02\x15\x02\x2c\x15\x02\x15\x00\x00\x00x";
    assert_eq!(super::sizes::pages(io::Cursor::new(small), 0, small.len() as u64).unwrap(), 2);
}

/// A schema in which each column holds the next.
#[test]
fn a_schema_that_is_too_deep_is_refused() {
    let nested = |depth: u8| {
        let element = b"\x48\x01a\x15\x02\x00";
        [&b"\x15\x02\x19\xfc"[..], &[depth], &element.repeat(depth.into()), b"\x00"].concat()
    };
    assert!(super::sizes::schema(&nested(20)).is_ok());
    assert!(super::sizes::schema(&nested(60)).is_err());
}
