//! [`Account`]: one merchant account of a job.

use chexiao::{Client, Error, HttpReply, HttpRequest, Kind, Result, Retry, Verb, gateways};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// Gateways whose page says that a second close does no harm ("returns 0 again"), and whose query has no word but `processing` for an order
/// that nobody has paid yet: there, that is taken for a proof that the order still stands.
const STANDS_WHILE_PROCESSING: [&str; 1] = ["icbc"];

/// One merchant account at one gateway, under the name by which orders choose it.
#[derive(Clone)]
pub struct Account {
    name: String,
    host: String,
    client: Arc<Client>,
    has_query: bool,
    stands_while_processing: bool,
}

impl Account {
    /// Opens a client from configuration JSON, as [`Client::new`] does.
    ///
    /// # Errors
    /// As for [`Client::new`].
    pub fn open(name: impl Into<String>, config: &str) -> Result<Self> {
        let client = Client::new(config)?;
        let settings: Value = serde_json::from_str(config).map_err(|error| Error::at_border(Kind::Config, "config", error.to_string()))?;
        let entry = gateways::ALL.iter().find(|entry| entry.id == client.gateway());
        let of_environment = |name: &str| entry?.environments.iter().find(|(known, _)| *known == name).map(|(_, url)| *url);
        let text = |name: &str| settings.get(name).and_then(Value::as_str);
        let url = text("base_url").or_else(|| of_environment(text("environment")?)).unwrap_or_default();
        Ok(Self {
            name: name.into(),
            host: host(url),
            has_query: entry.is_some_and(|entry| !entry.tables(Verb::Query).is_empty()),
            stands_while_processing: STANDS_WHILE_PROCESSING.contains(&client.gateway()),
            client: Arc::new(client),
        })
    }

    /// Its name in this job.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host that its requests go to, with a port that does not go without saying: what the pace of a gateway is counted by.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.client.deadline()
    }

    pub(crate) fn has_query(&self) -> bool {
        self.has_query
    }

    pub(crate) fn stands_while_processing(&self) -> bool {
        self.stands_while_processing
    }

    /// What its gateway says of repeating a close of which nothing was heard: an answer that says nothing tells it too.
    pub(crate) fn repeat_of_lost(&self, call: &str) -> Retry {
        let sent = HttpRequest { method: "POST", url: String::new(), headers: Vec::new(), body: Vec::new(), msg_id: String::new() };
        self.client.verify(call, &sent, &HttpReply { status: 500, headers: Vec::new(), body: Vec::new() }).retry()
    }
}

/// `host`, or `host:port` where the port does not go without saying: one host, however it is written.
fn host(url: &str) -> String {
    Url::parse(url).map(|url| url.authority().to_string()).unwrap_or_default()
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("name", &self.name).field("client", &self.client).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_of_a_url() {
        for url in ["https://Api.Example.com", "https://api.example.com:443/", "https://api.example.com/"] {
            assert_eq!(host(url), "api.example.com", "{url}");
        }
        assert_eq!(host("https://api.example.com:8443"), "api.example.com:8443");
        assert_eq!(host("http://127.0.0.1:8080"), "127.0.0.1:8080");
    }
}
