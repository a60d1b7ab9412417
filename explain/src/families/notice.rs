//! What a gateway posts by itself: signed like a request, and changed, where it was, before somebody verified it.

use super::pairs::{
    Picked, encoded, finished, finished_or_hashed, finished_or_hashed_by_sm3, form_values, joined, json_in_values, order, picked, values,
    with_pairs, with_text,
};
use super::parse::{self, decoded, value};
use super::{Case, body, edgeros, icbc, unreadable, wechat, ysepay};
use crate::message::{Message, Side};
use crate::seal::rsa::{Due, RsaSeal};
use crate::seal::shared::{Method, SharedSeal};
use crate::seal::written::Written;
use crate::seal::{Hash, Seal};
use crate::search::{Deviation, Draft, Pair, SECRET, Stage};
use crate::settings::Settings;
use crate::text::{Charset, from_latin1, xml_unescaped};
use chexiao::Result;

const NOTICE: Side = Side::Notification;

pub(super) fn case(settings: &Settings, message: &Message) -> Result<Case> {
    let mut case = match settings.gateway.as_str() {
        "wechat" => wechat::case(settings, message, NOTICE)?,
        "edgeros" => edgeros::notice(settings, message)?,
        "icbc" => icbc(settings, message)?,
        "ysepay" => ysepay(settings, message)?,
        "chinaums" => chinaums(settings, message)?,
        other => return Err(unreadable(NOTICE, &format!("notifications of {other} are not known here"))),
    };
    let has = |lost: &[u8]| message.body.windows(lost.len()).any(|part| part.eq_ignore_ascii_case(lost));
    if LOST.iter().any(|lost| has(lost)) {
        case.remarks.push(Deviation::new("received_lost", ""));
    }
    Ok(case)
}

/// U+FFFD, and its escapes of forms and of JSON.
const LOST: [&[u8]; 3] = ["\u{fffd}".as_bytes(), b"%EF%BF%BD", b"\\uFFFD"];

/// What a mistake of those who sign is, where the gateway has signed: something happened on the way.
const MEANT: [(&str, &str); 11] = [
    ("values_url_encoded", "received_decoded"),
    ("plus_lost", "received_decoded"),
    ("sign_plus_lost", "received_decoded"),
    ("double_encoded", "received_encoded"),
    ("sign_url_encoded", "received_encoded"),
    ("body_charset", "received_charset"),
    ("charset_other", "received_charset"),
    ("cdata_counted", "received_rewritten"),
    ("xml_escapes_counted", "received_rewritten"),
    ("field_left_out", "received_added"),
    ("field_not_sent", "received_dropped"),
];

/// By gateway the setting that says by which hash or algorithm it signs, a word that may stand there, and what that is called here.
const SIGNED_BY: [(&str, &str, &str, &str); 6] = [
    ("chinaums", "account.notify_sign_type", "SHA256", "SHA-256"),
    ("chinaums", "account.notify_sign_type", "MD5", "MD5"),
    ("wechat", "account.sign_type", "MD5", "MD5"),
    ("wechat", "account.sign_type", "HMAC-SHA256", "HMAC-SHA256"),
    ("ysepay", "account.sign_type", "RSA", "RSA"),
    ("ysepay", "account.sign_type", "SM", "SM"),
];

/// That the account does not name what the gateway signs by; `None` where it could not name it.
fn setting_other(gateway: &str, used: &str) -> Option<Deviation> {
    let (_, setting, word, _) = SIGNED_BY.iter().find(|(known, _, word, name)| *known == gateway && (used == *word || used == *name))?;
    Some(Deviation::new("sign_type_of_account", format!("{setting}: {word}")))
}

/// The same, as it is called of a notification.
pub(crate) fn meant(gateway: &str, deviation: Deviation) -> Deviation {
    let of_setting = match deviation.mistake {
        "hash_other" => deviation.detail.split(',').next().and_then(|used| setting_other(gateway, used)),
        "sign_type_unknown" => setting_other(gateway, &deviation.detail),
        _ => None,
    };
    if let Some(other) = of_setting {
        return other;
    }
    match MEANT.iter().find(|(name, _)| *name == deviation.mistake) {
        Some((_, meant)) => Deviation::new(meant, deviation.detail),
        None if deviation.mistake.starts_with("json_") => Deviation::new("received_rewritten", deviation.to_string()),
        None if deviation.mistake.starts_with("path_") => Deviation::new("notify_url_other", deviation.to_string()),
        None => deviation,
    }
}

