//! One DER value and what it is: a key, a certificate, a container, told apart by their outline.

use super::contents::{Contents, ForeignKind};
use super::curve;
use super::der::{self, Element, sequence};
use super::fault::Fault;
use super::kdf::{Password, Work};
use super::material::{Certificate, PrivateKey, PublicKey, RsaPrivate, RsaPublic};
use super::pbe::{self, password_missing, wrong_password};
use super::{cfca, pfx, strangers};
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use ::der::Tag;

/// Adds what one DER (or BER) value holds. What no gateway uses is passed over.
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
    contents.count()?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).collect();
    match (tags.as_slice(), parts) {
        ([Tag::Integer, Tag::Sequence, Tag::OctetString, ..], [_, algorithm, key, ..]) => {
            private(private_key_info(algorithm, key.content), whole, contents)
        }
        ([Tag::Integer, Tag::OctetString, ..], [version, number, ..])
            if version.number() == Some(1) && curve::significant(number.content).len() <= MOST_EC_BYTES =>
        {
            private(curve::private_key(parts, Err(curve::other(None))).map(PrivateKey::Sm2), whole, contents)
        }
        ([Tag::Integer, Tag::Integer, ..], _) if parts.len() >= 9 => private(RsaPrivate::of(parts).map(PrivateKey::Rsa), whole, contents),
        ([Tag::Integer, Tag::Integer], _) => {
            contents.public.push(PublicKey::Rsa(RsaPublic::of(parts).ok_or_else(unknown)?));
            Ok(())
        }
        ([Tag::Sequence, Tag::BitString], [algorithm, key]) => match public_key(algorithm, key) {
            Ok(key) => {
                contents.public.push(key);
                Ok(())
            }
            Err(fault) => contents.pass_over(fault, ForeignKind::Other),
        },
        ([Tag::Sequence, Tag::Sequence, Tag::BitString], [signed, ..]) => signed_value(whole, signed, contents),
        ([Tag::Sequence, Tag::OctetString], _) => {
            let password = Password::text(password.ok_or_else(password_missing)?);
            encrypted(&Element::of(whole).ok_or_else(unknown)?, &password, work, contents)
        }
        ([Tag::Integer, Tag::Sequence, Tag::Sequence], [version, key, certificate]) if cfca::is(version, key) => {
            cfca::read(key, certificate, password, work, contents)
        }
        ([Tag::Integer, Tag::Sequence, ..], [version, ..]) if version.number() == Some(3) => pfx::read(whole, password, work, contents),
        ([Tag::Integer, Tag::Integer, ..], _) if parts.len() == 6 => {
            contents.pass_over(KeyFault::Unsupported.because("is a DSA key"), ForeignKind::Private(None))
        }
        ([Tag::ObjectIdentifier, ..], [kind, content]) if kind.oid().is_some_and(|oid| SIGNED_DATA.contains(&oid)) => {
            certificates_of(content, work, contents)
        }
        ([Tag::ObjectIdentifier, ..], _) => {
            contents.pass_over(KeyFault::Unsupported.because("is PKCS#7 without certificates"), ForeignKind::Other)
        }
        ([Tag::Sequence, Tag::Sequence], [sealed, _]) if is_sealed(sealed) => {
            Err(strangers::keystore("is a keystore of BouncyCastle (BCFKS)", "BCFKS"))
        }
        _ => Err(unknown()),
    }
}

/// Of the widest curve that anybody uses, P-521.
const MOST_EC_BYTES: usize = 66;

/// `signedData` of PKCS#7, 1.2.840.113549.1.7.2, and of GM/T 0010, 1.2.156.10197.6.1.4.2.2.
const SIGNED_DATA: [&[u8]; 2] =
    [&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02], &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x06, 0x01, 0x04, 0x02, 0x02]];

/// PKCS#7 as a bag of certificates (.p7b): nothing in it is signed.
fn certificates_of(content: &Element<'_>, work: &mut Work, contents: &mut Contents) -> Result<(), Fault> {
    let signed_data = content.children().and_then(|parts| parts.first()?.sequence()).ok_or_else(unknown)?;
    let certificates = signed_data.iter().find(|part| part.is_context(0)).and_then(Element::children).unwrap_or_default();
    certificates.iter().filter(|certificate| certificate.tag == Tag::Sequence).try_for_each(|one| der(one.whole, None, work, contents))
}

fn private(key: Result<PrivateKey, Fault>, whole: &[u8], contents: &mut Contents) -> Result<(), Fault> {
    match key {
        Ok(key) => contents.add_private(key),
        Err(fault) => contents.pass_over(fault, ForeignKind::Private(Some(Secret::new(whole.into())))),
    }
}

