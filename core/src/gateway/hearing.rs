//! What a gateway tells by itself, and the one judge that makes a notice of it.

use super::Gateway;
use super::message::{HttpReply, Incoming};
use super::notice::{Notice, Told};
use super::operation::Echo;
use crate::ground::error::Result;
use crate::outcome::table::Table;
use crate::outcome::{Code, Doubt, GatewayWords, Outcome, Proof, Reason, Says};
use crate::signatures::Verified;

/// The notifications of a gateway: a file of its folder.
pub(crate) trait Notification<G: Gateway>: 'static {
    /// What they may say.
    const TABLES: &'static [Table];
    /// What must be known of every one of them, in English and Chinese.
    const CAVEAT: Option<(&'static str, &'static str)>;
    /// A notification, read.
    type Content;

    /// An error that names the setting without which none can be opened.
    fn ready(gateway: &G) -> Result<()>;

    /// The signature first, then what it proves. Without a [`Verified`]: of a kind that this gateway never signs.
    fn open(gateway: &G, body: &[u8]) -> std::result::Result<(Self::Content, Option<Verified>), Doubt>;

    /// What it means, were it ours.
    fn says(content: &Self::Content) -> Says;

    /// Whom it names: an order, nobody (another kind than those read here), or somebody else.
    fn names(gateway: &G, content: &Self::Content) -> Echo;

    /// The gateway's own words in it.
    fn words(content: &Self::Content) -> GatewayWords;

    /// The complete answer; `content` only if it is authentic and ours, or of a kind that is never signed.
    fn answer(gateway: &G, content: Option<&Self::Content>, answer: Response) -> HttpReply;

    /// What else it tells.
    fn tells(content: Self::Content) -> Told;
}

/// What the merchant says to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Response {
    Acknowledge,
    Refuse,
}

/// Notifications whose type is forgotten, made from it.
pub(crate) struct Hearing<G> {
    pub(super) tables: &'static [Table],
    pub(super) hear: fn(&G, &Incoming) -> Result<Notice>,
    /// Of what cannot even be read; the text says why.
    pub(super) unread: fn(&G, String) -> Result<Notice>,
}

impl<G: Gateway> Hearing<G> {
    pub(crate) const fn of<N: Notification<G>>() -> Self {
        Self { tables: N::TABLES, hear: hear::<G, N>, unread: unread::<G, N> }
    }
}

fn hear<G: Gateway, N: Notification<G>>(gateway: &G, incoming: &Incoming) -> Result<Notice> {
    N::ready(gateway)?;
    Ok(read::<G, N>(gateway, incoming).unwrap_or_else(|doubt| match doubt.reason {
        Reason::Parse | Reason::Charset | Reason::Signature if incoming.is_compressed() => {
            unproven::<G, N>(gateway, Reason::Encoding.into())
        }
        _ => unproven::<G, N>(gateway, doubt),
    }))
}

fn unread<G: Gateway, N: Notification<G>>(gateway: &G, why: String) -> Result<Notice> {
    N::ready(gateway)?;
    Ok(Notice { outcome: Outcome::unreadable_input(why), ..unproven::<G, N>(gateway, Reason::Input.into()) })
}

/// Nothing of it is believed, so that nothing of it is told or answered.
fn unproven<G: Gateway, N: Notification<G>>(gateway: &G, doubt: Doubt) -> Notice {
    Notice {
        outcome: Outcome::doubtful(doubt),
        told: Told::default(),
        caveat: None,
        acknowledge: None,
        refuse: N::answer(gateway, None, Response::Refuse),
    }
}

/// The one way from a notification to a notice, at every gateway.
fn read<G: Gateway, N: Notification<G>>(gateway: &G, incoming: &Incoming) -> std::result::Result<Notice, Doubt> {
    let (content, verified) = N::open(gateway, incoming.body_to_verify()?)?;
    let (says, names, words) = (N::says(&content), N::names(gateway, &content), N::words(&content));
    if names == Echo::NotOurs {
        return Err(Reason::Mismatch.into());
    }
    let [acknowledge, refuse] = [Response::Acknowledge, Response::Refuse].map(|answer| N::answer(gateway, Some(&content), answer));
    let mut told = N::tells(content);
    if names != Echo::Order {
        told.order.clear();
    }
    if !told.agrees_with(&incoming.expect) {
        return Err(Reason::Mismatch.into());
    }
    let outcome = match (verified, names) {
        (Some(verified), Echo::Order) => Outcome::judge(says, words, Some(Proof::signed_bound(verified))),
        (Some(verified), _) => Outcome::judge(of_no_order(says), words, Some(Proof::signed_unbound(verified, false))),
        (None, _) => Outcome::doubtful(Doubt::from(Reason::Signature).would_mean(says).said(words)),
    };
    Ok(Notice { outcome, told, caveat: N::CAVEAT, acknowledge: Some(acknowledge), refuse })
}

/// What names no order says nothing of one.
fn of_no_order(says: Says) -> Says {
    if says.code == Code::Unknown { says } else { Says::new(Code::Unknown) }
}
