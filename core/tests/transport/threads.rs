//! The threads a client is called on: many, tiny, or somebody's runtime.

use crate::child;
use crate::server::Server;
use crate::support::{Merchant, assert_code, closed, http, sandbox};
use chexiao::Code;
use chexiao_sandbox::GATEWAYS;
use serde_json::json;
use std::sync::Barrier;
use std::time::Duration;

/// Enough for all five gateways without optimisation (where 80 KiB was enough, and 72 KiB too little). What ships needs less: tests/c/stack.c.
const SMALL_STACK: usize = 80 * 1024;

#[test]
fn a_client_works_and_ends_inside_a_tokio_runtime() {
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let call = async || {
        let merchant = Merchant::at(&server.url(), &json!({}));
        assert_code(&merchant.close("A100"), Code::Closed);
        drop(merchant);
    };
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(call());
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(call());
    assert_eq!(server.seen().requests.len(), 2);
}

#[test]
fn a_small_stack_is_enough() {
    if child::argument().is_none() {
        return child::run("threads::a_small_stack_is_enough", "child", &[]);
    }
    let sandbox = sandbox();
    for gateway in GATEWAYS {
        let config = sandbox.config(gateway, sandbox.http_url()).unwrap();
        let merchant = Merchant::new(&config, &json!({}));
        // The second one, on a connection that was kept, does its own I/O.
        let call = move || ["A100", "A101"].iter().for_each(|number| assert_code(&merchant.close(number), Code::Closed));
        std::thread::Builder::new().stack_size(SMALL_STACK).spawn(call).unwrap().join().unwrap();
    }
}

#[test]
fn sixty_four_threads_share_a_client() {
    let sandbox = sandbox();
    let merchant = Merchant::new(&sandbox.config("wechat", sandbox.http_url()).unwrap(), &json!({}));
    std::thread::scope(|scope| {
        for n in 0..64 {
            let merchant = &merchant;
            scope.spawn(move || assert_code(&merchant.close(&format!("A{n}")), Code::Closed));
        }
    });
    assert!((0..64).all(|n| sandbox.posts("wechat", &format!("A{n}")) == 1));
}

#[test]
fn all_clients_of_a_process_share_one_thread_even_if_many_make_the_first_call_together() {
    if child::argument().is_none() {
        let name = "threads::all_clients_of_a_process_share_one_thread_even_if_many_make_the_first_call_together";
        return (0..4).for_each(|_| child::run(name, "child", &[]));
    }
    let server = Server::start(|connection| {
        while connection.request().is_some() {
            connection.send(http(200, "", &closed()));
        }
    });
    let clients: Vec<_> = (0..32).map(|_| Merchant::at(&server.url(), &json!({}))).collect();
    assert_eq!(io_threads(), 0, "opening a client starts a thread");
    let together = Barrier::new(clients.len());
    std::thread::scope(|scope| {
        for merchant in &clients {
            scope.spawn(|| {
                together.wait();
                assert_code(&merchant.close("A100"), Code::Closed);
            });
        }
    });
    drop(clients);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(io_threads(), 1);
}

fn io_threads() -> usize {
    let name = |task: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(task.unwrap().path().join("comm")).unwrap_or_default();
    std::fs::read_dir("/proc/self/task").unwrap().map(name).filter(|name| name.trim() == "chexiao-io").count()
}
