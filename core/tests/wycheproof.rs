//! PKCS#1 v1.5 signatures that look right, made as Wycheproof makes them, for SHA-1 too, which Wycheproof leaves out: none
//! makes a reply authentic. (Wycheproof's own vectors sign texts that no reply can be; they run inside the library.)
//!
//! `cargo test -p chexiao --test wycheproof -- --nocapture` shows the counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
use chexiao::{Client, Code, Evidence, HttpReply, HttpRequest, Outcome, Reason};
use chexiao_sandbox::{KeyPair, Keys};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePublicKey as _};
use rsa::traits::{PrivateKeyParts as _, PublicKeyParts as _};
use rsa::{BigUint, RsaPrivateKey, RsaPublicKey};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};

/// At least this many different signatures per gateway.
const SIGNATURES: usize = 240;

#[derive(Clone, Copy)]
struct Hash {
    algorithm: &'static digest::Algorithm,
    /// The content of the OBJECT IDENTIFIER.
    oid: &'static [u8],
}

const SHA1: Hash = Hash { algorithm: &digest::SHA1_FOR_LEGACY_USE_ONLY, oid: b"\x2b\x0e\x03\x02\x1a" };
const SHA256: Hash = Hash { algorithm: &digest::SHA256, oid: b"\x60\x86\x48\x01\x65\x03\x04\x02\x01" };
const OTHER_OIDS: [&[u8]; 8] = [
    b"\x2a\x86\x48\x86\xf7\x0d\x02\x02",     // MD2
    b"\x2a\x86\x48\x86\xf7\x0d\x02\x05",     // MD5
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x04", // SHA-224
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x02", // SHA-384
    b"\x60\x86\x48\x01\x65\x03\x04\x02\x08", // SHA3-256
    b"\x2b\x0e\x03\x02\x12",                 // SHA (0)
    b"\x2b\x24\x03\x02\x01",                 // RIPEMD-160
    b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05", // sha1WithRSAEncryption
];

impl Hash {
    fn of(self, message: &[u8]) -> Vec<u8> {
        digest::digest(self.algorithm, message).as_ref().to_vec()
    }

    /// SEQUENCE { SEQUENCE { OBJECT IDENTIFIER, NULL }, OCTET STRING }, where the element with this number is written by `write`.
    fn info(self, digest: &[u8], number: usize, write: Write) -> Vec<u8> {
        let element = |at: usize, tag: u8, content: &[u8]| if at == number { write(tag, content) } else { der(tag, content) };
        let algorithm = [element(2, 0x06, self.oid), element(3, 0x05, b"")].concat();
        element(0, 0x30, &[element(1, 0x30, &algorithm), element(4, 0x04, digest)].concat())
    }
}

type Write = fn(u8, &[u8]) -> Vec<u8>;

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    with_length(tag, &[content.len() as u8], content)
}

fn with_length(tag: u8, length: &[u8], content: &[u8]) -> Vec<u8> {
    [&[tag], length, content].concat()
}

