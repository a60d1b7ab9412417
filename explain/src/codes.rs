//! What a word means: a code of a gateway, from the tables that the judge reads, or a word of this library.

use crate::catalogue::CATALOGUE;
use chexiao::table::{Row, Table, When};
use chexiao::{Code, Confirm, Entry, Evidence, Finding, KeyFault, Kind, Next, Reason, Retry, Verb};
use serde_json::{Value, json};

/// All that is known of a word.
#[derive(Debug, Clone, Default)]
pub struct Meanings {
    /// Rows of gateways' tables that name it.
    pub rows: Vec<RowOfTable>,
    /// What this library itself means by it.
    pub own: Vec<OwnWord>,
    /// Known words that are nearly the same, where it is not known itself.
    pub nearest: Vec<String>,
}

/// A row that names a word.
#[derive(Debug, Clone, Copy)]
pub struct RowOfTable {
    /// Whose table it is.
    pub gateway: &'static str,
    /// `close`, `query`, …, or `notification`.
    pub operation: &'static str,
    /// Which replies the table is for, and what stands in its columns.
    pub of: &'static str,
    /// The row.
    pub row: &'static Row,
}

/// A word of this library.
#[derive(Debug, Clone)]
pub struct OwnWord {
    /// What kind of word: `outcome`, `reason`, `error`, `mistake`, …
    pub kind: &'static str,
    /// What it means, in English and Chinese; the latter is empty where no page says it.
    pub meaning: (String, String),
    /// What to do, where something is known.
    pub remedy: Option<String>,
    /// Where more of it stands, from the root of the repository; the Chinese page beside it has the same anchor.
    pub page: String,
}

/// What `word` means at a gateway (at all, where none is named) and to an operation (`notification` too).
pub fn meanings(word: &str, gateway: Option<&str>, operation: Option<&str>) -> Meanings {
    let is_of = |row: &RowOfTable| operation.is_none_or(|operation| operation == row.operation);
    let spelt = spelt_by_page(word);
    let rows: Vec<RowOfTable> = rows_of(gateway).filter(is_of).filter(|row| names(row.row, word) || names(row.row, &spelt)).collect();
    let own = if gateway.is_none() { own(word) } else { Vec::new() };
    let nearest = if rows.is_empty() && own.is_empty() { nearest(word, gateway) } else { Vec::new() };
    Meanings { rows, own, nearest }
}

/// YSEPay's pages spell `ACQ.SYSTEM_ERROR` also `ACQ_SYSTEM_ERROR`.
pub(crate) fn spelt_by_page(word: &str) -> String {
    word.strip_prefix("ACQ_").map_or_else(|| word.into(), |rest| format!("ACQ.{rest}"))
}

/// Every row of every table.
pub(crate) fn rows_of(gateway: Option<&str>) -> impl Iterator<Item = RowOfTable> {
    let entries = chexiao::gateways::ALL.iter().filter(move |entry| gateway.is_none_or(|gateway| gateway == entry.id));
    entries.flat_map(|entry: &'static Entry| {
        let tables = Verb::ALL.iter().flat_map(|verb| entry.tables(*verb).iter().map(|table| (verb.word(), table)));
        let tables = tables.chain(entry.notices().iter().map(|table| ("notification", table)));
        tables.flat_map(move |(operation, table): (_, &'static Table)| {
            table.rows.iter().map(move |row| RowOfTable { gateway: entry.id, operation, of: table.of, row })
        })
    })
}

fn names(row: &Row, word: &str) -> bool {
    in_condition(row.code, word) || in_condition(row.status, word)
}

/// Whether a condition names the word itself, or takes it by its sign or beginning.
fn in_condition(when: When, word: &str) -> bool {
    let number = || word.parse::<i64>().ok();
    match when {
        When::Is(words) | When::AllOf(words) | When::AnyOf(words) | When::AnyBut(words) => {
            words.iter().any(|known| *known == word || known.split(' ').any(|part| part == word))
        }
        When::StartsWith(prefix) => word.starts_with(prefix),
        When::Positive => number().is_some_and(|number| number > 0),
        When::Negative => number().is_some_and(|number| number < 0),
        When::Each(conditions) => conditions.iter().any(|(_, when)| in_condition(*when, word)),
        When::Any | When::Unreadable => false,
    }
}

