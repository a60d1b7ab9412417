//! What stands between a configuration and a gateway that answers, step by step. Nothing here moves money: what is asked is the state of an
//! order that does not exist, or nothing at all.

mod facts;
mod probe;
mod published;
mod settings;
mod step;
mod way;

pub use step::{Diagnosis, Step};

use super::wire::{Stop, Until};
use super::{Client, call, config};
use crate::gateway::{Examined, HttpRequest, Verb};
use crate::gateways;
use crate::ground::clock::BeijingTime;
use crate::ground::error::{Kind, Result};
use crate::ground::finding::Finding;
use crate::strict::de;
use std::time::Instant;

/// Looks into configuration JSON, as [`Client::new`] takes it, and goes the way to its gateway: keys, DNS, TCP, proxy, TLS, clock, and
/// where the gateway has a query, one for an order that does not exist. Blocks until `deadline_ms` at most. Never moves money, never tells a
/// secret.
pub fn diagnose(config: &str) -> Diagnosis {
    let started = Instant::now();
    match settings::look(config) {
        (steps, Some(client)) => client.wait("", goes(&client, steps, started, &Stop::new())),
        (steps, None) => Diagnosis::of(way::skipped_behind(steps), started),
    }
}

/// The same of the configuration and its keys alone: connects nowhere.
pub fn diagnose_offline(config: &str) -> Diagnosis {
    let started = Instant::now();
    Diagnosis::of(settings::look(config).0, started)
}

impl Client {
    /// [`diagnose`] of this client, on a connection of its own. Where the configuration held a secret itself, its text was
    /// not kept: the keys, which have been loaded, are not looked at again.
    pub fn diagnose(&self) -> Diagnosis {
        self.wait("", self.diagnosing(&Stop::new()))
    }

    pub(crate) async fn diagnosing(&self, stop: &Stop) -> Diagnosis {
        let started = Instant::now();
        let steps = match &self.text {
            Some(text) => match settings::look(text) {
                (steps, Some(_)) => steps,
                (steps, None) => return Diagnosis::of(way::skipped_behind(steps), started),
            },
            None => settings::of_open(self),
        };
        goes(self, steps, started, stop).await
    }

    fn examined(&self) -> Option<&'static Examined> {
        gateways::ALL.iter().find(|entry| entry.id == self.id).map(|entry| &entry.examined)
    }
}

/// Behind the steps of the configuration, those of the way.
async fn goes(client: &Client, mut steps: Vec<Step>, started: Instant, stop: &Stop) -> Diagnosis {
    let until = Until { deadline: started + client.deadline, stop };
    match Box::pin(on_the_way(client, until)).await {
        Ok(found) => steps.extend(found),
        Err(error) => steps.push(Step::of_error("tcp", &error, Finding::OwnMachine)),
    }
    Diagnosis::of(way::skipped_behind(steps), started)
}

async fn on_the_way(client: &Client, until: Until<'_>) -> Result<Vec<Step>> {
    let gateway = &*client.gateway;
    let Some(examined) = client.examined() else { return Ok(Vec::new()) };
    if let Some(request) = gateway.prior(&call::Given::default().env()?) {
        let env = call::Given::default().env()?;
        let survey = client.http.survey(&request, until).await?;
        let learnt = match &survey.reply {
            Some(Ok(reply)) => Some(gateway.learn(&env, reply)),
            _ => None,
        };
        match learnt {
            Some(Ok(())) => {}
            learnt => return Ok(way::steps(client, &survey, |survey| probe::of_token(survey, learnt.and_then(Result::err)))),
        }
    }
    let order = examined.probe.map(order_of_nobody).transpose()?;
    let order = order.as_deref().map(|order| de::parse(order, Kind::Call, "the order", "order")).transpose()?;
    let asked = order.as_ref().map(|order| gateway.bind(Verb::Query, order, client.purpose())).transpose();
    let signed = match asked {
        Ok(None) => Err(None),
        Ok(Some(asked)) => match call::Given::default().env().and_then(|env| asked.sign(&env)) {
            Ok(request) => Ok((asked, request)),
            Err(error) => Err(Some(error)),
        },
        Err(error) => Err(Some(error)),
    };
    match signed {
        Ok((asked, request)) => {
            let survey = client.http.survey(&request, until).await?;
            Ok(way::steps(client, &survey, |survey| probe::of_query(survey, &*asked, &request, examined)))
        }
        Err(why) => {
            // Without a signature: for the clock.
            let request =
                HttpRequest { method: "GET", url: client.base.join("/"), headers: Vec::new(), body: Vec::new(), msg_id: String::new() };
            let survey = client.http.survey(&request, until).await?;
            Ok(way::steps(client, &survey, |survey| probe::of_nothing(survey, why.as_ref())))
        }
    }
}

/// A number that no order has.
fn order_of_nobody(template: &'static str) -> Result<String> {
    let number = format!("chexiao{}", call::random_id()?.get(..24).unwrap_or_default());
    let today = BeijingTime::now().dashed();
    Ok(template.replace('#', &number).replace('@', today.get(..10).unwrap_or_default()))
}
