//! The document of a call: which API, with which fields, and what is to be left out of what this library adds.

use super::download::To;
use super::notice::members_of;
use crate::ground::error::{Error, Kind, Result};
use crate::ground::foreign;
use crate::ground::key_fault::Remedy;
use crate::ground::secret::AsIs;
use crate::strict::de;
use crate::strict::json::{self, Node, Value};
use crate::strict::write::Object;
use crate::strict::xml::Fields;
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Keys {
    #[serde(rename = "operation")]
    _operation: IgnoredAny,
    api: String,
    #[serde(rename = "fields")]
    _fields: Option<IgnoredAny>,
    content: Option<String>,
    #[serde(rename = "omit")]
    _omit: Option<IgnoredAny>,
    #[serde(rename = "top_level")]
    _top_level: Option<IgnoredAny>,
    #[serde(rename = "encrypt")]
    _encrypt: Option<IgnoredAny>,
    version: Option<String>,
    to: Option<AsIs<String>>,
    replace: Option<bool>,
    #[serde(rename = "msg_id")]
    _msg_id: Option<IgnoredAny>,
    #[serde(rename = "timestamp")]
    _timestamp: Option<IgnoredAny>,
    #[serde(rename = "nonce")]
    _nonce: Option<IgnoredAny>,
}

/// What a gateway takes of a call document.
pub(crate) struct Takes {
    pub(crate) target: Target,
    /// Its requests hold one JSON text: `content`, or `fields` of any JSON value.
    pub(crate) json: bool,
    pub(crate) top_level: bool,
    pub(crate) encrypt: bool,
    pub(crate) version: bool,
    /// What is added to the caller's fields, and what `omit` may name.
    pub(crate) added: &'static [&'static str],
    /// Of what the call itself says, the words that are sent under another name, which its fields may say too.
    pub(crate) aliases: &'static [(&'static str, &'static str)],
    /// The parameters that its front ends pay with.
    pub(crate) documents: &'static [Document],
}

/// Parameters for a front end, signed here and never sent: `SIGN <name>`.
pub(crate) struct Document {
    pub(crate) name: &'static str,
    /// Which of its fields may be numbers.
    pub(crate) numbers: &'static [&'static str],
}

/// What callers of other libraries give a file in: no call of ours has such a key.
const UPLOADS: &[&str] = &["file", "files", "media", "multipart", "attachment", "attachments", "upload", "uploads"];

/// The error of a file that is to be sent.
pub(crate) fn upload(field: &str) -> Error {
    Error::unsupported(field, "uploads a file, which is sent as multipart: another form of request").with_hint(
        "upload it with the gateway's own page or SDK, and call the API that takes what that gives, such as a media_id",
        "请用网关的平台页面或官方 SDK 上传，再用得到的标识（例如 media_id）调用相应接口",
    )
}

/// The verb of a [`Document`].
const SIGN: &str = "SIGN";

/// What `api` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// `POST /path` or `GET /path`
    Path,
    /// The method's name.
    Name,
}

/// A call of an API.
pub(crate) struct Api {
    /// `POST` or `GET`; `SIGN` of a document.
    pub(crate) verb: &'static str,
    /// The path, or the name of the method or of the document.
    pub(crate) name: String,
    fields: Vec<(String, Given)>,
    content: Option<Content>,
    pub(crate) top_level: Vec<(String, String)>,
    omit: Vec<String>,
    pub(crate) encrypt: bool,
    pub(crate) version: Option<String>,
    /// Where its file is wanted, if one is.
    pub(super) to: Option<To>,
}

/// The value of a field, as the caller wrote it.
struct Given {
    text: String,
    is_text: bool,
}

/// A JSON text that is signed and sent as it is.
struct Content {
    text: String,
    members: Fields,
}

