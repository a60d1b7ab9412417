//! What spreadsheets make of long numbers and of empty cells. Nothing is repaired: which digits were there nobody knows any more.

/// What is wrong with a text, and what to do about it, in English and Chinese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Damage {
    pub(super) what: &'static str,
    pub(super) en: &'static str,
    pub(super) zh: &'static str,
}

/// Excel keeps so many digits of a number, and writes zeros for the others.
const KEPT_DIGITS: usize = 15;
/// From so many zeros on behind those it is no accident: 1 of 100,000 numbers ends so by itself.
const LOST_DIGITS: usize = 5;

const AS_TEXT: (&str, &str) = (
    "export it again with the column formatted as text, from where it came and not from this file",
    "请将该列设为文本格式后从原始来源重新导出，不要在此文件上修改",
);
const MEANT: (&str, &str) = (
    "export it again with the column formatted as text, from where it came; if the zeros are meant, give this order as JSON lines",
    "请将该列设为文本格式后从原始来源重新导出；若末尾确实是零，请以 JSON lines 给出该订单",
);
const BY_HAND: (&str, &str) = ("take that character out at its source, or write the cell by hand", "请在来源处删去该字符，或手工重新输入");
const EMPTY: (&str, &str) = ("leave the cell empty, or write the number", "请将单元格留空，或填写单号");

/// What has happened to the text of a cell, if anything has. Whoever writes JSON can say that so many zeros are meant.
pub(super) fn of_cell(text: &str) -> Option<Damage> {
    let rounded =
        Damage { what: "has nothing but zeros after its 15th digit, as spreadsheets round long numbers", en: MEANT.0, zh: MEANT.1 };
    of(text).or(is_rounded(text).then_some(rounded))
}

/// The same of any text.
pub(super) fn of(text: &str) -> Option<Damage> {
    let damage = |what, (en, zh)| Some(Damage { what, en, zh });
    match text {
        _ if is_scientific(text) => {
            damage("is in scientific notation, as spreadsheets shorten long numbers: its last digits are lost", AS_TEXT)
        }
        _ if is_whole_float(text) => damage("ends in .0, as a number that went through a table: its last digits may be others", AS_TEXT),
        _ if is_grouped(text) => damage("is a number with separators of thousands", AS_TEXT),
        _ if text.starts_with(['\'', '\u{2018}', '\u{2019}', '\u{ff07}', '`', '\u{b4}']) => damage(
            "begins with an apostrophe, by which spreadsheets tell texts from numbers",
            ("save the column as text without the apostrophe", "请将该列存为文本，并去掉单引号"),
        ),
        _ if text.starts_with('=') => damage("is a formula", ("save the values instead of the formulas", "请保存为值，而不是公式")),
        _ if text.starts_with('#') && is_error_of_a_sheet(text) => damage("is what a spreadsheet writes where it has no value", AS_TEXT),
        _ if EMPTIES.contains(&text) => damage("is what a program writes for a cell without a value", EMPTY),
        _ if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) => {
            damage("begins or ends with a space", ("take the space out at its source", "请在来源处删去首尾空格"))
        }
        _ if text.contains('\u{fffd}') => damage("holds a character that was lost on the way (U+FFFD)", BY_HAND),
        _ if text.contains(is_unseen) => damage("holds a character that nobody sees", BY_HAND),
        _ if is_full_width(text) => damage("has full-width letters or digits", ("write it in half-width characters", "请改用半角字符")),
        _ => None,
    }
}

/// As spreadsheets and programs write them: with a point, a sign of the exponent, or both. `12E5` alone may be an order number.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.strip_prefix(['+', '-']).unwrap_or(text).split_once(['e', 'E']) else { return false };
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let is_signed = exponent.starts_with(['+', '-']);
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    (is_signed || mantissa.len() > whole.len())
        && is_number(whole)
        && is_number(exponent)
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_whole_float(text: &str) -> bool {
    text.split_once('.').is_some_and(|(whole, zeros)| is_number(whole) && !zeros.is_empty() && zeros.bytes().all(|byte| byte == b'0'))
}

fn is_rounded(text: &str) -> bool {
    is_number(text) && text.get(KEPT_DIGITS..).is_some_and(|lost| lost.len() >= LOST_DIGITS && lost.bytes().all(|byte| byte == b'0'))
}

fn is_grouped(text: &str) -> bool {
    let mut groups = text.split(',');
    let first = groups.next().unwrap_or_default();
    let mut others = groups.peekable();
    is_number(first) && first.len() <= 3 && others.peek().is_some() && others.all(|group| is_number(group) && group.len() == 3)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_error_of_a_sheet(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'#') || ["#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#DIV/0!"].contains(&text)
}

/// Of pandas, Python, SQL and JavaScript.
const EMPTIES: [&str; 14] = ["nan", "NaN", "NAN", "None", "null", "NULL", "Null", "(null)", "\\N", "N/A", "NA", "<NA>", "NaT", "undefined"];

/// Controls, and what has no width or turns the text around it.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{a0}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Of an input method that was left on. Beside Chinese it is punctuation.
fn is_full_width(text: &str) -> bool {
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}');
    text.contains(is_wide) && text.chars().all(|c| c.is_ascii() || is_wide(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_spreadsheets_do_is_seen() {
        for text in [
            "4.20001E+27",
            "4.2E+27",
            "4E+27",
            "4,20001E+27",
            "4.200010e+27",
            "1e+22",
            "1.5e22",
            "-1.2E-05",
            "+4.2E+27",
            "1.E+10",
            "4200001234.0",
            "17.000",
            "12345678901234500000",
            "1234567890123450000000000000",
            "1,234",
            "12,345,678",
            "'4200001",
            "\u{2019}4200001",
            "\u{2018}4200001",
            "\u{ff07}4200001",
            "`42",
            "=\"4200001\"",
            "=A1",
            "########",
            "#",
            "#N/A",
            "#NAME?",
            "#REF!",
            "nan",
            "NULL",
            "\\N",
            "None",
            " A1",
            "A1 ",
            "A1\u{a0}",
            "\tA1",
            "A1\u{3000}",
            "A1\u{200b}",
            "\u{feff}A1",
            "A\u{202e}1",
            "A\u{fffd}1",
            "A\u{0}1",
            "１２３",
            "ＡＢ-1",
        ] {
            assert!(of_cell(text).is_some(), "{text:?}");
        }
    }

    #[test]
    fn what_an_order_may_be_called_is_left_alone() {
        for text in [
            "",
            "4200001234567890123456789012",
            "12345678901234560000",
            "1234567890123450000",
            "20241129000000100001",
            "12E5",
            "1E5",
            "9E10A",
            "0012",
            "A1.0",
            "1.5",
            "a,b",
            "1,23",
            "1234,567",
            "1217752501201407033233368018",
            "A#1",
            "#A1",
            "x'y",
            "A=1",
            "NAN1",
            "nano",
            "2024-11-29",
            "备注,有逗号",
            "订单",
            "ＡＢ订单",
            "A B",
            "1217_75-25|01*40@70",
        ] {
            assert_eq!(of_cell(text), None, "{text:?}");
        }
    }

    #[test]
    fn in_json_zeros_may_be_meant() {
        assert_eq!(of("12345678901234500000"), None);
        assert!(of("4.2E+27").is_some());
    }
}
