//! ChinaUMS: AppId, time, nonce and the hash of the body, HMAC-SHA256 in the header Authorization, or the same of a page's content.

use super::body::json_text;
use super::pairs::{encoded, finished, with_text};
use super::parse::{self, value};
use super::{Case, unreadable};
use crate::message::{Message, Side};
use crate::seal::shared::{Method, SharedSeal};
use crate::seal::written::Written;
use crate::seal::{Hash, hex};
use crate::search::{Deviation, Draft, Pair, SECRET, Stage};
use crate::settings::Settings;
use crate::text::{Charset, percent_decoded};
use chexiao::Result;

/// What is signed beside the body.
struct Head {
    app_id: String,
    timestamp: String,
    nonce: String,
    signature: String,
    content: String,
    /// The bytes of the body are text in this one.
    charset: Charset,
}

pub(super) fn request(settings: &Settings, message: &Message) -> Result<Vec<Case>> {
    let head = of_header(message).or_else(|| of_page(message)).ok_or_else(|| {
        let is_token = message.header("authorization").is_some_and(|value| value.contains("OPEN-ACCESS-TOKEN"));
        let what = "shows neither a header Authorization of OPEN-BODY-SIG nor a query of OPEN-FORM-PARAM: nothing is signed here";
        unreadable(Side::Request, if is_token { "is authenticated by a token (OPEN-ACCESS-TOKEN): it holds no signature" } else { what })
    })?;
    let own = settings.secret("app_key")?;
    let seal = SharedSeal::open(&head.signature, Written::Base64, Method::Hmac(Hash::Sha256), &own, &settings.mistakable("app_key"));
    let remarks = remarks(settings, &head, message);
    let request_time = crate::tree::Tree::read(&head.content).and_then(|tree| tree.member("requestTimestamp")?.word().map(String::from));
    let content = head.content.clone();
    let stages = vec![json_text(), escapes(), encoded(head.charset), finished(), digested(), behind(&head, request_time), keyed()];
    Ok(vec![Case { charset: head.charset, stages, start: Draft { text: content, ..Draft::default() }, seal: Box::new(seal), remarks }])
}

fn of_header(message: &Message) -> Option<Head> {
    let header = message.header("authorization").filter(|value| value.contains("OPEN-BODY-SIG"))?;
    let field = |name: &str| {
        let (_, rest) = header.split_once(&format!("{name}="))?;
        Some(match rest.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?.to_string(),
            None => rest.split(',').next()?.trim().to_string(),
        })
    };
    let charset = if std::str::from_utf8(&message.body).is_ok() { Charset::Utf8 } else { Charset::Gbk };
    Some(Head {
        app_id: field("AppId")?,
        timestamp: field("Timestamp")?,
        nonce: field("Nonce")?,
        signature: field("Signature")?,
        content: charset.decode(&message.body).unwrap_or_else(|| String::from_utf8_lossy(&message.body).into_owned()),
        charset,
    })
}

fn of_page(message: &Message) -> Option<Head> {
    let pairs = parse::form(message);
    let texts: Vec<Pair> =
        pairs.into_iter().map(|pair| Pair { value: String::from_utf8_lossy(&pair.bytes).into_owned(), ..pair }).collect();
    let of = |name: &str| value(&texts, name).map(String::from);
    of("authorization").filter(|word| word == "OPEN-FORM-PARAM")?;
    Some(Head {
        app_id: of("appId")?,
        timestamp: of("timestamp")?,
        nonce: of("nonce")?,
        signature: of("signature")?,
        content: of("content")?,
        charset: Charset::Utf8,
    })
}

fn escapes() -> Stage {
    let text = |draft: &Draft, text: String| with_text(draft, text);
    Stage::new(|draft| Some(draft.clone())).or("double_encoded", move |draft| text(draft, percent_decoded(&draft.text)))
}

/// The hash of the body as text.
fn digested() -> Stage {
    let of = |hash: Hash, write: fn(&[u8]) -> String| move |draft: &Draft| with_text(draft, write(&hash.of(&draft.bytes)));
    let upper: fn(&[u8]) -> String = |bytes| hex(bytes).to_uppercase();
    let base64: fn(&[u8]) -> String = chexiao_strict::base64::base64;
    let mut stage = Stage::new(of(Hash::Sha256, hex))
        .or("body_hash_upper", of(Hash::Sha256, upper))
        .or("body_hash_base64", of(Hash::Sha256, base64))
        .or("body_not_hashed", |draft| with_text(draft, String::from_utf8(draft.bytes.clone()).ok()?))
        .or("body_left_out", |draft| with_text(draft, String::new()))
        .or("body_hash_twice", |draft| with_text(draft, hex(&Hash::Sha256.of(hex(&Hash::Sha256.of(&draft.bytes)).as_bytes()))));
    for hash in [Hash::Md5, Hash::Sha1, Hash::Sha512] {
        stage = stage.or_of("body_hash_other", hash.name(), of(hash, hex));
    }
    stage
}

