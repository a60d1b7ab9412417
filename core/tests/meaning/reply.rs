//! Texts of replies: members as they are written.

/// The members that are there, as a JSON object.
pub(crate) fn object(members: &[(&str, Option<&str>)]) -> String {
    let members: Vec<String> = members.iter().filter_map(|(name, raw)| Some(format!("\"{name}\":{}", (*raw)?))).collect();
    format!("{{{}}}", members.join(","))
}

/// The object with these members, as they are written, behind its own.
pub(crate) fn with(object: &str, more: Option<&str>) -> String {
    let Some(more) = more else { return object.to_string() };
    let own = object.strip_suffix('}').unwrap();
    let comma = if own == "{" { "" } else { "," };
    format!("{own}{comma}{more}}}")
}

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
