//! What the command adds to the sandbox's inspector: what other clients sign, and what the library concludes.

use chexiao::{Client, HttpReply, HttpRequest};
use chexiao_explain::{Deviation, Message, Settings, Side, Verdict as Found, explain, mistake};
use chexiao_sandbox::{CONFIGS, Call, Explain, Explained, Mistake, Sandbox, Spoken, Verdict, Words};
use serde_json::json;
use std::collections::HashMap;

/// By the name of the configuration.
pub(crate) struct Host(HashMap<&'static str, (Settings, Client)>);

impl Host {
    /// # Errors
    /// A configuration of the sandbox is none.
    pub(crate) fn of(sandbox: &Sandbox) -> chexiao::Result<Self> {
        let read = |name: &'static str| {
            let config = sandbox.config(name, sandbox.http_url()).unwrap_or_default().to_string();
            Ok((name, (Settings::read(&config)?, Client::new(&config)?)))
        };
        CONFIGS.into_iter().map(read).collect::<chexiao::Result<_>>().map(Self)
    }
}

impl Explain for Host {
    fn signature(&self, spoken: &Spoken<'_>) -> Option<Explained> {
        let (settings, _) = self.0.get(spoken.config)?;
        let message = Message {
            read_as: "raw HTTP",
            method: Some(spoken.method.into()),
            target: spoken.target.into(),
            headers: spoken.request_headers.to_vec(),
            body: spoken.request_body.to_vec(),
            ..Message::default()
        };
        let report = explain(settings, &message, Side::Request).ok()?;
        let (deviations, is_explained) = match report.verdict {
            Found::Right => return None,
            Found::Wrong(ways) => (ways.into_iter().next().unwrap_or_default(), true),
            Found::Unexplained(certain) => (certain, false),
        };
        // An explained signature that names no key of its own was made by the one that belongs there, but for what is wrong with it.
        let has_right_key = is_explained && !deviations.iter().any(|deviation| deviation.mistake.starts_with("key_"));
        Some(Explained {
            mistakes: deviations.iter().filter_map(told).collect(),
            signed: report.theirs,
            signed_by: report.signed_by.or_else(|| has_right_key.then(|| report.belongs.to_string())),
            hash: report.hash,
            keys: report.keys,
        })
    }

    fn verdict(&self, spoken: &Spoken<'_>) -> Option<Verdict> {
        let (_, client) = self.0.get(spoken.config)?;
        let operation = match spoken.call? {
            Call::Close => "close",
            Call::Query => "query",
            _ => return None,
        };
        if spoken.order.is_null() {
            return None;
        }
        let call = json!({ "operation": operation, "order": spoken.order }).to_string();
        let sent = HttpRequest {
            method: if spoken.method == "GET" { "GET" } else { "POST" },
            url: spoken.target.into(),
            headers: spoken.request_headers.to_vec(),
            body: Vec::new(),
            msg_id: spoken.msg_id.into(),
        };
        let reply = HttpReply { status: spoken.status, headers: spoken.reply_headers.to_vec(), body: spoken.reply_body.to_vec() };
        let outcome = client.verify(&call, &sent, &reply);
        let words = outcome.explanation();
        Some(Verdict { code: outcome.code().to_string(), words: Words { en: words.en, zh: words.zh } })
    }
}

fn told(deviation: &Deviation) -> Option<Mistake> {
    let row = mistake(deviation.mistake)?;
    let words = |en: &str, zh: &str| Words { en: en.into(), zh: zh.into() };
    Some(Mistake { what: words(row.en, row.zh), detail: deviation.detail.clone(), remedy: words(row.remedy.0, row.remedy.1) })
}
