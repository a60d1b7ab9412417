//! What comes out: a verdict, for people and for programs.

use crate::catalogue::mistake;
use crate::difference::{self, Difference, shown};
use crate::families::{self, Case};
use crate::message::{Message, Side};
use crate::search::{Deviation, Pair, drafts, right, texts, with_secret};
use crate::settings::Settings;
use chexiao::Result;
use serde_json::{Value, json};

/// What a signature is. It says so and proves nothing: no reply becomes true by it.
#[derive(Debug, Clone)]
pub struct Report {
    /// The gateway of the configuration.
    pub gateway: String,
    /// What the message is.
    pub side: Side,
    /// What the file was read as.
    pub read_as: &'static str,
    /// Whether the signature is right, or how it is wrong.
    pub verdict: Verdict,
    /// What is signed, as the gateway reads the message, and as this library builds it; secrets are masked.
    pub ours: String,
    /// What was signed; secrets are masked. `None` where that was not found.
    pub theirs: Option<String>,
    /// Where the two part.
    pub difference: Option<Difference>,
    /// The setting whose key made the signature, where that can be told.
    pub signed_by: Option<String>,
    /// The hash in the signature, where that can be told.
    pub hash: Option<&'static str>,
    /// The setting whose key belongs there.
    pub belongs: &'static str,
    /// What strikes besides.
    pub remarks: Vec<Deviation>,
    /// How many texts were tried.
    pub tried: usize,
    /// How many keys were tried.
    pub keys: usize,
}

/// Whether a signature is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// By the key that belongs there, over what the gateway reads.
    Right,
    /// What the other client did otherwise. More than one where that cannot be told apart, the likeliest first.
    Wrong(Vec<Vec<Deviation>>),
    /// None of the known mistakes, alone or by twos, explains it. What is certain about it all the same.
    Unexplained(Vec<Deviation>),
}

/// Most that is tried of all that may have gone wrong, at once.
const MOST: usize = 3;
/// Most bytes of texts that are tried in all: seconds.
const MOST_BYTES: usize = 128 << 20;
/// A parameter costs as much as so many bytes.
const PARAMETER: usize = 64;
/// So many keys are tried in the time that making a text takes.
const KEYS_A_TEXT: usize = 10;
/// Of the string alone.
const MOST_OF_STRING: usize = 2;

/// Takes a request, a reply or a notification apart.
///
/// # Errors
/// It is no signed message of the configuration's gateway, or the configuration lacks the key.
pub fn explain(settings: &Settings, message: &Message, side: Side) -> Result<Report> {
    let mut best: Option<Report> = None;
    for case in families::cases(settings, message, side)? {
        let report = examined(settings, message, side, &case);
        if best.as_ref().is_none_or(|best| rank(&report) < rank(best)) {
            best = Some(report);
        }
    }
    best.ok_or_else(|| families::unreadable(side, "holds nothing that is signed"))
}

fn rank(report: &Report) -> usize {
    match &report.verdict {
        Verdict::Right => 0,
        Verdict::Wrong(ways) => ways.first().map_or(9, Vec::len),
        Verdict::Unexplained(_) => 10,
    }
}

