//! A system that gives no threads, as an old container runtime (clone3 is EPERM there) or `ulimit -u` (EAGAIN): said so, and nothing is
//! sent. Each in a child, whose system calls a seccomp filter answers.

use crate::child;
use crate::server::Server;
use crate::support::{Merchant, assert_advice, assert_code, closed, http};
use chexiao::{Code, Kind};
use nix::libc::{self, c_long, sock_filter, sock_fprog};
use serde_json::json;

/// From here on no thread of this process makes another: the system calls for it end with these errors.
fn forbid_threads(calls: &[(c_long, i32)]) {
    let statement = |code: u32, k: u32| sock_filter { code: code as u16, jt: 0, jf: 0, k };
    let mut filter = vec![statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0)];
    for (call, errno) in calls {
        let differs = sock_filter { jf: 1, ..statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, u32::try_from(*call).unwrap()) };
        filter.extend([differs, statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | u32::try_from(*errno).unwrap())]);
    }
    filter.push(statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW));
    let program = sock_fprog { len: u16::try_from(filter.len()).unwrap(), filter: filter.as_mut_ptr() };
    // SAFETY: the program outlives the call, which copies it; it only makes some system calls fail.
    let installed = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, libc::SECCOMP_FILTER_FLAG_TSYNC, &raw const program)
    };
    assert_eq!(installed, 0, "{}", std::io::Error::last_os_error());
}

const BOTH: [c_long; 2] = [libc::SYS_clone3, libc::SYS_clone];

#[test]
fn a_first_call_without_a_thread_says_threads() {
    const NAME: &str = "no_threads::a_first_call_without_a_thread_says_threads";
    let Some(argument) = child::argument() else {
        let server = Server::start(|_| {});
        for errno in [libc::EPERM, libc::EAGAIN, libc::ENOMEM] {
            child::run(NAME, &format!("{errno} {}", server.url()), &[]);
        }
        return assert_eq!(server.seen().connections, 0);
    };
    let (errno, url) = argument.split_once(' ').unwrap();
    let errno = errno.parse().unwrap();
    let merchant = Merchant::at(url, &json!({}));
    forbid_threads(&BOTH.map(|call| (call, errno)));
    let parts = match errno {
        libc::EPERM => ["no thread can be started", "seccomp", "容器禁止创建线程"],
        _ => ["no thread can be started", "ulimit -u", "线程数上限"],
    };
    for _ in 0..2 {
        assert_advice(&merchant.close("A100").unwrap_err(), Kind::NotSent, &parts);
    }
}

/// The I/O thread is there; the resolver wants one of its own.
#[test]
fn a_look_up_without_a_thread_says_threads_and_leaves_addresses_alone() {
    const NAME: &str = "no_threads::a_look_up_without_a_thread_says_threads_and_leaves_addresses_alone";
    let Some(port) = child::argument() else {
        let server = Server::start(|connection| {
            while connection.request().is_some() {
                connection.send(http(200, "", &closed()));
            }
        });
        child::run(NAME, &server.port().to_string(), &[]);
        return assert_eq!(server.seen().requests.len(), 2);
    };
    let (by_address, by_name) = ["127.0.0.1", "localhost"].map(|host| Merchant::at(&format!("http://{host}:{port}"), &json!({}))).into();
    assert_code(&by_address.close("A100"), Code::Closed);
    forbid_threads(&BOTH.map(|call| (call, libc::EAGAIN)));
    assert_advice(&by_name.close("A101").unwrap_err(), Kind::NotSent, &["no thread can be started", "pids limit", "线程"]);
    assert_code(&by_address.close("A102"), Code::Closed);
}
