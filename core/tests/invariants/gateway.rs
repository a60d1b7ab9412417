//! What the properties need to know of a gateway, from its page.

use crate::meaning::Meaning;
use crate::plan::Plan;
use chexiao::{Code, Evidence};
use serde_json::Value;
use std::ops::Range;

/// A member of a reply as it is written: JSON with its quotes, or XML text. `None`: the member is absent.
pub(crate) type Raw = Option<String>;

/// Members with their values, as written.
pub(crate) type Members = &'static [(&'static str, &'static str)];

/// A row of [`Raw`] words in a table.
pub(crate) type Words = &'static [Option<&'static str>];

/// A member that carries meaning.
pub(crate) struct Word {
    pub(crate) name: &'static str,
    /// The values the page lists, as written.
    pub(crate) listed: &'static [&'static str],
    /// Near misses and wrong types.
    pub(crate) unlisted: &'static [&'static str],
}

/// A member that names the call or the order.
pub(crate) struct Id {
    pub(crate) name: &'static str,
    /// The outcomes that cannot be without it.
    pub(crate) required: &'static [Code],
    /// The page lists it among the members of this reply.
    pub(crate) listed: bool,
}

impl Id {
    /// Nothing is closed, paid, refunded or known to be open without it.
    pub(crate) const fn required(name: &'static str) -> Self {
        Self { name, required: &[Code::Closed, Code::AlreadyClosed, Code::Paid, Code::Open, Code::Refunded], listed: true }
    }

    /// Ours if it is there.
    pub(crate) const fn optional(name: &'static str) -> Self {
        Self { name, required: &[], listed: true }
    }

    /// Ours if it is there, and unheard of.
    pub(crate) const fn unlisted(name: &'static str) -> Self {
        Self { listed: false, ..Self::optional(name) }
    }
}

/// One merchant account with one call.
pub(crate) struct Account {
    /// Settings put over those of the sandbox's configuration.
    pub(crate) settings: Value,
    pub(crate) order: Value,
    /// What the request says under each of the gateway's ids; `None`: nothing, so the gateway may name what it likes.
    pub(crate) own: Vec<Option<&'static str>>,
    /// The words cannot be read before the signature is verified.
    pub(crate) encrypted: bool,
}

/// The replies of a gateway to one operation.
pub(crate) trait Gateway: Sync {
    fn id(&self) -> &'static str;
    fn operation(&self) -> &'static str;
    fn accounts(&self) -> Vec<Account>;
    fn words(&self) -> &'static [Word];
    fn ids(&self) -> &'static [Id];
    /// Words that mean Closed, AlreadyClosed, Paid, Open or Refunded.
    fn finals(&self) -> &'static [Words];
    /// Words that disagree with each other, though one of them sounds final.
    fn contradictions(&self) -> &'static [Words];
    /// What authentic words say in a whole reply with status 200 that names this call.
    fn meaning(&self, words: &[Raw]) -> Meaning;
    /// Whether these words mean something with this HTTP status, though it is not 200.
    fn refuses(&self, status: u16, words: &[Raw]) -> bool;
    /// What stands behind Closed, AlreadyClosed, Paid, Open and Refunded.
    fn evidence(&self) -> Evidence;
    /// The outcomes it can give.
    fn can(&self) -> &'static [Code];
    /// Members that a reply may hold beside its words and ids.
    fn extras(&self) -> Members;
    /// Those of them that the page lists; `None`: it lists none, so that one more costs nothing.
    fn listed(&self) -> Option<&'static [&'static str]>;
    /// Members by which the page knows the reply to another call.
    fn foreign(&self) -> Members;
    /// A text as this gateway writes it.
    fn quote(&self, text: &str) -> String;
    /// The body of the reply.
    fn reply(&self, plan: &Plan, account: &Account) -> Vec<u8>;
    /// A second envelope, put in front of the first.
    fn second(&self) -> &'static str;
    /// Whole bodies that prove nothing.
    fn strays(&self) -> &'static [&'static str];
    /// Where a change breaks the seal (at ChinaUMS: changes what is said), as ranges of the body.
    fn sealed(&self, body: &[u8]) -> Vec<Range<usize>>;
    /// Whether the sealed content is the same all the same, only written differently.
    fn says_the_same(&self, before: &[u8], after: &[u8]) -> bool;
}

pub(crate) static ALL: [&dyn Gateway; 9] = [
    &crate::icbc::Icbc,
    &crate::ysepay::Ysepay,
    &crate::wechat::Wechat,
    &crate::edgeros::Edgeros,
    &crate::chinaums::Chinaums,
    &crate::icbc_query::IcbcQuery,
    &crate::wechat_query::WechatQuery,
    &crate::edgeros_query::EdgerosQuery,
    &crate::chinaums_query::ChinaumsQuery,
];

/// For the title of a test.
pub(crate) fn name(gateway: &dyn Gateway) -> String {
    format!("{} {}", gateway.id(), gateway.operation())
}

/// Whether a gateway signs its replies; ChinaUMS does not.
pub(crate) fn signs(gateway: &dyn Gateway) -> bool {
    gateway.evidence() > Evidence::TlsOnly
}
