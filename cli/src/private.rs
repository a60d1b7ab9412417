//! Files and folders for this user alone. Those of Windows have the access list of the folder that they lie in: that of the user's own
//! folder for temporary files names nobody else but the system and administrators.

use std::fs::{DirBuilder, OpenOptions};

/// A file that is made so.
pub(crate) fn file(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

/// Folders that are.
pub(crate) fn folders() -> DirBuilder {
    #[allow(unused_mut)]
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}
