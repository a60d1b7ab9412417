//! [`Answer`]: what a gateway answered to a call of any of its APIs, and what stands behind that. Never an outcome about an order.

use super::download::Saved;
use crate::outcome::{Doubt, Evidence, Explanation, GatewayWords, Proof, Reason, TURNED_AWAY, wants_certificate};
use crate::strict::xml::Fields;
use std::collections::BTreeMap;
use std::fmt;

/// The status of an authentic answer.
const AUTHENTIC: i32 = 0;
/// The status of any other: the call may have been executed, and nothing is proven.
const UNPROVEN: i32 = 9;

/// The file of a download.
#[derive(Clone)]
enum Wanted {
    /// The call wanted none.
    No,
    /// There is none.
    Missing,
    Saved(Saved),
}

/// What a gateway answered to a call. Every field of its JSON has its accessor; see docs/calls.md for their meaning.
#[derive(Clone)]
pub struct Answer {
    verified: Option<Fields>,
    evidence: Evidence,
    reason: Option<Reason>,
    words: GatewayWords,
    names_call: bool,
    /// In English and Chinese.
    note: Option<(String, String)>,
    file: Wanted,
    answered: bool,
    msg_id: String,
    pub(crate) elapsed_ms: u64,
    http_status: Option<u16>,
    raw: Vec<u8>,
}

impl Answer {
    /// What has been proven to be the gateway's, with every field that the proof covers. `names_call`: it does so by the call's own id.
    pub(super) fn authentic(fields: Fields, words: GatewayWords, proof: Proof, names_call: bool) -> Self {
        Self {
            verified: Some(fields),
            evidence: proof.evidence(),
            reason: None,
            words,
            names_call,
            ..Self::doubtful(Reason::Signature.into())
        }
    }

    /// Nothing is proven.
    pub(super) fn doubtful(doubt: Doubt) -> Self {
        Self {
            verified: None,
            evidence: Evidence::None,
            reason: Some(doubt.reason),
            words: doubt.words,
            names_call: false,
            note: None,
            file: Wanted::No,
            answered: true,
            msg_id: String::new(),
            elapsed_ms: 0,
            http_status: None,
            raw: Vec::new(),
        }
    }

    /// The request may have left and no whole reply came.
    pub(super) fn lost(reason: Reason) -> Self {
        Self { answered: false, ..Self::doubtful(reason.into()) }
    }

    /// What was handed over to be verified cannot be read; `note` says what.
    pub(crate) fn unreadable_input(note: String) -> Self {
        Self { note: Some((note.clone(), note)), ..Self::lost(Reason::Input) }
    }

    /// A reply of a kind that is never signed.
    pub(crate) fn unsigned() -> Self {
        Self::doubtful(Reason::Signature.into())
    }

    /// With the file that the call wanted.
    pub(crate) fn with_file(self, saved: Saved) -> Self {
        Self { file: Wanted::Saved(saved), ..self }
    }

    /// Without it.
    pub(crate) fn without_file(self) -> Self {
        Self { file: Wanted::Missing, ..self }
    }

    /// Without it, for this reason, whatever the gateway has said of it; `note` says more, in English and Chinese.
    pub(crate) fn unfetched(self, reason: Reason, note: Option<(String, String)>) -> Self {
        Self { verified: None, evidence: Evidence::None, reason: Some(reason), note, ..self.without_file() }
    }

    /// It was the reply with this status that decided.
    pub(crate) fn seen_with(self, http_status: u16) -> Self {
        Self { http_status: Some(http_status), ..self }
    }

    /// Records which exchange this is about.
    pub(crate) fn of_exchange(self, msg_id: &str, answer: Option<(u16, Vec<u8>)>) -> Self {
        let (http_status, raw) = answer.map_or((None, Vec::new()), |(status, body)| (Some(status), body));
        Self { msg_id: msg_id.into(), http_status, raw, ..self }
    }

    /// Whether the gateway's own proof stands behind it: its signature or, where it signs nothing, TLS and the echo of this call.
    pub fn is_authentic(&self) -> bool {
        self.verified.is_some()
    }

    /// 0 if it is authentic; 9 if not: the call may have been executed, and nothing is proven.
    pub fn status(&self) -> i32 {
        if self.is_authentic() { AUTHENTIC } else { UNPROVEN }
    }

    /// Every field that the proof covers, without the signature: texts as they read; numbers, lists and objects as they were written;
    /// no nulls. `None` where nothing is proven.
    pub fn verified(&self) -> Option<&BTreeMap<String, String>> {
        self.verified.as_ref()
    }

