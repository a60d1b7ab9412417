//! A fault as data: what, where, at which gateway, and with which seed.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::{Fault, Handling, catalogue};
use crate::book::{State, has_prefix};
use crate::call::Call;
use crate::json::Json;

/// One fault to be suffered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Injection {
    /// What goes wrong.
    pub fault: Fault,
    /// The only gateway whose requests suffer it; all, where the fault strikes before a request is there.
    pub gateway: Option<&'static str>,
    /// The only call that suffers it; all, where the fault strikes before a request is there.
    pub call: Call,
    /// Decides what the fault leaves open, such as which byte is changed.
    pub seed: u64,
}

impl From<Fault> for Injection {
    /// Of a close.
    fn from(fault: Fault) -> Injection {
        Injection { fault, gateway: None, call: Call::Close, seed: 0 }
    }
}

impl Injection {
    /// Reads `NAME[:PARAMETER]…`, one of [`CATALOGUE`](super::CATALOGUE) in any case, for a close; with `query:`, `refund:` or
    /// the [name](Call::name) of another call before it, for that. What strikes before a request is there cannot be for one of
    /// those alone.
    pub fn parse(text: &str) -> Option<Injection> {
        let (call, name) = call_of(text);
        let fault = Fault::parse(name)?;
        (call == Call::Close || !fault.is_of_connection()).then_some(Injection { call, ..fault.into() })
    }

    /// What the number says of this call: it suffers what stands behind the call's prefix, or, where it has one, tells that state.
    pub(crate) fn of_number(number: &str, call: Call) -> Option<Injection> {
        let prefix = call.prefix()?;
        let rest = number.get(prefix.len()..).filter(|_| has_prefix(number, prefix))?;
        let says = || State::of_prefix(rest).filter(|_| !prefix.is_empty()).map(|state| Fault::Handling(Handling::Says(state)));
        let fault = Fault::of_number(rest).or_else(says)?;
        Some(Injection { call, ..fault.into() })
    }

    /// Reads `{"fault","phase"?,"parameters"?,"gateway"?,"seed"?}`. `fault` is what [`Injection::parse`] reads, its parameters
    /// after colons or in `parameters`; `phase` only has to be the right one, `gateway` one of these.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Json, gateways: &[&'static str]) -> Result<Injection, &'static str> {
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
        let injection = Injection::parse(&text).ok_or("fault is unknown, or a parameter is")?;
        let phase = catalogue::row(call_of(&text).1).map(|row| row.phase);
        if value.member("phase").is_some_and(|named| named.text() != phase) {
            return Err("the fault is of another phase");
        }
        let gateway = match value.member("gateway") {
            None => None,
            Some(id) => Some(*gateways.iter().find(|known| id.text() == Some(known)).ok_or("gateway is unknown")?),
        };
        let seed = value.member("seed").map_or(Some(0), Json::whole).ok_or("seed is not a whole number")?;
        Ok(Injection { gateway, seed, ..injection })
    }

    /// Whether this call to this gateway suffers it.
    pub(crate) fn hits(&self, gateway: &str, call: Call) -> bool {
        self.call == call && self.gateway.is_none_or(|only| only == gateway)
    }

    /// The same number every time.
    pub(crate) fn draw(&self, below: usize) -> usize {
        StdRng::seed_from_u64(self.seed).gen_range(0..below.max(1))
    }
}

/// Which call the text is about, and the rest of it.
fn call_of(text: &str) -> (Call, &str) {
    let named = text.split_once(':').and_then(|(word, rest)| Some((Call::named(word)?, rest)));
    named.filter(|(call, _)| *call != Call::Close).unwrap_or((Call::Close, text))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn faults_are_for_one_call() {
        let read = |text: &str| Injection::parse(text).map(|injection| (injection.call, injection.fault));
        assert_eq!(read("CUT"), Some((Call::Close, Fault::Cut)));
        assert_eq!(read("Query:sleep:40"), Some((Call::Query, Fault::Sleep(Duration::from_millis(40)))));
        assert_eq!(read("query:says:open"), Some((Call::Query, Fault::Handling(Handling::Says(State::Open)))));
        assert_eq!(read("REFUND:cut"), Some((Call::Refund, Fault::Cut)));
        assert_eq!(read("call:refund"), Some((Call::Close, Fault::Handling(Handling::OtherCall("refund")))));
        for bad in ["query:", "query", "query:query:cut", "query:handshake:hang", "close:cut"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_name_faults_of_one_call() {
        let fault = |number, call| Injection::of_number(number, call).map(|injection| injection.fault);
        assert_eq!(fault("CUT-1", Call::Close), Some(Fault::Cut));
        assert_eq!(fault("CUT-1", Call::Query), None);
        assert_eq!(fault("QueryCut-1", Call::Query), Some(Fault::Cut));
        assert_eq!(fault("QueryCut-1", Call::Close), None);
        assert_eq!(fault("QUERYPAID1", Call::Query), Some(Fault::Handling(Handling::Says(State::Paid))));
        assert_eq!((fault("QUERY1", Call::Query), fault("QUER", Call::Query)), (None, None));
        assert_eq!((fault("CUT1", Call::Refund), fault("PAID1", Call::Refund)), (Some(Fault::Cut), None));
        assert_eq!((fault("QUERYCUT1", Call::RefundQuery), fault("CUT1", Call::RefundQuery)), (Some(Fault::Cut), None));
        assert_eq!((fault("CREATECUT1", Call::Create), fault("CUT1", Call::Create)), (Some(Fault::Cut), None));
        assert_eq!(fault("CUT1", Call::Bill), None);
    }
}
