//! Where the words stand, and how each language writes them.

mod bindings;

use super::sections::{self, Language};
use bindings::{cs_entries, cs_members, go_codes, go_constants, go_lists, go_statuses, go_words, js_lists, php_arms, php_cases, ts_union};
use chexiao::{Code, Confirm, Evidence, Kind, Next, Reason, Retry, Says, Unit};

/// What stands between two marks of a file.
pub(crate) struct Page {
    pub(crate) file: &'static str,
    pub(crate) name: &'static str,
    pub(crate) lines: fn() -> Vec<String>,
}

const fn page(file: &'static str, name: &'static str, lines: fn() -> Vec<String>) -> Page {
    Page { file, name, lines }
}

macro_rules! java {
    ($class:literal) => {
        concat!("java/src/main/java/io/github/chexiao/", $class, ".java")
    };
}

const PYTHON: &str = "python/package/chexiao/outcome.py";
const GO: &str = "bindings/go/words.go";
const NODE: &str = "bindings/node/index.d.ts";
const CSHARP: &str = "bindings/csharp/src/Words.cs";

macro_rules! php {
    ($class:literal) => {
        concat!("bindings/php/src/", $class, ".php")
    };
}

pub(crate) const PAGES: &[Page] = &[
    page("ffi/src/status.rs", "outcomes", || c_constants("", &numbered(Code::ALL))),
    page("ffi/src/status.rs", "errors", || c_constants("ERROR_", &numbered(Kind::ALL))),
    page("include/chexiao.hpp", "statuses", cpp_statuses),
    page("include/chexiao.hpp", "next", cpp_next),
    page("include/chexiao.hpp", "members", cpp_members),
    page(java!("OutcomeCode"), "outcomes", || java_constants(&numbered(Code::ALL))),
    page(java!("Next"), "next", || java_constants(&words(Next::ALL))),
    page(java!("Retry"), "retry", || java_constants(&words(Retry::ALL))),
    page(java!("Confirm"), "confirm", || java_constants(&words(Confirm::ALL))),
    page(java!("Evidence"), "evidence", || java_constants(&words(Evidence::ALL))),
    page(java!("ChexiaoException"), "numbers", || java_constants(&numbered(Kind::ALL))),
    page(java!("ChexiaoException"), "errors", || java_list(Kind::ALL)),
    page(java!("Outcome"), "reasons", || java_list(&reasons())),
    page(PYTHON, "outcomes", || python_members(&numbered(Code::ALL))),
    page(PYTHON, "next", || python_members(&words(Next::ALL))),
    page(PYTHON, "retry", || python_members(&words(Retry::ALL))),
    page(PYTHON, "confirm", || python_members(&words(Confirm::ALL))),
    page(PYTHON, "evidence", || python_members(&words(Evidence::ALL))),
    page(PYTHON, "reasons", || python_list("Why it is unknown", &reasons())),
    page("python/package/chexiao/notice.py", "units", || python_members(&words(Unit::ALL))),
    page("python/package/chexiao/errors.py", "errors", || python_list("One word", Kind::ALL)),
    page(GO, "outcomes", go_codes),
    page(GO, "codes", go_words),
    page(GO, "next", || go_constants(&words(Next::ALL), "Next", "Next")),
    page(GO, "retry", || go_constants(&words(Retry::ALL), "Retry", "Retry")),
    page(GO, "confirm", || go_constants(&words(Confirm::ALL), "Confirm", "Confirm")),
    page(GO, "evidence", || go_constants(&words(Evidence::ALL), "Evidence", "Evidence")),
    page(GO, "units", || go_constants(&words(Unit::ALL), "Unit", "Unit")),
    page(GO, "errors", || go_constants(&words(Kind::ALL), "Kind", "Kind")),
    page(GO, "statuses", go_statuses),
    page(GO, "lists", go_lists),
    page("bindings/node/words.js", "lists", js_lists),
    page(NODE, "outcomes", || ts_union(&words(Code::ALL))),
    page(NODE, "next", || ts_union(&words(Next::ALL))),
    page(NODE, "retry", || ts_union(&words(Retry::ALL))),
    page(NODE, "confirm", || ts_union(&words(Confirm::ALL))),
    page(NODE, "evidence", || ts_union(&words(Evidence::ALL))),
    page(NODE, "units", || ts_union(&words(Unit::ALL))),
    page(NODE, "errors", || ts_union(&words(Kind::ALL))),
    page(php!("Code"), "outcomes", || php_cases(&numbered(Code::ALL))),
    page(php!("Code"), "codes", || php_arms(&words(Code::ALL), |word| format!("'{}'", word.word))),
    page(php!("Next"), "next", || php_cases(&words(Next::ALL))),
    page(php!("Retry"), "retry", || php_cases(&words(Retry::ALL))),
    page(php!("Confirm"), "confirm", || php_cases(&words(Confirm::ALL))),
    page(php!("Evidence"), "evidence", || php_cases(&words(Evidence::ALL))),
    page(php!("Unit"), "units", || php_cases(&words(Unit::ALL))),
    page(php!("Kind"), "errors", || php_cases(&words(Kind::ALL))),
    page(php!("Kind"), "statuses", || php_arms(&numbered(Kind::ALL), |word| word.number.unwrap_or_default().to_string())),
    page(CSHARP, "outcomes", || cs_members(&numbered(Code::ALL))),
    page(CSHARP, "next", || cs_members(&words(Next::ALL))),
    page(CSHARP, "retry", || cs_members(&words(Retry::ALL))),
    page(CSHARP, "confirm", || cs_members(&words(Confirm::ALL))),
    page(CSHARP, "evidence", || cs_members(&words(Evidence::ALL))),
    page(CSHARP, "units", || cs_members(&words(Unit::ALL))),
    page(CSHARP, "errors", || cs_members(&numbered(Kind::ALL))),
    page(CSHARP, "codes", || cs_entries("Code", &words(Code::ALL))),
    page(CSHARP, "nexts", || cs_entries("Next", &words(Next::ALL))),
    page(CSHARP, "retries", || cs_entries("Retry", &words(Retry::ALL))),
    page(CSHARP, "confirms", || cs_entries("Confirm", &words(Confirm::ALL))),
    page(CSHARP, "evidences", || cs_entries("Evidence", &words(Evidence::ALL))),
    page(CSHARP, "amounts", || cs_entries("Unit", &words(Unit::ALL))),
    page(CSHARP, "kinds", || cs_entries("Kind", &words(Kind::ALL))),
    page("docs/guide/outcomes.md", "outcomes", || outcomes(["outcome", "meaning", "next"], ", or ", Word::en)),
    page("docs/guide/outcomes.md", "members", || members(["member", "words"], ": ", Word::en)),
    page("docs/guide/outcomes.zh-CN.md", "outcomes", || outcomes(["结果", "含义", "下一步 next"], " 或 ", Word::zh)),
    page("docs/errors.md", "errors", || sections::kinds(Language::English)),
    page("docs/errors.md", "key faults", || sections::key_faults(Language::English)),
    page("docs/errors.md", "reasons", || sections::reasons(Language::English)),
    page("docs/errors.zh-CN.md", "errors", || sections::kinds(Language::Chinese)),
    page("docs/errors.zh-CN.md", "key faults", || sections::key_faults(Language::Chinese)),
    page("docs/errors.zh-CN.md", "reasons", || sections::reasons(Language::Chinese)),
    page("docs/troubleshooting.md", "findings", || findings(["step", "finding", "what it means", "what to do"], 0)),
    page("docs/troubleshooting.zh-CN.md", "findings", || findings(["步骤", "结论", "含义", "处理办法"], 1)),
    page("docs/guide/outcomes.zh-CN.md", "members", || members(["字段", "取值"], "：", Word::zh)),
];

