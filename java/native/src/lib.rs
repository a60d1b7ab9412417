//! The native methods of the class `io.github.chexiao.Native`: the C interface once more, with `byte[]` for text. Every method is a few
//! lines over `chexiao::face::json`; what Java can do wrong is caught in `boundary` and `chexiao::face::handles`. None of them throws.
//!
//! A method returns 0 or an outcome (1 to 11) on success, a negative number on an error, and puts one JSON document (UTF-8) into `out[0]`;
//! `out[0]` stays null if there is no memory for it.

// The JVM finds a method by this kind of name.
#![allow(non_snake_case)]

mod boundary;
#[cfg(feature = "test-panic")]
mod misuse;

use boundary::{Documents, Text, guarded, text};
use chexiao::face::border::{OK, done, outcome, panicked, panicked_while_sending, unwound, verified};
use chexiao::face::{handles, json};
use chexiao::{Client, Error, Kind};
use jni::EnvUnowned;
use jni::objects::{JByteArray, JClass, JLongArray, JObject};
use jni::sys::{jint, jlong};

/// The version of this interface: the classes refuse a library with another one.
const INTERFACE: u32 = 1;

/// `{"interface","version"}`
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_about<'a>(mut env: EnvUnowned<'a>, _: JClass<'a>, out: Documents<'a>) -> jint {
    let json = format!("{{\"interface\":{INTERFACE},\"version\":\"{}\"}}", env!("CARGO_PKG_VERSION"));
    guarded(&mut env, &out, panicked, |_| Ok(done(json)))
}

/// All gateways with their environments and outcome tables.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_gateways<'a>(mut env: EnvUnowned<'a>, _: JClass<'a>, out: Documents<'a>) -> jint {
    guarded(&mut env, &out, panicked, |_| Ok(done(json::gateways())))
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
    guarded(&mut env, &out, panicked, |env| {
        let opened = Client::new(text(env, "config", &config)?.as_str())?;
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

/// The signed request of a call. `_owner` keeps the Java client from being collected, and so freed, before the handle is looked up.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_sign<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    call: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, panicked, |env| {
        let (client, call) = (handles::get(client.cast_unsigned())?, text(env, "call", &call)?);
        json::sign(&client, call.as_str()).map(done)
    })
}

/// Signs, sends once, verifies and interprets. An error means that nothing was sent.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_send<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    call: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, panicked_while_sending, |env| {
        let (client, call) = (handles::get(client.cast_unsigned())?, text(env, "call", &call)?);
        json::send(&client, call.as_str()).map(outcome)
    })
}

/// Judges `{"call","request","reply"}`. The request is out, so this is never an error: whatever is unusable makes it Unknown.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_verify<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    exchange: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, panicked_while_sending, |env| {
        let exchange = text(env, "exchange", &exchange);
        Ok(match handles::get(client.cast_unsigned()) {
            Ok(client) => verified(&client, exchange.as_ref().map(Text::as_str).map_err(Error::clone)),
            Err(error) => outcome(json::unknown_input(&error)),
        })
    })
}

/// One field of the gateway's other calls, encrypted: `{"text"}`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_encryptField<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    plain: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, panicked, |env| {
        let (client, plain) = (handles::get(client.cast_unsigned())?, text(env, "text", &plain)?);
        json::encrypt_field(&client, plain.as_str()).map(done)
    })
}

/// One field of the gateway's other replies and notifications, decrypted: `{"text"}`.
#[unsafe(no_mangle)]
pub extern "system" fn Java_io_github_chexiao_Native_decryptField<'a>(
    mut env: EnvUnowned<'a>,
    _: JClass<'a>,
    _owner: JObject<'a>,
    client: jlong,
    field: JByteArray<'a>,
    out: Documents<'a>,
) -> jint {
    guarded(&mut env, &out, panicked, |env| {
        let (client, field) = (handles::get(client.cast_unsigned())?, text(env, "field", &field)?);
        json::decrypt_field(&client, field.as_str()).map(done)
    })
}
