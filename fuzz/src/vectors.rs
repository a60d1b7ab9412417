//! The known answers of `tests`, read where they stand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::path::{Path, PathBuf};

pub fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests")
}

pub fn json(path: &str) -> Value {
    let path = tests().join(path);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

/// The replies of a gateway's vectors: to closes, and to queries where it has them.
pub fn replies(gateway: &str) -> Vec<Value> {
    let queries = tests().join(format!("vectors/{gateway}/query.json")).exists();
    let files = if queries { &["verify", "query"][..] } else { &["verify"] };
    files.iter().flat_map(|file| of(gateway, file)).collect()
}

/// The vectors of one file of a gateway, with every `{"$key": name}` replaced by its key.
pub fn of(gateway: &str, file: &str) -> Vec<Value> {
    let file = json(&format!("vectors/{gateway}/{file}.json"));
    let vectors = file["vectors"].as_array().unwrap();
    assert!(!vectors.is_empty());
    vectors.iter().map(|vector| with_keys(vector, &file["keys"])).collect()
}

/// The notifications of a gateway, those that were given among them, with their settings put into the account.
pub fn notifications(gateway: &str) -> Vec<Value> {
    let files = json("notifications/manifest.json");
    let mut vectors = Vec::new();
    for path in files["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()) {
        let file = json(&format!("notifications/{path}"));
        for vector in file["vectors"].as_array().unwrap().iter().filter(|vector| vector["gateway"] == gateway) {
            let mut vector = with_keys(vector, &file["keys"]);
            for (name, setting) in vector["settings"].as_object().cloned().unwrap_or_default() {
                vector["config"]["account"][name] = setting;
            }
            vectors.push(vector);
        }
    }
    vectors
}

fn with_keys(value: &Value, keys: &Value) -> Value {
    match value {
        Value::Object(members) if members.contains_key("$key") => keys[members["$key"].as_str().unwrap()].clone(),
        Value::Object(members) => members.iter().map(|(name, inner)| (name.clone(), with_keys(inner, keys))).collect(),
        Value::Array(items) => items.iter().map(|inner| with_keys(inner, keys)).collect(),
        other => other.clone(),
    }
}

pub fn decode(base64: &Value) -> Vec<u8> {
    STANDARD.decode(base64.as_str().unwrap()).unwrap()
}

pub fn try_decode(base64: &str) -> Option<Vec<u8>> {
    STANDARD.decode(base64).ok()
}

pub fn encode(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// A file of keys and the password that the corpus opens it with.
pub struct KeyFile {
    pub name: String,
    pub bytes: Vec<u8>,
    pub password: Option<String>,
}

/// The corpus of key files.
pub fn key_files() -> Vec<KeyFile> {
    let manifest = json("keys/manifest.json");
    let files = manifest["cases"].as_array().unwrap().iter().filter_map(|case| {
        let name = case["file"].as_str().unwrap();
        let bytes = std::fs::read(tests().join("keys/files").join(name)).ok()?;
        Some(KeyFile { name: name.into(), bytes, password: case["password"].as_str().map(str::to_string) })
    });
    let files: Vec<KeyFile> = files.collect();
    assert!(files.len() > 300);
    files
}