/// Wrong ways to write an element.
const WRITES: [(&str, Write); 34] = [
    ("long form of the length", |tag, content| with_length(tag, &[0x81, content.len() as u8], content)),
    ("leading 0 in the length", |tag, content| with_length(tag, &[0x82, 0, content.len() as u8], content)),
    ("length + 1", |tag, content| with_length(tag, &[content.len() as u8 + 1], content)),
    ("length - 1", |tag, content| with_length(tag, &[(content.len() as u8).wrapping_sub(1)], content)),
    ("length + 2^32", |tag, content| with_length(tag, &[0x85, 1, 0, 0, 0, content.len() as u8], content)),
    ("length + 2^64", |tag, content| with_length(tag, &[0x89, 1, 0, 0, 0, 0, 0, 0, 0, content.len() as u8], content)),
    ("length 2^31 - 1", |tag, content| with_length(tag, b"\x84\x7f\xff\xff\xff", content)),
    ("length 2^31", |tag, content| with_length(tag, b"\x84\x80\0\0\0", content)),
    ("length 2^32 - 1", |tag, content| with_length(tag, b"\x84\xff\xff\xff\xff", content)),
    ("length of 127 bytes", |tag, content| with_length(tag, b"\xff", content)),
    ("indefinite length", |tag, content| [with_length(tag, b"\x80", content), vec![0, 0]].concat()),
    ("indefinite length without an end", |tag, content| with_length(tag, b"\x80", content)),
    ("absent", |_, _| Vec::new()),
    ("tag alone", |tag, _| vec![tag]),
    ("empty", |tag, _| der(tag, b"")),
    ("twice", |tag, content| der(tag, content).repeat(2)),
    ("0000 at its end", |tag, content| der(tag, &[content, b"\0\0"].concat())),
    ("0000 at its start", |tag, content| der(tag, &[b"\0\0", content].concat())),
    ("0000 behind", |tag, content| [der(tag, content), vec![0, 0]].concat()),
    ("NULL at its end", |tag, content| der(tag, &[content, b"\x05\0"].concat())),
    ("NULL at its start", |tag, content| der(tag, &[b"\x05\0", content].concat())),
    ("NULL behind", |tag, content| [der(tag, content), vec![5, 0]].concat()),
    ("unknown element before", |tag, content| [vec![0x49, 0x02, 0x77, 0x77], der(tag, content)].concat()),
    ("unknown element at its end", |tag, content| der(tag, &[content, b"\x49\x02\x77\x77"].concat())),
    ("first byte changed", |tag, content| {
        der(tag, &content.iter().enumerate().map(|(at, byte)| byte ^ u8::from(at == 0)).collect::<Vec<_>>())
    }),
    ("last byte changed", |tag, content| {
        der(tag, &content.iter().rev().enumerate().map(|(at, byte)| byte ^ u8::from(at == 0)).rev().collect::<Vec<_>>())
    }),
    ("first byte gone", |tag, content| der(tag, content.get(1..).unwrap_or_default())),
    ("last byte gone", |tag, content| der(tag, &content[..content.len().saturating_sub(1)])),
    ("tag 00", |_, content| der(0, content)),
    ("tag ff", |_, content| der(0xff, content)),
    ("next tag", |tag, content| der(tag + 1, content)),
    ("constructed or not", |tag, content| der(tag ^ 0x20, content)),
    ("in pieces", |tag, content| {
        der(tag | 0x20, &[der(tag, &content[..content.len() / 2]), der(tag, &content[content.len() / 2..])].concat())
    }),
    ("wrapped", |tag, content| der(0x30, &der(tag, content))),
];

/// `00 01 ff … ff 00 T`, `length` bytes long.
fn padded(t: &[u8], length: usize) -> Vec<u8> {
    [&[0, 1], vec![0xff; length - t.len() - 3].as_slice(), &[0], t].concat()
}

