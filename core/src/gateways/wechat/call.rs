//! Any other API: XML that is posted, few by GET; or a page, the address of which is signed and opened by the browser.

use super::account::Wechat;
use super::envelope::{self, Reply};
use super::front_end::{self, DOCUMENTS};
use crate::gateway::{Api, Calls, Echo, Env, Gives, Heard, HttpReply, HttpRequest, Opened, Takes, Target, Whose, refused, upload};
use crate::ground::error::{Error, Result};
use crate::ground::foreign;
use crate::outcome::Reason;
use crate::strict::charset::Charset;
use crate::strict::form::Parameters;

pub(super) const CALLS: Calls<Wechat> = Calls {
    takes: &Takes {
        target: Target::Path,
        json: false,
        top_level: false,
        encrypt: false,
        version: false,
        added: ADDED,
        aliases: &[("nonce", "nonce_str")],
        documents: DOCUMENTS,
    },
    refuses,
    is_page: |api| is_one(&api.name, PAGES),
    needs_certificate: |api| is_one(&api.name, WITH_CERTIFICATE),
    gives: |api| if is_one(&api.name, BILLS) { Gives::InReply(is_bill) } else { Gives::Nothing },
    instead: &[],
    sign,
    open,
};

const ADDED: &[&str] = &["appid", "mch_id", "sub_appid", "sub_mch_id", "nonce_str", "sign_type"];
/// Contracts that the buyer signs in WeChat's browser. (On other pages the merchant asks for the address: `/papay/h5entrustweb`, by GET.)
const PAGES: &[&str] = &["/papay/entrustweb", "/papay/partner/entrustweb"];
/// What only a client certificate opens; a name that ends with `/` is all below it.
const WITH_CERTIFICATE: &[&str] = &[
    "/secapi/",
    "/mmpaymkttransfers/",
    "/mmpaysptrans/",
    "/pay/downloadfundflow",
    "/pay/profitsharingorderamountquery",
    "/pay/profitsharingmerchantratioquery",
    "/billcommentsp/",
    "/risk/getpublickey",
];
/// What takes no other signature than HMAC-SHA256, beside everything about [`SHARING`].
const HMAC_ONLY: &[&str] = &["/pay/downloadfundflow", "/billcommentsp/batchquerycomment"];
const SHARING: &str = "profitsharing";
/// What answers with text or gzip, which is never signed; only a failure is XML.
const BILLS: &[&str] = &["/pay/downloadbill", "/pay/downloadfundflow", "/billcommentsp/batchquerycomment"];
/// What names the order, the refund or the transfer that was asked about.
const NUMBERS: &[&str] = &[
    "out_trade_no",
    "transaction_id",
    "out_refund_no",
    "refund_id",
    "out_order_no",
    "out_return_no",
    "partner_trade_no",
    "mch_billno",
    "contract_code",
    "contract_id",
];
/// What says how a call ended, by any API: hidden inside another value, it would be missing where somebody looks for it.
const MEANS: &[&str] =
    &["recall", "refund_status", "refund_status_0", "refund_fee", "refund_fee_0", "total_fee", "cash_fee", "settlement_total_fee"];
/// What says whose it is.
const OWNERS: &[&str] = &["sub_appid", "sub_mch_id", "mch_appid", "mchid", "wxappid", "combine_appid", "combine_mch_id"];

/// Before the text of a bill.
const BOM: &[u8] = b"\xef\xbb\xbf";

fn is_one(path: &str, listed: &[&str]) -> bool {
    listed.iter().any(|one| path == *one || one.ends_with('/') && path.starts_with(one))
}

fn refuses(api: &str) -> Option<Error> {
    let api = api.to_ascii_lowercase();
    let error = match () {
        () if api.contains("/v3/") => refused(
            "is of APIv3, which is JSON under another signature",
            "call the same service by its path of API v2, or with an SDK of APIv3",
            "请调用同一服务的 API v2 路径，或使用 APIv3 的 SDK",
        ),
        () if api.contains("upload") => upload("api"),
        () if api.contains("bizpayurl") => refused(
            "is native mode 1, in which the gateway calls the merchant and wants another answer",
            "use native mode 2: POST /pay/unifiedorder with trade_type NATIVE gives code_url",
            "请使用扫码支付模式二：以 trade_type NATIVE 调用 POST /pay/unifiedorder 获取 code_url",
        ),
        () => return None,
    };
    Some(error)
}

fn check(wechat: &Wechat, api: &Api) -> Result<()> {
    match api.name.as_str() {
        path if is_one(path, PAGES) && api.verb != "GET" => {
            Err(Error::call("api", "is a page for the buyer's browser, which is opened and not posted")
                .with_hint("write GET before the path and call `sign`", "请在路径前写 GET，并调用 `sign`"))
        }
        path if (is_one(path, HMAC_ONLY) || path.contains(SHARING)) && wechat.sign_type() != "HMAC-SHA256" => {
            Err(Error::config("account.sign_type", "must be HMAC-SHA256 for this API")
                .with_hint("open a client whose account has sign_type HMAC-SHA256", "请用 sign_type 为 HMAC-SHA256 的账户打开客户端"))
        }
        _ => Ok(()),
    }
}

