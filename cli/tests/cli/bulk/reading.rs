//! What goes in, and what is refused of it; a dry run.

use super::{Shop, end, lines, numbers, wechat};
use crate::counter::{Done, chexiao, run, run_with, wait_for};
use chexiao_sandbox::State;
use serde_json::{Value, json};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Stdio;

#[test]
fn what_cannot_be_read_is_for_people_and_the_rest_is_closed() {
    let shop = Shop::open();
    let text = "account,out_trade_no\nwechat,A1\nwechat,4.2E+27\nwechat,'A3\nnobody,A4\n../wechat,A5\nwechat,A1\nwechat,\nwechat,A8";
    let input = shop.input("orders.csv", text);
    let people = shop.path("people.csv");
    let done = shop.run(Some(&input), &["--people", &people]);
    assert_eq!(
        (done.code, shop.state("A1"), shop.state("A8"), shop.posts("A1")),
        (1, Some(State::Closed), Some(State::Closed), 1),
        "{}",
        done.err
    );
    for said in [
        "line 3, column 2 (out_trade_no): is in scientific notation",
        "line 4, column 2 (out_trade_no): begins with an apostrophe",
        "line 5 (account): names an account that has no configuration",
        "line 6 (account): names an account that has no configuration",
        "line 8: names an account and no order",
        "请将该列设为文本格式",
    ] {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    let people = fs::read_to_string(&people).unwrap();
    let words: Vec<&str> = people.strip_prefix('\u{feff}').unwrap().lines().skip(1).map(|line| line.split(',').nth(3).unwrap()).collect();
    assert_eq!(words, ["unreadable", "unreadable", "unreadable", "unreadable", "unreadable", "repeated"], "{people}");
    let status = run(&["bulk", "status", "--journal", &shop.journal, "--json"], "").json();
    let sum = |name: &str| status[name].as_u64().unwrap();
    assert_eq!([sum("orders"), sum("ended"), sum("unreadable"), sum("repeated"), sum("for_people")], [2, 2, 5, 1, 0]);
    // Once the file is mended, nothing is left over.
    let mended = shop.input("orders.csv", "account,out_trade_no\nwechat,A1\nwechat,A2\nwechat,A3\n");
    assert_eq!(shop.run(Some(&mended), &[]).code, 0);
    let printed = run(&["bulk", "results", "--journal", &shop.journal, "--format", "jsonl"], "");
    assert_eq!((printed.code, lines(&printed.out).len()), (0, 4));
    let nobody = run(&["bulk", "results", "--journal", &shop.journal, "--people"], "");
    assert!(nobody.code == 0 && nobody.out.lines().skip(1).all(|line| line.contains(",repeated,")), "{}", nobody.out);
}

/// Written by pyarrow, of accounts that have no configuration here.
#[cfg(feature = "parquet")]
#[test]
fn a_parquet_file_is_an_input() {
    let shop = Shop::open();
    let input = concat!(env!("CARGO_MANIFEST_DIR"), "/../bulk/tests/parquet/default.parquet");
    let done = shop.run(Some(input), &["--ignore", "paid_at", "--ignore", "tags"]);
    for said in ["line 1 (account): names an account that has no configuration", "line 5, column 2 (merOrderId): is in scientific notation"]
    {
        assert!(done.err.contains(said), "{said}: {}", done.err);
    }
    assert_eq!(done.code, 1, "{}", done.err);
    let done = shop.run(Some(input), &[]);
    assert!(done.code == 2 && done.err.contains("column 4 (paid_at): is INT64 and no text"), "{}", done.err);
    let done = shop.run(Some(input), &["--charset", "gb18030"]);
    assert!(done.code == 2 && done.err.contains("is Parquet, whose texts are UTF-8"), "{}", done.err);
}

#[test]
fn a_column_that_is_no_field_of_an_order_is_no_order() {
    let shop = Shop::open();
    let input = shop.input("orders.csv", "account,out_trade_No,amount\nwechat,A1,\nwechat,,5\n");
    let done = shop.run(Some(&input), &[]);
    assert!(done.code == 1 && done.err.contains("write `out_trade_no`, if that is meant"), "{}", done.err);
    assert_eq!(shop.posts("A1"), 0);
}

#[test]
fn nothing_is_sent_where_something_is_wrong_before() {
    let shop = Shop::open();
    let good = shop.input("good.csv", wechat(numbers(1)));
    let bare = shop.input("bare", wechat(numbers(1)));
    let nothing = shop.path("nothing.csv");
    let xlsx = shop.input("book.csv", b"PK\x03\x04");
    for (input, options, said) in [
        (&good, &["--rate", "0"][..], "--rate"),
        (&good, &["--host-in-flight", "0"], "--host-in-flight"),
        (&good, &["--delay=-1"], "--delay"),
        (&good, &["--results", "out.xlsx"], "must end in .csv"),
        (&good, &["--charset", "big5"], "neither utf-8 nor gb18030"),
        (&good, &["--config", "x.json"], "cannot be used with"),
        (&good, &["--account-column", "shop"], "no column is called shop"),
        (&good, &["--metrics", "70000"], "0 to 65535"),
        (&bare, &[], "--format"),
        (&nothing, &[], "cannot be read"),
        (&xlsx, &[], "is an Excel workbook"),
    ] {
        let done = shop.run(Some(input), options);
        assert!(done.code == 2 && done.out.is_empty() && done.err.contains(said), "{said}: {} {}", done.code, done.err);
        assert!(!fs::exists(&shop.journal).unwrap(), "{said}: a journal was made");
    }
    fs::write(format!("{}/wechat.json", shop.accounts), "{").unwrap();
    assert!(shop.run(Some(&good), &[]).err.contains("not valid JSON"));
    for command in ["status", "results"] {
        let done = run(&["bulk", command, "--journal", &nothing], "");
        assert!(done.code == 2 && done.err.contains("there is none at"), "{}", done.err);
    }
    assert_eq!(run(&["bulk", "run", "--help"], "").code, 2, "help is no success of a job");
    assert_eq!((shop.posts("A0"), fs::exists(&nothing).unwrap()), (0, false));
}

#[test]
fn an_input_that_nobody_can_be_told_of_closes_nothing() {
    let shop = Shop::open();
    let input = shop.input("orders.csv", wechat(numbers(1)));
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let code = shop.command(Some(&input), &["--json"]).stdout(full).status().unwrap().code();
    assert_eq!((code, shop.posts("A0")), (Some(2), 0));
}

#[test]
fn a_dry_run_sends_and_keeps_nothing() {
    let shop = Shop::open();
    let number = "A".repeat(40);
    let input = shop.input("orders.csv", format!("{}wechat,A0\nwechat,{number}\n", wechat(numbers(3))));
    let dry = |options: &[&str]| {
        Done::of(
            chexiao()
                .args(["bulk", "run", "--dry-run", "--accounts", &shop.accounts, "--input", &input, "--rate", "2"])
                .args(options)
                .output()
                .unwrap(),
        )
    };
    let done = dry(&[]);
    assert!(done.code == 1 && done.out.contains("wechat: would close 3 orders at wechat (127.0.0.1:"), "{}{}", done.out, done.err);
    assert!(
        done.out.contains("in 0:00:02 at the least") && done.err.contains("line 6 (out_trade_no): has 40 characters"),
        "{}{}",
        done.out,
        done.err
    );
    let said = serde_json::from_str::<Value>(&dry(&["--json"]).out).unwrap();
    assert_eq!([&said["orders"], &said["unreadable"], &said["repeated"]], [&json!(3), &json!(1), &json!(1)]);
    assert_eq!((shop.posts("A0"), fs::exists(&shop.journal).unwrap()), (0, false));
}

#[test]
fn one_configuration_and_a_pipe() {
    let shop = Shop::open();
    let config = format!("{}/wechat.json", shop.accounts);
    let run_with = |format: &str, input: &[u8], options: &[&str]| {
        let arguments = ["bulk", "run", "--journal", &shop.journal, "--config", &config, "--input", "-", "--format", format, "--json"];
        run(&[&arguments[..], options].concat(), input)
    };
    let run = |format: &str, input: &str| run_with(format, input.as_bytes(), &[]);
    let done = run("jsonl", "{\"out_trade_no\":\"A1\"}\n");
    assert_eq!((done.code, end(&done)["end"].as_str(), shop.state("A1")), (0, Some("complete"), Some(State::Closed)), "{}", done.err);
    assert_eq!((run("csv", "out_trade_no\nA2\n").code, shop.state("A2")), (0, Some(State::Closed)));
    // A pipe is read once: that it is GB18030 has to be said.
    let (input, ignored) = (&b"out_trade_no,x\nA3,\xb1\xb8\xd7\xa2\n"[..], ["--ignore", "x", "--charset", "gbk"]);
    assert_eq!((run_with("csv", input, &ignored[..2]).code, shop.posts("A3")), (1, 0));
    assert_eq!((run_with("csv", input, &ignored).code, shop.state("A3")), (0, Some(State::Closed)));
}

/// Killed while it reads: what it has is not taken for all there is.
#[test]
fn an_input_that_was_not_read_to_its_end_is_asked_for() {
    let shop = Shop::open();
    let config = format!("{}/wechat.json", shop.accounts);
    let mut command = chexiao();
    command.args(["bulk", "run", "--journal", &shop.journal, "--config", &config, "--input", "-", "--format", "csv"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(format!("out_trade_no\n{}", numbers(1500).map(|number| number + "\n").collect::<String>()).as_bytes()).unwrap();
    wait_for(|| {
        let status = run(&["bulk", "status", "--journal", &shop.journal, "--json"], "");
        status.code == 0 && status.json()["orders"] == 1000
    });
    child.kill().unwrap();
    child.wait().unwrap();
    let resumed = run_with(&["bulk", "run", "--journal", &shop.journal, "--config", &config], &[]);
    assert!(resumed.code == 2 && resumed.err.contains("standard input was not read to its end"), "{}", resumed.err);
    assert_eq!(shop.posts("A0"), 0, "nothing is sent before all is read");
}

#[test]
fn orders_of_a_query_are_closed() {
    let shop = Shop::open();
    let sql = "SELECT 'wechat' AS account, 'AQ1' AS out_trade_no UNION ALL SELECT 'wechat', 'AQ2' UNION ALL SELECT 'wechat', 7";
    let done = shop.run(None, &["--query", sql, "--json"]);
    let read = &lines(&done.out)[0];
    assert_eq!((done.code, &read["input"], &read["new"], &read["unreadable"]), (1, &json!(sql), &json!(2), &json!(1)), "{}", done.err);
    assert!(done.err.contains("line 3, column 2 (out_trade_no): is a number"), "{}", done.err);
    assert_eq!((shop.posts("AQ1"), shop.posts("AQ2")), (1, 1));
    let refused = shop.run(None, &["--query", "SELECT 'wechat' AS account, tade_no FROM orders"]);
    assert_eq!(refused.code, 2);
    assert!(refused.err.contains("tade_no") && refused.err.contains("Nothing was sent"), "{}", refused.err);
}
