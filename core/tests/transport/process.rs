//! What the host's process does: forks, signals, too few file descriptors.

use crate::certificates::{AUTHORITY, GOOD, server_with};
use crate::child;
use crate::server::Server;
use crate::support::{File, Merchant, assert_code, assert_unknown, closed, connections, http, sandbox};
use chexiao::{Code, Kind};
use chexiao_sandbox::Fault;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, kill, sigaction, signal};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, alarm, fork};
use serde_json::json;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Runs `body` in a forked child that lives at most 15 seconds.
fn forked(body: impl FnOnce()) -> Pid {
    // SAFETY: what the child needs, the C library provides after a fork of a process with threads: memory, sockets, new
    // threads. It takes no lock that another thread of this test could hold, and leaves by `_exit`.
    match unsafe { fork() }.unwrap() {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            alarm::set(15);
            let returned = catch_unwind(AssertUnwindSafe(body)).is_ok();
            // SAFETY: ends the process at once, without the destructors that belong to the parent.
            unsafe { nix::libc::_exit(i32::from(!returned)) }
        }
    }
}

#[track_caller]
fn assert_returned(child: Pid) {
    assert_eq!(waitpid(child, None), Ok(WaitStatus::Exited(child, 0)));
}

#[test]
fn parent_and_forked_child_both_go_on_working() {
    if child::argument().is_none() {
        return child::run("process::parent_and_forked_child_both_go_on_working", "child", &[]);
    }
    let sandbox = sandbox();
    let mut inherited = Some(Merchant::new(&sandbox.config("icbc", sandbox.http_url()).unwrap(), &json!({})));
    let unused = Merchant::new(&sandbox.config("icbc", sandbox.http_url()).unwrap(), &json!({}));
    assert_code(&inherited.as_ref().unwrap().close("A100"), Code::Closed);
    let child = forked(|| {
        let merchant = inherited.take().unwrap();
        assert_code(&merchant.close("A101"), Code::Closed);
        assert_code(&merchant.close("A102"), Code::Closed);
        drop(merchant);
        assert_code(&unused.close("A103"), Code::Closed);
    });
    let merchant = inherited.unwrap();
    assert_code(&merchant.close("A104"), Code::Closed);
    assert_returned(child);
    assert_code(&merchant.close("A105"), Code::Closed);
    assert_code(&unused.close("A106"), Code::Closed);
    assert_eq!(connections(&sandbox), 2, "each process has connections of its own, which its clients share");
    assert!((100..107).all(|n| sandbox.posts("icbc", &format!("A{n}")) == 1));
}

#[test]
fn a_forked_child_that_never_calls_only_drops_what_it_inherited() {
    if child::argument().is_none() {
        return child::run("process::a_forked_child_that_never_calls_only_drops_what_it_inherited", "child", &[]);
    }
    let sandbox = sandbox();
    let mut inherited = Some(Merchant::new(&sandbox.config("icbc", sandbox.http_url()).unwrap(), &json!({})));
    assert_code(&inherited.as_ref().unwrap().close("A100"), Code::Closed);
    assert_returned(forked(|| drop(inherited.take())));
    assert_code(&inherited.unwrap().close("A101"), Code::Closed);
    assert_eq!(connections(&sandbox), 1, "the parent's connection outlives the child");
}

#[test]
fn a_fork_during_a_call_disturbs_neither() {
    if child::argument().is_none() {
        return child::run("process::a_fork_during_a_call_disturbs_neither", "child", &[]);
    }
    let sandbox = sandbox();
    let mut config = sandbox.config("chinaums", sandbox.http_url()).unwrap();
    config["account"]["authentication"] = "access_token".into();
    let merchant = Merchant::new(&config, &json!({}));
    sandbox.inject("chinaums", Fault::Delay(Duration::from_millis(400)), 1);
    std::thread::scope(|scope| {
        let slow = scope.spawn(|| merchant.close("A100"));
        std::thread::sleep(Duration::from_millis(200));
        let child = forked(|| assert_code(&merchant.close("A101"), Code::Closed));
        assert_returned(child);
        assert_code(&slow.join().unwrap(), Code::Closed);
    });
    assert_code(&merchant.close("A102"), Code::Closed);
    assert!((100..103).all(|n| sandbox.posts("chinaums", &format!("A{n}")) == 1));
}

/// Parent and child both have pid 1. (What tells them apart is tried in core/lc/tests/identity.rs.)
#[test]
fn a_child_with_the_pid_of_its_parent_has_connections_of_its_own() {
    const NAME: &str = "process::a_child_with_the_pid_of_its_parent_has_connections_of_its_own";
    if child::argument().is_none() {
        return child::run(NAME, "child", &[]);
    }
    // SAFETY: changes nothing but where children are counted: the next one has pid 1.
    let begin_pid_namespace = || unsafe { nix::libc::unshare(nix::libc::CLONE_NEWPID) } == 0;
    let sandbox = sandbox();
    let merchant = Merchant::new(&sandbox.config("icbc", sandbox.http_url()).unwrap(), &json!({}));
    assert_code(&merchant.close("A100"), Code::Closed);
    let child = forked(|| {
        if !begin_pid_namespace() {
            println!("the kernel refuses a pid namespace: only different pids were tried");
            return assert_code(&merchant.close("A101"), Code::Closed);
        }
        let pid_1 = forked(|| {
            assert_eq!(std::process::id(), 1);
            assert_code(&merchant.close("A101"), Code::Closed);
            assert!(begin_pid_namespace());
            let child_of_pid_1 = forked(|| {
                assert_eq!(std::process::id(), 1);
                assert_code(&merchant.close("A102"), Code::Closed);
            });
            assert_returned(child_of_pid_1);
            assert_code(&merchant.close("A103"), Code::Closed);
        });
        assert_returned(pid_1);
    });
    assert_returned(child);
    assert_code(&merchant.close("A104"), Code::Closed);
    assert!(connections(&sandbox) <= 3, "each process has connections of its own, and keeps them");
}

