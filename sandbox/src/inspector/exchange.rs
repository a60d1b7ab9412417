//! One exchange: first why it went as it did, then what it was made of.

use maud::{Markup, html};

use super::exchanges::{how_it_went, time};
use super::page::{self, View, order_link, wide};
use super::shown::{self, MOST_HEX, MOST_TEXT};
use super::sight::{Finding, Sight};
use super::{Inspector, life};
use crate::http::Reply;
use crate::record::Exchange;

pub(super) fn page(inspector: &Inspector, view: &View, number: u64) -> Reply {
    let Some(exchange) = inspector.shop.record.one(number) else {
        return page::missing(view);
    };
    let sight = exchange.sight(&inspector.shop.keys);
    let host = inspector.explain.get();
    if let Some(host) = host {
        sight.explained(&exchange, host.as_ref());
    }
    let verdict = host.and_then(|host| sight.verdict(&exchange, host.as_ref()));
    let order = sight.gateway.zip(exchange.answer.number.as_deref());
    page::page(
        view,
        &view.say(format!("Exchange {number}"), format!("往来 {number}")),
        html! {
            p.reason { (how_it_went(view, &exchange, sight)) }
            (remedies(view, sight))
            (facts(view, &exchange, sight))
            (signature(view, sight))
            @if let Some(verdict) = verdict {
                h2 { (view.say("What this library concludes from the reply", "本库由应答得出的结论")) }
                p { strong { code { (verdict.code) } } " – " (verdict.words.in_tongue(view.tongue)) }
            }
            (request(view, &exchange, sight))
            (reply(view, &exchange))
            @if let Some((gateway, order)) = order {
                h2 { (view.say("The order's life (UTC+8)", "订单经过（UTC+8）")) }
                (life::line(inspector, view, gateway.id, order))
            }
        },
    )
}

fn remedies(view: &View, sight: &Sight) -> Markup {
    let mistakes = sight.known().map(|explained| explained.mistakes.as_slice()).unwrap_or_default();
    html! {
        @for mistake in mistakes {
            p {
                @if mistakes.len() > 1 { (mistake.named(view)) (view.say(". ", "。")) }
                strong { (view.say("What to do: ", "处理方法：")) }
                (mistake.remedy.in_tongue(view.tongue)) (view.say(".", "。"))
            }
        }
    }
}

fn facts(view: &View, exchange: &Exchange, sight: &Sight) -> Markup {
    let order = sight.gateway.zip(exchange.answer.number.as_deref());
    html! {
        dl.facts {
            dt { (view.say("Time", "时间")) } dd { (time(exchange)) " (UTC+8)" }
            dt { (view.say("Gateway", "网关")) } dd { (sight.gateway.map_or("–", |gateway| gateway.id)) }
            dt { (view.say("Call", "接口")) } dd { (exchange.answer.call.map_or("–", |call| call.name())) }
            @if let Some((gateway, order)) = order {
                dt { (view.say("Order", "订单")) } dd { a href=(order_link(gateway.id, order)) { (view.short(order, 128)) } }
            }
            @if let Some(reading) = &sight.reading {
                dt { (view.say("Configuration", "配置")) } dd { (reading.account) }
            }
        }
    }
}

fn signature(view: &View, sight: &Sight) -> Markup {
    let (Some(signed), Some(verified)) = (sight.signed(), &sight.verified) else {
        return html! {};
    };
    let known = sight.known().and_then(|explained| explained.signed.as_deref());
    let hash = sight.known().and_then(|explained| explained.hash);
    let is_wrong = sight.finding == Finding::WrongSignature;
    html! {
        h2 { (view.say("String to sign", "待签名串")) }
        @match sight.difference() {
            Some(difference) => {
                h3 { (view.say("The gateway verifies", "网关验证的")) }
                pre { (difference.before) ins { (difference.right) } (difference.after) }
                h3 { (view.say("The client has signed", "客户端签名的")) }
                pre { (difference.before) del { (difference.wrong) } (difference.after) }
            }
            None => pre { (verified) },
        }
        p {
            @if !is_wrong {
                (view.say("Signed so, with the key of ", "签名正确，所用密钥为 ")) code { (signed.key) }
            } @else if sight.has_right_key() == Some(true) {
                (view.say("The key is right, that of ", "密钥正确：")) code { (signed.key) }
            } @else if known == Some(verified) {
                (view.say("The same was signed, but not with the key of ", "内容相同，但并非用此密钥签名：")) code { (signed.key) }
            } @else {
                (view.say("It has to be signed with the key of ", "须用此密钥签名：")) code { (signed.key) }
            }
            (view.say(".", "。"))
            @if let Some(hash) = hash { " " (view.say("The hash in the signature is ", "签名中的摘要算法为 ")) (hash) (view.say(".", "。")) }
        }
    }
}

fn request(view: &View, exchange: &Exchange, sight: &Sight) -> Markup {
    let request = &exchange.request;
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let fields = sight.reading.as_ref().map(|reading| reading.fields.as_slice()).unwrap_or_default();
    html! {
        h2 { (view.say("Request", "请求")) }
        pre { (shown::line(format!("{} {}{query}", request.method, request.target).as_bytes())) }
        @if !fields.is_empty() { (pairs("fields", view.say("Fields, decoded", "解码后的字段"), view, fields)) }
        (message("request-headers", view, view.say("Headers of the request", "请求头部"), request.headers(), &request.body))
    }
}

fn reply(view: &View, exchange: &Exchange) -> Markup {
    let reply = &exchange.answer.reply;
    html! {
        h2 { (view.say("Reply", "应答")) }
        pre { "HTTP " (reply.status) }
        @if let Some(injection) = &exchange.answer.injection {
            p.odd { (view.say("What this fault does on the way to the client is not seen here: ", "此故障在传输途中的作用，此处不显示：")) code { (injection.fault) } }
        }
        @if !reply.body.is_empty() { pre { (shown::lines(&view.mask.start(&reply.body, MOST_TEXT))) } }
        (message("reply-headers", view, view.say("Headers of the reply", "应答头部"), &reply.headers, &reply.body))
    }
}

/// Head and body as they came, for whoever wants to see them.
fn message(id: &str, view: &View, name: &str, headers: &[(String, String)], body: &[u8]) -> Markup {
    html! {
        details {
            summary { (name) " (" (headers.len()) ")" }
            (pairs(id, name, view, headers))
        }
        details {
            summary { (view.say("Body as text", "正文（文本）")) " (" (body.len()) " " (view.say("bytes", "字节")) ")" }
            pre { (shown::lines(&view.mask.start(body, MOST_TEXT))) }
            (cut(view, body, MOST_TEXT))
        }
        details {
            summary { (view.say("Body in hexadecimal", "正文（十六进制）")) }
            pre { (shown::hex(&view.mask.start(body, MOST_HEX))) }
            (cut(view, body, MOST_HEX))
        }
    }
}

fn cut(view: &View, body: &[u8], most: usize) -> Markup {
    html! { @if body.len() > most { p { (view.say("Only the beginning: ", "仅显示开头：")) (most) } } }
}

fn pairs(id: &str, name: &str, view: &View, pairs: &[(String, String)]) -> Markup {
    let table = html! {
        table {
            thead { tr { th scope="col" { (view.say("Name", "名称")) } th scope="col" { (view.say("Value", "值")) } } }
            tbody {
                @for (name, value) in pairs {
                    tr { th scope="row" { (shown::line(name.as_bytes())) } td.text { (view.short(value, 4096)) } }
                }
            }
        }
    };
    wide(id, name, table)
}
