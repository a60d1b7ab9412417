//! Puts a reply before a client by both doors, and measures.

use crate::allocator::peak;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao::face;
use chexiao::{Code, HttpReply, HttpRequest, MAX_REPLY, Outcome, Reason};
use chexiao_kit::{Caller, MSG_ID};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Memory for one reply, in bytes.
pub(crate) const MEMORY: usize = 8 * MAX_REPLY;
/// Time for one reply. Without optimisation it may take thirty times as long.
pub(crate) const TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 30 * 50 } else { 50 });

pub(crate) struct Lab {
    caller: Caller,
    request: String,
    /// The same API, called as any other.
    api: String,
    called: HttpRequest,
}

/// The most that any reply took.
#[derive(Default)]
pub(crate) struct Cost {
    pub(crate) replies: usize,
    pub(crate) bytes: usize,
    pub(crate) time: Duration,
    slowest: String,
}

impl Cost {
    pub(crate) fn print(&self, title: &str) {
        let (mib, ms) = (self.bytes as f64 / f64::from(1 << 20), self.time.as_secs_f64() * 1e3);
        println!("hostile {title}: {} replies, at most {mib:.1} MiB and {ms:.1} ms ({})", self.replies, self.slowest);
    }

    fn add(&mut self, name: &str, bytes: usize, time: Duration) {
        assert!(bytes <= MEMORY, "{name}: {bytes} bytes");
        assert!(time <= TIME, "{name}: {time:?}");
        self.bytes = self.bytes.max(bytes);
        if time > self.time {
            (self.time, self.slowest) = (time, name.to_string());
        }
    }
}

impl Lab {
    /// A client of the sandbox's configuration with these settings over those of its account, and a close of this order.
    pub(crate) fn open(config: &str, settings: &Value, order: &Value) -> Self {
        let caller = Caller::open(config, settings, order);
        let request = face::json::sign(&caller.client, &caller.call).unwrap();
        let api = api(config).to_string();
        let called = caller.client.sign(&api).unwrap();
        Self { caller, request, api, called }
    }

    pub(crate) fn judge(&self, body: &[u8]) -> Outcome {
        self.caller.judge(body)
    }

    /// The same by both doors, within the bounds.
    pub(crate) fn measure(&self, cost: &mut Cost, name: &str, body: &[u8]) -> Outcome {
        let reply = HttpReply { status: 200, headers: Vec::new(), body: body.to_vec() };
        let (time, (outcome, bytes)) = quickest(|| peak(|| self.caller.verify(&reply)));
        cost.add(name, bytes, time);
        let body = STANDARD.encode(body);
        let exchange = format!(
            r#"{{"call":{},"request":{},"reply":{{"status":200,"headers":{{}},"body_base64":"{body}"}}}}"#,
            self.caller.call, self.request
        );
        let (time, ((code, result), bytes)) = quickest(|| peak(|| face::json::verify(&self.caller.client, &exchange)));
        cost.add(name, bytes, time);
        cost.replies += 1;
        let result: Value = serde_json::from_str(&result).unwrap();
        let reason = outcome.reason().map(|reason| reason.to_string());
        assert_eq!((code, result["reason"].as_str()), (outcome.code() as i32, reason.as_deref()), "{name}: two doors, two answers");
        self.measure_call(cost, name, &reply, &outcome);
        outcome
    }

    /// As the answer to a call: proven where it closes, and refused for the same reason where it does not.
    fn measure_call(&self, cost: &mut Cost, name: &str, reply: &HttpReply, outcome: &Outcome) {
        let (time, (answer, bytes)) = quickest(|| peak(|| self.caller.client.verify_call(&self.api, &self.called, reply)));
        cost.add(name, bytes, time);
        assert_eq!((answer.is_authentic(), answer.reason()), (outcome.code() == Code::Closed, outcome.reason()), "{name}: as a call");
    }
}

/// A call whose reply the close's is.
fn api(config: &str) -> Value {
    let (api, fields) = match config {
        "icbc" => ("POST /api/mybank/pay/cpay/cporderclose/V1", json!({"partnerSeq": "S1"})),
        "ysepay" => ("ysepay.trusteeship.sign.cancel", json!({"protocol_no": "K1"})),
        "wechat" => ("POST /pay/closeorder", json!({"out_trade_no": "T1"})),
        "edgeros" => ("POST /pay/v1/transactions/close", json!({"transaction_no": "AP1"})),
        _ => ("POST /v1/netpay/close", json!({"merOrderId": "M1"})),
    };
    json!({"operation": "call", "api": api, "fields": fields, "msg_id": MSG_ID, "nonce": MSG_ID})
}

/// Up to five runs, until one is quick enough: what counts is the processor's time, but others warm and cool its caches too.
fn quickest<T>(work: impl Fn() -> T) -> (Duration, T) {
    let run = || {
        let (wall, before) = (Instant::now(), on_processor());
        let result = work();
        let time = before.and_then(|before| on_processor()?.checked_sub(before)).unwrap_or_else(|| wall.elapsed());
        (time, result)
    };
    let mut best = run();
    for _ in 0..4 {
        if best.0 > TIME {
            let again = run();
            best = if again.0 < best.0 { again } else { best };
        }
    }
    best
}

/// How long this thread has had a processor, to a tick of a few milliseconds, where the system says so.
fn on_processor() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    stat.split(' ').next()?.parse().map(Duration::from_nanos).ok()
}

/// Not a document that is read any further.
pub(crate) fn is_malformed(outcome: &Outcome) -> bool {
    outcome.code() == Code::Unknown && matches!(outcome.reason(), Some(Reason::Parse | Reason::Charset))
}
