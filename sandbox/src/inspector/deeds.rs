//! What is done on the pages: by POST alone, with a form of this run.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use maud::html;
use time::OffsetDateTime;

use super::guard::field;
use super::page::{self, View, go_to, order_link};
use super::{HOME, Inspector, Words};
use crate::book::State;
use crate::call::Call;
use crate::clock;
use crate::fault::{Fault, Injection, Row, catalogue};
use crate::gateways::{self, Gateway};
use crate::http::{Reply, Request};
use crate::lock::lock;
use crate::notices::NoticeFault;
use crate::server::Shop;

/// So many are remembered.
const MOST: usize = 500;
/// Before money or a close.
const UNPAID: &[State] = &[State::Open, State::Processing, State::Accepted];

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

/// Why nothing was done, and where the form is.
struct Refusal {
    words: Words,
    back: String,
}

/// Does what a form says, and shows where that is seen.
pub(super) fn done(inspector: &Inspector, view: &View, request: &Request) -> Reply {
    match act(inspector, request) {
        Ok(path) => go_to(&path),
        Err(Refusal { words, back }) => {
            let content = html! {
                p role="alert" { span.bad { "✗ " (view.short(words.in_tongue(view.tongue), 400)) } }
                p { a href=(back) { (view.say("Back", "返回")) } }
            };
            let mut reply = page::page(view, view.say("That was not done", "未执行"), content);
            reply.status = 400;
            reply
        }
    }
}

fn act(inspector: &Inspector, request: &Request) -> Result<String, Refusal> {
    let text = |name: &str| field(request, name);
    let deed = text("deed").and_then(|name| Deed::ALL.into_iter().find(|deed| deed.name() == name));
    let gateway = text("gateway").as_deref().and_then(gateways::by_id);
    let (Some(deed), Some(gateway)) = (deed, gateway) else {
        return Err(Refusal { words: words("The form names no deed or no gateway", "表单未指明操作或网关"), back: HOME.into() });
    };
    let (shop, number) = (&inspector.shop, text("order").unwrap_or_default());
    let page = if deed == Deed::Fault { format!("{HOME}/faults") } else { order_link(gateway.id, &number) };
    let turned = |from: &[State], state| shop.set_state_from(gateway, &number, from, state).map_err(unturned);
    let done = match deed {
        Deed::Fault => fault_ordered(shop, gateway, text),
        _ if number.is_empty() => Err(words("The form names no order", "表单未指明订单")),
        Deed::Notify => notified(shop, &number, text),
        Deed::Pay => turned(UNPAID, State::Paid),
        Deed::Expire => turned(UNPAID, State::Closed),
        Deed::Refund => turned(&[State::Paid], State::Refunded),
    };
    if let Err(words) = done {
        return Err(Refusal { words, back: page });
    }
    if deed != Deed::Fault {
        inspector.deeds.keep(gateway.id, &number, deed);
    }
    Ok(page)
}

/// What a real gateway does not do either: that is a fault, and ordered as one.
fn unturned(now: State) -> Words {
    let now = now.name();
    words(&format!("The order is {now}, from which no real gateway does that"), &format!("订单状态为 {now}，真实网关不会这样变更"))
}

fn notified(shop: &Arc<Shop>, number: &str, text: impl Fn(&str) -> Option<String>) -> Result<(), Words> {
    let fault = text("fault").map(|name| NoticeFault::parse(&name).ok_or_else(no_such_fault)).transpose()?;
    let told = shop.post_notice(&text("config").unwrap_or_default(), number, fault, &text("to").unwrap_or_default());
    told.map_err(|why| words(&format!("Not sent: {why}"), &format!("通知未发送：{why}")))
}

fn fault_ordered(shop: &Shop, gateway: &Gateway, text: impl Fn(&str) -> Option<String>) -> Result<(), Words> {
    let (name, parameter) = (text("fault").unwrap_or_default(), text("parameter"));
    let call = text("call").and_then(|name| Call::named(&name)).ok_or_else(|| words("There is no such call", "没有这个接口"))?;
    let named = parameter.map_or(name.clone(), |parameter| format!("{name}:{parameter}"));
    let fault = Fault::parse(&named).ok_or_else(|| misspelt(&name))?;
    if fault.is_of_connection() {
        return Err(words("The fault strikes before a request is there: it needs a door of its own", "此故障发生在请求之前，须另开端口"));
    }
    let times = text("times").map_or(Ok(1), |times| times.parse()).ok().filter(|times| (1..=1000).contains(times));
    let times = times.ok_or_else(|| words("How often is not a number from 1 to 1000", "次数须为 1 至 1000"))?;
    shop.faults.order(gateway.id, &Injection { call, ..fault.into() }, times);
    Ok(())
}

/// What may stand behind the name of a fault.
fn misspelt(name: &str) -> Words {
    match catalogue::row(name) {
        None => no_such_fault(),
        Some(Row { parameters: "", .. }) => words(&format!("The fault {name} takes no parameter"), &format!("故障 {name} 没有参数")),
        Some(Row { parameters, .. }) => words(
            &format!("The fault {name} takes one of these parameters, a number for what is in capitals: {parameters}"),
            &format!("故障 {name} 的参数为下列之一，大写处填数字：{parameters}"),
        ),
    }
}

fn no_such_fault() -> Words {
    words("There is no such fault", "没有这种故障")
}

fn words(en: &str, zh: &str) -> Words {
    Words { en: en.into(), zh: zh.into() }
}
