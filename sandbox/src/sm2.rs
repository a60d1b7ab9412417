//! Signing with SM2 (GB/T 32918-2016) on the recommended curve of GB/T 32918.5, over big integers: plain, slow, and of no
//! constant time, which a sandbox with throw-away keys does not need.

use std::sync::LazyLock;

use rand::RngCore as _;
use rand::rngs::OsRng;
use rsa::BigUint;

use crate::sm3;

/// y² = x³ + ax + b over the integers modulo p, where a is p − 3; g generates the group of n points.
struct Curve {
    p: BigUint,
    a: BigUint,
    b: BigUint,
    n: BigUint,
    g: (BigUint, BigUint),
}

static CURVE: LazyLock<Curve> = LazyLock::new(|| Curve {
    p: number(b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF"),
    a: number(b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC"),
    b: number(b"28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93"),
    n: number(b"FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"),
    g: (
        number(b"32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7"),
        number(b"BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0"),
    ),
});

fn number(hex: &[u8]) -> BigUint {
    BigUint::parse_bytes(hex, 16).unwrap_or_default()
}

/// A signature's two numbers; verifying takes only those from 1 to n − 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) r: BigUint,
    pub(crate) s: BigUint,
}

/// A point of the curve other than infinity.
#[derive(Clone)]
pub(crate) struct PublicKey {
    x: BigUint,
    y: BigUint,
}

/// The public key of a private key from 1 to n − 2; `None` for any other number.
pub(crate) fn public_key(d: &BigUint) -> Option<PublicKey> {
    let (x, y) = (*d < &CURVE.n - 1u32).then(|| Point::base().times(d).affine())??;
    Some(PublicKey { x, y })
}

/// Signs with a number drawn anew.
pub(crate) fn sign(d: &BigUint, public: &PublicKey, user_id: &[u8], message: &[u8]) -> Signature {
    let e = public.digest(user_id, message);
    loop {
        if let Some(signature) = sign_with(d, &e, &random()) {
            return signature;
        }
    }
}

/// A number below n; the bytes beyond 32 even it out.
pub(crate) fn random() -> BigUint {
    let mut bytes = [0; 48];
    OsRng.fill_bytes(&mut bytes);
    BigUint::from_bytes_be(&bytes) % &CURVE.n
}

/// A5 to A7 of GB/T 32918.2; `None` where the standard draws another `k`.
fn sign_with(d: &BigUint, e: &BigUint, k: &BigUint) -> Option<Signature> {
    let n = &CURVE.n;
    let (x, _) = Point::base().times(k).affine()?;
    let (zero, r) = (BigUint::default(), (e + x) % n);
    if r == zero || &r + k == *n {
        return None;
    }
    let s = (d + 1u32).modpow(&(n - 2u32), n) * (k + n * n - &r * d) % n;
    (s != zero).then_some(Signature { r, s })
}

impl PublicKey {
    /// 04, x, y: 65 bytes.
    pub(crate) fn uncompressed(&self) -> Vec<u8> {
        [vec![4], bytes32(&self.x), bytes32(&self.y)].concat()
    }

    /// B1 to B7 of GB/T 32918.2.
    pub(crate) fn verifies(&self, user_id: &[u8], message: &[u8], signature: &Signature) -> bool {
        let (zero, n) = (BigUint::default(), &CURVE.n);
        let Signature { r, s } = signature;
        let t = (r + s) % n;
        if *r == zero || r >= n || *s == zero || s >= n || t == zero {
            return false;
        }
        let key = Point { x: self.x.clone(), y: self.y.clone(), z: 1u32.into() };
        let sum = Point::base().times(s).plus(&key.times(&t));
        sum.affine().is_some_and(|(x, _)| (self.digest(user_id, message) + x) % n == *r)
    }

    /// e = SM3(ZA ‖ message).
    fn digest(&self, user_id: &[u8], message: &[u8]) -> BigUint {
        BigUint::from_bytes_be(&sm3::digest(&[&self.za(user_id), message]))
    }

    /// Who signs: SM3 of the user id (its length in bits before it, in two bytes), the curve and the key.
    fn za(&self, user_id: &[u8]) -> Vec<u8> {
        let bits = (user_id.len() as u16).wrapping_mul(8).to_be_bytes();
        let numbers = [&CURVE.a, &CURVE.b, &CURVE.g.0, &CURVE.g.1, &self.x, &self.y].map(bytes32);
        sm3::digest(&[&bits, user_id, &numbers.concat()])
    }
}

/// 32 bytes, big-endian.
pub(crate) fn bytes32(number: &BigUint) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; 32usize.saturating_sub(bytes.len())], bytes].concat()
}

/// Jacobian coordinates: (x / z², y / z³), and infinity where z is 0.
#[derive(Clone)]
struct Point {
    x: BigUint,
    y: BigUint,
    z: BigUint,
}

impl Point {
    fn base() -> Point {
        Point { x: CURVE.g.0.clone(), y: CURVE.g.1.clone(), z: 1u32.into() }
    }

    fn is_infinite(&self) -> bool {
        self.z == BigUint::default()
    }

    /// Doubles and adds, from the highest bit down.
    fn times(&self, factor: &BigUint) -> Point {
        let bits = factor.to_bytes_be().into_iter().flat_map(|byte| (0..8).rev().map(move |at| byte >> at & 1 == 1));
        let infinity = Point { z: BigUint::default(), ..self.clone() };
        bits.fold(infinity, |sum, bit| if bit { sum.doubled().plus(self) } else { sum.doubled() })
    }

