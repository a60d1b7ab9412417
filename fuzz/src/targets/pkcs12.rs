//! PKCS#12 from the inside: bags of any content, sealed here. Encryption, MAC, indefinite lengths and chunks change how a
//! container is written, never what is in it.

use super::key_loader::look;
use crate::script::Script;
use crate::sealed;
use crate::tlv::{self, Tlv, explicit, octets, sequence};
use crate::vectors;
use std::sync::LazyLock;

const PASSWORD: &str = "密 Pass.1";
/// 1.2.840.113549.1.12.10.1, the prefix of bags.
const BAGS: [u8; 10] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01];
const X509_CERTIFICATE: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01];

static KEYS: LazyLock<Vec<Vec<Tlv>>> = LazyLock::new(|| {
    parsed(&["sm2-pkcs8-der.der", "rsa-pkcs8-der.der", "sm2-pkcs8-no-public.der", "sm2-sec1-der.der", "rsa-pkcs1-der.der"])
});
static CERTIFICATES: LazyLock<Vec<Vec<Tlv>>> = LazyLock::new(|| {
    parsed(&[
        "sm2-platform.cer",
        "certificate-own-der.cer",
        "certificate-der.cer",
        "certificate-bmp-subject.cer",
        "sm2-certificate-ysepay.cer",
    ])
});

fn parsed(names: &[&str]) -> Vec<Vec<Tlv>> {
    let read = |name: &&str| tlv::read(&std::fs::read(vectors::tests().join("keys/files").join(name)).unwrap()).unwrap();
    names.iter().map(read).collect()
}

pub fn run(data: &[u8]) {
    let mut script = Script::new(data);
    let (seal, piece) = (script.byte(), 64 + usize::from(script.byte()));
    let count = usize::from(script.byte() % 5);
    let mut bags = vec![sequence((0..count).map(|_| bag(&mut script, 0)).collect())];
    tlv::edit(&mut bags, &mut script, 8);
    let bags = tlv::write(&bags);
    let plain = look(&sealed::pfx(&safe(&bags, None), None).write(), Some(PASSWORD));
    let other = look(&container(&bags, seal, piece), Some(PASSWORD));
    assert_eq!(plain, other, "sealed in way {:06b}", seal & 0x3F);
}

/// Combinations of bags, each sealed in several ways. Fails unless a key opens with its certificate.
pub fn seeds() -> Vec<Vec<u8>> {
    let pair = sequence(vec![bag(&mut Script::new(&[1, 0, 0, 0]), 0), bag(&mut Script::new(&[2, 0, 0, 0]), 0)]).write();
    let opened = look(&container(&pair, 0b11, 64), Some(PASSWORD)).expect("a container that opens");
    assert!(opened.private.is_some() && opened.certificates.len() == 1);
    let bags: [&[u8]; 8] = [
        &[0],
        &[2, 0, 0, 0, 0, 2, 0, 0, 0],
        &[2, 1, 0, 0, 0, 2, 0, 0, 0],
        &[2, 0, 0, 1, 0, 2, 0, 1, 0],
        &[1, 3, 1, 0, 0, 0, 0],
        &[3, 2, 0, 1, 0, 2, 0, 2, 0, 2, 0, 3, 0],
        &[2, 0, 0, 3, 0, 2, 0, 4, 0],
        &[2, 0, 0, 0, 0, 1, 0, 1, 0],
    ];
    bags.iter().flat_map(|bags| (0..64u8).step_by(3).map(move |seal| [&[seal, 63], *bags].concat())).collect()
}

/// A bag: kind, then the key or certificate that is in it, then edits of that.
fn bag(script: &mut Script<'_>, depth: usize) -> Tlv {
    let (kind, value) = match script.byte() % 5 {
        0 => (1, sequence_of(edited(script, &KEYS))),
        1 => (2, sealed::encrypted_key(&tlv::write(&edited(script, &KEYS)), PASSWORD)),
        2 => {
            let certificate = octets(tlv::write(&edited(script, &CERTIFICATES)));
            (3, sequence(vec![sealed::oid(X509_CERTIFICATE), explicit(certificate)]))
        }
        3 if depth < 6 => {
            let count = usize::from(script.byte() % 3);
            (6, sequence((0..count).map(|_| bag(script, depth + 1)).collect()))
        }
        _ => (5, octets(script.bytes())),
    };
    sequence(vec![sealed::oid(&[BAGS.as_slice(), &[kind]].concat()), explicit(value)])
}

fn sequence_of(mut elements: Vec<Tlv>) -> Tlv {
    if elements.len() == 1 { elements.remove(0) } else { sequence(elements) }
}

fn edited(script: &mut Script<'_>, from: &[Vec<Tlv>]) -> Vec<Tlv> {
    let mut tree = script.pick(from).clone();
    let edits = usize::from(script.byte() % 4);
    tlv::edit(&mut tree, script, edits);
    tree
}

fn safe(bags: &[u8], password: Option<&str>) -> Vec<u8> {
    sequence(vec![sealed::content(bags, password)]).write()
}

/// Bits of `seal`: encrypted, with a MAC, the outside as BER, the safe as BER, only its OCTET STRING in pieces.
fn container(bags: &[u8], seal: u8, piece: usize) -> Vec<u8> {
    let is = |bit: u8| seal & 1 << bit != 0;
    let content = sealed::content(bags, is(0).then_some(PASSWORD));
    let safe = sequence(vec![content]);
    let safe = if is(3) { tlv::to_ber(safe, piece) } else { safe };
    let pfx = sealed::pfx(&safe.write(), is(1).then_some(PASSWORD));
    let pfx = if is(4) { tlv::octets_in_pieces(pfx, piece) } else { pfx };
    if is(2) { tlv::to_ber(pfx, piece).write() } else { pfx.write() }
}
