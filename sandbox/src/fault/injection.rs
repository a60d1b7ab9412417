//! A fault as data: what, where, at which gateway, and with which seed.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::{Fault, catalogue};
use crate::gateways;
use crate::json::Json;

/// One fault to be suffered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Injection {
    /// What goes wrong.
    pub fault: Fault,
    /// The only gateway whose requests suffer it; all, where the fault strikes before a request is there.
    pub gateway: Option<&'static str>,
    /// Decides what the fault leaves open, such as which byte is changed.
    pub seed: u64,
}

impl From<Fault> for Injection {
    fn from(fault: Fault) -> Injection {
        Injection { fault, gateway: None, seed: 0 }
    }
}

impl Injection {
    /// Reads `{"fault","phase"?,"parameters"?,"gateway"?,"seed"?}`. `fault` is a name, with its parameters after colons or
    /// in `parameters`; `phase` only has to be the right one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Json) -> Result<Injection, &'static str> {
        const NAMES: [&str; 5] = ["phase", "fault", "parameters", "gateway", "seed"];
        match value {
            Json::Object(members) if members.iter().all(|(name, _)| NAMES.contains(&name.as_str())) => {}
            _ => return Err("a member is unknown"),
        }
        let mut text = value.member("fault").and_then(Json::text).ok_or("fault is missing")?.to_string();
        if let Some(parameters) = value.member("parameters") {
            let Json::List(parameters) = parameters else { return Err("parameters is not a list") };
            for parameter in parameters {
                let (Json::Text(parameter) | Json::Number(parameter)) = parameter else {
                    return Err("a parameter is neither text nor number");
                };
                text = text + ":" + parameter;
            }
        }
        let fault = Fault::parse(&text).ok_or("fault is unknown, or a parameter is")?;
        let phase = catalogue::row(&text).map(|row| row.phase);
        if value.member("phase").is_some_and(|named| named.text() != phase) {
            return Err("the fault is of another phase");
        }
        let gateway = match value.member("gateway") {
            None => None,
            Some(id) => Some(id.text().and_then(gateways::by_id).ok_or("gateway is unknown")?.id),
        };
        let seed = value.member("seed").map_or(Some(0), Json::whole).ok_or("seed is not a whole number")?;
        Ok(Injection { fault, gateway, seed })
    }

    /// Whether a request to this gateway suffers it.
    pub(crate) fn hits(&self, gateway: &str) -> bool {
        self.gateway.is_none_or(|only| only == gateway)
    }

    /// The same number every time.
    pub(crate) fn draw(&self, below: usize) -> usize {
        StdRng::seed_from_u64(self.seed).gen_range(0..below.max(1))
    }
}
