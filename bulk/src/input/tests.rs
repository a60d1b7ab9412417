use super::*;
use crate::{Journal, Stopper};
use std::io::Cursor;

fn reading(format: Format) -> Reading {
    Reading { format, charset: None, accounts: Accounts::Column("account".into()), ignored: Vec::new() }
}

fn of(text: impl AsRef<[u8]>, reading: &Reading) -> Result<Vec<Row>, Error> {
    Ok(Rows::of(Cursor::new(text.as_ref().to_vec()), reading)?.map(Result::unwrap).collect())
}

/// The orders, as account, line and members, and what is wrong with the other lines.
fn read(text: impl AsRef<[u8]>, reading: &Reading) -> (Vec<String>, Vec<String>) {
    let (mut orders, mut others) = (Vec::new(), Vec::new());
    for row in of(text, reading).unwrap() {
        match row {
            Row::Order(order) => orders.push(format!("{} {} {}", order.account(), order.line(), order.json())),
            Row::Unreadable(unreadable) => others.push(unreadable.to_string()),
        }
    }
    (orders, others)
}

fn csv(text: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    read(text, &reading(Format::Csv))
}

fn json(text: impl AsRef<[u8]>) -> (Vec<String>, Vec<String>) {
    read(text, &reading(Format::JsonLines))
}

fn refusal(text: impl AsRef<[u8]>, reading: &Reading) -> String {
    let error = of(text, reading).err().unwrap();
    assert!(error.hint().contains(char::is_whitespace), "{error}");
    error.message().into()
}

/// A file, for as long as it is needed.
struct Written(std::path::PathBuf);

