//! The file of a download: whole, or not there. A thread of its own writes it, so that a slow disk holds up no other call.

use super::wire::{alarm, own_thread};
use crate::crypto::mac::{Algorithm, Digest, SHA256, hex};
use crate::gateway::{Saved, To};
use crate::ground::error::{Error, Result};
use crate::ground::foreign::cut;
pub(super) use hyper::body::Bytes;
#[cfg(target_os = "linux")]
use nix::{
    fcntl::{AT_FDCWD, AtFlags},
    libc,
    unistd::linkat,
};
use std::fmt::Display;
use std::fs::{self, File, OpenOptions};
use std::future::{Future, poll_fn};
use std::io::{self, ErrorKind, Seek, SeekFrom, Write};
#[cfg(target_os = "linux")]
use std::os::{fd::AsRawFd, unix::fs::OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::task::Poll;
use std::time::{Duration, Instant};
use tokio::sync::{mpsc, oneshot};

/// Pieces that wait to be written; then the network waits for the disk.
const WAITING: usize = 16;
/// For the thread to take back a file that did not come whole. A disk that hangs takes longer; nobody waits for that.
const TO_DISCARD: Duration = Duration::from_secs(1);

/// How much of a file has come.
#[derive(Default)]
pub(crate) struct Progress {
    received: AtomicU64,
    /// 0 where nobody has said so.
    expected: AtomicU64,
    is_file: AtomicBool,
}

impl Progress {
    pub(super) fn expect(&self, length: Option<u64>) {
        self.expected.store(length.unwrap_or(0), Relaxed);
    }

    pub(super) fn begin(&self) {
        self.is_file.store(true, Relaxed);
    }

    /// How much it was, and how much it is now.
    pub(super) fn add(&self, length: u64) -> (u64, u64) {
        let before = self.received.fetch_add(length, Relaxed);
        (before, before + length)
    }

    /// Whether what comes is a file at all.
    pub(super) fn is_file(&self) -> bool {
        self.is_file.load(Relaxed)
    }

    /// What has come; and how much it is to be, where that is known.
    pub(crate) fn so_far(&self) -> (u64, Option<u64>) {
        (self.received.load(Relaxed), Some(self.expected.load(Relaxed)).filter(|expected| *expected > 0))
    }
}

/// What a hash must be.
pub(super) type Expected = Option<(&'static Algorithm, Vec<u8>)>;

/// Why there is no file.
pub(super) enum Fault {
    /// It was not wanted after all.
    None,
    /// Its hash is another one.
    Hash,
    /// In the system's words.
    Disk(String),
}

type Ended = std::result::Result<Saved, Fault>;

/// The thread that writes a file. Dropping it takes the file back.
pub(super) struct Writer {
    verdict: oneshot::Sender<Expected>,
    done: oneshot::Receiver<Ended>,
}

impl Writer {
    /// Begins the file, under another name beside its own; gives it and where its pieces go.
    pub(super) async fn open(to: &To) -> Result<(Self, mpsc::Sender<Bytes>)> {
        let (pieces, to_write) = mpsc::channel(WAITING);
        let (verdict, judged) = oneshot::channel();
        let (tell, done) = oneshot::channel();
        let (begun, opened) = oneshot::channel();
        let to = to.clone();
        own_thread("chexiao-file", move || {
            let part = match Part::create(to) {
                Ok(part) => part,
                Err(error) => {
                    _ = begun.send(Err(error));
                    return;
                }
            };
            _ = begun.send(Ok(()));
            _ = tell.send(part.written(to_write, judged));
        })?;
        opened.await.unwrap_or_else(|_| Err(Error::call("to", "cannot be written: its thread failed")))?;
        Ok((Self { verdict, done }, pieces))
    }

    /// All of it has come: it gets its name, if its hash is this one.
    pub(super) async fn keep(self, expected: Expected) -> Ended {
        _ = self.verdict.send(expected);
        self.done.await.unwrap_or_else(|_| Err(Fault::Disk("the thread that writes it failed".into())))
    }

    /// It is taken back; if it could not be written, this is why.
    pub(super) async fn discard(self) -> Option<String> {
        drop(self.verdict);
        let mut done = self.done;
        let mut late = pin!(alarm(Instant::now() + TO_DISCARD).ok()?);
        let ended = poll_fn(|context| match pin!(&mut done).poll(context) {
            Poll::Pending => late.as_mut().poll(context).map(|()| None),
            ended => ended.map(|ended| ended.ok()),
        });
        match ended.await {
            Some(Err(Fault::Disk(why))) => Some(why),
            _ => None,
        }
    }
}

/// A file that has not got its name yet. Dropping it removes it.
struct Part {
    to: To,
    /// Its name until then. Where it can do without, a process that is killed leaves nothing.
    path: Option<PathBuf>,
    file: File,
    hash: Digest,
    bytes: u64,
}

impl Part {
    fn create(to: To) -> Result<Self> {
        check(&to)?;
        let begun = match nameless(folder(&to.path)) {
            Some(file) => Ok((file, None)),
            None => other_name(&to.path).and_then(|path| Ok((options().create_new(true).open(&path)?, Some(path)))),
        };
        let (file, path) = begun.map_err(|error| unusable(&error))?;
        Ok(Self { to, path, file, hash: Digest::new(&SHA256), bytes: 0 })
    }

    fn written(mut self, mut pieces: mpsc::Receiver<Bytes>, verdict: oneshot::Receiver<Expected>) -> Ended {
        while let Some(piece) = pieces.blocking_recv() {
            self.file.write_all(&piece)?;
            self.hash.update(&piece);
            self.bytes += piece.len() as u64;
        }
        match verdict.blocking_recv() {
            Ok(expected) => self.kept(expected),
            Err(_discarded) => Err(Fault::None),
        }
    }

    fn kept(mut self, expected: Expected) -> Ended {
        let sha256 = std::mem::replace(&mut self.hash, Digest::new(&SHA256)).finish();
        if let Some((algorithm, expected)) = expected {
            let found = if *algorithm == SHA256 { sha256.clone() } else { self.hashed(algorithm)? };
            if found != expected {
                return Err(Fault::Hash);
            }
        }
        self.file.sync_all()?;
        self.rename()?;
        // Its name too is to outlive a power cut; not every file system can be asked.
        _ = File::open(folder(&self.to.path)).and_then(|folder| folder.sync_all());
        Ok(Saved { path: self.to.path.clone(), bytes: self.bytes, sha256: hex(&sha256) })
    }

    fn hashed(&mut self, algorithm: &'static Algorithm) -> io::Result<Vec<u8>> {
        let mut hash = Digest::new(algorithm);
        self.file.seek(SeekFrom::Start(0))?;
        io::copy(&mut self.file, &mut hash)?;
        Ok(hash.finish())
    }

    /// Nothing that has come there meanwhile is replaced, unless it is to be.
    fn rename(&mut self) -> io::Result<()> {
        let path = match &self.path {
            None if !self.to.replace => return link(&self.file, &self.to.path),
            None => {
                let path = other_name(&self.to.path)?;
                link(&self.file, &path)?;
                self.path.insert(path)
            }
            Some(path) => path,
        };
        if self.to.replace {
            return fs::rename(path, &self.to.path);
        }
        match fs::hard_link(path, &self.to.path) {
            // A file system without links.
            Err(error) if error.kind() != ErrorKind::AlreadyExists && fs::symlink_metadata(&self.to.path).is_err() => {
                fs::rename(path, &self.to.path)
            }
            linked => linked,
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once it has its name there is none of this one, or one too many.
        _ = self.path.as_ref().map(fs::remove_file);
    }
}

/// To read again, where the gateway names another hash than the usual one.
fn options() -> OpenOptions {
    let mut options = File::options();
    options.read(true).write(true);
    options
}

fn other_name(to: &Path) -> io::Result<PathBuf> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(to.with_file_name(format!(".chexiao-{:016x}.part", u64::from_ne_bytes(random))))
}

/// A file in this folder that has no name and can be given one; `None` where there is no such thing.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    let file = options().custom_flags(libc::O_TMPFILE).open(folder).ok()?;
    fs::symlink_metadata(own_link(&file)).ok()?;
    Some(file)
}

#[cfg(target_os = "linux")]
fn link(file: &File, to: &Path) -> io::Result<()> {
    Ok(linkat(AT_FDCWD, &own_link(file), AT_FDCWD, to, AtFlags::AT_SYMLINK_FOLLOW)?)
}

#[cfg(target_os = "linux")]
fn own_link(file: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// What is there is not replaced; and nothing else than a file ever is.
fn check(to: &To) -> Result<()> {
    match fs::symlink_metadata(&to.path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(unusable(&error)),
        Ok(there) if !there.is_file() => Err(Error::call("to", "is there and is no file").with_hint(
            "name a file that is not there yet; directories, links and devices are left alone",
            "请给出尚不存在的文件；目录、链接和设备不会被替换",
        )),
        Ok(_) if !to.replace => Err(Error::call("to", "is there already")
            .with_hint("name another file, or set `replace` if it is to be replaced", "请换一个文件名；确需覆盖时请设置 `replace`")),
        Ok(_) => Ok(()),
    }
}

fn unusable(why: &dyn Display) -> Error {
    Error::call("to", format!("cannot be written: {}", cut(why)))
        .with_hint("name a file in a folder that is there and that this process may write to", "请给出现有且本进程可写的目录中的文件")
}

fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Disk(cut(error))
    }
}
