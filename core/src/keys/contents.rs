//! What was found in a key file.

use super::fault::Fault;
use super::material::{Certificate, PrivateKey, PublicKey};
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;

/// Everything that was found, in the order found; the same private key or certificate twice stands here once.
pub(crate) struct Contents {
    pub(crate) private: Option<PrivateKey>,
    pub(crate) public: Vec<PublicKey>,
    pub(crate) certificates: Vec<Certificate>,
    /// Whole, and of no use here: another curve, another algorithm, a request.
    pub(super) foreign: Vec<Foreign>,
    /// How many parts may still be read; bounds the time that a hostile file costs.
    left: usize,
}

/// What is passed over as long as there is something else.
pub(super) struct Foreign {
    pub(super) fault: Fault,
    pub(super) kind: ForeignKind,
    /// How many certificates of use to a gateway stand before it.
    pub(super) after: usize,
}

pub(super) enum ForeignKind {
    /// Its DER, where TLS may know what to do with it.
    Private(Option<Secret<Vec<u8>>>),
    /// Its DER: it takes its place in a chain.
    Certificate(Vec<u8>),
    Other,
}

impl Contents {
    /// Of at most `parts` keys and certificates.
    pub(super) fn of_at_most(parts: usize) -> Self {
        Self { private: None, public: Vec::new(), certificates: Vec::new(), foreign: Vec::new(), left: parts }
    }

    /// To be asked before each part is read.
    pub(super) fn count(&mut self) -> Result<(), Fault> {
        let left = self.left.checked_sub(1);
        self.left = left.ok_or_else(|| KeyFault::Several.because("holds more keys and certificates than any key file"))?;
        Ok(())
    }

    pub(super) fn add_private(&mut self, key: PrivateKey) -> Result<(), Fault> {
        match &self.private {
            Some(known) if known.public() == key.public() => {}
            Some(_) => return Err(KeyFault::Several.because("holds more than one private key")),
            None => {
                key.check()?;
                self.private = Some(key);
            }
        }
        Ok(())
    }

    pub(super) fn add_certificate(&mut self, certificate: Certificate) {
        if self.certificates.iter().all(|known| known.der != certificate.der) {
            self.certificates.push(certificate);
        }
    }

    /// Passes over what is foreign; what is broken, or needs another password, stays a fault.
    pub(super) fn pass_over(&mut self, fault: Fault, kind: ForeignKind) -> Result<(), Fault> {
        match fault.reason {
            KeyFault::Unsupported | KeyFault::CertificateRequest | KeyFault::Openssh => {
                self.foreign.push(Foreign { fault, kind, after: self.certificates.len() });
                Ok(())
            }
            _ => Err(fault),
        }
    }

    /// Every certificate, whatever its key.
    pub(super) fn certificate_ders(self) -> Vec<Vec<u8>> {
        let foreign = self.foreign.into_iter().filter_map(|foreign| match foreign.kind {
            ForeignKind::Certificate(der) => Some(der),
            _ => None,
        });
        self.certificates.into_iter().map(|certificate| certificate.der).chain(foreign).collect()
    }

    /// The foreign certificates: DER, and why they are foreign.
    pub(super) fn foreign_certificates(&self) -> impl Iterator<Item = (&[u8], &Fault)> {
        self.foreign.iter().filter_map(|foreign| match &foreign.kind {
            ForeignKind::Certificate(der) => Some((der.as_slice(), &foreign.fault)),
            _ => None,
        })
    }

    /// What is said if only foreign things were found: the one, or a list of all.
    pub(super) fn only_foreign(&self) -> Option<Fault> {
        let usable = self.private.is_some() || !self.public.is_empty() || !self.certificates.is_empty();
        if usable { None } else { listed(self.foreign.iter()) }
    }

    /// What is said where a private key is wanted and only foreign ones were found.
    pub(super) fn foreign_private(&self) -> Option<Fault> {
        listed(self.foreign.iter().filter(|foreign| matches!(foreign.kind, ForeignKind::Private(_))))
    }
}

/// The first, in the words of all.
fn listed<'a>(all: impl Iterator<Item = &'a Foreign>) -> Option<Fault> {
    let faults: Vec<&Fault> = all.map(|foreign| &foreign.fault).collect();
    let first = (*faults.first()?).clone();
    let mut words: Vec<&str> = faults.iter().map(|fault| fault.noun()).collect();
    words.dedup();
    match words.as_slice() {
        [_] => Some(first),
        several => Some(first.saying(format!("holds nothing that a gateway here uses, but {}", several.join("; ")))),
    }
}
