//! Files that pyarrow wrote (`tests/parquet/make`), and what becomes of them where bytes change.

use super::super::{Accounts, Charset, Format, Order, Reading, Row, Rows};
use super::sizes::{self, Pages};
use nix::sys::resource::{Resource, setrlimit};
use serde_json::{Map, Value};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

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
    for name in ["default", "checksums"] {
        assert_eq!(read(name, &["paid_at", "tags"]), expected, "{name}");
    }
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
        // A page of it says nothing that binds of how large it is.
        ("gzip", "the file is written in GZIP, which is not read here"),
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

#[test]
fn a_charset_is_not_said() {
    let accounts = Accounts::Column("account".into());
    let reading = Reading { format: Format::Parquet, charset: Some(Charset::Gb18030), accounts, ignored: Vec::new() };
    assert_eq!(Rows::of_file(&file("required"), &reading).err().unwrap().message(), "is Parquet, whose texts are UTF-8");
}

/// A file that goes when this is dropped.
struct Changed(PathBuf);

impl Changed {
    fn new(of: &str) -> Self {
        Self(std::env::temp_dir().join(format!("chexiao-{of}-{}.parquet", std::process::id())))
    }

    /// What it is opened as.
    fn rows(&self, bytes: &[u8]) -> Result<Rows, chexiao::Error> {
        std::fs::write(&self.0, bytes).unwrap();
        rows(&self.0, &["paid_at", "tags"])
    }

