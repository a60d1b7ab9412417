//! The border between Java and Rust, in one place: null, bytes that are not text, and how a document gets back.

use chexiao::face::border::{self, Answer};
use chexiao::{Error, Kind};
use jni::objects::{JByteArray, JObjectArray};
use jni::sys::jint;
use jni::{Env, EnvUnowned, Outcome};
use std::hint::black_box;

#[cfg(panic = "abort")]
compile_error!("a panic must not end the JVM: build with panic = \"unwind\"");

/// A `byte[][]` with room for one document.
pub(crate) type Documents<'a> = JObjectArray<'a, JByteArray<'a>>;

/// Runs `body`, which sends nothing, and hands its answer, its error or its panic to Java.
pub(crate) fn guarded<'a>(env: &mut EnvUnowned<'a>, out: &Documents<'a>, body: impl FnOnce(&mut Env<'a>) -> Result<Answer, Error>) -> jint {
    documented(env, out, |env| border::guarded(border::panicked, || body(env)))
}

/// Hands an answer to Java. The status stands even if there is no memory for the document; no exception is left pending.
pub(crate) fn documented<'a>(env: &mut EnvUnowned<'a>, out: &Documents<'a>, answer: impl FnOnce(&mut Env<'a>) -> Answer) -> jint {
    let mut status = Kind::Panic as jint;
    let written = env.with_env(|env| {
        let (answered, json) = answer(env);
        status = answered;
        let document = env.byte_array_from_slice(json.as_bytes())?;
        out.set_element(env, 0, &document)
    });
    if let Outcome::Panic(carried) = written.into_outcome() {
        std::mem::forget(carried); // dropping it could panic again
    }
    status
}

/// A copy of what Java passed, wiped when dropped: it may be a configuration with secrets.
pub(crate) struct Text(String);

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        let mut bytes = std::mem::take(&mut self.0).into_bytes();
        bytes.fill(0);
        black_box(&bytes);
    }
}

/// The text of a parameter.
pub(crate) fn text(env: &Env<'_>, parameter: &str, array: &JByteArray<'_>) -> Result<Text, Error> {
    if array.is_null() {
        return Err(Error::at_border(Kind::Null, parameter, "is null"));
    }
    let bytes = env.convert_byte_array(array).map_err(|_| Error::at_border(Kind::NotSent, parameter, "cannot be read"))?;
    let text = String::from_utf8(bytes)
        .map(Text)
        .map_err(|bad| Error::at_border(Kind::Utf8, parameter, format!("is not UTF-8 at byte {}", bad.utf8_error().valid_up_to())))?;
    #[cfg(feature = "test-panic")]
    crate::misuse::panic_if_asked(text.as_ref());
    Ok(text)
}
