//! Large bodies, strange bodies, and many threads: bounded in time and size, and never more than unknown.

use crate::corpus::{Case, cases, hear};
use chexiao::{Code, Incoming, MAX_REPLY};
use std::time::{Duration, Instant};

fn of_each_gateway() -> Vec<Case> {
    let mut first = Vec::<Case>::new();
    for case in cases().into_iter().filter(|case| case.expect["outcome"] == "paid") {
        if first.iter().all(|other| other.gateway != case.gateway) {
            first.push(case);
        }
    }
    assert_eq!(first.len(), 5);
    first
}

/// Without optimisation, on a busy machine.
const LONGEST: Duration = Duration::from_secs(5);

#[test]
fn large_and_strange_bodies_end_soon() {
    let filled = |begin: &str, part: &str, end: &str| {
        let count = (MAX_REPLY - begin.len() - end.len()) / part.len();
        format!("{begin}{}{end}", part.repeat(count)).into_bytes()
    };
    let bodies = [
        Vec::new(),
        vec![b' '; MAX_REPLY],
        vec![b'&'; MAX_REPLY],
        vec![b'='; MAX_REPLY],
        vec![0xFF; MAX_REPLY],
        vec![0; MAX_REPLY],
        filled("a=", "%", ""),
        filled("a=", "%26b%3D", ""),
        filled("a=", "%26", ""),
        filled("", "a=1&", "b=2"),
        filled("sign=x&biz_content=", "%7B", ""),
        filled("sign=x&billPayment=", "%5B", ""),
        filled("", "[", ""),
        filled("[", "0,", "0]"),
        filled("{\"a\":\"", "\\u0061", "\"}"),
        filled("<xml>", "<a/>", "</xml>"),
        filled("<xml><a>", "&amp;b=", "</a></xml>"),
        filled("<xml><req_info>", "AAAA", "</req_info></xml>"),
        filled("<!DOCTYPE x [", "<!ENTITY a \"b\">", "]><xml/>"),
        filled("<xml>", "<!-- -->", "</xml>"),
    ];
    for case in of_each_gateway() {
        let client = case.client();
        for body in &bodies {
            let begun = Instant::now();
            let notice = client.notification(&case.incoming(body.clone())).unwrap();
            let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
            assert_eq!((notice.event(), notice.acknowledge()), (Code::Unknown, None), "{}: {shown}", case.gateway);
            assert!(begun.elapsed() < LONGEST, "{}: {shown} took {:?}", case.gateway, begun.elapsed());
        }
        let larger = client.notification(&case.incoming(vec![b'a'; MAX_REPLY + 1])).unwrap();
        assert_eq!(larger.reason().unwrap().to_string(), "too_large");
        let compressed = Incoming { headers: vec![("content-encoding".into(), "gzip".into())], ..case.incoming(b"\x1f\x8b\x08".to_vec()) };
        assert_eq!(client.notification(&compressed).unwrap().reason().unwrap().to_string(), "encoding");
    }
}

/// A body cut anywhere is no notification.
#[test]
fn a_part_of_a_notification_is_none() {
    for case in of_each_gateway() {
        let client = case.client();
        let whole = String::from_utf8_lossy(&case.body).trim_end().len();
        for end in (0..whole).step_by(7).chain([whole - 1]) {
            let notice = client.notification(&case.incoming(case.body[..end].to_vec())).unwrap();
            assert_eq!((notice.event(), notice.acknowledge()), (Code::Unknown, None), "{} cut at {end}", case.id);
        }
    }
}

#[test]
fn sixty_four_threads_hear_the_same() {
    for case in of_each_gateway() {
        let client = case.client();
        let golden = hear(&client, &case.incoming(case.body.clone()));
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..64)
                .map(|i| {
                    let (case, client) = (&case, &client);
                    scope.spawn(move || {
                        let body = if i % 4 == 0 { b"a=1".to_vec() } else { case.body.clone() };
                        (i, hear(client, &case.incoming(body)))
                    })
                })
                .collect();
            for thread in threads {
                let (i, notice) = thread.join().unwrap();
                assert!(if i % 4 == 0 { notice["event"] == "unknown" } else { notice == golden }, "{} in thread {i}", case.id);
            }
        });
    }
}
