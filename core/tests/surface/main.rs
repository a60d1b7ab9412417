//! What callers see besides the outcome's word: the other members of the result, its sentences, the tables, what `Debug` shows,
//! encrypted fields, and the heads of replies.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod calls;
mod diagnosis;
mod documents;
mod ensure_closed;
mod exchanges;
mod fields;
mod foreign;
mod head;
mod hints;
mod limits;
mod money;
mod refunds;
mod replies;
mod result;
mod settings;
mod settled;
mod shown;
mod tokens;
mod unpaid;
mod verbs;
