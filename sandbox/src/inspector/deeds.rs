//! What is done on the pages: by POST alone, with a form of this run.

use std::collections::VecDeque;
use std::sync::Mutex;

use maud::html;
use time::OffsetDateTime;

use super::guard::field;
use super::page::{self, View, go_to, order_link};
use super::{HOME, Inspector};
use crate::book::State;
use crate::call::Call;
use crate::clock;
use crate::fault::Injection;
use crate::gateways;
use crate::http::{Reply, Request};
use crate::lock::lock;
use crate::notices::NoticeFault;

/// So many are remembered.
const MOST: usize = 500;

/// Something done on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Pay,
    Refund,
    Expire,
    Notify,
    Fault,
}

impl Deed {
    const ALL: [Deed; 5] = [Deed::Pay, Deed::Refund, Deed::Expire, Deed::Notify, Deed::Fault];

    pub(super) fn name(self) -> &'static str {
        match self {
            Deed::Pay => "pay",
            Deed::Refund => "refund",
            Deed::Expire => "expire",
            Deed::Notify => "notify",
            Deed::Fault => "fault",
        }
    }

    pub(super) fn button(self, view: &View) -> &'static str {
        match self {
            Deed::Pay => view.say("Pay", "支付"),
            Deed::Refund => view.say("Refund", "退款"),
            Deed::Expire => view.say("Expire", "过期关闭"),
            Deed::Notify => view.say("Send", "发送"),
            Deed::Fault => view.say("Order it", "安排"),
        }
    }

    pub(super) fn told(self, view: &View) -> &'static str {
        match self {
            Deed::Pay => view.say("paid here, by hand", "在此手动支付"),
            Deed::Refund => view.say("given back here, by hand", "在此手动退款"),
            Deed::Expire => view.say("closed here, by hand", "在此手动关闭"),
            Deed::Notify => view.say("notification sent here, by hand", "在此手动发送通知"),
            Deed::Fault => view.say("fault ordered", "已安排故障"),
        }
    }
}

/// What was done to which order, and when.
#[derive(Default)]
pub(super) struct Deeds(Mutex<VecDeque<(OffsetDateTime, &'static str, String, Deed)>>);

impl Deeds {
    fn keep(&self, gateway: &'static str, number: &str, deed: Deed) {
        let mut deeds = lock(&self.0);
        deeds.push_back((clock::now(), gateway, number.to_string(), deed));
        if deeds.len() > MOST {
            deeds.pop_front();
        }
    }

    pub(super) fn of(&self, gateway: &str, number: &str) -> Vec<(OffsetDateTime, Deed)> {
        let deeds = lock(&self.0);
        let own = deeds.iter().filter(|(_, of, name, _)| *of == gateway && name == number);
        own.map(|(at, _, _, deed)| (*at, *deed)).collect()
    }
}

/// Does what a form says, and shows where that is seen.
pub(super) fn done(inspector: &Inspector, view: &View, request: &Request) -> Reply {
    match act(inspector, request) {
        Ok(path) => go_to(&path),
        Err(why) => {
            let title = view.say("That was not done", "未执行");
            let mut reply = page::page(view, title, html! { p role="alert" { span.bad lang="en" { "✗ " (why) } } });
            reply.status = 400;
            reply
        }
    }
}

fn act(inspector: &Inspector, request: &Request) -> Result<String, &'static str> {
    let shop = &inspector.shop;
    let text = |name: &str| field(request, name);
    let deed = text("deed").and_then(|name| Deed::ALL.into_iter().find(|deed| deed.name() == name)).ok_or("deed is unknown")?;
    let gateway = text("gateway").as_deref().and_then(gateways::by_id).ok_or("gateway is unknown")?.id;
    let number = text("order").unwrap_or_default();
    let state = match deed {
        Deed::Fault => {
            shop.faults.order(gateway, &injection(text)?, times(text)?);
            return Ok(format!("{HOME}/faults"));
        }
        _ if number.is_empty() => return Err("order is missing"),
        Deed::Notify => {
            let fault = text("fault").map(|name| NoticeFault::parse(&name).ok_or("fault is unknown")).transpose()?;
            shop.post_notice(&text("config").unwrap_or_default(), &number, fault, &text("to").unwrap_or_default())?;
            inspector.deeds.keep(gateway, &number, deed);
            return Ok(order_link(gateway, &number));
        }
        Deed::Pay => State::Paid,
        Deed::Refund => State::Refunded,
        Deed::Expire => State::Closed,
    };
    shop.set_state(gateway, &number, state);
    inspector.deeds.keep(gateway, &number, deed);
    Ok(order_link(gateway, &number))
}

fn injection(text: impl Fn(&str) -> Option<String>) -> Result<Injection, &'static str> {
    let (name, parameter) = (text("fault").unwrap_or_default(), text("parameter"));
    let named = parameter.map_or(name.clone(), |parameter| format!("{name}:{parameter}"));
    let call = text("call").and_then(|name| Call::named(&name)).ok_or("call is unknown")?;
    let injection = Injection::parse(&named).ok_or("fault is unknown, or its parameter is missing or wrong")?;
    if injection.fault.is_of_connection() {
        return Err("the fault strikes before a request is there");
    }
    Ok(Injection { call, ..injection })
}

fn times(text: impl Fn(&str) -> Option<String>) -> Result<usize, &'static str> {
    let times = text("times").map_or(Ok(1), |times| times.parse()).map_err(|_| "times is no number")?;
    if (1..=1000).contains(&times) { Ok(times) } else { Err("times is not from 1 to 1000") }
}
