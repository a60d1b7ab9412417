//! What this process holds: of Rust's heap to the byte, of the C library's (AWS-LC's memory among it), threads, descriptors.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicIsize, Ordering};
use std::time::Duration;

struct Counting;

/// Allocated and not freed, by all threads.
static BLOCKS: AtomicIsize = AtomicIsize::new(0);
static BYTES: AtomicIsize = AtomicIsize::new(0);

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn count(blocks: isize, bytes: isize) {
    BLOCKS.fetch_add(blocks, Ordering::Relaxed);
    BYTES.fetch_add(bytes, Ordering::Relaxed);
}

// SAFETY: every call is handed to the system's allocator as it came; counting needs no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size() as isize);
        // SAFETY: the caller's promises are passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        count(-1, -(layout.size() as isize));
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(0, size as isize - layout.size() as isize);
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    /// Of Rust's allocator.
    pub(crate) blocks: isize,
    pub(crate) bytes: isize,
    /// In use of the C library's heap, Rust's bytes included; exact with [`EXACTLY`]. 0 without glibc.
    pub(crate) c_bytes: isize,
    pub(crate) threads: usize,
    pub(crate) descriptors: usize,
}

/// Variables with which glibc keeps one heap for all threads, and none of what is freed for later.
pub(crate) const EXACTLY: [(&str, &str); 2] =
    [("MALLOC_ARENA_MAX", "1"), ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=0:glibc.malloc.mxfast=0")];

impl Held {
    pub(crate) fn now() -> Held {
        let entries = |folder: &str| std::fs::read_dir(folder).unwrap().count();
        let (threads, descriptors) = (entries("/proc/self/task"), entries("/proc/self/fd"));
        Held { blocks: BLOCKS.load(Ordering::Relaxed), bytes: BYTES.load(Ordering::Relaxed), c_bytes: c_bytes(), threads, descriptors }
    }
}

#[cfg(target_env = "gnu")]
fn c_bytes() -> isize {
    // SAFETY: reads the allocator's own numbers, under its lock.
    let numbers = unsafe { nix::libc::mallinfo2() };
    isize::try_from(numbers.uordblks + numbers.hblkhd).unwrap()
}

#[cfg(not(target_env = "gnu"))]
fn c_bytes() -> isize {
    0
}

/// Once it stays as it is for a while: what runs the tests has its own to do as one begins.
fn settled() -> Held {
    let (mut held, mut same) = (Held::now(), 0);
    while same < 10 {
        std::thread::sleep(Duration::from_millis(20));
        let now = Held::now();
        same = if (now.blocks, now.bytes) == (held.blocks, held.bytes) { same + 1 } else { 0 };
        held = now;
    }
    held
}

#[test]
fn counts_what_is_held() {
    if crate::child::argument().is_none() {
        return crate::child::run("counting::counts_what_is_held", "child", &EXACTLY);
    }
    let before = settled();
    let kept = (vec![0_u8; 3 << 20], std::fs::File::open("/").unwrap());
    // SAFETY: a block of the C library alone, freed below.
    let of_c = unsafe { nix::libc::malloc(1 << 20) };
    let held = Held::now();
    assert!(held.blocks - before.blocks >= 1 && held.descriptors - before.descriptors == 1, "{before:?} {held:?}");
    assert!((3 << 20..4 << 20).contains(&(held.bytes - before.bytes)), "{before:?} {held:?}");
    assert!(c_bytes() == 0 || (4 << 20..5 << 20).contains(&(held.c_bytes - before.c_bytes)), "{before:?} {held:?}");
    // SAFETY: allocated above.
    unsafe { nix::libc::free(of_c) };
    drop(kept);
    let after = Held::now();
    assert!(
        after.blocks == before.blocks && after.bytes == before.bytes && after.descriptors == before.descriptors,
        "{before:?} {after:?}"
    );
}
