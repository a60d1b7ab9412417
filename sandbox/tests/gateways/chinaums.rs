use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chexiao_sandbox::{Sandbox, State};
use hmac::{Hmac, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::support::{self, Answer};

pub(crate) fn body(number: &str, timestamp: &str) -> String {
    format!(
        r#"{{"requestTimestamp":"{timestamp}","mid":"898201612345678","tid":"88880001","instMid":"QRPAYDEFAULT","billNo":"","billDate":"","merOrderId":"{number}","authIdRespCd":"","msgId":"m-1","srcReserve":"预授权"}}"#
    )
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

pub(crate) fn body_sig(sandbox: &Sandbox, body: &str, timestamp: &str, comma: &str) -> String {
    let keys = sandbox.keys();
    let (app_id, nonce) = (&keys.chinaums_app_id, support::id());
    let text = format!("{app_id}{timestamp}{nonce}{}", hex(&Sha256::digest(body)));
    let mac = Hmac::<Sha256>::new_from_slice(keys.chinaums_app_key.as_bytes()).unwrap().chain_update(text);
    let signature = STANDARD.encode(mac.finalize().into_bytes());
    format!("OPEN-BODY-SIG AppId=\"{app_id}\"{comma}Timestamp=\"{timestamp}\"{comma}Nonce=\"{nonce}\"{comma}Signature=\"{signature}\"")
}

/// A correct request, ready to write.
pub(crate) fn correct(sandbox: &Sandbox, number: &str) -> (String, String) {
    let body = body(number, &support::spelt(0));
    (head(&body_sig(sandbox, &body, &support::digits(0), ",")), body)
}

/// A correct query, ready to write.
pub(crate) fn query(sandbox: &Sandbox, number: &str) -> (String, String) {
    let body = format!(
        r#"{{"requestTimestamp":"{}","mid":"898201612345678","tid":"88880001","instMid":"QRPAYDEFAULT","billNo":"{number}","billDate":"2026-01-02","msgId":"m-2"}}"#,
        support::spelt(0)
    );
    (head(&body_sig(sandbox, &body, &support::digits(0), ",")).replace("preauthed-cancel", "query"), body)
}

pub(crate) fn head(authorization: &str) -> String {
    format!(
        "POST /v1/netpay/bills/preauthed-cancel HTTP/1.1\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json; charset=utf-8\r\n"
    )
}

fn send(sandbox: &Sandbox, authorization: &str, body: &str) -> Answer {
    support::send(sandbox, &head(authorization), body.as_bytes())
}

fn cancel(sandbox: &Sandbox, body: &str) -> Value {
    let answer = send(sandbox, &body_sig(sandbox, body, &support::digits(0), ","), body);
    assert_eq!(answer.status, 200);
    answer.json()
}

fn token(sandbox: &Sandbox) -> Answer {
    let keys = sandbox.keys();
    let (app_id, timestamp, nonce) = (&keys.chinaums_app_id, support::digits(0), support::id());
    let signature = hex(&Sha256::digest(format!("{app_id}{timestamp}{nonce}{}", keys.chinaums_app_key)));
    let body =
        format!(r#"{{"appId":"{app_id}","timestamp":"{timestamp}","nonce":"{nonce}","signMethod":"SHA256","signature":"{signature}"}}"#);
    support::send(sandbox, "POST /v1/token/access HTTP/1.1\r\nContent-Type: application/json\r\n", body.as_bytes())
}

#[test]
fn answers_by_state() {
    let sandbox = support::sandbox();
    for (number, code) in [
        ("327M1", "SUCCESS"),
        ("327M1", "HAS_CANCELLED"),
        ("PAID1", "OPERATION_NOT_ALLOWED"),
        ("REFUSED1", "OPERATION_NOT_ALLOWED"),
        ("PROCESSING1", "ORDER_PROCESSING"),
        ("NOTFOUND1", "NO_ORDER"),
        ("LIMITED1", "SYSTEM_BUSY"),
    ] {
        let reply = cancel(&sandbox, &body(number, &support::spelt(0)));
        assert_eq!(reply["errCode"], code, "{number}");
        for (name, value) in [("mid", "898201612345678"), ("tid", "88880001"), ("msgId", "m-1"), ("srcReserve", "预授权")] {
            assert_eq!(reply[name], value);
        }
        if code == "SUCCESS" {
            assert_eq!(reply["billPayment"]["merOrderId"], number);
            assert_eq!((&reply["billPayment"]["status"], &reply["billStatus"]), (&json!("TRADE_CLOSED"), &json!("CLOSED")));
        }
    }
    assert_eq!(sandbox.state("chinaums", "327M1"), Some(State::Closed));
}

#[test]
fn access_tokens() {
    let sandbox = support::sandbox();
    let reply = token(&sandbox).json();
    assert_eq!((&reply["errCode"], &reply["expiresIn"]), (&json!("0000"), &json!(3600)));
    let token_text = reply["accessToken"].as_str().unwrap();
    let app_id = &sandbox.keys().chinaums_app_id;
    for header in [
        format!("OPEN-ACCESS-TOKEN AccessToken=\"{token_text}\", AppId=\"{app_id}\""),
        format!("OPEN-ACCESS-TOKEN AccessToken=\"{token_text}\",AppId=\"{app_id}\""),
        format!("OPEN-ACCESS-TOKEN AccessToken={token_text}"),
    ] {
        assert_eq!(send(&sandbox, &header, &body("T1", &support::spelt(0))).status, 200, "{header}");
    }
    assert_eq!(sandbox.tokens_issued(), 1);
    sandbox.revoke_tokens();
    let stale = send(&sandbox, &format!("OPEN-ACCESS-TOKEN AccessToken={token_text}"), &body("T2", &support::spelt(0)));
    assert!(stale.status == 401 && stale.text().contains("认证失败"));
    sandbox.set_token_life(0);
    let reply = token(&sandbox).json();
    let header = format!("OPEN-ACCESS-TOKEN AccessToken={}", reply["accessToken"].as_str().unwrap());
    assert_eq!(send(&sandbox, &header, &body("T2", &support::spelt(0))).status, 401);
    assert_eq!(sandbox.state("chinaums", "T2"), Some(State::Open));
}

#[test]
fn the_eleventh_token_ends_the_first() {
    let sandbox = support::sandbox();
    let tokens: Vec<_> = (0..11).map(|_| token(&sandbox).json()["accessToken"].as_str().unwrap().to_string()).collect();
    let status = |token: &str| send(&sandbox, &format!("OPEN-ACCESS-TOKEN AccessToken={token}"), &body("T3", &support::spelt(0))).status;
    assert_eq!((status(&tokens[0]), status(&tokens[1]), status(&tokens[10])), (401, 200, 200));
}

#[test]
fn refuses_signatures() {
    let sandbox = support::sandbox();
    let sent = body("327M2", &support::spelt(0));
    let now = support::digits(0);
    let forged = send(&sandbox, &body_sig(&sandbox, &sent, &now, ","), &sent.replace("m-1", "m-2"));
    assert_eq!((forged.status, &forged.json()["errCode"]), (412, &json!("1000")));
    let late = send(&sandbox, &body_sig(&sandbox, &sent, &support::digits(-480), ","), &sent);
    assert_eq!(late.status, 412);
    let spelt = send(&sandbox, &body_sig(&sandbox, &sent, &support::spelt(0), ","), &sent);
    assert!(spelt.status == 412 && spelt.text().contains("Timestamp解析失败"));
    assert_eq!(send(&sandbox, "Basic x", &sent).status, 401);
    assert_eq!(sandbox.state("chinaums", "327M2"), Some(State::Open));
    assert_eq!(sandbox.posts("chinaums", "327M2"), 4);
    assert_eq!(send(&sandbox, &body_sig(&sandbox, &sent, &now, ", "), &sent).json()["errCode"], "SUCCESS");
}

#[test]
fn refuses_fields() {
    let sandbox = support::sandbox();
    let correct = body("327M3", &support::spelt(0));
    for (sent, code) in [
        (body("327M3", &support::spelt(-480)), "ABNORMAL_REQUEST_TIME"),
        (body("327M3", "20260101000000"), "BAD_REQUEST"),
        (correct.replace("88880001", "88880002"), "NO_MERCHANT"),
        (correct.replace("QRPAYDEFAULT", "MINIDEFAULT"), "BAD_REQUEST"),
        (correct.replace("\"billNo\":\"\",", ""), "BAD_REQUEST"),
        (correct.replace("\"billDate\":\"\"", "\"billDate\":\"20260101\""), "BAD_REQUEST"),
        (correct.replace("\"billNo\":\"\"", "\"billNo\":1"), "BAD_REQUEST"),
        (correct.replace("srcReserve", "reserve"), "BAD_REQUEST"),
        (correct.replace("327M3", ""), "BAD_REQUEST"),
        ("{}".to_string(), "BAD_REQUEST"),
    ] {
        assert_eq!(cancel(&sandbox, &sent)["errCode"], code, "{sent}");
    }
    assert_eq!(sandbox.state("chinaums", "327M3"), Some(State::Open));
    assert_eq!(support::send(&sandbox, "POST /v1/netpay/bills/x HTTP/1.1\r\n", b"").status, 404);
}
