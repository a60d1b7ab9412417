//! Every word a reply or a notification can carry, in every seal, naming everyone it can name, means what `tests/faults/meaning` says from the
//! pages.
//!
//! `cargo test -p chexiao --test meaning -- --nocapture` shows the counts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

mod chinaums;
mod echo;
mod edgeros;
mod icbc;
mod notices;
mod table;
mod wechat;
mod ysepay;

macro_rules! closes {
    ([$($id:ident)+]) => {$(
        #[test]
        fn $id() {
            table::check(stringify!($id), &$id::Replies::to("close"));
        }
    )+};
}

macro_rules! queries {
    ([$($id:ident)+]) => {$(
        #[test]
        fn $id() {
            super::table::check(concat!(stringify!($id), "-query"), &super::$id::Replies::to("query"));
        }
    )+};
}

macro_rules! hears {
    ([$($id:ident)+]) => {$(
        #[test]
        fn $id() {
            super::table::check(concat!(stringify!($id), "-notification"), &super::notices::$id::Posts::new());
        }
    )+};
}

chexiao_kit::gateways!(close => closes);

mod query {
    chexiao_kit::gateways!(query => queries);
}

mod notification {
    chexiao_kit::gateways!(close => hears);
}
