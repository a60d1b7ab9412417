//! Hosts: clients whose settings of transport are equal share one, with its connections, TLS sessions and roots.

use super::connect::Way;
use super::exchange::Post;
use super::identity::Identity;
use super::pool::Pool;
use super::proxy::Proxy;
use super::trust::{self, Trust};
use super::{not_sent, tls};
use crate::client::config::{CLIENT_CERTIFICATE, Config};
use crate::gateway::HttpRequest;
use crate::ground::base_url::BaseUrl;
use crate::ground::error::{Error, Result};
use crate::ground::key_fault::Remedy;
use crate::ground::process::{Owned, PerProcess};
use crate::ground::secret::Secret;
use crate::keys::Credentials;
use arc_swap::ArcSwapOption;
use hyper::Uri;
use hyper::header::{ACCEPT, CONNECTION, HOST, HeaderName, HeaderValue};
use std::sync::{Arc, Weak};

/// Those that a client goes to. No lock is held, so that a fork cannot inherit one.
static HOSTS: ArcSwapOption<List> = ArcSwapOption::const_empty();

type List = Vec<Weak<Host>>;

/// A host, and the connections to it, pooled per process.
pub(super) struct Host {
    pub(super) settings: Settings,
    trust: Arc<Trust>,
    pool: PerProcess<Pool>,
}

/// Whatever decides whom a connection leads to, and what is found there. Where any of it differs, nothing is shared.
#[derive(PartialEq)]
pub(super) struct Settings {
    host: String,
    port: u16,
    authority: String,
    pub(super) is_https: bool,
    /// The content of `ca_file`.
    authorities: Option<Secret<Vec<u8>>>,
    pub(super) proxy: Option<Arc<Proxy>>,
    pub(super) identity: Option<Arc<Identity>>,
}

impl Host {
    /// The one of these settings.
    pub(super) fn of(settings: Settings) -> Result<Arc<Self>> {
        if let Some(host) = living(&HOSTS.load()).find(|host| host.settings == settings) {
            return Ok(host);
        }
        let trust = Arc::new(Trust::new(settings.authorities.as_ref())?);
        let made = Arc::new(Self { settings, trust, pool: PerProcess::new() });
        let mut shared = made.clone();
        HOSTS.rcu(|hosts| {
            let mut hosts: Vec<_> = living(hosts).collect();
            match hosts.iter().find(|host| host.settings == made.settings) {
                Some(first) => shared = first.clone(),
                None => hosts.push(made.clone()),
            }
            listed(&hosts)
        });
        Ok(shared)
    }

    pub(super) fn pool(&self) -> Result<Arc<Owned<Pool>>> {
        self.pool.get(|| self.way().map(Pool::new))
    }

    pub(super) fn way(&self) -> Result<Way> {
        let Settings { host, port, is_https, proxy, identity, .. } = &self.settings;
        let to_proxy = proxy.as_ref().is_some_and(|proxy| proxy.is_https);
        Ok(Way {
            host: host.clone(),
            port: *port,
            tls: (*is_https).then(|| tls::sessions(self.trust.clone(), identity.as_deref())).transpose()?,
            proxy: proxy.clone(),
            to_proxy: to_proxy.then(|| tls::sessions(self.trust.clone(), None)).transpose()?,
            identity: identity.clone(),
        })
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        HOSTS.rcu(|hosts| listed(&living(hosts).collect::<Vec<_>>()));
    }
}

fn listed(hosts: &[Arc<Host>]) -> Option<Arc<List>> {
    (!hosts.is_empty()).then(|| Arc::new(hosts.iter().map(Arc::downgrade).collect()))
}

fn living(hosts: &Option<Arc<List>>) -> impl Iterator<Item = Arc<Host>> {
    hosts.iter().flat_map(|hosts| hosts.iter()).filter_map(Weak::upgrade)
}

impl Settings {
    pub(super) fn of(config: &Config) -> Result<Self> {
        let is_https = config.base.is_https();
        Ok(Self {
            authorities: config.ca_file.as_deref().map(trust::read).transpose()?,
            proxy: config.proxy.as_ref().map(|url| Proxy::parse(url.expose(), is_https)).transpose()?.map(Arc::new),
            identity: config.credentials.as_ref().map(|credentials| identity(credentials, is_https)).transpose()?.map(Arc::new),
            ..Self::to(&config.base)
        })
    }

    /// The same but for the place, and for the certificate, which nobody else is shown.
    pub(super) fn elsewhere(&self, base: &BaseUrl) -> Self {
        let authorities = self.authorities.as_ref().map(|pem| Secret::new(pem.expose().clone()));
        Self { authorities, proxy: self.proxy.clone(), ..Self::to(base) }
    }

    fn to(base: &BaseUrl) -> Self {
        Self {
            host: base.host().trim_matches(['[', ']']).into(),
            port: base.port(),
            authority: base.authority().into(),
            is_https: base.is_https(),
            authorities: None,
            proxy: None,
            identity: None,
        }
    }

    pub(super) fn post(&self, request: &HttpRequest) -> Result<Post> {
        let uri: Uri = request.url.parse().map_err(not_sent)?;
        let mut post = Post::new(request.body.clone().into());
        *post.method_mut() = request.method.parse().map_err(not_sent)?;
        *post.uri_mut() = uri.into_parts().path_and_query.map(Uri::from).unwrap_or_default();
        let headers = post.headers_mut();
        headers.append(HOST, HeaderValue::from_str(&self.authority).map_err(not_sent)?);
        for (name, value) in &request.headers {
            headers.append(HeaderName::from_bytes(name.as_bytes()).map_err(not_sent)?, HeaderValue::from_str(value).map_err(not_sent)?);
        }
        headers.entry(ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        // Understood anyway in HTTP/1.1; but Apache and Tomcat say how long they keep a connection only to who asks.
        headers.insert(CONNECTION, HeaderValue::from_static("keep-alive"));
        Ok(post)
    }
}

/// Only for https: elsewhere nobody asks for a certificate, and whoever configured one believes that it is shown.
fn identity(credentials: &Credentials, is_https: bool) -> Result<Identity> {
    if is_https {
        return Identity::of(credentials);
    }
    Err(Error::config(CLIENT_CERTIFICATE, "is only for https").mended_by(Remedy::of(
        "leave client_certificate out, or name the https base_url: over http nobody asks for a certificate",
        "请删去 client_certificate，或改用 https 的 base_url：http 下不会用到证书",
    )))
}