fn sign(wechat: &Wechat, api: &Api, env: &Env) -> Result<HttpRequest> {
    if api.is_document() {
        return front_end::sign(wechat, api, env);
    }
    check(wechat, api)?;
    api.refuse(&["sign"])?;
    if api.given("sign_type").is_some_and(|named| named != wechat.sign_type()) {
        return Err(api.differs("sign_type"));
    }
    if wechat.is_direct() && ["sub_appid", "sub_mch_id"].iter().any(|name| api.given(name).is_some()) {
        return Err(Error::call("fields.sub_mch_id", "is only for mode institution"));
    }
    envelope::check_nonce(api.given("nonce_str").unwrap_or(&env.nonce))?;
    for (name, text) in api.texts() {
        envelope::check_text(&format!("fields.{}", foreign::name(name)), text)?;
    }
    let added = api.added(&[
        ("appid", Whose::Account(&wechat.appid)),
        ("mch_id", Whose::Account(&wechat.mch_id)),
        ("sub_appid", Whose::Account(wechat.sub_appid.as_deref().unwrap_or_default())),
        ("sub_mch_id", Whose::Account(wechat.sub_mch_id.as_deref().unwrap_or_default())),
        ("nonce_str", Whose::Caller(&env.nonce)),
        ("sign_type", Whose::Caller(wechat.sign_type_sent())),
    ])?;
    let mut parameters = Parameters::new(&added.into_iter().chain(api.texts()).collect::<Vec<_>>());
    if api.verb == "POST" {
        return Ok(envelope::seal_parameters(wechat, &api.name, &parameters, env));
    }
    let signature = wechat.signature(parameters.string_to_sign());
    parameters.insert("sign", &signature);
    let query = String::from_utf8(parameters.body(Charset::Utf8)).unwrap_or_default();
    let url = format!("{}?{query}", wechat.base.join(&api.name));
    Ok(HttpRequest { method: "GET", url, headers: Vec::new(), body: Vec::new(), msg_id: env.msg_id.clone() })
}

/// The first line of a bill, with much room: columns' names, or the number of the next row.
const LONGEST_HEAD: usize = 8192;
/// What GZIP begins with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// A bill is GZIP, or text whose values begin with a grave accent, from its first line on or below one of names. XML and JSON are
/// refusals; a page or a word of whoever stands before the gateway is no bill either.
fn is_bill(beginning: &[u8]) -> Option<bool> {
    if [BOM, GZIP].iter().any(|known| known.starts_with(beginning)) {
        return None;
    }
    if beginning.starts_with(GZIP) {
        return Some(true);
    }
    let text = beginning.strip_prefix(BOM).unwrap_or(beginning);
    match *text.trim_ascii_start().first()? {
        b'<' | b'{' => return Some(false),
        b'`' => return Some(true),
        _ => {}
    }
    let below = text.trim_ascii_start().splitn(2, |byte| *byte == b'\n').nth(1);
    match below.and_then(|below| below.first()) {
        Some(first) => Some(*first == b'`'),
        None if text.len() > LONGEST_HEAD => Some(false),
        None => None,
    }
}

/// A bill comes as it is, and without a signature.
fn open(wechat: &Wechat, api: &Api, _: &HttpRequest, reply: &HttpReply) -> Opened {
    let sent = reply;
    let (reply, seal) = envelope::unseal(wechat, sent).map_err(|doubt| match doubt.reason {
        Reason::Parse | Reason::Charset if is_one(&api.name, BILLS) && is_bill(&sent.body) == Some(true) => Reason::Signature.into(),
        _ => doubt,
    })?;
    if reply.hides(NUMBERS) || reply.hides(MEANS) {
        return Err(Reason::Parse.into());
    }
    let (names, words) = (names(wechat, api, &reply), reply.words());
    let mut fields = reply.into_signed();
    // An empty element is not signed.
    fields.retain(|_, text| !text.is_empty());
    Ok((Heard { fields, words, names }, seal))
}

fn names(wechat: &Wechat, api: &Api, reply: &Reply) -> Echo {
    let [appid, mch_id, sub_appid, sub_mch_id] = ["appid", "mch_id", "sub_appid", "sub_mch_id"].map(|name| reply.field(name));
    let is_asked = |name: &&&str| api.given(name).is_some_and(|given| !given.is_empty());
    let is_told = |name: &&&str| !reply.field(name).is_empty();
    let is_ours = |name: &&str| api.given(name) == Some(reply.field(name));
    let mut echoed = NUMBERS.iter().chain(OWNERS).filter(is_asked).filter(is_told);
    let mut asked = NUMBERS.iter().filter(is_asked).peekable();
    // A query of refunds numbers them.
    let listed = |name: &str| {
        let of = |at: u32| reply.field(&format!("{name}_{at}"));
        let told = (0..).map(of).take_while(|told| !told.is_empty()).collect::<Vec<_>>();
        (!told.is_empty()).then(|| told.into_iter().any(|told| api.given(name) == Some(told)))
    };
    let lists_others = NUMBERS.iter().filter(is_asked).any(|name| listed(name) == Some(false));
    match wechat.is_named(appid, mch_id, sub_appid, sub_mch_id) && echoed.all(is_ours) && !lists_others {
        false => Echo::NotOurs,
        true if asked.peek().is_some() && asked.all(|name| is_told(&name) || listed(name) == Some(true)) => Echo::Order,
        true => Echo::Silent,
    }
}