/// `EncryptedObjectStoreData`, the outline of a BCFKS store.
fn is_sealed(value: &Element<'_>) -> bool {
    value.sequence().is_some_and(|parts| parts.iter().map(|part| part.tag).eq([Tag::Sequence, Tag::OctetString]))
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

enum Algorithm {
    Rsa,
    /// An elliptic curve, which must be SM2's.
    Curve(Result<(), Fault>),
}

fn algorithm(identifier: &Element<'_>) -> Result<Algorithm, Fault> {
    let parts = identifier.sequence().ok_or_else(unknown)?;
    match parts.first().and_then(Element::oid).ok_or_else(unknown)? {
        RSA => Ok(Algorithm::Rsa),
        curve::SM2 => Ok(Algorithm::Curve(Ok(()))),
        EC => Ok(Algorithm::Curve(curve::check(parts.get(1)))),
        oid => Err(foreign_algorithm(oid)),
    }
}

fn foreign_algorithm(oid: &[u8]) -> Fault {
    let what = match oid {
        [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x0A] => "is an RSA key for PSS only; a key for PKCS#1 v1.5 belongs here",
        [0x2A, 0x86, 0x48, 0xCE, 0x38, 0x04, 0x01] => "is a DSA key",
        [0x2B, 0x65, 0x70] => "is an Ed25519 key, which no gateway here uses",
        [0x2B, 0x65, 0x71] => "is an Ed448 key, which no gateway here uses",
        [0x2B, 0x65, 0x6E | 0x6F] => "is a key for key agreement (X25519, X448), which no gateway here uses",
        _ => "is a key of another algorithm, which no gateway here uses",
    };
    KeyFault::Unsupported
        .because(what)
        .mend("have an RSA key or an SM2 key issued, as the account's sign_type says", "请按账户的 sign_type 换用 RSA 或 SM2 密钥")
}

/// RFC 5208 `PrivateKeyInfo`, RFC 5958 `OneAsymmetricKey`.
fn private_key_info(identifier: &Element<'_>, key: &[u8]) -> Result<PrivateKey, Fault> {
    let kind = algorithm(identifier)?;
    let parts = sequence(key).ok_or_else(|| KeyFault::Malformed.because("is a PKCS#8 key that is broken inside"))?;
    match kind {
        Algorithm::Rsa => RsaPrivate::of(&parts).map(PrivateKey::Rsa),
        Algorithm::Curve(curve) => curve::private_key(&parts, curve).map(PrivateKey::Sm2),
    }
}

/// `SubjectPublicKeyInfo`.
fn public_key(identifier: &Element<'_>, key: &Element<'_>) -> Result<PublicKey, Fault> {
    let kind = algorithm(identifier)?;
    let bits = key.bits().ok_or_else(unknown)?;
    match kind {
        Algorithm::Rsa => sequence(bits).and_then(|parts| RsaPublic::of(&parts)).map(PublicKey::Rsa).ok_or_else(unknown),
        Algorithm::Curve(curve) => curve.and_then(|()| {
            let off_curve = || KeyFault::Malformed.because("is an SM2 public key that is no point of the curve");
            curve::point(bits).map(PublicKey::Sm2).ok_or_else(off_curve)
        }),
    }
}

/// RFC 5280 `TBSCertificate`: `[0] version` (optional), serial, algorithm, issuer, validity, subject, key, …
/// Neither chain nor dates are looked at.
fn signed_value(whole: &[u8], signed: &Element<'_>, contents: &mut Contents) -> Result<(), Fault> {
    let parts = signed.sequence().ok_or_else(unknown)?;
    let tags: Vec<Tag> = parts.iter().map(|part| part.tag).collect();
    let version = usize::from(parts.first().is_some_and(|first| first.is_context(0)));
    match (tags.get(version..).unwrap_or_default(), parts.get(version + 5)) {
        ([Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::Sequence, Tag::Sequence, Tag::Sequence, ..], Some(spki)) => {
            let spki = spki.sequence().ok_or_else(unknown)?;
            let [algorithm, key] = spki.as_slice() else { return Err(unknown()) };
            match public_key(algorithm, key) {
                Ok(key) => {
                    contents.add_certificate(Certificate { der: whole.into(), key });
                    Ok(())
                }
                Err(fault) => contents.pass_over(fault.of_a_certificate(), ForeignKind::Certificate(whole.into())),
            }
        }
        ([Tag::Integer, Tag::Sequence, Tag::Sequence, ..], _) if version == 0 && parts.get(3).is_none_or(|part| part.is_context(0)) => {
            let request = KeyFault::CertificateRequest.because("is a certificate request; the issued certificate or the key belongs here");
            contents.pass_over(request, ForeignKind::Other)
        }
        ([Tag::Integer, Tag::Sequence, Tag::Sequence, Tag::UtcTime | Tag::GeneralizedTime, ..] | [Tag::Sequence, Tag::Sequence, ..], _) => {
            contents.pass_over(KeyFault::Unsupported.because("is a revocation list, not a certificate"), ForeignKind::Other)
        }
        _ => Err(unknown()),
    }
}

fn unknown() -> Fault {
    KeyFault::Malformed.because("is DER, but no key or certificate that is known here")
}