    /// One verified field.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.verified.as_ref()?.get(name).map(String::as_str)
    }

    /// What stands behind it. Only `signed_bound` names the order that was asked about.
    pub fn evidence(&self) -> Evidence {
        self.evidence
    }

    /// Why nothing is proven.
    pub fn reason(&self) -> Option<Reason> {
        self.reason
    }

    /// The gateway's own words. Trust them as far as the evidence goes.
    pub fn gateway(&self) -> &GatewayWords {
        &self.words
    }

    /// The id of this call: the gateway's message id where it has one, else the nonce or the caller's own id.
    pub fn msg_id(&self) -> &str {
        &self.msg_id
    }

    /// The HTTP status, when a reply came.
    pub fn http_status(&self) -> Option<u16> {
        self.http_status
    }

    /// Whether a whole HTTP reply came back. If not, the request may still have been handled.
    pub fn answered(&self) -> bool {
        self.answered
    }

    /// From the start of the call to the answer, in milliseconds. 0 from `verify`.
    pub fn elapsed_ms(&self) -> u64 {
        self.elapsed_ms
    }

    /// The file that was downloaded; `None` where none was wanted, and where there is none. Then nothing is left of it on the disk either.
    pub fn file(&self) -> Option<&Saved> {
        if let Wanted::Saved(saved) = &self.file { Some(saved) } else { None }
    }

    /// The reply body as it came: a bill, say, which no gateway signs. Empty where the reply is the file that was downloaded.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// What happened and what to do.
    pub fn explanation(&self) -> Explanation {
        let (mut en, mut zh) = (String::new(), String::new());
        let mut say = |(more_en, more_zh): (&str, &str)| {
            en = format!("{en} {more_en}").trim().into();
            zh += more_zh;
        };
        match (&self.file, self.reason) {
            (Wanted::Saved(_), None) => say(SAVED_SIGNED),
            (Wanted::Saved(_), Some(_)) => say(SAVED_UNSIGNED),
            (Wanted::Missing, Some(Reason::TooLarge)) => say(FILE_TOO_LARGE),
            (wanted, reason) => {
                if matches!(wanted, Wanted::Missing) {
                    say(NO_FILE);
                }
                match reason {
                    None => say(proven(self.evidence)),
                    Some(_) if wants_certificate(self.http_status, &self.raw) => say(TURNED_AWAY),
                    Some(reason) => say(unproven(reason)),
                }
            }
        }
        if let Some((more_en, more_zh)) = &self.note {
            say((more_en, more_zh));
        }
        Explanation { en, zh }
    }

    /// Whether the reply named its call, and not just an order of which it may be any call's.
    pub(crate) fn named_its_call(&self) -> bool {
        self.names_call
    }
}

impl fmt::Debug for Answer {
    /// Without the fields, the gateway's words and the reply body.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("evidence", &self.evidence)
            .field("reason", &self.reason)
            .field("msg_id", &self.msg_id)
            .finish_non_exhaustive()
    }
}

type Texts = (&'static str, &'static str);

const SAVED_SIGNED: Texts =
    ("The file is whole, in its place, and has the hash that the gateway has signed.", "文件已完整保存，其哈希与网关签名的应答一致。");
const SAVED_UNSIGNED: Texts = (
    "The file is whole and in its place. The gateway signs no file of this kind: nothing but the connection vouches for it.",
    "文件已完整保存。网关对此类文件不签名，其来源仅由连接本身保证。",
);
const FILE_TOO_LARGE: Texts = (
    "No file was written: it is larger than download_limit_bytes, or the reply in its place than 1 MiB. Raise that setting if it may be so large.",
    "未写入文件：文件超过 download_limit_bytes（或代替文件的应答超过 1 MiB）。如确需下载，请调大该配置项。",
);
const NO_FILE: Texts = ("No file was written.", "未写入文件。");

fn proven(evidence: Evidence) -> Texts {
    match evidence {
        Evidence::SignedBound => (
            "Signed by the gateway, and it names what was asked about. What it means is for its code to say.",
            "有网关签名，且写明所询对象。其含义以返回码为准。",
        ),
        Evidence::TlsOnly => (
            "This gateway signs no reply: this one came over TLS and names this call. What it means is for its code to say.",
            "该网关的应答均无签名：本应答经 TLS 收到并写明本次调用。其含义以返回码为准。",
        ),
        _ => (
            "Signed by the gateway; it names no order that was asked about, so compare its fields. What it means is for its code to say.",
            "有网关签名，但未写明所询订单，请核对其字段。其含义以返回码为准。",
        ),
    }
}

fn unproven(reason: Reason) -> Texts {
    match reason {
        Reason::Timeout | Reason::Interrupted | Reason::Reset | Reason::Truncated => (
            "No whole reply came: the call may have been executed. Ask the gateway what became of it before calling again.",
            "未收到完整应答，调用可能已执行。再次调用前请先向网关查询结果。",
        ),
        Reason::Redirect => (
            "The gateway pointed to another address, which was not followed. Check base_url and the path.",
            "网关要求跳转，未予跟随。请检查 base_url 和路径。",
        ),
        Reason::Http(_) => (
            "The reply's HTTP status is not 200: nothing in it is proven, and the call may have been executed. Check api; ask the gateway what became of it.",
            "应答的 HTTP 状态不是 200，内容未经证实，调用可能已执行。请检查 api 并向网关查询结果。",
        ),
        Reason::TooLarge => (
            "The reply is larger than 1 MiB and was not read; the call may have been executed.",
            "应答超过 1 MiB，未予读取，调用可能已执行。",
        ),
        Reason::Signature => (
            "No right signature stands behind the reply (the gateway never signs some kinds: failures, bills). Its bytes are in raw_base64; nothing in them is proven, and the call may have been executed.",
            "应答没有正确的签名（网关对失败应答、账单等从不签名）。原始内容见 raw_base64，未经证实，调用可能已执行。",
        ),
        Reason::Mismatch => (
            "The reply is not about this call, or does not say so: nothing in it is proven for this call, which may have been executed.",
            "应答与本次调用不符，或未写明所答何事，不能作为证明。调用可能已执行。",
        ),
        Reason::Input => {
            ("What was handed to verify cannot be read; the call may have been executed.", "交给 verify 的内容无法读取，调用可能已执行。")
        }
        Reason::File => ("The file could not be fetched, or not written.", "文件未能下载，或未能写入。"),
        Reason::Defect => ("The library failed while the request may have been out.", "本库出错时请求可能已发出。"),
        Reason::Head | Reason::Encoding | Reason::Charset | Reason::Parse | Reason::Contradiction | Reason::Unlisted => (
            "The reply is not the one well-formed document that the gateway documents: nothing in it is proven, and the call may have been executed. Its bytes are in raw_base64.",
            "应答不是网关文档所述的合法报文，内容未经证实，调用可能已执行。原始内容见 raw_base64。",
        ),
    }
}
