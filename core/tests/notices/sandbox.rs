//! The sandbox notifies with code of its own: what it posts is heard as what its book says, and nothing that is wrong with it is.

use chexiao::Code::{Closed, Paid, Processing, Refunded, Unknown};
use chexiao::{Client, Code, Evidence, Incoming, Notice, Reason};
use chexiao_sandbox::fault::CALLS;
use chexiao_sandbox::{CONFIGS, Keys, NoticeFault, Options, Sandbox, State};

fn sandbox() -> Sandbox {
    Sandbox::start(Options { http: None, https: None, keys: Keys::generate() }).unwrap()
}

fn hear(sandbox: &Sandbox, config: &str, posted: &chexiao_sandbox::Notice, expect: &[(&str, &str)]) -> Notice {
    let client = Client::new(&sandbox.config(config, sandbox.http_url()).unwrap().to_string()).unwrap();
    let expect = expect.iter().map(|(name, text)| (name.to_string(), text.to_string())).collect();
    let incoming = Incoming { url: Some(posted.url.clone()), headers: posted.headers.clone(), body: posted.body.clone(), expect };
    client.notification(&incoming).unwrap()
}

/// What an order in this state is heard as; nothing, where the gateway is silent.
fn told(config: &str, state: State) -> Option<(Code, Evidence)> {
    let gateway = config.split('-').next().unwrap();
    let code = match (gateway, state) {
        ("wechat", State::Refunded) => return Some((Unknown, Evidence::None)), // never signed
        (_, State::Open | State::Paid) => Paid,
        ("ysepay" | "edgeros" | "chinaums", State::Refunded) => Refunded,
        ("icbc" | "ysepay" | "chinaums", State::Closed) => Closed,
        ("icbc" | "ysepay", State::Processing | State::Accepted) => Processing,
        ("chinaums", State::Processing | State::Accepted) | ("wechat", State::Accepted) => Unknown,
        ("icbc" | "ysepay" | "chinaums", State::Reserved) | ("icbc", State::Released) => Unknown,
        _ => return None,
    };
    Some((code, Evidence::SignedBound))
}

#[test]
fn every_state() {
    let sandbox = sandbox();
    for config in CONFIGS {
        let gateway = sandbox.config(config, "").unwrap()["gateway"].as_str().unwrap().to_string();
        for state in State::ALL {
            let number = format!("ATTACH{}", state.name());
            sandbox.set_state(&gateway, &number, state);
            let posted = sandbox.notice(config, &number, None);
            assert_eq!(posted.is_ok(), told(config, state).is_some(), "{config} {state:?}");
            let (Ok(posted), Some(told)) = (posted, told(config, state)) else { continue };
            let notice = hear(&sandbox, config, &posted, &[]);
            assert_eq!((notice.event(), notice.evidence()), told, "{config} {state:?} {notice:?}");
            assert!(notice.order().values().any(|value| *value == number), "{config} {:?}", notice.order());
            assert!(notice.acknowledge().is_some() && notice.time().is_some(), "{config} {state:?}");
            // A close that ICBC tells has no payStatus to be known by.
            assert_eq!(notice.dedupe().is_none(), gateway == "icbc" && state == State::Closed, "{config} {state:?}");
            let amount = notice.amount().unwrap();
            assert_eq!(amount.text, if amount.unit == chexiao::Unit::Fen { "100" } else { "1.00" }, "{config}");
            let again = hear(&sandbox, config, &sandbox.notice(config, &number, None).unwrap(), &[]);
            assert_eq!(again.dedupe(), notice.dedupe(), "{config} {state:?}");
        }
        assert_eq!(sandbox.state(&gateway, "ATTACHOPEN"), Some(State::Paid));
    }
}

/// What it is heard as in spite of the fault.
fn spoilt(config: &str, fault: NoticeFault) -> (Code, Option<Reason>) {
    match fault {
        NoticeFault::Unsigned | NoticeFault::OtherKey | NoticeFault::Changed => (Unknown, Some(Reason::Signature)),
        NoticeFault::OtherMerchant => (Unknown, Some(Reason::Mismatch)),
        NoticeFault::OutOfOrder if config.starts_with("icbc") => (Processing, None),
        _ => (Paid, None),
    }
}

#[test]
fn every_fault() {
    let sandbox = sandbox();
    for config in CONFIGS {
        for fault in NoticeFault::ALL {
            let number = format!("N{fault}");
            let clean = sandbox.notice(config, &number, None).unwrap();
            let posted = sandbox.notice(config, &number, Some(fault)).unwrap();
            let notice =
                hear(&sandbox, config, &posted, &[("amount", if config.contains("pay") || config == "edgeros" { "1.00" } else { "100" })]);
            assert_eq!((notice.event(), notice.reason()), spoilt(config, fault), "{config} {fault}");
            let is_word = notice.event() != Unknown;
            assert_eq!(notice.acknowledge().is_some(), is_word, "{config} {fault}");
            if fault == NoticeFault::Replayed {
                assert_eq!(posted, clean, "{config}");
            }
        }
        // An amount that is not expected is all that tells another merchant's payment at YSEPay.
        let posted = sandbox.notice(config, "NA", Some(NoticeFault::OtherMerchant)).unwrap();
        let heard = hear(&sandbox, config, &posted, &[]).event();
        assert_eq!(heard, if config.starts_with("ysepay") { Paid } else { Unknown }, "{config}");
    }
}

/// A genuine reply of another call, signed with the same key, is never a payment, a refund or a close.
#[test]
fn every_reply() {
    let sandbox = sandbox();
    let mut replies = 0;
    for config in CONFIGS {
        for kind in CALLS {
            let Ok(posted) = sandbox.notice(config, "N1", Some(NoticeFault::Call(kind))) else { continue };
            let notice = hear(&sandbox, config, &posted, &[]);
            assert_eq!(notice.event(), Unknown, "{config} {kind}");
            replies += 1;
        }
        for kind in ["notice", "refundnotice"] {
            assert!(sandbox.notice(config, "N1", Some(NoticeFault::Call(kind))).is_err(), "{config} {kind}");
        }
    }
    assert_eq!(replies, 7 + 7 + 8 + 8 + 10 + 6 + 8);
}

/// WeChat Pay's refund has no signature: with the wrong key, or without req_info, it is not even a hint.
#[test]
fn refunds_that_nobody_signs() {
    let sandbox = sandbox();
    sandbox.set_state("wechat", "R1", State::Refunded);
    let hint = |fault| hear(&sandbox, "wechat", &sandbox.notice("wechat", "R1", fault).unwrap(), &[]).hint();
    assert_eq!(hint(None), Some(Refunded));
    for fault in [NoticeFault::Unsigned, NoticeFault::OtherKey, NoticeFault::OtherMerchant] {
        assert_eq!(hint(Some(fault)), None, "{fault}");
    }
}
