//! Output that nobody may be reading: the exit code still tells what happened.

use std::io::Write;

/// Writes a line to standard output, if it can be written.
pub(crate) fn line(text: impl std::fmt::Display) {
    _ = writeln!(std::io::stdout(), "{text}");
}
