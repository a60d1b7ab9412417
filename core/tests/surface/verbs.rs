//! The table that Java and Python ask by word: what may have left is Unknown, never an error.

use chexiao::face::border;
use chexiao::face::verbs::{VERBS, Verb};
use chexiao::{Client, Code, Error, Kind};
use chexiao_kit::Caller;
use serde_json::json;
use std::collections::BTreeSet;

/// Those whose request may be out when a defect stops them.
const SEND: [&str; 2] = ["send", "verify"];

#[test]
fn every_verb_is_found_by_its_word_and_by_no_other() {
    let words: BTreeSet<&str> = VERBS.iter().map(|verb| verb.word).collect();
    assert_eq!(words.len(), VERBS.len());
    for word in words {
        assert_eq!(Verb::of(word).unwrap().word, word);
        for wrong in [word.to_uppercase(), format!(" {word}"), format!("{word}\0"), word[1..].to_string()] {
            assert_eq!(Verb::of(&wrong).err().map(|error| error.kind()), Some(Kind::Unsupported), "{wrong:?}");
        }
    }
}

#[test]
fn a_defect_is_unknown_where_the_request_may_have_left_and_an_error_elsewhere() {
    for verb in VERBS {
        let (status, told) = border::guarded(verb.panicked, || std::panic::panic_any(()));
        let expected = if SEND.contains(&verb.word) { Code::Unknown as i32 } else { Kind::Panic as i32 };
        assert_eq!(status, expected, "{}: {told}", verb.word);
    }
}

#[test]
fn without_a_client_only_what_judges_an_exchange_has_an_outcome() {
    for verb in VERBS {
        let nobody = Error::at_border(Kind::Handle, "client", "is no open client");
        let (status, told) = verb.told(Err::<&Client, _>(nobody), Ok("{}"));
        let expected = if verb.word == "verify" { Code::Unknown as i32 } else { Kind::Handle as i32 };
        assert_eq!(status, expected, "{}: {told}", verb.word);
    }
}

/// What is no text at all was sent by nobody knows whom: a notification like any that cannot be read.
#[test]
fn a_text_that_is_none_is_an_outcome_where_it_came_from_outside() {
    let caller = Caller::open("wechat", &json!({}), &json!({ "out_trade_no": "A1" }));
    for verb in VERBS {
        let (status, told) = verb.told(Ok(&caller.client), border::text(verb.parameter, b"\xff"));
        let from_outside = ["verify", "notification"].contains(&verb.word);
        let expected = if from_outside { Code::Unknown as i32 } else { Kind::Utf8 as i32 };
        assert_eq!((status, told.contains("\"reason\":\"input\"")), (expected, from_outside), "{}: {told}", verb.word);
    }
}
