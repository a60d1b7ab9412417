//! What was found in a key file.

use super::fault::{Fault, KeyFault};
use super::material::{Certificate, PrivateKey, PublicKey};

/// More than any key file or chain holds; bounds the time that a hostile one costs.
const MOST_PARTS: usize = 64;

/// Everything that was found, in the order found; the same private key or certificate twice stands here once.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) private: Option<PrivateKey>,
    pub(crate) public: Vec<PublicKey>,
    pub(crate) certificates: Vec<Certificate>,
    parts: usize,
}

impl Contents {
    /// To be asked before each part is read.
    pub(super) fn count(&mut self) -> Result<(), Fault> {
        self.parts += 1;
        if self.parts > MOST_PARTS { Err(KeyFault::Several.because("holds more keys and certificates than any key file")) } else { Ok(()) }
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
}