/// The parameters, and what is said where a framework has made something else of the form.
fn posted(message: &Message) -> (Vec<Pair>, Vec<Deviation>) {
    let body = Charset::Utf8.decode(&message.body).or_else(|| Charset::Gbk.decode(&message.body)).unwrap_or_default();
    match parse::object(&body) {
        Some(pairs) => (pairs, vec![Deviation::new("received_form", "JSON, where a form is posted")]),
        None if body.trim().is_empty() => (parse::pairs_of(message.query()), Vec::new()),
        None => (parse::decoded_pairs_of(body.trim()), Vec::new()),
    }
}

fn plain(pairs: &[Pair]) -> Vec<Pair> {
    decoded(pairs, &|pair| Some(String::from_utf8_lossy(&pair.bytes).into_owned())).unwrap_or_default()
}

fn signature(pairs: &[Pair]) -> Result<String> {
    let found = value(pairs, "sign").filter(|sign| !sign.trim().is_empty());
    found
        .map(String::from)
        .ok_or_else(|| unreadable(NOTICE, "holds no parameter `sign`: it is not signed, and nothing in it may be believed"))
}

/// Of a form: which fields take part, and what was done to them.
fn stages(pairs: &[Pair], charset: Charset) -> Vec<Stage> {
    let names = pairs.iter().map(|pair| pair.name.clone()).collect();
    let unsent = vec![("sign_type", "RSA"), ("charset", "UTF-8"), ("format", "json"), ("signType", "SHA256"), ("signType", "MD5")];
    vec![
        form_values(charset),
        on_the_way(),
        picked(Picked { sign: "sign", names, unsent, has_key: false, blank_is_empty: true }),
        json_in_values(),
        values(),
        order(),
        joined(),
    ]
}

/// From what a text has become to what it was; `None` where it cannot have been that.
pub(super) type Undo = fn(&str) -> Option<String>;

/// What it was before its bytes were read in another charset, and written anew.
pub(super) const MISREAD: [(&str, Undo); 3] = [
    ("UTF-8 was read as Latin-1", |text| Charset::Utf8.decode(&from_latin1(text)?)),
    ("UTF-8 was read as GBK", |text| Charset::Utf8.decode(&Charset::Gbk.encode(text)?)),
    ("GBK was read as Latin-1", |text| Charset::Gbk.decode(&from_latin1(text)?)),
];

/// What became of the values: read in another charset, or escaped for HTML, as filters against scripts do.
pub(super) fn on_the_way() -> Stage {
    let map = |read: Undo| {
        move |draft: &Draft| {
            let value = |pair: &Pair| read(&pair.value).unwrap_or_else(|| pair.value.clone());
            with_pairs(draft, |pairs| pairs.into_iter().map(|pair| Pair { value: value(&pair), ..pair }).collect())
        }
    };
    let stage = Stage::new(|draft| Some(draft.clone())).or_of("received_encoded", "&quot;", map(|text| Some(xml_unescaped(text))));
    MISREAD.iter().fold(stage, |stage, (detail, read)| stage.or_of("received_charset", *detail, map(*read)))
}

fn rsa(settings: &Settings, signature: &str, hash: Hash) -> Box<dyn Seal> {
    Box::new(RsaSeal::open(signature, Due::Named(hash), &body::keys(settings, "gateway_public_key")))
}

