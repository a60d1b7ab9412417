//! The names of the faults, by phase: one row each.

use std::time::Duration;

use super::*;
use crate::book::has_prefix;

/// One name.
#[derive(Clone, Copy)]
pub struct Row {
    /// `tcp`, `tls`, `write`, `wait`, `head`, `body`, `decode`, `parse`, `verify`, `bind`, `race`, `confirm` or `connection`.
    pub phase: &'static str,
    /// What stands before the first colon.
    pub name: &'static str,
    /// What may stand behind it: alternatives with `|`, numbers in capitals.
    pub parameters: &'static str,
    /// What happens.
    pub does: &'static str,
    /// Whether the number of an order chooses it, by beginning with its name in any case.
    pub in_numbers: bool,
    read: fn(&[&str]) -> Option<Fault>,
}

pub(crate) fn row(text: &str) -> Option<&'static Row> {
    let name = text.split(':').next()?;
    CATALOGUE.iter().find(|row| row.name.eq_ignore_ascii_case(name))
}

/// What the number of an order chooses.
pub(super) fn of_number(number: &str) -> Option<Fault> {
    let row = CATALOGUE.iter().find(|row| row.in_numbers && has_prefix(number, row.name))?;
    (row.read)(&[])
}

pub(super) fn parse(text: &str) -> Option<Fault> {
    let text = text.to_ascii_lowercase();
    let parameters: Vec<&str> = text.split(':').skip(1).collect();
    (row(&text)?.read)(&parameters)
}

const fn one(phase: &'static str, name: &'static str, does: &'static str, read: fn(&[&str]) -> Option<Fault>) -> Row {
    of(phase, name, "", does, read)
}

const fn of(
    phase: &'static str,
    name: &'static str,
    parameters: &'static str,
    does: &'static str,
    read: fn(&[&str]) -> Option<Fault>,
) -> Row {
    Row { phase, name, parameters, does, in_numbers: false, read }
}

impl Row {
    const fn in_numbers(self) -> Row {
        Row { in_numbers: true, ..self }
    }
}

