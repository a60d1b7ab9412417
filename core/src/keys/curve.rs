//! Elliptic curves as keys name them, or write them out in full: curves are compared as numbers.

use super::der::Element;
use super::fault::Fault;
use crate::crypto::{mac, sm2};
use crate::ground::key_fault::KeyFault;

/// SM2, as a curve and as an algorithm: 1.2.156.10197.1.301.
pub(super) const SM2: &[u8] = &[0x2A, 0x81, 0x1C, 0xCF, 0x55, 0x01, 0x82, 0x2D];

/// `prime-field`, 1.2.840.10045.1.1.
const PRIME_FIELD: &[u8] = &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x01, 0x01];

/// GB/T 32918.5: p, a, b, n.
const P: &str = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";
const A: &str = "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc";
const B: &str = "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93";
const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

/// That `parameters` (RFC 3279 `EcpkParameters`) are SM2's curve: its name, or X9.62 `ECParameters` with the same numbers.
pub(super) fn check(parameters: Option<&Element<'_>>) -> Result<(), Fault> {
    let is_sm2 = |parameters: &Element<'_>| parameters.oid() == Some(SM2) || written_out(parameters).is_some();
    if parameters.is_some_and(is_sm2) { Ok(()) } else { Err(other(parameters)) }
}

/// What a curve is called that is not SM2.
pub(super) fn other(parameters: Option<&Element<'_>>) -> Fault {
    let what = match parameters.and_then(Element::oid) {
        Some([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]) => {
            "is an elliptic-curve key of another curve than SM2 (P-256), which no gateway here uses"
        }
        Some([0x2B, 0x81, 0x04, 0x00, 0x22]) => "is an elliptic-curve key of another curve than SM2 (P-384), which no gateway here uses",
        Some([0x2B, 0x81, 0x04, 0x00, 0x23]) => "is an elliptic-curve key of another curve than SM2 (P-521), which no gateway here uses",
        Some([0x2B, 0x81, 0x04, 0x00, 0x0A]) => {
            "is an elliptic-curve key of another curve than SM2 (secp256k1), which no gateway here uses"
        }
        _ => "is an elliptic-curve key of another curve than SM2, which no gateway here uses",
    };
    KeyFault::Unsupported.because(what).mend(
        "have an RSA key or an SM2 key issued, as the account's sign_type says; SM2: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:SM2",
        "请按账户的 sign_type 换用 RSA 或 SM2 密钥，SM2 密钥可用此命令生成",
    )
}

/// `SEQ{version, SEQ{prime-field, p}, SEQ{a, b, seed?}, base point, order, cofactor?}`
fn written_out(parameters: &Element<'_>) -> Option<()> {
    let parts = parameters.sequence()?;
    let [version, field, curve, base, order, cofactor @ ..] = parts.as_slice() else { return None };
    let [kind, prime] = field.sequence()?.try_into().ok()?;
    let curve = curve.sequence()?;
    let number = |bytes: &[u8]| mac::hex(significant(bytes));
    let [a, b, ..] = curve.as_slice() else { return None };
    let base = sm2::PublicKey::new(base.octets()?)?;
    // The point of the private number one is the curve's base point.
    let same = (1..=3).contains(&version.number()?)
        && kind.oid() == Some(PRIME_FIELD)
        && number(prime.magnitude()?) == P
        && number(a.octets()?) == A
        && number(b.octets()?) == B
        && base == sm2::PrivateKey::new(&[1])?.public()
        && number(order.magnitude()?) == N
        && cofactor.first().is_none_or(|cofactor| cofactor.number() == Some(1));
    same.then_some(())
}

/// Without the zeros before it.
pub(super) fn significant(number: &[u8]) -> &[u8] {
    number.iter().position(|byte| *byte != 0).and_then(|at| number.get(at..)).unwrap_or_default()
}

/// A point as keys hold it: compressed, uncompressed, both at once (X9.62 hybrid), without its first byte, or wrapped in an
/// OCTET STRING (PKCS#11).
pub(super) fn point(bytes: &[u8]) -> Option<sm2::PublicKey> {
    match bytes {
        [0x04, 65, rest @ ..] if rest.len() == 65 => sm2::PublicKey::new(rest),
        [form @ 6..=7, rest @ ..] if rest.len() == 64 => {
            let odd = rest.last()? & 1;
            if form & 1 == odd { sm2::PublicKey::new(&[&[4], rest].concat()) } else { None }
        }
        _ if bytes.len() == 64 => sm2::PublicKey::new(&[&[4], bytes].concat()),
        _ => sm2::PublicKey::new(bytes),
    }
}

/// RFC 5915 `ECPrivateKey`; the curve stands in it, or else `around` it. A public key beside it must be its own.
pub(super) fn private_key(parts: &[Element<'_>], around: Result<(), Fault>) -> Result<sm2::PrivateKey, Fault> {
    let [_, number, rest @ ..] = parts else { return Err(KeyFault::Malformed.because("is an elliptic-curve key that is broken inside")) };
    let inside = |tag| rest.iter().find(|part| part.is_context(tag)).and_then(|part| part.children()?.first().copied());
    inside(0).map_or(around, |curve| check(Some(&curve)))?;
    let key =
        sm2::PrivateKey::new(number.content).ok_or_else(|| KeyFault::Malformed.because("is an SM2 key whose number is out of range"))?;
    match inside(1).map(|public| public.bits().and_then(point)) {
        Some(public) if public.as_ref() != Some(&key.public()) => {
            Err(KeyFault::Inconsistent.because("is an SM2 key whose public half is not its own"))
        }
        _ => Ok(key),
    }
}
