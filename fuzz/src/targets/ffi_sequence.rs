//! Sequences of C calls, misuse included where the header says what comes of it: handles freed before or made up, NULL, bytes
//! that are not UTF-8, lengths no object has. A model says which status must come.

use crate::script::Script;
use crate::vectors;
use chexiao_ffi::*;
use serde_json::Value;
use std::ffi::{CStr, c_char};
use std::ptr;
use std::sync::LazyLock;

const NULL: i32 = -1;
const UTF8: i32 = -2;
const HANDLE: i32 = -3;
/// What verify says of bytes that are no text: the request is out.
const UNKNOWN: i32 = 9;
const NUL_TERMINATED: usize = usize::MAX;

struct Case {
    config: String,
    call: String,
    exchange: String,
    /// What encrypting the call as a field gives, where fields are encrypted.
    field: String,
}

/// The base URL answers nothing: a connection to port 1 is refused.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let vectors =
        ["wechat", "chinaums", "edgeros", "ysepay"].into_iter().flat_map(|gateway| vectors::of(gateway, "verify").into_iter().step_by(50));
    let case = |mut vector: Value| {
        vector["config"]["base_url"] = "http://127.0.0.1:1".into();
        vector["config"].as_object_mut().unwrap().remove("environment");
        let (config, call) = (vector["config"].to_string(), vector["call"].to_string());
        let client = chexiao::Client::new(&config).unwrap();
        let request = chexiao::face::json::sign(&client, &call).unwrap();
        let exchange = format!("{{\"call\":{call},\"request\":{request},\"reply\":{}}}", vector["reply"]);
        let field = client.encrypt_field(&call).unwrap_or_default();
        Case { config, call, exchange, field }
    };
    vectors.map(case).collect()
});

/// What the program holds: every handle it was ever given, and whether it is open.
#[derive(Default)]
struct Program(Vec<(u64, bool)>);

pub fn run(data: &[u8]) {
    let (mut script, mut program) = (Script::new(data), Program::default());
    for _ in 0..40 {
        if script.is_over() {
            break;
        }
        match script.byte() % 11 {
            0 | 1 => program.open(&mut script),
            2 => program.free(&mut script),
            3 | 4 => program.ask(&mut script, chexiao_verify, UNKNOWN, |case| &case.exchange),
            5 => program.ask(&mut script, chexiao_sign, UTF8, |case| &case.call),
            6 if script.byte().is_multiple_of(16) => program.ask(&mut script, chexiao_send, UTF8, |case| &case.call),
            6 => {
                _ = answer(script.byte().is_multiple_of(4), |out| {
                    // SAFETY: `answer` gives NULL or a place.
                    unsafe { chexiao_gateways(out) }
                })
            }
            7 => names(&mut script),
            8 => program.ask(&mut script, chexiao_encrypt_field, UTF8, |case| &case.call),
            9 => program.ask(&mut script, chexiao_decrypt_field, UTF8, |case| &case.field),
            // SAFETY: NULL is ignored.
            _ => unsafe { chexiao_string_free(ptr::null_mut()) },
        }
    }
    for (handle, open) in program.0 {
        assert_eq!(chexiao_client_free(handle), if open { 0 } else { HANDLE });
    }
}

pub fn seeds() -> Vec<Vec<u8>> {
    let all = CASES.len() as u8;
    let story = |case: u8| {
        vec![0, 0, case, 0, 0, 0, 3, 0, 0, 0, case, 0, 0, 5, 0, 0, 0, case, 0, 0, 2, 0, 0, 5, 0, 0, 0, case, 0, 0, 7, 1, 6, 1, 0, 8]
    };
    (0..all).map(story).chain([vec![], vec![6, 0, 0, 0, 0, 0, 0], (0..=255).collect()]).collect()
}

impl Program {
    /// A handle of its own, open or not, or one that was made up.
    fn handle(&self, script: &mut Script<'_>) -> (u64, bool) {
        let made_up = script.byte();
        let known = self.0.get(script.below(self.0.len())).copied();
        match (made_up, known) {
            (0..200, Some(known)) => known,
            (200..230, Some((handle, _))) => self.like(handle ^ 1 << (made_up % 64)),
            _ => self.like(u64::from_be_bytes([made_up; 8])),
        }
    }

    fn like(&self, handle: u64) -> (u64, bool) {
        (handle, self.0.iter().any(|(known, open)| *known == handle && *open))
    }

    fn open(&mut self, script: &mut Script<'_>) {
        let case = script.pick(&CASES);
        let text = Text::of(&case.config, script);
        let (no_place, no_out) = (script.byte() % 16 == 15, script.byte() % 16 == 15);
        let mut handle = 99;
        let place = if no_place { ptr::null_mut() } else { &raw mut handle };
        let (status, _) = answer(no_out, |out| {
            // SAFETY: `text` is readable for its length or NULL, or has a length that no object can have; `place` is a place or NULL.
            unsafe { chexiao_client_new(text.start(), text.length, place, out) }
        });
        let expected = if no_out || no_place { Some(NULL) } else { text.status() };
        match expected {
            Some(expected) => assert_eq!(status, expected),
            None if text.edited => assert!([0, -11, -12].contains(&status), "{status}"),
            None => assert_eq!(status, 0),
        }
        match status {
            0 => {
                assert!(self.0.iter().all(|(known, _)| *known != handle), "a handle is given twice");
                self.0.push((handle, true));
            }
            _ => assert!(handle == 0 || no_out || no_place),
        }
    }

