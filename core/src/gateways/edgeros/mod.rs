//! EdgerOS Pay (翼辉支付): `transactions/close`, `transactions/trade` and `transactions/refund`.

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

use crate::gateway::{Calls, Examined, FieldCipher, Gateway, Hearing, HttpReply, HttpRequest, Row, Seal, Session};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::Result;
use crate::outcome::{Doubt, GatewayWords};
use account::Account;
pub(super) use account::Edgeros;
use close::Close;
use envelope::Reply;
use notice::Notice;
use query::Query;
use refund::Refund;
use refund_query::RefundQuery;

impl Gateway for Edgeros {
    const ID: &'static str = "edgeros";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[("production", "https://api.edgeros.com")];
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)> = None;
    const EXAMINED: Examined = examined::EXAMINED;
    const OPERATIONS: &'static [Row<Self>] = &[Row::of::<Close>(), Row::of::<Query>(), Row::of::<Refund>(), Row::of::<RefundQuery>()];
    const SESSION: Option<Session<Self>> = None;
    const CALLS: Calls<Self> = call::CALLS;
    const QUERYING: Option<(&'static str, &'static str)> = Some((
        "This gateway's query says when there is no such order, and only points to a payment: what it leaves open the notification or the merchant console settles.",
        "该网关的查询能表明查无此单，对已付款只能提示：仍无定论时，以通知或商户后台为准。",
    ));
    const HEARS: Option<Hearing<Self>> = Some(Hearing::of::<Notice>());
    const FIELDS: Option<FieldCipher<Self>> = None;
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
