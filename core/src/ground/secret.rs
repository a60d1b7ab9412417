//! [`Secret`]: text that must not be seen.

use chexiao_lc::wipe;
use serde::de::Visitor;
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;
use std::mem::take;

/// What a type that reads a secret calls itself to its deserializer, which notes that the text is one.
pub(crate) const NAME: &str = "Secret";

/// What [`AsIs`] calls itself.
pub(crate) const AS_IS: &str = "AsIs";

/// A setting's text of which nothing is expected: a path, or a whole key file with its line breaks. All others are looked through for what
/// cannot be seen.
#[derive(Debug)]
pub(crate) struct AsIs<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for AsIs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inner<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Inner<T> {
            type Value = AsIs<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                T::deserialize(deserializer).map(AsIs)
            }
        }

        deserializer.deserialize_newtype_struct(AS_IS, Inner(PhantomData))
    }
}

/// What is overwritten with all the room it has before that is given back.
pub(crate) trait Wiped {
    fn wipe(&mut self);
}

impl Wiped for Vec<u8> {
    fn wipe(&mut self) {
        wipe(self);
    }
}

impl Wiped for String {
    fn wipe(&mut self) {
        wipe(&mut take(self).into_bytes());
    }
}

/// A value without `Display`, with a `Debug` that shows nothing, wiped when dropped.
pub(crate) struct Secret<T: Wiped>(T);

impl<T: Wiped> Secret<T> {
    /// Takes charge of `value`.
    pub(crate) fn new(value: T) -> Self {
        Self(value)
    }

    /// The value, to be worked on in place.
    pub(crate) fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }

    /// The value itself, for the one place that computes with it.
    pub(crate) fn expose(&self) -> &T {
        &self.0
    }
}

/// Takes longer the more is the same: not for what a stranger hands in.
impl<T: Wiped + PartialEq> PartialEq for Secret<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Wiped> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.wipe();
    }
}

impl<T: Wiped> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl<'de> Deserialize<'de> for Secret<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Inner;

        impl<'de> Visitor<'de> for Inner {
            type Value = Secret<String>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
                String::deserialize(deserializer).map(Secret)
            }
        }

        deserializer.deserialize_newtype_struct(NAME, Inner)
    }
}