/// The path of the URL that is registered stands before the pairs, whatever path this server sees; always SHA-1.
fn icbc(settings: &Settings, message: &Message) -> Result<Case> {
    let (pairs, mut remarks) = posted(message);
    let plain = plain(&pairs);
    let charset = Charset::named(value(&plain, "charset").unwrap_or(settings.text("charset")));
    let registered = Message { target: settings.text("notify_url").into(), ..Message::default() };
    let path = if registered.path().is_empty() { message.path() } else { registered.path() }.to_string();
    if path.is_empty() {
        return Err(unreadable(NOTICE, "needs account.notify_url: the bank signs the path of the URL that is registered"));
    }
    let mut stages = stages(&pairs, charset);
    let posted_to = format!("{}?", message.path());
    let before = icbc::behind_path(&path, &registered);
    let before = if message.path().is_empty() {
        before
    } else {
        before.or_of("path_other", message.path(), move |draft| with_text(draft, format!("{posted_to}{}", draft.text)))
    };
    stages.extend([before, encoded(charset), finished_or_hashed()]);
    if value(&plain, "app_id") != Some(settings.text("app_id")) {
        remarks.push(Deviation::new("id_of_another", "app_id"));
    }
    remarks.extend(not_in(&pairs, charset));
    let seal = rsa(settings, &signature(&plain)?, Hash::Sha1);
    Ok(Case { charset, stages, start: Draft { pairs, ..Draft::default() }, seal, remarks })
}

/// UTF-8 whatever the account's charset.
fn ysepay(settings: &Settings, message: &Message) -> Result<Case> {
    let (pairs, mut remarks) = posted(message);
    let plain = plain(&pairs);
    let charset = Charset::Utf8;
    let mut stages = stages(&pairs, charset);
    let is_sm2 = ysepay::is_sm2(settings);
    stages.extend([encoded(charset), if is_sm2 { finished_or_hashed_by_sm3() } else { finished_or_hashed() }]);
    if value(&plain, "sign_type").is_some_and(|word| (word == "SM") != is_sm2) {
        remarks.push(Deviation::new("sign_type_unknown", value(&plain, "sign_type").unwrap_or_default()));
    }
    remarks.extend(not_in(&pairs, charset));
    let seal = ysepay::seal(settings, &signature(&plain)?, "gateway_public_key");
    Ok(Case { charset, stages, start: Draft { pairs, ..Draft::default() }, seal, remarks })
}

/// The communication key stands bare behind the pairs.
fn chinaums(settings: &Settings, message: &Message) -> Result<Case> {
    let (pairs, mut remarks) = posted(message);
    let plain = plain(&pairs);
    let charset = Charset::Utf8;
    let mut stages = stages(&pairs, charset);
    stages.extend([bare_key(), encoded(charset), finished()]);
    let due = if settings.text("notify_sign_type") == "MD5" { Hash::Md5 } else { Hash::Sha256 };
    if value(&plain, "signType").is_some_and(|word| word != if due == Hash::Md5 { "MD5" } else { "SHA256" }) {
        remarks.push(Deviation::new("sign_type_unknown", value(&plain, "signType").unwrap_or_default()));
    }
    for name in ["mid", "tid"] {
        if !settings.text(name).is_empty() && value(&plain, name) != Some(settings.text(name)) {
            remarks.push(Deviation::new("id_of_another", name));
        }
    }
    remarks.extend(not_in(&pairs, charset));
    let own = settings.secret("notify_key")?;
    // In either case.
    let signature = signature(&plain)?.to_uppercase();
    let seal = Box::new(SharedSeal::open(&signature, Written::UpperHex, Method::Plain(due), &own, &settings.mistakable("notify_key")));
    Ok(Case { charset, stages, start: Draft { pairs, ..Draft::default() }, seal, remarks })
}

fn bare_key() -> Stage {
    let with = |before: &'static str| move |draft: &Draft| with_text(draft, format!("{}{before}{SECRET}", draft.text));
    Stage::new(with("")).or_of("key_not_bare", "&key=", with("&key=")).or_of("key_not_bare", "&", with("&")).or_of(
        "key_not_bare",
        "first",
        |draft| with_text(draft, format!("{SECRET}{}", draft.text)),
    )
}

/// Bytes that are no text in the charset that is named.
fn not_in(pairs: &[Pair], charset: Charset) -> Option<Deviation> {
    let is_foreign = |pair: &Pair| charset.decode(&pair.bytes).is_none();
    pairs.iter().any(is_foreign).then(|| Deviation::new("received_charset", format!("it is not {}", charset.name())))
}
