//! The admin pages, plain JSON, for tests in other languages. Described in the crate's documentation.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::book::{Movement, MovementKind, Order, Refund, RefundState, State};
use crate::clock;
use crate::door::{Door, Ports};
use crate::fault::{CATALOGUE, Injection};
use crate::gateways::{self, Gateway};
use crate::heard::Hearing;
use crate::http::{Reply, Request};
use crate::inspector::{self, Inspector};
use crate::journal::{Connection, Log};
use crate::json::Json;
use crate::listener::Pages;
use crate::lock::lock;
use crate::notices::{Answer, Delivery, Notice, NoticeFault};
use crate::server::Shop;

const PREFIX: &str = "/_sandbox/";

/// The desk where the sandbox itself is asked and told.
pub(crate) struct Desk {
    shop: Arc<Shop>,
    pub(crate) inspector: Inspector,
    /// Opened here; each ends with the sandbox.
    doors: Mutex<Vec<Door>>,
}

impl Desk {
    pub(crate) fn new(shop: &Arc<Shop>) -> Arc<Desk> {
        Arc::new(Desk { shop: Arc::clone(shop), inspector: Inspector::new(shop), doors: Mutex::default() })
    }

    /// What every door shows before its gateways. A door that is open does not keep the desk.
    pub(crate) fn pages(self: &Arc<Self>) -> Arc<Pages> {
        let desk = Arc::downgrade(self);
        Arc::new(move |request| {
            let is_admin = request.target.starts_with(PREFIX);
            if !is_admin && !inspector::is_page(request) {
                return None;
            }
            let desk = desk.upgrade()?;
            Some(if is_admin { answer(&desk, request) } else { desk.inspector.answer(request) })
        })
    }

    /// Closes the doors opened here, whose threads may be waiting for the list of them.
    pub(crate) fn close(&self) {
        let doors = std::mem::take(&mut *lock(&self.doors));
        drop(doors);
    }
}

fn answer(desk: &Arc<Desk>, request: &Request) -> Reply {
    if inspector::is_of_another_site(request) {
        return Reply::json(403, &object([("error", Json::from("Origin is another site"))]));
    }
    let shop = &desk.shop;
    let done = match (request.method.as_str(), request.target.as_str()) {
        ("GET", "/_sandbox/orders") => return Reply::json(200, &orders(shop)),
        ("GET", "/_sandbox/money") => return Reply::json(200, &money(shop)),
        ("GET", "/_sandbox/counts") => return Reply::json(200, &counts(shop)),
        ("GET", "/_sandbox/certificate") => return Reply::json(200, &certificate(shop)),
        ("GET", "/_sandbox/faults") => return Reply::json(200, &faults()),
        ("GET", "/_sandbox/doors") => return Reply::json(200, &doors(desk)),
        ("POST", "/_sandbox/doors") => match Command::read(request).and_then(|command| open_door(desk, &command)) {
            Ok(door) => return Reply::json(200, &door),
            Err(why) => Err(why),
        },
        ("GET", "/_sandbox/notices") => return Reply::json(200, &notices(shop)),
        ("POST", "/_sandbox/notices") => match Command::read(request).and_then(|command| make_notice(shop, &command)) {
            Ok(Some(notice)) => return Reply::new(200, "application/json;charset=UTF-8", notice.json().to_string()),
            Ok(None) => Ok(()),
            Err(why) => Err(why),
        },
        ("POST", "/_sandbox/heard") => Command::read(request).and_then(|command| keep_heard(shop, &command)),
        ("POST", "/_sandbox/notify") => Command::read(request).and_then(|command| set_notify(shop, &command)),
        ("POST", "/_sandbox/orders") => Command::read(request).and_then(|command| set_order(shop, &command)),
        ("POST", "/_sandbox/money") => Command::read(request).and_then(|command| settle_refund(shop, &command)),
        ("POST", "/_sandbox/faults") => Command::read(request).and_then(|command| order_fault(shop, &command)),
        ("POST", "/_sandbox/tokens") => Command::read(request).and_then(|command| set_tokens(shop, &command)),
        _ => return Reply::plain(404),
    };
    match done {
        Ok(()) => Reply::json(200, &object([("ok", Json::Bool(true))])),
        Err(why) => Reply::json(400, &object([("error", Json::from(why))])),
    }
}

fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(name, value)| (name.to_string(), value)).collect())
}

fn count(number: usize) -> Json {
    Json::Number(number.to_string())
}

fn orders(shop: &Shop) -> Json {
    let line = |(gateway, number, order): (&str, String, Order)| {
        object([
            ("gateway", Json::from(gateway)),
            ("order", Json::from(number.as_str())),
            ("state", Json::from(order.state.name())),
            ("posts", count(order.posts)),
            ("queries", count(order.queries)),
        ])
    };
    object([("orders", Json::List(shop.book.all().into_iter().map(line).collect()))])
}

fn certificate(shop: &Shop) -> Json {
    let issued = shop.certificates.merchants.certificate();
    object([
        ("certificate_pem", Json::from(issued.certificate_pem.as_str())),
        ("key_pem", Json::from(issued.key_pem.as_str())),
        ("pkcs12_base64", Json::from(STANDARD.encode(&issued.pkcs12).as_str())),
    ])
}

fn counts(shop: &Shop) -> Json {
    let orders = shop.book.all();
    let each = |of: fn(&Order) -> usize| {
        let sum = |gateway: &Gateway| orders.iter().filter(|(id, _, _)| *id == gateway.id).map(|(_, _, order)| of(order)).sum();
        Json::Object(gateways::ALL.iter().map(|gateway| (gateway.id.to_string(), count(sum(gateway)))).collect())
    };
    object([
        ("connections", Json::from(shop.connections.load(Ordering::Relaxed))),
        ("requests", Json::from(shop.requests.load(Ordering::Relaxed))),
        ("tokens", count(shop.tokens.issued())),
        ("posts", each(|order| order.posts)),
        ("queries", each(|order| order.queries)),
    ])
}

fn faults() -> Json {
    let row = |row: &crate::fault::Row| {
        Json::texts(&[("phase", row.phase), ("fault", row.name), ("parameters", row.parameters), ("does", row.does)])
    };
    object([("faults", Json::List(CATALOGUE.iter().map(row).collect()))])
}

fn open_door(desk: &Arc<Desk>, command: &Command) -> Result<Json, &'static str> {
    let injection = match &command.0 {
        Json::Object(members) if members.is_empty() => None,
        command => Some(Injection::read(command, &gateways::IDS)?),
    };
    let door = Door::open(&desk.shop, &desk.pages(), injection, Ports::default(), Log::kept()).map_err(|_| "no more ports")?;
    let mut doors = lock(&desk.doors);
    let urls = [("door", count(doors.len())), ("http_url", Json::from(door.http_url())), ("https_url", Json::from(door.https_url()))];
    doors.push(door);
    Ok(object(urls))
}

fn doors(desk: &Desk) -> Json {
    let connection = |it: &Connection| {
        object([
            ("received", count(it.received)),
            ("written", count(it.written)),
            ("posts", count(it.posts)),
            ("handled", count(it.handled)),
            ("queries", count(it.queries)),
            ("reply", count(it.reply)),
            ("orders", Json::List(it.requests.iter().filter_map(|one| one.number.as_deref()).map(Json::from).collect())),
            ("merchant", Json::Bool(it.is_merchant)),
        ])
    };
    let line = |door: &Door| {
        object([
            ("http_url", Json::from(door.http_url())),
            ("https_url", Json::from(door.https_url())),
            ("elsewhere", count(door.connections_elsewhere())),
            ("connections", Json::List(door.connections().iter().map(connection).collect())),
        ])
    };
    object([("doors", Json::List(lock(&desk.doors).iter().map(line).collect()))])
}

