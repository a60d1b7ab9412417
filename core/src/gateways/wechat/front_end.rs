//! What a front end pays with: the second signature, by the same key, over what the buyer's WeChat is told of an order.

use super::account::Wechat;
use super::envelope;
use crate::gateway::field::Field;
use crate::gateway::{Api, Document, Env, HttpRequest, for_front_end};
use crate::ground::error::{Error, Result};
use crate::ground::foreign;
use crate::strict::form::Parameters;
use crate::strict::write;

pub(super) const DOCUMENTS: &[Document] = &[Document { name: JSAPI, numbers: &[] }, Document { name: APP, numbers: &[] }];

/// For web pages and mini programs in WeChat.
const JSAPI: &str = "JSAPI";
/// For apps of the merchant's own.
const APP: &str = "APP";
/// What the reply to the unified order gives.
const PREPAY_ID: &str = "prepay_id";

pub(super) fn sign(wechat: &Wechat, api: &Api, env: &Env) -> Result<HttpRequest> {
    envelope::check_nonce(&env.nonce)?;
    let (prepay_id, timestamp) = (prepay_id(api)?, env.now.unix().to_string());
    let package = format!("{PREPAY_ID}={prepay_id}");
    let (sub_appid, sub_mch_id) = (wechat.sub_appid.as_deref(), wechat.sub_mch_id.as_deref());
    let (mut parameters, signature) = if api.name == APP {
        only(api, &[PREPAY_ID, "appid", "partnerid"])?;
        let ours = [
            ("appid", whose(wechat, api, "appid", &wechat.appid, sub_appid)?),
            ("noncestr", &env.nonce),
            ("package", "Sign=WXPay"),
            ("partnerid", whose(wechat, api, "partnerid", &wechat.mch_id, sub_mch_id)?),
            ("prepayid", prepay_id),
            ("timestamp", &timestamp),
        ];
        (Parameters::new(&ours), "sign")
    } else {
        only(api, &[PREPAY_ID, "appId"])?;
        let ours = [
            ("appId", whose(wechat, api, "appId", &wechat.appid, sub_appid)?),
            ("nonceStr", &env.nonce),
            ("package", &package),
            ("signType", wechat.sign_type()),
            ("timeStamp", &timestamp),
        ];
        (Parameters::new(&ours), "paySign")
    };
    let signed = wechat.signature(parameters.string_to_sign());
    parameters.insert(signature, &signed);
    Ok(for_front_end(api, write::object(&parameters.iter().collect::<Vec<_>>()), env))
}

fn prepay_id(api: &Api) -> Result<&str> {
    const PATH: &str = "fields.prepay_id";
    let given = api.given(PREPAY_ID).ok_or_else(|| {
        Error::call(PATH, "is missing").with_hint(
            "give the prepay_id that the reply to POST /pay/unifiedorder holds",
            "请给出 POST /pay/unifiedorder 应答中的 prepay_id",
        )
    })?;
    Field::of_call(PATH, given)
        .not_empty()?
        .max_chars(64)?
        .only(|c| c.is_ascii_alphanumeric() || "_-".contains(c), "ASCII letters, digits, _ and -, without `prepay_id=` before it")?;
    Ok(given)
}

/// Whose name goes in: the sub-merchant's where the order has one, unless the caller chooses between the two.
fn whose<'a>(wechat: &'a Wechat, api: &'a Api, name: &str, own: &'a str, sub: Option<&'a str>) -> Result<&'a str> {
    match api.given(name) {
        None => Ok(sub.unwrap_or(own)),
        Some(given) if given == own || sub == Some(given) => Ok(given),
        Some(given) if sub.is_none() && !wechat.is_direct() => wechat.identified(&format!("fields.{name}"), given),
        Some(_) => Err(api.differs(name)),
    }
}

/// Every other name stands in none of what is signed, and would be dropped.
fn only(api: &Api, known: &[&str]) -> Result<()> {
    match api.texts().find(|(name, _)| !known.contains(name)) {
        Some((name, _)) => Err(Error::call(format!("fields.{}", foreign::name(name)), "is none of what is signed here").with_hint(
            "give prepay_id; the nonce and the time are the call's `nonce` and `timestamp`",
            "请给出 prepay_id；随机串和时间由调用的 `nonce` 和 `timestamp` 给出",
        )),
        None => Ok(()),
    }
}