/// One word, whatever it is a word of.
struct Word {
    word: String,
    number: Option<i32>,
    meaning: (&'static str, &'static str),
}

impl Word {
    fn en(&self) -> String {
        self.meaning.0.into()
    }

    fn zh(&self) -> String {
        self.meaning.1.into()
    }

    fn upper(&self) -> String {
        self.word.to_uppercase()
    }
}

macro_rules! says_itself {
    ($($name:ident),+) => {
        $(impl From<$name> for Word {
            fn from(value: $name) -> Self {
                Self { word: value.word().into(), number: Some(value as i32), meaning: value.meaning() }
            }
        })+
    };
}
says_itself!(Code, Next, Retry, Confirm, Evidence, Kind, Unit);

fn numbered<T: Copy + Into<Word>>(all: &[T]) -> Vec<Word> {
    all.iter().map(|value| (*value).into()).collect()
}

/// Words whose numbers are nobody's business.
fn words<T: Copy + Into<Word>>(all: &[T]) -> Vec<Word> {
    numbered(all).into_iter().map(|word| Word { number: None, ..word }).collect()
}

fn reasons() -> Vec<String> {
    Reason::ALL.iter().map(|reason| reason.word().into()).collect()
}

/// A sentence whose code stands between `open` and `close`.
fn quoting(sentence: &str, open: &str, close: &str) -> String {
    sentence.split('`').enumerate().map(|(i, part)| if i % 2 == 0 { part.into() } else { format!("{open}{part}{close}") }).collect()
}

fn c_constants(prefix: &str, words: &[Word]) -> Vec<String> {
    let lines = |word: &Word| {
        let (name, number) = (word.upper(), word.number.unwrap_or_default());
        [format!("/// {}", quoting(&word.en(), "\"", "\"")), format!("pub const CHEXIAO_{prefix}{name}: i32 = {number};")]
    };
    words.iter().flat_map(lines).collect()
}