impl Written {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("chexiao-input-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }

    fn rows(&self, reading: &Reading) -> Result<Rows, Error> {
        Rows::of_file(&self.0, reading)
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn a_table_and_lines_of_json_give_the_same_orders() {
    let expected =
        ["a 2 {\"out_trade_no\":\"A1\"}", "b 3 {\"out_trade_no\":\"A2\",\"sub_mch_id\":\"\"}", "a 5 {\"out_trade_no\":\"A,3\\\"\"}"];
    for end in ["\n", "\r\n"] {
        for mark in ["", "\u{feff}"] {
            for separator in [",", ";", "\t"] {
                let lines = ["account,out_trade_no,sub_mch_id", "a,A1,", "b,A2,\"\"", ",,", "\"a\",\"A|3\"\"\",", ""];
                let text = format!("{mark}{}", lines.join(end).replace(',', separator).replace('|', ","));
                assert_eq!(csv(text), (expected.map(String::from).to_vec(), vec![]));
            }
        }
        let lines = [
            "",
            r#"{"account":"a","out_trade_no":"A1","sub_mch_id":null}"#,
            r#" {"out_trade_no":"A2","account":"b","sub_mch_id":""} "#,
            "",
            r#"{"account":"a","out_trade_no":"A,3\""}"#,
        ];
        assert_eq!(json(lines.join(end)), (expected.map(String::from).to_vec(), vec![]));
    }
}

#[test]
fn one_account_needs_no_column_and_what_is_ignored_is_nothing() {
    let reading =
        |format| Reading { accounts: Accounts::One("shop".into()), ignored: vec!["amount".into(), "备注".into()], ..reading(format) };
    let expected = (vec!["shop 2 {\"out_trade_no\":\"A1\"}".to_string()], vec![]);
    assert_eq!(read("out_trade_no,amount,备注,\nA1,\"1,234.50\",\"'x\",\n", &reading(Format::Csv)), expected);
    assert_eq!(read("\n{\"out_trade_no\":\"A1\",\"amount\":12.5,\"备注\":[]}", &reading(Format::JsonLines)), expected);
    assert_eq!(read("out_trade_no\nA1\n", &reading(Format::Csv)), expected);
}

#[test]
fn what_spreadsheets_did_is_refused_with_line_and_column() {
    let (orders, others) = csv("account,out_trade_no,transaction_no\na,A1,4.20001E+27\na,'4200001,\na,A3,T3\n1E+05,A4,\n=A5,A5,\n");
    assert_eq!(orders, ["a 4 {\"out_trade_no\":\"A3\",\"transaction_no\":\"T3\"}"]);
    assert_eq!(others.len(), 4);
    for (other, begins) in others.iter().zip([
        "line 2, column 3 (transaction_no): is in scientific notation",
        "line 3, column 2 (out_trade_no): begins with an apostrophe",
        "line 5, column 1 (account): is in scientific notation",
        "line 6, column 1 (account): is a formula",
    ]) {
        assert!(other.starts_with(begins) && !other.contains("42"), "{other}");
    }
    let (orders, others) = json("{\"account\":\"a\",\"out_trade_no\":4200001}\n{\"account\":\"a\",\"out_trade_no\":\"4.2E+27\"}");
    assert!(
        orders.is_empty() && others[0] == "line 1 (out_trade_no): is a number" && others[1].starts_with("line 2 (out_trade_no): is in")
    );
}

#[test]
fn a_line_that_cannot_be_read_is_told_and_the_next_one_is_read() {
    let long = "x".repeat(70_000);
    let table = [
        ("a", "has 1 cells, the line of names 2"),
        ("a,A,B", "has 3 cells"),
        ("a,\"A\"1", "column 2: has something between"),
        ("a,A\"1", "column 2: has a quote inside"),
        (",A1", "column 1 (account): is empty"),
        ("a,", "names an account and no order"),
        ("a,A\u{0}", "column 2 (out_trade_no): holds a character that nobody sees"),
        ("a,A\rb,B", "has 3 cells"),
        (long.as_str(), "is longer than 64 KiB"),
    ];
    for (line, what) in table {
        let (orders, others) = csv(format!("account,out_trade_no\n{line}\na,A2\n"));
        assert_eq!(orders, ["a 3 {\"out_trade_no\":\"A2\"}"], "{what}");
        assert!(others.len() == 1 && others[0].starts_with("line 2") && others[0].contains(what), "{others:?}");
    }
    let objects = [
        ("[]", "is no object of JSON"),
        ("{\"account\":\"a\",\"out_trade_no\":\"A\",\"out_trade_no\":\"B\"}", "is no object of JSON"),
        ("{\"account\":\"a\",\"out_trade_no\":\"A\",\"out_\\u0074rade_no\":\"B\"}", "is no object of JSON"),
        ("{\"account\":\"a\",\"out_trade_no\":\"A\"} {}", "is no object of JSON"),
        ("{\"account\":\"a\",\"out_trade_no\":\"A\"", "is no object of JSON"),
        ("{\"account\":\"a\",\"out_trade_no\":{}}", "(out_trade_no): is no text"),
        ("{\"account\":\"a\",\"out_trade_no\":true}", "(out_trade_no): is no text"),
        ("{\"account\":7,\"out_trade_no\":\"A\"}", "(account): is a number"),
        ("{\"out_trade_no\":\"A\"}", "(account): is empty"),
        ("{\"account\":\"\",\"out_trade_no\":\"A\"}", "(account): is empty"),
        ("{\"account\":\"a\"}", "names an account and no order"),
        ("null", "is no object of JSON"),
        ("x", "is no object of JSON"),
    ];
    for (line, what) in objects {
        let (orders, others) = json(format!("{line}\n{{\"account\":\"a\",\"out_trade_no\":\"A2\"}}\n"));
        assert_eq!(orders, ["a 2 {\"out_trade_no\":\"A2\"}"], "{what}");
        assert!(others.len() == 1 && others[0].starts_with("line 1") && others[0].contains(what), "{others:?}");
    }
}

/// Whoever reads the cell as one finds no order in it; whoever does not, a missing quote. Neither is closed.
#[test]
fn lines_inside_of_quotes_are_no_orders() {
    let (orders, others) = csv("account,out_trade_no,sub_mch_id\na,A1,\"see\na,A2,\nb,A3,\"\na,A4,\nb,A5,\"open\na,A6,");
    assert_eq!(orders, ["a 5 {\"out_trade_no\":\"A4\"}"]);
    let told: Vec<&str> = others.iter().map(|other| other.split(':').next().unwrap()).collect();
    assert_eq!(told, ["line 2, column 3", "line 3", "line 4", "line 6, column 3", "line 7"]);
}

#[test]
fn a_line_of_names_that_is_none_refuses_the_whole() {
    for (names, what) in [
        ("account,out_trade_no,out_trade_no", "line 1, column 3: the name stands there before"),
        ("shop,out_trade_no", "line 1: no column is called account"),
        ("Account,out_trade_no", "line 1: no column is called account"),
        ("account", "line 1 names no field"),
        ("account,,", "line 1 names no field"),
        ("account, out_trade_no", "line 1, column 2: the name begins or ends with a space"),
        ("account,out_trade\u{200b}_no", "line 1, column 2: the name holds a character"),
        ("account,out_trade_no;x", "line 1 has more than one of"),
        ("sep=,", "line 1 tells a spreadsheet"),
        ("account,\"out_trade_no", "line 1: its quotes"),
    ] {
        assert!(refusal(format!("{names}\na,A1\n"), &reading(Format::Csv)).starts_with(what), "{names}");
    }
    for format in [Format::Csv, Format::JsonLines] {
        for (start, what) in [
            (&b""[..], "is empty"),
            (b"PK\x03\x04", "is an Excel workbook"),
            (b"\xD0\xCF\x11\xE0", "is an Excel workbook"),
            (b"\xFF\xFEa\0", "is in UTF-16"),
            (b"a\0c\0", "holds the byte 0"),
            (b"\x1F\x8B", "is packed"),
            (b"PAR1", "is in Parquet"),
            (b"<html>", "is HTML"),
        ] {
            assert!(refusal(start, &reading(format)).starts_with(what), "{what}");
        }
    }
}

/// By Python: `"账户,out_trade_no,srcReserve\n甲,A1,备注:订单\n".encode("gb18030")`, and 㐀 of four bytes.
const GB18030_TABLE: &[u8] =
    b"\xd5\xcb\xbb\xa7,out_trade_no,srcReserve\n\xbc\xd7,A1,\xb1\xb8\xd7\xa2\xa3\xba\xb6\xa9\xb5\xa5\n\xbc\xd7,A2,\x81\x39\xee\x39\n";

#[test]
fn what_excel_in_chinese_writes_is_recognised_in_a_file() {
    let by_name = Reading { accounts: Accounts::Column("账户".into()), ..reading(Format::Csv) };
    let file = Written::new("gb18030.csv", GB18030_TABLE);
    let rows = file.rows(&by_name).unwrap();
    assert_eq!(rows.charset(), Charset::Gb18030);
    let orders: Vec<String> = rows.map(|row| if let Row::Order(order) = row.unwrap() { order.json().into() } else { panic!() }).collect();
    assert_eq!(orders, ["{\"out_trade_no\":\"A1\",\"srcReserve\":\"备注：订单\"}", "{\"out_trade_no\":\"A2\",\"srcReserve\":\"㐀\"}"]);
    // A pipe is read once: it has to be said.
    assert!(refusal(GB18030_TABLE, &by_name).starts_with("line 1 is not UTF-8 at byte 1"));
    let said = Reading { charset: Charset::of_name("GBK"), ..by_name.clone() };
    assert_eq!(read(GB18030_TABLE, &said).0.len(), 2);
    let as_utf8 = Reading { charset: Some(Charset::Utf8), ..by_name };
    assert!(file.rows(&as_utf8).is_err());
}

#[test]
fn a_charset_that_is_not_clear_is_not_guessed() {
    // 联通 in GBK is no UTF-8; "é" twice in UTF-8 is 茅茅 in GBK as well.
    for (text, charset) in [
        (&b"account,out_trade_no,x\na,A1,\xc1\xaa\xcd\xa8\n"[..], Some(Charset::Gb18030)),
        ("account,out_trade_no,x\na,A1,订单\n".as_bytes(), Some(Charset::Utf8)),
        (b"account,out_trade_no,x\na,A1,x\n", Some(Charset::Utf8)),
        ("\u{feff}account,out_trade_no,x\na,A1,订\n".as_bytes(), Some(Charset::Utf8)),
        ("account,out_trade_no,x\na,A1,éé\n".as_bytes(), None),
        ("account,out_trade_no,x\na,A1,é\n".as_bytes(), None),
        (b"account,out_trade_no,x\na,A1,caf\xe9\n", Some(Charset::Utf8)),
    ] {
        let file = Written::new("charset.csv", text);
        assert_eq!(file.rows(&reading(Format::Csv)).ok().map(|rows| rows.charset()), charset, "{text:?}");
    }
    // Neither: the lines that cannot be read are for a person.
    let (orders, others) = csv(b"account,out_trade_no,x\na,A1,caf\xe9\na,A2,\n");
    assert_eq!((orders.len(), others), (1, vec!["line 2: is not UTF-8 at byte 9".to_string()]));
}

/// Bytes that are made as they are read.
struct Endless {
    line: Vec<u8>,
    at: usize,
    lines: usize,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.lines == 0 {
            return Ok(0);
        }
        let written = self.line[self.at..].iter().zip(&mut *buffer).map(|(from, to)| *to = *from).count();
        self.at += written;
        if self.at == self.line.len() {
            (self.at, self.lines) = (0, self.lines - 1);
        }
        Ok(written)
    }
}

const ALONE: &str = "CHEXIAO_ALONE";

#[test]
fn a_long_input_takes_no_memory() {
    if std::env::var_os(ALONE).is_none() {
        // Other tests take memory beside it.
        let name = "input::tests::a_long_input_takes_no_memory";
        let alone = std::process::Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(ALONE, "1").output().unwrap();
        return assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stdout));
    }
    let resident = || {
        let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
        pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
    };
    let names = Cursor::new(b"account,out_trade_no,note\n".to_vec());
    let line = format!("a,A1,{}\n", "x".repeat(4000)).into_bytes();
    let input = names.chain(Endless { line, at: 0, lines: 10_000 });
    let rows = Rows::of(input, &Reading { ignored: vec!["note".into()], ..reading(Format::Csv) }).unwrap();
    let before = resident();
    assert_eq!(rows.filter(|row| matches!(row, Ok(Row::Order(_)))).count(), 10_000);
    assert!(resident().saturating_sub(before) < 4 << 20, "of 40 MB: {before} {}", resident());
}

