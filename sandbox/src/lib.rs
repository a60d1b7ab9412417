//! The five payment gateways on loopback: ICBC, YSEPay, WeChat Pay, EdgerOS Pay and ChinaUMS.
//!
//! Written from the vendors' pages, with signing and verifying code of its own: this crate shares no line with the
//! library it tests. Every request is checked to the byte ([strictly](Sandbox::set_strict), or as the real gateways do), an
//! order changes its state only through a complete and correctly signed request, and every reply is signed like the real
//! one. Listens on 127.0.0.1 and nowhere else.
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! use chexiao_sandbox::{Keys, Options, Sandbox, State};
//!
//! let sandbox = Sandbox::start(Options { http: None, https: None, keys: Keys::generate() })?;
//! let config = sandbox.config("wechat", sandbox.http_url());   // give this to a client, then close "A100"
//! assert_eq!(sandbox.state("wechat", "A100"), None);           // nobody has asked for it yet
//! # assert!(config.is_some());
//! # Ok(())
//! # }
//! ```
//!
//! # Orders
//! An order number not seen before gets its state from its prefix, in any case: `PAID`, `CLOSED`, `PROCESSING`,
//! `NOTFOUND`, `REFUSED`, `LIMITED`, `REFUNDED`, `ACCEPTED`, `RESERVED`, `RELEASED`; anything else is open. The number is ICBC's `partnerSeq`, YSEPay's `protocol_no`,
//! WeChat's `out_trade_no`, EdgerOS's `transaction_no` if sent and else `mch_trade_no`, ChinaUMS's `merOrderId`.
//!
//! ICBC, WeChat, EdgerOS and ChinaUMS answer queries from the same book, which no query changes. WeChat's gives back what was attached
//! to the order ([`Sandbox::attach`]); to a number that holds `ATTACH`, that is `uid=1&order=2`.
//!
//! # Faults
//! A close of a number that begins with the name of a fault that [numbers choose](field@fault::Row::in_numbers) suffers it, one that
//! begins with `CALL` and one of [`fault::CALLS`] gets the reply of that call; [`Sandbox::inject`] orders one for
//! the next closes at a gateway, whatever they name. The token call of ChinaUMS suffers none.
//! Every fault of [`fault::CATALOGUE`], those before a request included, can have a [`Door`] of its own.
//!
//! Another call suffers what is named with its [name](Call::name) before it, as in `query:cut` or `refund:status:503`. A query
//! of a number that begins with `QUERY` suffers the fault, or tells the state, that comes next: `QUERYSLEEP1` is closed without
//! fault and then not answered, `QUERYPAID1` is said to be paid; so do creates of `CREATE…`, payments of `PAY…`, reversals of
//! `REVERSE…`. Such orders are open at first. Of a refund its own number chooses, `CUT1` for the refund and `QUERYCUT1` for the
//! query after it. A bill names nothing: what it suffers is ordered, or its door's.
//!
//! # Money
//! A create makes an order, in the same words as often as it likes; `set_state`, [`Sandbox::pay`] or a notice has it paid. A
//! refund happens once for each of the merchant's numbers, and what was paid is never exceeded: [`Sandbox::refunds`],
//! [`Sandbox::movements`]. The calls are:
//!
//! | gateway | made | paid at once | given back, asked for by | besides |
//! | --- | --- | --- | --- | --- |
//! | `icbc` | `cppayapply/V1` | | `cppayapply/V2` with `partnerSeqOrigin`, `cporderquery/V1` | |
//! | `ysepay` | `trusteeship.sign`, `.sign.confirm` (agreements) | `trusteeship.fastPay` | `online.trade.refund`, `.refund.query` | `online.trade.query` |
//! | `wechat` | `/pay/unifiedorder` | `/pay/micropay` | `/secapi/pay/refund`, `/pay/refundquery` | `/secapi/pay/reverse`, `/pay/downloadbill` |
//! | `edgeros` | | | `POST` and `GET …/refund` | `…/bill` and its file |
//! | `chinaums` | `bills/get-qrcode`, `wx/unified-order` | | `bills/refund`, `bills/query`; `refund`, `refund-query` | `bills/close-qrcode`, `query`, `close` |
//!
//! Words of refusals that no source gives are guesses, and said to be so where they stand. What is not signed by the real ones is
//! not signed here, so that faults of the signature do nothing to a bill of WeChat Pay, and at ChinaUMS strike the `msgId`.
//!
//! One whose number begins with `PROCESSING` waits for [`Sandbox::settle_refund`]; `REFUSED…`,
//! `LIMITED…` and `NOTFOUND…` are not given back. An order that no create has made costs 1 yuan.
//!
//! # Client certificates
//! Over HTTPS every client is asked for a certificate, and no handshake fails for want of the right one: WeChat Pay's `/secapi/` and its
//! kind answer whoever does not show [`Sandbox::merchant_certificate`], or one that [`Sandbox::trust_clients`] lets in, with 400
//! and a page of the HTTP server before them, as the real ones do.
//!
//! The HTTP port is also a proxy: `CONNECT 127.0.0.1:port` is granted, to this machine only.
//!
//! # Notices
//! [`Sandbox::notice`] is what the merchant is told of an order as it stands: paid, refunded, in process, closed, held, so far as the
//! gateway tells such things; of an open order that it is paid, for a buyer pays it then. [`NOTICE_FAULTS`] are what can be
//! wrong with it. Where [`Sandbox::set_notify_url`] says so, an order that becomes paid or is given back, be it by the admin page, by
//! [`Sandbox::pay`] or by the prefix of a number first heard of, is told to the merchant by itself; and [`Sandbox::post_notice`] tells
//! anything. A notice is repeated on the gateway's schedule (WeChat's is published, the others are guesses from what was
//! seen), until the merchant gives the answer of the page; unless strict, what the real gateway would take. At ICBC its signature
//! is verified. The number is ICBC's `partnerSeq`, YSEPay's and WeChat's `out_trade_no`, EdgerOS's `transaction_no` and `mch_trade_no`, ChinaUMS's
//! `merOrderId`; amounts are the order's. ICBC tells nothing of refunds, WeChat and EdgerOS nothing but payments and refunds.
//!
//! # Inspector
//! `/inspector` on the same ports is for people: the last exchanges (500 of them, or 4 MiB) with what was verified of each and
//! why it was refused, the orders and their lives, what the merchants were told; and forms to pay, give back, close, notify and
//! order faults. It answers under the names of this machine only (`Host`), and acts on forms of this run alone.
//! [`Sandbox::explain_by`] lets a host say more: what another client has signed, what the library concludes.
//!
//! # Admin pages
//! On the same ports, for tests in other languages. A POST answers `{"ok":true}`, or 400 and `{"error":"…"}`.
//!
//! | page | does |
//! | --- | --- |
//! | `GET /_sandbox/orders` | `{"orders":[{"gateway","order","state","posts","queries"}]}` |
//! | `POST /_sandbox/orders` | `{"gateway","order","state"?,"attach"?}`: sets the state of an order, what is attached to it |
//! | `GET /_sandbox/faults` | `{"faults":[{"phase","fault","parameters","does"}]}` |
//! | `POST /_sandbox/faults` | `{"gateway","fault","ms"?,"times"?}`: the next `times` (1) closes, or other calls (`"query:cut"`); 0 forgets all |
//! | `POST /_sandbox/doors` | an [`Injection`], or `{}` for none; answers `{"door","http_url","https_url"}` |
//! | `GET /_sandbox/doors` | `{"doors":[{"http_url","https_url","elsewhere","connections":[{…}]}]}`, one per door in order |
//! | `POST /_sandbox/notices` | `{"gateway","order","fault"?}`: what [`Sandbox::notice`] makes, `{"url","headers","body_base64"}`; with `"to"`, posts it |
//! | `GET /_sandbox/notices` | `{"notices":[{"gateway","order","to","posted","acknowledged","waiting","answers":[{"status","as_expected"}]}]}` |
//! | `POST /_sandbox/heard` | `{"gateway","order"?,"event","en","zh","acknowledged"}`: what a merchant has heard and made of it, for the inspector |
//! | `POST /_sandbox/notify` | `{"gateway"?,"to"?,"speed"?}`: [`Sandbox::set_notify_url`], without `to` nowhere; [`Sandbox::set_notify_speed`] |
//! | `POST /_sandbox/tokens` | `{"expires_in"?,"revoke"?}`: life in seconds of new ChinaUMS tokens; ends all live ones |
//! | `GET /_sandbox/money` | `{"movements":[{"gateway","order","kind","refund","fen"}],"refunds":[{"gateway","refund","order","fen","state"}]}` |
//! | `POST /_sandbox/money` | `{"gateway","refund","state"}`: [`Sandbox::settle_refund`], `DONE` or `FAILED` |
//! | `GET /_sandbox/certificate` | `{"certificate_pem","key_pem","pkcs12_base64"}`: [`Sandbox::merchant_certificate`] |
//! | `GET /_sandbox/counts` | `{"connections","requests","tokens","posts":{gateway:n},"queries":{gateway:n}}` |

