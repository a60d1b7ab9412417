//! What a gateway is to the rest of the library: pure functions between typed settings and bytes.

mod amount;
mod answer;
mod api;
mod calling;
mod download;
mod examined;
pub(crate) mod field;
mod hearing;
mod members;
mod message;
mod notice;
mod notice_texts;
mod operation;
mod registry;
mod session;

use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
pub use crate::outcome::Verb;
use crate::outcome::{Doubt, GatewayWords};
use serde::de::DeserializeOwned;

pub(crate) use amount::{Fen, fen_of_yuan};
pub use answer::Answer;
pub(crate) use api::{Api, Document, Takes, Target, Whose, is_sm4, sm4, upload};
pub(crate) use calling::{Calls, Heard, Opened, Purpose, for_front_end, never, no_file, refused};
pub use download::Saved;
pub(crate) use download::{Gives, Place, To};
pub(crate) use examined::{Examined, Holds};
pub(crate) use hearing::{Hearing, Notification, Response};
pub(crate) use members::Members;
pub use message::{HttpReply, HttpRequest, Incoming, MAX_REPLY};
pub use notice::{Amount, Notice, Unit};
pub(crate) use notice::{Told, key_of, members_of, named, text_of};
pub(crate) use operation::{Bound, Echo, Env, Operation, Repeat, Row, Seal};
pub use registry::Entry;
pub(crate) use registry::Erased;
pub(crate) use session::Session;

/// A gateway: what all its operations share. Nothing has a default: what is forgotten must not compile.
pub(crate) trait Gateway: Send + Sync + Sized + 'static {
    /// The word for it in configurations.
    const ID: &'static str;
    /// Named hosts: what `environment` may say, and the base URL it stands for.
    const ENVIRONMENTS: &'static [(&'static str, &'static str)];
    /// What is known of the password of the client certificates that it issues, as a hint in English and Chinese.
    const CERTIFICATE_PASSWORD: Option<(&'static str, &'static str)>;
    /// What a diagnosis must know of it.
    const EXAMINED: Examined;
    /// What it can be asked about an order.
    const OPERATIONS: &'static [Row<Self>];
    /// What must be fetched before an order can be named, if anything.
    const SESSION: Option<Session<Self>>;
    /// How any other API of it is called.
    const CALLS: Calls<Self>;
    /// What people must know, in English and Chinese, whom an outcome sends to a query that does not settle it here.
    const QUERYING: Option<(&'static str, &'static str)>;
    /// What it tells by itself, if anything.
    const HEARS: Option<Hearing<Self>>;
    /// How fields of its other calls are encrypted, if they are.
    const FIELDS: Option<FieldCipher<Self>>;
    /// The settings under `account`.
    type Account: DeserializeOwned;
    /// A reply, read and not yet believed.
    type Content;

    /// Loads keys and checks settings.
    fn open(account: Self::Account, base: BaseUrl) -> Result<Self>;

    /// The reply as it is read, and what seals it. Fails closed.
    fn unseal(&self, sent: &HttpRequest, reply: &HttpReply) -> std::result::Result<(Self::Content, Seal), Doubt>;

    /// The gateway's own words in it, for the log.
    fn words(content: &Self::Content) -> GatewayWords;
}

/// Fields of a gateway's other calls and notifications, encrypted as they demand it.
pub(crate) struct FieldCipher<G> {
    /// The text, encrypted.
    pub(crate) encrypt: fn(&G, &str) -> Result<String>,
    /// The text of an encrypted field.
    pub(crate) decrypt: fn(&G, &str) -> Result<String>,
}

impl<G> FieldCipher<G> {
    /// Where nothing that is sent is encrypted.
    pub(crate) fn no_encryption(_: &G, _: &str) -> Result<String> {
        Err(Error::no_encrypted_fields())
    }
}
