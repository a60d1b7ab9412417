//! An order: how it stands, what can be done with it, and its life on a time line.

use maud::{Markup, html};
use time::OffsetDateTime;

use super::exchanges::how_it_went;
use super::orders::{buttons, yuan};
use super::page::{self, View};
use super::{HOME, Inspector, notices};
use crate::book::{MovementKind, RefundState};
use crate::clock::{self, SPELT};
use crate::gateways;
use crate::http::Reply;

pub(super) fn page(inspector: &Inspector, view: &View) -> Reply {
    let gateway = view.field("gateway").and_then(gateways::by_id);
    let (Some(gateway), Some(number)) = (gateway, view.field("order")) else {
        return page::missing(view);
    };
    let order = inspector.shop.book.order(gateway.id, number);
    let shown = view.short(number, 128);
    page::page(
        view,
        &view.say(format!("Order {shown} at {}", gateway.id), format!("{} 订单 {shown}", gateway.id)),
        html! {
            div id="order" data-live {
                @match order {
                    Some(order) => {
                        dl.facts {
                            dt { (view.say("State", "状态")) } dd { (order.state.name()) }
                            dt { (view.say("Costs", "金额")) } dd { (yuan(order.total)) }
                            dt { (view.say("Closes, queries", "关单、查询次数")) } dd { (order.posts) ", " (order.queries) }
                        }
                    }
                    None => p { (view.say("Nothing has named this order yet.", "尚无请求提到此订单。")) },
                }
            }
            (buttons(view, gateway.id, number))
            h2 { (view.say("Notify the merchant", "通知商户")) }
            (notices::form(inspector, view, gateway, number))
            h2 { (view.say("Life (UTC+8)", "经过（UTC+8）")) }
            (line(inspector, view, gateway.id, number))
        },
    )
}

/// What happened, the first first.
pub(super) fn line(inspector: &Inspector, view: &View, gateway: &str, number: &str) -> Markup {
    let shop = &inspector.shop;
    let mut events: Vec<(OffsetDateTime, Markup)> = Vec::new();
    for (at, exchange) in shop.record.all() {
        let sight = exchange.sight(&shop.keys);
        if sight.gateway.is_some_and(|own| own.id == gateway) && exchange.answer.number.as_deref() == Some(number) {
            let call = exchange.answer.call.map_or("–", |call| call.name());
            events.push((exchange.at, html! { a href={ (HOME) "/exchange/" (at) } { (call) } " " (how_it_went(view, &exchange, sight)) }));
        }
    }
    for movement in shop.book.movements().into_iter().filter(|it| it.gateway == gateway && it.order == number) {
        let what = match &movement.kind {
            MovementKind::Paid => view.say("paid ", "已支付 ").to_string(),
            MovementKind::Refunded(refund) => {
                view.say(format!("given back by refund {}: ", view.short(refund, 128)), format!("退款 {} 退回 ", view.short(refund, 128)))
            }
            MovementKind::Undone => view.say("given back ", "已退回 ").to_string(),
        };
        events.push((movement.when, html! { (what) (yuan(movement.fen)) }));
    }
    for refund in shop.book.refunds_of(gateway, number).into_iter().filter(|refund| refund.state == RefundState::Processing) {
        events.push((
            refund.since,
            html! { (view.say("refund in process: ", "退款处理中：")) (view.short(&refund.number, 128)) " " (yuan(refund.fen)) },
        ));
    }
    for delivery in shop.rounds.deliveries().into_iter().filter(|it| it.number == number && notices::is_of(it, gateway)) {
        events.push((
            delivery.decided,
            html! { (view.say("notification to ", "通知 ")) (view.short(&delivery.to, 256)) ": " (notices::how_it_went(view, &delivery)) },
        ));
    }
    for hearing in shop.heard.all().into_iter().filter(|it| it.gateway == gateway && it.order == number) {
        events.push((hearing.at, html! { (view.say("heard: ", "收到：")) (notices::heard_as(view, &hearing)) }));
    }
    events.extend(inspector.deeds.of(gateway, number).into_iter().map(|(at, deed)| (at, html! { (deed.told(view)) })));
    events.sort_by_key(|(at, _)| *at);
    html! {
        ol.life id="life" data-live {
            @for (at, what) in events { li { time { (clock::spell(at, SPELT)) } " " (what) } }
        }
    }
}
