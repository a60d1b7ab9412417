//! How any request is signed and any reply opened, to the byte.

use super::account::Ysepay;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::{Error, Result};
use crate::outcome::{Doubt, GatewayWords, Reason};
use crate::signatures::Verified;
use crate::strict::form::Parameters;
use crate::strict::json::{self, Node};

const PATH: &str = "/gateway.do";
/// The platform's own spelling.
const GATEWAY_FAILURE: &str = "unknow_response";

/// The version of the interface that most methods have.
pub(super) const VERSION: &str = "3.0";

/// `biz_content` holds the fields of `method`.
pub(super) fn seal(account: &Ysepay, method: &str, biz_content: &str, env: &Env) -> Result<HttpRequest> {
    let theirs = [("notify_url", account.notify_url.as_str()), ("biz_content", biz_content)];
    seal_parameters(account, method, VERSION, &theirs, &|_| false, env)
}

/// `theirs` beside the parameters of every request, of which `omits` leaves some out.
pub(super) fn seal_parameters(
    account: &Ysepay,
    method: &str,
    version: &str,
    theirs: &[(&str, &str)],
    omits: &dyn Fn(&str) -> bool,
    env: &Env,
) -> Result<HttpRequest> {
    let charset = account.charset;
    let timestamp = env.now.dashed();
    let ours = [
        ("method", method),
        ("partner_id", &account.partner_id),
        ("timestamp", &timestamp),
        ("charset", charset.name()),
        ("sign_type", account.keys.sign_type()),
        ("version", version),
    ];
    let kept = ours.into_iter().filter(|(name, _)| !omits(name));
    let mut parameters = Parameters::new(&kept.chain(theirs.iter().copied()).collect::<Vec<_>>());
    let signed = charset
        .encode(&parameters.string_to_sign())
        .map_err(|_| Error::call("order", format!("holds a character that {} does not have", charset.name())))?;
    let signature = account.keys.sign(&signed)?;
    parameters.insert("sign", &signature);
    Ok(HttpRequest {
        method: "POST",
        url: account.base.join(PATH),
        headers: vec![("Content-Type".into(), format!("application/x-www-form-urlencoded; charset={}", charset.name()))],
        body: parameters.body(charset),
        msg_id: env.msg_id.clone(),
    })
}

/// The reply to `method`, and whether it is signed.
pub(super) fn unseal(account: &Ysepay, method: &str, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
    unseal_as(account, &[&response_of(method)], reply, Reply::fields)
}

/// What `read` makes of the one of these members that `{"sign":"…","<method>_response":{…}}` holds, in either order, and whether it is
/// signed. Signed is the text of the object as received; two clients in the field find `/` signed where the wire has `\/`, so that one
/// variant is tried second, and then it is what is read.
pub(super) fn unseal_as<T>(
    account: &Ysepay,
    responses: &[&str],
    reply: &HttpReply,
    read: impl Fn(&Node<'_>) -> Option<T>,
) -> std::result::Result<(T, Seal), Doubt> {
    let body = account.charset.decode(reply.body_to_verify()?).ok_or(Reason::Charset)?;
    let envelope = json::parse(&body).map_err(|_| Reason::Parse)?;
    let mut found = responses.iter().filter_map(|response| envelope.member(response));
    let response = match (found.next(), found.next(), envelope.member(GATEWAY_FAILURE)) {
        (Some(response), None, None) => response,
        (None, None, Some(failure)) => return Err(gateway_failure(account, &envelope, failure)),
        (None, None, None) if is_another_method(&envelope) => return Err(Reason::Mismatch.into()),
        (None, ..) => return Err(Reason::Parse.into()),
        _ => return Err(Reason::Contradiction.into()),
    };
    let as_received = read(response).ok_or(Reason::Parse)?;
    if let Some(verified) = verify(account, &envelope, response.raw) {
        return Ok((as_received, Seal::Signed(verified)));
    }
    if !response.raw.contains("\\/") {
        return Ok((as_received, Seal::Missing));
    }
    let unescaped = response.raw.replace("\\/", "/");
    match verify(account, &envelope, &unescaped) {
        Some(verified) => {
            let reply = json::parse(&unescaped).ok().and_then(|node| read(&node)).ok_or(Reason::Parse)?;
            Ok((reply, Seal::Signed(verified)))
        }
        None => Ok((as_received, Seal::Missing)),
    }
}

/// The member that holds the reply to a method.
pub(super) fn response_of(method: &str) -> String {
    format!("{}_response", method.replace('.', "_"))
}

/// The fields of the reply that this library reads.
pub(crate) struct Reply {
    pub(super) code: String,
    msg: Option<String>,
    pub(super) sub_code: Option<String>,
    sub_msg: Option<String>,
    pub(super) trade_status: Option<String>,
    pub(super) protocol_no: Option<String>,
    /// The names of all members.
    pub(super) members: Vec<String>,
}

impl Reply {
    /// `None` if a field has another type than documented.
    fn fields(response: &Node<'_>) -> Option<Self> {
        Some(Self {
            members: response.members()?.iter().map(|(name, _)| name.to_string()).collect(),
            code: response.optional_text("code")?.unwrap_or_default(),
            msg: response.nullable_text("msg")?,
            sub_code: response.optional_text("sub_code")?,
            sub_msg: response.nullable_text("sub_msg")?,
            trade_status: response.optional_text("trade_status")?,
            protocol_no: response.optional_text("protocol_no")?,
        })
    }

    pub(super) fn words(&self) -> GatewayWords {
        GatewayWords {
            code: Some(self.code.clone()),
            sub_code: self.sub_code.clone(),
            status: self.trade_status.clone(),
            message: self.sub_msg.clone().or_else(|| self.msg.clone()),
        }
    }
}

fn verify(account: &Ysepay, envelope: &Node<'_>, signed: &str) -> Option<Verified> {
    let signature = envelope.member("sign")?.text()?;
    account.keys.verify(&account.charset.as_received(signed)?, signature)
}

/// Unknown, signed or not; its text is a diagnosis.
fn gateway_failure(account: &Ysepay, envelope: &Node<'_>, failure: &Node<'_>) -> Doubt {
    let signed = verify(account, envelope, failure.raw).is_some();
    let doubt = Doubt::from(if signed { Reason::Unlisted } else { Reason::Signature });
    match Reply::fields(failure) {
        Some(reply) => doubt.said(reply.words()),
        None => doubt,
    }
}

fn is_another_method(envelope: &Node<'_>) -> bool {
    envelope.members().is_some_and(|members| members.iter().any(|(name, _)| name.ends_with("_response")))
}
