//! JSON as other libraries write it: one document, read once, written in all the ways that are known to differ.

use crate::text::unicode_escaped;
use chexiao_strict::json::{self, Node, Value};

/// A JSON value: members in their order, numbers as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Tree {
    /// `null`, `true`, `false` and numbers.
    Plain(String),
    Text(String),
    List(Vec<Tree>),
    Object(Members),
}

/// The members of an object.
pub(crate) type Members = Vec<(String, Tree)>;

/// A mistake, a detail, and the text that it makes of a document.
pub(crate) type Rewriting = (&'static str, &'static str, fn(Tree) -> String);

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Style {
    /// After `:` and `,`.
    pub(crate) blanks: bool,
    /// Line by line, with so many blanks; 9 is a tab.
    pub(crate) indent: usize,
    /// `\/`, as PHP writes.
    pub(crate) slashes: bool,
    /// `\uXXXX`, as Python and PHP write.
    pub(crate) ascii: bool,
    /// `\u003d` and the like, as Gson and Go write.
    pub(crate) html: bool,
}

impl Tree {
    /// `None` if it is no JSON.
    pub(crate) fn read(text: &str) -> Option<Self> {
        json::parse(text).ok().map(|node| Self::of(&node))
    }

    fn of(node: &Node<'_>) -> Self {
        match &node.value {
            Value::String(text) => Self::Text(text.to_string()),
            Value::Array(items) => Self::List(items.iter().map(Self::of).collect()),
            Value::Object(members) => Self::Object(members.iter().map(|(name, node)| (name.to_string(), Self::of(node))).collect()),
            Value::Null | Value::Bool(_) | Value::Number(_) => Self::Plain(node.raw.into()),
        }
    }

    pub(crate) fn compact(&self) -> String {
        self.write(Style::default())
    }

    pub(crate) fn write(&self, style: Style) -> String {
        let mut out = String::new();
        self.put(&mut out, style, 0);
        out
    }

    fn put(&self, out: &mut String, style: Style, depth: usize) {
        match self {
            Self::Plain(text) => out.push_str(text),
            Self::Text(text) => out.push_str(&quoted(text, style)),
            Self::List(items) => all(out, style, depth, ['[', ']'], items, |out, item| item.put(out, style, depth + 1)),
            Self::Object(members) => all(out, style, depth, ['{', '}'], members, |out, (name, value)| {
                out.push_str(&quoted(name, style));
                out.push_str(if style.blanks || style.indent > 0 { ": " } else { ":" });
                value.put(out, style, depth + 1);
            }),
        }
    }

