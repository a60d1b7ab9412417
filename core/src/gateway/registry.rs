//! The row of a gateway in the registry, and the gateway whose types are forgotten.

use super::answer::Answer;
use super::calling::{self, Purpose};
use super::examined::Examined;
use super::hearing::Hearing;
use super::message::{HttpReply, HttpRequest, Incoming};
use super::notice::Notice;
use super::operation::{Bound, Env};
use super::{FieldCipher, Gateway, Verb};
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::key_fault::Remedy;
use crate::outcome::table::Table;
use crate::strict::de;
use crate::strict::json::Node;

/// One row of the registry.
pub struct Entry {
    /// The word for the gateway in configurations.
    pub id: &'static str,
    /// What `environment` may say, and the base URL it stands for.
    pub environments: &'static [(&'static str, &'static str)],
    /// What is known of the password of its client certificates, as a hint.
    pub(crate) certificate_password: Option<(&'static str, &'static str)>,
    pub(crate) examined: Examined,
    tables: fn(Verb) -> &'static [Table],
    notices: fn() -> &'static [Table],
    pub(crate) open: fn(&Node<'_>, BaseUrl) -> Result<Box<dyn Erased>>,
}

impl Entry {
    pub(crate) const fn of<G: Gateway>() -> Self {
        Self {
            id: G::ID,
            environments: G::ENVIRONMENTS,
            certificate_password: G::CERTIFICATE_PASSWORD,
            examined: G::EXAMINED,
            tables: tables::<G>,
            notices: notices::<G>,
            open: open::<G>,
        }
    }

    /// Its outcome tables for this; none if it documents nothing to rely on.
    pub fn tables(&self, verb: Verb) -> &'static [Table] {
        (self.tables)(verb)
    }

    /// The tables of its notifications; none if it sends none that can be relied on.
    pub fn notices(&self) -> &'static [Table] {
        (self.notices)()
    }
}

fn tables<G: Gateway>(verb: Verb) -> &'static [Table] {
    G::OPERATIONS.iter().find(|row| row.verb == verb).map_or(&[], |row| row.tables)
}

fn notices<G: Gateway>() -> &'static [Table] {
    G::HEARS.map_or(&[], |hearing| hearing.tables)
}

fn open<G: Gateway>(account: &Node<'_>, base: BaseUrl) -> Result<Box<dyn Erased>> {
    Ok(Box::new(G::open(de::read(account, Kind::Config, "account")?, base)?))
}

/// A gateway whose types are forgotten: orders come as JSON.
pub(crate) trait Erased: Send + Sync {
    /// An operation on this order, whose fields are read here.
    fn bind<'g>(&'g self, verb: Verb, order: &Node<'_>, purpose: Purpose) -> Result<Box<dyn Bound + 'g>>;
    /// A call of any of its APIs, whose document is read here.
    fn call<'g>(&'g self, call: &Node<'_>, purpose: Purpose) -> Result<Box<dyn Bound<Answer> + 'g>>;
    /// Whether anything must be fetched first, ever.
    fn has_session(&self) -> bool;
    fn prior(&self, env: &Env) -> Option<HttpRequest>;
    fn learn(&self, env: &Env, reply: &HttpReply) -> Result<()>;
    fn hear(&self, incoming: &Incoming) -> Result<Notice>;
    /// The notice of a notification that cannot be read at all.
    fn unread(&self, why: String) -> Result<Notice>;
    fn encrypt_field(&self, text: &str) -> Result<String>;
    fn decrypt_field(&self, field: &str) -> Result<String>;
}

fn hearing<G: Gateway>() -> Result<Hearing<G>> {
    G::HEARS.ok_or_else(|| Error::new(Kind::Unsupported, "this gateway documents no notification to rely on"))
}

fn fields<G: Gateway>() -> Result<FieldCipher<G>> {
    G::FIELDS.ok_or_else(Error::no_encrypted_fields)
}

fn not_documented<G: Gateway>(verb: Verb) -> Error {
    let known: Vec<String> = G::OPERATIONS.iter().map(|row| format!("`{}`", row.verb)).collect();
    let (id, known) = (G::ID, known.join(", "));
    let needed = if verb == Verb::Query { " (`ensure_closed` needs `query`)" } else { "" };
    let what = format!("{id} documents no {verb} to rely on{needed}; here there is {known}");
    let api = G::CALLS.instead.iter().find(|(operation, _)| *operation == verb).map(|(_, api)| format!(" \"{api}\"")).unwrap_or_default();
    Error::unsupported("operation", what).mended_by(match verb {
        Verb::Close | Verb::Query => Remedy::of(
            format!("use {known}: where its outcome leaves a doubt, repeat it as its `retry` allows, or look the order up in the merchant console of {id}, or by `call` with `api`{api}"),
            format!("请使用 {known}：结果存疑时按其 `retry` 重复调用，或在 {id} 的商户后台查看订单，或用 `call` 并给出 `api`{api} 查询"),
        ),
        _ => Remedy::of(
            format!("call the API of {id} by `call` with `api`{api} and `fields`, and read its codes on the page of {id}"),
            format!("请用 `call` 并给出 `api`{api} 和 `fields` 调用 {id} 的接口，返回码以 {id} 的文档为准"),
        ),
    })
}

impl<G: Gateway> Erased for G {
    fn bind<'g>(&'g self, verb: Verb, order: &Node<'_>, purpose: Purpose) -> Result<Box<dyn Bound + 'g>> {
        match G::OPERATIONS.iter().find(|row| row.verb == verb) {
            None => Err(not_documented::<G>(verb)),
            Some(row) if row.needs_certificate && matches!(purpose, Purpose::Send { with_certificate: false }) => {
                Err(calling::no_certificate())
            }
            Some(row) => (row.bind)(self, order),
        }
    }

    fn call<'g>(&'g self, call: &Node<'_>, purpose: Purpose) -> Result<Box<dyn Bound<Answer> + 'g>> {
        calling::bind(self, call, purpose)
    }

    fn has_session(&self) -> bool {
        G::SESSION.is_some_and(|session| (session.is_needed)(self))
    }

    fn prior(&self, env: &Env) -> Option<HttpRequest> {
        G::SESSION.and_then(|session| (session.prior)(self, env))
    }

    fn learn(&self, env: &Env, reply: &HttpReply) -> Result<()> {
        G::SESSION.map_or(Ok(()), |session| (session.learn)(self, env, reply))
    }

    fn hear(&self, incoming: &Incoming) -> Result<Notice> {
        (hearing::<G>()?.hear)(self, incoming)
    }

    fn unread(&self, why: String) -> Result<Notice> {
        (hearing::<G>()?.unread)(self, why)
    }

    fn encrypt_field(&self, text: &str) -> Result<String> {
        (fields::<G>()?.encrypt)(self, text)
    }

    fn decrypt_field(&self, field: &str) -> Result<String> {
        (fields::<G>()?.decrypt)(self, field)
    }
}