    fn free(&mut self, script: &mut Script<'_>) {
        let (handle, open) = self.handle(script);
        assert_eq!(chexiao_client_free(handle), if open { 0 } else { HANDLE });
        self.0.iter_mut().filter(|(known, _)| *known == handle).for_each(|(_, open)| *open = false);
    }

    fn ask(
        &mut self,
        script: &mut Script<'_>,
        function: unsafe extern "C" fn(u64, *const c_char, usize, *mut *mut c_char) -> i32,
        no_text: i32,
        say: fn(&Case) -> &String,
    ) {
        let (handle, open) = self.handle(script);
        let text = Text::of(say(script.pick(&CASES)), script);
        let no_out = script.byte() % 16 == 15;
        let (status, document) = answer(no_out, |out| {
            // SAFETY: as in `open`; any number may be a handle.
            unsafe { function(handle, text.start(), text.length, out) }
        });
        let expected = match (no_out, open) {
            (true, _) => Some(NULL),
            (_, false) => Some(HANDLE),
            _ => text.status().map(|status| if status == UTF8 { no_text } else { status }),
        };
        match expected {
            Some(expected) => assert_eq!(status, expected),
            None => assert!((0..=11).contains(&status) || [-10, -12, -21].contains(&status), "{status}: {document}"),
        }
    }
}

/// A text as C hands it over.
struct Text {
    /// With a NUL behind it.
    bytes: Option<Vec<u8>>,
    length: usize,
    edited: bool,
}

impl Text {
    fn of(text: &str, script: &mut Script<'_>) -> Self {
        let mut bytes = text.as_bytes().to_vec();
        let how = script.byte() % 16;
        match how {
            10 => return Self { bytes: None, length: usize::from(script.byte()), edited: false },
            11 => bytes = script.bytes().into(),
            12 => {
                let (at, byte) = (script.below(bytes.len()), script.byte());
                if let Some(old) = bytes.get_mut(at) {
                    *old = byte;
                }
            }
            13 => bytes.truncate(script.below(text.len())),
            _ => {}
        }
        let terminated = [8, 9].contains(&how) || bytes.contains(&0) && script.byte().is_multiple_of(2);
        let length = match (terminated, how) {
            (true, _) => NUL_TERMINATED,
            (_, 14) => usize::MAX - 1 - usize::from(script.byte()),
            _ => bytes.len(),
        };
        bytes.push(0);
        Self { bytes: Some(bytes), length, edited: (11..=13).contains(&how) }
    }

    fn start(&self) -> *const c_char {
        self.bytes.as_ref().map_or(ptr::null(), |bytes| bytes.as_ptr().cast())
    }

    /// The status that must come because of the text itself.
    fn status(&self) -> Option<i32> {
        let Some(bytes) = &self.bytes else { return Some(NULL) };
        let seen = match self.length {
            NUL_TERMINATED => bytes.split(|byte| *byte == 0).next().unwrap_or_default(),
            length if length < bytes.len() => &bytes[..length],
            _ => return Some(UTF8),
        };
        (seen.contains(&0) || std::str::from_utf8(seen).is_err()).then_some(UTF8)
    }
}

/// Calls; checks the document against the status, and frees it.
fn answer(no_out: bool, call: impl FnOnce(*mut *mut c_char) -> i32) -> (i32, Value) {
    let mut document = ptr::dangling_mut();
    let status = call(if no_out { ptr::null_mut() } else { &raw mut document });
    if no_out {
        assert_eq!(status, NULL);
        return (status, Value::Null);
    }
    // SAFETY: never NULL while there is memory, and ends with a NUL.
    let text = unsafe { CStr::from_ptr(document) }.to_str().expect("UTF-8");
    let value: Value = serde_json::from_str(text).expect("JSON");
    // SAFETY: from the library, freed here only.
    unsafe { chexiao_string_free(document) };
    let said = if status < 0 { &value["status"] } else { &value["code"] };
    assert!(status == 0 || *said == status, "{status}: {value}");
    (status, value)
}

fn names(script: &mut Script<'_>) {
    let status = i32::from(script.byte()) - 128;
    // SAFETY: static texts, never NULL.
    let name = unsafe { CStr::from_ptr(chexiao_status_name(status)) }.to_str().unwrap();
    assert!(!name.is_empty());
    assert_eq!(chexiao_abi_version(), 1);
    // SAFETY: as above.
    assert!(!unsafe { CStr::from_ptr(chexiao_version()) }.is_empty());
}
