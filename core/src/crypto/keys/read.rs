//! From bytes to keys: what they are is read from the content, never from a file name or a label.

use super::contents::Contents;
use super::der::{self, Element, sequence};
use super::fault::{Fault, KeyFault};
use super::kdf::{Password, Work};
use super::material::{Certificate, PrivateKey, PublicKey, RsaPrivate, RsaPublic};
use super::pbe::{self, password_missing, wrong_password};
use super::{cfca, pem, pfx};
use crate::crypto::{from_base64, sm2};
use crate::secret::Secret;

/// Reads key material; `password` opens what is encrypted and is not looked at otherwise.
pub(crate) fn read(bytes: &[u8], password: Option<&str>) -> Result<Contents, Fault> {
    let mut contents = Contents::default();
    let mut work = Work::new();
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(KeyFault::Empty.because("is empty"));
    }
    let binary = matches!(bytes, [0x30, 0x80..=0xFF, ..]);
    if pem::is(bytes) && !binary {
        pem::read(&Secret::new(String::from_utf8_lossy(bytes).into()), password, &mut work, &mut contents)?;
        return Ok(contents);
    }
    if let Some(raw) = std::str::from_utf8(bytes).ok().and_then(|text| raw_sm2(text.trim()).transpose()) {
        raw?.add_to(&mut contents)?;
        return Ok(contents);
    }
    if bytes.first() == Some(&0x30) {
        // A vendor's container may begin with any byte, 0x30 among them.
        return match der(bytes, password, &mut work, &mut contents) {
            Ok(()) => Ok(contents),
            Err(_) if is_vendor_container(bytes) => Err(vendor_container()),
            Err(fault) => Err(fault),
        };
    }
    if is_vendor_container(bytes) {
        return Err(vendor_container());
    }
    known_stranger(bytes)?;
    let text = std::str::from_utf8(bytes).map_err(|_| KeyFault::Malformed.because("is neither PEM, DER nor base64"))?;
    let decoded = base64_of(text)?;
    if is_vendor_container(decoded.expose()) {
        return Err(vendor_container());
    }
    der(decoded.expose(), password, &mut work, &mut contents).map(|()| contents)
}

/// The bytes of base64 that blanks and line breaks may cut.
pub(super) fn base64_of(text: &str) -> Result<Secret<Vec<u8>>, Fault> {
    let joined = Secret::new(text.split_ascii_whitespace().collect::<String>());
    from_base64(joined.expose()).map(Secret::new).ok_or_else(|| {
        let standard = |byte: u8| byte.is_ascii_alphanumeric() || b"+/".contains(&byte);
        if joined.expose().trim_end_matches('=').bytes().all(standard) {
            KeyFault::Truncated.because("is not valid base64: it is cut off, or characters are missing")
        } else {
            KeyFault::Malformed.because("is not valid base64: it holds characters that do not belong there")
        }
    })
}

/// Forms of other programs that are worth a word of their own.
fn known_stranger(bytes: &[u8]) -> Result<(), Fault> {
    let text = bytes.trim_ascii_start();
    let starts = |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()));
    let (reason, what) = match bytes {
        [0xFE, 0xED, 0xFE, 0xED, ..] | [0xCE, 0xCE, 0xCE, 0xCE, ..] => {
            (KeyFault::Unsupported, "is a Java keystore (JKS); convert it: keytool -importkeystore -deststoretype PKCS12")
        }
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => (KeyFault::Malformed, "is UTF-16 text; save it as UTF-8 or ASCII"),
        _ if starts("ssh-rsa ") || starts("ssh-ed25519 ") || starts("ecdsa-sha2-") || starts("---- BEGIN SSH2") => {
            (KeyFault::Openssh, "is an OpenSSH key")
        }
        _ if starts("PuTTY-User-Key-File-") => (KeyFault::Unsupported, "is a PuTTY key; export it as an OpenSSL key with puttygen"),
        _ if starts("<RSAKeyValue") => (KeyFault::Unsupported, "is an XML key of .NET; export it as PKCS#8 or X.509"),
        _ if starts("<") => (KeyFault::Malformed, "is an HTML or XML page, not a key"),
        _ if starts("{") && text.windows(5).any(|window| window == b"\"kty\"") => (KeyFault::Unsupported, "is a JWK"),
        _ if starts("{") => (KeyFault::Malformed, "is JSON; a key stands here as PEM, DER or base64"),
        _ => return Ok(()),
    };
    Err(reason.because(what))
}

enum Raw {
    Private(sm2::PrivateKey),
    Public(sm2::PublicKey),
}

impl Raw {
    fn add_to(self, contents: &mut Contents) -> Result<(), Fault> {
        match self {
            Raw::Private(key) => contents.add_private(PrivateKey::Sm2(key))?,
            Raw::Public(key) => contents.public.push(PublicKey::Sm2(key)),
        }
        Ok(())
    }
}