mod admin;
mod authorization;
mod book;
mod call;
mod certificates;
mod charset;
mod clock;
mod der;
mod door;
pub mod fault;
mod form;
mod gateways;
mod gzip;
mod heard;
mod hex;
mod http;
mod inspector;
mod journal;
mod json;
mod keys;
mod listener;
mod lock;
mod merchant_certificates;
mod notices;
mod overheard;
mod pkcs12;
mod record;
mod samples;
mod server;
mod sm2;
mod sm2_keys;
mod sm3;
mod stop;
mod tokens;
mod tunnel;
#[cfg(test)]
mod vectors;
mod wire;
mod xml;

use std::fmt;
use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

pub use book::{Movement, MovementKind, Refund, RefundState, State};
pub use call::Call;
pub use charset::Charset;
pub use door::Door;
pub use fault::{Fault, Injection};
pub use inspector::{Explain, Explained, Mistake, Spoken, Verdict, Words};
pub use journal::{Carried, Connection};
pub use json::Json;
pub use keys::{KeyPair, Keys, Pairs};
pub use merchant_certificates::MerchantCertificate;
pub use notices::{Answer, Delivery, NOTICE_FAULTS, Notice, NoticeFault};
pub use overheard::{Overheard, overhear};
pub use samples::sample_call;
pub use sm2_keys::{Sm2Encoding, Sm2KeyPair};

