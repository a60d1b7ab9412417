//! Enums that have a word in JSON.

/// Declares an enum together with the words it is called by in JSON.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $(= $number:literal)? => $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[repr(i32)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$doc])* $variant $(= $number)?),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in result JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The same for C, which wants a NUL at its end.
            pub const fn c_word(self) -> &'static std::ffi::CStr {
                let with_nul = match self { $(Self::$variant => concat!($word, "\0")),+ };
                match std::ffi::CStr::from_bytes_with_nul(with_nul.as_bytes()) {
                    Ok(word) => word,
                    Err(_) => c"",
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }
    };
}

pub(crate) use words;