/// The members of a command; every one must be used by name.
struct Command(Json);

impl Command {
    fn read(request: &Request) -> Result<Command, &'static str> {
        let text = std::str::from_utf8(&request.body).map_err(|_| "body is not UTF-8")?;
        Json::parse(text).map(Command).ok_or("body is not JSON")
    }

    fn only(&self, names: &[&str]) -> Result<(), &'static str> {
        match &self.0 {
            Json::Object(members) if members.iter().all(|(name, _)| names.contains(&name.as_str())) => Ok(()),
            _ => Err("a member is unknown"),
        }
    }

    fn gateway(&self) -> Result<&'static Gateway, &'static str> {
        self.text("gateway").and_then(gateways::by_id).ok_or("gateway is unknown")
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.member(name)?.text()
    }

    /// An optional text; null is none.
    fn optional(&self, name: &str) -> Result<Option<&str>, &'static str> {
        match self.0.member(name) {
            None | Some(Json::Null) => Ok(None),
            Some(value) => value.text().map(Some).ok_or("a text is no text"),
        }
    }

    /// An optional whole number.
    fn whole(&self, name: &str) -> Result<Option<u64>, &'static str> {
        let Some(value) = self.0.member(name) else {
            return Ok(None);
        };
        value.whole().map(Some).ok_or("a number is not a whole number")
    }
}

fn set_order(shop: &Arc<Shop>, command: &Command) -> Result<(), &'static str> {
    command.only(&["gateway", "order", "state", "attach"])?;
    let number = command.text("order").ok_or("order is missing")?;
    let gateway = command.gateway()?.id;
    let attach = command.text("attach");
    match command.text("state").map(State::named) {
        Some(state) => shop.set_state(gateway, number, state.ok_or("state is unknown")?),
        None if attach.is_none() => return Err("neither state nor attach is there"),
        None => {}
    }
    if let Some(text) = attach {
        shop.book.attach(gateway, number, text);
    }
    Ok(())
}

fn money(shop: &Shop) -> Json {
    let movement = |movement: &Movement| {
        let (kind, refund) = match &movement.kind {
            MovementKind::Paid => ("PAID", None),
            MovementKind::Refunded(number) => ("REFUNDED", Some(number.as_str())),
            MovementKind::Undone => ("UNDONE", None),
        };
        object([
            ("gateway", Json::from(movement.gateway)),
            ("order", Json::from(movement.order.as_str())),
            ("kind", Json::from(kind)),
            ("refund", refund.map_or(Json::Null, Json::from)),
            ("fen", Json::from(movement.fen)),
        ])
    };
    let refund = |refund: &Refund| {
        object([
            ("gateway", Json::from(refund.gateway)),
            ("refund", Json::from(refund.number.as_str())),
            ("order", Json::from(refund.order.as_str())),
            ("fen", Json::from(refund.fen)),
            ("state", Json::from(refund.state.name())),
        ])
    };
    let (movements, refunds) = (shop.book.movements(), shop.book.refunds());
    object([
        ("movements", Json::List(movements.iter().map(movement).collect())),
        ("refunds", Json::List(refunds.iter().map(refund).collect())),
    ])
}

fn settle_refund(shop: &Arc<Shop>, command: &Command) -> Result<(), &'static str> {
    command.only(&["gateway", "refund", "state"])?;
    let is_done = match command.text("state") {
        Some(state) if state == RefundState::Done.name() => true,
        Some(state) if state == RefundState::Failed.name() => false,
        _ => return Err("state is neither DONE nor FAILED"),
    };
    let number = command.text("refund").ok_or("refund is missing")?;
    shop.settle_refund(command.gateway()?.id, number, is_done).ok_or("no such refund is processing")
}

