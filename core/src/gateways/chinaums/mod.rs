//! ChinaUMS (银联商务): `bills/preauthed-cancel` voids a completed pre-authorisation; the money goes back to the buyer.

mod account;
mod codes;
#[cfg(test)]
pub(super) mod primitives;
mod wire;

use crate::config::BaseUrl;
use crate::error::{Error, Result};
use crate::gateway::{Ask, Env, Gateway, HttpReply, HttpRequest, Query};
use crate::judge::{Seal, judge};
use crate::outcome::{Code, Outcome, Reason};
use crate::table::{self, Status, Table};
use crate::verdict::Doubt;
use account::Account;
pub(super) use account::Chinaums;
use wire::{Order, Reply};

impl Gateway for Chinaums {
    const ID: &'static str = "chinaums";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] =
        &[("production", "https://api-mop.chinaums.com"), ("test", "https://test-api-open.chinaums.com")];
    const CLOSE: &'static [Table] = codes::CLOSE;
    const QUERY: Option<Query<Self>> = Some(Query { tables: codes::QUERY, sign: wire::query, verify: Self::verify_query });
    const CLOSE_MAY_BE_REPEATED: bool = true;
    type Account = Account;
    type Order = Order;

    fn open(account: Account, base: BaseUrl) -> Result<Self> {
        account.open(base)
    }

    fn prior(&self, env: &Env<'_>) -> Option<HttpRequest> {
        self.token_request(env)
    }

    fn learn(&self, env: &Env<'_>, reply: &HttpReply) -> Result<()> {
        self.keep_token(env, reply)
    }

    fn sign(&self, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
        wire::close(self, order, env)
    }

    fn verify(&self, order: &Order, sent: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(Ask::Close, order, sent, reply).unwrap_or_else(Outcome::doubtful)
    }

    fn encrypt_field(&self, _: &str) -> Result<String> {
        Err(Error::no_encrypted_fields())
    }

    fn decrypt_field(&self, _: &str) -> Result<String> {
        Err(Error::no_encrypted_fields())
    }
}

impl Chinaums {
    fn verify_query(&self, order: &Order, sent: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(Ask::Query, order, sent, reply).unwrap_or_else(Outcome::doubtful)
    }

    /// Nothing is signed here: the proof is TLS and that the reply names this call.
    fn read(&self, ask: Ask, order: &Order, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        self.forget_refused_token(sent, reply);
        let body = if reply.status == 412 { reply.plain_body()? } else { reply.trusted_body()? };
        let http_status = reply.status;
        let reply = match Reply::open(body) {
            Err(_) if http_status != 200 => return Err(Reason::Http(http_status).into()),
            reply => reply?,
        };
        let table = match ask {
            _ if http_status == 412 => codes::REFUSED_BY_PLATFORM,
            Ask::Close => codes::ANSWERED,
            Ask::Query => codes::STATES,
        };
        let says = table::look_up(table, reply.code(), Status::Members(&reply.state()));
        if http_status != 200 && says.code != Code::Misconfigured {
            return Err(Doubt::from(Reason::Http(http_status)).said(reply.words()));
        }
        let echo = reply.echo(ask, &order.merchant(self), order, &sent.msg_id, says.code);
        judge(says, reply.words(), Seal::Tls, echo)
    }
}
