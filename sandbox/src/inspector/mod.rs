//! The inspector: pages for people about what came, what it was answered and why. Nothing is decoded before somebody looks.

mod deeds;
mod difference;
pub(crate) mod events;
mod exchange;
mod exchanges;
mod explain;
mod faults;
mod guard;
mod life;
mod notices;
mod orders;
mod page;
mod shown;
mod sight;
mod tongue;

use std::sync::{Arc, OnceLock};

pub use explain::{Explain, Explained, Mistake, Spoken, Verdict, Words};
pub(crate) use guard::is_of_another_site;
pub(crate) use sight::Sight;

use crate::http::{Reply, Request};
use crate::keys::random_text;
use crate::server::Shop;
use deeds::Deeds;
use page::View;
use shown::Mask;

/// Where the pages are.
const HOME: &str = "/inspector";

/// Whether the inspector answers it.
pub(crate) fn is_page(request: &Request) -> bool {
    let target = request.target.as_str();
    target == "/" && request.method == "GET" || target == HOME || target.strip_prefix(HOME).is_some_and(|rest| rest.starts_with('/'))
}

/// What the pages know.
pub(crate) struct Inspector {
    shop: Arc<Shop>,
    /// Stands in every form of this run.
    token: String,
    /// What was done on the pages.
    deeds: Deeds,
    /// Who explains what another client has signed, and judges replies.
    explain: OnceLock<Box<dyn Explain>>,
    secrets: OnceLock<Vec<String>>,
}

impl Inspector {
    pub(crate) fn new(shop: &Arc<Shop>) -> Inspector {
        let (shop, token) = (Arc::clone(shop), random_text(32));
        Inspector { shop, token, deeds: Deeds::default(), explain: OnceLock::new(), secrets: OnceLock::new() }
    }

    /// Only the first one counts.
    pub(crate) fn explain_by(&self, explain: Box<dyn Explain>) {
        let _ = self.explain.set(explain);
    }

    pub(crate) fn answer(&self, request: &Request) -> Reply {
        let reply = match guard::refused(request, &self.token) {
            Some(refusal) => refusal,
            None => self.page(request),
        };
        guard::sealed(reply)
    }

    fn page(&self, request: &Request) -> Reply {
        let view = View::of(request, &self.token, self.mask(), self.explain.get().is_some());
        let path = request.target.strip_prefix(HOME).unwrap_or_default();
        match (request.method.as_str(), path) {
            ("POST", "/do") => deeds::done(self, &view, request),
            ("POST", _) => Reply::plain(405),
            (_, "/do") => page::go_to(HOME),
            (_, "") if request.target == "/" => page::go_to(HOME),
            (_, "") => masked(&view, exchanges::page(self, &view)),
            (_, "/style.css") => Reply::new(200, "text/css; charset=utf-8", include_str!("style.css")),
            (_, "/script.js") => Reply::new(200, "text/javascript; charset=utf-8", include_str!("script.js")),
            (_, "/icon.svg") => Reply::new(200, "image/svg+xml", include_str!("icon.svg")),
            (_, "/orders") => masked(&view, orders::page(self, &view)),
            (_, "/order") => masked(&view, life::page(self, &view)),
            (_, "/notices") => masked(&view, notices::page(self, &view)),
            (_, "/faults") => masked(&view, faults::page(self, &view)),
            (_, path) => match path.strip_prefix("/exchange/").and_then(|number| number.parse().ok()) {
                Some(number) => masked(&view, exchange::page(self, &view, number)),
                None => page::missing(&view),
            },
        }
    }

    /// The keys of this run, and the tokens that are good now.
    fn mask(&self) -> Mask {
        let keys = self.secrets.get_or_init(|| self.shop.keys.secrets());
        Mask::new(keys.iter().cloned().chain(self.shop.tokens.live()))
    }
}

/// The page without any secret that somebody may have sent.
fn masked(view: &View, mut reply: Reply) -> Reply {
    reply.body = view.mask.hide(&reply.body);
    reply
}