/// Every fault that can be named.
pub static CATALOGUE: &[Row] = &[
    one("tcp", "refused", "nobody listens", |p| none(p, Fault::Opening(Opening::Refused))),
    one("tcp", "syn-dropped", "the listener's queue is full", |p| none(p, Fault::Opening(Opening::SynDropped))),
    one("tcp", "accept-reset", "RST as soon as a connection is accepted", |p| none(p, Fault::Opening(Opening::AcceptReset))),
    of("tls", "handshake", "hang|reset|close|MS", "read, and not answered, reset or closed; first read after so long", |p| match p {
        ["hang"] => Some(Fault::Opening(Opening::HandshakeHang)),
        ["reset"] => Some(Fault::Opening(Opening::HandshakeReset)),
        ["close"] => Some(Fault::Opening(Opening::HandshakeClose)),
        p => Some(Fault::Slow(millis(p, None)?)),
    }),
    one("tls", "garbage", "random bytes instead of TLS", |p| none(p, Fault::Opening(Opening::Garbage))),
    one("tls", "plain-http", "HTTP in clear on the TLS port", |p| none(p, Fault::Opening(Opening::PlainHttp))),
    of("tls", "old-tls", "alert|hello", "a server that knows TLS 1.1 only", |p| match p {
        ["alert"] => Some(Fault::Opening(Opening::OldTlsAlert)),
        ["hello"] => Some(Fault::Opening(Opening::OldTlsHello)),
        _ => None,
    }),
    of("tls", "certificate", "wrong-name|untrusted|expired|not-yet-valid", "a certificate nobody should trust", |p| match p {
        ["wrong-name"] => Some(Fault::Certificate(Certificate::WrongName)),
        ["untrusted"] => Some(Fault::Certificate(Certificate::Untrusted)),
        ["expired"] => Some(Fault::Certificate(Certificate::Expired)),
        ["not-yet-valid"] => Some(Fault::Certificate(Certificate::NotYetValid)),
        _ => None,
    }),
    of("write", "stop-reading", "BYTES", "so many bytes (0) are read, and nothing is answered", |p| {
        Some(Fault::Reading(Reading::Stops(number(p, Some(0))?)))
    }),
    of("write", "reset-after", "BYTES|half", "RST after so many bytes, or half of the body", |p| match p {
        ["half"] => Some(Fault::Reading(Reading::ResetHalf)),
        p => Some(Fault::Reading(Reading::Reset(number(p, None)?))),
    }),
    one("write", "reset", "RST after the whole request, which is not handled", |p| none(p, Fault::Reset)).in_numbers(),
    one("write", "reset-handled", "RST after the request was handled", |p| none(p, Fault::Delivery(Delivery::ResetHandled))),
    one("wait", "cut", "handled; FIN without an answer", |p| none(p, Fault::Cut)).in_numbers(),
    of("wait", "sleep", "MS", "handled; silence for so long (30000)", |p| Some(Fault::Sleep(millis(p, Some(30_000))?))).in_numbers(),
    of("wait", "delay", "MS", "handled; answered after so long (300)", |p| Some(Fault::Delay(millis(p, Some(300))?))).in_numbers(),
    of("head", "drip", "MS", "one byte at a time, with such a pause (50)", |p| Some(Fault::Delivery(Delivery::Drip(millis(p, Some(50))?)))),
    one("head", "garbage-head", "bytes that are no HTTP", |p| none(p, Fault::Delivery(Delivery::GarbageHead))),
    of("head", "headers", "COUNT", "so many more headers (101)", |p| Some(Fault::Change(Change::Headers(number(p, Some(101))?)))),
    of("head", "header-size", "BYTES", "one more header of so many bytes (4194304)", |p| {
        Some(Fault::Change(Change::HeaderSize(number(p, Some(4 << 20))?)))
    }),
    of("head", "interim", "COUNT|endless|big", "so many 100 Continue first; endless 103 of 30,000 bytes", |p| match p {
        ["endless"] => Some(Fault::Delivery(Delivery::Interim(None))),
        ["big"] => Some(Fault::Delivery(Delivery::InterimOf(30_000))),
        p => Some(Fault::Delivery(Delivery::Interim(Some(number(p, None)?)))),
    }),
    of("head", "redirect", "STATUS", "a redirect to a listener that only counts", |p| Some(Fault::Change(Change::Redirect(status(p)?)))),
    of(
        "head",
        "status",
        "STATUS|STATUS:html|STATUS:empty|STATUS:signed",
        "another status, with a page (html), nothing, or the right reply",
        |p| match p {
            [code] | [code, "html"] => Some(Fault::Change(Change::Status(status(&[code])?, Content::Html))),
            [code, "empty"] => Some(Fault::Change(Change::Status(status(&[code])?, Content::Empty))),
            [code, "signed"] => Some(Fault::Change(Change::Status(status(&[code])?, Content::Signed))),
            _ => None,
        },
    ),
    of("head", "content-type", "wrong|none", "the right reply under a wrong Content-Type, or none", |p| match p {
        ["wrong"] => Some(Fault::Change(Change::WrongContentType)),
        ["none"] => Some(Fault::Change(Change::NoContentType)),
        _ => None,
    }),
    of("head", "encoding", "gzip|br|deflate|identity", "a content coding is named, the body stays", |p| match p {
        [name] => Change::ENCODINGS.into_iter().find(|known| known == name).map(|name| Fault::Change(Change::Encoding(name))),
        _ => None,
    }),
    one("head", "two-lengths", "two Content-Lengths that differ", |p| none(p, Fault::Change(Change::Frame(Frame::TwoLengths)))),
    one("head", "length-and-chunks", "Content-Length and Transfer-Encoding", |p| {
        none(p, Fault::Change(Change::Frame(Frame::LengthAndChunks)))
    }),
    one("body", "half", "the head and half of the body, then FIN", |p| none(p, Fault::Half)).in_numbers(),
    of(
        "body",
        "cut-at",
        "OFFSET:fin|OFFSET:rst|OFFSET:notify",
        "so many bytes of head and body, then FIN, RST, or close_notify and FIN",
        |p| {
            let (offset, end) = match p {
                [offset, "fin"] => (offset, End::Fin),
                [offset, "rst"] => (offset, End::Rst),
                [offset, "notify"] => (offset, End::Notify),
                _ => return None,
            };
            Some(Fault::Delivery(Delivery::CutAt(number(&[offset], None)?, end)))
        },
    ),
    of("body", "body-drip", "MS", "the body one byte at a time, with such a pause (50)", |p| {
        Some(Fault::Delivery(Delivery::BodyDrip(millis(p, Some(50))?)))
    }),
    of("body", "stall", "BYTES", "all but so many bytes (1), then silence", |p| {
        Some(Fault::Delivery(Delivery::Stall(number(p, Some(1))?)))
    }),
    of("body", "body-size", "BYTES", "a body of so many bytes", |p| Some(Fault::Change(Change::BodySize(number(p, None)?)))),
    of("body", "announce", "BYTES", "a Content-Length of so many bytes (10000000000)", |p| {
        Some(Fault::Change(Change::Announce(u64::try_from(number(p, Some(10_000_000_000))?).ok()?)))
    }),
    of("body", "endless", "length|chunks|close|head", "a body without end, framed so; a head without end", |p| match p {
        ["head"] => Some(Fault::Delivery(Delivery::Endless(Endless::Head))),
        ["length"] => Some(Fault::Delivery(Delivery::Endless(Endless::Length))),
        ["chunks"] => Some(Fault::Delivery(Delivery::Endless(Endless::Chunks))),
        ["close"] => Some(Fault::Delivery(Delivery::Endless(Endless::Close))),
        _ => None,
    }),
    of("body", "flip", "signed|any", "one bit of the signed bytes, or of any", |p| match p {
        ["signed"] => Some(Fault::Spoil(Spoil::Flip(Span::Signed))),
        ["any"] => Some(Fault::Spoil(Spoil::Flip(Span::Any))),
        _ => None,
    }),
    of("decode", "charset", "bom|invalid|nul|gbk", "a byte order mark, a byte that is no text, a NUL, GBK", |p| match p {
        ["bom"] => Some(Fault::Spoil(Spoil::Bom)),
        ["invalid"] => Some(Fault::Spoil(Spoil::InvalidByte)),
        ["nul"] => Some(Fault::Spoil(Spoil::Nul)),
        ["gbk"] => Some(Fault::Spoil(Spoil::Gbk)),
        _ => None,
    }),
    of("parse", "document", "duplicate|escaped|trailing|two-roots|deep|doctype|laughs|huge", "a document that is none", |p| {
        Some(Fault::Spoil(match p {
            ["duplicate"] => Spoil::Duplicate,
            ["escaped"] => Spoil::DuplicateEscaped,
            ["trailing"] => Spoil::Trailing,
            ["two-roots"] => Spoil::TwoRoots,
            ["deep"] => Spoil::Deep,
            ["doctype"] => Spoil::Doctype,
            ["laughs"] => Spoil::BillionLaughs,
            ["huge"] => Spoil::HugeNumber,
            _ => return None,
        }))
    }),
    one("verify", "unsigned", "no signature; ChinaUMS: no msgId", |p| none(p, Fault::Unsigned)).in_numbers(),
    one("verify", "wrongkey", "signed with another key; ChinaUMS: another msgId", |p| none(p, Fault::WrongKey)).in_numbers(),
    of("verify", "sign", "null|empty|blank|zero|list|object|odd|urlsafe|broken", "what stands where the signature was", |p| {
        Some(Fault::Spoil(Spoil::Sign(match p {
            ["null"] => Sign::Null,
            ["empty"] => Sign::Empty,
            ["blank"] => Sign::Blank,
            ["zero"] => Sign::Zero,
            ["list"] => Sign::List,
            ["object"] => Sign::Object,
            ["odd"] => Sign::OddBase64,
            ["urlsafe"] => Sign::UrlSafe,
            ["broken"] => Sign::Broken,
            _ => return None,
        })))
    }),
    of("verify", "signed-with", "hash|pss", "the right key over another hash, or with PSS padding", |p| match p {
        ["hash"] => Some(Fault::Handling(Handling::OtherHash)),
        ["pss"] => Some(Fault::Handling(Handling::Pss)),
        _ => None,
    }),
    one("bind", "other", "not handled; a signed success for another order, a query's: that it is closed", |p| none(p, Fault::Other))
        .in_numbers(),
    one("bind", "other-merchant", "a signed reply to another merchant", |p| none(p, Fault::Handling(Handling::OtherMerchant))),
    one("bind", "other-method", "a signed reply to another method", |p| none(p, Fault::Handling(Handling::OtherMethod))),
    of(
        "bind",
        "call",
        "create|query|close|refund|refundquery|bill|notice|refundnotice|micropay|reverse|shorturl|openid|sign|pay\
         |reservationpay|reservationcancel|deposit|completion|qrcode|token",
        "not handled; the genuine reply of this other call about the same order, where the gateway has it",
        |p| match p {
            [name] => CALLS.into_iter().find(|kind| kind == name).map(|kind| Fault::Handling(Handling::OtherCall(kind))),
            _ => None,
        },
    ),
    one("bind", "replay", "the first reply again for every later request", |p| none(p, Fault::Handling(Handling::Replay))),
    of("race", "meanwhile", "paid|closed", "paid, or closed by somebody else, before the request is handled", |p| match p {
        ["paid"] => Some(Fault::Handling(Handling::PaidMeanwhile)),
        ["closed"] => Some(Fault::Handling(Handling::ClosedMeanwhile)),
        _ => None,
    }),
    of(
        "confirm",
        "says",
        "open|closed|paid|processing|notfound|refused|limited|refunded|accepted|reserved|released",
        "not handled; a signed reply that tells this state, whatever the book says",
        |p| match p {
            [name] => State::named(name).map(|state| Fault::Handling(Handling::Says(state))),
            _ => None,
        },
    ),
    of("connection", "again", "next|MS", "the reply twice at once; once more before the next answer, or after so long", |p| match p {
        [] => Some(Fault::Delivery(Delivery::Again(Again::AtOnce))),
        ["next"] => Some(Fault::Delivery(Delivery::Again(Again::Next))),
        p => Some(Fault::Delivery(Delivery::Again(Again::After(millis(p, None)?)))),
    })
    .in_numbers(),
    one("connection", "early", "every connection begins with the door's last reply", |p| none(p, Fault::Early)),
];