fn own(word: &str) -> Vec<OwnWord> {
    let mut found = Vec::new();
    let mut add = |kind, known: &str, (en, zh): (&str, &str), remedy: Option<String>| {
        if known == word {
            found.push(OwnWord { kind, meaning: (en.into(), zh.into()), remedy, page: page(kind, word) });
        }
    };
    Code::ALL.iter().for_each(|code| add("outcome", code.word(), code.meaning(), None));
    Evidence::ALL.iter().for_each(|evidence| add("evidence", evidence.word(), evidence.meaning(), None));
    Next::ALL.iter().for_each(|next| add("next", next.word(), next.meaning(), None));
    Retry::ALL.iter().for_each(|retry| add("retry", retry.word(), retry.meaning(), None));
    Confirm::ALL.iter().for_each(|confirm| add("confirm", confirm.word(), confirm.meaning(), None));
    for kind in Kind::ALL {
        add("error", kind.word(), kind.meaning(), Some(chexiao::Error::at_border(*kind, "", "").hint()));
    }
    KeyFault::ALL.iter().for_each(|fault| add("reason of a key error", fault.word(), fault.meaning(), Some(fault.hint())));
    for finding in Finding::ALL {
        let (en, zh) = finding.remedy();
        add("finding of doctor", finding.word(), finding.meaning(), Some(format!("{en} {zh}")));
    }
    for reason in Reason::ALL {
        let is_status = matches!(reason, Reason::Http(_)) && word.strip_prefix("http_").is_some_and(|status| status.parse::<u16>().is_ok());
        let (en, zh) = reason.remedy();
        let known = if is_status { word } else { reason.word() };
        add("reason of unknown", known, reason.meaning(), Some(format!("{en} {zh}")));
    }
    for row in CATALOGUE {
        add("mistake of a signature", row.name, (row.en, row.zh), Some(format!("{} {}", row.remedy.0, row.remedy.1)));
    }
    found
}

/// The page, and the anchor where the word has a section of its own.
fn page(kind: &str, word: &str) -> String {
    let section = |group: &str, word: &str| format!("docs/errors.md#{group}-{word}");
    match kind {
        "error" => section("error", word),
        "reason of a key error" => section("key", word),
        "reason of unknown" if word.starts_with("http_") => section("unknown", "http_NNN"),
        "reason of unknown" => section("unknown", word),
        "finding of doctor" => "docs/troubleshooting.md".into(),
        "mistake of a signature" => "docs/signatures.md".into(),
        _ => "docs/guide/outcomes.md".into(),
    }
}

/// Everything that may be asked for.
fn known(gateway: Option<&str>) -> Vec<&'static str> {
    let of_rows = rows_of(gateway).flat_map(|row| words_in(row.row.code).into_iter().chain(words_in(row.row.status)));
    let own = Code::ALL.iter().map(|code| code.word()).chain(Reason::ALL.iter().map(|reason| reason.word()));
    let own = own.chain(Kind::ALL.iter().map(|kind| kind.word())).chain(KeyFault::ALL.iter().map(|fault| fault.word()));
    let own = own.chain(Next::ALL.iter().map(|next| next.word())).chain(Evidence::ALL.iter().map(|evidence| evidence.word()));
    let own = own.chain(Finding::ALL.iter().map(|finding| finding.word()));
    let own = own.chain(CATALOGUE.iter().map(|row| row.name));
    let mut all: Vec<&str> = of_rows.chain(own.filter(|_| gateway.is_none())).filter(|word| !word.is_empty()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn words_in(when: When) -> Vec<&'static str> {
    match when {
        When::Is(words) | When::AllOf(words) | When::AnyOf(words) | When::AnyBut(words) => words.to_vec(),
        When::Each(conditions) => conditions.iter().flat_map(|(_, when)| words_in(*when)).collect(),
        _ => Vec::new(),
    }
}

