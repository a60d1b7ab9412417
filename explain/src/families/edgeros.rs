//! EdgerOS: JSON of the fields and three headers, sorted, RSA with SHA-256 in a header. Its replies: the whole envelope, sorted.

use super::pairs::{encoded, finished_or_hashed, order, with_pairs, with_text};
use super::{Case, MOST_NAMES, body, notice, parse, unreadable};
use crate::message::{Message, Side};
use crate::seal::Hash;
use crate::seal::rsa::{Due, RsaSeal};
use crate::search::{Deviation, Draft, Pair, Stage};
use crate::settings::Settings;
use crate::text::{Charset, unicode_escaped};
use crate::tree::{self, Style, Tree};
use chexiao::Result;

/// What is sent and not signed.
const UNSIGNED: [&str; 2] = ["aco_pay_sdk", "version"];
const DUE: Due = Due::Named(Hash::Sha256);

/// The values of the pairs are JSON here, as it is signed.
pub(super) fn request(settings: &Settings, message: &Message) -> Result<Case> {
    let bad = |what: &str| unreadable(Side::Request, what);
    let text = String::from_utf8_lossy(&message.body).into_owned();
    let mut fields = match Tree::read(&text) {
        Some(Tree::Object(members)) => members.into_iter().map(|(name, value)| (name, value.compact())).collect(),
        Some(_) => return Err(bad("holds JSON that is no object")),
        None if !text.trim().is_empty() => return Err(bad("holds no JSON: EdgerOS takes JSON, or a query")),
        None => of_query(message),
    };
    let of_body = take(&mut fields, "sign");
    let signature = message.header("x-acopay-sign").map(String::from).or(of_body);
    let signature = signature.ok_or_else(|| bad("shows no header x-acopay-sign: the signature of EdgerOS stands there"))?;
    let mut heads = Vec::new();
    for (header, name) in [("x-acopay-mch-no", "mch_no"), ("x-acopay-nonce", "nonce"), ("x-acopay-sign-type", "sign_type")] {
        match message.header(header) {
            Some(value) => heads.push((name.to_string(), Tree::Text(value.into()).compact())),
            None if fields.iter().any(|(known, _)| known == name) => {}
            None => return Err(bad(&format!("shows no header {header}: it takes part in the signature"))),
        }
    }
    let remarks = remarks(settings, &heads);
    let pair = |(name, value): (String, String)| Pair { name, value, ..Pair::default() };
    let pairs: Vec<Pair> = fields.into_iter().chain(heads).map(pair).collect();
    let seal = RsaSeal::open(&signature, DUE, &body::keys(settings, "private_key"));
    let stages = vec![
        picked(&pairs),
        values(),
        order(),
        written(text, message.query().into()),
        framed(message),
        encoded(Charset::Utf8),
        finished_or_hashed(),
    ];
    Ok(Case { charset: Charset::Utf8, stages, start: Draft { pairs, ..Draft::default() }, seal: Box::new(seal), remarks })
}

fn of_query(message: &Message) -> Vec<(String, String)> {
    let pairs = parse::form(message).into_iter();
    pairs.map(|pair| (pair.name, Tree::Text(String::from_utf8_lossy(&pair.bytes).into_owned()).compact())).collect()
}

fn take(fields: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = fields.iter().position(|(known, _)| known == name)?;
    Tree::read(&fields.remove(at).1)?.word().map(String::from)
}

