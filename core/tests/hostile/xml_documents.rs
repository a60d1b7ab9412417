//! Whatever we read, Python's `xml.etree` reads too, and reads the same.

use crate::lab::{Lab, is_malformed};
use crate::random::Random;
use crate::xml_generator::{PLACEHOLDER, document};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao::Reason;
use chexiao_kit::wechat;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

const DOCUMENTS: usize = 12_000;

/// What one python3 process makes of the documents.
fn etree(documents: &[Vec<u8>]) -> Vec<Value> {
    let mut python = Command::new("python3");
    python.args(["-c", include_str!("etree.py")]).env("PYTHONIOENCODING", "utf-8").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut python = python.spawn().unwrap_or_else(|error| panic!("python3 is needed: {error}"));
    let (mut stdin, stdout) = (python.stdin.take().unwrap(), python.stdout.take().unwrap());
    let read = std::thread::scope(|scope| {
        scope.spawn(move || documents.iter().for_each(|document| writeln!(stdin, "{}", STANDARD.encode(document)).unwrap()));
        BufReader::new(stdout).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect::<Vec<_>>()
    });
    assert!(python.wait().unwrap().success());
    assert_eq!(read.len(), documents.len());
    read
}

/// The signature over what etree read, without the placeholder.
fn signature(texts: &BTreeMap<String, String>) -> String {
    let fields: Vec<(&str, &str)> =
        texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).filter(|(name, _)| *name != "sign").collect();
    let sealed = wechat::sealed(&json!({}), &fields);
    let sign = sealed.rsplit("<sign>").next().unwrap();
    sign.strip_prefix("<![CDATA[").unwrap_or(sign)[..PLACEHOLDER.len()].to_string()
}

/// We verify the signature over etree's reading: it holds exactly if we read the same names and texts.
#[test]
fn what_we_read_etree_reads_alike() {
    let lab = Lab::open("wechat", &json!({}), &json!({ "out_trade_no": "T1" }));
    let mut random = Random(7);
    let documents: Vec<Vec<u8>> = (0..DOCUMENTS).map(|_| document(&mut random)).collect();
    let (mut both, mut stricter, mut neither) = (0, 0, 0);
    for (document, read) in documents.iter().zip(etree(&documents)) {
        let texts: Option<BTreeMap<String, String>> = serde_json::from_value(read).ok();
        let sign = texts.as_ref().map(signature).unwrap_or_default();
        let sealed = replaced(document, &sign);
        let outcome = lab.judge(&sealed);
        let text = || format!("{outcome:?}, etree reads {texts:?}\n{}", String::from_utf8_lossy(&sealed));
        match &texts {
            None => {
                neither += 1;
                assert!(is_malformed(&outcome), "etree refuses what we read: {}", text());
            }
            Some(_) if is_malformed(&outcome) => stricter += 1,
            Some(texts) => {
                let signed = texts.get("sign").is_some_and(|text| text == PLACEHOLDER) && !sign.is_empty();
                let success = texts.get("return_code").is_some_and(|text| text == "SUCCESS");
                let holds = outcome.reason() != Some(Reason::Signature);
                assert!(!success || signed == holds, "we read something else: {}", text());
                both += usize::from(success && holds);
            }
        }
    }
    println!("hostile XML: {DOCUMENTS} documents: both read {both} and read the same, we alone refuse {stricter}, both refuse {neither}");
    assert!(both > DOCUMENTS / 4 && neither > DOCUMENTS / 20, "the generator is blind");
    assert!(stricter < DOCUMENTS / 4, "too much is refused");
}

fn replaced(document: &[u8], sign: &str) -> Vec<u8> {
    let Some(at) = document.windows(PLACEHOLDER.len()).position(|window| window == PLACEHOLDER.as_bytes()) else {
        return document.to_vec();
    };
    [&document[..at], sign.as_bytes(), &document[at + PLACEHOLDER.len()..]].concat()
}