/// At most three, none that is another word rather than a slip of the pen.
fn nearest(word: &str, gateway: Option<&str>) -> Vec<String> {
    let bare = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<Vec<char>>();
    let asked = bare(word);
    let distances = known(gateway).into_iter().map(|known| (distance(&asked, &bare(known)), known));
    let mut near: Vec<(usize, &str)> = distances.filter(|(distance, known)| *distance <= known.len().min(asked.len()) / 3).collect();
    near.sort_unstable();
    near.into_iter().take(3).map(|(_, known)| known.into()).collect()
}

fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = vec![i + 1];
        for ((y, above), corner) in b.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((above + 1).min(left + 1).min(corner + usize::from(x != y)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

impl Meanings {
    /// Whether the word is known.
    pub fn is_known(&self) -> bool {
        !self.rows.is_empty() || !self.own.is_empty()
    }

    /// For people.
    pub fn lines(&self, word: &str) -> Vec<String> {
        let mut lines = Vec::new();
        for own in &self.own {
            lines.push(format!("{word}: {}", own.kind));
            lines.push(format!("  {} {}", own.meaning.0, own.meaning.1).trim_end().into());
            lines.extend(own.remedy.iter().map(|remedy| format!("  to do 处理: {remedy}")));
            lines.push(format!("  more 详见: {}", own.page));
        }
        let mut last = None;
        for RowOfTable { gateway, operation, of, row } in &self.rows {
            if last != Some((gateway, operation, of)) {
                lines.push(format!("{gateway}, {operation}: {of}"));
                last = Some((gateway, operation, of));
            }
            let (en, zh) = row.says.code.meaning();
            let hint = row.says.hint.map_or_else(String::new, |hint| format!(", points to {hint} without proving it"));
            let both = if row.says.contradiction { ", a contradiction" } else { "" };
            lines.push(format!("  {} · {}: {}{hint}{both}", row.code, row.status, row.says.code));
            lines.push(format!("    {en} {zh}"));
            let (en, zh) = row.says.next().meaning();
            lines.push(format!("    to do 处理: {en} {zh}。 (confirm {}, retry {})", row.says.confirm, row.says.retry));
            lines.push(format!("    source 出处: {}", row.source));
        }
        if !self.is_known() {
            lines.push(format!(
                "{word} stands in no table here: an outcome with it is unknown. 表中没有此码，含此码的结果一律为 unknown，请查询订单。"
            ));
            if !self.nearest.is_empty() {
                lines.push(format!("  nearest 相近: {}", self.nearest.join(", ")));
            }
        }
        lines
    }

    /// One JSON document: `{"word","known","own":[…],"rows":[…],"nearest":[…]}`.
    pub fn to_json(&self, word: &str) -> String {
        let own = self
            .own
            .iter()
            .map(|own| json!({ "kind": own.kind, "en": own.meaning.0, "zh": own.meaning.1, "remedy": own.remedy, "page": own.page }));
        let rows = self.rows.iter().copied().map(RowOfTable::to_value);
        json!({
            "word": word, "known": self.is_known(), "own": own.collect::<Vec<Value>>(), "rows": rows.collect::<Vec<Value>>(),
            "nearest": self.nearest,
        })
        .to_string()
    }
}

impl RowOfTable {
    pub(crate) fn to_value(self) -> Value {
        let says = self.row.says;
        json!({
            "gateway": self.gateway, "operation": self.operation, "of": self.of, "code": self.row.code.to_string(),
            "status": self.row.status.to_string(), "outcome": says.code.word(), "next": says.next().word(),
            "confirm": says.confirm.word(), "retry": says.retry.word(), "hint": says.hint.map(Code::word),
            "contradiction": says.contradiction, "source": self.row.source,
        })
    }
}
