//! What a server's certificate says of itself, for whoever decides whether the right one was shown.

use super::der::{Element, sequence};
use super::x509::{Facts, common_name};
use ::der::Tag;

/// `subjectAltName`, `basicConstraints`, `keyUsage`: 2.5.29.17, .19, .15.
const ALTERNATIVE_NAMES: &[u8] = &[0x55, 0x1D, 0x11];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1D, 0x13];
const KEY_USAGE: &[u8] = &[0x55, 0x1D, 0x0F];
/// `keyCertSign`, the sixth bit.
const SIGNS_CERTIFICATES: u8 = 0x04;

/// The parts that bear on trust.
pub(crate) struct ServerCertificate {
    /// RFC 4514.
    pub(crate) subject: String,
    pub(crate) issuer: String,
    pub(crate) is_self_issued: bool,
    /// RFC 3339, UTC, where they can be read.
    pub(crate) not_before: String,
    pub(crate) not_after: String,
    pub(crate) signed_with: &'static str,
    /// The subject's common name, where there is no `subjectAltName` that takes its place.
    pub(crate) common_name: Option<String>,
    /// Whether others may be issued by it, as OpenSSL takes it.
    pub(crate) may_issue: bool,
}

impl ServerCertificate {
    /// `None` if it is not laid out as a certificate.
    pub(crate) fn of(certificate: &[u8]) -> Option<Self> {
        let facts = Facts::of(certificate)?;
        let outer = sequence(certificate)?;
        let parts = outer.first()?.sequence()?;
        let extensions = parts.iter().find(|part| part.is_context(3)).and_then(|list| list.children()?.first()?.sequence());
        let extensions = extensions.unwrap_or_default();
        let subject = parts.get(4 + usize::from(parts.first()?.is_context(0)));
        let constraints = extension(&extensions, BASIC_CONSTRAINTS);
        let is_authority = |constraints| sequence(constraints)?.first().map(|ca| ca.tag == Tag::Boolean && ca.content == [0xFF]);
        let usage = extension(&extensions, KEY_USAGE);
        let signs = |usage| Some(Element::of(usage)?.content.get(1)? & SIGNS_CERTIFICATES != 0);
        let may_issue = match (constraints.map(is_authority), usage.map(signs)) {
            (Some(is_authority), usage) => is_authority == Some(true) && usage.is_none_or(|signs| signs == Some(true)),
            (None, Some(signs)) => signs == Some(true),
            // A certificate of version 1 cannot say; a root's is one that it issued itself.
            (None, None) => !parts.first()?.is_context(0) && facts.is_self_issued(),
        };
        let has_names = extension(&extensions, ALTERNATIVE_NAMES).is_some();
        Some(Self {
            is_self_issued: facts.is_self_issued(),
            common_name: subject.filter(|_| !has_names).and_then(common_name),
            may_issue,
            subject: facts.subject,
            issuer: facts.issuer,
            not_before: facts.not_before,
            not_after: facts.not_after,
            signed_with: facts.signed_with,
        })
    }
}

/// The value of the extension with this number.
pub(super) fn extension<'a>(extensions: &[Element<'a>], number: &[u8]) -> Option<&'a [u8]> {
    let parts = extensions.iter().filter_map(Element::sequence).find(|parts| parts.first().and_then(Element::oid) == Some(number))?;
    parts.last()?.octets()
}
