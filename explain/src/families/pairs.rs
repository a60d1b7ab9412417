//! The stages of gateways that sign `a=1&b=2`.

use super::MOST_NAMES;
use super::parse::decoded;
use crate::seal::{Hash, hex};
use crate::search::{Draft, Pair, SECRET, Stage};
use crate::text::{Charset, Escape, escaped, percent_decoded_bytes, unicode_escaped, xml_escaped};
use crate::tree::{Tree, is_idle, rewritten};
use sm3::Digest as _;

/// The parameters of a draft, changed.
pub(super) fn with_pairs(draft: &Draft, change: impl FnOnce(Vec<Pair>) -> Vec<Pair>) -> Option<Draft> {
    Some(Draft { pairs: change(draft.pairs.clone()), ..draft.clone() })
}

pub(super) fn with_text(draft: &Draft, text: String) -> Option<Draft> {
    Some(Draft { text, ..draft.clone() })
}

/// Values out of the escapes of a form.
pub(super) fn form_values(charset: Charset) -> Stage {
    let of = move |draft: &Draft, decode: &dyn Fn(&Pair) -> Option<String>| {
        Some(Draft { pairs: decoded(&draft.pairs, decode)?, ..draft.clone() })
    };
    let text = move |bytes: &[u8]| charset.decode(bytes).or_else(|| charset.other().decode(bytes));
    let lossy = move |bytes: &[u8]| text(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    let anew = move |escape| move |draft: &Draft| of(draft, &|pair| Some(escaped(&pair.bytes, escape)));
    Stage::new(move |draft| of(draft, &|pair| Some(lossy(&pair.bytes))))
        .or("plus_lost", move |draft| of(draft, &|pair| text(&percent_decoded_bytes(&pair.wire, false))))
        .or("values_url_encoded", move |draft| of(draft, &|pair| Some(pair.wire.clone())))
        .or("values_url_encoded", anew(Escape::Form))
        .or_of("values_url_encoded", "%20", anew(Escape::Query))
        .or_of("values_url_encoded", "lower-case digits", anew(Escape::LowerForm))
        .or("double_encoded", move |draft| of(draft, &|pair| text(&percent_decoded_bytes(&String::from_utf8_lossy(&pair.bytes), true))))
        .or_of("body_charset", charset.other().name(), move |draft| of(draft, &|pair| charset.other().decode(&pair.bytes)))
}

/// Values out of XML.
pub(super) fn xml_values() -> Stage {
    let map = |draft: &Draft, value: &dyn Fn(&Pair) -> String| {
        Some(Draft { pairs: decoded(&draft.pairs, &|pair| Some(value(pair)))?, ..draft.clone() })
    };
    let anew = move |escape| move |draft: &Draft| map(draft, &|pair| escaped(pair.value.as_bytes(), escape));
    Stage::new(|draft| Some(draft.clone()))
        .or("cdata_counted", move |draft| {
            let has_cdata = draft.pairs.iter().any(|pair| pair.wire.contains("<![CDATA["));
            if has_cdata { map(draft, &|pair| pair.wire.clone()) } else { None }
        })
        .or("cdata_counted", move |draft| {
            map(draft, &|pair| if pair.value.is_empty() { String::new() } else { format!("<![CDATA[{}]]>", pair.value) })
        })
        .or("xml_escapes_counted", move |draft| map(draft, &|pair| xml_escaped(&pair.value)))
        .or("xml_escapes_counted", move |draft| map(draft, &|pair| pair.wire.replace("<![CDATA[", "").replace("]]>", "")))
        .or("values_url_encoded", anew(Escape::Form))
        .or_of("values_url_encoded", "%20", anew(Escape::Query))
        .or_of("values_url_encoded", "lower-case digits", anew(Escape::LowerForm))
}

/// Which parameters take part.
pub(super) struct Picked {
    /// The parameter that holds the signature.
    pub(super) sign: &'static str,
    /// The names in the message, each of which may have been forgotten.
    pub(super) names: Vec<String>,
    /// What is signed by some who do not send it.
    pub(super) unsent: Vec<(&'static str, &'static str)>,
    /// Whether the secret belongs behind them.
    pub(super) has_key: bool,
    /// Whether a value of blanks is as good as none.
    pub(super) blank_is_empty: bool,
}

pub(super) fn picked(picked: Picked) -> Stage {
    let Picked { sign, names, unsent, has_key, blank_is_empty } = picked;
    let is_empty = move |pair: &Pair| pair.value.is_empty() || blank_is_empty && pair.value.trim().is_empty();
    let pick = move |draft: &Draft| {
        with_pairs(draft, |mut pairs| {
            pairs.retain(|pair| pair.name != sign && !is_empty(pair));
            pairs
        })
    };
    let emptied = move |word: &'static str| {
        move |draft: &Draft| {
            with_pairs(draft, |pairs| {
                let kept = pairs.into_iter().filter(|pair| pair.name != sign);
                kept.map(|pair| if is_empty(&pair) { Pair { value: word.into(), ..pair } } else { pair }).collect()
            })
        }
    };
    let plus = move |draft: &Draft, name: &str, value: &str| {
        let added = Pair { name: name.into(), value: value.into(), ..Pair::default() };
        with_pairs(&pick(draft)?, |pairs| pairs.into_iter().chain([added]).collect())
    };
    let mut stage = Stage::new(pick)
        .or("empty_kept", move |draft| {
            with_pairs(draft, |mut pairs| {
                pairs.retain(|pair| pair.name != sign);
                pairs
            })
        })
        .or("null_signed", emptied("null"))
        .or_of("null_signed", "None", emptied("None"))
        .or_of("null_signed", "undefined", emptied("undefined"))
        .or("sign_kept", move |draft| {
            with_pairs(draft, |mut pairs| {
                pairs.retain(|pair| !is_empty(pair));
                pairs
            })
        })
        .or("sign_empty_kept", move |draft| plus(draft, sign, ""));
    for name in names.into_iter().filter(|name| name != sign).take(MOST_NAMES) {
        let detail = name.clone();
        stage = stage.or_of("field_left_out", detail, move |draft| {
            with_pairs(&pick(draft)?, |mut pairs| {
                pairs.retain(|pair| pair.name != name);
                pairs
            })
        });
    }
    for (name, value) in unsent {
        let of_detail = format!("{name}={value}");
        stage = stage.or_of("field_not_sent", of_detail, move |draft| match draft.pairs.iter().any(|pair| pair.name == name) {
            true => None,
            false => plus(draft, name, value),
        });
    }
    if has_key {
        stage = stage.or("key_sorted_in", move |draft| Some(Draft { keyed: true, ..plus(draft, "key", &SECRET.to_string())? }));
    }
    stage
}

