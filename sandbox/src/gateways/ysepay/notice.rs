//! What the platform posts by itself: signed forms about payments and refunds. None names the merchant.

use super::close::RESPONSE_KEY;
use super::envelope::SignType;
use super::{ACCOUNT_SM, other};
use crate::book::State;
use crate::charset::Charset;
use crate::clock::{self, DAY_DIGITS, SPELT};
use crate::gateways::yuan;
use crate::hex;
use crate::http::Reply;
use crate::notices::{Notice, NoticeFault, Reception, Telling};
use crate::sm2_keys::Sm2Encoding;

const CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=UTF-8";

/// The first repeat came after 11 s; the rest of the schedule is not published, and a guess.
pub(super) const SCHEDULE: [u32; 7] = [11, 60, 300, 900, 1800, 3600, 7200];

pub(super) fn notice(telling: &Telling<'_>) -> Option<Notice> {
    let word = match telling.state {
        State::Paid => "TRADE_SUCCESS",
        State::Closed => "TRADE_CLOSED",
        State::Processing | State::Accepted => "TRADE_PROCESS",
        State::Reserved => "WAIT_SELLER_SEND_GOODS", // in escrow
        State::Refunded => "success",
        State::Open | State::NotFound | State::Refused | State::Limited | State::Released => return None,
    };
    let sign_type = sign_type(telling);
    // Of a repeat only this is another.
    let now = clock::stamp(SPELT);
    let (day, trade) = (telling.happened(DAY_DIGITS), hex::digits(telling.number));
    let trade_no = format!("01O{trade}");
    let common = [
        ("sign_type", sign_type.name()),
        ("notify_time", now.as_str()),
        ("out_trade_no", telling.number),
        ("trade_no", trade_no.as_str()),
        ("account_date", day.as_str()),
    ];
    let (request, refund) = match telling.refund {
        Some(refund) => (refund.number.clone(), format!("YSR{}", hex::digits(&refund.number))),
        None => (format!("R{}", telling.number), format!("YSR{trade}")),
    };
    let amount = yuan(if telling.state == State::Refunded { telling.returned() } else { telling.total });
    let amount = if telling.fault == Some(NoticeFault::OtherMerchant) { "0.01" } else { &amount };
    let more = match telling.state {
        State::Refunded => vec![
            ("notify_type", "refund.status.sync"),
            ("origin_out_trade_no", telling.number),
            ("out_request_no", request.as_str()),
            ("refundsn", refund.as_str()),
            ("refund_amount", amount),
            ("refund_state", word),
            ("funds_state", word),
        ],
        _ => vec![
            ("notify_type", "directpay.status.sync"),
            ("trade_status", word),
            ("total_amount", amount),
            ("settlement_amount", amount),
            ("fee", "0.00"),
            ("partner_fee", "0.00"),
            ("payer_fee", "0.00"),
            ("payee_fee", "0.00"),
            ("paygate_no", "900000001"),
            ("card_type", ""),
            ("channel_send_sn", trade.as_str()),
            ("extra_common_param", "测试"),
        ],
    };
    let changeable = if telling.state == State::Refunded { "refund_amount" } else { "total_amount" };
    let body = telling.form(&[&common[..], &more].concat(), changeable, |text| sign_type.sign(telling.keys, text));
    Some(telling.notice(CONTENT_TYPE, body))
}

pub(super) fn acknowledges(reception: &Reception<'_>) -> bool {
    reception.is_fine("text/plain") && reception.text() == Some("success")
}

/// The genuine reply of another method about this agreement.
pub(super) fn reply(telling: &Telling<'_>, kind: &str) -> Option<Reply> {
    let body = sign_type(telling).enclose(telling.keys, RESPONSE_KEY, &other::object(kind, telling.number)?, Charset::Utf8)?;
    Some(Reply::new(200, "application/json;charset=UTF-8", body))
}

fn sign_type(telling: &Telling<'_>) -> SignType {
    if telling.account == ACCOUNT_SM { SignType::Sm(Sm2Encoding::Der) } else { SignType::Rsa }
}
