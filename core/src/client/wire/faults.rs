//! The numbers of what the system refuses.

#[cfg(unix)]
pub(super) use nix::libc::{EACCES, EADDRINUSE, EADDRNOTAVAIL, EAFNOSUPPORT, EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSYS, EPERM};

/// Those of Windows Sockets, and of Windows where they have none.
#[cfg(windows)]
mod of_windows {
    pub(in super::super) const EPERM: i32 = 5; // ERROR_ACCESS_DENIED
    pub(in super::super) const ENOMEM: i32 = 8; // ERROR_NOT_ENOUGH_MEMORY
    pub(in super::super) const ENOSYS: i32 = 120; // ERROR_CALL_NOT_IMPLEMENTED
    pub(in super::super) const ENFILE: i32 = 4; // ERROR_TOO_MANY_OPEN_FILES
    pub(in super::super) const EACCES: i32 = 10013;
    pub(in super::super) const EMFILE: i32 = 10024;
    pub(in super::super) const EAFNOSUPPORT: i32 = 10047;
    pub(in super::super) const EADDRINUSE: i32 = 10048;
    pub(in super::super) const EADDRNOTAVAIL: i32 = 10049;
    pub(in super::super) const ENOBUFS: i32 = 10055;
}
#[cfg(windows)]
pub(super) use of_windows::*;