/// Nothing, where it is posted.
fn make_notice(shop: &Arc<Shop>, command: &Command) -> Result<Option<Notice>, &'static str> {
    command.only(&["gateway", "order", "fault", "to"])?;
    let number = command.text("order").ok_or("order is missing")?;
    let fault = match command.optional("fault")? {
        None => None,
        Some(name) => Some(NoticeFault::parse(name).ok_or("fault is unknown")?),
    };
    let config = command.text("gateway").unwrap_or_default();
    match command.optional("to")? {
        None => shop.notice(config, number, fault).map(Some),
        Some(to) => shop.post_notice(config, number, fault, to).map(|()| None),
    }
}

fn notices(shop: &Shop) -> Json {
    let answer = |answer: &Option<Answer>| {
        let status = answer.map_or(Json::Null, |answer| Json::from(u64::from(answer.status)));
        object([("status", status), ("as_expected", Json::Bool(answer.is_some_and(|answer| answer.as_expected)))])
    };
    let line = |delivery: &Delivery| {
        object([
            ("gateway", Json::from(delivery.config)),
            ("order", Json::from(delivery.number.as_str())),
            ("to", Json::from(delivery.to.as_str())),
            ("posted", count(delivery.answers.len())),
            ("acknowledged", Json::Bool(delivery.is_acknowledged())),
            ("waiting", Json::Bool(delivery.waiting)),
            ("answers", Json::List(delivery.answers.iter().map(answer).collect())),
        ])
    };
    object([("notices", Json::List(shop.rounds.deliveries().iter().map(line).collect()))])
}

fn keep_heard(shop: &Shop, command: &Command) -> Result<(), &'static str> {
    command.only(&["gateway", "order", "event", "en", "zh", "acknowledged"])?;
    let text = |name: &str| command.text(name).map(str::to_string);
    shop.heard.keep(Hearing {
        at: clock::now(),
        gateway: command.gateway()?.id,
        order: command.optional("order")?.unwrap_or_default().to_string(),
        event: text("event").ok_or("event is missing")?,
        en: text("en").ok_or("en is missing")?,
        zh: text("zh").ok_or("zh is missing")?,
        acknowledged: command.0.member("acknowledged") == Some(&Json::Bool(true)),
    });
    Ok(())
}

fn set_notify(shop: &Shop, command: &Command) -> Result<(), &'static str> {
    command.only(&["gateway", "to", "speed"])?;
    if let Some(speed) = command.whole("speed")? {
        shop.rounds.set_speed(u32::try_from(speed).map_err(|_| "speed is too large")?);
    }
    match command.optional("gateway")? {
        Some(config) => shop.set_notify_url(config, command.optional("to")?),
        None => Ok(()),
    }
}

fn order_fault(shop: &Shop, command: &Command) -> Result<(), &'static str> {
    command.only(&["gateway", "fault", "ms", "times"])?;
    let mut name = command.text("fault").ok_or("fault is missing")?.to_string();
    if let Some(time) = command.whole("ms")? {
        name = format!("{name}:{time}");
    }
    let injection = Injection::parse(&name).ok_or("fault is unknown, or a parameter is")?;
    if injection.fault.is_of_connection() {
        return Err("the fault strikes before a request is there: POST /_sandbox/doors");
    }
    let times = command.whole("times")?.unwrap_or(1).min(10_000);
    shop.faults.order(command.gateway()?.id, &injection, usize::try_from(times).unwrap_or(1));
    Ok(())
}

fn set_tokens(shop: &Shop, command: &Command) -> Result<(), &'static str> {
    command.only(&["expires_in", "revoke"])?;
    if let Some(seconds) = command.whole("expires_in")? {
        shop.tokens.set_expires_in(u32::try_from(seconds).map_err(|_| "expires_in is too large")?);
    }
    match command.0.member("revoke") {
        None | Some(Json::Bool(false)) => {}
        Some(Json::Bool(true)) => shop.tokens.revoke_all(),
        Some(_) => return Err("revoke is not a boolean"),
    }
    Ok(())
}
