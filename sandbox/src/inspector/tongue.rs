//! The two languages of the pages.

use crate::http::Request;

/// English or Chinese.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tongue {
    En,
    Zh,
}

/// Remembers what was chosen.
pub(super) const COOKIE: &str = "chexiao_language";

impl Tongue {
    pub(super) fn named(name: &str) -> Option<Tongue> {
        match name {
            "en" => Some(Tongue::En),
            "zh" => Some(Tongue::Zh),
            _ => None,
        }
    }

    /// What was chosen, else the first one that the browser names, else English.
    pub(super) fn of(request: &Request, chosen: Option<Tongue>) -> Tongue {
        let remembered = || {
            let mut cookies = request.header("cookie")?.split(';').filter_map(|cookie| cookie.trim().split_once('='));
            cookies.find(|(name, _)| *name == COOKIE).and_then(|(_, value)| Tongue::named(value))
        };
        let accepted = || {
            let mut ranges = request.header("accept-language")?.split(',').map(str::trim);
            ranges.find_map(|range| Tongue::named(range.split(['-', ';']).next()?))
        };
        chosen.or_else(remembered).or_else(accepted).unwrap_or(Tongue::En)
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Tongue::En => "en",
            Tongue::Zh => "zh",
        }
    }

    /// As `lang` says it.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Tongue::En => "en",
            Tongue::Zh => "zh-CN",
        }
    }

    /// That of the two which is spoken.
    pub(crate) fn say<T>(self, en: T, zh: T) -> T {
        match self {
            Tongue::En => en,
            Tongue::Zh => zh,
        }
    }
}