fn picked(pairs: &[Pair]) -> Stage {
    // An empty one that is missing has another name.
    let is_named = |pair: &&Pair| !UNSIGNED.contains(&pair.name.as_str()) && !["null", "\"\""].contains(&pair.value.as_str());
    let signed_names: Vec<String> = pairs.iter().filter(is_named).map(|pair| pair.name.clone()).collect();
    let keep = |draft: &Draft, is_kept: &dyn Fn(&Pair) -> bool| with_pairs(draft, |pairs| pairs.into_iter().filter(is_kept).collect());
    let is_signed = |pair: &Pair| !UNSIGNED.contains(&pair.name.as_str()) && pair.value != "null";
    let mut stage = Stage::new(move |draft| keep(draft, &is_signed))
        .or_of("field_too_many", "version", move |draft| keep(draft, &|pair| pair.name == "version" || is_signed(pair)))
        .or_of("field_too_many", "aco_pay_sdk", move |draft| keep(draft, &|pair| pair.name == "aco_pay_sdk" || is_signed(pair)))
        .or_of("field_too_many", "version, aco_pay_sdk", move |draft| keep(draft, &|pair| pair.value != "null"))
        .or("null_kept", move |draft| keep(draft, &|pair| !UNSIGNED.contains(&pair.name.as_str())))
        .or("empty_dropped", move |draft| keep(draft, &|pair| is_signed(pair) && pair.value != "\"\""))
        .or_of("field_left_out", "mch_no, nonce, sign_type", move |draft| {
            keep(draft, &|pair| is_signed(pair) && !["mch_no", "nonce", "sign_type"].contains(&pair.name.as_str()))
        })
        .or("sign_empty_kept", move |draft| {
            let sign = Pair { name: "sign".into(), value: "\"\"".into(), ..Pair::default() };
            with_pairs(&keep(draft, &is_signed)?, |pairs| pairs.into_iter().chain([sign]).collect())
        })
        .or("header_names_signed", move |draft| {
            with_pairs(&keep(draft, &is_signed)?, |pairs| {
                let rename = |pair: Pair| match pair.name.as_str() {
                    "mch_no" => Pair { name: "x-acopay-mch-no".into(), ..pair },
                    "nonce" => Pair { name: "x-acopay-nonce".into(), ..pair },
                    "sign_type" => Pair { name: "x-acopay-sign-type".into(), ..pair },
                    _ => pair,
                };
                pairs.into_iter().map(rename).collect()
            })
        });
    for name in signed_names.into_iter().take(MOST_NAMES) {
        stage = stage.or_of("field_left_out", name.clone(), move |draft| keep(draft, &|pair| is_signed(pair) && pair.name != name));
    }
    stage
}

/// The JSON of single values.
fn values() -> Stage {
    let written = |draft: &Draft, prepare: fn(Tree) -> Tree, change: &dyn Fn(Tree) -> Tree| {
        let value = |pair: &Pair| Tree::read(&pair.value).map_or(pair.value.clone(), |tree| change(prepare(tree)).compact());
        with_pairs(draft, |pairs| pairs.into_iter().map(|pair| Pair { value: value(&pair), ..pair }).collect())
    };
    let without_nulls: fn(Tree) -> Tree = |tree| tree::without(tree, &|value| *value == Tree::Plain("null".into()));
    let right: fn(Tree) -> Tree = |tree| tree::sorted(tree::without(tree, &|value| *value == Tree::Plain("null".into())));
    let leaves = move |change: fn(Tree) -> Tree| move |draft: &Draft| written(draft, right, &|tree| tree.leaves(&change));
    let texts = move |change: fn(&str) -> String| {
        move |draft: &Draft| {
            let leaf = |leaf: Tree| if let Tree::Text(text) = leaf { Tree::Text(change(&text)) } else { leaf };
            written(draft, right, &|tree| tree.leaves(&leaf))
        }
    };
    Stage::new(move |draft| written(draft, right, &|tree| tree))
        .or("json_numbers_as_text", leaves(tree::number_as_text))
        .or("json_texts_as_numbers", leaves(tree::text_as_number))
        .or("json_float", leaves(tree::as_float))
        .or("json_members_unsorted", move |draft| written(draft, without_nulls, &|tree| tree))
        .or("json_as_text", move |draft| {
            let text = |tree: Tree| if matches!(tree, Tree::Object(_) | Tree::List(_)) { Tree::Text(tree.compact()) } else { tree };
            written(draft, right, &text)
        })
        .or("values_url_encoded", texts(|text| crate::text::escaped(text.as_bytes(), crate::text::Escape::Form)))
        .or_of("values_url_encoded", "%20", texts(|text| crate::text::escaped(text.as_bytes(), crate::text::Escape::Query)))
        .or("values_trimmed", texts(|text| text.trim().into()))
        .or("values_lower_case", texts(str::to_lowercase))
}

