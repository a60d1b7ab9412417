//! What to write instead, where a document is not as it must be: made from what stands there, without repeating it.

use super::json::Malformed;
use crate::ground::key_fault::Remedy;
use crate::ground::near::nearest;
use crate::ground::text::Unseen;
use serde::de::Unexpected;

/// Where the members of the call and of the configuration themselves belong.
const ABOVE_ORDER: [&str; 4] = ["operation", "msg_id", "timestamp", "nonce"];
const ABOVE_ACCOUNT: [&str; 7] = ["gateway", "base_url", "environment", "connect_timeout_ms", "deadline_ms", "proxy", "ca_file"];

/// A value of another type than `wanted`, as serde words it.
pub(super) fn of_type(found: Unexpected<'_>, wanted: &str) -> Remedy {
    let is_number = |text: &str| !text.trim().is_empty() && text.trim().bytes().all(|byte| byte.is_ascii_digit());
    let (en, zh) = match (wanted, found) {
        (_, Unexpected::Unit) => ("give it a value, or leave the member out", "请给出值，或删去该项"),
        ("u16" | "u32" | "u64", Unexpected::Str(text)) if is_number(text) => {
            ("write the number without quotes, such as 3000", "请去掉引号，直接写数字，例如 3000")
        }
        ("u16" | "u32" | "u64", Unexpected::Str(_)) => {
            ("write a whole number without quotes and without a unit, such as 3000", "请写整数，不带引号和单位，例如 3000")
        }
        ("u16" | "u32" | "u64", _) => {
            ("write a whole number without sign, point or exponent, such as 3000", "请写不带符号、小数点和指数的整数，例如 3000")
        }
        ("a boolean", Unexpected::Str(_)) => ("write true or false without quotes", "请写 true 或 false，不带引号"),
        ("a boolean", _) => ("write true or false", "请写 true 或 false"),
        ("a string", Unexpected::Signed(_) | Unexpected::Float(_)) => {
            ("put it in quotes: numbers lose leading zeros and last digits", "请加上引号：数字会丢失前导零和末尾数位")
        }
        ("a string", Unexpected::Seq) => ("write the one text in quotes, without [ ]", "请写单个文本并加引号，不要用 [ ]"),
        ("a string", _) => ("write a text in quotes", "请写带引号的文本"),
        (_, Unexpected::Str(text)) if text.trim_start().starts_with('{') => {
            ("write the object itself, { … }, not a text that holds one", "请直接写对象 { … }，而不是装有对象的文本")
        }
        (_, Unexpected::Seq) => ("write the one object, { … }, without [ ]", "请写单个对象 { … }，不要用 [ ]"),
        _ => ("write an object: { … }", "请写对象：{ … }"),
    };
    Remedy::of(en, zh)
}

/// A word that is none of these.
pub(super) fn of_word(word: &str, known: &[&str]) -> Remedy {
    match nearest(word, known) {
        Some(meant) => Remedy::of(format!("write \"{meant}\", exactly so"), format!("请写作 \"{meant}\"，大小写和符号须完全一致")),
        None => Remedy::of("write one of them, exactly so", "请写其中之一，大小写和符号须完全一致"),
    }
}

/// A member that is not known where it stands.
pub(super) fn of_key(key: &str, known: &[&str]) -> Remedy {
    let has = |name: &str| known.contains(&name);
    let above = |names: &[&'static str]| nearest(key, names).filter(|meant| key.len() + 1 >= meant.len() && !has(meant));
    let moved = |meant: &str, beside: &str| {
        Remedy::of(format!("write `{meant}` beside `{beside}`, not in it"), format!("请将 `{meant}` 写在 `{beside}` 旁边，而不是其中"))
    };
    if let Some(meant) = nearest(key, known) {
        return Remedy::of(format!("write `{meant}`, if that is meant"), format!("若指 `{meant}`，请照此书写"));
    }
    match (above(&ABOVE_ACCOUNT), above(&ABOVE_ORDER)) {
        (Some(meant), _) if !has("account") && !has("order") && !has("operation") => moved(meant, "account"),
        (_, Some(meant)) if !has("order") && !has("account") => moved(meant, "order"),
        _ if has("account") => {
            Remedy::of("leave it out; settings of the merchant belong into `account`", "请删去；商户的配置项应写在 `account` 中")
        }
        _ if has("order") => Remedy::of("leave it out; fields of the order belong into `order`", "请删去；订单的字段应写在 `order` 中"),
        _ => Remedy::of("leave it out, or write one of the known keys", "请删去，或改为已知的键"),
    }
}

/// A member that must be there.
pub(super) fn of_missing(key: &str) -> Remedy {
    Remedy::of(format!("add `{key}`"), format!("请补上 `{key}`"))
}

/// Text that is no JSON: what stands at the place, where that tells why; and the remedy.
pub(super) fn of_syntax(text: &str, bad: &Malformed) -> (Option<Unseen>, Remedy) {
    let (before, rest) = text.split_at_checked(bad.at).unwrap_or((text, ""));
    let unseen = rest.chars().next().filter(|c| !" \t\r\n".contains(*c)).and_then(|_| Unseen::at(text, bad.at));
    let begins = |starts: &[&str]| starts.iter().any(|start| rest.starts_with(start));
    let (en, zh) = match bad.what.as_str() {
        _ if text.trim_end().ends_with(".json") && !text.trim_start().starts_with(['{', '[']) => {
            ("pass what the file holds, not its name", "请传入文件的内容，而不是文件名")
        }
        _ if text.trim().is_empty() => ("it is empty: write { … }", "内容为空：请写 { … }"),
        "duplicate key" => ("leave one of the two out", "请删去二者之一"),
        "an unknown escape" => {
            ("write \\\\ for each backslash, as in C:\\\\keys, or / in paths", "反斜杠请写成 \\\\，例如 C:\\\\keys，路径中也可用 /")
        }
        "a control character inside a string" => {
            ("write line breaks inside a text as \\n and tabs as \\t", "文本中的换行请写成 \\n，制表符写成 \\t")
        }
        "the text ends inside a string" => {
            ("a closing quote is missing: write it, or copy the whole text again", "缺少结尾的引号：请补上，或重新完整复制")
        }
        "something stands after the JSON value" => {
            ("leave out what stands there: one document, nothing after it", "请删去其后的内容：只能有一个文档")
        }
        _ if begins(&["'", "\u{201c}", "\u{201d}", "\u{2018}", "\u{2019}", "`"]) => {
            ("write \" around names and texts", "名称和文本请用英文双引号 \"")
        }
        _ if begins(&["//", "/*", "#"]) => ("leave the comment out: JSON has none", "请删去注释：JSON 不支持注释"),
        _ if begins(&["True", "False", "None", "nil", "undefined", "NaN", "TRUE", "FALSE", "NULL"]) => {
            ("write true, false or null, as JSON has them", "请按 JSON 写作 true、false 或 null")
        }
        _ if unseen.is_some() => ("type that character again by hand, as ASCII", "请以半角英文手工重新输入该字符"),
        _ if before.trim_end().ends_with(',') && begins(&["}", "]"]) => {
            ("leave out the comma after the last member", "请删去最后一项之后的逗号")
        }
        "a member name is expected here" => ("write the name in quotes", "名称请加双引号"),
        _ if rest.is_empty() => {
            ("it ends early: copy the whole text again, up to its last brace", "内容不完整：请重新完整复制，直到最后的括号")
        }
        _ => ("correct the JSON at that place", "请更正该处的 JSON"),
    };
    (unseen, Remedy::of(en, zh))
}
