//! YSEPay (银盛支付) `gateway.do`: `ysepay.trusteeship.sign.cancel` ends a quick-payment agreement.

mod account;
mod codes;
#[cfg(test)]
pub(super) mod primitives;
mod wire;

use crate::config::BaseUrl;
use crate::crypto::charset::Charset;
use crate::crypto::{base64, des, from_base64};
use crate::error::{Error, Result};
use crate::gateway::{Env, Gateway, HttpReply, HttpRequest, Query};
use crate::judge::{Seal, judge};
use crate::outcome::{Outcome, Reason};
use crate::table::Table;
use crate::verdict::Doubt;
use account::Account;
pub(super) use account::Ysepay;
use wire::{Order, Reply};

impl Gateway for Ysepay {
    const ID: &'static str = "ysepay";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[("production", "https://trusteeship.ysepay.com")];
    const CLOSE: &'static [Table] = codes::CLOSE;
    /// Nor is there a query with public field names.
    const QUERY: Option<Query<Self>> = None;
    const CLOSE_MAY_BE_REPEATED: bool = false;
    type Account = Account;
    type Order = Order;

    fn open(account: Account, base: BaseUrl) -> Result<Self> {
        account.open(base)
    }

    fn prior(&self, _: &Env<'_>) -> Option<HttpRequest> {
        None
    }

    fn learn(&self, _: &Env<'_>, _: &HttpReply) -> Result<()> {
        Ok(())
    }

    fn sign(&self, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
        order.check(self.charset)?;
        wire::request(self, order, env)
    }

    fn verify(&self, order: &Order, _: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(order, reply).unwrap_or_else(Outcome::doubtful)
    }

    /// DES-ECB of the text in GBK, whatever the account's charset.
    fn encrypt_field(&self, text: &str) -> Result<String> {
        encrypt_field(field_key(&self.partner_id)?, text)
    }

    fn decrypt_field(&self, field: &str) -> Result<String> {
        let key = field_key(&self.partner_id)?;
        let plain = from_base64(field).and_then(|bytes| des::decrypt(key, &bytes));
        plain.and_then(|plain| Charset::Gbk.decode(&plain)).ok_or_else(Error::not_decryptable)
    }
}

impl Ysepay {
    fn read(&self, order: &Order, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        let body = self.charset.decode(reply.trusted_body()?).ok_or(Reason::Charset)?;
        let (reply, verified) = Reply::open(self, &body)?;
        judge(reply.members().says(reply.meaning()), reply.words(), verified.map_or(Seal::Missing, Seal::Signed), reply.echo(order))
    }
}

/// The first eight characters of the partner_id, blanks before a shorter one.
fn field_key(partner_id: &str) -> Result<[u8; 8]> {
    let key = format!("{partner_id:>8.8}");
    key.as_bytes().try_into().map_err(|_| Error::config("account.partner_id", "must be ASCII where fields are encrypted with it"))
}

fn encrypt_field(key: [u8; 8], text: &str) -> Result<String> {
    let plain = Charset::Gbk.encode(text).map_err(|_| Error::call("text", "holds a character that GBK does not have"))?;
    Ok(base64(&des::encrypt(key, &plain)))
}