/// Whose word counts where the caller gives a field that is added.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Whose<'a> {
    /// The account's; empty where it leaves the field open.
    Account(&'a str),
    /// The caller's; else this.
    Caller(&'a str),
}

impl Api {
    pub(crate) fn read(call: &Node<'_>, gateway: &str, takes: &Takes) -> Result<Self> {
        if let Some(key) = UPLOADS.iter().find(|key| call.member(key).is_some()) {
            return Err(upload(key));
        }
        let keys: Keys = de::read(call, Kind::Call, "")?;
        for (key, is_taken) in
            [("content", takes.json), ("top_level", takes.top_level), ("encrypt", takes.encrypt), ("version", takes.version)]
        {
            if !is_taken && call.member(key).is_some_and(|node| node.value != Value::Null) {
                return Err(Error::call(key, format!("is not taken by {gateway}, {}", way(takes).0)).mended_by(Remedy::of(
                    format!("leave `{key}` out and give everything in `fields`"),
                    format!("请删去 `{key}`，全部写入 `fields`（{}）", way(takes).1),
                )));
            }
        }
        let (verb, name, numbers) = match (document(&keys.api, takes)?, takes.target) {
            (Some(document), _) => (SIGN, document.name.into(), Some(document.numbers)),
            (None, Target::Path) => path(&keys.api).map(|(verb, path)| (verb, path, None))?,
            (None, Target::Name) => ("POST", method(&keys.api)?, None),
        };
        let is_json = |name: &str, node: &Node<'_>| match numbers {
            Some(numbers) => numbers.contains(&name) && matches!(node.value, Value::Number(_)),
            None => takes.json,
        };
        let api = Self {
            verb,
            name,
            fields: members(call, "fields", |path, name, node| value(path, node, is_json(name, node)))?,
            content: keys.content.map(content).transpose()?,
            top_level: members(call, "top_level", |path, _, node| text(path, node))?,
            omit: omitted(call, takes.added)?,
            encrypt: encrypt(call)?,
            version: keys.version,
            to: To::read(keys.to, keys.replace)?,
        };
        if api.content.is_some() && call.member("fields").is_some_and(|node| node.value != Value::Null) {
            return Err(Error::call("content", "stands beside `fields`; give one of the two")
                .with_hint("leave `fields` or `content` out", "请删去 `fields` 或 `content`"));
        }
        api.says_once(call, takes)?;
        Ok(api)
    }

    /// Refuses what the call says in two ways, of which one would be dropped.
    fn says_once(&self, call: &Node<'_>, takes: &Takes) -> Result<()> {
        for (word, name) in takes.aliases {
            let said = call.member(word).and_then(Node::text);
            if said.is_some() && !self.omits(name) && self.given(name).is_some_and(|given| Some(given) != said) {
                let what = format!("differs from `{word}` of this call, which is sent under this name");
                return Err(Error::call(self.path_of(name), what).with_hint("say it once", "请只给出一次"));
            }
        }
        if self.version.is_some() && self.omits("version") {
            return Err(Error::call("omit", "names `version`, which is given as well")
                .with_hint("leave it out of one of the two", "请从二者之一中删去"));
        }
        if self.is_document() && !self.omit.is_empty() {
            return Err(Error::call("omit", "leaves nothing out of the parameters of a front end, all of which are signed")
                .with_hint("leave `omit` out", "请删去 `omit`"));
        }
        Ok(())
    }

    /// Whether these are the parameters of a front end: signed, never sent, and without a reply.
    pub(crate) fn is_document(&self) -> bool {
        self.verb == SIGN
    }

    /// What the caller gives under this name, as text.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        match &self.content {
            Some(content) => content.members.get(name).map(String::as_str),
            None => self.fields.iter().find(|(known, _)| known == name).map(|(_, given)| given.text.as_str()),
        }
    }

    /// Whether the caller gives it as a number.
    pub(crate) fn is_number(&self, name: &str) -> bool {
        self.fields.iter().any(|(known, given)| known == name && !given.is_text)
    }

    pub(crate) fn omits(&self, name: &str) -> bool {
        self.omit.iter().any(|omitted| omitted == name)
    }

    /// Whether the fields stand in one text, to which nothing is added.
    pub(crate) fn has_content(&self) -> bool {
        self.content.is_some()
    }

    /// The caller's fields in the order written; at gateways whose fields are text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, given)| (name.as_str(), given.text.as_str()))
    }

    /// What of `ours` is to be added to the caller's fields. The account wins where it is set, the caller where it leaves a field open.
    pub(crate) fn added<'a>(&self, ours: &[(&'static str, Whose<'a>)]) -> Result<Vec<(&'static str, &'a str)>> {
        let mut added = Vec::with_capacity(ours.len());
        for (name, whose) in ours {
            let (Whose::Account(text) | Whose::Caller(text)) = whose;
            match (self.given(name), whose) {
                (Some(_), _) if self.omits(name) => {
                    return Err(Error::call("omit", format!("names `{name}`, which is given as well"))
                        .with_hint("leave it out of one of the two", "请从二者之一中删去"));
                }
                (Some(given), Whose::Account(ours)) if !ours.is_empty() && given != *ours => return Err(self.differs(name)),
                (Some(_), _) => {}
                (None, _) if self.omits(name) || text.is_empty() => {}
                (None, _) => added.push((*name, *text)),
            }
        }
        Ok(added)
    }

    /// The error of a field that the account or this library sets otherwise.
    pub(crate) fn differs(&self, name: &str) -> Error {
        let what = "differs from what the account says, which is what is sent";
        Error::call(self.path_of(name), what)
            .with_hint("leave the field out, or open a client with the account that it is of", "请删去该字段，或用其所属账户打开客户端")
    }

    /// The error of a field that only this library may make.
    pub(crate) fn refuse(&self, names: &[&str]) -> Result<()> {
        match names.iter().find(|name| self.given(name).is_some()) {
            Some(name) => {
                Err(Error::call(self.path_of(name), "is made here, when the call is signed")
                    .with_hint("leave the field out", "请删去该字段"))
            }
            None => Ok(()),
        }
    }

    /// The error of a parameter beside the content that only this library may make.
    pub(crate) fn refuse_at_top(&self, names: &[&str]) -> Result<()> {
        match self.top_level.iter().find(|(name, _)| names.contains(&name.as_str())) {
            Some((name, _)) => Err(Error::call(format!("top_level.{name}"), "is made here, when the call is signed")
                .with_hint("leave it out of `top_level`", "请从 `top_level` 中删去")),
            None => Ok(()),
        }
    }

    fn path_of(&self, name: &str) -> String {
        format!("{}.{}", self.place(), foreign::name(name))
    }

    /// Where the caller's fields stand.
    pub(crate) fn place(&self) -> &'static str {
        if self.content.is_some() { "content" } else { "fields" }
    }

    /// The one JSON text: `content` as it is, or `added` and then the caller's fields.
    pub(crate) fn json(&self, added: &[(&str, &str)]) -> String {
        if let Some(content) = &self.content {
            return content.text.clone();
        }
        let mut object = Object::new();
        added.iter().for_each(|(name, text)| object.pair(name, text));
        for (name, given) in &self.fields {
            match given.is_text {
                true => object.pair(name, &given.text),
                false => object.json_pair(name, &given.text),
            }
        }
        object.done()
    }
}