fn behind(head: &Head, request_time: Option<String>) -> Stage {
    let [id, time, nonce] = [&head.app_id, &head.timestamp, &head.nonce].map(Clone::clone);
    let with = |before: String| move |draft: &Draft| with_text(draft, format!("{before}{}", draft.text));
    let mut stage = Stage::new(with(format!("{id}{time}{nonce}")));
    for (detail, before) in [
        ("AppId, Nonce, Timestamp", format!("{id}{nonce}{time}")),
        ("Timestamp, Nonce, AppId", format!("{time}{nonce}{id}")),
        ("Timestamp, AppId, Nonce", format!("{time}{id}{nonce}")),
        ("Nonce, Timestamp, AppId", format!("{nonce}{time}{id}")),
        ("Nonce, AppId, Timestamp", format!("{nonce}{id}{time}")),
    ] {
        stage = stage.or_of("head_order", detail, with(before));
    }
    for (detail, before) in [("AppId", format!("{time}{nonce}")), ("Timestamp", format!("{id}{nonce}")), ("Nonce", format!("{id}{time}"))] {
        stage = stage.or_of("field_left_out", detail, with(before));
    }
    for (detail, between) in [("&", "&"), ("\\n", "\n"), (",", ","), ("|", "|"), ("blank", " ")] {
        stage = stage.or_of("separators_added", detail, with([id.as_str(), &time, &nonce, ""].join(between)));
    }
    let named = format!("AppId={id}&Timestamp={time}&Nonce={nonce}&Body=");
    stage = stage.or_of("separators_added", "names", with(named.clone())).or_of(
        "separators_added",
        "names",
        with(named.replace("AppId", "appId").replace("Timestamp", "timestamp").replace("Nonce", "nonce").replace("&Body=", "")),
    );
    stage = stage.or("body_first", {
        let head = format!("{id}{time}{nonce}");
        move |draft| with_text(draft, format!("{}{head}", draft.text))
    });
    let dashed = match (time.get(..4), time.get(4..6), time.get(6..8), time.get(8..10), time.get(10..12), time.get(12..14)) {
        (Some(y), Some(mo), Some(d), Some(h), Some(mi), Some(s)) => Some(format!("{y}-{mo}-{d} {h}:{mi}:{s}")),
        _ => None,
    };
    for other in dashed.into_iter().chain(request_time) {
        let compact: String = other.chars().filter(char::is_ascii_digit).collect();
        for text in [other, compact] {
            stage = stage.or_of("timestamp_other", text.clone(), with(format!("{id}{text}{nonce}")));
        }
    }
    for (detail, text) in [("lower case", id.to_lowercase()), ("upper case", id.to_uppercase())] {
        stage = stage.or_of("head_case", format!("AppId, {detail}"), with(format!("{text}{time}{nonce}")));
    }
    for (detail, text) in [("lower case", nonce.to_lowercase()), ("upper case", nonce.to_uppercase())] {
        stage = stage.or_of("head_case", format!("Nonce, {detail}"), with(format!("{id}{time}{text}")));
    }
    stage
}

/// The key is that of the MAC and stands nowhere in the text, but for who does as for a token.
fn keyed() -> Stage {
    let bytes = |draft: &Draft, text: String| Some(Draft { bytes: text.into_bytes(), text: String::new(), ..draft.clone() });
    Stage::new(move |draft| bytes(draft, draft.text.clone()))
        .or("key_in_text", move |draft| bytes(draft, format!("{}{SECRET}", draft.text)))
        .or_of("key_in_text", "first", move |draft| bytes(draft, format!("{SECRET}{}", draft.text)))
        .or_of("key_in_text", "&key=", move |draft| bytes(draft, format!("{}&key={SECRET}", draft.text)))
        .or_of("newline_last", "\\n", move |draft| bytes(draft, format!("{}\n", draft.text)))
        .or("text_upper_case", move |draft| bytes(draft, draft.text.to_uppercase()))
        .or("hashed_twice", move |draft| bytes(draft, hex(&Hash::Sha256.of(draft.text.as_bytes()))))
}

fn remarks(settings: &Settings, head: &Head, message: &Message) -> Vec<Deviation> {
    let mut remarks = Vec::new();
    if head.app_id != settings.text("app_id") {
        remarks.push(Deviation::new("id_of_another", "AppId"));
    }
    if head.timestamp.len() != 14 || !head.timestamp.bytes().all(|byte| byte.is_ascii_digit()) {
        remarks.push(Deviation::new("timestamp_format", format!("Timestamp: {}", head.timestamp)));
    }
    if head.nonce.is_empty() || head.nonce.len() > 128 {
        remarks.push(Deviation::new("nonce_length", "1…128"));
    }
    if message.lossy {
        remarks.push(Deviation::new("body_unseen", message.read_as));
    }
    remarks
}