/// Whether JSON in a value is signed as it is sent.
pub(super) fn json_in_values() -> Stage {
    let mut stage = Stage::new(|draft| Some(draft.clone()));
    for (mistake, detail, rewrite) in rewritten() {
        stage = stage.or_of(mistake, detail, move |draft| {
            with_pairs(draft, |pairs| {
                let write = |pair: Pair| match Tree::read(&pair.value).filter(|_| pair.value.trim_start().starts_with(['{', '['])) {
                    Some(tree) => match rewrite(tree.clone()) {
                        text if is_idle(mistake, &tree, &text) => pair,
                        value => Pair { value, ..pair },
                    },
                    None => pair,
                };
                pairs.into_iter().map(write).collect()
            })
        });
    }
    stage.or("json_flattened", |draft| with_pairs(draft, |pairs| pairs.into_iter().flat_map(flattened).collect()))
}

fn flattened(pair: Pair) -> Vec<Pair> {
    match Tree::read(&pair.value) {
        Some(Tree::Object(members)) => {
            let member = |(name, value): (String, Tree)| Pair {
                name,
                value: value.word().map_or_else(|| value.compact(), String::from),
                ..Pair::default()
            };
            members.into_iter().map(member).collect()
        }
        _ => vec![pair],
    }
}

/// What becomes of the values, whatever is in them.
pub(super) fn values() -> Stage {
    let map = |draft: &Draft, change: fn(&str) -> String| {
        with_pairs(draft, |pairs| pairs.into_iter().map(|pair| Pair { value: change(&pair.value), ..pair }).collect())
    };
    let mut stage = Stage::new(|draft| Some(draft.clone()));
    for (form, write) in crate::time::FORMS {
        stage = stage.or_of("timestamp_other", *form, move |draft| {
            with_pairs(draft, |pairs| {
                let change = |pair: Pair| match crate::time::read(&pair.value).filter(|_| pair.name.eq_ignore_ascii_case("timestamp")) {
                    Some(time) => Pair { value: write(time), ..pair },
                    None => pair,
                };
                pairs.into_iter().map(change).collect()
            })
        });
    }
    stage
        .or("values_trimmed", move |draft| map(draft, |value| value.trim().into()))
        .or("values_lower_case", move |draft| map(draft, str::to_lowercase))
        .or("values_upper_case", move |draft| map(draft, str::to_uppercase))
        .or("values_unicode_escaped", move |draft| map(draft, unicode_escaped))
        .or("values_quoted", move |draft| map(draft, |value| format!("\"{value}\"")))
        .or("names_lower_case", |draft| {
            with_pairs(draft, |pairs| pairs.into_iter().map(|pair| Pair { name: pair.name.to_lowercase(), ..pair }).collect())
        })
}

