//! EdgerOS Pay (翼辉支付): `transactions/close`.

mod account;
mod call;
mod close;
mod envelope;
mod notice;
mod order;
#[cfg(test)]
pub(super) mod primitives;

use crate::gateway::{Calls, FieldCipher, Gateway, Hearing, HttpReply, HttpRequest, Row, Seal, Session};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::Result;
use crate::outcome::{Doubt, GatewayWords};
use account::Account;
pub(super) use account::Edgeros;
use close::Close;
use envelope::Reply;
use notice::Notice;

impl Gateway for Edgeros {
    const ID: &'static str = "edgeros";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[("production", "https://api.edgeros.com")];
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)> = None;
    const OPERATIONS: &'static [Row<Self>] = &[Row::of::<Close>()];
    const SESSION: Option<Session<Self>> = None;
    const CALLS: Calls<Self> = call::CALLS;
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
