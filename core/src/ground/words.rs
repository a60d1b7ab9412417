//! Enums that have a word in JSON. Every list of them, in all languages, is written from here: `core/tests/words.rs`.

/// Declares an enum together with the words it is called by in JSON, and with what they mean in English and, where a page says it, in Chinese.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident {
        $($(#[doc = $en:literal])+ $variant:ident $(= $number:literal)? => $word:literal $($zh:literal)?),+ $(,)?
    }) => {
        $(#[$meta])*
        #[repr(i32)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[doc = $en])+ $variant $(= $number)?),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in result JSON.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// What it means, in English and in Chinese; the latter is empty where no page says it.
            pub const fn meaning(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => (concat!($($en),+).trim_ascii_start(), concat!($($zh)?))),+ }
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