pub(super) fn order() -> Stage {
    let sorted = |draft: &Draft, compare: fn(&Pair, &Pair) -> std::cmp::Ordering| {
        with_pairs(draft, |mut pairs| {
            pairs.sort_by(compare);
            pairs
        })
    };
    Stage::new(move |draft| sorted(draft, |a, b| a.name.cmp(&b.name)))
        .or("order_as_sent", |draft| Some(draft.clone()))
        .or("order_ignoring_case", move |draft| sorted(draft, |a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase())))
        .or("order_reversed", move |draft| sorted(draft, |a, b| b.name.cmp(&a.name)))
        .or("order_by_value", move |draft| sorted(draft, |a, b| a.value.cmp(&b.value)))
        .or("order_by_length", move |draft| sorted(draft, |a, b| (a.name.len(), &a.name).cmp(&(b.name.len(), &b.name))))
}

pub(super) fn joined() -> Stage {
    let join = |draft: &Draft, equals: &str, between: &str| {
        let parts: Vec<String> = draft.pairs.iter().map(|pair| format!("{}{equals}{}", pair.name, pair.value)).collect();
        with_text(draft, parts.join(between))
    };
    Stage::new(move |draft| join(draft, "=", "&"))
        .or("separators_missing", move |draft| join(draft, "", ""))
        .or_of("separators_other", "=", move |draft| join(draft, "=", ""))
        .or_of("separators_other", ",", move |draft| join(draft, "=", ","))
        .or_of("separators_other", ", ", move |draft| join(draft, "=", ", "))
        .or_of("separators_other", ";", move |draft| join(draft, "=", ";"))
        .or_of("separators_other", "|", move |draft| join(draft, "=", "|"))
        .or_of("separators_other", "\\n", move |draft| join(draft, "=", "\n"))
        .or_of("separators_other", ":", move |draft| join(draft, ":", "&"))
        .or_of("separators_other", "&amp;", move |draft| join(draft, "=", "&amp;"))
        .or("ampersand_first", move |draft| with_text(draft, format!("&{}", join(draft, "=", "&")?.text)))
        .or("ampersand_last", move |draft| with_text(draft, format!("{}&", join(draft, "=", "&")?.text)))
        .or("values_only", |draft| with_text(draft, draft.pairs.iter().map(|pair| pair.value.as_str()).collect()))
        .or("pairs_as_json", |draft| {
            let members = draft.pairs.iter().map(|pair| (pair.name.clone(), Tree::Text(pair.value.clone()))).collect();
            with_text(draft, Tree::Object(members).compact())
        })
        .or("pairs_as_xml", |draft| {
            let elements: String = draft.pairs.iter().map(|pair| format!("<{0}>{1}</{0}>", pair.name, pair.value)).collect();
            with_text(draft, format!("<xml>{elements}</xml>"))
        })
}

