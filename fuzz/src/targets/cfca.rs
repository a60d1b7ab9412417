//! CFCA containers: what opens holds a key with its own certificate, opens with no other password, and is the same in every form.

use super::key_loader::look;
use crate::script::Script;
use crate::sealed;
use crate::tlv::{self, Tlv};
use crate::vectors::{self, KeyFile};
use std::sync::LazyLock;

static FILES: LazyLock<Vec<KeyFile>> = LazyLock::new(|| {
    vectors::key_files().into_iter().filter(|file| file.name.ends_with(".sm2") && file.name.starts_with("cfca")).collect()
});
/// The private number of `sm2-certificate-ysepay.cer`.
static NUMBER: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let primitives = vectors::of("ysepay", "primitives");
    let opened = primitives.iter().find(|vector| vector["id"] == "ysepay-cfca-sample").unwrap();
    let hex = opened["expect"]["private_key"].as_str().unwrap();
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
});
static CERTIFICATE: LazyLock<Vec<Tlv>> =
    LazyLock::new(|| tlv::read(&std::fs::read(vectors::tests().join("keys/files/sm2-certificate-ysepay.cer")).unwrap()).unwrap());

/// 0: a file of any bytes. 1: a container of the corpus, edited. 2: a container sealed here: another number, another certificate.
pub fn run(data: &[u8]) {
    let mut script = Script::new(data);
    match script.byte() % 3 {
        0 => _ = look(script.rest(), Some("123456")),
        1 => {
            let file = script.pick(&FILES);
            let joined: String = String::from_utf8_lossy(&file.bytes).split_ascii_whitespace().collect();
            let der = if file.bytes.starts_with(&[0x30]) { Some(file.bytes.clone()) } else { vectors::try_decode(&joined) };
            let Some(mut tree) = der.and_then(|der| tlv::read(&der)) else { return };
            tlv::edit(&mut tree, &mut script, 6);
            opened(&tlv::write(&tree), file.password.as_deref().unwrap_or_default());
        }
        _ => {
            let password = String::from_utf8_lossy(script.bytes()).into_owned();
            let mut number = NUMBER.clone();
            if script.byte() % 2 == 1 {
                number = script.bytes().into();
            }
            let mut certificate = CERTIFICATE.clone();
            let edits = usize::from(script.byte() % 6);
            tlv::edit(&mut certificate, &mut script, edits);
            let mut container = vec![sealed::cfca(&number, &tlv::write(&certificate), &password)];
            tlv::edit(&mut container, &mut script, 4);
            opened(&tlv::write(&container), &password);
        }
    }
}

/// Fails unless a container that was sealed here opens.
pub fn seeds() -> Vec<Vec<u8>> {
    let container = sealed::cfca(&NUMBER, &tlv::write(&CERTIFICATE), "123456").write();
    assert!(look(&container, Some("123456")).is_some_and(|found| found.certificates.len() == 1));
    let files = FILES.iter().map(|file| [&[0], file.bytes.as_slice()].concat());
    let edited = (0..FILES.len()).map(|at| vec![1, 0, at as u8]);
    let sealed: [&[u8]; 4] =
        [&[2, 6, b'1', b'2', b'3', b'4', b'5', b'6', 0, 0], &[2, 0, 0, 0], &[2, 1, b'x', 0, 1, 0, 3, 4, 1, 9], &[2, 1, b'x', 1, 1, 5, 0]];
    files.chain(edited).chain(sealed.into_iter().map(<[u8]>::to_vec)).collect()
}

fn opened(container: &[u8], password: &str) {
    let Some(found) = look(container, Some(password)) else { return };
    // Edits may have made another kind of file of it.
    let Some(own) = found.certificates.last().filter(|_| found.private.is_some() && !password.is_empty()) else { return };
    assert_eq!(own.matches, Some(true));
    assert_eq!(look(vectors::encode(container).as_bytes(), Some(password)).as_ref(), Some(&found), "base64");
    let other = format!("{password}0");
    assert_eq!(look(container, Some(&other)), None, "another password opens it");
    assert_eq!(look(container, None), None, "it opens without a password");
}
