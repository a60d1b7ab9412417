//! What an API gives besides a reply: a file, and what is known of it.

use crate::crypto::mac::Algorithm;
use crate::ground::error::{Error, Result};
use crate::ground::secret::AsIs;
use crate::outcome::Doubt;
use crate::strict::xml::Fields;
use std::path::PathBuf;

/// How an API gives a file.
#[derive(Clone, Copy)]
pub(crate) enum Gives {
    /// It gives none.
    Nothing,
    /// Its reply is the file, which nothing signs; or a refusal. Says whether a body that begins so is the file; `None` while that is open.
    InReply(fn(&[u8]) -> Option<bool>),
    /// Its signed reply says where the file is, if there is one.
    Elsewhere(fn(&Fields) -> std::result::Result<Option<Place>, Doubt>),
}

/// Where a file is, and what its hash is.
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) algorithm: &'static Algorithm,
    pub(crate) hash: Vec<u8>,
}

/// Where a caller wants a file.
#[derive(Clone)]
pub(crate) struct To {
    pub(crate) path: PathBuf,
    /// Whether a file that is there may go.
    pub(crate) replace: bool,
}

impl To {
    /// The keys `to` and `replace` of a call.
    pub(super) fn read(to: Option<AsIs<String>>, replace: Option<bool>) -> Result<Option<Self>> {
        let Some(AsIs(to)) = to else {
            return match replace {
                None => Ok(None),
                Some(_) => Err(Error::call("replace", "stands without `to`").with_hint("name the file in `to`", "请在 `to` 中给出文件")),
            };
        };
        let path = PathBuf::from(&to);
        if to.ends_with('/') || to.contains('\0') || path.file_name().is_none() {
            return Err(Error::call("to", "is no name of a file")
                .with_hint("name the file itself, in a folder that is there", "请给出文件本身的路径，其目录须已存在"));
        }
        Ok(Some(Self { path, replace: replace.unwrap_or(false) }))
    }
}

/// A file that was downloaded: whole, on the disk, under its own name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// As the call named it.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: String,
}
