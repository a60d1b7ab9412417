//! Hashes and MACs of a secret that both sides know.

use super::rsa::other_hash;
use super::written::{Reading, Written, readings, written};
use super::{Facts, Hash, PrivateKey, Seal, from_hex, hex};
use crate::search::{Deviation, with_secret};
use crate::settings::Secret;
use hmac::Hmac;

/// How a secret is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Plain(Hash),
    Hmac(Hash),
}

impl Method {
    const ALL: [Self; 8] = [
        Self::Plain(Hash::Md5),
        Self::Plain(Hash::Sha1),
        Self::Plain(Hash::Sha256),
        Self::Plain(Hash::Sha512),
        Self::Hmac(Hash::Md5),
        Self::Hmac(Hash::Sha1),
        Self::Hmac(Hash::Sha256),
        Self::Hmac(Hash::Sha512),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain(hash) => hash.name(),
            Self::Hmac(Hash::Md5) => "HMAC-MD5",
            Self::Hmac(Hash::Sha1) => "HMAC-SHA1",
            Self::Hmac(Hash::Sha256) => "HMAC-SHA256",
            Self::Hmac(Hash::Sha384) => "HMAC-SHA384",
            Self::Hmac(Hash::Sha512) => "HMAC-SHA512",
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Plain(hash) | Self::Hmac(hash) => hash.size(),
        }
    }

    fn of(self, secret: &[u8], text: &[u8]) -> Vec<u8> {
        match self {
            Self::Plain(hash) => hash.of(text),
            Self::Hmac(Hash::Md5) => mac::<Hmac<md5::Md5>>(secret, text),
            Self::Hmac(Hash::Sha1) => mac::<Hmac<sha1::Sha1>>(secret, text),
            Self::Hmac(Hash::Sha256) => mac::<Hmac<sha2::Sha256>>(secret, text),
            Self::Hmac(Hash::Sha384) => mac::<Hmac<sha2::Sha384>>(secret, text),
            Self::Hmac(Hash::Sha512) => mac::<Hmac<sha2::Sha512>>(secret, text),
        }
    }
}

fn mac<M: hmac::Mac + hmac::digest::KeyInit>(secret: &[u8], text: &[u8]) -> Vec<u8> {
    <M as hmac::Mac>::new_from_slice(secret).map(|mac| mac.chain_update(text).finalize().into_bytes().to_vec()).unwrap_or_default()
}

/// A signature with every secret that may have made it.
pub(crate) struct SharedSeal {
    readings: Vec<Reading>,
    secrets: Vec<(Option<Deviation>, Vec<u8>)>,
    due: Method,
    written: Written,
}

impl SharedSeal {
    /// `right` is the secret that belongs there, `others` are what else may have been taken for it: configured, or well known.
    pub(crate) fn open(signature: &str, written: Written, due: Method, right: &Secret, others: &[Secret]) -> Self {
        let mut secrets = vec![(None, right.text.clone().into_bytes())];
        let mut add = |deviation: Deviation, bytes: Vec<u8>| {
            if !secrets.iter().any(|(_, known)| *known == bytes) {
                secrets.push((Some(deviation), bytes));
            }
        };
        for other in others {
            let detail = if other.mistake == "key_sample" { "" } else { other.name.as_str() };
            add(Deviation::new(other.mistake, detail), other.text.clone().into_bytes());
        }
        for (mistake, detail, bytes) in mistaken(&right.text) {
            add(Deviation::new(mistake, detail), bytes);
        }
        Self { readings: readings(signature, written), secrets, due, written }
    }
}

