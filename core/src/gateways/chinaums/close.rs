//! `bills/preauthed-cancel` voids a completed pre-authorisation: the money goes back to the buyer. What nobody has paid is closed by
//! `bills/close-qrcode`, a bill, and by `netpay/close`, any other order.

use super::account::Chinaums;
use super::envelope::{self, REFUSED_BY_PLATFORM, Reply};
use super::order::{Kind, Order, Whose};
use super::unpaid;
use super::words::{
    AMOUNTS, CONTRADICTION, EARLIER_REFUND, ERRORS, IN_PROCESS, NO_SUCH_ORDER, NO_SUCH_ORDER_BUT_A_STATE, NO_SUCH_ORDER_BUT_MONEY, NO_WORD,
    NOT_EXECUTED, NOT_WHOLE, SOME_STANDING, STANDING_ABOVE, STATUS, SUCCESS, WORDS,
};
use crate::gateway::{Echo, Env, HttpRequest, Operation, Repeat, Verb};
use crate::ground::error::Result;
use crate::outcome::table::{self, Row, Status, Table, When};
use crate::outcome::{Code, Confirm, Retry, Says};

const VOID: &str = "/v1/netpay/bills/preauthed-cancel";
const CLOSE_BILL: &str = "/v1/netpay/bills/close-qrcode";
const CLOSE_ORDER: &str = "/v1/netpay/close";
const ONE_SOURCE: &str = "ChinaUMS business error codes, one source";

const HAS_CANCELLED: When = When::Is(&["HAS_CANCELLED"]);
/// The void has taken effect.
const VOIDED: &[&str] = &["CLOSED", "REFUND"];
const ALL_VOIDED: (&str, When) = (WORDS, When::AllOf(VOIDED));
const SOME_VOIDED: (&str, When) = (WORDS, When::AnyOf(VOIDED));
const VOIDED_BEFORE: Says = Says::new(Code::AlreadyClosed).confirm(Confirm::Required);

/// Voids the completion, or closes the order.
pub(super) struct Close;

impl Operation<Chinaums> for Close {
    const VERB: Verb = Verb::Close;
    const TABLES: &'static [Table] = &[
        Table { of: "a void's reply that names the call: errCode · billPayment.status and billStatus", rows: ROWS },
        unpaid::CLOSE,
        REFUSED_BY_PLATFORM,
    ];
    const REPEAT: Repeat = Repeat::AfterQuery;
    const NEEDS_CERTIFICATE: bool = false;
    type Order = Order;

    fn sign(chinaums: &Chinaums, order: &Order, env: &Env) -> Result<HttpRequest> {
        let whose = Whose { merchant: order.checked(chinaums)?, inst_mid: order.inst_mid(), msg_id: &env.msg_id };
        let (path, mut fields) = match &order.kind {
            Kind::Completion { bill_no, bill_date, mer_order_id, auth_id_resp_cd } => {
                let fields: [(&str, &str); 4] =
                    [("billNo", bill_no), ("billDate", bill_date), ("merOrderId", mer_order_id), ("authIdRespCd", auth_id_resp_cd)];
                (VOID, fields.to_vec())
            }
            Kind::Bill { qr_code_id, .. } => (CLOSE_BILL, vec![("qrCodeId", qr_code_id.as_str())]),
            Kind::Online { mer_order_id, .. } => (CLOSE_ORDER, vec![("merOrderId", mer_order_id.as_str())]),
        };
        fields.push(("msgId", &env.msg_id));
        fields.extend(order.reserve());
        envelope::seal(chinaums, path, &whose, &fields, env)
    }

    fn says(reply: &Reply, order: &Order) -> Says {
        let (rows, state) = match &order.kind {
            Kind::Completion { .. } => (ROWS, reply.state()),
            Kind::Bill { .. } | Kind::Online { .. } => (unpaid::CLOSE.rows, reply.state_anywhere()),
        };
        reply.refusal().unwrap_or_else(|| table::look_up(rows, reply.code(), Status::Members(&state)))
    }

    /// What says something of the order must name this call.
    fn echo(chinaums: &Chinaums, reply: &Reply, order: &Order, sent: &HttpRequest, says: Says) -> Echo {
        let needs_no_name = matches!(says.code, Code::Misconfigured | Code::Unknown);
        match order.named_by_close(chinaums, reply, &sent.msg_id) {
            Some(names) if names.call || needs_no_name => names.echo(says.code),
            _ => Echo::NotOurs,
        }
    }
}

/// Read from the top.
const ROWS: &[Row] = &[
    Row { code: SUCCESS, status: When::Each(&[SOME_VOIDED, STANDING_ABOVE]), says: CONTRADICTION.hint(Code::Paid), source: STATUS },
    Row { code: HAS_CANCELLED, status: When::Each(&[STANDING_ABOVE]), says: CONTRADICTION.hint(Code::Paid), source: ONE_SOURCE },
    // An earlier refund of a part, not the void.
    Row { code: SUCCESS, status: When::Each(&[ALL_VOIDED, NOT_WHOLE]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: SUCCESS, status: When::Each(&[ALL_VOIDED]), says: Says::new(Code::Closed).confirm(Confirm::Required), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_VOIDED, SOME_STANDING]), says: CONTRADICTION.hint(Code::Paid), source: STATUS },
    Row { code: SUCCESS, status: When::Each(&[SOME_VOIDED]), says: CONTRADICTION, source: STATUS },
    // SUCCESS alone means that the request was accepted.
    Row { code: SUCCESS, status: When::Any, says: Says::new(Code::Unknown).hint(Code::Processing), source: STATUS },
    Row { code: HAS_CANCELLED, status: When::Each(&[ALL_VOIDED, NOT_WHOLE]), says: EARLIER_REFUND, source: AMOUNTS },
    Row { code: HAS_CANCELLED, status: When::Each(&[ALL_VOIDED]), says: VOIDED_BEFORE, source: ONE_SOURCE },
    Row { code: HAS_CANCELLED, status: When::Each(&[NO_WORD]), says: VOIDED_BEFORE, source: ONE_SOURCE },
    Row { code: HAS_CANCELLED, status: When::Each(&[SOME_STANDING]), says: CONTRADICTION.hint(Code::Paid), source: ONE_SOURCE },
    Row { code: HAS_CANCELLED, status: When::Any, says: CONTRADICTION, source: ONE_SOURCE },
    NO_SUCH_ORDER,
    NO_SUCH_ORDER_BUT_MONEY,
    NO_SUCH_ORDER_BUT_A_STATE,
    IN_PROCESS,
    Row {
        code: When::Is(&["OPERATION_NOT_ALLOWED", "NO_CROSS_DAY_TRADING", "HAS_REFUNDED"]),
        status: When::Any,
        says: Says::new(Code::Refused),
        source: ERRORS,
    },
    Row {
        code: When::Is(&[
            "TARGET_FAIL",
            "TIMEOUT",
            "NET_ERROR",
            "INTERNAL_ERROR",
            "INVALID_RESPONSE",
            "DUP_ORDER",
            "INVALID_ORDER",
            "TXN_DISCARDED",
            "SYSTEM_BUSY",
        ]),
        status: When::Any,
        says: Says::new(Code::Unknown).retry(Retry::AfterQuery),
        source: ERRORS,
    },
    NOT_EXECUTED,
];
