//! Who may look and act: this machine, under its own name, and for an act a form of this run.

use crate::charset::Charset;
use crate::form::Form;
use crate::http::{Reply, Request};

/// Nothing but the files of this very server, and no page of another one around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// The field of every form.
pub(super) const TOKEN: &str = "token";

/// Why the request is not answered with a page.
pub(super) fn refused(request: &Request, token: &str) -> Option<Reply> {
    let said = |status, why: &str| Some(Reply::new(status, "text/plain; charset=utf-8", format!("{why}\n")));
    if !request.header("host").is_some_and(is_this_machine) {
        return said(403, "Host is not this machine: open the page at 127.0.0.1 or localhost. 请用 127.0.0.1 或 localhost 打开。");
    }
    match request.method.as_str() {
        "GET" => None,
        "POST" if is_of_another_site(request) => said(403, "Origin is another site. 来源是其他网站。"),
        "POST" if field(request, TOKEN).as_deref() != Some(token) => {
            said(403, "The form is not of this run: load the page again. 表单已失效，请刷新页面。")
        }
        "POST" => None,
        _ => Some(Reply::plain(405)),
    }
}

/// The headers of every answer.
pub(super) fn sealed(mut reply: Reply) -> Reply {
    for (name, value) in [
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
    ] {
        reply.set(name, value);
    }
    reply
}

/// Whether a browser sends it from a page of another site; programs name no origin.
pub(crate) fn is_of_another_site(request: &Request) -> bool {
    let names_origin = request.headers().iter().any(|(name, _)| name == "origin");
    let own = request.header("origin").and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    names_origin && (own.is_none() || own != request.header("host") || !own.is_some_and(is_this_machine))
}

/// Whatever the port: it may have been forwarded.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|own| name.eq_ignore_ascii_case(own))
}

/// A field of a form that was sent; an empty one is as good as none.
pub(super) fn field(request: &Request, name: &str) -> Option<String> {
    let is_form = request.content_type("application/x-www-form-urlencoded").is_some();
    let form = Form::parse(&request.body, false).filter(|_| is_form)?;
    form.text(name, Charset::Utf8).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_this_machine() {
        for own in ["127.0.0.1", "127.0.0.1:8080", "localhost:1", "LOCALHOST", "[::1]:80", "[::1]"] {
            assert!(is_this_machine(own), "{own}");
        }
        for other in ["", "x", "127.0.0.1.evil.example", "evil.example:80", "localhost.evil", "127.0.0.1:80:80", "0.0.0.0", "127.0.0.1@x"] {
            assert!(!is_this_machine(other), "{other}");
        }
    }
}