/// What has been taken for a secret.
fn mistaken(secret: &str) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let text = |text: String| text.into_bytes();
    let mut forms = vec![
        ("key_newline", "\\n", text(format!("{secret}\n"))),
        ("key_newline", "\\r\\n", text(format!("{secret}\r\n"))),
        ("key_blank", "behind", text(format!("{secret} "))),
        ("key_blank", "before", text(format!(" {secret}"))),
        ("key_blank", "tab", text(format!("{secret}\t"))),
        ("key_blank", "U+00A0", text(format!("{secret}\u{a0}"))),
        ("key_blank", "U+200B", text(format!("{secret}\u{200b}"))),
        ("key_blank", "U+200B before", text(format!("\u{200b}{secret}"))),
        ("key_bom", "", text(format!("\u{feff}{secret}"))),
        ("key_quoted", "\"", text(format!("\"{secret}\""))),
        ("key_quoted", "'", text(format!("'{secret}'"))),
        ("key_case", "", text(secret.to_uppercase())),
        ("key_case", "", text(secret.to_lowercase())),
        ("key_hashed", "MD5", text(hex(&Hash::Md5.of(secret.as_bytes())))),
        ("key_hashed", "MD5", text(hex(&Hash::Md5.of(secret.as_bytes())).to_uppercase())),
        ("key_hashed", "SHA-256", text(hex(&Hash::Sha256.of(secret.as_bytes())))),
        ("key_base64_encoded", "", text(chexiao_strict::base64::base64(secret.as_bytes()))),
        ("key_empty", "", Vec::new()),
    ];
    forms.extend(chexiao_strict::base64::from_base64(secret).map(|bytes| ("key_base64_decoded", "", bytes)));
    forms.extend(from_hex(secret).map(|bytes| ("key_hex_decoded", "", bytes)));
    if let Some(cut) = secret.char_indices().next_back().and_then(|(at, _)| secret.get(..at)) {
        forms.push(("key_cut", "", cut.into()));
    }
    forms.extend(secret.chars().next().and_then(|first| secret.get(first.len_utf8()..)).map(|cut| ("key_cut", "", cut.into())));
    forms.extend(["null", "undefined", "None", "nil", "YOUR_API_KEY", "your_api_key"].map(|word| ("key_placeholder", word, word.into())));
    forms
}

impl Seal for SharedSeal {
    fn made_over(&self, text: &[u8], wrong: usize) -> Vec<Vec<Deviation>> {
        let mut found = Vec::new();
        for (foreign, secret) in &self.secrets {
            if usize::from(foreign.is_some()) > wrong {
                continue;
            }
            let mut whole = None;
            for method in Method::ALL {
                let used = (method != self.due).then(|| other_hash(method.name(), self.due.name()));
                let so_far = usize::from(foreign.is_some()) + usize::from(used.is_some());
                let fits = |reading: &&Reading| so_far + reading.0.len() == wrong && reading.1.len() == method.size();
                let mut fitting = self.readings.iter().filter(fits).peekable();
                if fitting.peek().is_none() {
                    continue;
                }
                let digest = method.of(secret, whole.get_or_insert_with(|| with_secret(text, secret)));
                for (written, _) in fitting.filter(|(_, bytes)| *bytes == digest) {
                    found.push(foreign.iter().chain(&used).chain(written).cloned().collect());
                }
            }
        }
        found
    }

    fn most_wrong(&self) -> usize {
        2
    }

    fn is_readable(&self) -> bool {
        Method::ALL.iter().any(|method| self.readings.iter().any(|(_, bytes)| bytes.len() == method.size()))
    }

    fn remade(&self, text: &[u8], own: &[Deviation], _: &[PrivateKey]) -> Option<String> {
        let foreign = own.iter().find(|deviation| deviation.mistake.starts_with("key_"));
        let (_, secret) = self.secrets.iter().find(|(known, _)| known.as_ref() == foreign)?;
        let other = own.iter().find(|deviation| deviation.mistake == "hash_other");
        let used = |it: &Deviation| Method::ALL.into_iter().find(|method| it.detail.split(',').next() == Some(method.name()));
        let method = other.map_or(Some(self.due), used)?;
        let rest: Vec<Deviation> = own.iter().filter(|it| Some(*it) != foreign && Some(*it) != other).cloned().collect();
        written(&method.of(secret, &with_secret(text, secret)), self.written, &rest)
    }

    fn facts(&self) -> Facts {
        Facts { keys: self.secrets.len(), ..Facts::default() }
    }
}
