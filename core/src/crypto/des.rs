//! DES-ECB with PKCS#5 padding. Broken in every way; one gateway encrypts card numbers with it, inside TLS.

use ::des::Des;
use ::des::cipher::{Block, BlockCipherDecrypt, BlockCipherEncrypt, KeyInit};

const BLOCK: usize = 8;

/// Encrypts with a key of eight bytes.
pub(crate) fn encrypt(key: [u8; BLOCK], plain: &[u8]) -> Vec<u8> {
    let cipher = Des::new(&key.into());
    let missing = BLOCK - plain.len() % BLOCK;
    let padded = plain.iter().copied().chain(std::iter::repeat_n(missing as u8, missing)).collect::<Vec<u8>>();
    blocks(&padded, |block| cipher.encrypt_block(block))
}

/// `None` if the length or the padding is wrong.
pub(crate) fn decrypt(key: [u8; BLOCK], bytes: &[u8]) -> Option<Vec<u8>> {
    let cipher = Des::new(&key.into());
    let mut plain = blocks(bytes.len().is_multiple_of(BLOCK).then_some(bytes)?, |block| cipher.decrypt_block(block));
    let padding = plain.last().copied().filter(|last| (1..=8).contains(last))?;
    let kept = plain.len().checked_sub(padding.into())?;
    plain.split_off(kept).iter().all(|byte| *byte == padding).then_some(plain)
}

fn blocks(bytes: &[u8], each: impl Fn(&mut Block<Des>)) -> Vec<u8> {
    let (whole, _) = bytes.as_chunks::<BLOCK>();
    whole
        .iter()
        .flat_map(|block| {
            let mut block = Block::<Des>::from(*block);
            each(&mut block);
            block
        })
        .collect()
}