/// Encoded messages that differ from the right one, with what is wrong about them.
fn encodings(hash: Hash, message: &[u8], length: usize) -> Vec<(String, Vec<u8>)> {
    let digest = hash.of(message);
    let info = hash.info(&digest, usize::MAX, der);
    let mut all = Vec::new();
    for (number, element) in ["DigestInfo", "algorithm", "OID", "NULL", "digest"].iter().enumerate() {
        all.extend(WRITES.map(|(what, write)| (format!("{element}: {what}"), padded(&hash.info(&digest, number, write), length))));
    }
    let mut add = |what: String, encoded: Vec<u8>| all.push((what, encoded));
    for oid in OTHER_OIDS {
        add(format!("another algorithm {oid:x?}"), padded(&Hash { oid, ..hash }.info(&digest, usize::MAX, der), length));
    }
    let other = if hash.oid == SHA1.oid { SHA256 } else { SHA1 };
    add("another hash, rightly named".into(), padded(&other.info(&other.of(message), usize::MAX, der), length));
    add("another hash under this name".into(), padded(&hash.info(&other.of(message), usize::MAX, der), length));
    add("the digest alone".into(), padded(&digest, length));
    add("OCTET STRING alone".into(), padded(&der(4, &digest), length));
    add("digest of the digest".into(), padded(&hash.info(&hash.of(&digest), usize::MAX, der), length));
    add("another message".into(), padded(&hash.info(&hash.of(b"{}"), usize::MAX, der), length));
    add("nothing".into(), padded(b"", length));
    for garbage in [1, 2, 8, 16, 32] {
        add(format!("{garbage} bytes behind"), padded(&[&info[..], &vec![0x77; garbage]].concat(), length));
        add(format!("{garbage} zeros behind"), padded(&[&info[..], &vec![0; garbage]].concat(), length));
        add(format!("{garbage} zeros before"), padded(&[&vec![0; garbage][..], &info].concat(), length));
    }
    for padding in 0..=10 {
        let start = [&[0, 1], vec![0xff; padding].as_slice(), &[0], &info].concat();
        for fill in [0x00, 0x77, 0xff] {
            add(format!("{padding} bytes of padding, the rest {fill:02x}"), [&start[..], &vec![fill; length - start.len()]].concat());
        }
    }
    let right = padded(&info, length);
    let last = length - info.len() - 1;
    for at in [0, 1, 2, 3, 9, 10, last / 2, last - 1, last] {
        for byte in [0x00, 0x01, 0x02, 0xfe] {
            let mut changed = right.clone();
            changed[at] = byte;
            add(format!("byte {at} is {byte:02x}"), changed);
        }
    }
    add("shifted to the left".into(), [&right[1..], &[0]].concat());
    add("without the separator".into(), [&right[..last], &[0xff], &right[last + 1..]].concat());
    let distinct: &mut HashSet<Vec<u8>> = &mut HashSet::from([right]);
    all.into_iter().filter(|(_, encoded)| distinct.insert(encoded.clone())).collect()
}

struct Bench {
    client: Client,
    call: String,
    sent: HttpRequest,
    /// The reply with this text where the signature stands.
    body: fn(&str) -> String,
}

impl Bench {
    fn open(gateway: &str, settings: Value, order: &Value, keys: &Keys, body: fn(&str) -> String) -> Self {
        let mut config = chexiao_sandbox::config(gateway, "https://127.0.0.1:1", keys).unwrap();
        config["account"].as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        let client = Client::new(&config.to_string()).unwrap();
        let call = json!({ "operation": "close", "order": order }).to_string();
        let sent = client.sign(&call).unwrap();
        Self { client, call, sent, body }
    }

    fn judge(&self, signature: &str) -> Outcome {
        let body = (self.body)(signature).into_bytes();
        self.client.verify(&self.call, &self.sent, &HttpReply { status: 200, headers: Vec::new(), body })
    }
}

const BIZ: &str = r#"{"agreeCode":"A1","partnerSeq":"S1","return_code":0,"status":"2"}"#;
const OBJECT: &str = r#"{"code":"10000","trade_status":"SUCCESS"}"#;
const DATA: &str = r#""code":"SUCCESS","mch_no":"MCH1000000","#;
const DATA_END: &str = r#""sign_type":"SHA256withRSA","transaction_no":"AP1"}"#;

