//! Faults for the next calls.

use maud::{Markup, html};

use super::deeds::Deed;
use super::page::{self, View, wide};
use super::{HOME, Inspector};
use crate::GATEWAYS;
use crate::call::Call;
use crate::fault::{CATALOGUE, Row};
use crate::http::Reply;

pub(super) fn page(inspector: &Inspector, view: &View) -> Reply {
    let ordered = inspector.shop.faults.ordered();
    let name = view.say("Faults", "故障");
    page::page(
        view,
        name,
        html! {
            h2 { (view.say("For the next call", "下一次调用")) }
            (form(view))
            h2 { (view.say("Ordered and not yet suffered", "已安排、尚未发生")) }
            ul id="ordered" data-live {
                @for (gateway, injection) in &ordered { li { (gateway) ", " (injection.call.name()) ": " code { (injection.fault) } } }
                @if ordered.is_empty() { li { (view.say("none", "无")) } }
            }
            h2 { (view.say("All faults", "全部故障")) }
            p { (view.say("Those that strike before a request is there need a door: chexiao sandbox --fault NAME.", "发生在请求之前的故障须用 chexiao sandbox --fault NAME。")) }
            (wide("catalogue", name, table(view)))
        },
    )
}

/// Of calls; the others strike before there is one.
fn of_calls() -> impl Iterator<Item = &'static Row> {
    CATALOGUE.iter().filter(|row| !["tcp", "tls", "write", "connection"].contains(&row.phase))
}

fn form(view: &View) -> Markup {
    html! {
        form.tall method="post" action={ (HOME) "/do" } {
            (view.token())
            label { (view.say("Gateway", "网关")) " " select name="gateway" { @for id in GATEWAYS { option { (id) } } } }
            label { (view.say("Call", "接口")) " " select name="call" { @for call in Call::ALL { option { (call.name()) } } } }
            label { (view.say("Fault", "故障")) " " select name="fault" { @for row in of_calls() { option value=(row.name) { (row.name) } } } }
            label { (view.say("Its parameter, where it has one", "参数（如有）")) " " input name="parameter" size="20"; }
            label { (view.say("How often", "次数")) " " input name="times" type="number" min="1" max="1000" value="1" required; }
            button name="deed" value=(Deed::Fault.name()) { (Deed::Fault.button(view)) }
        }
    }
}

fn table(view: &View) -> Markup {
    html! {
        table {
            thead {
                tr {
                    th scope="col" { (view.say("Name", "名称")) }
                    th scope="col" { (view.say("Parameter", "参数")) }
                    th scope="col" { (view.say("Strikes", "阶段")) }
                    th scope="col" { (view.say("What it does", "作用")) }
                }
            }
            tbody {
                @for row in CATALOGUE {
                    tr { th scope="row" { code { (row.name) } } td { code { (row.parameters) } } td { (row.phase) } td lang="en" { (row.does) } }
                }
            }
        }
    }
}
