//! PKCS#12 (RFC 7292), from strict DER to what vendors' tools write: indefinite lengths, OCTET STRINGs in chunks, RC2-40.

use super::contents::Contents;
use super::der::{self, Element};
use super::fault::Fault;
use super::kdf::{self, Hash, Password, Purpose, Work};
use super::pbe::{self, password_missing, wrong_password};
use super::value;
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use aws_lc_rs::constant_time;

/// A bag of bags nests once, if ever.
const MAX_DEPTH: usize = 4;

/// Reads a `PFX`.
pub(super) fn read(whole: &[u8], given: Option<&str>, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    opened(whole, given.unwrap_or_default(), work, contents).map_err(|fault| match (fault.reason, given) {
        (KeyFault::WrongPassword, None) => password_missing(),
        _ => fault,
    })
}

fn opened(whole: &[u8], password: &str, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    // Its outline may be DER and what is inside BER.
    let whole = der::from_ber(whole)?;
    let parts = der::sequence(whole.expose()).ok_or_else(broken)?;
    let [_, auth_safe, mac @ ..] = parts.as_slice() else { return Err(broken()) };
    let [kind, content] = pair(auth_safe)?;
    if kind.oid() != Some(DATA) {
        return Err(KeyFault::Unsupported.because("is a PKCS#12 sealed with a signature instead of a password"));
    }
    let safe = only_child(&content)?.octets().ok_or_else(broken)?;
    let password = match mac {
        [mac, ..] => fitting(Password::text(password), mac, safe, work)?,
        // Without a MAC only the padding tells a wrong password.
        [] => Password::text(password),
    };
    let safe = der::from_ber(safe)?;
    for part in der::sequence(safe.expose()).ok_or_else(broken)? {
        let bags = match pair(&part)? {
            [kind, content] if kind.oid() == Some(DATA) => der::from_ber(only_child(&content)?.octets().ok_or_else(broken)?)?,
            // Decrypted with a wrong password, it may look like anything.
            [kind, content] if kind.oid() == Some(ENCRYPTED_DATA) => {
                der::from_ber(decrypt(&only_child(&content)?, &password, work)?.expose()).map_err(|_| wrong_password())?
            }
            _ => return Err(KeyFault::Unsupported.because("is a PKCS#12 that is encrypted to a public key")),
        };
        bags_of(bags.expose(), &password, work, contents, 0)?;
    }
    Ok(())
}

/// `data`, `encryptedData`: 1.2.840.113549.1.7.1 and 6.
const DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01];
const ENCRYPTED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x06];
/// 1.2.840.113549.1.12.10.1, the prefix of bags.
const BAGS: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01];
/// `x509Certificate`, 1.2.840.113549.1.9.22.1.
const X509_CERTIFICATE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01];

/// `MacData`: the password that it fits. A wrong MAC is a wrong password.
fn fitting<'a>(password: Password<'a>, mac: &Element<'_>, safe: &[u8], work: &mut Work) -> Result<Password<'a>, Fault> {
    let parts = mac.sequence().ok_or_else(broken)?;
    let [digest_info, salt, iterations @ ..] = parts.as_slice() else { return Err(broken()) };
    let [algorithm, expected] = pair(digest_info)?;
    let algorithm = algorithm.sequence().ok_or_else(broken)?;
    let expected = expected.octets().ok_or_else(broken)?;
    let kind = algorithm.first().and_then(Element::oid).ok_or_else(broken)?;
    if pbe::PBMAC1.contains(&kind) {
        let own = pbe::pbmac1(algorithm.get(1).ok_or_else(broken)?, safe, &password, work)?;
        let fits = constant_time::verify_slices_are_equal(&own, expected).is_ok();
        return if fits { Ok(password) } else { Err(wrong_password()) };
    }
    let hash = Hash::of_oid(kind)
        .ok_or_else(|| KeyFault::Unsupported.because("is a PKCS#12 whose MAC is not known here; write it again with `openssl pkcs12`"))?;
    let salt = salt.octets().ok_or_else(broken)?;
    let iterations = iterations.first().map_or(Some(1), Element::number).filter(|number| *number > 0).ok_or_else(broken)?;
    let mut fits = |password: &Password<'_>| -> Result<bool, Fault> {
        let key = kdf::pkcs12(hash, Purpose::Mac, password, salt, iterations, hash.length(), work)?;
        Ok(constant_time::verify_slices_are_equal(&hash.hmac(key.expose(), safe), expected).is_ok())
    };
    let none = Password::none();
    if fits(&password)? {
        Ok(password)
    } else if password.is_empty() && fits(&none)? {
        Ok(none)
    } else {
        Err(wrong_password())
    }
}

/// `EncryptedData`, whose content may come in chunks.
fn decrypt(data: &Element<'_>, password: &Password<'_>, work: &mut Work) -> Result<Secret<Vec<u8>>, Fault> {
    let [_, info] = pair(data)?;
    let parts = info.sequence().ok_or_else(broken)?;
    let [_, algorithm, content] = parts.as_slice() else { return Err(broken()) };
    let cipher_text = match content.children() {
        Some(chunks) => chunks.iter().map(Element::octets).collect::<Option<Vec<_>>>().ok_or_else(broken)?.concat(),
        None => content.content.to_vec(),
    };
    pbe::decrypt(algorithm, &cipher_text, password, work)
}

/// `SafeContents`.
fn bags_of(bags: &[u8], password: &Password<'_>, work: &mut Work, contents: &mut Contents, depth: usize) -> Result<(), Fault> {
    for bag in der::sequence(bags).ok_or_else(broken)? {
        let parts = bag.sequence().ok_or_else(broken)?;
        let [kind, value, ..] = parts.as_slice() else { return Err(broken()) };
        let value = only_child(value)?;
        match kind.oid().and_then(|oid| oid.strip_prefix(BAGS)) {
            Some([1]) => value::der(value.whole, None, work, contents)?,
            Some([2]) => value::encrypted(&value, password, work, contents)?,
            Some([3]) => {
                let [kind, certificate] = pair(&value)?;
                if kind.oid() == Some(X509_CERTIFICATE) {
                    value::der(only_child(&certificate)?.octets().ok_or_else(broken)?, None, work, contents)?;
                }
            }
            Some([6]) if depth < MAX_DEPTH => bags_of(value.whole, password, work, contents, depth + 1)?,
            // Revocation lists and secrets of other programs.
            _ => {}
        }
    }
    Ok(())
}

fn pair<'a>(element: &Element<'a>) -> Result<[Element<'a>; 2], Fault> {
    element.sequence().and_then(|parts| parts.try_into().ok()).ok_or_else(broken)
}

fn only_child<'a>(element: &Element<'a>) -> Result<Element<'a>, Fault> {
    match element.children().as_deref() {
        Some([child]) => Ok(*child),
        _ => Err(broken()),
    }
}

fn broken() -> Fault {
    KeyFault::Malformed.because("is a PKCS#12 container (.pfx, .p12) that is broken inside")
}
