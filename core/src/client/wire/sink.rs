//! Where the body of a reply goes that is a file: to the thread that writes it, piece by piece.

use super::Lost;
use super::claim::Claim;
use crate::client::writer::{Bytes, Progress};
use crate::outcome::Reason;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// So much of a file has the time of a call; then the next so much has it.
pub(crate) const STRETCH: u64 = 1 << 20;

/// One file on its way.
pub(crate) struct Sink {
    pub(crate) pieces: mpsc::Sender<Bytes>,
    /// Whether a body that begins so is a file; `None` while that is open.
    pub(crate) is_file: fn(&[u8]) -> Option<bool>,
    /// In bytes.
    pub(crate) limit: u64,
    /// What each [`STRETCH`] may take.
    pub(crate) patience: Duration,
    pub(crate) progress: Arc<Progress>,
    /// Why a file with the head that has come cannot be known to be whole.
    pub(crate) doubt: Option<Reason>,
}

impl Sink {
    /// What a connection may send for it, with what frames it: small chunks and small TLS records.
    pub(super) fn framed(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_mul(2).max(STRETCH as usize)
    }

    /// For a body behind this head, which says how long it is, or not.
    pub(super) fn of(&mut self, head: &HeaderMap, length: Option<u64>) -> &mut Self {
        let values = |name| head.get_all(name).iter().flat_map(|value| value.as_bytes().split(|&byte| byte == b','));
        self.doubt = if values(CONTENT_ENCODING).any(|coding| !coding.trim_ascii().eq_ignore_ascii_case(b"identity")) {
            Some(Reason::Encoding)
        } else if values(CONTENT_LENGTH).count() + values(TRANSFER_ENCODING).count() != 1 {
            // Where the connection's end is the body's, one that was cut looks whole.
            Some(Reason::Head)
        } else {
            length.filter(|length| *length > self.limit).map(|_| Reason::TooLarge)
        };
        self.progress.expect(length);
        self
    }

    /// Whether the body goes here, as far as its beginning tells.
    pub(super) fn takes(&mut self, beginning: &[u8]) -> Result<Option<bool>, Lost> {
        if self.progress.is_file() {
            return Ok(Some(true));
        }
        let is_file = (self.is_file)(beginning);
        if is_file == Some(true) {
            self.doubt.map_or(Ok(()), |doubt| Err(Lost(doubt)))?;
            self.progress.begin();
        }
        Ok(is_file)
    }

    pub(super) async fn put(&mut self, piece: Bytes, claim: &Claim) -> Result<(), Lost> {
        let length = piece.len() as u64;
        if length == 0 {
            return Ok(());
        }
        let (before, after) = self.progress.add(length);
        if after > self.limit {
            return Err(Lost(Reason::TooLarge));
        }
        self.pieces.send(piece).await.map_err(|_| Lost(Reason::File))?;
        if before / STRETCH != after / STRETCH {
            claim.prolong(self.patience);
        }
        Ok(())
    }
}
