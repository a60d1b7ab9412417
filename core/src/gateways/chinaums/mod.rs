//! ChinaUMS (银联商务): `bills/preauthed-cancel` voids a completed pre-authorisation, and the money goes back to the buyer; bills and orders that
//! nobody has paid are closed; what was paid is refunded.

mod account;
mod call;
mod close;
mod envelope;
mod examined;
mod notice;
mod order;
#[cfg(test)]
pub(super) mod primitives;
mod query;
mod refund;
mod refund_order;
mod refund_query;
mod token;
mod unpaid;
mod words;

use crate::gateway::{Calls, Examined, FieldCipher, Gateway, Hearing, HttpReply, HttpRequest, Row, Seal, Session};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::Result;
use crate::outcome::{Doubt, GatewayWords};
use account::Account;
pub(super) use account::Chinaums;
use close::Close;
use envelope::Reply;
use notice::Notice;
use query::Query;
use refund::Refund;
use refund_query::RefundQuery;

impl Gateway for Chinaums {
    const ID: &'static str = "chinaums";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] =
        &[("production", "https://api-mop.chinaums.com"), ("test", "https://test-api-open.chinaums.com")];
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)> = None;
    const EXAMINED: Examined = examined::EXAMINED;
    const OPERATIONS: &'static [Row<Self>] = &[Row::of::<Close>(), Row::of::<Query>(), Row::of::<Refund>(), Row::of::<RefundQuery>()];
    const SESSION: Option<Session<Self>> =
        Some(Session { is_needed: Self::has_tokens, prior: Self::token_request, learn: Self::keep_token });
    const CALLS: Calls<Self> = call::CALLS;
    const QUERYING: Option<(&'static str, &'static str)> = None;
    const HEARS: Option<Hearing<Self>> = Some(Hearing::of::<Notice>());
    const FIELDS: Option<FieldCipher<Self>> = None;
    type Account = Account;
    type Content = Reply;

    fn open(account: Account, base: BaseUrl) -> Result<Self> {
        account.open(base)
    }

    fn unseal(&self, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
        envelope::unseal(self, sent, reply)
    }

    fn words(reply: &Reply) -> GatewayWords {
        reply.words()
    }
}
