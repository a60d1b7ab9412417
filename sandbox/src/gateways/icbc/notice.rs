//! What the bank posts by itself: a signed form whose `biz_content` says, as a query does, how the payment stands.

use super::envelope::{biz_content, decrypt, encrypt, scheme, seal};
use super::query::{self, Plan};
use super::{ACCOUNT_AES, APP_ID, Accepted};
use crate::book::State;
use crate::charset::Charset;
use crate::clock::SPELT;
use crate::form::Form;
use crate::http::Reply;
use crate::json::{Json, quote};
use crate::keys::Scheme;
use crate::notices::{Notice, Reception, Telling, path};

/// Three times in ten minutes, as merchants of another of its services report: a guess.
pub(super) const SCHEDULE: [u32; 2] = [300, 300];

const AGREEMENT: &str = "0000000000090000000001000000085016";

/// Nothing where the bank tells nothing: no notice of a refund is documented.
pub(super) fn notice(telling: &Telling<'_>) -> Option<Notice> {
    let plan = match telling.state {
        State::Paid => query::PAID,
        State::Processing | State::Accepted => query::IN_PROCESS,
        State::Reserved => query::RESERVED,
        State::Released => query::RELEASED,
        State::Closed => query::CLOSED,
        State::Open | State::NotFound | State::Refused | State::Limited | State::Refunded => return None,
    };
    let app_id = telling.merchant(APP_ID);
    let content = content(telling, &app_id, &plan);
    let is_encrypted = telling.account == ACCOUNT_AES;
    let cipher = is_encrypted.then(|| encrypt(&telling.keys.icbc_encrypt_key, &content, Charset::Utf8)).flatten();
    let timestamp = telling.happened(SPELT);
    let mut fields = vec![
        ("from", "icbc-api"),
        ("api", "/mybank/pay/cpay/cppayapply/V1"),
        ("app_id", app_id.as_str()),
        ("charset", "UTF-8"),
        ("format", "json"),
        ("timestamp", timestamp.as_str()),
        ("biz_content", cipher.as_deref().map_or(content.as_str(), |quoted| quoted.trim_matches('"'))),
        ("sign_type", "RSA"),
    ];
    fields.extend(is_encrypted.then_some(("encrypt_type", "AES")));
    let body = telling.form(&fields, "biz_content", |text| {
        let text = [path(super::ID).as_bytes(), b"?", text].concat();
        telling.keys.icbc.gateway.sign(Scheme::Sha1, &text)
    });
    Some(telling.notice("application/x-www-form-urlencoded; charset=UTF-8", body))
}

fn content(telling: &Telling<'_>, app_id: &str, plan: &Plan) -> String {
    let id = telling.digits(telling.state.name());
    format!(
        r#"{{"msg_id":"050100{id}","app_id":{},"serialNo":"HQP{id}","agreeCode":{},"agreeName":"测试平台","partnerSeq":{},"orderAmount":"100","orderCurr":"1","sumPayamt":"100"{}}}"#,
        quote(app_id),
        quote(AGREEMENT),
        quote(telling.number),
        plan.members(),
    )
}

/// Signed with the merchant's key; says 0 to the message that was posted, encrypted if that was.
pub(super) fn acknowledges(reception: &Reception<'_>) -> bool {
    reception.is_fine("application/json") && answer(reception).is_some_and(|said| Some(said) == posted(reception))
}

/// What a right answer names: the msg_id, and whether it is encrypted.
fn answer(reception: &Reception<'_>) -> Option<(String, bool)> {
    let text = reception.text()?;
    let answer = Json::parse(text)?;
    let (signed, _) = text.strip_prefix('{')?.rsplit_once(",\"sign\":")?;
    let (scheme, certificate) = scheme(answer.member("sign_type")?.text()?, reception.keys)?;
    let is_signed = reception.keys.icbc.merchant.verifies(scheme, signed.as_bytes(), answer.member("sign")?.text()?);
    if !is_signed || answer.member("ca").and_then(Json::text) != certificate.as_deref() {
        return None;
    }
    let (content, is_encrypted) = match answer.member("response_biz_content")? {
        Json::Text(cipher) => (Json::parse(&decrypt(&reception.keys.icbc_encrypt_key, cipher, Charset::Utf8)?)?, true),
        plain => (plain.clone(), false),
    };
    let is_well = content.member("return_code") == Some(&Json::from(0));
    Some((content.member("msg_id")?.text()?.to_string(), is_encrypted)).filter(|_| is_well)
}

fn posted(reception: &Reception<'_>) -> Option<(String, bool)> {
    let form = Form::parse(&reception.posted.body, true)?;
    let content = Json::parse(&biz_content(&form, Charset::Utf8, reception.keys)?)?;
    Some((content.member("msg_id")?.text()?.to_string(), form.ascii("encrypt_type").is_some()))
}

/// The genuine reply of another call about this order.
pub(super) fn reply(telling: &Telling<'_>, kind: &str) -> Option<Reply> {
    let charset = Charset::Utf8;
    let encrypted = telling.account == ACCOUNT_AES;
    let (agree_code, partner_seq) = (AGREEMENT.to_string(), telling.number.to_string());
    let accepted = Accepted { agree_code, partner_seq, biz: Json::Null, charset, encrypted };
    let text = accepted.sealed_content(telling.keys, accepted.other(kind, &telling.id(kind))?);
    Some(Reply::new(200, "application/json; charset=UTF-8", seal(&telling.keys.icbc.gateway, &text, charset)?))
}