    fn doubled(&self) -> Point {
        let delta = mul(&self.z, &self.z);
        let gamma = mul(&self.y, &self.y);
        let beta = mul(&self.x, &gamma);
        let alpha = mul(&(sub(&self.x, &delta) * 3u32), &(&self.x + &delta));
        let x = sub(&mul(&alpha, &alpha), &(&beta * 8u32));
        let y = sub(&mul(&alpha, &sub(&(&beta * 4u32), &x)), &(mul(&gamma, &gamma) * 8u32));
        Point { x, y, z: mul(&(&self.y * 2u32), &self.z) }
    }

    fn plus(&self, other: &Point) -> Point {
        if self.is_infinite() {
            return other.clone();
        }
        if other.is_infinite() {
            return self.clone();
        }
        let (square, other_square) = (mul(&self.z, &self.z), mul(&other.z, &other.z));
        let (u, other_u) = (mul(&self.x, &other_square), mul(&other.x, &square));
        let (s, other_s) = (mul(&self.y, &mul(&other_square, &other.z)), mul(&other.y, &mul(&square, &self.z)));
        if u == other_u && s == other_s {
            return self.doubled();
        }
        let (h, slope) = (sub(&other_u, &u), sub(&other_s, &s));
        let (h2, h3) = (mul(&h, &h), mul(&h, &mul(&h, &h)));
        let uh2 = mul(&u, &h2);
        let x = sub(&mul(&slope, &slope), &(h3.clone() + &uh2 + &uh2));
        let y = sub(&mul(&slope, &sub(&uh2, &x)), &mul(&s, &h3));
        Point { x, y, z: mul(&h, &mul(&self.z, &other.z)) }
    }

    /// x and y; `None` at infinity.
    fn affine(&self) -> Option<(BigUint, BigUint)> {
        let inverse = self.z.modpow(&(&CURVE.p - 2u32), &CURVE.p);
        let square = mul(&inverse, &inverse);
        (!self.is_infinite()).then(|| (mul(&self.x, &square), mul(&self.y, &mul(&square, &inverse))))
    }
}

fn mul(a: &BigUint, b: &BigUint) -> BigUint {
    a * b % &CURVE.p
}

/// a − b, where b is less than 16 p.
fn sub(a: &BigUint, b: &BigUint) -> BigUint {
    (a + &CURVE.p * 16u32 - b) % &CURVE.p
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex::lower as hex;

    /// The example of GB/T 32918.2 with the recommended curve, from the key to r and s.
    #[test]
    fn standard() {
        let d = number(b"3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8");
        let public = public_key(&d).unwrap();
        let point = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                     ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
        assert_eq!(hex(&public.uncompressed()), point);
        let user_id = b"1234567812345678";
        assert_eq!(hex(&public.za(user_id)), "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3");
        let e = public.digest(user_id, b"message digest");
        assert_eq!(e, number(b"F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640"));
        let k = number(b"59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21");
        let signature = sign_with(&d, &e, &k).unwrap();
        assert_eq!(signature.r, number(b"F5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3"));
        assert_eq!(signature.s, number(b"B1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA"));
        assert!(public.verifies(user_id, b"message digest", &signature));
        assert!(!public.verifies(user_id, b"message digest.", &signature));
        assert!(!public.verifies(b"1234567812345679", b"message digest", &signature));
    }

    #[test]
    fn numbers_out_of_range_are_no_signature() {
        let d = random();
        let public = public_key(&d).unwrap();
        let Signature { r, s } = sign(&d, &public, b"u", b"m");
        let (n, zero) = (&CURVE.n, BigUint::default());
        let pairs = [
            (&r + n, s.clone()),
            (r.clone(), &s + n),
            (zero.clone(), s.clone()),
            (r.clone(), zero),
            (r.clone(), n - &r),
            (s.clone(), r.clone()),
        ];
        for (r, s) in pairs {
            assert!(!public.verifies(b"u", b"m", &Signature { r, s }));
        }
        assert!(public.verifies(b"u", b"m", &Signature { r, s }));
    }

    #[test]
    fn private_keys_out_of_range() {
        for d in [BigUint::default(), &CURVE.n - 1u32, CURVE.n.clone(), &CURVE.n + 5u32] {
            assert!(public_key(&d).is_none());
        }
        assert!(public_key(&(&CURVE.n - 2u32)).is_some() && public_key(&1u32.into()).is_some());
    }

    /// The group laws where the formulas have exceptions.
    #[test]
    fn group() {
        let times = |factor: BigUint| Point::base().times(&factor).affine();
        assert_eq!(times(CURVE.n.clone()), None);
        assert_eq!(times(&CURVE.n + 1u32), Point::base().affine());
        let two = Point::base().plus(&Point::base());
        assert_eq!(two.affine(), times(2u32.into()));
        assert_eq!(two.plus(&Point::base().times(&(&CURVE.n - 2u32))).affine(), None);
        let (x, y) = times(random()).unwrap();
        assert_eq!(mul(&y, &y), (mul(&mul(&x, &x), &x) + mul(&CURVE.a, &x) + &CURVE.b) % &CURVE.p);
    }
}
