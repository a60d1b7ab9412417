//! How a request ended, and what a caller is told of it.

use super::claim::Claim;
use super::exchange::Connection;
use super::pool::Link;
use super::{Lost, Reply, not_sent};
use crate::gateway::HttpReply;
use crate::ground::error::{Error, Result};
use crate::outcome::Reason;

pub(super) enum Report {
    /// Nothing of the request was written.
    NotSent(Error),
    /// It may have been, and no whole reply came.
    Lost(Reason),
    Replied(HttpReply, Rest),
    /// Nothing was to be sent.
    Connected,
}

/// What has become of the connection that carried the reply.
pub(super) enum Rest {
    Ended,
    /// Its task has it.
    Kept,
    /// Whoever reads this has it.
    Given(Connection),
}

/// How far it came in time.
pub(super) type Attempt = std::result::Result<(Option<HttpReply>, Option<Connection>), Failure>;

pub(super) enum Failure {
    NoConnection(Error),
    Lost(Reason),
}

/// An exchange as an attempt.
pub(super) fn done(ended: std::result::Result<(HttpReply, Option<Connection>), Lost>) -> Attempt {
    match ended {
        Ok((reply, connection)) => Ok((Some(reply), connection)),
        Err(Lost(reason)) => Err(Failure::Lost(reason)),
    }
}

impl Report {
    /// Of an attempt, or of none that ended in time; and the connection, if it is still good. Of a call that was stopped, nothing is told but
    /// a whole reply: what else its connection says comes of that.
    pub(super) fn of(attempt: Option<Attempt>, claim: &Claim) -> (Option<Self>, Option<Connection>) {
        let (begun, was_over) = claim.end_once();
        let (told, connection) = match attempt {
            Some(Err(Failure::NoConnection(error))) => (Self::NotSent(error), None),
            Some(Ok((None, connection))) => (Self::Connected, connection),
            None if !begun => (Self::NotSent(out_of_time()), None),
            Some(_) if !begun => (Self::NotSent(not_sent("the connection ended before the request could be sent")), None),
            Some(Ok((Some(reply), None))) => return (Some(Self::Replied(reply, Rest::Ended)), None),
            Some(Ok((Some(reply), connection))) => return (Some(Self::Replied(reply, Rest::Kept)), connection),
            Some(Err(Failure::Lost(reason))) => (Self::Lost(reason), None),
            None => (Self::Lost(Reason::Timeout), None),
        };
        ((!was_over).then_some(told), connection)
    }

    /// For the thread that gets it, which uses the connection itself from here on.
    pub(super) fn giving(self, connection: Option<Connection>) -> Self {
        match (self, connection.filter(|connection| connection.tcp.leave())) {
            (Self::Replied(reply, _), Some(connection)) => Self::Replied(reply, Rest::Given(connection)),
            (Self::Replied(reply, _), None) => Self::Replied(reply, Rest::Ended),
            (other, _) => other,
        }
    }

    /// What a caller is told; `link` is that to the task.
    pub(super) fn for_caller(self, link: Option<Link>) -> Result<Reply> {
        match self {
            Self::NotSent(error) => Err(error),
            Self::Connected => Err(not_sent("nothing was to be sent")),
            Self::Lost(reason) => Ok(Reply::Lost(reason)),
            Self::Replied(reply, Rest::Ended) => Ok(Reply::Whole(reply, None)),
            Self::Replied(reply, Rest::Kept) => Ok(Reply::Whole(reply, link)),
            Self::Replied(reply, Rest::Given(connection)) => Ok(Reply::Whole(reply, Some(Link::to(connection)))),
        }
    }
}

/// The caller's time ran out before the first byte.
pub(super) fn out_of_time() -> Error {
    not_sent("the time ran out before the request could be sent").with_hint(
        "allow more time in deadline_ms, or find out what takes so long, and call again",
        "请放宽 deadline_ms 或查明耗时之处，然后重新调用",
    )
}
