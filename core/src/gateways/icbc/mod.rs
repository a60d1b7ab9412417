//! ICBC open gateway (工商银行 API 开放平台): `cporderclose` closes an e-payment order that has not moved money yet.

mod account;
mod codes;
#[cfg(test)]
pub(super) mod primitives;
mod wire;

use crate::config::BaseUrl;
use crate::crypto::{base64, from_base64};
use crate::error::{Error, Kind, Result};
use crate::gateway::{Ask, Env, Gateway, HttpReply, HttpRequest, Query};
use crate::judge::{Seal, judge};
use crate::outcome::{Outcome, Reason};
use crate::table::{self, Status, Table};
use crate::verdict::Doubt;
use account::Account;
pub(super) use account::Icbc;
use wire::{Order, Reply};

impl Gateway for Icbc {
    const ID: &'static str = "icbc";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] =
        &[("production", "https://gw.open.icbc.com.cn"), ("sandbox", "https://gw-sandbox.open.icbc.com.cn")];
    const CLOSE: &'static [Table] = codes::CLOSE;
    const QUERY: Option<Query<Self>> = Some(Query { tables: codes::QUERY, sign: Self::sign_query, verify: Self::verify_query });
    const CLOSE_MAY_BE_REPEATED: bool = true;
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
        wire::request(self, wire::CLOSE, order, env)
    }

    fn verify(&self, order: &Order, sent: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(Ask::Close, order, sent, reply).unwrap_or_else(Outcome::doubtful)
    }

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

impl Icbc {
    fn sign_query(&self, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
        wire::request(self, wire::QUERY, order, env)
    }

    fn verify_query(&self, order: &Order, sent: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(Ask::Query, order, sent, reply).unwrap_or_else(Outcome::doubtful)
    }

    fn read(&self, ask: Ask, order: &Order, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        let body = self.charset.decode(reply.trusted_body()?).ok_or(Reason::Charset)?;
        let (reply, verified) = Reply::open(self, &body)?;
        let echo = reply.echo(order, &sent.msg_id);
        let (says, echo) = match ask {
            Ask::Close => {
                let says = table::look_up(codes::ROWS, &reply.return_code, Status::Word(reply.status.as_deref()));
                (reply.members().says(says), reply.members().echo(echo))
            }
            Ask::Query => (table::look_up(codes::QUERY_ROWS, &reply.return_code, Status::Members(&reply.state())), echo),
        };
        judge(says, reply.words(), verified.map_or(Seal::Missing, Seal::Signed), echo)
    }
}