/// Sealing replies of ICBC.
pub mod icbc {
    pub use crate::gateways::icbc::{encrypt, seal};
}
/// Sealing replies of YSEPay.
pub mod ysepay {
    pub use crate::gateways::ysepay::{seal, seal_sm};
}
/// Sealing replies of WeChat Pay.
pub mod wechat {
    pub use crate::gateways::wechat::{SignType, seal};
}
/// Sealing replies of EdgerOS Pay.
pub mod edgeros {
    pub use crate::gateways::edgeros::seal;
}

/// The names of the five gateways.
pub const GATEWAYS: [&str; 5] = gateways::IDS;

/// The names [`config`] knows: every gateway's, `icbc-aes`, an ICBC merchant who encrypts, and `ysepay-sm`, a YSEPay merchant with
/// SM2 keys.
pub const CONFIGS: [&str; 7] = gateways::ACCOUNTS;

/// How to start a sandbox.
#[derive(Debug)]
pub struct Options {
    /// The port for plain HTTP; `None` or 0: any free one.
    pub http: Option<u16>,
    /// The port for HTTPS; `None` or 0: any free one.
    pub https: Option<u16>,
    /// What the merchant and the gateways sign with.
    pub keys: Keys,
}

/// Five running gateways; dropping it ends every connection and thread.
pub struct Sandbox {
    shop: Arc<server::Shop>,
    desk: Arc<admin::Desk>,
    main: Door,
}

impl Sandbox {
    /// Listens on 127.0.0.1.
    ///
    /// # Errors
    /// A port is taken, or the system refuses a socket or a thread.
    pub fn start(options: Options) -> io::Result<Sandbox> {
        let shop = server::Shop::new(options.keys, certificates::Certificates::make()?);
        let ports = door::Ports { http: options.http.unwrap_or(0), https: options.https.unwrap_or(0) };
        let desk = admin::Desk::new(&shop);
        let main = Door::open(&shop, &desk.pages(), None, ports, journal::Log::none())?;
        Ok(Sandbox { shop, desk, main })
    }

