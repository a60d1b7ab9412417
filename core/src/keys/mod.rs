//! Key material as merchants hold it: PEM, DER, base64, PKCS#1, PKCS#8, PKCS#12, CFCA containers, X.509, with and without a
//! password. What it is is read from the content, never from a file name. No error repeats a byte of it.

mod cfca;
mod contents;
mod credentials;
mod curve;
mod der;
mod fault;
mod inspect;
mod kdf;
mod material;
mod names;
mod pbe;
mod pem;
mod pfx;
#[cfg(test)]
pub(crate) mod primitives;
mod read;
mod server;
mod settings;
mod source;
mod strangers;
mod tls;
mod value;
mod x509;

pub(crate) use credentials::{CredentialSource, Credentials, another};
pub(crate) use inspect::inspect_setting;
pub use inspect::{CertificateFacts, Inspection, KeyFacts, inspect, inspect_file};
pub(crate) use material::{PrivateKey, PublicKey, RsaPrivate, RsaPublic};
/// What is said of the merchant's own key in the place of the gateway's.
pub(crate) const OWN_KEY: &str = "is the merchant's own key; the gateway's public key belongs here";

pub(crate) use read::authorities;
pub(crate) use server::ServerCertificate;
pub use settings::{public_half, secret_text};
pub(crate) use source::{PrivateSource, PublicSource, SecretSource, read_document, read_file};