/// How the object is written.
fn written(body: String, query: String) -> Stage {
    let object = |draft: &Draft, style: Style| {
        let members: Option<Vec<(String, Tree)>> =
            draft.pairs.iter().map(|pair| Some((pair.name.clone(), Tree::read(&pair.value)?))).collect();
        Some(Tree::Object(members?).write(style))
    };
    let plain = move |draft: &Draft| object(draft, Style::default());
    let value = |pair: &Pair| {
        let tree = Tree::read(&pair.value);
        tree.map_or_else(|| pair.value.clone(), |tree| tree.word().map_or_else(|| tree.compact(), String::from))
    };
    let joined = move |draft: &Draft, between: &str| {
        draft.pairs.iter().map(|pair| format!("{}={}", pair.name, value(pair))).collect::<Vec<_>>().join(between)
    };
    let styled = move |style: Style| move |draft: &Draft| with_text(draft, separators(object(draft, style)?));
    let base = Style::default();
    Stage::new(styled(base))
        .or("json_blanks", styled(Style { blanks: true, ..base }))
        .or_of("json_pretty", "2", styled(Style { indent: 2, ..base }))
        .or_of("json_pretty", "4", styled(Style { indent: 4, ..base }))
        .or_of("json_pretty", "tab", styled(Style { indent: 9, ..base }))
        .or("json_slashes", styled(Style { slashes: true, ..base }))
        .or("json_unicode", styled(Style { ascii: true, ..base }))
        .or_of("json_unicode", "with blanks", styled(Style { ascii: true, blanks: true, ..base }))
        .or("json_slashes_unicode", styled(Style { ascii: true, slashes: true, ..base }))
        .or("json_html", styled(Style { html: true, ..base }))
        .or("json_separators_raw", move |draft| with_text(draft, plain(draft)?))
        .or("pairs_not_json", move |draft| with_text(draft, joined(draft, "&")))
        .or_of("pairs_not_json", "java", move |draft| with_text(draft, format!("{{{}}}", joined(draft, ", "))))
        .or("values_only", move |draft| with_text(draft, draft.pairs.iter().map(value).collect()))
        .or("json_python_text", move |draft| with_text(draft, Tree::read(&plain(draft)?)?.python()))
        .or("body_signed", move |draft| (!body.is_empty()).then(|| body.clone()).and_then(|body| with_text(draft, body)))
        .or_of("body_signed", "query", move |draft| (!query.is_empty()).then(|| query.clone()).and_then(|query| with_text(draft, query)))
        .or_of("values_unicode_escaped", "all", move |draft| with_text(draft, unicode_escaped(&plain(draft)?).to_uppercase()))
}

