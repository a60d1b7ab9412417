//! The native methods of the class `io.github.chexiao.Native`, with `byte[]` for text. What is told to a client is a row of
//! `chexiao::face::verbs`; what Java can do wrong is caught in `boundary` and `chexiao::face::handles`. None of them throws.
//!
//! A method returns 0 or an outcome (1 to 11) on success, a negative number on an error, and puts one JSON document (UTF-8) into `out[0]`;
//! `out[0]` stays null if there is no memory for it.

// The JVM finds a method by this kind of name.
#![allow(non_snake_case)]

mod boundary;
mod bulk;
#[cfg(feature = "test-panic")]
mod misuse;

use boundary::{Documents, documented, guarded, text};
use chexiao::face::border::{self, OK, done, failed, unwound};
use chexiao::face::queue::Queue;
use chexiao::face::verbs::Verb;
use chexiao::face::{handles, json};
use chexiao::{Client, Error, Kind};
use jni::EnvUnowned;
use jni::objects::{JByteArray, JClass, JLongArray, JObject};
use jni::sys::{jint, jlong};
use std::sync::LazyLock;
use std::time::Duration;

/// The version of this interface: the classes refuse a library with another one.
const INTERFACE: u32 = 5;

/// The calls that no thread of Java's waits for.
static QUEUE: LazyLock<Result<Queue, Error>> = LazyLock::new(|| Queue::new(1 << 20));

/// `{"interface","version"}`
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_about<'a>(mut env: EnvUnowned<'a>, _: JClass<'a>, out: Documents<'a>) -> jint {
    let json = format!("{{\"interface\":{INTERFACE},\"version\":\"{}\"}}", env!("CARGO_PKG_VERSION"));
    guarded(&mut env, &out, |_| Ok(done(json)))
}

/// All gateways with their environments and outcome tables.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_gateways<'a>(mut env: EnvUnowned<'a>, _: JClass<'a>, out: Documents<'a>) -> jint {
    guarded(&mut env, &out, |_| Ok(done(json::gateways())))
}

/// Why a configuration does not work, step by step.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_diagnose<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    config: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, |env| Ok(done(json::diagnose(text(env, "config", &config)?.as_ref()).1)))
}

/// Opens a client from configuration JSON; its handle goes into `client[0]`, `{"gateway"}` into `out[0]`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_open<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    config: JByteArray<'a>,
    client: JLongArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, |env| {
        let opened = Client::new(text(env, "config", &config)?.as_ref())?;
        let json = format!("{{\"gateway\":\"{}\"}}", opened.gateway());
        let handle = handles::add(opened)?;
        client.set_region(env, 0, &[handle.cast_signed()]).map_err(|_| {
            handles::free(handle);
            Error::at_border(Kind::Null, "client", "has no room for a handle")
        })?;
        Ok(done(json))
    })
}

/// Frees a client; calls that still run on it finish.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_free<'a>(_: EnvUnowned<'a>, _: JClass<'a>, client: jlong) -> jint {
    let freed = unwound(|| handles::free(client.cast_unsigned()));
    freed.map_or(Kind::Panic as jint, |freed| if freed { OK } else { Kind::Handle as jint })
}

/// Tells a client something: `verb` is the word of a row of `chexiao::face::verbs`. `_owner` keeps the Java client from being collected,
/// and so freed, before the handle is looked up.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_ask<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    verb: JByteArray<'a>,
    text: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    documented(&mut env, &out, |env| match boundary::text(env, "verb", &verb).and_then(|word| Verb::of(word.as_ref())) {
        Err(error) => failed(&error),
        Ok(verb) => border::guarded(verb.panicked, || {
            Ok(verb.told(handles::get(client.cast_unsigned()), boundary::text(env, verb.parameter, &text)))
        }),
    })
}

/// [`ask`](Java_io_github_chexiao_Native_ask) without waiting: 0 if the call is in the queue, else its answer.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_submit<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    verb: JByteArray<'a>,
    text: JByteArray<'a>,
    tag: jlong,
    out: Documents<'a>,
) -> jint {
    documented(&mut env, &out, |env| match boundary::text(env, "verb", &verb).and_then(|word| Verb::of(word.as_ref())) {
        Err(error) => failed(&error),
        Ok(verb) => border::guarded(verb.panicked, || {
            let client = handles::get(client.cast_unsigned())?;
            let text = boundary::text(env, verb.parameter, &text)?;
            queue()?.submit(client, verb, text.as_ref().to_owned(), tag.cast_unsigned())?;
            Ok(done(String::from("{}")))
        }),
    })
}

/// The next call that has finished: its answer, and its tag into `tag[0]`. If none has in time, `tag` stays as it is, and the answer is `{}`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_take<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    milliseconds: jint,
    tag: JLongArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, |env| {
        let no_room = |_| Error::at_border(Kind::Null, "tag", "has no room for a tag");
        // First what can fail: a call that was taken must not be lost.
        tag.get_region(env, 0, &mut [0]).map_err(no_room)?;
        let timeout = Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0));
        let Some(finished) = queue()?.take(timeout)? else { return Ok(done(String::from("{}"))) };
        tag.set_region(env, 0, &[finished.tag.cast_signed()]).map_err(no_room)?;
        Ok(finished.answer)
    })
}

/// Takes the call of this tag back, unless its request is out: that is still heard, and none follows it. It is taken as ever.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_withdraw<'a>(_: EnvUnowned<'a>, _: JClass<'a>, tag: jlong) {
    unwound(|| {
        if let Ok(queue) = queue() {
            queue.withdraw(tag.cast_unsigned());
        }
    });
}

fn queue() -> Result<&'static Queue, Error> {
    QUEUE.as_ref().map_err(Error::clone)
}
