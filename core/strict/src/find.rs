//! Where a short text stands in a long one, by its first byte: for what begins as little else does.

use memchr::{memchr, memchr_iter};

/// Whether this byte stands there.
pub fn has(text: &[u8], byte: u8) -> bool {
    memchr(byte, text).is_some()
}

/// Whether it stands there.
pub fn holds(text: &[u8], what: &[u8]) -> bool {
    place(text, what).is_some()
}

/// What stands before it, and what stands behind it.
pub fn split_once<'t>(text: &'t str, what: &str) -> Option<(&'t str, &'t str)> {
    let at = place(text.as_bytes(), what.as_bytes())?;
    Some((text.get(..at)?, text.get(at + what.len()..)?))
}

fn place(text: &[u8], what: &[u8]) -> Option<usize> {
    let stands = |at: &usize| text.get(*at..).is_some_and(|rest| rest.starts_with(what));
    memchr_iter(*what.first()?, text).find(stands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn a_text_is_found_where_it_is(text in "[-ab中]{0,12}", what in "-{1,3}[ab中]?") {
            prop_assert_eq!(split_once(&text, &what), text.split_once(&what));
            prop_assert_eq!(holds(text.as_bytes(), what.as_bytes()), text.contains(&what));
        }
    }
}