/// From text to bytes.
pub(super) fn encoded(charset: Charset) -> Stage {
    let with_bytes = |draft: &Draft, bytes: Vec<u8>| Some(Draft { bytes, text: String::new(), pairs: Vec::new(), ..draft.clone() });
    let question = |draft: &Draft| draft.text.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect::<String>();
    Stage::new(move |draft| with_bytes(draft, charset.encode(&draft.text).unwrap_or_else(|| draft.text.clone().into())))
        .or_of("charset_other", charset.other().name(), move |draft| with_bytes(draft, charset.other().encode(&draft.text)?))
        .or("text_mojibake", move |draft| {
            let bytes = charset.encode(&draft.text)?;
            with_bytes(draft, bytes.into_iter().map(char::from).collect::<String>().into_bytes())
        })
        .or("charset_lost", move |draft| with_bytes(draft, question(draft).into()))
        .or_of("charset_other", "UTF-16", move |draft| with_bytes(draft, draft.text.encode_utf16().flat_map(u16::to_be_bytes).collect()))
}

/// What becomes of the whole before it is signed.
pub(super) fn finished() -> Stage {
    let map = |draft: &Draft, bytes: Vec<u8>| Some(Draft { bytes, ..draft.clone() });
    let around = move |before: &'static [u8], after: &'static [u8]| move |draft: &Draft| map(draft, [before, &draft.bytes, after].concat());
    let text = move |draft: &Draft, change: fn(&str) -> String| {
        std::str::from_utf8(&draft.bytes).ok().and_then(|text| map(draft, change(text).into_bytes()))
    };
    Stage::new(|draft| Some(draft.clone()))
        .or_of("newline_last", "\\n", around(b"", b"\n"))
        .or_of("newline_last", "\\r\\n", around(b"", b"\r\n"))
        .or("blank_around", around(b"", b" "))
        .or("blank_around", around(b" ", b""))
        .or("bom_first", around(b"\xEF\xBB\xBF", b""))
        .or("zero_last", around(b"", b"\0"))
        .or("text_lower_case", move |draft| text(draft, str::to_lowercase))
        .or("text_upper_case", move |draft| text(draft, str::to_uppercase))
        .or("text_quoted", around(b"\"", b"\""))
        .or("text_base64", move |draft| {
            if draft.bytes.contains(&(SECRET as u8)) { None } else { map(draft, chexiao_strict::base64::base64(&draft.bytes).into_bytes()) }
        })
        .or("text_url_encoded", move |draft| map(draft, escaped(&draft.bytes, Escape::Form).replace("%01", "\u{1}").into_bytes()))
        .or_of("text_url_encoded", "%20", move |draft| {
            map(draft, escaped(&draft.bytes, Escape::Query).replace("%01", "\u{1}").into_bytes())
        })
}

/// The same, and a hash in the place of the whole: of signatures that hash by themselves.
pub(super) fn finished_or_hashed() -> Stage {
    let map = |draft: &Draft, bytes: Vec<u8>| Some(Draft { bytes, ..draft.clone() });
    let hashed = move |hash: Hash, write: fn(&[u8]) -> String| move |draft: &Draft| map(draft, write(&hash.of(&draft.bytes)).into_bytes());
    let mut stage = finished();
    for hash in [Hash::Md5, Hash::Sha1, Hash::Sha256] {
        stage = stage
            .or_of("hashed_twice", hash.name(), hashed(hash, hex))
            .or_of("hashed_twice", hash.name(), hashed(hash, |digest| hex(digest).to_uppercase()))
            .or_of("hashed_twice", hash.name(), hashed(hash, chexiao_strict::base64::base64))
            .or_of("hashed_twice", hash.name(), move |draft| map(draft, hash.of(&draft.bytes)))
            .or_of("hashed_twice", "DigestInfo", move |draft| map(draft, [hash.digest_info(), &hash.of(&draft.bytes)].concat()));
    }
    stage
}

/// The same of gateways whose signatures hash by SM3.
pub(super) fn finished_or_hashed_by_sm3() -> Stage {
    let hashed =
        |write: fn(&[u8]) -> Vec<u8>| move |draft: &Draft| Some(Draft { bytes: write(&sm3::Sm3::digest(&draft.bytes)), ..draft.clone() });
    finished_or_hashed()
        .or_of("hashed_twice", "SM3", hashed(|digest| hex(digest).into_bytes()))
        .or_of("hashed_twice", "SM3", hashed(|digest| hex(digest).to_uppercase().into_bytes()))
        .or_of("hashed_twice", "SM3", hashed(|digest| chexiao_strict::base64::base64(digest).into_bytes()))
}
