//! WeChat Pay v2 (XML): `closeorder`, direct and institution mode.

mod account;
mod codes;
#[cfg(test)]
pub(super) mod primitives;
mod wire;

use crate::config::BaseUrl;
use crate::error::{Error, Result};
use crate::gateway::{Ask, Env, Gateway, HttpReply, HttpRequest, Query};
use crate::judge::{Echo, Seal, judge};
use crate::outcome::{Outcome, Reason};
use crate::table::{self, Status, Table};
use crate::verdict::Doubt;
use account::Account;
pub(super) use account::Wechat;
use wire::{Order, Reply};

impl Gateway for Wechat {
    const ID: &'static str = "wechat";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[
        ("mainland", "https://api.mch.weixin.qq.com"),
        ("mainland_backup", "https://api2.mch.weixin.qq.com"),
        ("global", "https://apihk.mch.weixin.qq.com"),
    ];
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

    fn verify(&self, order: &Order, _: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(Ask::Close, order, reply).unwrap_or_else(Outcome::doubtful)
    }

    fn encrypt_field(&self, _: &str) -> Result<String> {
        Err(Error::no_encrypted_fields())
    }

    /// `req_info` of a refund notification.
    fn decrypt_field(&self, field: &str) -> Result<String> {
        self.open_req_info(field).ok_or_else(Error::not_decryptable)
    }
}

impl Wechat {
    fn sign_query(&self, order: &Order, env: &Env<'_>) -> Result<HttpRequest> {
        wire::request(self, wire::QUERY, order, env)
    }

    fn verify_query(&self, order: &Order, _: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(Ask::Query, order, reply).unwrap_or_else(Outcome::doubtful)
    }

    fn read(&self, ask: Ask, order: &Order, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        let body = std::str::from_utf8(reply.trusted_body()?).map_err(|_| Reason::Charset)?;
        let reply = Reply::open(ask, body)?;
        if reply.field("return_code") != "SUCCESS" {
            let says = table::look_up(codes::UNSIGNED, reply.field("return_code"), Status::Word(Some(reply.field("return_msg"))));
            return judge(says, reply.words(), Seal::Unsigned, Echo::Silent);
        }
        let code = reply.field("err_code");
        let says = match ask {
            Ask::Close => reply.members().says(table::look_up(codes::SIGNED, code, Status::Word(Some(reply.field("result_code"))))),
            Ask::Query => table::look_up(codes::STATES, code, Status::Members(&reply.state())),
        };
        let echo = match ask {
            _ if !reply.is_ours(self, order) => Echo::NotOurs,
            Ask::Close => reply.members().echo(Echo::Silent),
            Ask::Query if reply.names(order) => Echo::Order,
            // "No such order" names none; a state must.
            Ask::Query if reply.succeeded() => Echo::NotOurs,
            Ask::Query => Echo::Silent,
        };
        judge(says, reply.words(), reply.verify(self).map_or(Seal::Missing, Seal::Signed), echo)
    }
}