/// The document that `api` names, if it begins like one.
fn document(api: &str, takes: &Takes) -> Result<Option<&'static Document>> {
    let Some(name) = api.strip_prefix(SIGN).and_then(|rest| rest.strip_prefix(' ')) else { return Ok(None) };
    let known = || takes.documents.iter().map(|document| format!("\"{SIGN} {}\"", document.name)).collect::<Vec<_>>();
    match takes.documents.iter().find(|document| document.name == name) {
        Some(document) => Ok(Some(document)),
        None if takes.documents.is_empty() => Err(Error::call("api", "names parameters of a front end, which this gateway has none of")
            .with_hint(
                "write what the gateway's page calls: the verb and the path, or the name of the method",
                "请写网关文档中的接口：动词和路径，或方法名",
            )),
        None => Err(Error::call("api", "names no parameters of a front end of this gateway")
            .mended_by(Remedy::of(format!("write {}", known().join(" or ")), format!("请写 {}", known().join(" 或 "))))),
    }
}

/// How a gateway that does not take a key has its fields.
fn way(takes: &Takes) -> (&'static str, &'static str) {
    match takes.json {
        true => ("whose requests hold one JSON text: `fields` or `content`", "该网关的请求为一段 JSON：`fields` 或 `content`"),
        false => ("whose requests are flat: `fields`, each a text", "该网关的请求为扁平文本字段"),
    }
}

fn path(api: &str) -> Result<(&'static str, String)> {
    let bad = |what: &str| {
        Error::call("api", what).with_hint(
            "write the verb and the path of the gateway's page, such as \"POST /path\"; the host is that of base_url, and what a query would hold stands in `fields`",
            "请写动词和网关文档中的路径，例如 \"POST /path\"；主机由 base_url 决定，查询参数写入 `fields`",
        )
    };
    let (verb, path) = api.split_once(' ').ok_or_else(|| bad("must be `POST /path` or `GET /path`"))?;
    let verb = ["POST", "GET"].into_iter().find(|known| *known == verb).ok_or_else(|| bad("must begin with `POST ` or `GET `"))?;
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
    // What a URL's readers would take for another path cannot be signed as this one.
    let has_hole = |path: &str| path.split('/').skip(1).any(|part| matches!(part, "" | "." | ".."));
    match path.strip_prefix('/') {
        Some(_) if is_plain && !has_hole(path) => Ok((verb, path.into())),
        _ => Err(bad("must name a path such as /a/b, of ASCII letters, digits, - _ and .")),
    }
}