fn icbc(keys: &Keys, gateway_key: String, hash: &str) -> Bench {
    let order = json!({ "agreeCode": "A1", "orderCode": "O1", "partnerSeq": "S1" });
    let settings = json!({ "reply_hash": hash, "gateway_public_key": { "base64": gateway_key } });
    Bench::open("icbc", settings, &order, keys, |sign| format!(r#"{{"response_biz_content":{BIZ},"sign":"{sign}"}}"#))
}

fn ysepay(keys: &Keys) -> Bench {
    Bench::open("ysepay", json!({}), &json!({ "protocol_no": "K1" }), keys, |sign| {
        format!(r#"{{"sign":"{sign}","ysepay_trusteeship_sign_cancel_response":{OBJECT}}}"#)
    })
}

fn edgeros(keys: &Keys) -> Bench {
    Bench::open("edgeros", json!({}), &json!({ "transaction_no": "AP1" }), keys, |sign| {
        format!(r#"{{"status":200,"message":"SUCCESS","data":{{{DATA}"sign":"{sign}",{DATA_END}}}"#)
    })
}

/// Spellings of a right signature that are not its base64.
fn spellings(signature: &[u8]) -> Vec<String> {
    let right = STANDARD.encode(signature);
    let hex: String = signature.iter().map(|byte| format!("{byte:02x}")).collect();
    let stray = right.trim_end_matches('=').to_string();
    let last = STANDARD.encode([*signature.last().unwrap()]);
    let next = char::from(stray.as_bytes()[stray.len() - 1] + 1);
    let mut all = vec![
        URL_SAFE.encode(signature),
        STANDARD_NO_PAD.encode(signature),
        format!("{right}="),
        format!("{right}===="),
        format!("{right}AAAA"),
        format!("{right}{last}"),
        format!(" {right}"),
        format!("{right} "),
        format!("{right}\\n"),
        format!("{right}\\u0000"),
        format!("{}\\r\\n{}", &right[..76], &right[76..]),
        format!("{} {}", &right[..76], &right[76..]),
        format!("-{right}"),
        format!("{}{next}{}", &stray[..stray.len() - 1], &right[stray.len()..]),
        right.to_lowercase(),
        hex.to_uppercase(),
        hex,
    ];
    all.retain(|text| *text != right);
    all
}

/// Numbers and byte strings near a right signature.
fn neighbours(key: &RsaPrivateKey, signature: &[u8], encoded: &[u8]) -> Vec<(String, Vec<u8>)> {
    let (n, s, length) = (key.n(), BigUint::from_bytes_be(signature), signature.len());
    let number = |number: BigUint| {
        let bytes = number.to_bytes_be();
        [vec![0; length.saturating_sub(bytes.len())], bytes].concat()
    };
    let one = BigUint::from(1_u8);
    let numbers = [
        ("0", BigUint::from(0_u8)),
        ("1", one.clone()),
        ("2", BigUint::from(2_u8)),
        ("n - 1", n - &one),
        ("n", n.clone()),
        ("n + 1", n + &one),
        ("s + n", &s + n),
        ("s + 2n", &s + n + n),
        ("n - s", n - &s),
        ("s + 1", &s + &one),
        ("s squared", s.modpow(&BigUint::from(2_u8), n)),
        ("the private exponent", key.d().clone()),
        ("the message itself", BigUint::from_bytes_be(encoded)),
        ("all ones", (BigUint::from(1_u8) << (8 * length)) - &one),
    ];
    let mut all: Vec<(String, Vec<u8>)> = numbers.into_iter().map(|(what, value)| (format!("s is {what}"), number(value))).collect();
    all.push(("a leading zero".into(), [&[0], signature].concat()));
    all.push(("a trailing zero".into(), [signature, &[0]].concat()));
    all.push(("twice".into(), signature.repeat(2)));
    all.push(("reversed".into(), signature.iter().rev().copied().collect()));
    all.extend([0, 1, 20, 36, length / 2, length - 1].map(|end| (format!("the first {end} bytes"), signature[..end].to_vec())));
    all.extend([1, 2, length / 2].map(|start| (format!("without the first {start} bytes"), signature[start..].to_vec())));
    for at in (0..length).step_by(length / 16) {
        let mut changed = signature.to_vec();
        changed[at] ^= 1 << (at % 8);
        all.push((format!("byte {at} changed"), changed));
    }
    all.retain(|(_, bytes)| bytes != signature);
    all
}

fn check(name: &str, bench: &Bench, pair: &KeyPair, hash: Hash, message: &[u8]) {
    let key = RsaPrivateKey::from_pkcs8_der(&STANDARD.decode(pair.private_base64()).unwrap()).unwrap();
    let length = key.size();
    let sign = |encoded: &[u8]| {
        let bytes = BigUint::from_bytes_be(encoded).modpow(key.d(), key.n()).to_bytes_be();
        [vec![0; length - bytes.len()], bytes].concat()
    };
    let encoded = padded(&hash.info(&hash.of(message), usize::MAX, der), length);
    let right = sign(&encoded);
    assert_eq!(bench.judge(&STANDARD.encode(&right)).code(), Code::Closed, "{name}: the right one");
    let mut wrong: Vec<(String, String)> =
        encodings(hash, message, length).into_iter().map(|(what, encoded)| (what, STANDARD.encode(sign(&encoded)))).collect();
    wrong.extend(neighbours(&key, &right, &encoded).into_iter().map(|(what, bytes)| (what, STANDARD.encode(bytes))));
    wrong.extend(spellings(&right).into_iter().map(|text| (format!("spelt {text}"), text)));
    for (what, signature) in &wrong {
        let outcome = bench.judge(signature);
        let refused = (outcome.code(), outcome.reason(), outcome.evidence()) == (Code::Unknown, Some(Reason::Signature), Evidence::None);
        assert!(refused, "{name}, {what}: {outcome:?}");
    }
    let distinct = wrong.iter().map(|(_, signature)| signature).collect::<BTreeSet<_>>().len();
    println!("signatures {name}, {} bits: {distinct} wrong ones refused", length * 8);
    assert!(distinct >= SIGNATURES && distinct == wrong.len(), "{name}: {distinct} different ones of {}", wrong.len());
}

#[test]
fn wrong_encodings_numbers_and_spellings() {
    let keys = Keys::generate();
    let canonical = format!(r#"{{"data":{{{DATA}{DATA_END},"message":"SUCCESS","status":200}}"#);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let (weak, strong) = (&keys.icbc.gateway, &keys.edgeros.gateway);
            check("icbc SHA-1", &icbc(&keys, weak.public_base64(), "SHA-1"), weak, SHA1, BIZ.as_bytes());
            check("icbc SHA-1", &icbc(&keys, strong.public_base64(), "SHA-1"), strong, SHA1, BIZ.as_bytes());
            check("icbc SHA-256", &icbc(&keys, weak.public_base64(), "SHA-256"), weak, SHA256, BIZ.as_bytes());
        });
        scope.spawn(|| {
            check("ysepay SHA-1", &ysepay(&keys), &keys.ysepay.gateway, SHA1, OBJECT.as_bytes());
            check("edgeros SHA-256", &edgeros(&keys), &keys.edgeros.gateway, SHA256, canonical.as_bytes());
        });
    });
}

/// Bleichenbacher's forgery of 2006: with exponent 3 and a reader that stops behind the digest, a cube root is a signature.
/// Nobody knows the factors of this modulus, and nobody needs to.
#[test]
fn cube_roots() {
    let keys = Keys::generate();
    let n: BigUint = (BigUint::from(1_u8) << 2048) - BigUint::from(1_942_289_u32);
    let public = RsaPublicKey::new(n, BigUint::from(3_u8)).unwrap();
    let spki = STANDARD.encode(public.to_public_key_der().unwrap().as_bytes());
    for (name, hash) in [("SHA-1", SHA1), ("SHA-256", SHA256)] {
        let bench = icbc(&keys, spki.clone(), name);
        let info = hash.info(&hash.of(BIZ.as_bytes()), usize::MAX, der);
        for padding in 0..=16 {
            let start = [&[0, 1], vec![0xff; padding].as_slice(), &[0], &info].concat();
            let wanted = [&start[..], &vec![0; 256 - start.len()]].concat();
            let root = cube_root(&BigUint::from_bytes_be(&wanted)) + BigUint::from(1_u8);
            let cube = (&root * &root * &root).to_bytes_be();
            assert_eq!(cube[..start.len() - 1], start[1..], "not a forgery");
            let bytes = root.to_bytes_be();
            let outcome = bench.judge(&STANDARD.encode([vec![0; 256 - bytes.len()], bytes].concat()));
            assert_eq!((outcome.code(), outcome.reason()), (Code::Unknown, Some(Reason::Signature)), "{name}, {padding} bytes of padding");
        }
    }
}

/// Rounded down.
fn cube_root(cube: &BigUint) -> BigUint {
    let mut root = BigUint::from(0_u8);
    for bit in (0..=cube.bits() / 3).rev() {
        let larger = &root + (BigUint::from(1_u8) << bit);
        if &larger * &larger * &larger <= *cube {
            root = larger;
        }
    }
    root
}