#[test]
fn what_the_system_cannot_read_ends_it() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let table = Cursor::new(b"account,out_trade_no\na,A1\na,A".to_vec());
    let mut rows = Rows::of(table.chain(Broken), &reading(Format::Csv)).unwrap();
    assert!(matches!(rows.next(), Some(Ok(Row::Order(_)))));
    assert!(rows.next().unwrap().is_err(), "half a line is no order");
    assert!(rows.next().is_none());
    assert!(Rows::of_file(Path::new("/nonexistent"), &reading(Format::Csv)).is_err());
}

#[test]
fn what_is_added_after_a_reading_that_failed_is_not_of_that_input() {
    let path = std::env::temp_dir().join(format!("chexiao-failed-reading-{}.journal", std::process::id()));
    _ = std::fs::remove_file(&path);
    let journal = Journal::sqlite(&path).unwrap();
    let rows = || Rows::of(Cursor::new("account,out_trade_no\na,A1\n"), &reading(Format::Csv)).unwrap();
    let mut broken = |_: &str| Err(Error::at_border(Kind::Config, "config", "cannot be read"));
    assert!(super::read(rows(), "a.csv", &journal, &mut broken, false, &Stopper::new(), |_| {}).is_err());
    let order = |line| Order::new("a", line, r#"{"out_trade_no":"A1"}"#).unwrap();
    journal.add(vec![order(2), order(3)]).unwrap();
    let mut nobody = |_: &str| Ok(None);
    assert!(super::read(rows(), "a.csv", &journal, &mut nobody, false, &Stopper::new(), |_| {}).unwrap().is_whole);
    assert_eq!(journal.repeats().unwrap(), [("a".into(), 3, 2)], "no line of that input");
    drop(journal);
    _ = std::fs::remove_file(&path);
}