/// SM2 keys as hexadecimal digits: 64 for the private number; 66, 128 or 130 for the point.
fn raw_sm2(text: &str) -> Result<Option<Raw>, Fault> {
    let Some(bytes) = pbe::from_hex(text.strip_prefix("0x").unwrap_or(text)).map(Secret::new) else { return Ok(None) };
    let off_curve = || KeyFault::Malformed.because("is hexadecimal of a key's length, but no point or number of the SM2 curve");
    let bytes = bytes.expose();
    Ok(match (bytes.len(), bytes.first()) {
        // With a zero before it, as Java's BigInteger writes it.
        (32, _) | (33, Some(0)) => Some(Raw::Private(sm2::PrivateKey::new(bytes).ok_or_else(off_curve)?)),
        (33, Some(2 | 3)) | (65, Some(4)) => Some(Raw::Public(sm2::PublicKey::new(bytes).ok_or_else(off_curve)?)),
        (64, _) => Some(Raw::Public(sm2::PublicKey::new(&[&[4], bytes.as_slice()].concat()).ok_or_else(off_curve)?)),
        _ => None,
    })
}

/// Two bytes of length and a ciphertext, which is never all ASCII: a format of a bank's own tools, which nobody else opens.
fn is_vendor_container(bytes: &[u8]) -> bool {
    let framed = |bytes: &[u8]| matches!(bytes, [high, low, rest @ ..] if usize::from(u16::from_be_bytes([*high, *low])) == rest.len());
    bytes.len() > 64 && !bytes.is_ascii() && framed(bytes)
}

fn vendor_container() -> Fault {
    KeyFault::VendorContainer.because("is a bank's own encrypted .key container, which nobody else opens")
}

/// Adds what one DER (or BER) value holds.
pub(super) fn der(bytes: &[u8], password: Option<&str>, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    if bytes.first() != Some(&0x30) {
        return Err(KeyFault::Malformed.because("is neither PEM nor the base64 of DER"));
    }
    match sequence(bytes) {
        Some(parts) => of_parts(bytes, &parts, password, work, contents),
        None => {
            let bytes = der::from_ber(bytes)?;
            let parts = sequence(bytes.expose()).ok_or_else(unknown)?;
            of_parts(bytes.expose(), &parts, password, work, contents)
        }
    }
}

fn of_parts(whole: &[u8], parts: &[Element<'_>], password: Option<&str>, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    use ::der::Tag;
    contents.count()?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).collect();
    match (tags.as_slice(), parts) {
        ([Tag::Integer, Tag::Sequence, Tag::OctetString, ..], [_, algorithm, key, ..]) => {
            contents.add_private(private_key_info(algorithm, key.content)?)?;
        }
        ([Tag::Integer, Tag::OctetString, ..], [version, number, ..]) if version.number() == Some(1) && number.content.len() <= 32 => {
            contents.add_private(PrivateKey::Sm2(ec_private_key(parts, None)?))?
        }
        ([Tag::Integer, Tag::Integer, ..], _) if parts.len() >= 9 => {
            contents.add_private(PrivateKey::Rsa(RsaPrivate::of(whole, parts)?))?
        }
        ([Tag::Integer, Tag::Integer], _) => contents.public.push(PublicKey::Rsa(RsaPublic::of(parts).ok_or_else(unknown)?)),
        ([Tag::Sequence, Tag::BitString], [algorithm, key]) => contents.public.push(public_key(algorithm, key)?),
        ([Tag::Sequence, Tag::Sequence, Tag::BitString], [signed, ..]) => contents.add_certificate(certificate(whole, signed)?),
        ([Tag::Sequence, Tag::OctetString], _) => {
            let password = Password::text(password.ok_or_else(password_missing)?);
            encrypted(&Element::of(whole).ok_or_else(unknown)?, &password, work, contents)?;
        }
        ([Tag::Integer, Tag::Sequence, Tag::Sequence], [version, key, certificate]) if cfca::is(version, key) => {
            cfca::read(key, certificate, password, contents)?;
        }
        ([Tag::Integer, Tag::Sequence, ..], [version, ..]) if version.number() == Some(3) => pfx::read(whole, password, work, contents)?,
        ([Tag::Integer, Tag::Integer, ..], _) if parts.len() == 6 => return Err(KeyFault::Unsupported.because("is a DSA key")),
        ([Tag::ObjectIdentifier, ..], _) => {
            return Err(KeyFault::Unsupported.because("is PKCS#7; export the certificate or the key itself: openssl pkcs7 -print_certs"));
        }
        _ => return Err(unknown()),
    }
    Ok(())
}

/// RFC 5208 `EncryptedPrivateKeyInfo`. A result that is no key was decrypted with a wrong password.
pub(super) fn encrypted(value: &Element<'_>, password: &Password<'_>, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    let parts = value.sequence().ok_or_else(unknown)?;
    let [algorithm, cipher_text] = parts.as_slice() else { return Err(unknown()) };
    let plain = pbe::decrypt(algorithm, cipher_text.octets().ok_or_else(unknown)?, password, work)?;
    let parts = sequence(plain.expose()).ok_or_else(wrong_password)?;
    of_parts(plain.expose(), &parts, None, work, contents)
}

/// `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01];
/// `id-ecPublicKey`, 1.2.840.10045.2.1.
const EC: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01];
/// SM2, as a curve and as an algorithm: 1.2.156.10197.1.301.
const SM2: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D];

