//! How any request is signed and any reply opened, to the byte.

use super::account::Wechat;
use crate::gateway::field::Field;
use crate::gateway::{Env, HttpReply, HttpRequest, Seal};
use crate::ground::error::{Error, Result};
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Doubt, GatewayWords, Reason, Says};
use crate::signatures::Verified;
use crate::signatures::shared;
use crate::strict::form::{self, MAX_NAMES_IN_VALUES, Parameters, names_inside};
use crate::strict::xml::{self, Document, Fields};

const ROOT: &str = "xml";
/// What decides something when it is read.
const READ: &[&str] = &[
    "return_code",
    "return_msg",
    "result_code",
    "err_code",
    "err_code_des",
    "trade_state",
    "out_trade_no",
    "appid",
    "mch_id",
    "sub_appid",
    "sub_mch_id",
    "sign",
    "sign_type",
    "key",
];

pub(super) const PAGE: &str = "WeChat Pay closeorder page, list of errors";
const PAGE_RETURN: &str = "WeChat Pay closeorder page, return_code and return_msg";
pub(super) const V2_COMMON: &str = "WeChat Pay v2 documents, common error codes";

pub(super) const SUCCESS: When = When::Is(&["SUCCESS"]);
pub(super) const NONE: When = When::Is(&[""]);
pub(super) const FAIL: When = When::Is(&["FAIL"]);

/// Not executed, and not to be repeated before it is mended.
pub(super) const MISTAKE_OF_PAGE: Row = Row {
    code: When::Is(&["SIGNERROR", "REQUIRE_POST_METHOD", "XML_FORMAT_ERROR"]),
    status: FAIL,
    says: Says::new(Code::Misconfigured),
    source: PAGE,
};
pub(super) const MISTAKE_OF_V2: Row = Row {
    code: When::Is(&[
        "XML_ERROR",
        "APPID_NOT_EXIST",
        "MCHID_NOT_EXIST",
        "APPID_MCHID_NOT_MATCH",
        "LACK_PARAMS",
        "PARAM_ERROR",
        "POST_DATA_EMPTY",
        "NOT_UTF8",
        "NOAUTH",
    ]),
    status: FAIL,
    says: Says::new(Code::Misconfigured),
    source: V2_COMMON,
};

/// What replies to closes, to refunds and to the queries of refunds never name.
pub(super) const OF_OTHER_CALLS: &[&str] = &[
    "prepay_id",
    "code_url",
    "mweb_url",
    "bank_type",
    "time_end",
    "openid",
    "is_subscribe",
    "recall",
    "short_url",
    "req_info",
    "partner_trade_no",
    "payment_no",
    "payment_time",
    "success_time",
    "contract_id",
    "mch_billno",
    "send_listid",
    "order_id",
    "out_order_no",
];

/// Closes and queries alike.
pub(super) const NEVER_SIGNED: Table =
    Table { of: "a reply with a return_code other than SUCCESS, which is never signed: return_code · return_msg", rows: UNSIGNED };

/// As the mainland's documents print them, and as the page does.
const UNSIGNED: &[Row] = &[Row {
    code: FAIL,
    status: When::Is(&[
        "签名失败",
        "签名错误",
        "参数格式校验错误",
        "XML格式错误",
        "簽名失敗",
        "簽名錯誤",
        "參數格式校驗錯誤",
        "XML格式錯誤",
    ]),
    says: Says::new(Code::Misconfigured),
    source: PAGE_RETURN,
}];

/// `order` names the order.
pub(super) fn seal(account: &Wechat, path: &str, order: &[(&str, &str)], env: &Env) -> Result<HttpRequest> {
    check_nonce(&env.nonce)?;
    let ours = [
        ("appid", account.appid.as_str()),
        ("mch_id", &account.mch_id),
        ("nonce_str", &env.nonce),
        ("sign_type", account.sign_type_sent()),
    ];
    Ok(seal_parameters(account, path, &Parameters::new(&[&ours, order].concat()), env))
}

pub(super) fn check_nonce(nonce: &str) -> Result<()> {
    let nonce = Field::of_call("nonce", nonce).not_empty()?.max_chars(32)?;
    nonce.only(|c| c.is_ascii_alphanumeric(), "ASCII letters and digits").map(drop)
}

/// What XML can carry, and the gateway takes: of a blank around a value it signs another text than it received.
pub(super) fn check_text(path: &str, text: &str) -> Result<()> {
    if text.trim() != text {
        return Err(Error::call(path, "begins or ends with a blank").with_hint("trim it", "请去掉首尾空白"));
    }
    let is_character = |c: char| (c >= ' ' || c == '\n' || c == '\t') && c < '\u{FFFE}';
    Field::of_call(path, text).only(is_character, "characters up to U+FFFD, and no controls").map(drop)
}

