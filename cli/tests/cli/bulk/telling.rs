//! What people and programs are told of a job: the end, files, metrics, progress, and no secret.

use super::{Shop, end, lines, numbers, start, wechat};
use crate::counter::Done;
use chexiao_sandbox::State;
use nix::pty::openpty;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;

#[test]
fn a_job_closes_its_orders_at_all_gateways_and_says_so() {
    let shop = Shop::open();
    let table = "\u{feff}account,out_trade_no,partnerSeq,agreeCode,orderCode,protocol_no,mch_trade_no,qrCodeId,merOrderId,instMid,remark\r\n\
        wechat,A1,,,,,,,,,备注\r\n\
        icbc,,A2,0000000000090000000001000000085016,2019021314281026,,,,,,\r\n\
        ysepay,,,,,A3,,,,,\r\n\
        edgeros,,,,,,A4,,,,\r\n\
        chinaums,,,,,,,,A5,H5DEFAULT,\r\n\
        wechat,PAID6,,,,,,,,,\r\n\
        \r\n";
    let input = shop.input("orders.csv", table);
    let (results, people, picture) = (shop.path("results.csv"), shop.path("people.jsonl"), shop.path("run.svg"));
    let metrics = shop.path("metrics.txt");
    let options =
        ["--ignore", "remark", "--results", &results, "--people", &people, "--picture", &picture, "--metrics", &metrics, "--attempts", "4"];
    let done = shop.run(Some(&input), &options);
    for (gateway, number) in [("wechat", "A1"), ("icbc", "A2"), ("ysepay", "A3"), ("edgeros", "A4"), ("chinaums", "A5")] {
        assert_eq!(shop.counter.sandbox.state(gateway, number), Some(State::Closed), "{gateway}: {}{}", done.out, done.err);
    }
    assert_eq!(shop.state("PAID6"), Some(State::Paid));
    let text = fs::read_to_string(&results).unwrap();
    assert_eq!(text.lines().count(), 7, "{text}");
    assert!(text.lines().any(|line| line.starts_with("2,wechat,\"{\"\"out_trade_no\"\":\"\"A1\"\"}\",closed,done,false,")), "{text}");
    assert!(text.lines().any(|line| line.starts_with("7,wechat,") && line.contains(",paid,fulfil_or_refund,false,")), "{text}");
    let for_people = fs::read_to_string(&people).unwrap();
    // What the gateway itself leaves open is for people; with a query nothing is.
    assert!(lines(&for_people).iter().all(|line| line["needs_person"] == true), "{for_people}");
    assert_eq!(done.code, i32::from(!for_people.is_empty()), "{}{}", done.out, done.err);
    assert!(done.out.starts_with("complete (0:00:0") && done.out.contains("6 of 6 orders ended"), "{}", done.out);
    assert!(fs::read_to_string(&picture).unwrap().contains("6 orders ended"));
    let exposed = fs::read_to_string(&metrics).unwrap();
    assert!(exposed.contains("chexiao_bulk_orders_ended 6\n") && exposed.ends_with("# EOF\n"), "{exposed}");
    for (name, mode) in [(&results, 0o600), (&people, 0o600), (&picture, 0o600), (&metrics, 0o600)] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(name).unwrap().permissions().mode() & 0o777, mode, "{name}");
    }
    let again = shop.run(Some(&input), &["--ignore", "remark", "--json"]);
    assert_eq!((again.code, end(&again)["left"].as_u64(), shop.posts("A1")), (done.code, Some(0), 1), "nothing is closed twice");
    assert_eq!(lines(&again.out)[0]["known"], 6);
}

#[test]
fn metrics_are_served_to_this_machine() {
    let shop = Shop::open();
    let input = shop.input("orders.csv", wechat(numbers(60)));
    let mut child = start(&mut shop.command(Some(&input), &["--rate", "20", "--metrics", "0"]));
    let mut err = BufReader::new(child.stderr.take().unwrap());
    let address = loop {
        let mut line = String::new();
        assert!(err.read_line(&mut line).unwrap() > 0, "no address");
        if let Some(rest) = line.strip_prefix("metrics at http://") {
            break rest.trim().strip_suffix("/metrics").unwrap().to_string();
        }
    };
    assert!(address.starts_with("127.0.0.1:"));
    let ask = |request: &str| {
        let mut stream = TcpStream::connect(&address).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).unwrap();
        reply
    };
    let reply = ask("GET /metrics");
    assert!(
        reply.starts_with("HTTP/1.1 200") && reply.contains("openmetrics-text") && reply.contains("\nchexiao_bulk_orders 60\n"),
        "{reply}"
    );
    assert!(ask("GET /").starts_with("HTTP/1.1 404") && ask("POST /metrics").starts_with("HTTP/1.1 405"));
    child.kill().unwrap();
    child.wait().unwrap();
    // A port that is taken is told before anything is sent.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let done = shop.run(None, &["--metrics", &taken.local_addr().unwrap().port().to_string()]);
    assert!(done.code == 2 && done.err.contains("--metrics"), "{}", done.err);
}

#[test]
fn progress_is_a_bar_on_a_terminal_and_lines_elsewhere() {
    let shop = Shop::open();
    let input = shop.input("orders.csv", wechat(numbers(40)));
    let done = shop.run(Some(&input), &["--rate", "20", "--every", "0.5"]);
    let told: Vec<&str> = done.err.lines().filter(|line| line.contains("/40  ")).collect();
    assert!(told.len() >= 3 && told.last().unwrap().contains("40/40") && told.last().unwrap().contains("closed 40"), "{}", done.err);
    assert!(told.iter().any(|line| line.contains(" left  ")) && !done.err.contains('\u{1b}'), "{}", done.err);
    let shop = Shop::open();
    let input = shop.input("orders.csv", wechat(numbers(40)));
    let terminal = openpty(None, None).unwrap();
    let mut command = shop.command(Some(&input), &["--rate", "20"]);
    command.env("TERM", "xterm").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(terminal.slave);
    let child = command.spawn().unwrap();
    drop(command);
    let mut master = fs::File::from(terminal.master);
    let reading = std::thread::spawn(move || {
        let mut shown = Vec::new();
        _ = master.read_to_end(&mut shown);
        String::from_utf8_lossy(&shown).into_owned()
    });
    let done = Done::of(child.wait_with_output().unwrap());
    let shown = reading.join().unwrap();
    assert!(done.code == 0 && done.out.starts_with("complete"), "{}", done.out);
    assert!(shown.contains("[##") && shown.contains("/40  "), "{shown}");
}

#[test]
fn no_secret_is_told() {
    let shop = Shop::open();
    let input = shop.input("orders.csv", wechat(["A1", "PAID2", "SLEEP3", "REFUSED4"].map(String::from)));
    let secret = shop.counter.config("wechat")["account"]["api_key"].as_str().map(String::from);
    let mut config = shop.counter.config("wechat");
    config["deadline_ms"] = 800.into();
    fs::write(format!("{}/wechat.json", shop.accounts), config.to_string()).unwrap();
    let (results, metrics) = (shop.path("results.jsonl"), shop.path("metrics"));
    let done = shop.run(Some(&input), &["--results", &results, "--metrics", &metrics, "--attempts", "3"]);
    let told = [done.out, done.err, fs::read_to_string(results).unwrap(), fs::read_to_string(metrics).unwrap()].concat();
    assert!(secret.is_none_or(|secret| !told.contains(&secret)));
    assert!(!told.contains("<xml>") && !told.contains("sign="), "{told}");
}
