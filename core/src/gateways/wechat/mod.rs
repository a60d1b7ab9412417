//! WeChat Pay v2 (XML): `closeorder`, direct and institution mode.

mod account;
mod codes;
#[cfg(test)]
pub(super) mod primitives;
mod wire;

use crate::config::BaseUrl;
use crate::error::{Error, Result};
use crate::gateway::{Env, Gateway, HttpReply, HttpRequest};
use crate::outcome::{Outcome, Reason};
use crate::table::{self, Table};
use crate::verdict::{Doubt, Proof};
use account::Account;
pub(super) use account::Wechat;
use wire::{Close, Reply};

impl Gateway for Wechat {
    const ID: &'static str = "wechat";
    const ENVIRONMENTS: &'static [(&'static str, &'static str)] = &[
        ("mainland", "https://api.mch.weixin.qq.com"),
        ("mainland_backup", "https://api2.mch.weixin.qq.com"),
        ("global", "https://apihk.mch.weixin.qq.com"),
    ];
    const CLOSE: &'static [Table] = codes::CLOSE;
    const CLOSE_MAY_BE_REPEATED: bool = true;
    type Account = Account;
    type Close = Close;

    fn open(account: Account, base: BaseUrl) -> Result<Self> {
        account.open(base)
    }

    fn prior(&self, _: &Env<'_>) -> Option<HttpRequest> {
        None
    }

    fn learn(&self, _: &Env<'_>, _: &HttpReply) -> Result<()> {
        Ok(())
    }

    fn sign(&self, order: &Close, env: &Env<'_>) -> Result<HttpRequest> {
        wire::request(self, order, env)
    }

    fn verify(&self, order: &Close, _: &HttpRequest, reply: &HttpReply) -> Outcome {
        self.read(order, reply).unwrap_or_else(Outcome::doubtful)
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
    fn read(&self, order: &Close, reply: &HttpReply) -> std::result::Result<Outcome, Doubt> {
        let body = std::str::from_utf8(reply.trusted_body()?).map_err(|_| Reason::Charset)?;
        let reply = Reply::open(body)?;
        if reply.field("return_code") != "SUCCESS" {
            let says = table::look_up(codes::UNSIGNED, Some(reply.field("return_code")), Some(reply.field("return_msg")));
            return Ok(Outcome::judge(says, reply.words(), None));
        }
        let says = table::look_up(codes::SIGNED, Some(reply.field("err_code")), Some(reply.field("result_code")));
        let Some(verified) = reply.verify(self) else {
            return Err(Doubt::from(Reason::Signature).would_mean(says).said(reply.words()));
        };
        if !reply.is_ours(self, order) {
            return Err(Doubt::from(Reason::Mismatch).said(reply.words()));
        }
        Ok(Outcome::judge(says, reply.words(), Some(Proof::signed_unbound(verified))))
    }
}