fn none(parameters: &[&str], fault: Fault) -> Option<Fault> {
    parameters.is_empty().then_some(fault)
}

/// The only parameter, or what holds without one.
fn number(parameters: &[&str], without: Option<usize>) -> Option<usize> {
    match parameters {
        [] => without,
        [digits] if digits.bytes().all(|b| b.is_ascii_digit()) => digits.parse().ok(),
        _ => None,
    }
}

fn millis(parameters: &[&str], without: Option<usize>) -> Option<Duration> {
    let millis = u64::try_from(number(parameters, without)?).ok()?;
    Some(Duration::from_millis(millis)).filter(|time| *time <= Duration::from_secs(3600))
}

fn status(parameters: &[&str]) -> Option<u16> {
    u16::try_from(number(parameters, None)?).ok().filter(|status| (200..=599).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_parameters() {
        for (text, fault) in [
            ("CUT", Some(Fault::Cut)),
            ("sleep", Some(Fault::Sleep(Duration::from_secs(30)))),
            ("cut-at:12:RST", Some(Fault::Delivery(Delivery::CutAt(12, End::Rst)))),
            ("status:503", Some(Fault::Change(Change::Status(503, Content::Html)))),
            ("status:099", None),
            ("cut:1", None),
            ("sleep:x", None),
            ("nothing", None),
            ("", None),
        ] {
            assert_eq!(Fault::parse(text), fault, "{text}");
        }
        assert_eq!(CATALOGUE.iter().filter(|row| row.in_numbers).count(), 9);
    }

    /// What a row says of its parameters is what it reads.
    #[test]
    fn every_alternative_is_read() {
        for row in CATALOGUE {
            for alternative in row.parameters.split('|') {
                let numbers =
                    ["STATUS", "OFFSET", "COUNT", "BYTES", "MS"].iter().fold(alternative.to_string(), |text, n| text.replace(n, "503"));
                let text = if numbers.is_empty() { row.name.to_string() } else { format!("{}:{numbers}", row.name) };
                assert!(Fault::parse(&text).is_some(), "{text}");
            }
        }
    }
}
