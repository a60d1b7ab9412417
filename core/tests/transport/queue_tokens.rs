//! Calls of one queue that wait for a token, beside others that want it too.

use crate::queue::{LONG, assert_is, submit, taken};
use crate::server::Server;
use crate::support::{SHORT, http};
use crate::token::{BUSINESS_PATH, TOKEN_PATH, chinaums, token_reply};
use chexiao::Kind;
use chexiao::face::queue::Queue;
use chexiao_sandbox::sample_order;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use std::time::{Duration, Instant};

/// A token has come, and nobody goes on with the call: its time runs out, and nothing is sent to the order.
#[test]
fn a_step_that_nobody_takes_before_the_deadline_is_not_sent() {
    let is_open = Arc::<AtomicBool>::default();
    let server = token_server(&is_open);
    let client = chinaums(&server.url(), SHORT);
    let queue = Queue::new(4).unwrap();
    submit(&queue, &client, &order_of_chinaums("STEP1"), 1).unwrap();
    // Not so soon that it has come before the submitting thread lets go.
    is_open.store(true, SeqCst);
    thread::sleep(Duration::from_millis(2 * SHORT));
    let finished = taken(&queue);
    assert_is(&finished.answer, Kind::NotSent as i32, None);
    let seen = server.seen();
    assert_eq!((seen.requests_with(TOKEN_PATH), seen.requests_with(BUSINESS_PATH)), (1, 0));
}

/// The queue has asked for a token and nobody takes: another thread's call, or the same thread's, goes on with it.
#[test]
fn a_token_that_a_queue_waits_for_keeps_nobody_else_waiting() {
    let is_open = Arc::<AtomicBool>::default();
    let server = token_server(&is_open);
    let client = chinaums(&server.url(), 20_000);
    let queue = Queue::new(40).unwrap();
    for tag in 0..20 {
        submit(&queue, &client, &order_of_chinaums(&format!("IDLE{tag}E")), tag).unwrap();
    }
    let opens = thread::spawn(move || {
        thread::sleep(Duration::from_millis(100));
        is_open.store(true, SeqCst);
    });
    let started = Instant::now();
    let outcome = client.send(&order_of_chinaums("SAME1")).unwrap();
    assert!(outcome.answered() && started.elapsed() < LONG / 2, "{:?}: {outcome:?}", started.elapsed());
    opens.join().unwrap();
    for _ in 0..20 {
        assert!(taken(&queue).answer.0 > 0);
    }
    let seen = server.seen();
    assert_eq!((seen.requests_with(TOKEN_PATH), seen.requests_with(BUSINESS_PATH)), (1, 21));
}

/// Who asks for the token is stopped; the others get it all the same.
#[test]
fn a_queue_that_ends_takes_no_token_from_others() {
    let is_open = Arc::<AtomicBool>::default();
    let server = token_server(&is_open);
    let client = chinaums(&server.url(), 8000);
    let (first, second) = (Queue::new(4).unwrap(), Queue::new(4).unwrap());
    submit(&first, &client, &order_of_chinaums("FIRST"), 1).unwrap();
    submit(&second, &client, &order_of_chinaums("SECOND"), 2).unwrap();
    server.until(|seen| seen.requests.len() == 1);
    let ended = first.end();
    assert_is(&ended[0].answer, Kind::NotSent as i32, None);
    is_open.store(true, SeqCst);
    assert!(taken(&second).answer.0 > 0);
    let seen = server.seen();
    assert_eq!((seen.requests_with(TOKEN_PATH), seen.requests_with("FIRST"), seen.requests_with("SECOND")), (1, 0, 1));
}

/// Gives tokens as soon as it is let.
pub(crate) fn token_server(is_open: &Arc<AtomicBool>) -> Server {
    let is_open = is_open.clone();
    Server::start(move |connection| {
        while let Some(request) = connection.request() {
            let is_order = request.starts_with(BUSINESS_PATH);
            if !is_order {
                connection.wait_for(&is_open);
            }
            connection.send(if is_order { http(200, "", r#"{"errCode":"BAD_REQUEST"}"#) } else { token_reply() });
        }
    })
}

pub(crate) fn order_of_chinaums(number: &str) -> String {
    json!({"operation": "close", "order": sample_order("chinaums", number).unwrap()}).to_string()
}
