//! ICBC 工商银行: what all calls share, and the row.

mod apply;
mod close;
mod envelope;
mod notice;
mod other;
mod query;
mod seen;

use serde_json::{Value, json};

use super::{Api, Gateway, Visit, fits};
use crate::book::Book;
use crate::call::Call;
use crate::charset::Charset;
use crate::form::Form;
use crate::http::{Reply, Request};
use crate::json::Json;
use crate::keys::Keys;
use crate::notices::registered_url;
use envelope::{Refusal, biz_content, charset, check_head, check_parameters, check_signature, refusal};
pub use envelope::{encrypt, seal};

const ID: &str = "icbc";
const APP_ID: &str = "10000000000000000001";
/// Whose calls and notices are encrypted.
const ACCOUNT_AES: &str = "icbc-aes";

const APIS: [Api; 4] = [
    Api::post(close::PATH, Call::Close),
    Api::post(query::PATH, Call::Query),
    Api::post(apply::PATH, Call::Create),
    Api::post(apply::REFUND_PATH, Call::Refund),
];

pub(crate) const GATEWAY: Gateway = Gateway {
    id: ID,
    prefixes: &["/api/"],
    api: |request| Api::find(APIS.iter(), request),
    apis: || APIS.iter().collect(),
    named: |_| None,
    number,
    message_id,
    answer,
    calls: &other::CALLS,
    notice: notice::notice,
    reply: notice::reply,
    schedule: &notice::SCHEDULE,
    acknowledges: notice::acknowledges,
    accounts: &[(ID, account), (ACCOUNT_AES, aes_account)],
    order,
    reading: seen::reading,
    refusal: seen::refusal,
};

fn account(keys: &Keys) -> Value {
    json!({
        "app_id": APP_ID,
        "private_key": { "base64": keys.icbc.merchant.private_base64() },
        "gateway_public_key": { "base64": keys.icbc.gateway.public_base64() },
        "notify_url": registered_url(ID),
    })
}

/// The same merchant, who encrypts what is asked and gets encrypted what is answered.
fn aes_account(keys: &Keys) -> Value {
    let mut account = account(keys);
    if let Some(members) = account.as_object_mut() {
        members.insert("encrypt_key".to_string(), json!(keys.icbc_encrypt_key));
    }
    account
}

fn order(number: &str) -> Value {
    json!({ "agreeCode": "0000000000090000000001000000085016", "orderCode": "2019021314281026", "partnerSeq": number })
}

fn number(request: &Request, keys: &Keys, _: &Book) -> Option<String> {
    let form = Form::parse(&request.body, false)?;
    let charset = charset(&form, false).unwrap_or(Charset::Utf8);
    let biz_content = biz_content(&form, charset, keys)?;
    Some(Json::parse(&biz_content)?.member("partnerSeq")?.text()?.to_string())
}

fn message_id(request: &Request) -> Option<String> {
    Some(Form::parse(&request.body, false)?.ascii("msg_id")?.to_string())
}

fn answer(visit: &Visit<'_>) -> Reply {
    if visit.request.method != "POST" {
        return Reply::plain(405);
    }
    if let Some(notice) = visit.other_call().and_then(other::notice) {
        return Reply::new(200, "application/x-www-form-urlencoded; charset=utf-8", notice);
    }
    let form = Form::parse(&visit.request.body, visit.strict);
    let charset = form.as_ref().and_then(|form| charset(form, visit.strict)).unwrap_or(Charset::Utf8);
    let checked = form.as_ref().ok_or((400011, "parameters cannot be read")).and_then(|form| accept(visit, form));
    let msg_id = form.as_ref().and_then(|form| form.ascii("msg_id")).unwrap_or_default();
    let reply = match checked {
        Ok(accepted) => accepted.reply(visit, msg_id),
        Err((code, why)) => refusal(code, why, msg_id),
    };
    let body = if visit.unsigned() {
        charset.encode(&format!(r#"{{"response_biz_content":{reply}}}"#))
    } else {
        seal(&visit.seal_keys.icbc.gateway, &reply, charset)
    };
    Reply::new(200, &format!("application/json; charset={}", charset.name()), body.unwrap_or_default())
}

/// A correct request of any call, read.
struct Accepted {
    agree_code: String,
    partner_seq: String,
    biz: Json,
    charset: Charset,
    encrypted: bool,
}

impl Accepted {
    /// The value of `response_biz_content`. What the gateway itself refuses stays unencrypted.
    fn reply(&self, visit: &Visit<'_>, msg_id: &str) -> String {
        let text = match (visit.other_call(), visit.call) {
            (Some(kind), _) => self.other(kind, msg_id),
            (None, Some(Call::Query)) => self.queried(visit, msg_id),
            (None, Some(Call::Create)) => self.applied(visit, msg_id),
            (None, Some(Call::Refund)) => self.refunded(visit, msg_id),
            (None, _) => self.closed(visit),
        };
        let Some(text) = text else {
            return refusal(500031, "速率超限", msg_id);
        };
        self.sealed_content(visit.keys, text)
    }

    /// The text, or its cipher with quotes.
    fn sealed_content(&self, keys: &Keys, text: String) -> String {
        let cipher = self.encrypted.then(|| encrypt(&keys.icbc_encrypt_key, &text, self.charset)).flatten();
        cipher.unwrap_or(text)
    }
}

fn accept(visit: &Visit<'_>, form: &Form) -> Result<Accepted, Refusal> {
    let request = visit.request;
    if visit.call.is_none() {
        return Err((500018, "访问的API不存在"));
    }
    let charset = charset(form, visit.strict).ok_or((400011, "charset is invalid"))?;
    if visit.strict {
        check_head(request, form)?;
    }
    check_parameters(form, visit.strict)?;
    check_signature(&request.target, form, visit.keys)?;
    if !form.ascii("msg_id").is_some_and(|msg_id| visit.book.is_new_msg_id(msg_id)) {
        return Err((400011, "msg_id was used before"));
    }
    let text = biz_content(form, charset, visit.keys).ok_or((400011, "biz_content cannot be decrypted"))?;
    let (biz, [agree_code, _, partner_seq]) = read_biz_content(&text, visit).ok_or((400011, "biz_content is invalid"))?;
    Ok(Accepted { agree_code, partner_seq, biz, charset, encrypted: form.ascii("encrypt_type").is_some() })
}

/// agreeCode, orderCode and partnerSeq, at most 34 bytes each; strictly, nothing else in a close and a query.
fn read_biz_content(text: &str, visit: &Visit<'_>) -> Option<(Json, [String; 3])> {
    let biz = Json::parse(text)?;
    let Json::Object(members) = &biz else {
        return None;
    };
    let is_complete = match visit.call {
        Some(Call::Create) => apply::is_complete(&biz, false),
        Some(Call::Refund) => apply::is_complete(&biz, true),
        _ => !visit.strict || members.len() == 3,
    };
    let field = |name| Some(biz.member(name)?.text().filter(|text| fits(text, 34))?.to_string());
    let ids = [field("agreeCode")?, field("orderCode")?, field("partnerSeq")?];
    is_complete.then_some((biz, ids))
}
