//! A table of `tests/faults/meaning`, walked cell by cell.

use chexiao::{Code, HttpReply, Notice, Outcome};
use chexiao_kit::Caller;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// Builds the reply or the notification of a cell and has it judged.
pub(crate) trait Gateway {
    fn judge(&self, cell: &Cell<'_>) -> Judged;
}

/// What was judged, and how.
pub(crate) struct Judged {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    pub(crate) said: Said,
}

pub(crate) enum Said {
    Outcome(Box<Outcome>),
    Notice(Box<Notice>),
}

impl Judged {
    /// By `caller`; `name` says the HTTP status, as `http_NNN`, or anything else for 200.
    pub(crate) fn by(caller: &Caller, name: &str, body: Vec<u8>) -> Self {
        let status = name.strip_prefix("http_").map_or(200, |status| status.parse().unwrap());
        let reply = HttpReply { status, headers: Vec::new(), body };
        let said = Said::Outcome(caller.verify(&reply).into());
        Self { status, body: reply.body, said }
    }
}

/// One value per axis: its class and how it is written.
pub(crate) struct Cell<'a>(Vec<(&'a str, &'a str, Option<&'a str>)>);

impl<'a> Cell<'a> {
    fn on(&self, axis: &str) -> &(&'a str, &'a str, Option<&'a str>) {
        self.0.iter().find(|(name, _, _)| *name == axis).unwrap_or_else(|| panic!("no axis {axis}"))
    }

    /// The value on this axis as it is written in the reply; `None` if it is absent.
    pub(crate) fn raw(&self, axis: &str) -> Option<&'a str> {
        self.on(axis).2
    }

    /// The value on an axis of names.
    pub(crate) fn name(&self, axis: &str) -> &'a str {
        self.raw(axis).unwrap()
    }

    fn show(&self) -> String {
        self.0.iter().map(|(axis, class, raw)| format!("{axis}={} ({class})", raw.unwrap_or("absent"))).collect::<Vec<_>>().join(" ")
    }
}

type Classes = BTreeMap<String, Vec<Option<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    gateway: String,
    axes: BTreeMap<String, Classes>,
    products: Vec<Product>,
    meanings: BTreeMap<String, Map<String, Value>>,
    rows: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Product {
    name: String,
    axes: BTreeMap<String, Vec<Option<String>>>,
    cells: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    when: BTreeMap<String, OneOrMore>,
    then: OneOrMore,
    silent: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::More(more) => more,
        }
    }
}

impl Row {
    fn fits(&self, cell: &Cell<'_>) -> bool {
        self.when.iter().all(|(axis, classes)| classes.all().iter().any(|class| cell.on(axis).1 == class))
    }
}

/// What a meaning must say, and what it may.
type Members = (&'static [&'static str], &'static [&'static str]);
const OF_REPLY: Members = (&["outcome", "next", "confirm", "evidence", "contradiction", "hint"], &["reason", "retry", "retry_after_ms"]);
const OF_NOTIFICATION: Members = (&["event", "confirm", "evidence", "contradiction", "hint", "acknowledged"], &["reason"]);

impl Table {
    fn read(name: &str) -> Self {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/faults/meaning/{name}.json"));
        let table: Self = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
        let gateway = table.gateway.as_str();
        let (of, kind) = name.split_once('-').unwrap_or((name, ""));
        assert_eq!(gateway, of);
        let (required, optional) = if kind == "notification" { OF_NOTIFICATION } else { OF_REPLY };
        for (name, members) in &table.meanings {
            let known = |member: &String| required.contains(&member.as_str()) || optional.contains(&member.as_str());
            assert!(members.keys().all(known) && required.iter().all(|member| members.contains_key(*member)), "{gateway}: meaning {name}");
        }
        for row in &table.rows {
            assert_eq!(row.silent.is_some(), row.then.all().len() > 1, "{gateway}: more than one meaning only where the page is silent");
            assert!(row.then.all().iter().all(|name| table.meanings.contains_key(name)), "{gateway}: {:?}", row.then.all());
            let known = |(axis, classes): (&String, &OneOrMore)| classes.all().iter().all(|class| table.axes[axis].contains_key(class));
            assert!(row.when.iter().all(known), "{gateway}: a class that no axis has in the row of {:?}", row.then.all());
        }
        table
    }

    fn cells<'a>(&'a self, product: &'a Product) -> impl Iterator<Item = Cell<'a>> {
        let axes: Vec<Vec<_>> = self.axes.iter().map(|(axis, classes)| self.values(product, axis, classes)).collect();
        assert_eq!(axes.iter().map(Vec::len).product::<usize>(), product.cells, "{}: cells of the product {}", self.gateway, product.name);
        (0..product.cells).map(move |mut number| {
            let value = |values: &Vec<_>| {
                let value = values[number % values.len()];
                number /= values.len();
                value
            };
            Cell(axes.iter().map(value).collect())
        })
    }

