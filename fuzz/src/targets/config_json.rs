//! Configurations: whatever is wrong with one, the error shows no piece of a secret; what opens is JSON to serde_json too.

use crate::oracle;
use crate::reference::json;
use crate::script::{Script, edited};
use crate::vectors;
use chexiao::Client;
use serde_json::Value;
use std::collections::HashSet;
use std::sync::LazyLock;

const GATEWAYS: [&str; 5] = ["icbc", "ysepay", "wechat", "edgeros", "chinaums"];
const SECRETS: [&str; 6] = ["private_key", "api_key", "encrypt_key", "app_key", "notify_key", "password"];
/// Shorter pieces of a secret tell nothing and occur by chance.
const PIECE: usize = 12;
/// How the base64 of every PKCS#8 key of RSA-2048 begins.
const HEADER: usize = 64;

struct Config {
    text: String,
    call: String,
}

static CONFIGS: LazyLock<Vec<Config>> = LazyLock::new(|| {
    let mut known = HashSet::new();
    let vectors = GATEWAYS.iter().flat_map(|gateway| ["sign", "verify"].into_iter().flat_map(|kind| vectors::of(gateway, kind)));
    let configs = vectors.map(|vector| Config { text: vector["config"].to_string(), call: vector["call"].to_string() });
    configs.filter(|config| known.insert(config.text.clone())).collect()
});

static PIECES: LazyLock<HashSet<Vec<u8>>> = LazyLock::new(|| {
    let mut pieces = HashSet::new();
    for config in CONFIGS.iter() {
        collect(&serde_json::from_str(&config.text).unwrap(), false, &mut pieces);
    }
    assert!(pieces.len() > 1000);
    pieces
});

fn collect(value: &Value, secret: bool, pieces: &mut HashSet<Vec<u8>>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, inner)| collect(inner, secret || SECRETS.contains(&name.as_str()), pieces))
        }
        Value::String(text) if secret => {
            let start = if text.len() > 500 { HEADER } else { 0 };
            pieces.extend(text.as_bytes()[start..].windows(PIECE).map(<[u8]>::to_vec));
        }
        _ => {}
    }
}

const WORDS: &[&str] = &[
    "\"gateway\":",
    "\"wechat\"",
    "\"icbc\"",
    "\"ysepay\"",
    "\"edgeros\"",
    "\"chinaums\"",
    "\"base_url\":",
    "\"environment\":",
    "\"production\"",
    "\"account\":{",
    "\"connect_timeout_ms\":",
    "\"deadline_ms\":",
    "\"proxy\":",
    "\"ca_file\":",
    "\"sign_type\":",
    "\"RSA2\"",
    "\"CA\"",
    "\"SM\"",
    "\"charset\":",
    "\"GBK\"",
    "\"private_key\":{",
    "\"pem\":",
    "\"base64\":",
    "\"file\":",
    "\"env\":",
    "\"password\":",
    "\"HOME\"",
    "\"/\"",
    "\"http://a:b@127.0.0.1:1\"",
    "\"https://[::1]\"",
    "1e309",
    "-1",
    "null",
    "\\ud800",
    "\\u0000",
    ",",
    "{",
    "}",
];

/// 0: any text. Else a configuration that opens, edited; and a call on what still opens, edited.
pub fn run(data: &[u8]) {
    let mut script = Script::new(data);
    if script.byte().is_multiple_of(4) {
        open(&String::from_utf8_lossy(script.rest()));
        return;
    }
    let config = script.pick(&CONFIGS);
    let mut of_call = Script::new(script.bytes());
    let others = |at: usize| CONFIGS[at % CONFIGS.len()].text.as_bytes();
    let text = edited(&mut script, config.text.as_bytes(), &others, WORDS);
    let Some(client) = open(&String::from_utf8_lossy(&text)) else { return };
    let others = |at: usize| CONFIGS[at % CONFIGS.len()].call.as_bytes();
    let call =
        edited(&mut of_call, config.call.as_bytes(), &others, &["\"nonce\":", "\"msg_id\":", "\"order\":", "\u{1f600}", "\\u0000", "&"]);
    match chexiao::face::json::sign(&client, &String::from_utf8_lossy(&call)) {
        Ok(request) => assert!(json::read(&request).is_some_and(|request| request.members().len() == 5)),
        Err(error) => shows_no_secret(&error, &String::from_utf8_lossy(&call)),
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let whole = (0..CONFIGS.len()).map(|at| vec![1, 0, at as u8, 0]);
    let texts = CONFIGS.iter().step_by(9).map(|config| [&[0], config.text.as_bytes()].concat());
    let refused = GATEWAYS.iter().flat_map(|gateway| vectors::of(gateway, "refuse")).step_by(7);
    let refused = refused.map(|vector| vector["config_text"].as_str().map_or_else(|| vector["config"].to_string(), str::to_string));
    whole.chain(texts).chain(refused.map(|text| [&[0], text.as_bytes()].concat())).filter(|seed| seed.len() < 6000).collect()
}

fn open(text: &str) -> Option<Client> {
    match Client::new(text) {
        Ok(client) => {
            assert!(json::read(text).is_some(), "opened what serde_json refuses");
            assert_eq!(format!("{client:?}"), format!("Client {{ gateway: {:?}, .. }}", client.gateway()));
            Some(client)
        }
        Err(error) => {
            shows_no_secret(&error, text);
            None
        }
    }
}

fn shows_no_secret(error: &chexiao::Error, input: &str) {
    let shown = oracle::error(error).to_string() + &format!("{error} {error:?}");
    let secret = shown.as_bytes().windows(PIECE).find(|window| PIECES.contains(*window));
    // A name of a member is repeated, on purpose.
    let is_name = |piece: &[u8]| names_of_members(input).iter().any(|name| name.as_bytes().windows(PIECE).any(|window| window == piece));
    assert!(secret.is_none_or(is_name), "an error shows a piece of a secret: {shown}");
}

/// Whatever stands in quotes before a colon, in JSON or not: as it is, and as an error writes it.
fn names_of_members(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('"') {
        let end = after.char_indices().scan(false, |escaped, (at, c)| {
            let end = c == '"' && !*escaped;
            *escaped = c == '\\' && !*escaped;
            Some((at, end))
        });
        let Some((end, _)) = end.into_iter().find(|(_, end)| *end) else { break };
        if after[end + 1..].trim_start().starts_with(':') {
            let name: String = serde_json::from_str(&format!("\"{}\"", &after[..end])).unwrap_or_default();
            names.extend([serde_json::to_string(&name).unwrap(), format!("{name:?}"), name]);
        }
        rest = &after[end + 1..];
    }
    names
}
