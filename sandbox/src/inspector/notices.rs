//! What the merchants were told, and a form to tell them.

use maud::{Markup, html};

use super::deeds::Deed;
use super::page::{self, View, order_link, wide};
use super::{HOME, Inspector};
use crate::clock::{self, SPELT};
use crate::gateways::{self, Gateway};
use crate::heard::Hearing;
use crate::http::Reply;
use crate::notices::{Delivery, NOTICE_FAULTS};

/// So many are listed.
const MOST: usize = 200;

pub(super) fn page(inspector: &Inspector, view: &View) -> Reply {
    let deliveries = inspector.shop.rounds.deliveries();
    let name = view.say("Notifications", "通知");
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { (view.say("Time (UTC+8)", "时间（UTC+8）")) }
                    th scope="col" { (view.say("Configuration", "配置")) }
                    th scope="col" { (view.say("Order", "订单")) }
                    th scope="col" { (view.say("To", "地址")) }
                    th scope="col" { (view.say("How it went", "结果")) }
                }
            }
            tbody {
                @for delivery in deliveries.iter().rev().take(MOST) {
                    tr {
                        td { time { (clock::spell(delivery.decided, SPELT)) } }
                        td { (delivery.config) }
                        td { a href=(order_link(gateways::of_account(delivery.config).map_or("", |(gateway, _)| gateway.id), &delivery.number)) { (view.short(&delivery.number, 128)) } }
                        td { (view.short(&delivery.to, 256)) }
                        td { (how_it_went(view, delivery)) }
                    }
                }
            }
        }
    };
    page::page(
        view,
        name,
        html! {
            div id="notices" data-live {
                @if deliveries.is_empty() {
                    p { (view.say("Nobody was told anything yet. The page of an order has a form for it.", "尚未发送通知。可在订单页面发送。")) }
                } @else {
                    (wide("deliveries", name, table))
                }
            }
            h2 { (view.say("Heard by chexiao listen", "chexiao listen 收到的")) }
            div id="heard" data-live { (heard(inspector, view)) }
        },
    )
}

/// What a merchant's program has made of what came.
fn heard(inspector: &Inspector, view: &View) -> Markup {
    let hearings = inspector.shop.heard.all();
    if hearings.is_empty() {
        return html! { p { (view.say("Nothing yet. To see here what is heard:", "尚无。要在此显示收到的通知：")) " " code { "chexiao listen --config … --show http://127.0.0.1:PORT" } } };
    }
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { (view.say("Time (UTC+8)", "时间（UTC+8）")) }
                    th scope="col" { (view.say("Gateway", "网关")) }
                    th scope="col" { (view.say("Order", "订单")) }
                    th scope="col" { (view.say("What it means", "含义")) }
                }
            }
            tbody {
                @for hearing in hearings.iter().rev().take(MOST) {
                    tr {
                        td { time { (clock::spell(hearing.at, SPELT)) } }
                        td { (hearing.gateway) }
                        td { (view.short(&hearing.order, 64)) }
                        td { (heard_as(view, hearing)) }
                    }
                }
            }
        }
    };
    wide("hearings", view.say("Heard", "收到的"), table)
}

pub(super) fn heard_as(view: &View, hearing: &Hearing) -> Markup {
    let (class, sign, done) = match hearing.acknowledged {
        true => ("good", "✓", view.say("acknowledged", "已应答")),
        false => ("bad", "✗", view.say("refused", "已拒绝")),
    };
    html! {
        span class=(class) { span aria-hidden="true" { (sign) } " " (view.short(&hearing.event, 64)) ", " (done) }
        ": " (view.short(view.say(&hearing.en, &hearing.zh), 1000))
    }
}

pub(super) fn is_of(delivery: &Delivery, gateway: &str) -> bool {
    gateways::of_account(delivery.config).is_some_and(|(own, _)| own.id == gateway)
}

pub(super) fn how_it_went(view: &View, delivery: &Delivery) -> Markup {
    let answers = delivery.answers.iter().map(|answer| answer.map_or("–".to_string(), |answer| answer.status.to_string()));
    let (class, sign, words) = match (delivery.is_acknowledged(), delivery.waiting) {
        (true, _) => ("good", "✓", view.say("acknowledged", "已确认")),
        (false, true) => ("odd", "!", view.say("not acknowledged, will be posted again", "未确认，将重发")),
        (false, false) => ("bad", "✗", view.say("not acknowledged", "未确认")),
    };
    html! {
        span class=(class) { span aria-hidden="true" { (sign) } " " (words) }
        @if !delivery.answers.is_empty() { " (HTTP " (answers.collect::<Vec<_>>().join(", ")) ")" }
    }
}

/// Tells the merchant of this order.
pub(super) fn form(inspector: &Inspector, view: &View, gateway: &Gateway, number: &str) -> Markup {
    let registered = gateway.account_names().find_map(|account| inspector.shop.rounds.url(account)).map(|url| url.to_string());
    html! {
        form.tall method="post" action={ (HOME) "/do" } {
            (view.token())
            input type="hidden" name="gateway" value=(gateway.id);
            input type="hidden" name="order" value=(number);
            label { (view.say("Configuration", "配置")) " " select name="config" { @for name in gateway.account_names() { option { (name) } } } }
            label { (view.say("Address on this machine", "本机地址")) " " input name="to" type="url" required size="40" value=[registered] placeholder="http://127.0.0.1:8000/notify"; }
            label {
                (view.say("Wrong on purpose", "人为错误")) " "
                select name="fault" {
                    option value="" { (view.say("nothing", "无")) }
                    @for (name, does) in NOTICE_FAULTS.iter().filter(|(name, _)| !name.contains(':')) { option value=(name) { (name) ": " (does) } }
                }
            }
            button name="deed" value=(Deed::Notify.name()) { (Deed::Notify.button(view)) }
        }
    }
}
