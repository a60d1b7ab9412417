//! The book: orders with their state and money, and what can be done with them.

use maud::{Markup, html};

use super::deeds::Deed;
use super::page::{self, View, order_link, wide};
use super::{HOME, Inspector};
use crate::book::MovementKind;
use crate::http::Reply;

/// So many are listed.
const MOST: usize = 200;

pub(super) fn page(inspector: &Inspector, view: &View) -> Reply {
    let (orders, movements) = (inspector.shop.book.all(), inspector.shop.book.movements());
    let moved = |gateway: &str, number: &str, is_in: bool| {
        let own = movements.iter().filter(|it| it.gateway == gateway && it.order == number);
        own.filter(|it| (it.kind == MovementKind::Paid) == is_in).map(|it| it.fen).sum::<u64>()
    };
    let name = view.say("Orders", "订单");
    let table = html! {
        table {
            thead {
                tr {
                    th scope="col" { (view.say("Order", "订单")) }
                    th scope="col" { (view.say("Gateway", "网关")) }
                    th scope="col" { (view.say("State", "状态")) }
                    th scope="col" { (view.say("Costs", "金额")) }
                    th scope="col" { (view.say("Paid", "已付")) }
                    th scope="col" { (view.say("Given back", "已退")) }
                    th scope="col" { (view.say("Act", "操作")) }
                }
            }
            tbody {
                @for (gateway, number, order) in orders.iter().take(MOST) {
                    tr {
                        th scope="row" { a id={ (gateway) "-" (number) } href=(order_link(gateway, number)) { (view.short(number, 128)) } }
                        td { (gateway) }
                        td { (order.state.name()) }
                        td { (yuan(order.total)) }
                        td { (yuan(moved(gateway, number, true))) }
                        td { (yuan(moved(gateway, number, false))) }
                        td { (buttons(view, gateway, number)) }
                    }
                }
            }
        }
    };
    page::page(
        view,
        name,
        html! {
            div id="book" data-live {
                @if orders.is_empty() {
                    p { (view.say("No order has been named yet.", "尚无订单。")) }
                } @else {
                    (wide("orders", name, table))
                }
                @if orders.len() > MOST { p { (view.say("Only the first of them: ", "仅显示前若干条：")) (MOST) } }
            }
        },
    )
}

/// The deeds that need nothing but the order.
pub(super) fn buttons(view: &View, gateway: &str, number: &str) -> Markup {
    html! {
        form.deeds method="post" action={ (HOME) "/do" } {
            (view.token())
            input type="hidden" name="gateway" value=(gateway);
            input type="hidden" name="order" value=(number);
            @for deed in [Deed::Pay, Deed::Refund, Deed::Expire] {
                button id={ (deed.name()) "-" (gateway) "-" (number) } name="deed" value=(deed.name()) aria-label={ (deed.button(view)) " " (view.short(number, 128)) } { (deed.button(view)) }
            }
        }
    }
}

pub(super) fn yuan(fen: u64) -> String {
    format!("¥{}.{:02}", fen / 100, fen % 100)
}
