//! What a code means, and the way of a result.

use chexiao::{Finding, KeyFault, Kind, Reason};
use chexiao_explain::{Settings, Trail, meanings, trail};
use chexiao_kit::with_keys;
use serde_json::{Value, json};

/// Every word that a table names is known, at its gateway and for its operation, with the outcome of its row.
#[test]
fn every_code_of_every_table_is_known_with_its_source() {
    let (mut seen, listed) = (0, chexiao::face::json::gateways());
    let listed: Value = serde_json::from_str(&listed).unwrap();
    for entry in listed.as_array().unwrap() {
        let gateway = entry["gateway"].as_str().unwrap();
        for operation in ["close", "query", "refund", "refund_query", "reverse", "notification"] {
            let rows = entry[operation].as_array().unwrap().iter().flat_map(|table| table["rows"].as_array().unwrap());
            for row in rows {
                // Lists alone; conditions of several members are names before their words.
                for word in row["code"]
                    .as_str()
                    .unwrap()
                    .split(", ")
                    .filter(|word| !["any", "(absent)", "> 0", "< 0"].contains(word) && !word.ends_with('…'))
                {
                    let found = meanings(word, Some(gateway), Some(operation));
                    let has = |found: &chexiao_explain::RowOfTable| {
                        found.row.says.code.word() == row["outcome"] && found.row.source == row["source"]
                    };
                    assert!(found.rows.iter().any(has), "{gateway} {operation} {word}");
                    assert!(found.rows.iter().all(|found| found.gateway == gateway && found.operation == operation));
                    let lines = found.lines(word).join("\n");
                    assert!(
                        !lines.contains("..") && lines.contains("source 出处: ") && lines.contains(row["outcome"].as_str().unwrap()),
                        "{lines}"
                    );
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 200, "{seen}");
    println!("{seen} codes");
}

/// Every word of an error and of `unknown` leads to a section of its own, in both languages; every other word to a page.
#[test]
fn every_word_leads_to_a_page_that_has_it() {
    let kinds = Kind::ALL.iter().map(|kind| ("error", kind.word()));
    let faults = KeyFault::ALL.iter().map(|fault| ("reason of a key error", fault.word()));
    let reasons = Reason::ALL.iter().map(|reason| ("reason of unknown", reason.word()));
    let findings = Finding::ALL.iter().map(|finding| ("finding of doctor", finding.word()));
    let others = [("outcome", "closed"), ("mistake of a signature", "path_missing"), ("reason of unknown", "http_502")];
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for (kind, word) in kinds.chain(faults).chain(reasons).chain(findings).chain(others) {
        let found = meanings(word, None, None);
        let own = found.own.iter().find(|own| own.kind == kind).unwrap_or_else(|| panic!("{kind} {word} is not known"));
        let (page, anchor) = own.page.split_once('#').unwrap_or((&own.page, ""));
        for page in [page.to_string(), page.replace(".md", ".zh-CN.md")] {
            let text = std::fs::read_to_string(root.join(&page)).unwrap();
            let has =
                if anchor.is_empty() { text.contains(&format!("`{word}`")) } else { text.contains(&format!("<a id=\"{anchor}\"></a>")) };
            assert!(has, "{page} has nothing of {kind} {word}");
        }
        assert!(found.lines(word).contains(&format!("  more 详见: {}", own.page)));
    }
}

#[test]
fn unknown_codes_are_said_to_be_with_the_nearest_ones() {
    let found = meanings("ORDERPAYED", Some("wechat"), None);
    assert!(!found.is_known());
    assert_eq!(found.nearest[0], "ORDERPAID");
    let found = meanings("SIGN_ERROR", Some("wechat"), Some("close"));
    assert_eq!(found.nearest, ["SIGNERROR"]);
    let found = meanings("totally different", Some("wechat"), None);
    assert_eq!((found.is_known(), found.nearest.len()), (false, 0));
    assert!(found.lines("totally different")[0].contains("unknown"));
    // Another gateway's code is not taken for this one's.
    assert!(!meanings("ORDERPAID", Some("icbc"), None).is_known());
    assert!(meanings("ORDERPAID", None, None).is_known());
    let outcomes = |code| meanings(code, Some("ysepay"), None).rows.iter().map(|row| row.row.says.code).collect::<Vec<_>>();
    assert!(!outcomes("ACQ.SYSTEM_ERROR").is_empty() && outcomes("ACQ_SYSTEM_ERROR") == outcomes("ACQ.SYSTEM_ERROR"));
}

/// Numbers that no row names stand in the row of their sign.
#[test]
fn a_number_stands_in_the_row_of_its_sign() {
    let of = |code: &str| meanings(code, Some("icbc"), Some("close")).rows.iter().map(|row| row.row.says.code.word()).collect::<Vec<_>>();
    assert!(of("5205").contains(&"paid") && !of("5205").contains(&"misconfigured"));
    assert!(of("400011").contains(&"misconfigured"));
    assert!(of("-31").iter().all(|outcome| *outcome == "unknown") && !of("-31").is_empty(), "{:?}", of("-31"));
}

#[test]
fn words_of_this_library_are_known() {
    for (word, kind) in [
        ("closed", "outcome"),
        ("signed_bound", "evidence"),
        ("fulfil_or_refund", "next"),
        ("after_query", "retry"),
        ("recommended", "confirm"),
        ("tls", "error"),
        ("weak", "reason of a key error"),
        ("mismatch", "reason of unknown"),
        ("http_412", "reason of unknown"),
        ("path_missing", "mistake of a signature"),
    ] {
        let found = meanings(word, None, None);
        assert!(found.own.iter().any(|own| own.kind == kind && !own.meaning.0.is_empty()), "{word}: {:?}", found.own);
        let document: Value = serde_json::from_str(&found.to_json(word)).unwrap();
        assert_eq!((document["known"].as_bool(), document["word"].as_str()), (Some(true), Some(word)));
    }
    assert_eq!(meanings("mismatched", None, None).nearest[0], "mismatch");
}

/// Of every reply of the vectors: the way of the judge ends in its outcome, and where that is no unknown, in a row of a table.
#[test]
fn the_way_of_every_judged_reply_ends_in_its_row() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    let (mut seen, mut narrowed, mut bad, mut clients) = (0, 0, Vec::new(), std::collections::HashMap::new());
    for gateway in ["icbc", "ysepay", "wechat", "edgeros", "chinaums"] {
        for name in ["verify.json", "query.json", "refund.json"] {
            let Ok(text) = std::fs::read(folder.join(gateway).join(name)) else { continue };
            let file: Value = serde_json::from_slice(&text).unwrap();
            let every = if std::env::var_os("CHEXIAO_LONG").is_some() { 1 } else { 7 };
            for vector in file["vectors"].as_array().unwrap().iter().step_by(every) {
                let config = with_keys(&vector["config"], &file["keys"]).to_string();
                let opened = || (chexiao::Client::new(&config).unwrap(), Settings::read(&config).unwrap());
                let (client, settings) = &*clients.entry(config.clone()).or_insert_with(opened);
                let request: Value = match chexiao::face::json::sign(client, &vector["call"].to_string()) {
                    Ok(request) => serde_json::from_str(&request).unwrap(),
                    // A token is fetched first.
                    Err(_) => continue,
                };
                let exchange = json!({ "call": vector["call"], "request": request, "reply": vector["reply"] });
                let (_, judged) = chexiao::face::json::verify(client, &exchange.to_string());
                let outcome: Value = serde_json::from_str(&judged).unwrap();
                let operation = vector["call"]["operation"].as_str();
                let trail = |settings| chexiao_explain::trail(&judged, Some(gateway), operation, settings).unwrap();
                let (trail, read) = (trail(None), trail(Some(settings)));
                seen += 1;
                let id = vector["id"].as_str().unwrap();
                narrowed += usize::from(read.rows.len() < trail.rows.len());
                bad.extend(read_otherwise(&trail, &read, &outcome).map(|what| format!("{id}: {what}")));
                let steps: Vec<&str> = trail.stops.iter().map(|stop| stop.step).collect();
                let is_unknown = outcome["outcome"] == "unknown";
                if !steps.starts_with(&["sent", "opened"]) || !steps.contains(&"outcome") || !steps.contains(&"next") {
                    bad.push(format!("{}: {steps:?}", vector["id"]));
                }
                if !is_unknown && trail.rows.is_empty() {
                    bad.push(format!("{}: no row for {} {}", vector["id"], outcome["outcome"], outcome["gateway"]));
                }
                let stopped = trail.stops.iter().find(|stop| stop.passed == Some(false)).map(|stop| stop.step);
                let due = match outcome["reason"].as_str() {
                    Some("signature") => Some("sealed"),
                    Some("mismatch") => Some("names"),
                    Some("contradiction" | "unlisted") | None => stopped,
                    Some(_) => Some("opened"),
                };
                if stopped != due {
                    bad.push(format!("{}: stopped at {stopped:?}, {}", vector["id"], outcome["reason"]));
                }
            }
        }
    }
    assert!(bad.is_empty(), "{} of {seen}:\n{}", bad.len(), bad.join("\n"));
    assert!(seen > 500 && narrowed > 20, "{seen} {narrowed}");
    println!("{seen} ways, {narrowed} of them with fewer rows by the reply");
}

/// With the reply in a result read as well, no row is lost that may have decided, and the seal is what the judge found.
fn read_otherwise(told: &Trail, read: &Trail, outcome: &Value) -> Option<String> {
    let sealed = |trail: &Trail| trail.stops.iter().find(|stop| stop.step == "sealed").map(|stop| stop.passed);
    if outcome["outcome"] != "unknown" && read.rows.is_empty() {
        return Some("no row is left".into());
    }
    match (sealed(told), sealed(read)) {
        (told, read) if told == read => None,
        // What the result alone does not tell.
        (Some(None), _) => None,
        (told, read) => Some(format!("sealed {told:?} becomes {read:?}, {} {}", outcome["evidence"], outcome["reason"])),
    }
}

#[test]
fn errors_notices_and_answers_have_a_way_too() {
    let error = json!({ "error": "config", "status": -11, "reason": "weak", "field": "account.private_key", "message": "is too weak", "hint": "get another 换一个" });
    let told = trail(&error.to_string(), None, None, None).unwrap();
    assert_eq!(told.document, "error");
    assert!(told.lines().join("\n").contains("Nothing left this machine") && told.lines().join("\n").contains("换一个"));
    let answer = json!({ "code": 0, "verified": {}, "evidence": "signed_unbound", "sent": "answered", "reason": null, "gateway": { "code": "0" }, "http_status": 200 });
    assert!(trail(&answer.to_string(), None, None, None).unwrap().lines().join("\n").contains("authentic"));
    let notice = json!({ "event": "unknown", "evidence": "none", "confirm": "not_needed", "reason": "signature", "gateway": { "code": "SUCCESS" }, "order": {} });
    let told = trail(&notice.to_string(), Some("wechat"), None, None).unwrap();
    assert_eq!(told.stops.iter().find(|stop| stop.passed == Some(false)).unwrap().step, "sealed");
    for bad in ["", "{}", "[]", "{\"a\":1}", "nothing"] {
        assert!(trail(bad, None, None, None).is_err(), "{bad}");
    }
}
