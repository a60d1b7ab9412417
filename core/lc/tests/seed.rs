//! The first random number of a process, which AWS-LC's jitter entropy would make 31 ms late. The only test of its process.

use std::time::Duration;

/// Several times what seeding by the kernel takes, and a third of what jitter takes.
const BOUND: Duration = Duration::from_millis(10);

#[test]
fn the_first_random_number_costs_no_measuring_of_clocks() {
    let mut bytes = [0; 48];
    let before = processor_time();
    // SAFETY: `bytes` is writable for its length.
    assert_eq!(unsafe { aws_lc_sys::RAND_bytes(bytes.as_mut_ptr(), bytes.len()) }, 1);
    let taken = processor_time() - before;
    assert_ne!(bytes, [0; 48]);
    assert!(taken < BOUND, "{taken:?}: is AWS_LC_SYS_NO_JITTER_ENTROPY set, as .cargo/config.toml does?");
}

/// Of this thread.
fn processor_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is writable.
    assert_eq!(unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) }, 0);
    Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}