/// AWS-LC aborts when an RSA key that was in use at the fork signs in the child, so each process parses its own.
#[test]
fn a_fork_while_other_threads_sign_leaves_the_child_a_usable_key() {
    if child::argument().is_none() {
        return child::run("process::a_fork_while_other_threads_sign_leaves_the_child_a_usable_key", "child", &[]);
    }
    let sandbox = sandbox();
    let client = chexiao::Client::new(&sandbox.config("icbc", sandbox.http_url()).unwrap().to_string()).unwrap();
    let call = json!({"operation": "close", "order": chexiao_sandbox::sample_order("icbc", "A1").unwrap()}).to_string();
    let done = AtomicBool::new(false);
    let ends: Vec<WaitStatus> = std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    client.sign(&call).unwrap();
                }
            });
        }
        let children: Vec<Pid> = (0..8).map(|_| forked(|| drop(client.sign(&call).unwrap()))).collect();
        let ends = children.into_iter().map(|child| waitpid(child, None).unwrap()).collect();
        done.store(true, Ordering::Relaxed);
        ends
    });
    assert!(ends.iter().all(|end| matches!(end, WaitStatus::Exited(_, 0))), "{ends:?}");
}

/// (That no write raises it is tried in wire/metered.rs.)
#[test]
fn a_peer_that_resets_while_we_write_does_not_end_a_process_that_leaves_sigpipe_alone() {
    if let Some(plain_url) = child::argument() {
        // SAFETY: only restores the default, which the Rust runtime has changed.
        unsafe { signal(Signal::SIGPIPE, SigHandler::SigDfl) }.unwrap();
        return write_to_the_dead(&plain_url);
    }
    let plain = Server::start(|connection| {
        connection.peek();
        connection.reset();
    });
    let name = "process::a_peer_that_resets_while_we_write_does_not_end_a_process_that_leaves_sigpipe_alone";
    child::run(name, &plain.url(), &[]);
    assert_eq!(plain.seen().connections, 20);
}

fn write_to_the_dead(plain_url: &str) {
    let plain = Merchant::at(plain_url, &json!({}));
    for _ in 0..20 {
        assert_unknown(&plain.close("A100"), "reset");
    }
    let over_tls = server_with(GOOD, |connection| {
        if connection.request().is_some() {
            connection.send(http(200, "", &closed()));
            connection.close_notify();
            connection.fin();
            connection.reset();
        }
    });
    let authority = File::new("sigpipe.pem", AUTHORITY);
    let merchant = Merchant::at(&over_tls.url(), &json!({"ca_file": authority.0}));
    for _ in 0..20 {
        assert!(matches!(merchant.close("A100").unwrap().code(), Code::Closed | Code::Unknown));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn signals_of_the_host_do_not_disturb_a_call() {
    if child::argument().is_none() {
        return child::run("process::signals_of_the_host_do_not_disturb_a_call", "child", &[]);
    }
    extern "C" fn ignored(_: i32) {}
    let action = SigAction::new(SigHandler::Handler(ignored), SaFlags::empty(), SigSet::empty());
    // SAFETY: the handler does nothing at all.
    unsafe { sigaction(Signal::SIGALRM, &action) }.unwrap();
    let sandbox = sandbox();
    let merchant = Merchant::new(&sandbox.config("wechat", sandbox.http_url()).unwrap(), &json!({}));
    sandbox.inject("wechat", Fault::Delay(Duration::from_millis(100)), 3);
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                kill(Pid::this(), Signal::SIGALRM).unwrap();
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let ends: Vec<_> = (0..30).map(|n| merchant.close(&format!("A{n:03}"))).collect();
        done.store(true, Ordering::Relaxed);
        ends.iter().for_each(|end| assert_code(end, Code::Closed));
    });
}

/// What is open in the child before the call differs from system to system; so the limit takes every value.
#[test]
fn too_few_file_descriptors_are_an_error_or_do_not_matter() {
    const NAME: &str = "process::too_few_file_descriptors_are_an_error_or_do_not_matter";
    if let Some(url) = child::argument() {
        let (url, limit) = url.split_once(' ').unwrap();
        return match Merchant::at(url, &json!({})).close(limit) {
            Ok(outcome) => assert_eq!(outcome.code(), Code::Closed),
            Err(error) => assert!(matches!(error.kind(), Kind::Connect | Kind::NotSent), "{error}"),
        };
    }
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    for limit in 4..16 {
        child::run_with_descriptors(limit, NAME, &format!("{} LIMIT{limit:02}", server.url()));
    }
    let seen = server.seen();
    assert!(seen.requests_with("LIMIT15") == 1 && seen.requests_with("LIMIT04") == 0, "{} requests", seen.requests.len());
}