fn examined(settings: &Settings, message: &Message, side: Side, case: &Case) -> Report {
    let ours = right(&case.stages, &case.start).unwrap_or_default();
    let mut tried = 0;
    let found = searched(case, &mut tried);
    let facts = case.seal.facts();
    let is_notice = side == Side::Notification;
    let meant = |deviation: Deviation| {
        let meant = if is_notice { families::meant(&settings.gateway, deviation) } else { deviation };
        // What somebody else wrote may stand in it.
        Deviation { detail: settings.shown(&meant.detail), ..meant }
    };
    let named = |way: Vec<Deviation>| {
        let mut named: Vec<Deviation> = Vec::new();
        for deviation in way.into_iter().map(meant) {
            if !is_notice || !named.iter().any(|known| known.mistake == deviation.mistake) {
                named.push(deviation);
            }
        }
        named
    };
    let verdict = match found.first() {
        None => Verdict::Unexplained(named(facts.deviations.clone())),
        Some((deviations, _)) if deviations.is_empty() => Verdict::Right,
        Some(_) => {
            let mut ways: Vec<Vec<Deviation>> = Vec::new();
            for way in found.iter().map(|(way, _)| without_consequences(way)).map(named) {
                if !ways.contains(&way) {
                    ways.push(way);
                }
            }
            Verdict::Wrong(ways)
        }
    };
    let read = |bytes: &[u8]| match case.charset.decode(bytes) {
        Some(text) => text.into_bytes(),
        None => bytes.to_vec(),
    };
    let mut remarks: Vec<Deviation> = case.remarks.iter().cloned().map(meant).collect();
    remarks.retain(|remark| match &verdict {
        // Of what is signed rightly nothing was lost.
        Verdict::Right => remark.mistake != "received_lost",
        Verdict::Wrong(ways) => !ways.iter().all(|way| way.contains(remark)),
        Verdict::Unexplained(_) => true,
    });
    let ours = read(&with_secret(&ours, MASK.as_bytes()));
    let theirs = found.first().map(|(way, text)| read(&with_secret(text, stand_in(way).as_bytes())));
    let cut = |text: &str| settings.masked(text);
    let difference = theirs.as_ref().and_then(|theirs| difference::first(&ours, theirs));
    let is_shared = matches!(settings.gateway.as_str(), "wechat" | "chinaums");
    Report {
        gateway: settings.gateway.clone(),
        side,
        read_as: message.read_as,
        verdict,
        ours: cut(&shown(&ours)),
        theirs: theirs.map(|theirs| cut(&shown(&theirs))),
        difference: difference.map(|found| Difference {
            before: cut(&found.before),
            ours: cut(&found.ours),
            theirs: cut(&found.theirs),
            ..found
        }),
        signed_by: facts.signed_by,
        hash: facts.hash,
        belongs: match (settings.gateway.as_str(), side) {
            ("wechat", _) => "account.api_key",
            ("chinaums", Side::Notification) => "account.notify_key",
            ("chinaums", _) => "account.app_key",
            (_, Side::Request) => "account.private_key",
            (_, Side::Reply | Side::Notification) => "account.gateway_public_key",
        },
        remarks,
        tried,
        keys: if is_shared { facts.keys } else { settings.keys.len() },
    }
}

/// What happens to all parameters happens to the signature among them, and who names another charset than he sends signs in his own.
const CONSEQUENCES: [(&str, &str); 3] =
    [("plus_lost", "sign_plus_lost"), ("double_encoded", "sign_url_encoded"), ("body_charset", "charset_other")];

fn without_consequences(way: &[Deviation]) -> Vec<Deviation> {
    let has = |name: &str| way.iter().any(|deviation| deviation.mistake == name);
    let follows = |deviation: &&Deviation| CONSEQUENCES.iter().any(|(cause, what)| deviation.mistake == *what && has(cause));
    way.iter().filter(|deviation| !follows(deviation)).cloned().collect()
}

const MASK: &str = "***";

/// What is shown in the place of the secret that was taken: enough to see what is wrong with it.
fn stand_in(way: &[Deviation]) -> String {
    let of_key = way.iter().find(|deviation| deviation.mistake.starts_with("key_"));
    let detail = of_key.map_or("", |deviation| deviation.detail.as_str());
    match of_key.map_or("", |deviation| deviation.mistake) {
        "key_newline" if detail == "\\r\\n" => format!("{MASK}\r\n"),
        "key_newline" => format!("{MASK}\n"),
        "key_blank" => match detail {
            "before" => format!(" {MASK}"),
            "tab" => format!("{MASK}\t"),
            "U+00A0" => format!("{MASK}\u{a0}"),
            "U+200B" => format!("{MASK}\u{200b}"),
            "U+200B before" => format!("\u{200b}{MASK}"),
            _ => format!("{MASK} "),
        },
        "key_bom" => format!("\u{feff}{MASK}"),
        "key_quoted" => format!("{detail}{MASK}{detail}"),
        "key_empty" => String::new(),
        "key_placeholder" => detail.into(),
        "key_of_other_setting" | "key_of_other_config" | "key_is_id" => format!("*** of {detail}"),
        "key_sample" | "key_case" | "key_cut" | "key_hashed" | "key_base64_decoded" | "key_base64_encoded" | "key_hex_decoded" => {
            "*** changed".into()
        }
        _ => MASK.into(),
    }
}