    /// The orders that come of it: account, line and values; and whether its end was reached.
    fn read(&self, bytes: &[u8]) -> Option<(Vec<String>, bool)> {
        let (mut orders, mut is_whole) = (Vec::new(), true);
        for row in self.rows(bytes).ok()? {
            match row {
                Ok(Row::Order(order)) => orders.push(values(&order)),
                Ok(Row::Unreadable(_)) => {}
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

/// Without the names: nothing proves those of the columns.
fn values(order: &Order) -> String {
    let members: Map<String, Value> = serde_json::from_str(order.json()).unwrap();
    format!("{} {} {:?}", order.account(), order.line(), members.values().collect::<Vec<_>>())
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|there| there == from).unwrap();
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

/// A group that says that it has 1,024 rows, and has 1,200: the last ones are not left out.
#[test]
fn a_file_with_more_rows_than_it_says_is_refused() {
    let changed = Changed::new("more");
    let bytes = std::fs::read(file("many")).unwrap();
    let fewer = replaced(&bytes, b"\x16\xe0\x12\x26", b"\x16\x80\x10\x26");
    let what = "the file has not as many values or rows as it says";
    assert_eq!(changed.rows(&fewer).err().unwrap().message(), what);
    // So does the file: 2,324 for 2,500.
    let all_fewer = replaced(&fewer, b"\x16\x88\x27\x19", b"\x16\xa8\x24\x19");
    let told: Vec<_> = changed.rows(&all_fewer).unwrap().map(|row| row.map(told).map_err(|error| error.to_string())).collect();
    assert_eq!(told, [Err(what.into())]);
}

/// One changed digit of a number is another order.
#[test]
fn a_page_that_its_checksum_does_not_fit_is_not_read() {
    let changed = Changed::new("checksum");
    let other = |name| replaced(&std::fs::read(file(name)).unwrap(), b"0042", b"0043");
    let row = changed.rows(&other("checksums")).unwrap().next().unwrap();
    assert_eq!(row.unwrap_err().to_string(), "Parquet error: Page CRC checksum mismatch");
    assert_eq!(changed.read(&other("default")).unwrap().0[0], "a 1 [String(\"\"), String(\"0043\")]");
}

/// Each byte in turn, in a process of its own with 1 GiB of memory: what is read to the end of a file with checksums is what was written.
#[test]
fn a_file_that_was_changed_is_refused_or_read() {
    const ALONE: &str = "CHEXIAO_CHANGED_FILES";
    if std::env::var_os(ALONE).is_none() {
        let name = "input::parquet::tests::a_file_that_was_changed_is_refused_or_read";
        let mut alone = Command::new(std::env::current_exe().unwrap());
        let done = alone.args(["--exact", name, "--nocapture"]).env(ALONE, "1").output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success() && out.contains("1 passed"), "{out}{err}");
        return;
    }
    setrlimit(Resource::RLIMIT_AS, 1 << 30, 1 << 30).unwrap();
    let changed = Changed::new("changed");
    for name in ["checksums", "default", "required"] {
        let bytes = std::fs::read(file(name)).unwrap();
        let (right, _) = changed.read(&bytes).unwrap();
        let (mut refused, mut broken) = (0, 0);
        for at in 0..bytes.len() {
            for change in [0x00, 0xff, 0x80, 0x01] {
                let mut other = bytes.clone();
                other[at] = if change == 0x01 { other[at] ^ 1 } else { change };
                match changed.read(&other) {
                    None => refused += 1,
                    Some((orders, false)) => {
                        broken += 1;
                        assert!(name != "checksums" || right.starts_with(&orders), "{name} {at} {change}: {orders:?}");
                    }
                    Some((orders, true)) if name == "checksums" => assert_eq!(orders, right, "{at} {change}"),
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

fn pages(bytes: &[u8]) -> io::Result<Pages> {
    sizes::pages(io::Cursor::new(bytes), 0, bytes.len() as u64)
}

/// What a page says of itself is not believed.
#[test]
fn a_page_that_would_be_gigabytes_is_refused() {
    let unpacked = [&b"\x15\x00\x15"[..], &[0xfe, 0xff, 0xff, 0xff, 0x0f], b"\x15\x02\x2c\x15\x02\x15\x00\x00\x00x"].concat();
    let values = [&b"\x15\x04\x15\x02\x15\x02\x4c\x15"[..], &[0xfe, 0xff, 0xff, 0xff, 0x0f], b"\x15\x00\x00\x00x"].concat();
    for page in [unpacked, values] {
        assert_eq!(pages(&page).unwrap_err().to_string(), "has pages that are too large");
    }
    let small = b"\x15\x00\x15\x02\x15\x02\x2c\x15\x02\x15\x00\x00\x00x";
    assert_eq!(pages(small).unwrap(), Pages { taken: 2, values: 1 });
    assert_eq!(pages(&small.repeat(3)).unwrap(), Pages { taken: 4, values: 3 });
}

/// A dictionary of a value, and one of so many, each after a header that another reader may go by.
#[test]
fn a_page_with_two_headers_is_refused() {
    let many = [0xfe, 0xff, 0xff, 0xff, 0x0f];
    let one = b"\x15\x04\x15\x02\x15\x02\x4c\x15\x02\x15\x00\x00\x00x";
    assert_eq!(pages(one).unwrap(), Pages { taken: 42, values: 0 });
    let second = b"\x1c\x15\x02\x15\x00\x15\x02\x15\x00\x15\x00\x15\x00\x00";
    let two = [&b"\x15\x04\x15\x02\x15\x02\x4c\x15"[..], &many, b"\x15\x00\x00", second, b"\x00x"].concat();
    let again = [&b"\x15\x04\x15\x02\x15\x02\x4c\x15"[..], &many, b"\x15\x00\x00\x0c\x0e\x15\x02\x15\x00\x00\x00x"].concat();
    // The field 65538, of which 16 bits are 2.
    let far = b"\x15\x04\x15\x02\x15\x02\x4c\x15\x02\x15\x00\x00\x05\x84\x80\x08\x02\x00x";
    for page in [&two[..], &again, far] {
        assert_eq!(pages(page).unwrap_err().to_string(), "is damaged", "{page:?}");
    }
}

/// A schema in which each column holds so many.
fn nested(depth: u8, children: &[u8]) -> Vec<u8> {
    let element = [&b"\x48\x01a\x15"[..], children, b"\x00"].concat();
    [&b"\x15\x02\x19\xfc"[..], &[depth], &element.repeat(depth.into()), b"\x00"].concat()
}

#[test]
fn a_schema_that_is_too_deep_is_refused() {
    assert!(sizes::schema(&nested(20, b"\x02")).is_ok());
    // 2^32 + 1, of which 32 bits are 1.
    for (depth, children) in [(60, &b"\x02"[..]), (60, b"\x82\x80\x80\x80\x20"), (60, b"\xfd\xff\xff\xff\x1f"), (1, b"\x01")] {
        assert_eq!(sizes::schema(&nested(depth, children)).unwrap_err().to_string(), "is damaged", "{depth} {children:?}");
    }
}

#[test]
fn a_schema_of_too_many_columns_is_refused() {
    let flat = |count: u16| {
        let count_spelt = [(count & 0x7f) as u8 | 0x80, (count >> 7) as u8];
        [&b"\x15\x02\x19\xfc"[..], &count_spelt, &b"\x48\x01a\x00".repeat(count.into()), b"\x00"].concat()
    };
    assert!(sizes::schema(&flat(2000)).is_ok());
    // The most that a number of 32 bits says, and 2,001.
    for schema in [flat(2001), nested(1, b"\xfe\xff\xff\xff\x0f"), nested(1, b"\xa2\x1f")] {
        assert_eq!(sizes::schema(&schema).unwrap_err().to_string(), "has more than 2,000 columns");
    }
    assert!(sizes::schema(&nested(1, b"\xa0\x1f")).is_ok());
}

/// One of more than 4 MiB, as of a file with very many groups of rows.
#[test]
fn a_description_that_is_too_long_is_named() {
    let changed = Changed::new("long");
    let long = [&b"PAR1"[..], &(5_u32 << 20).to_le_bytes(), b"PAR1"].concat();
    let error = changed.rows(&long).err().unwrap();
    assert_eq!(error.message(), "describes itself in more than 4 MiB");
    assert!(error.hint().contains("row_group_size"));
}
