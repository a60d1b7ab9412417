//! EdgerOS Pay (翼辉支付): `transactions/close`.

mod account;
mod codes;
#[cfg(test)]
pub(super) mod primitives;
mod wire;

use crate::config::BaseUrl;
use crate::crypto::charset::Charset;
use crate::error::{Error, Result};
use crate::gateway::{Env, Gateway, HttpReply, HttpRequest, Query};
use crate::judge::{Seal, judge};
use crate::outcome::{Outcome, Reason};
use crate::table::{self, Status, Table};
use crate::verdict::Doubt;
use account::Account;
pub(super) use account::Edgeros;
use wire::{Order, Reply};

impl Gateway for Edgeros {
    const ID: &'static str = "edgeros";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[("production", "https://api.edgeros.com")];
    const CLOSE: &'static [Table] = codes::CLOSE;
    const QUERY: Option<Query<Self>> = None;
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
        order.check()?;
        wire::request(self, order, env)
    }

    fn verify(&self, order: &Order, _: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(order, reply).unwrap_or_else(Outcome::doubtful)
    }

    fn encrypt_field(&self, _: &str) -> Result<String> {
        Err(Error::no_encrypted_fields())
    }

    fn decrypt_field(&self, _: &str) -> Result<String> {
        Err(Error::no_encrypted_fields())
    }
}

impl Edgeros {
    fn read(&self, order: &Order, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        let body = Charset::Utf8.decode(reply.trusted_body()?).ok_or(Reason::Charset)?;
        let reply = Reply::open(&body)?;
        let says = table::look_up(codes::ROWS, reply.code(), Status::Word(Some(&reply.envelope_word())));
        let echo = reply.members().echo(reply.echo(self, order));
        let seal = reply.verify(self).map_or(Seal::Missing, Seal::Signed);
        judge(reply.members().says(says), reply.words(), seal, echo)
    }
}
