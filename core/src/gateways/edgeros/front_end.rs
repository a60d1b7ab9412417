//! What a front end pays with: the parameters of a new order, which the merchant signs and the gateway's web SDK sends.

use super::account::Edgeros;
use super::envelope::{self, SIGN_TYPE};
use crate::gateway::field::Field;
use crate::gateway::{Api, Document, Env, HttpRequest, for_front_end};
use crate::ground::error::{Error, Result};

/// The amount is a text in the Java SDK and a number in the types of the web SDK.
pub(super) const DOCUMENTS: &[Document] = &[Document { name: "order", numbers: &[AMOUNT] }];

const AMOUNT: &str = "amount_total";

pub(super) fn sign(edgeros: &Edgeros, api: &Api, env: &Env) -> Result<HttpRequest> {
    api.refuse(&["nonce", "sign"])?;
    for (name, ours) in [("mch_no", edgeros.mch_no.as_str()), ("sign_type", SIGN_TYPE)] {
        if api.given(name).is_some_and(|given| given != ours) {
            return Err(api.differs(name));
        }
    }
    for name in [AMOUNT, "mch_trade_no"] {
        let path = format!("fields.{name}");
        let given = api.given(name).ok_or_else(|| Error::call(path.as_str(), "is missing: no order is without"))?;
        Field::of_call(&path, given).not_empty()?;
    }
    if api.is_number(AMOUNT) && !api.given(AMOUNT).is_some_and(is_plain) {
        let what = "is a number that JavaScript writes otherwise, so that the front end would send another than is signed";
        return Err(Error::call("fields.amount_total", what)
            .with_hint("write it between quotes, or as 0.1 and not 0.10", "请写在引号内，或写作 0.1 而非 0.10"));
    }
    let ours = [("mch_no", edgeros.mch_no.as_str()), ("nonce", &env.nonce), ("sign_type", SIGN_TYPE)];
    let ours: Vec<(&str, &str)> = ours.into_iter().filter(|(name, _)| api.given(name).is_none()).collect();
    let unsigned = api.json(&ours);
    let signature = envelope::sign_order(edgeros, &unsigned, env)?;
    Ok(for_front_end(api, api.json(&[ours.as_slice(), &[("sign", &signature)]].concat()), env))
}

/// Whether JavaScript, which reads it as a double, writes it as it stands: no zeros that say nothing, no exponent, few digits.
fn is_plain(number: &str) -> bool {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "1"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction) && !fraction.ends_with('0') && fraction.len() <= 6 && number.len() <= 15
}
