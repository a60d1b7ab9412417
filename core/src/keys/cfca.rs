//! The `.sm2` container of CFCA's tools: a private number encrypted with SM4 under a password, and its certificate.

use super::contents::Contents;
use super::der::Element;
use super::fault::Fault;
use super::kdf::{Password, Work};
use super::material::{PrivateKey, PublicKey};
use super::pbe::{self, password_missing, wrong_password};
use super::value;
use crate::crypto::sm2;
use crate::ground::key_fault::KeyFault;

/// `id-sm2-data`, 1.2.156.10197.6.1.4.2.1.
const DATA: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x01];

/// SM4, 1.2.156.10197.1.104, and SM4-CBC, 1.2.156.10197.1.104.2: the same here.
const SM4: [&[u8]; 2] = [&[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68], &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x68, 0x02]];

/// Whether it is the start of such a container.
pub(super) fn is(version: &Element<'_>, key: &Element<'_>) -> bool {
    version.number() == Some(1) && key.sequence().and_then(|parts| parts.first()?.oid().map(|oid| oid == DATA)).unwrap_or(false)
}

/// Reads `SEQ{OID, OID sm4, OCTET STRING encrypted number}` and `SEQ{OID, OCTET STRING certificate}`; the cipher may stand in an
/// `AlgorithmIdentifier`.
pub(super) fn read(
    key: &Element<'_>,
    certificate: &Element<'_>,
    password: Option<&str>,
    work: &mut Work,
    contents: &mut Contents,
) -> Result<(), Fault> {
    let cipher = part(key, 1)?;
    let cipher = cipher.sequence().and_then(|parts| parts.first().copied()).unwrap_or(cipher);
    if !cipher.oid().is_some_and(|oid| SM4.contains(&oid)) {
        return Err(KeyFault::Unsupported.because("is a CFCA container (.sm2) that is encrypted with another cipher than SM4"));
    }
    let cipher_text = part(key, 2)?.octets().ok_or_else(broken)?;
    let given = password.ok_or_else(password_missing)?;
    let number = pbe::cfca(cipher_text, &Password::text(given))?;
    let number = sm2::PrivateKey::new(number.expose()).ok_or_else(wrong_password)?;
    value::der(part(certificate, 1)?.octets().ok_or_else(broken)?, None, work, contents)?;
    let own = contents.certificates.last().is_some_and(|certificate| certificate.key == PublicKey::Sm2(number.public()));
    contents.add_private(PrivateKey::Sm2(number))?;
    // The padding of one password in 256 looks right by chance.
    if own { Ok(()) } else { Err(wrong_password()) }
}

fn part<'a>(element: &Element<'a>, at: usize) -> Result<Element<'a>, Fault> {
    element.sequence().and_then(|parts| parts.get(at).copied()).ok_or_else(broken)
}

fn broken() -> Fault {
    KeyFault::Malformed.because("is a CFCA container (.sm2) that is broken inside")
}