    fn values<'a>(&self, product: &Product, axis: &'a str, classes: &'a Classes) -> Vec<(&'a str, &'a str, Option<&'a str>)> {
        let values = classes.iter().flat_map(|(class, values)| values.iter().map(move |raw| (axis, class.as_str(), raw.as_deref())));
        let Some(only) = product.axes.get(axis) else { return values.collect() };
        let values: Vec<_> = values.filter(|(_, _, raw)| only.iter().any(|one| one.as_deref() == *raw)).collect();
        assert_eq!(only.len(), values.len(), "{}: {axis} of the product {}", self.gateway, product.name);
        values
    }

    /// Why what was said is none of what the row allows.
    fn difference(&self, row: &Row, said: &Said) -> Option<String> {
        let differs = |name: &String| {
            let mut members = self.meanings[name].iter();
            let (member, _) = members.find(|(member, expected)| said.member(member) != **expected)?;
            Some(format!("{member} {}, not {name}", said.member(member)))
        };
        let all = row.then.all().iter().map(differs).collect::<Option<Vec<_>>>()?;
        Some(format!("{} reason {}: {}", said.code(), said.member("reason"), all.join("; ")))
    }
}

impl Said {
    fn code(&self) -> Code {
        match self {
            Self::Outcome(outcome) => outcome.code(),
            Self::Notice(notice) => notice.event(),
        }
    }

    fn member(&self, member: &str) -> Value {
        match self {
            Self::Outcome(outcome) => result(outcome, member),
            Self::Notice(notice) => told(notice, member),
        }
    }
}

/// A member of the notice JSON, or `acknowledged`: whether there is an answer that does.
fn told(notice: &Notice, member: &str) -> Value {
    match member {
        "event" => notice.event().word().into(),
        "confirm" => notice.confirm().word().into(),
        "evidence" => notice.evidence().word().into(),
        "contradiction" => notice.contradiction().into(),
        "hint" => notice.hint().map(Code::word).into(),
        "reason" => notice.reason().map(|reason| reason.to_string()).into(),
        "acknowledged" => notice.acknowledge().is_some().into(),
        unknown => panic!("{unknown}"),
    }
}

/// A member of the result JSON.
fn result(outcome: &Outcome, member: &str) -> Value {
    match member {
        "outcome" => outcome.code().word().into(),
        "next" => outcome.next().word().into(),
        "confirm" => outcome.confirm().word().into(),
        "evidence" => outcome.evidence().word().into(),
        "contradiction" => outcome.contradiction().into(),
        "hint" => outcome.hint().map(Code::word).into(),
        "reason" => outcome.reason().map(|reason| reason.to_string()).into(),
        "retry" => outcome.retry().word().into(),
        "retry_after_ms" => outcome.retry_after_ms().into(),
        unknown => panic!("{unknown}"),
    }
}

#[derive(Default)]
struct Count {
    cells: usize,
    silent: usize,
    outcomes: BTreeMap<&'static str, usize>,
    failures: BTreeMap<usize, (usize, String)>,
}

/// Checks every cell of every product, prints how many there were, and fails on a row that none of them came to.
pub(crate) fn check(id: &str, gateway: &impl Gateway) {
    let table = Table::read(id);
    let (mut count, mut hits) = (Count::default(), vec![0; table.rows.len()]);
    for cell in table.products.iter().flat_map(|product| table.cells(product)) {
        let at = table.rows.iter().position(|row| row.fits(&cell)).unwrap_or_else(|| panic!("{id}: no row for {}", cell.show()));
        hits[at] += 1;
        let Judged { status, body, said } = gateway.judge(&cell);
        count.cells += 1;
        count.silent += usize::from(table.rows[at].silent.is_some());
        *count.outcomes.entry(said.code().word()).or_default() += 1;
        if let Some(difference) = table.difference(&table.rows[at], &said) {
            let failure = || (0, format!("row {at}: {difference}\n  {}\n  {status} {}", cell.show(), String::from_utf8_lossy(&body)));
            count.failures.entry(at).or_insert_with(failure).0 += 1;
        }
    }
    println!("meaning {id}: {} cells, {} of them where the page is silent: {:?}", count.cells, count.silent, count.outcomes);
    assert_eq!(count.cells, table.products.iter().map(|product| product.cells).sum::<usize>());
    let failures: Vec<String> = count.failures.values().map(|(times, first)| format!("{times} × {first}")).collect();
    assert!(failures.is_empty(), "{id}: {} rows do not hold\n{}", failures.len(), failures.join("\n"));
    let idle: Vec<_> = table.rows.iter().zip(&hits).filter(|(_, hits)| **hits == 0).map(|(row, _)| row.then.all()).collect();
    assert!(idle.is_empty(), "{id}: no cell comes to the rows of {idle:?}");
}