/// Gson escapes these two.
fn separators(json: String) -> String {
    json.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

fn framed(message: &Message) -> Stage {
    let path = message.path().to_string();
    let method = message.method.clone().unwrap_or_else(|| "POST".into());
    let head = |name: &str| message.header(name).unwrap_or_default().to_string();
    let (nonce, mch_no) = (head("x-acopay-nonce"), head("x-acopay-mch-no"));
    let with =
        |before: String| move |draft: &Draft| if before.is_empty() { None } else { with_text(draft, format!("{before}{}", draft.text)) };
    Stage::new(|draft| Some(draft.clone()))
        .or("path_signed", with(path.clone()))
        .or("path_signed", with(format!("{path}?")))
        .or_of("path_signed", "method", with(format!("{method}{path}")))
        .or_of("path_signed", "method", with(format!("{method}\n{path}\n")))
        .or_of("head_signed_before", "nonce", with(nonce.clone()))
        .or_of("head_signed_before", "mch_no, nonce", with(format!("{mch_no}{nonce}")))
}

fn remarks(settings: &Settings, heads: &[(String, String)]) -> Vec<Deviation> {
    let of = |name: &str| heads.iter().find(|(known, _)| known == name).and_then(|(_, value)| Tree::read(value)?.word().map(String::from));
    let mut remarks = Vec::new();
    if of("mch_no").is_some_and(|mch_no| mch_no != settings.text("mch_no")) {
        remarks.push(Deviation::new("id_of_another", "x-acopay-mch-no"));
    }
    if let Some(word) = of("sign_type").filter(|word| word != "SHA256withRSA") {
        remarks.push(Deviation::new("sign_type_unknown", word));
    }
    if of("nonce").is_some_and(|nonce| nonce.len() != 32) {
        remarks.push(Deviation::new("nonce_length", "32"));
    }
    remarks
}

/// The envelope without `data.sign`.
pub(super) fn reply(settings: &Settings, message: &Message) -> Result<Case> {
    let bad = |what: &str| unreadable(Side::Reply, what);
    let text = String::from_utf8_lossy(&message.body).into_owned();
    let envelope = Tree::read(&text).ok_or_else(|| bad("is not the JSON of a reply of EdgerOS"))?;
    let data = envelope.member("data").ok_or_else(|| bad("holds no data: it is not signed"))?;
    let signature = data.member("sign").and_then(Tree::word).ok_or_else(|| bad("holds no data.sign: it is not signed"))?.to_string();
    let without_sign = |tree: Tree| match tree {
        Tree::Object(members) => {
            let change = |(name, value): (String, Tree)| if name == "data" { (name, unsigned(value)) } else { (name, value) };
            Tree::Object(members.into_iter().map(change).collect())
        }
        other => other,
    };
    let stage = canonical(without_sign).or("data_alone", move |draft| {
        let tree = tree::sorted(tree::without(without_sign(Tree::read(&draft.text)?), &is_null));
        with_text(draft, separators(tree.member("data").unwrap_or(&tree).compact()))
    });
    Ok(of_text(settings, text, &signature, vec![stage, body::json_text()]))
}

/// One flat object without its `sign`.
pub(super) fn notice(settings: &Settings, message: &Message) -> Result<Case> {
    let bad = |what: &str| unreadable(Side::Notification, what);
    let text = Charset::Utf8.decode(&message.body).or_else(|| Charset::Gbk.decode(&message.body)).unwrap_or_default();
    let tree = Tree::read(&text).ok_or_else(|| bad("is not the JSON of a notification of EdgerOS"))?;
    let word = |name: &str| tree.member(name).and_then(Tree::word).map(String::from);
    let signature = word("sign").ok_or_else(|| bad("holds no sign: it is not signed, and nothing in it may be believed"))?;
    let mut stage = canonical(unsigned);
    if let Tree::Object(members) = &tree {
        for name in members.iter().map(|(name, _)| name.clone()).filter(|name| name != "sign").take(MOST_NAMES) {
            stage = stage.or_of("field_left_out", name.clone(), move |draft| {
                let rest = |tree: Tree| tree.objects(&|members| members.into_iter().filter(|(known, _)| *known != name).collect());
                with_text(draft, separators(tree::sorted(tree::without(rest(unsigned(Tree::read(&draft.text)?)), &is_null)).compact()))
            });
        }
    }
    let mut case = of_text(settings, text, &signature, vec![stage, body::json_text(), misread_text()]);
    if word("mch_no").is_some_and(|mch_no| mch_no != settings.text("mch_no")) {
        case.remarks.push(Deviation::new("id_of_another", "mch_no"));
    }
    if word("sign_type").as_deref() != Some("SHA256withRSA") {
        case.remarks.push(Deviation::new("sign_type_unknown", word("sign_type").unwrap_or_default()));
    }
    Ok(case)
}

fn of_text(settings: &Settings, text: String, signature: &str, mut stages: Vec<Stage>) -> Case {
    let seal = Box::new(RsaSeal::open(signature, DUE, &body::keys(settings, "gateway_public_key")));
    stages.extend([encoded(Charset::Utf8), finished_or_hashed()]);
    Case { charset: Charset::Utf8, stages, start: Draft { text, ..Draft::default() }, seal, remarks: Vec::new() }
}

fn unsigned(tree: Tree) -> Tree {
    match tree {
        Tree::Object(members) => Tree::Object(members.into_iter().filter(|(name, _)| name != "sign").collect()),
        other => other,
    }
}

fn is_null(value: &Tree) -> bool {
    *value == Tree::Plain("null".into())
}

/// The text of the object, its members sorted, without nulls and without the signature.
fn canonical(without_sign: fn(Tree) -> Tree) -> Stage {
    let write = |draft: &Draft, change: &dyn Fn(Tree) -> Tree| with_text(draft, separators(change(Tree::read(&draft.text)?).compact()));
    Stage::new(move |draft| write(draft, &|tree| tree::sorted(tree::without(without_sign(tree), &is_null))))
        .or("null_kept", move |draft| write(draft, &|tree| tree::sorted(without_sign(tree))))
        .or("order_as_sent", move |draft| write(draft, &|tree| tree::without(without_sign(tree), &is_null)))
        .or("sign_kept", move |draft| write(draft, &|tree| tree::sorted(tree::without(tree, &is_null))))
}

fn misread_text() -> Stage {
    let map = |read: notice::Undo| move |draft: &Draft| with_text(draft, read(&draft.text)?);
    notice::MISREAD
        .iter()
        .fold(Stage::new(|draft| Some(draft.clone())), |stage, (detail, read)| stage.or_of("received_charset", *detail, map(*read)))
}
