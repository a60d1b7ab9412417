//! Members that name an order, ours or somebody else's.

/// A name that stands for how a member is: `…_absent`, `…_null`, or with another text.
pub(crate) struct Echo<'a> {
    /// The member.
    pub(crate) name: &'a str,
    /// Its right value, with quotes.
    pub(crate) own: &'a str,
}

impl<'a> Echo<'a> {
    /// How this member is written in a reply with the ids `ids`: `<name>_<change>` changes it, any other name leaves it.
    pub(crate) fn raw(&self, ids: &str) -> Option<String> {
        let own = self.own.trim_matches('"');
        Some(match ids.strip_prefix(self.name).unwrap_or_default() {
            "_absent" => return None,
            "_null" => "null".to_string(),
            "_number" => "5".to_string(),
            "_list" => format!("[\"{own}\"]"),
            "_other" => format!("\"{}\"", other(own)),
            "_case" => format!("\"{}\"", swapped(own)),
            "_blank" => format!("\"{own} \""),
            "" => format!("\"{own}\""),
            unknown => panic!("{}{unknown}", self.name),
        })
    }
}

/// A text of the same length.
fn other(own: &str) -> String {
    format!("{}{}", &own[..own.len() - 1], if own.ends_with('9') { '8' } else { '9' })
}

fn swapped(own: &str) -> String {
    let swapped = own.chars().map(|c| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() }).collect();
    assert_ne!(own, swapped, "a text without letters has no other case");
    swapped
}
