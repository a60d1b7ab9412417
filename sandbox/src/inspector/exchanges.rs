//! The list of exchanges, the newest first.

use std::sync::Arc;

use maud::{Markup, html};

use super::page::{self, View, order_link, wide};
use super::sight::{Finding, Sight};
use super::{HOME, Inspector};
use crate::http::Reply;
use crate::record::Exchange;

/// So many are listed.
const MOST: usize = 100;
/// So many wrong signatures are explained while somebody waits for the list; each may take a second.
const EXPLAINED: usize = 3;

pub(super) fn page(inspector: &Inspector, view: &View) -> Reply {
    let all = inspector.shop.record.all();
    let mut left = EXPLAINED;
    let rows: Vec<_> = all
        .iter()
        .take(MOST)
        .map(|(number, exchange)| {
            let sight = exchange.sight(&inspector.shop.keys);
            if let Some(host) = inspector.explain.get().filter(|_| left > 0 && !sight.is_explained()) {
                left -= 1;
                sight.explained(exchange, host.as_ref());
            }
            (*number, exchange, sight)
        })
        .collect();
    let bad = rows.iter().filter(|(_, _, sight)| !matches!(sight.finding, Finding::Well | Finding::Fault(_))).count();
    let sum = view.say(
        format!("{} exchanges; refused of the last {}: {bad}.", inspector.shop.record.last(), rows.len()),
        format!("共 {} 次往来，最近 {} 次中有 {bad} 次被拒绝。", inspector.shop.record.last(), rows.len()),
    );
    let name = view.say("Exchanges", "往来");
    page::page(
        view,
        name,
        html! {
            p id="sum" role="status" data-live { (sum) }
            div id="list" data-live data-more[rows.iter().any(|(_, _, sight)| view.explains && !sight.is_explained())] {
                @if rows.is_empty() { (nothing_yet(view)) } @else { (wide("exchanges", name, table(view, &rows))) }
            }
        },
    )
}

fn nothing_yet(view: &View) -> Markup {
    html! {
        p { (view.say("Nothing has come yet. Send a request with one of the configurations, such as", "尚无请求。请用任一配置发送请求，例如")) }
        pre { "chexiao close --config …/wechat.json --order '{\"out_trade_no\":\"A1001\"}'" }
    }
}

fn table(view: &View, rows: &[(u64, &Arc<Exchange>, &Sight)]) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { (view.say("No.", "序号")) }
                    th scope="col" { (view.say("Time (UTC+8)", "时间（UTC+8）")) }
                    th scope="col" { (view.say("Gateway", "网关")) }
                    th scope="col" { (view.say("Call", "接口")) }
                    th scope="col" { (view.say("Order", "订单")) }
                    th scope="col" { (view.say("How it went", "结果")) }
                }
            }
            tbody {
                @for (number, exchange, sight) in rows {
                    tr {
                        th scope="row" { a id={ "x" (number) } href={ (HOME) "/exchange/" (number) } { (number) } }
                        td { (time(exchange)) }
                        td { (sight.gateway.map_or("–", |gateway| gateway.id)) }
                        td { (exchange.answer.call.map_or("–", |call| call.name())) }
                        td { (order(view, sight, exchange, *number)) }
                        td { (how_it_went(view, exchange, sight)) }
                    }
                }
            }
        }
    }
}

fn order(view: &View, sight: &Sight, exchange: &Exchange, number: u64) -> Markup {
    let named = sight.gateway.zip(exchange.answer.number.as_deref());
    html! {
        @match named {
            Some((gateway, order)) => a id={ "o" (number) } href=(order_link(gateway.id, order)) { (view.short(order, 40)) },
            None => "–",
        }
    }
}

/// The time of day.
pub(super) fn time(exchange: &Exchange) -> Markup {
    let at = exchange.at;
    html! { time { (format!("{:02}:{:02}:{:02}.{:03}", at.hour(), at.minute(), at.second(), at.millisecond())) } }
}

/// A sign and words.
pub(super) fn how_it_went(view: &View, exchange: &Exchange, sight: &Sight) -> Markup {
    let (class, sign) = match sight.finding {
        Finding::Well => ("good", "✓"),
        Finding::Fault(_) => ("odd", "!"),
        _ => ("bad", "✗"),
    };
    let words = sight.reason(exchange, view).unwrap_or_else(|| view.say("answered", "已应答").to_string());
    html! { span class=(class) { span aria-hidden="true" { (sign) } " " (words) } }
}
