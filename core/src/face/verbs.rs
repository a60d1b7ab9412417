//! What a client can be told, for the bindings: text in, one document out. A row here is all that a new verb needs.

use super::border::{Answer, done, failed, panicked, panicked_while_sending, unknown_input};
use super::json;
use crate::client::{Client, Stop};
use crate::ground::error::{Error, Kind, Result};
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;

/// One thing a client can be told.
pub struct Verb {
    /// What bindings call it by.
    pub word: &'static str,
    /// What its text is called in an error.
    pub parameter: &'static str,
    run: Run,
    /// What is said of a text that is none: an error, or what is said of any that cannot be read.
    unread: fn(&Client, Error) -> Result<Answer>,
    /// What is said where there is an error: that, or, where the request is out already, Unknown.
    failed: fn(&Error) -> Answer,
    /// What is said after a defect: an error, or, where the request may have left, Unknown.
    pub panicked: fn() -> Answer,
}

type Begun<'a> = Pin<Box<dyn Future<Output = Result<Answer>> + Send + 'a>>;

enum Run {
    Now(fn(&Client, &str) -> Result<Answer>),
    /// Waits for the network, as long as it is not stopped.
    Waiting(for<'a> fn(&'a Client, &'a str, &'a Stop) -> Begun<'a>),
}

/// The signed request of a call.
pub const SIGN: Verb = Verb {
    word: "sign",
    parameter: "call",
    run: Run::Now(|client, call| json::sign(client, call).map(done)),
    unread: error,
    failed,
    panicked,
};

/// Signs, sends once, verifies and interprets; of a `call` it gives the answer.
pub const SEND: Verb = Verb {
    word: "send",
    parameter: "call",
    run: Run::Waiting(|client, call, stop| Box::pin(json::sending(client, call, stop))),
    unread: error,
    failed,
    panicked: panicked_while_sending,
};

/// Connects ahead of the next call; the text is empty.
pub const WARM: Verb = Verb {
    word: "warm",
    parameter: "text",
    run: Run::Waiting(|client, _, stop| Box::pin(async { client.warming(stop).await.map(|()| done(String::from("{}"))) })),
    unread: error,
    failed,
    panicked,
};

/// Goes the way to the gateway step by step; the text is empty. Whatever it finds is its answer.
pub const DIAGNOSE: Verb = Verb {
    word: "diagnose",
    parameter: "text",
    run: Run::Waiting(|client, _, stop| Box::pin(async { Ok(done(json::diagnosis(&client.diagnosing(stop).await).1)) })),
    unread: error,
    failed,
    panicked,
};

/// Judges an exchange that the program has made itself: never an error.
pub const VERIFY: Verb = Verb {
    word: "verify",
    parameter: "exchange",
    run: Run::Now(|client, exchange| Ok(json::verify(client, exchange))),
    unread: error,
    failed: unknown_input,
    panicked: panicked_while_sending,
};

/// Verifies, says and answers what a gateway has posted: an error only where the account lacks a setting.
pub const NOTIFICATION: Verb = Verb {
    word: "notification",
    parameter: "message",
    run: Run::Now(json::notification),
    unread: |client, error| json::unread_notification(client, &error),
    failed,
    panicked,
};

/// One field of the gateway's other calls, encrypted.
pub const ENCRYPT_FIELD: Verb = Verb {
    word: "encrypt_field",
    parameter: "text",
    run: Run::Now(|client, text| json::encrypt_field(client, text).map(done)),
    unread: error,
    failed,
    panicked,
};

/// One field of the gateway's other replies and notifications, decrypted.
pub const DECRYPT_FIELD: Verb = Verb {
    word: "decrypt_field",
    parameter: "field",
    run: Run::Now(|client, field| json::decrypt_field(client, field).map(done)),
    unread: error,
    failed,
    panicked,
};

/// Every verb.
pub static VERBS: &[Verb] = &[SIGN, SEND, WARM, DIAGNOSE, VERIFY, NOTIFICATION, ENCRYPT_FIELD, DECRYPT_FIELD];

impl Verb {
    /// The verb of this word.
    ///
    /// # Errors
    /// [`Kind::Unsupported`]: the binding is of another version.
    pub fn of(word: &str) -> Result<&'static Self> {
        let known = VERBS.iter().find(|verb| verb.word == word);
        known.ok_or_else(|| Error::at_border(Kind::Unsupported, "verb", "is none of this library's; are both of one version?"))
    }

    /// The answer to a client and a text, or to what is wrong with them. Runs inside [`guarded`](super::border::guarded).
    pub fn told<C: Deref<Target = Client>, T: AsRef<str>>(&self, client: Result<C>, text: Result<T>) -> Answer {
        let told = client.and_then(|client| match text {
            Ok(text) => match self.run {
                Run::Now(run) => run(&client, text.as_ref()),
                Run::Waiting(begin) => client.wait(text.as_ref(), begin(&client, text.as_ref(), &Stop::never())),
            },
            Err(bad) => (self.unread)(&client, bad),
        });
        told.unwrap_or_else(|error| (self.failed)(&error))
    }

    /// The same without blocking: all is done when it is first polled, but for what waits for the network.
    pub(super) async fn begun(&self, client: impl Deref<Target = Client>, text: String, stop: Arc<Stop>) -> Answer {
        let told = match self.run {
            Run::Now(run) => run(&client, &text),
            Run::Waiting(begin) => begin(&client, &text, &stop).await,
        };
        told.unwrap_or_else(|error| (self.failed)(&error))
    }
}

fn error(_: &Client, error: Error) -> Result<Answer> {
    Err(error)
}