enum Algorithm {
    Rsa,
    Sm2,
}

fn algorithm(identifier: &Element<'_>) -> Result<Algorithm, Fault> {
    let parts = identifier.sequence().ok_or_else(unknown)?;
    match (parts.first().and_then(Element::oid).ok_or_else(unknown)?, parts.get(1).and_then(Element::oid)) {
        (RSA, _) => Ok(Algorithm::Rsa),
        (SM2, _) | (EC, Some(SM2)) => Ok(Algorithm::Sm2),
        (EC, _) => Err(other_curve()),
        (oid, _) => Err(KeyFault::Unsupported.because(match oid {
            [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A] => "is an RSA key for PSS only; a key for PKCS#1 v1.5 belongs here",
            [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01] => "is a DSA key",
            [0x2B, 0x65, 0x6E..=0x71] => "is a key of Curve25519 or Curve448, which no gateway here uses",
            _ => "is a key of an algorithm that no gateway here uses",
        })),
    }
}

/// RFC 5208 `PrivateKeyInfo`, RFC 5958 `OneAsymmetricKey`.
fn private_key_info(identifier: &Element<'_>, key: &[u8]) -> Result<PrivateKey, Fault> {
    let kind = algorithm(identifier)?;
    let parts = sequence(key).ok_or_else(|| KeyFault::Malformed.because("is a PKCS#8 key that is broken inside"))?;
    match kind {
        Algorithm::Rsa => RsaPrivate::of(key, &parts).map(PrivateKey::Rsa),
        Algorithm::Sm2 => ec_private_key(&parts, Some(SM2)).map(PrivateKey::Sm2),
    }
}

/// RFC 5915 `ECPrivateKey`; the curve stands in it or around it. A public key beside it must be its own.
fn ec_private_key(parts: &[Element<'_>], around: Option<&[u8]>) -> Result<sm2::PrivateKey, Fault> {
    let [_, number, rest @ ..] = parts else { return Err(unknown()) };
    let inside = |tag| rest.iter().find(|part| part.is_context(tag)).and_then(|part| part.children()?.first().copied());
    match inside(0).map_or(around, |curve| curve.oid()) {
        Some(SM2) => {}
        _ => return Err(other_curve()),
    }
    let key =
        sm2::PrivateKey::new(number.content).ok_or_else(|| KeyFault::Malformed.because("is an SM2 key whose number is out of range"))?;
    match inside(1).map(|public| public.bits().and_then(sm2::PublicKey::new)) {
        Some(public) if public.as_ref() != Some(&key.public()) => {
            Err(KeyFault::Inconsistent.because("is an SM2 key whose public half is not its own"))
        }
        _ => Ok(key),
    }
}

/// `SubjectPublicKeyInfo`.
fn public_key(identifier: &Element<'_>, key: &Element<'_>) -> Result<PublicKey, Fault> {
    let kind = algorithm(identifier)?;
    let bits = key.bits().ok_or_else(unknown)?;
    match kind {
        Algorithm::Rsa => sequence(bits).and_then(|parts| RsaPublic::of(&parts)).map(PublicKey::Rsa).ok_or_else(unknown),
        Algorithm::Sm2 => sm2::PublicKey::new(bits)
            .map(PublicKey::Sm2)
            .ok_or_else(|| KeyFault::Malformed.because("is an SM2 public key that is no point of the curve")),
    }
}

/// RFC 5280 `TBSCertificate`: `[0] version` (optional), serial, algorithm, issuer, validity, subject, key, …
/// Neither chain nor dates are looked at.
fn certificate(whole: &[u8], signed: &Element<'_>) -> Result<Certificate, Fault> {
    use ::der::Tag;
    let parts = signed.sequence().ok_or_else(unknown)?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).collect();
    let version = usize::from(parts.first().is_some_and(|first| first.is_context(0)));
    match (tags.get(version..).unwrap_or_default(), parts.get(version + 5)) {
        ([Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::Sequence, Tag::Sequence, Tag::Sequence, ..], Some(spki)) => {
            match spki.sequence().as_deref() {
                Some([algorithm, key]) => Ok(Certificate { der: whole.into(), key: public_key(algorithm, key)? }),
                _ => Err(unknown()),
            }
        }
        ([Tag::Integer, Tag::Sequence, Tag::Sequence, ..], _) if version == 0 && parts.get(3).is_none_or(|part| part.is_context(0)) => {
            Err(KeyFault::CertificateRequest.because("is a certificate request; the issued certificate or the key belongs here"))
        }
        ([Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::UtcTime | Tag::GeneralizedTime, ..] | [Tag::Sequence, Tag::Sequence, ..], _) => {
            Err(KeyFault::Unsupported.because("is a revocation list, not a certificate"))
        }
        _ => Err(unknown()),
    }
}

fn other_curve() -> Fault {
    KeyFault::Unsupported.because("is an elliptic-curve key of another curve than SM2, which no gateway here uses")
}

fn unknown() -> Fault {
    KeyFault::Malformed.because("is DER, but no key or certificate that is known here")
}