    /// Further ports, where everything suffers this fault, or nothing does and all is only logged.
    ///
    /// # Errors
    /// The system refuses a socket or a thread.
    pub fn door(&self, injection: Option<Injection>) -> io::Result<Door> {
        Door::open(&self.shop, &self.desk.pages(), injection, door::Ports::default(), journal::Log::kept())
    }

    /// `http://127.0.0.1:port`, the base_url of every gateway.
    pub fn http_url(&self) -> &str {
        self.main.http_url()
    }

    /// `https://127.0.0.1:port`; the certificate is valid for localhost too.
    pub fn https_url(&self) -> &str {
        self.main.https_url()
    }

    /// The certificate authority behind [`Sandbox::https_url`], made for this sandbox alone.
    pub fn ca_pem(&self) -> &str {
        &self.shop.certificates.ca_pem
    }

    /// What the gateways issued to the merchant, to be shown over HTTPS; made at the first call.
    pub fn merchant_certificate(&self) -> &MerchantCertificate {
        self.shop.certificates.merchants.certificate()
    }

    /// Lets in clients that show one of these certificates (PEM), whatever it says of itself, or one that they issued, from now on.
    ///
    /// # Errors
    /// What is wrong with the file, as the end of a sentence about it.
    pub fn trust_clients(&self, pem: &[u8]) -> io::Result<()> {
        self.shop.certificates.merchants.trust(pem)
    }

    /// What the merchant and the gateways sign with.
    pub fn keys(&self) -> &Keys {
        &self.shop.keys
    }

    /// The configuration of a client, keys inline; `name` is one of [`CONFIGS`], `None` for any other.
    pub fn config(&self, name: &str, base_url: &str) -> Option<Value> {
        config(name, base_url, self.keys())
    }

    /// [`Sandbox::config`] of all five, in the order of [`GATEWAYS`].
    pub fn configs(&self, base_url: &str) -> Vec<Value> {
        GATEWAYS.iter().filter_map(|gateway| self.config(gateway, base_url)).collect()
    }

    /// The state of an order that some request or [`Sandbox::set_state`] has named.
    pub fn state(&self, gateway: &str, number: &str) -> Option<State> {
        Some(self.order(gateway, number)?.state)
    }

    /// Puts an order into a state; an unknown gateway is ignored.
    pub fn set_state(&self, gateway: &str, number: &str, state: State) {
        self.shop.set_state(gateway, number, state);
    }

