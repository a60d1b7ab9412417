//! YSEPay (银盛支付) `gateway.do`: `ysepay.trusteeship.sign.cancel` ends a quick-payment agreement.

mod account;
mod call;
mod close;
mod envelope;
mod examined;
mod notice;
mod order;
#[cfg(test)]
pub(super) mod primitives;

use crate::crypto::des;
use crate::gateway::{Calls, Examined, FieldCipher, Gateway, Hearing, HttpReply, HttpRequest, Row, Seal, Session};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::outcome::{Doubt, GatewayWords};
use crate::strict::base64::{base64, from_base64};
use crate::strict::charset::Charset;
use account::Account;
pub(super) use account::Ysepay;
use close::Close;
use envelope::Reply;
use notice::Notice;

impl Gateway for Ysepay {
    const ID: &'static str = "ysepay";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[("production", "https://trusteeship.ysepay.com")];
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)> = None;
    /// Nor is there a query with public field names.
    const EXAMINED: Examined = examined::EXAMINED;
    const OPERATIONS: &'static [Row<Self>] = &[Row::of::<Close>()];
    const SESSION: Option<Session<Self>> = None;
    const CALLS: Calls<Self> = call::CALLS;
    const QUERYING: Option<(&'static str, &'static str)> = Some((
        "Here the merchant console shows it, or the call `ysepay.trusteeship.fastPay.queryProtocol`: this gateway documents no query to rely on.",
        "该网关没有可依赖的查询：请在商户后台查看，或用 `call` 调用 `ysepay.trusteeship.fastPay.queryProtocol`。",
    ));
    const HEARS: Option<Hearing<Self>> = Some(Hearing::of::<Notice>());
    const FIELDS: Option<FieldCipher<Self>> = Some(FieldCipher { encrypt: Self::encrypt_field, decrypt: Self::decrypt_field });
    type Account = Account;
    type Content = Reply;

    fn open(account: Account, base: BaseUrl) -> Result<Self> {
        account.open(base)
    }

    fn unseal(&self, _: &HttpRequest, reply: &HttpReply) -> std::result::Result<(Reply, Seal), Doubt> {
        envelope::unseal(self, close::METHOD, reply)
    }

    fn words(reply: &Reply) -> GatewayWords {
        reply.words()
    }
}

impl Ysepay {
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

/// The first eight characters of the partner_id, blanks before a shorter one.
fn field_key(partner_id: &str) -> Result<[u8; 8]> {
    let key = format!("{partner_id:>8.8}");
    key.as_bytes().try_into().map_err(|_| Error::config("account.partner_id", "must be ASCII where fields are encrypted with it"))
}

fn encrypt_field(key: [u8; 8], text: &str) -> Result<String> {
    let plain = Charset::Gbk.encode(text).map_err(|_| Error::call("text", "holds a character that GBK does not have"))?;
    Ok(base64(&des::encrypt(key, &plain)))
}
