//! WeChat Pay v2: sorted pairs, `&key=` and the API key, MD5 or HMAC-SHA256, upper-case hexadecimal.

use super::pairs::{Picked, encoded, finished, form_values, joined, json_in_values, order, picked, values, with_text, xml_values};
use super::parse::{self, value};
use super::{Case, notice, unreadable};
use crate::message::{Message, Side};
use crate::seal::shared::{Method, SharedSeal};
use crate::seal::written::Written;
use crate::seal::{Hash, hex};
use crate::search::{Deviation, Draft, Pair, SECRET, Stage};
use crate::settings::{Secret, Settings};
use crate::text::Charset;
use aes::cipher::{BlockDecrypt as _, KeyInit as _};
use chexiao::{Error, Result};
use chexiao_strict::base64::from_base64;

pub(super) fn case(settings: &Settings, message: &Message, side: Side) -> Result<Case> {
    let in_gbk = Charset::Gbk.decode(&message.body).filter(|_| side == Side::Request && Charset::Utf8.decode(&message.body).is_none());
    let is_gbk = in_gbk.is_some();
    let text = in_gbk.unwrap_or_else(|| String::from_utf8_lossy(&message.body).into_owned());
    let of_xml = parse::xml(&text);
    let is_xml = of_xml.is_some();
    let pairs = of_xml.or_else(|| parse::object(&text)).unwrap_or_else(|| decoded(parse::form(message)));
    if side == Side::Notification
        && let Some(cipher) = value(&pairs, "req_info").filter(|cipher| !cipher.is_empty())
    {
        return Err(of_refund(settings, cipher));
    }
    let found = ["sign", "paySign"].into_iter().find_map(|name| Some((name, value(&pairs, name)?.to_string())));
    let (sign, signature) = found.ok_or_else(|| unreadable(side, "holds no parameter `sign`: this is no signed message of WeChat Pay"))?;
    let due = due(settings, &pairs, side);
    let own = settings.secret("api_key")?;
    let seal = SharedSeal::open(&signature, Written::UpperHex, due, &own, &settings.mistakable("api_key"));
    let names = pairs.iter().map(|pair| pair.name.clone()).collect();
    let unsent = vec![("sign_type", "MD5"), ("sign_type", "HMAC-SHA256"), ("signType", "MD5"), ("version", "1.0")];
    let mut stages = vec![if is_xml { xml_values() } else { form_values(Charset::Utf8) }];
    stages.extend((side == Side::Notification).then(notice::on_the_way));
    stages.extend([
        picked(Picked { sign, names, unsent, has_key: true, blank_is_empty: false }),
        json_in_values(),
        values(),
        order(),
        joined(),
        keyed(),
        encoded(Charset::Utf8),
        finished(),
    ]);
    let mut remarks = remarks(settings, &pairs, side);
    if is_gbk {
        remarks.push(Deviation::new("body_charset", Charset::Gbk.name()));
    }
    // What shows no method may be the parameters alone, and what a front end pays with is JSON.
    if side == Side::Request && !is_xml && message.method.as_deref() == Some("POST") && sign == "sign" {
        remarks.push(Deviation::new("body_form", "not XML"));
    }
    if side == Side::Notification && !is_xml {
        remarks.push(Deviation::new("received_form", "not the XML that is posted"));
    }
    Ok(Case { charset: Charset::Utf8, stages, remarks, start: Draft { pairs, ..Draft::default() }, seal: Box::new(seal) })
}

/// Its `req_info` is encrypted by AES-256 with the hexadecimal MD5 of the API key, and no signature is in it.
fn of_refund(settings: &Settings, cipher: &str) -> Error {
    let opens = |secret: &Secret| {
        let key = hex(&Hash::Md5.of(secret.text.as_bytes()));
        let first = from_base64(cipher).and_then(|cipher| cipher.get(..16).map(aes::Block::clone_from_slice));
        let Some((mut block, aes)) = first.zip(aes::Aes256::new_from_slice(key.as_bytes()).ok()) else { return false };
        aes.decrypt_block(&mut block);
        block.starts_with(b"<root>")
    };
    let own = settings.secret("api_key").into_iter();
    let opened = own.chain(settings.mistakable("api_key")).find(opens);
    unreadable(
        Side::Notification,
        &match opened {
            Some(secret) => format!("is of a refund, which WeChat Pay never signs; its req_info opens with {}", secret.shown()),
            None => "is of a refund, which WeChat Pay never signs; its req_info opens with no known key: configure the merchant's API key"
                .into(),
        },
    )
}