fn cpp_statuses() -> Vec<String> {
    let outcomes = words(Code::ALL).into_iter().map(|code| format!("{} = CHEXIAO_{}", code.word, code.upper()));
    let errors = words(Kind::ALL).into_iter().map(|kind| format!("error_{} = CHEXIAO_ERROR_{}", kind.word, kind.upper()));
    ended(std::iter::once("ok = CHEXIAO_OK".into()).chain(outcomes).chain(errors).collect(), "")
}

fn cpp_next() -> Vec<String> {
    words(Next::ALL).iter().flat_map(|next| [format!("/// {}", next.en()), format!("{},", next.word)]).collect()
}

/// `query` is what it is otherwise.
fn cpp_members() -> Vec<String> {
    let others = Next::ALL.iter().filter(|next| **next != Next::Query);
    others.map(|next| format!(r#"{{"\"next\":\"{next}\"", Next::{next}}},"#)).collect()
}

fn java_constants(words: &[Word]) -> Vec<String> {
    let constant = |word: &Word| word.number.map_or_else(|| word.upper(), |number| format!("{}({number})", word.upper()));
    ended(words.iter().map(|word| format!("/** {} */\n{}", quoting(&word.en(), "{@code ", "}"), constant(word))).collect(), ";")
}

fn java_list(words: &[impl ToString]) -> Vec<String> {
    let text = format!("@return {}; later versions may have more", in_prose(words));
    wrapped(&text).iter().enumerate().map(|(at, line)| format!("* {}{line}", if at == 0 { "" } else { "    " })).collect()
}

fn python_members(words: &[Word]) -> Vec<String> {
    let lines = |word: &Word| {
        let value = word.number.map_or_else(|| format!("\"{}\"", word.word), |number| number.to_string());
        [format!("{} = {value}", word.upper()), format!("\"\"\"{}\"\"\"", quoting(&word.en(), "``", "``"))]
    };
    words.iter().flat_map(lines).collect()
}

fn python_list(what: &str, words: &[impl ToString]) -> Vec<String> {
    wrapped(&format!("\"\"\"{what}: {}. Later versions may have more.\"\"\"", in_prose(words)))
}

fn outcomes([outcome, meaning, next]: [&str; 3], or: &str, says: fn(&Word) -> String) -> Vec<String> {
    let head = ["| # | outcome | meaning | next |".replace("outcome", outcome).replace("meaning", meaning).replace("next", next)];
    let row = |code: &Code| {
        let usual = Says::new(*code);
        let mut next = vec![format!("`{}`", usual.next()), format!("`{}`", usual.confirm(Confirm::Required).next())];
        next.dedup();
        format!("| {} | `{code}` | {} | {} |", *code as i32, says(&(*code).into()), next.join(or))
    };
    head.into_iter().chain(["| --- | --- | --- | --- |".into()]).chain(Code::ALL.iter().map(row)).collect()
}

fn members([member, title]: [&str; 2], colon: &str, says: fn(&Word) -> String) -> Vec<String> {
    let told = |name: &str, words: Vec<Word>| {
        let said = |word: &Word| format!("`{}`{colon}{}", word.word, says(word).trim_end_matches('.'));
        let words: Vec<String> = words.iter().map(said).collect();
        format!("| `{name}` | {} |", words.join(" · "))
    };
    let listed = |name: &str, words: &[String]| format!("| `{name}` | `{}` |", words.join("` · `"));
    let kinds: Vec<String> = Kind::ALL.iter().map(Kind::to_string).collect();
    vec![
        format!("| {member} | {title} |"),
        "| --- | --- |".into(),
        told("next", words(Next::ALL)),
        told("retry", words(Retry::ALL)),
        told("confirm", words(Confirm::ALL)),
        told("evidence", words(Evidence::ALL)),
        listed("reason", &reasons()),
        listed("error", &kinds),
    ]
}

/// What a diagnosis may find, in one language: 0 is English, 1 Chinese.
fn findings(head: [&str; 4], language: usize) -> Vec<String> {
    let row = |[step, word, en, zh, todo, todo_zh]: &[&str; 6]| match language {
        0 => format!("| `{step}` | `{word}` | {en} | {todo} |"),
        _ => format!("| `{step}` | `{word}` | {zh} | {todo_zh} |"),
    };
    let head = [format!("| {} |", head.join(" | ")), "| --- | --- | --- | --- |".into()];
    head.into_iter().chain(chexiao::face::json::findings().iter().map(row)).collect()
}

/// Items with a comma after each but the last.
fn ended(items: Vec<String>, end: &str) -> Vec<String> {
    (items.join(",\n") + end).lines().map(String::from).collect()
}

/// At most 110 characters a line.
pub(crate) fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() || line.len() + word.len() < 110 => *line = format!("{line} {word}").trim_start().into(),
            _ => lines.push(word.into()),
        }
    }
    lines
}

fn in_prose(words: &[impl ToString]) -> String {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    words.split_last().map_or_else(String::new, |(last, others)| format!("{} or {last}", others.join(", ")))
}
