//! Key files: whatever is in one, looking at it is quick and quiet, and the same key in DER, BER, base64 and PEM is the same key.

use crate::oracle;
use crate::script::{Script, edited};
use crate::tlv::{self, Tlv};
use crate::vectors::{self, KeyFile};
use chexiao::keys::{Inspection, inspect};
use std::sync::LazyLock;
use std::time::Duration;

static FILES: LazyLock<Vec<KeyFile>> = LazyLock::new(vectors::key_files);

const WORDS: &[&str] =
    &["-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "DEK-Info: DES-EDE3-CBC,0102030405060708\n\n", "\\n", "=", "0x"];

/// 0: the file follows a password. 1: a file of the corpus, its bytes edited. 2: its DER edited.
pub fn run(data: &[u8]) {
    let mut script = Script::new(data);
    match script.byte() % 3 {
        0 => {
            let password = String::from_utf8_lossy(script.bytes()).into_owned();
            look(script.rest(), Some(password.as_str()).filter(|password| !password.is_empty()));
        }
        1 => {
            let file = script.pick(&FILES);
            let others = |at: usize| FILES[at % FILES.len()].bytes.as_slice();
            look(&edited(&mut script, &file.bytes, &others, WORDS), file.password.as_deref());
        }
        _ => {
            let file = script.pick(&FILES);
            let Some(mut tree) = tlv::read(&file.bytes) else { return };
            let piece = 64 + usize::from(script.byte());
            tlv::edit(&mut tree, &mut script, 8);
            look(&tlv::write(&tree), file.password.as_deref());
            same_in_every_form(&tree, piece, file.password.as_deref());
        }
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let files = FILES.iter().map(|file| {
        let password = file.password.as_deref().unwrap_or_default().as_bytes();
        [&[0, password.len() as u8], password, file.bytes.as_slice()].concat()
    });
    let chosen = |how: u8| (0..FILES.len()).map(move |at| [&[how], (at as u16).to_be_bytes().as_slice()].concat());
    files.filter(|seed| seed.len() < 8000).chain(chosen(1)).chain(chosen(2)).collect()
}

/// What is said of the file; checks what is said when it is refused.
pub fn look(file: &[u8], password: Option<&str>) -> Option<Inspection> {
    match oracle::within(Duration::from_millis(1500), || inspect(file, password)) {
        Ok(inspection) => {
            let shown = chexiao::face::json::inspection(&inspection);
            _ = serde_json::from_str::<serde_json::Value>(&shown).expect("inspection JSON");
            Some(inspection)
        }
        Err(error) => {
            let said = oracle::error(&error).to_string() + &format!("{error} {error:?}");
            assert!(password.is_none_or(|password| password.len() < 8 || !said.contains(password)), "the password is repeated");
            assert!(error.reason().is_some());
            None
        }
    }
}

/// DER that loads, loads as BER, base64 and PEM, and the reverse.
fn same_in_every_form(tree: &[Tlv], piece: usize, password: Option<&str>) {
    let der = tlv::write(tree);
    // Read again: edits may have made what is no DER any more.
    let (Some(tree), Some(plain)) = (tlv::read(&der), look(&der, password)) else { return };
    let base64 = vectors::encode(&der);
    let lines: Vec<&str> = base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN KEY-----\r\n{}\r\n-----END KEY-----\r\n", lines.join("\r\n"));
    let ber: Vec<u8> = tree.into_iter().map(|element| tlv::to_ber(element, piece)).flat_map(|element| element.write()).collect();
    for (form, file) in [("base64", base64.as_bytes()), ("PEM", pem.as_bytes()), ("BER", &ber)] {
        assert_eq!(look(file, password).as_ref(), Some(&plain), "{form}");
    }
}
