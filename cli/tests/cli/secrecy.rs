//! The canary check on everything that is printed.

use crate::counter::{Counter, run};
use chexiao_sandbox::GATEWAYS;
use serde_json::json;
use std::collections::HashSet;

/// Shorter pieces of a key tell nothing and occur by chance.
const PIECE: usize = 12;
/// The base64 of a PKCS#8 key begins with so many characters of algorithm and lengths.
const HEADER: usize = 52;

/// Every run of 12 characters in the merchant's secrets.
fn pieces_of_secrets(counter: &Counter) -> HashSet<Vec<u8>> {
    let mut pieces = HashSet::new();
    for gateway in GATEWAYS {
        let account = &counter.config(gateway)["account"];
        let private_key = account["private_key"]["base64"].as_str().map(|base64| &base64[HEADER..]);
        let text = |name: &str| account[name].as_str();
        let texts = [private_key, text("api_key"), text("app_key"), text("notify_key")];
        assert!(texts.iter().any(Option::is_some));
        pieces.extend(texts.into_iter().flatten().flat_map(|text| text.as_bytes().windows(PIECE).map(<[u8]>::to_vec)));
    }
    pieces
}

fn shows_any(pieces: &HashSet<Vec<u8>>, shown: &str) -> bool {
    shown.as_bytes().windows(PIECE).any(|piece| pieces.contains(piece))
}

#[test]
fn no_output_of_close_shows_a_secret() {
    let counter = Counter::open();
    let secrets = pieces_of_secrets(&counter);
    for gateway in GATEWAYS {
        assert!(shows_any(&secrets, &counter.config(gateway).to_string()), "the canary check sees the secrets of {gateway}");
        for options in [&[][..], &["--json"]] {
            let mut broken = counter.config(gateway);
            broken["account"]["unheard_of"] = broken["account"].clone();
            let whole = counter.config(gateway).to_string();
            let cut_off = counter.folder.write("cut_off.json", &whole[..whole.len() - 9]);
            for done in [
                counter.close(gateway, "A1", options),
                counter.close(gateway, "UNSIGNED1", options),
                counter.close_with(&broken, "{}", options),
                run(&[&["close", "--config", &cut_off, "--order", "{}"], options].concat(), ""),
            ] {
                assert!(!shows_any(&secrets, &(done.out + &done.err)), "{gateway} {options:?}");
            }
        }
    }
}

#[test]
fn a_configuration_given_in_place_of_its_path_is_not_shown() {
    let counter = Counter::open();
    let secrets = pieces_of_secrets(&counter);
    for gateway in GATEWAYS {
        for options in [&[][..], &["--json"]] {
            let done = run(&[&["close", "--config", &json!(counter.config(gateway)).to_string(), "--order", "{}"], options].concat(), "");
            assert_eq!(done.code, 2);
            assert!(!shows_any(&secrets, &(done.out + &done.err)), "{gateway} {options:?}");
        }
    }
}