/// The ways with the fewest deviations, each with its text. As many deviations are tried as can be tried in all places: of a long text fewer.
pub(crate) fn searched(case: &Case, tried: &mut usize) -> Vec<(Vec<Deviation>, Vec<u8>)> {
    if !case.seal.is_readable() {
        return Vec::new();
    }
    let of_pair = |pair: &Pair| PARAMETER + pair.name.len() + pair.wire.len() + pair.value.len();
    let size = case.start.text.len() + case.start.pairs.iter().map(of_pair).sum::<usize>();
    let keys = 1 + case.seal.facts().keys / KEYS_A_TEXT;
    let mut left = MOST_BYTES;
    for total in 0..=MOST {
        let places = total.saturating_sub(case.seal.most_wrong())..=total.min(MOST_OF_STRING);
        let cost = |of_string| size * texts(&case.stages, of_string) * if of_string < total { keys } else { 1 };
        match left.checked_sub(places.clone().map(cost).sum()) {
            Some(rest) => left = rest,
            None => break,
        }
        let mut found: Vec<(Vec<Deviation>, Vec<u8>)> = Vec::new();
        for of_string in places {
            drafts(&case.stages, &case.start, of_string, &mut |chosen, text| {
                *tried += 1;
                for own in case.seal.made_over(text, total - of_string) {
                    found.push((chosen.iter().cloned().chain(own).collect(), text.to_vec()));
                }
            });
        }
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

impl Report {
    /// Whether the signature is right and nothing strikes besides.
    pub fn is_right(&self) -> bool {
        self.verdict == Verdict::Right && self.remarks.iter().all(|remark| remark.mistake == "url_unknown")
    }

    /// One JSON document: `{"gateway","read_as","verdict","mistakes","or","remarks","signed_by","hash","belongs","ours","theirs",
    /// "difference","tried","keys"}`; `or` are further ways that cannot be told from the first.
    pub fn to_json(&self) -> String {
        let all = |deviations: &[Deviation]| deviations.iter().map(described).collect::<Vec<Value>>();
        let (verdict, mistakes, or) = match &self.verdict {
            Verdict::Right => ("right", Vec::new(), Vec::new()),
            Verdict::Wrong(ways) => {
                let (first, rest) = ways.split_first().map_or((&[][..], &[][..]), |(first, rest)| (first.as_slice(), rest));
                ("wrong", all(first), rest.iter().map(|way| all(way)).collect())
            }
            Verdict::Unexplained(facts) => ("unexplained", all(facts), Vec::new()),
        };
        let difference = self.difference.as_ref().map(|found| {
            json!({ "at": found.at, "before": found.before, "ours": found.ours, "theirs": found.theirs, "byte_ours": found.bytes.0, "byte_theirs": found.bytes.1 })
        });
        json!({
            "gateway": self.gateway, "read_as": self.read_as, "verdict": verdict, "mistakes": mistakes, "or": or,
            "remarks": all(&self.remarks), "signed_by": self.signed_by, "hash": self.hash, "belongs": self.belongs,
            "ours": self.ours, "theirs": self.theirs, "difference": difference, "tried": self.tried, "keys": self.keys,
        })
        .to_string()
    }

    /// The first word of [`Report::lines`].
    pub fn word(&self) -> &'static str {
        match self.verdict {
            Verdict::Right => "right",
            Verdict::Wrong(_) => "wrong",
            Verdict::Unexplained(_) => "unexplained",
        }
    }

    /// For people: what follows the [word](Report::word).
    pub fn lines(&self) -> Vec<String> {
        let is_notice = self.side == Side::Notification;
        let over = if is_notice { "what stands here" } else { "what the gateway reads" };
        let compare = if is_notice {
            " Where your own check fails, compare its string. 若您的验签失败，请比较待签名串。"
        } else {
            ""
        };
        let mut lines = vec![match &self.verdict {
            Verdict::Right => format!(": signed by {} over {over}. 签名正确。{compare}", self.belongs),
            Verdict::Wrong(ways) if ways.len() > 1 => ": one of these, which cannot be told apart here. 签名有误，以下几种均吻合：".into(),
            Verdict::Wrong(_) => format!(": the signature is not over {over}. 签名有误："),
            Verdict::Unexplained(_) => {
                let what = match self.tried {
                    // No key opens it, or its length is that of no hash.
                    0 => format!(
                        ": none of the {} keys made it, or it is no signature of this kind; --also tries those of another configuration. 并非已知密钥所签，或不是此类签名；可用 --also 试其他配置的密钥。",
                        self.keys
                    ),
                    tried => format!(": none of {tried} texts with {} keys gives this signature. 未找到原因，不作猜测。", self.keys),
                };
                what + self.certain().as_deref().unwrap_or_default()
            }
        }];
        match &self.verdict {
            Verdict::Right => {}
            Verdict::Wrong(ways) => ways.iter().enumerate().for_each(|(at, way)| {
                if at > 0 {
                    lines.push("  or 或".into());
                }
                lines.extend(way.iter().flat_map(told));
            }),
            Verdict::Unexplained(facts) => lines.extend(facts.iter().flat_map(told)),
        }
        for remark in &self.remarks {
            lines.push("  besides 另外".into());
            lines.extend(told(remark));
        }
        lines.push(format!("  read as    {}", self.read_as));
        if self.verdict != Verdict::Right {
            lines.push(format!("  belongs    the key of {} 应为此项密钥", self.belongs));
        }
        if let Some(signed_by) = &self.signed_by {
            lines.push(format!("  signed by  {signed_by}{}", self.hash.map_or_else(String::new, |hash| format!(", {hash}"))));
        }
        lines.push(format!("  expected   {}", self.ours));
        if let (Some(theirs), Verdict::Wrong(_)) = (&self.theirs, &self.verdict) {
            lines.push(format!("  signed     {theirs}"));
        }
        if let Some(found) = &self.difference {
            let byte = |byte: Option<u8>| byte.map_or_else(|| "end 结尾".into(), |byte| format!("0x{byte:02x}"));
            lines.push(format!("  differs    at byte {} (counted from 0) 首个不同的字节", found.at));
            lines.push(format!("    expected {}⟦{}⟧ {}", found.before, found.ours, byte(found.bytes.0)));
            lines.push(format!("    signed   {}⟦{}⟧ {}", found.before, found.theirs, byte(found.bytes.1)));
        }
        lines
    }

    fn certain(&self) -> Option<String> {
        let signed_by = self.signed_by.as_ref()?;
        let hash = self.hash.map_or_else(String::new, |hash| format!(", by {hash}"));
        Some(format!(" Certain is: {signed_by} made it{hash}, over another text."))
    }
}

fn described(deviation: &Deviation) -> Value {
    let row = mistake(deviation.mistake);
    json!({
        "mistake": deviation.mistake,
        "detail": if deviation.detail.is_empty() { Value::Null } else { deviation.detail.as_str().into() },
        "en": row.map(|row| row.en), "zh": row.map(|row| row.zh),
        "remedy": row.map(|row| json!({ "en": row.remedy.0, "zh": row.remedy.1 })),
    })
}

fn told(deviation: &Deviation) -> Vec<String> {
    let Some(row) = mistake(deviation.mistake) else { return vec![format!("  {deviation}")] };
    vec![
        format!("  {deviation}"),
        format!("    {}. {}。", row.en, row.zh),
        format!("    to do: {}. 处理：{}。", row.remedy.0, row.remedy.1),
    ]
}
