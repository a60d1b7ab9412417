//! The process of the test: its environment, and O7, what it holds before and after.

use std::net::TcpListener;
use std::time::{Duration, Instant};

/// A proxy that nobody should ask.
pub(crate) struct Proxy(TcpListener);

/// Sets the six proxy variables for the whole matrix (row F8).
pub(crate) fn set_proxy_variables() -> Proxy {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    for name in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        // SAFETY: the only test of this binary, and no other thread of it reads the environment yet.
        unsafe { std::env::set_var(name, &url) };
    }
    for name in ["no_proxy", "NO_PROXY"] {
        // SAFETY: as above.
        unsafe { std::env::remove_var(name) };
    }
    Proxy(listener)
}

impl Proxy {
    pub(crate) fn connections(&self) -> usize {
        self.0.incoming().map_while(Result::ok).count()
    }
}

/// What the process held when nothing was under way.
pub(crate) struct Baseline {
    threads: usize,
    descriptors: usize,
    resident_kib: usize,
}

/// Bodies of 1 MiB and heads of 4 MiB pass through both sides, twenty at a time; the allocator keeps some of it, and each sandbox the last
/// 4 MiB.
const GROWTH_KIB: usize = 50 * 1024;

impl Baseline {
    pub(crate) fn take() -> Baseline {
        give_back_at_once();
        Baseline { threads: threads(), descriptors: descriptors(), resident_kib: resident_kib() }
    }

    /// What does not come back to where it was, within ten seconds.
    pub(crate) fn broken(&self) -> Option<String> {
        let late = Instant::now() + Duration::from_secs(10);
        loop {
            let (threads, descriptors, resident) = (threads(), descriptors(), resident_kib());
            if threads <= self.threads && descriptors <= self.descriptors && resident <= self.resident_kib + GROWTH_KIB {
                return None;
            }
            if Instant::now() > late {
                return Some(format!(
                    "threads {} to {threads} {:?}, descriptors {} to {descriptors}, KiB {} to {resident}",
                    self.threads,
                    names().collect::<Vec<_>>(),
                    self.descriptors,
                    self.resident_kib
                ));
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn threads() -> usize {
    names().count()
}

/// Without those of the resolver, which end when they have been idle for a while.
fn names() -> impl Iterator<Item = String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.map(|name| name.trim().to_string()).filter(|name| name != "chexiao-dns")
}

fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Once the allocator has given back what nobody uses.
fn resident_kib() -> usize {
    #[cfg(target_env = "gnu")]
    malloc_trim(0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// What is 128 KiB or more is mapped by itself, and unmapped when it is freed. Of its own accord glibc, once it has freed some MiB, keeps as
/// much at the end of each thread's heap, where `malloc_trim` leaves it: up to 8 MiB in each of 16.
fn give_back_at_once() {
    #[cfg(target_env = "gnu")]
    assert_eq!(mallopt(M_MMAP_THRESHOLD, 128 * 1024), 1);
}

#[cfg(target_env = "gnu")]
const M_MMAP_THRESHOLD: i32 = -3;

#[cfg(target_env = "gnu")]
// SAFETY: the C library's own functions, which take numbers and keep to their locks.
unsafe extern "C" {
    safe fn malloc_trim(pad: usize) -> i32;
    safe fn mallopt(parameter: i32, value: i32) -> i32;
}
