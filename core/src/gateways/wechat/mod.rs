//! WeChat Pay v2 (XML): `closeorder`, `orderquery`, `refund`, `refundquery` and `reverse`, direct and institution mode.

mod account;
mod call;
mod close;
mod envelope;
mod examined;
mod front_end;
mod notice;
mod order;
#[cfg(test)]
pub(super) mod primitives;
mod query;
mod refund;
mod refund_order;
mod refund_query;
mod reverse;

use crate::gateway::{Calls, Examined, FieldCipher, Gateway, Hearing, HttpReply, HttpRequest, Row, Seal, Session};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::outcome::{Doubt, GatewayWords};
use account::Account;
pub(super) use account::Wechat;
use close::Close;
use envelope::Reply;
use notice::Notice;
use query::Query;
use refund::Refund;
use refund_query::RefundQuery;
use reverse::Reverse;

impl Gateway for Wechat {
    const ID: &'static str = "wechat";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[
        ("mainland", "https://api.mch.weixin.qq.com"),
        ("mainland_backup", "https://api2.mch.weixin.qq.com"),
        ("global", "https://apihk.mch.weixin.qq.com"),
    ];
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)> = Some((
        "the password of the apiclient_cert.p12 that WeChat Pay issues is the merchant number (mch_id), unless it was changed: give it as password beside file",
        "微信支付签发的 apiclient_cert.p12 的密码默认为商户号（mch_id），请在 file 旁的 password 中给出",
    ));
    const EXAMINED: Examined = examined::EXAMINED;
    const OPERATIONS: &'static [Row<Self>] =
        &[Row::of::<Close>(), Row::of::<Query>(), Row::of::<Refund>(), Row::of::<RefundQuery>(), Row::of::<Reverse>()];
    const SESSION: Option<Session<Self>> = None;
    const CALLS: Calls<Self> = call::CALLS;
    const QUERYING: Option<(&'static str, &'static str)> = None;
    const HEARS: Option<Hearing<Self>> = Some(Hearing::of::<Notice>());
    /// `req_info` of a refund notification.
    const FIELDS: Option<FieldCipher<Self>> = Some(FieldCipher {
        encrypt: FieldCipher::no_encryption,
        decrypt: |wechat, field| wechat.open_req_info(field).ok_or_else(Error::not_decryptable),
    });
    type Account = Account;
    type Content = Reply;

    fn open(account: Account, base: BaseUrl) -> Result<Self> {
        account.open(base)
    }

    fn unseal(&self, _: &HttpRequest, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
        envelope::unseal(self, reply)
    }

    fn words(reply: &Reply) -> GatewayWords {
        reply.words()
    }
}