    /// What the merchant of this configuration (one of [`CONFIGS`]) is told of the order as it stands, not sent; a buyer pays an open
    /// one first.
    ///
    /// # Errors
    /// Why there is none: the gateway tells nothing of an order in this state, or has no such call.
    pub fn notice(&self, config: &str, number: &str, fault: Option<NoticeFault>) -> Result<Notice, &'static str> {
        self.shop.notice(config, number, fault)
    }

    /// [`Sandbox::notice`] posted to a URL of this machine, `http://127.0.0.1:port/path`, and repeated as that gateway does until it is
    /// acknowledged.
    ///
    /// # Errors
    /// Why it is not: there is none, the URL is another machine's, there are too many.
    pub fn post_notice(&self, config: &str, number: &str, fault: Option<NoticeFault>, to: &str) -> Result<(), &'static str> {
        self.shop.post_notice(config, number, fault, to)
    }

    /// Where the merchant of this configuration (one of [`CONFIGS`]) is told, from now on, of every order that is paid or given back;
    /// `None`: nowhere, as at first.
    ///
    /// # Errors
    /// Nobody knows the configuration, or the URL is not `http://127.0.0.1:port/path`.
    pub fn set_notify_url(&self, config: &str, to: Option<&str>) -> Result<(), &'static str> {
        self.shop.set_notify_url(config, to)
    }

    /// The seconds between repeats go by so many times as fast; once at first.
    pub fn set_notify_speed(&self, speed: u32) {
        self.shop.rounds.set_speed(speed);
    }

    /// Every notice posted, or being posted, in the order in which that was decided.
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shop.rounds.deliveries()
    }

    /// A buyer pays the order, though it be closed; an unknown gateway is ignored.
    pub fn pay(&self, gateway: &str, number: &str) {
        self.set_state(gateway, number, State::Paid);
    }

    /// Attaches the merchant's own text to an order, which WeChat Pay's query gives back; an unknown gateway is ignored.
    pub fn attach(&self, gateway: &str, number: &str, text: &str) {
        if let Some(gateway) = gateways::by_id(gateway) {
            self.shop.book.attach(gateway.id, number, text);
        }
    }

    /// Complete closes received that name the order, whatever their signature.
    pub fn posts(&self, gateway: &str, number: &str) -> usize {
        self.order(gateway, number).map_or(0, |order| order.posts)
    }

    /// Complete queries received that name the order, whatever their signature.
    pub fn queries(&self, gateway: &str, number: &str) -> usize {
        self.order(gateway, number).map_or(0, |order| order.queries)
    }

    /// Complete requests of this call that name this number, whatever their signature. Calls about a refund name its own.
    pub fn calls(&self, gateway: &str, call: Call, number: &str) -> usize {
        gateways::by_id(gateway).map_or(0, |gateway| self.shop.book.heard(gateway.id, call, number))
    }

    /// All money that has moved, in its order.
    pub fn movements(&self) -> Vec<Movement> {
        self.shop.book.movements()
    }

    /// All refunds that a gateway has accepted.
    pub fn refunds(&self) -> Vec<Refund> {
        self.shop.book.refunds()
    }

    /// Ends a refund that is processing: the money goes back, or does not. `None`, where no such refund is.
    pub fn settle_refund(&self, gateway: &str, number: &str, is_done: bool) -> Option<()> {
        self.shop.settle_refund(gateway, number, is_done)
    }

    fn order(&self, gateway: &str, number: &str) -> Option<book::Order> {
        self.shop.book.order(gateways::by_id(gateway)?.id, number)
    }

    /// Whether requests are held to the vendors' pages to the byte, as they are at first. Otherwise what the real gateways take
    /// is taken too: any Content-Type, fields nobody asked for, forms that escape nothing; what is signed is checked all the same.
    pub fn set_strict(&self, strict: bool) {
        self.shop.set_strict(strict);
    }

    /// The next `times` closes (a [`Fault`]), or queries (an [`Injection`] that says so), at the gateway suffer this; 0
    /// forgets all that was ordered.
    pub fn inject(&self, gateway: &str, fault: impl Into<Injection>, times: usize) {
        if let Some(gateway) = gateways::by_id(gateway) {
            self.shop.faults.order(gateway.id, &fault.into(), times);
        }
    }

    /// Has somebody explain on the pages of the inspector what the sandbox itself cannot know; only the first one is asked.
    pub fn explain_by(&self, explain: impl Explain + 'static) {
        self.desk.inspector.explain_by(Box::new(explain));
    }

    /// ChinaUMS access tokens issued.
    pub fn tokens_issued(&self) -> usize {
        self.shop.tokens.issued()
    }

    /// The life of ChinaUMS access tokens issued from now on, in seconds; 3600 at the start.
    pub fn set_token_life(&self, seconds: u32) {
        self.shop.tokens.set_expires_in(seconds);
    }

    /// Ends every live ChinaUMS access token.
    pub fn revoke_tokens(&self) {
        self.shop.tokens.revoke_all();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("http_url", &self.http_url()).field("https_url", &self.https_url()).finish_non_exhaustive()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.desk.close();
        self.shop.rounds.stop();
    }
}

/// The configuration of a client with these keys, inline; `name` is one of [`CONFIGS`], `None` for any other.
pub fn config(name: &str, base_url: &str, keys: &Keys) -> Option<Value> {
    let (gateway, account) = gateways::account(name)?;
    Some(json!({ "gateway": gateway, "base_url": base_url, "account": account(keys) }))
}

/// The `order` of a call with this order number filled in; `None` for an unknown gateway.
pub fn sample_order(gateway: &str, number: &str) -> Option<Value> {
    Some((gateways::by_id(gateway)?.order)(number))
}
