//! The word that was most likely meant.

/// Of the known words the one that is the same but for case and signs between letters, or else the nearest one, if it is near.
pub(crate) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = bare(word);
    if word.len() > LONGEST {
        return None;
    }
    let near = |limit: usize| {
        let distances = known.iter().map(|known| (distance(&word, &bare(known)), *known));
        distances.filter(|(distance, known)| *distance <= limit && known.len() > 2 * limit).min().map(|(_, known)| known)
    };
    let only = |mut found: Box<dyn Iterator<Item = &'k str> + '_>| found.next().filter(|_| found.next().is_none());
    let holding = || only(Box::new(known.iter().copied().filter(|known| word.len() >= SHORTEST_PART && holds(&bare(known), &word))));
    let held = || only(Box::new(known.iter().copied().filter(|known| known.len() >= SHORTEST_PART && holds(&word, &bare(known)))));
    near(0).or_else(|| near(1)).or_else(|| near(2)).or_else(holding).or_else(held)
}

/// No known word is so long.
const LONGEST: usize = 40;
/// A part of a known word, such as `public_key`, in characters.
const SHORTEST_PART: usize = 6;

fn bare(word: &str) -> Vec<char> {
    word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn holds(whole: &[char], part: &[char]) -> bool {
    whole.windows(part.len().max(1)).any(|window| window == part)
}

/// Letters to insert, leave out, replace or swap with their neighbour.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let cell = |row: Option<&Vec<usize>>, at: usize| row.and_then(|row| row.get(at)).copied().unwrap_or(usize::MAX - 1);
            let above = rows.last();
            let replaced = cell(above, j) + usize::from(x != y);
            let mut least = replaced.min(cell(above, j + 1) + 1).min(cell(Some(&row), j) + 1);
            let is_swap = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_swap {
                least = least.min(cell(rows.get(i - 1), j - 1) + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_found_and_none_that_is_far() {
        let known = [
            "gateway",
            "base_url",
            "environment",
            "account",
            "connect_timeout_ms",
            "deadline_ms",
            "proxy",
            "ca_file",
            "gateway_public_key",
            "mid",
            "tid",
        ];
        for (word, meant) in [
            ("gatewya", Some("gateway")),
            ("Gateway", Some("gateway")),
            ("baseUrl", Some("base_url")),
            ("base-url", Some("base_url")),
            ("base_url\u{200b}", Some("base_url")),
            ("enviroment", Some("environment")),
            ("acount", Some("account")),
            ("deadline", Some("deadline_ms")),
            ("cafile", Some("ca_file")),
            ("public_key", Some("gateway_public_key")),
            ("my_gateway", Some("gateway")),
            ("mld", Some("mid")),
            ("order", None),
            ("", None),
            ("x", None),
            ("retries", None),
        ] {
            assert_eq!(nearest(word, &known), meant, "{word}");
        }
        assert_eq!(nearest(&"a".repeat(100_000), &known), None);
        assert_eq!(nearest("rsa2", &["RSA", "RSA2", "CA"]), Some("RSA2"));
    }
}
