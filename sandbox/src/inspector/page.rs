//! What all pages share: head, ways to the others, languages.

use maud::{DOCTYPE, Markup, html};

use super::HOME;
use super::guard::TOKEN;
use super::shown::{self, Mask};
use super::tongue::{COOKIE, Tongue};
use crate::charset::Charset;
use crate::form::{self, Form};
use crate::http::{Reply, Request};

/// Who looks, and at what.
pub(crate) struct View {
    pub(super) tongue: Tongue,
    /// Chosen with this request.
    chosen: Option<Tongue>,
    path: String,
    fields: Vec<(String, String)>,
    token: String,
    pub(super) mask: Mask,
    /// Whether somebody explains wrong signatures.
    pub(super) explains: bool,
}

impl View {
    pub(super) fn of(request: &Request, token: &str, mask: Mask, explains: bool) -> View {
        let form = Form::parse(request.query.as_bytes(), false);
        let text = |form: &Form, name: &str| Some((name.to_string(), form.text(name, Charset::Utf8)?));
        let mut fields: Vec<_> = form.iter().flat_map(|form| form.names().filter_map(|name| text(form, name))).collect();
        let chosen = fields.iter().find(|(name, _)| name == "lang").and_then(|(_, name)| Tongue::named(name));
        fields.retain(|(name, _)| name != "lang");
        View { tongue: Tongue::of(request, chosen), chosen, path: request.target.clone(), fields, token: token.to_string(), mask, explains }
    }

    pub(super) fn say<T>(&self, en: T, zh: T) -> T {
        self.tongue.say(en, zh)
    }

    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// So many characters on one line, of which no secret is cut.
    pub(super) fn short(&self, text: &str, most: usize) -> String {
        shown::short(&shown::line(&self.mask.hide(text.as_bytes())), most)
    }

    /// What makes a form one of this run.
    pub(super) fn token(&self) -> Markup {
        html! { input type="hidden" name=(TOKEN) value=(self.token); }
    }

    fn in_tongue(&self, tongue: Tongue) -> String {
        let fields: Vec<_> = self.fields.iter().cloned().chain([("lang".to_string(), tongue.name().to_string())]).collect();
        format!("?{}", form::write(&fields))
    }
}

/// The page of an order.
pub(super) fn order_link(gateway: &str, number: &str) -> String {
    let fields = [("gateway", gateway), ("order", number)].map(|(name, value)| (name.to_string(), value.to_string()));
    format!("{HOME}/order?{}", form::write(&fields))
}

pub(super) fn go_to(path: &str) -> Reply {
    let mut reply = Reply::new(303, "text/plain", "");
    reply.set("Location", path);
    reply
}

pub(super) fn missing(view: &View) -> Reply {
    let title = view.say("There is no such page", "没有这个页面");
    let mut reply = page(
        view,
        title,
        html! { p { (view.say("It may have been forgotten: only the last exchanges are kept.", "可能已被清除：只保留最近的往来。")) } },
    );
    reply.status = 404;
    reply
}

/// A whole page.
pub(super) fn page(view: &View, title: &str, content: Markup) -> Reply {
    let ways = [
        (HOME, view.say("Exchanges", "往来")),
        ("/inspector/orders", view.say("Orders", "订单")),
        ("/inspector/notices", view.say("Notifications", "通知")),
        ("/inspector/faults", view.say("Faults", "故障")),
    ];
    let tongues = [(Tongue::En, "English"), (Tongue::Zh, "中文")];
    let text = html! {
        (DOCTYPE)
        html lang=(view.tongue.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " – chexiao sandbox" }
                link rel="icon" href="/inspector/icon.svg";
                link rel="stylesheet" href="/inspector/style.css";
                script src="/inspector/script.js" defer {}
            }
            body {
                a.skip href="#main" { (view.say("To the content", "跳到正文")) }
                header {
                    p.name { "chexiao sandbox" }
                    nav aria-label=(view.say("Pages", "页面")) {
                        ul {
                            @for (path, name) in ways {
                                li { a href=(path) aria-current=[(view.path == path).then_some("page")] { (name) } }
                            }
                        }
                    }
                    nav aria-label=(view.say("Language", "语言")) {
                        ul {
                            @for (tongue, name) in tongues {
                                li { a href=(view.in_tongue(tongue)) lang=(tongue.tag()) hreflang=(tongue.tag()) aria-current=[(view.tongue == tongue).then_some("true")] { (name) } }
                            }
                        }
                    }
                }
                main id="main" tabindex="-1" {
                    h1 { (title) }
                    p id="live" hidden {
                        label { input type="checkbox" checked; " " (view.say("Show what is new by itself", "自动显示新内容")) }
                        " " strong.bad role="status" data-lost=(view.say("not connected to the sandbox", "未连接到沙箱")) {}
                    }
                    (content)
                }
                footer { p { (view.say("Throw-away keys, no money, this machine only.", "一次性密钥，无真实资金，仅限本机。")) } }
            }
        }
    };
    let mut reply = Reply::new(200, "text/html; charset=utf-8", text.into_string());
    if let Some(tongue) = view.chosen {
        reply.set("Set-Cookie", &format!("{COOKIE}={}; Path={HOME}; SameSite=Strict; HttpOnly", tongue.name()));
    }
    reply
}

/// A table that is as wide as it is: it can be moved to and fro, with the keyboard too.
pub(super) fn wide(id: &str, name: &str, table: Markup) -> Markup {
    html! { div.wide id=(id) role="region" aria-label=(name) tabindex="0" { (table) } }
}