fn method(api: &str) -> Result<String> {
    let is_name = api.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._".contains(&byte)) && api.contains('.');
    match is_name {
        true => Ok(api.into()),
        false => Err(Error::call("api", "must be the name of a method: ASCII letters, digits, _ and .").with_hint(
            "write the value of the parameter `method` on the gateway's page, without verb and path",
            "请写网关文档中参数 `method` 的值，不带动词和路径",
        )),
    }
}

/// The members of an object of the call, in the order written.
fn members<T>(call: &Node<'_>, key: &str, read: impl Fn(&str, &str, &Node<'_>) -> Result<T>) -> Result<Vec<(String, T)>> {
    let Some(object) = call.member(key).filter(|node| node.value != Value::Null) else { return Ok(Vec::new()) };
    let members = object.members().ok_or_else(|| Error::call(key, "must be an object"))?;
    members
        .iter()
        .map(|(name, node)| {
            field_name(key, name).and_then(|()| Ok((name.to_string(), read(&format!("{key}.{}", foreign::name(name)), name, node)?)))
        })
        .collect()
}

/// What can stand in a string to sign, in a form and as the name of an element.
fn field_name(key: &str, name: &str) -> Result<()> {
    let begins = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    match begins && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte)) {
        true => Ok(()),
        false => Err(Error::call(
            format!("{key}.{}", foreign::name(name)),
            "is no name of a field: ASCII letters, digits, _ - and . after a letter",
        )),
    }
}

fn text(path: &str, node: &Node<'_>) -> Result<String> {
    node.text().map(String::from).ok_or_else(|| {
        Error::call(path, "must be a text")
            .with_hint("write it between quotes, exactly as it is to be sent", "请写在引号内，与要发送的文本完全一致")
    })
}

fn value(path: &str, node: &Node<'_>, is_json: bool) -> Result<Given> {
    match &node.value {
        Value::String(text) => Ok(Given { text: text.to_string(), is_text: true }),
        Value::Null => Err(Error::call(path, "is null").with_hint("leave the field out", "请删去该字段")),
        _ if is_json => Ok(Given { text: node.raw.into(), is_text: false }),
        _ => text(path, node).map(|text| Given { text, is_text: true }),
    }
}

fn content(text: String) -> Result<Content> {
    let members = {
        let node = json::parse(&text).map_err(|bad| {
            Error::call("content", format!("is not valid JSON at line {}, column {}: {}", bad.line, bad.column, bad.what))
        })?;
        node.members().ok_or_else(|| Error::call("content", "must be the text of one JSON object"))?;
        members_of(&node)
    };
    Ok(Content { text, members })
}

fn omitted(call: &Node<'_>, added: &[&str]) -> Result<Vec<String>> {
    let bad = |what: String| {
        Error::call("omit", what)
            .mended_by(Remedy::of(format!("here `omit` takes {}", added.join(", ")), format!("此处 `omit` 可取 {}", added.join("、"))))
    };
    let names = match call.member("omit").map(|node| &node.value) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(names)) => names,
        Some(_) => return Err(bad("must be a list of names".into())),
    };
    let known = |name: &Node<'_>| match name.text() {
        Some(name) if added.contains(&name) => Ok(name.to_string()),
        Some(name) => Err(bad(format!("names {}, which is not added here", foreign::name(name)))),
        None => Err(bad("must be a list of names".into())),
    };
    names.iter().map(known).collect()
}

/// `SM4`, and what is written of its mode behind that.
pub(crate) fn is_sm4(word: &str) -> bool {
    word.get(..3).is_some_and(|cipher| cipher.eq_ignore_ascii_case("SM4"))
}

/// The error of a call that is to be encrypted so.
pub(crate) fn sm4(field: &str) -> Error {
    Error::unsupported(field, "SM4 is not supported: its IV is not public").with_hint(
        "give `encrypt` as true, which is AES with the account's encrypt_key, where the API takes that",
        "如该接口支持 AES，请将 `encrypt` 写为 true（使用账户的 encrypt_key）",
    )
}

fn encrypt(call: &Node<'_>) -> Result<bool> {
    match call.member("encrypt").map(|node| &node.value) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(encrypt)) => Ok(*encrypt),
        Some(Value::String(word)) if is_sm4(word) => Err(sm4("encrypt")),
        Some(_) => Err(Error::call("encrypt", "must be true or false")),
    }
}