    /// The same with every object changed, from within.
    pub(crate) fn objects(self, change: &dyn Fn(Members) -> Members) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(|item| item.objects(change)).collect()),
            Self::Object(members) => Self::Object(change(members.into_iter().map(|(name, value)| (name, value.objects(change))).collect())),
            plain => plain,
        }
    }

    /// The same with every value that is no list and no object changed.
    pub(crate) fn leaves(self, change: &dyn Fn(Tree) -> Tree) -> Self {
        match self {
            Self::List(items) => Self::List(items.into_iter().map(|item| item.leaves(change)).collect()),
            Self::Object(members) => Self::Object(members.into_iter().map(|(name, value)| (name, value.leaves(change))).collect()),
            leaf => change(leaf),
        }
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Tree> {
        match self {
            Self::Object(members) => members.iter().find(|(known, _)| known == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// A text, or a number as it is written.
    pub(crate) fn word(&self) -> Option<&str> {
        match self {
            Self::Plain(text) | Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The names of all members that are no list and no object, wherever they stand, with what they say.
    pub(crate) fn words(&self) -> Vec<(String, String)> {
        let of_member = |(name, value): &(String, Tree)| match value.word() {
            Some(word) => vec![(name.clone(), word.into())],
            None => value.words(),
        };
        match self {
            Self::Object(members) => members.iter().flat_map(of_member).collect(),
            Self::List(items) => items.iter().flat_map(Self::words).collect(),
            Self::Plain(_) | Self::Text(_) => Vec::new(),
        }
    }

    /// As Java's `Map.toString` shows it: `{a=1, b=2}`.
    pub(crate) fn java(&self) -> String {
        match self {
            Self::Plain(text) | Self::Text(text) => text.clone(),
            Self::List(items) => format!("[{}]", items.iter().map(Self::java).collect::<Vec<_>>().join(", ")),
            Self::Object(members) => {
                format!("{{{}}}", members.iter().map(|(name, value)| format!("{name}={}", value.java())).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// As Python's `str(dict)` shows it: `{'a': 1}`.
    pub(crate) fn python(&self) -> String {
        match self {
            Self::Plain(text) => match text.as_str() {
                "null" => "None".into(),
                "true" => "True".into(),
                "false" => "False".into(),
                number => number.into(),
            },
            Self::Text(text) => format!("'{text}'"),
            Self::List(items) => format!("[{}]", items.iter().map(Self::python).collect::<Vec<_>>().join(", ")),
            Self::Object(members) => {
                let members = members.iter().map(|(name, value)| format!("'{name}': {}", value.python()));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

fn all<T>(out: &mut String, style: Style, depth: usize, [open, close]: [char; 2], items: &[T], put: impl Fn(&mut String, &T)) {
    let line = |out: &mut String, depth: usize| {
        if style.indent > 0 {
            out.push('\n');
            out.push_str(&if style.indent == 9 { "\t".repeat(depth) } else { " ".repeat(style.indent * depth) });
        }
    };
    out.push(open);
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push_str(if style.blanks && style.indent == 0 { ", " } else { "," });
        }
        line(out, depth + 1);
        put(out, item);
    }
    if !items.is_empty() {
        line(out, depth);
    }
    out.push(close);
}

fn quoted(text: &str, style: Style) -> String {
    let mut out = String::new();
    chexiao_strict::write::string(&mut out, text);
    if style.slashes {
        out = out.replace('/', "\\/");
    }
    if style.html {
        for (c, escape) in [('<', "\\u003c"), ('>', "\\u003e"), ('&', "\\u0026"), ('=', "\\u003d"), ('\'', "\\u0027")] {
            out = out.replace(c, escape);
        }
    }
    if style.ascii { unicode_escaped(&out) } else { out }
}

/// A JSON text written anew in a way that is known of other clients, by the name of the mistake that it is to sign one and send another.
pub(crate) fn rewritten() -> Vec<Rewriting> {
    vec![
        ("json_compact", "", |tree| tree.compact()),
        ("json_blanks", "", |tree| tree.write(Style { blanks: true, ..Style::default() })),
        ("json_pretty", "2", |tree| tree.write(Style { indent: 2, ..Style::default() })),
        ("json_pretty", "4", |tree| tree.write(Style { indent: 4, ..Style::default() })),
        ("json_pretty", "tab", |tree| tree.write(Style { indent: 9, ..Style::default() })),
        ("json_slashes", "", |tree| tree.write(Style { slashes: true, ..Style::default() })),
        ("json_unicode", "", |tree| tree.write(Style { ascii: true, ..Style::default() })),
        ("json_unicode", "with blanks", |tree| tree.write(Style { ascii: true, blanks: true, ..Style::default() })),
        ("json_slashes_unicode", "", |tree| tree.write(Style { ascii: true, slashes: true, ..Style::default() })),
        ("json_html", "", |tree| tree.write(Style { html: true, ..Style::default() })),
        ("json_sorted", "", |tree| sorted(tree).compact()),
        ("json_sorted", "with blanks", |tree| sorted(tree).write(Style { blanks: true, ..Style::default() })),
        ("json_reversed", "", |tree| tree.objects(&|members| members.into_iter().rev().collect()).compact()),
        ("json_numbers_as_text", "", |tree| tree.leaves(&number_as_text).compact()),
        ("json_texts_as_numbers", "", |tree| tree.leaves(&text_as_number).compact()),
        ("json_float", "", |tree| tree.leaves(&as_float).compact()),
        ("json_nulls_dropped", "", |tree| without(tree, &|value| *value == Tree::Plain("null".into())).compact()),
        ("json_empties_dropped", "", |tree| without(tree, &|value| *value == Tree::Text(String::new())).compact()),
        ("json_map_text", "", |tree| tree.java()),
        ("json_python_text", "", |tree| tree.python()),
        ("json_as_text", "", |tree| Tree::Text(tree.compact()).compact()),
        ("json_object_not_text", "", |tree| opened(tree).compact()),
    ]
}

pub(crate) fn sorted(tree: Tree) -> Tree {
    tree.objects(&|mut members| {
        members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
        members
    })
}

pub(crate) fn without(tree: Tree, is_dropped: &dyn Fn(&Tree) -> bool) -> Tree {
    tree.objects(&|members| members.into_iter().filter(|(_, value)| !is_dropped(value)).collect())
}

fn is_number(text: &str) -> bool {
    text.trim() == text && matches!(Tree::read(text), Some(Tree::Plain(plain)) if !["null", "true", "false"].contains(&plain.as_str()))
}

pub(crate) fn number_as_text(leaf: Tree) -> Tree {
    match leaf {
        Tree::Plain(text) if is_number(&text) => Tree::Text(text),
        other => other,
    }
}

pub(crate) fn text_as_number(leaf: Tree) -> Tree {
    match leaf {
        Tree::Text(text) if is_number(&text) => Tree::Plain(text),
        other => other,
    }
}

/// As a library writes that holds every number as a floating point number: `1` as `1.0`, `1.00` as `1.0`.
pub(crate) fn as_float(leaf: Tree) -> Tree {
    match leaf {
        Tree::Plain(text) if is_number(&text) => {
            let number = text.parse::<f64>().map_or(text, |number| format!("{number:?}"));
            Tree::Plain(number)
        }
        other => other,
    }
}

/// Where a rewriting does nothing of its own here: it comes to what compact JSON, or JSON with blanks, is anyway.
pub(crate) fn is_idle(mistake: &str, tree: &Tree, text: &str) -> bool {
    !["json_compact", "json_blanks"].contains(&mistake)
        && (text == tree.compact() || text == tree.write(Style { blanks: true, ..Style::default() }))
}

/// Texts that hold an object as that object.
fn opened(tree: Tree) -> Tree {
    tree.leaves(&|leaf| match &leaf {
        Tree::Text(text) if text.starts_with(['{', '[']) => Tree::read(text).unwrap_or(leaf),
        _ => leaf,
    })
}
