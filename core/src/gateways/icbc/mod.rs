//! ICBC open gateway (工商银行 API 开放平台): `cporderclose` closes an e-payment order that has not moved money yet.

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

use crate::gateway::{Calls, Examined, FieldCipher, Gateway, Hearing, HttpReply, HttpRequest, Row, Seal, Session};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Kind, Result};
use crate::outcome::{Doubt, GatewayWords};
use crate::strict::base64::{base64, from_base64};
use account::Account;
pub(super) use account::Icbc;
use close::Close;
use envelope::Reply;
use notice::Notice;
use query::Query;

impl Gateway for Icbc {
    const ID: &'static str = "icbc";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] =
        &[("production", "https://gw.open.icbc.com.cn"), ("sandbox", "https://gw-sandbox.open.icbc.com.cn")];
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)> = None;
    const EXAMINED: Examined = examined::EXAMINED;
    const OPERATIONS: &'static [Row<Self>] = &[Row::of::<Close>(), Row::of::<Query>()];
    const SESSION: Option<Session<Self>> = None;
    const CALLS: Calls<Self> = call::CALLS;
    const QUERYING: Option<(&'static str, &'static str)> = None;
    const HEARS: Option<Hearing<Self>> = Some(Hearing::of::<Notice>());
    const FIELDS: Option<FieldCipher<Self>> = Some(FieldCipher { encrypt: Self::encrypt_field, decrypt: Self::decrypt_field });
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

impl Icbc {
    fn encrypt_field(&self, text: &str) -> Result<String> {
        let aes = self.aes.as_ref().ok_or_else(Error::no_encrypted_fields)?;
        let plain =
            self.charset.encode(text).map_err(|_| Error::call("text", "holds a character that the account's charset does not have"))?;
        aes.encrypt(&plain)
            .map(|bytes| base64(&bytes))
            .ok_or_else(|| Error::new(Kind::NotSent, "the text could not be encrypted; out of memory?"))
    }

    fn decrypt_field(&self, field: &str) -> Result<String> {
        let aes = self.aes.as_ref().ok_or_else(Error::no_encrypted_fields)?;
        let plain = from_base64(field).and_then(|bytes| aes.decrypt(&bytes));
        plain.and_then(|plain| self.charset.decode(&plain)).ok_or_else(Error::not_decryptable)
    }
}