fn decoded(pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.into_iter().map(|pair| Pair { value: String::from_utf8_lossy(&pair.bytes).into_owned(), ..pair }).collect()
}

/// What the gateway verifies by: what the request says, or else MD5. It replies, and a front end signs, by the account's.
fn due(settings: &Settings, pairs: &[Pair], side: Side) -> Method {
    let said = value(pairs, "sign_type").or(value(pairs, "signType")).filter(|word| !word.is_empty());
    let is_front_end = value(pairs, "partnerid").is_some();
    let by_account = side != Side::Request || is_front_end;
    match said.filter(|_| side == Side::Request).unwrap_or(if by_account { settings.text("sign_type") } else { "MD5" }) {
        "HMAC-SHA256" => Method::Hmac(Hash::Sha256),
        _ => Method::Plain(Hash::Md5),
    }
}

fn keyed() -> Stage {
    let behind = |before: &'static str, after: &'static str| {
        move |draft: &Draft| {
            if draft.keyed { None } else { with_text(draft, format!("{}{before}{SECRET}{after}", draft.text)) }
        }
    };
    Stage::new(move |draft| if draft.keyed { Some(draft.clone()) } else { behind("&key=", "")(draft) })
        .or("key_missing", |draft| if draft.keyed { None } else { Some(draft.clone()) })
        .or("key_without_name", behind("", ""))
        .or("key_without_name", behind("&", ""))
        .or("key_without_ampersand", behind("key=", ""))
        .or("key_name_case", behind("&KEY=", ""))
        .or("key_name_case", behind("&Key=", ""))
        .or_of("key_name_other", "secret", behind("&secret=", ""))
        .or_of("key_name_other", "api_key", behind("&api_key=", ""))
        .or_of("key_name_other", "apikey", behind("&apikey=", ""))
        .or_of("key_name_other", "appkey", behind("&appkey=", ""))
        .or_of("key_name_other", "app_secret", behind("&app_secret=", ""))
        .or_of("key_name_other", "paySignKey", behind("&paySignKey=", ""))
        .or("key_ampersand_last", behind("&key=", "&"))
        .or("key_twice", |draft| if draft.keyed { None } else { with_text(draft, format!("{}&key={SECRET}&key={SECRET}", draft.text)) })
        .or("key_first", |draft| if draft.keyed { None } else { with_text(draft, format!("key={SECRET}&{}", draft.text)) })
        .or("key_first", |draft| if draft.keyed { None } else { with_text(draft, format!("{SECRET}{}", draft.text)) })
        .or("key_on_both_sides", |draft| if draft.keyed { None } else { with_text(draft, format!("{SECRET}{}{SECRET}", draft.text)) })
}

fn remarks(settings: &Settings, pairs: &[Pair], side: Side) -> Vec<Deviation> {
    let mut remarks = Vec::new();
    let of = |name: &str| value(pairs, name).unwrap_or_default();
    let [appid, mch_id] = ["appid", "mch_id"].map(|name| settings.text(name));
    if !appid.is_empty() && of("appid") == mch_id && of("mch_id") == appid {
        remarks.push(Deviation::new("ids_swapped", "appid, mch_id"));
    } else {
        for (name, ours) in [("appid", appid), ("mch_id", mch_id)] {
            if !of(name).is_empty() && of(name) != ours {
                remarks.push(Deviation::new("id_of_another", name));
            }
        }
    }
    if side == Side::Request && !["", "MD5", "HMAC-SHA256"].contains(&of("sign_type")) {
        remarks.push(Deviation::new("sign_type_unknown", of("sign_type")));
    }
    if pairs.iter().any(|pair| pair.name == "key" || settings.secrets.iter().any(|secret| secret.text == pair.value)) {
        remarks.push(Deviation::new("secret_sent", ""));
    }
    remarks.extend(
        pairs
            .iter()
            .enumerate()
            .filter(|(at, pair)| pairs.iter().take(*at).any(|other| other.name == pair.name))
            .map(|(_, pair)| Deviation::new("field_twice", pair.name.clone())),
    );
    remarks
}