/// These and their signature, as XML.
pub(super) fn seal_parameters(account: &Wechat, path: &str, parameters: &Parameters<'_>, env: &Env) -> HttpRequest {
    let signature = account.signature(parameters.string_to_sign());
    HttpRequest {
        method: "POST",
        url: account.base.join(path),
        headers: vec![("Content-Type".into(), "text/xml; charset=utf-8".into())],
        body: xml::write(ROOT, parameters.iter().chain([("sign", signature.as_str())])).into(),
        msg_id: env.msg_id.clone(),
    }
}

/// The reply, and whether it is signed: one with a return_code other than SUCCESS never is, and then its head must leave no doubt.
pub(super) fn unseal(account: &Wechat, received: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
    let body = std::str::from_utf8(received.body_to_verify()?).map_err(|_| Reason::Charset)?;
    let reply = Reply::open(body)?;
    if reply.is_signed() {
        let verified = reply.verify(account);
        return Ok((reply, verified.into()));
    }
    received.trusted_body()?;
    Ok((reply, Seal::Unsigned))
}

/// The one map of the reply: what is verified is what is read.
pub(crate) struct Reply {
    document: Document,
    /// However it is written, as a reference or in CDATA, a name in a value takes an ampersand.
    has_ampersand: bool,
}

impl Reply {
    pub(super) fn open(body: &str) -> std::result::Result<Self, Doubt> {
        let document = Document::read(body, ROOT).map_err(|_| Reason::Parse)?;
        let reply = Self { document, has_ampersand: body.contains('&') };
        let hidden: Vec<&str> = reply.names_in_values().take(MAX_NAMES_IN_VALUES + 1).collect();
        if hidden.len() > MAX_NAMES_IN_VALUES || hidden.iter().any(|name| READ.contains(name) || reply.document.text(name).is_some()) {
            return Err(Reason::Parse.into());
        }
        Ok(reply)
    }

    /// Whether one of these names stands inside a value.
    pub(super) fn hides(&self, names: &[&str]) -> bool {
        self.names_in_values().any(|name| names.contains(&name))
    }

    /// Whether a name stands inside the value of one of these.
    pub(super) fn is_hidden_in(&self, names: &[&str]) -> bool {
        names.iter().any(|name| names_inside(self.field(name)).next().is_some())
    }

    /// Everything that is signed, and what is empty.
    pub(super) fn into_signed(self) -> Fields {
        let mut fields = self.document.into_fields();
        fields.remove("sign");
        fields
    }

    /// `&name=` inside a value: the same signed text could also be read as two fields. That matters where the second one would be looked
    /// at, or stands in the reply as well; a merchant's `attach` may hold anything else.
    fn names_in_values(&self) -> impl Iterator<Item = &str> {
        self.document.iter().filter(|_| self.has_ampersand).flat_map(|(_, text)| names_inside(text))
    }

    /// Every name under which the signed text could be read. An empty element is not signed: anybody can add it or take it away.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let signed = self.document.iter().filter(|(_, text)| !text.is_empty());
        signed.map(|(name, _)| name).chain(self.names_in_values())
    }

    /// What a return_code other than SUCCESS says.
    pub(super) fn unsigned_word(&self) -> Option<Says> {
        let refused = !self.is_signed();
        refused.then(|| table::look_up(UNSIGNED, self.field("return_code"), Status::Word(Some(self.field("return_msg")))))
    }

    /// Whether a reply of this kind is signed.
    fn is_signed(&self) -> bool {
        self.field("return_code") == "SUCCESS"
    }

    /// The text of an element; empty if it is absent, which WeChat does not tell apart either.
    pub(super) fn field(&self, name: &str) -> &str {
        self.document.text(name).unwrap_or_default()
    }

    /// Checks the signature over every non-empty field, those this library does not know included, in the account's algorithm.
    pub(super) fn verify(&self, account: &Wechat) -> Option<Verified> {
        let fields = self.document.iter().filter(|(_, text)| !text.is_empty());
        shared::verify(&account.signature(form::string_to_sign(fields)), self.field("sign"))
    }

    pub(super) fn succeeded(&self) -> bool {
        self.field("result_code") == "SUCCESS"
    }

    /// `return_msg`, or `retmsg` as the sandbox gateway spells it.
    fn message(&self) -> &str {
        match self.field("return_msg") {
            "" => self.field("retmsg"),
            message => message,
        }
    }

    pub(super) fn words(&self) -> GatewayWords {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        GatewayWords {
            code: some(self.field("return_code")),
            sub_code: some(self.field("err_code")),
            status: ["trade_state", "refund_status_0", "result_code"].into_iter().find_map(|name| some(self.field(name))),
            message: some(self.field("err_code_des")).or_else(|| some(self.message())),
        }
    }
}
