//! How a text comes to be signed, stage by stage, and every way in which few stages go wrong.

use std::fmt;

/// One thing that another client did otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deviation {
    /// The name of a row of the [catalogue](crate::CATALOGUE).
    pub mistake: &'static str,
    /// Which field, key or hash; empty where the name says all.
    pub detail: String,
}

impl Deviation {
    pub(crate) fn new(mistake: &'static str, detail: impl Into<String>) -> Self {
        Self { mistake, detail: detail.into() }
    }
}

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.detail.as_str() {
            "" => f.write_str(self.mistake),
            detail => write!(f, "{} ({detail})", self.mistake),
        }
    }
}

/// A parameter, as it was read and as it stood there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) value: String,
    /// As it stands in the message, with its escapes.
    pub(crate) wire: String,
    /// The bytes that the escapes mean, where no charset has been settled yet.
    pub(crate) bytes: Vec<u8>,
}

/// Stands for the secret in a text that holds it. No message holds this character.
pub(crate) const SECRET: char = '\u{1}';

/// What becomes the signed bytes: parameters, then text, then bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Draft {
    pub(crate) pairs: Vec<Pair>,
    pub(crate) text: String,
    pub(crate) bytes: Vec<u8>,
    /// The secret stands among the parameters already.
    pub(crate) keyed: bool,
}

pub(crate) type Step = Box<dyn Fn(&Draft) -> Option<Draft>>;

/// A stage gone wrong in one way.
pub(crate) struct Way {
    pub(crate) deviation: Deviation,
    pub(crate) step: Step,
}

/// One decision of whoever signs: the right one, and the known wrong ones.
pub(crate) struct Stage {
    pub(crate) right: Step,
    pub(crate) wrong: Vec<Way>,
}

impl Stage {
    pub(crate) fn new(right: impl Fn(&Draft) -> Option<Draft> + 'static) -> Self {
        Self { right: Box::new(right), wrong: Vec::new() }
    }

    pub(crate) fn or(self, mistake: &'static str, step: impl Fn(&Draft) -> Option<Draft> + 'static) -> Self {
        self.or_of(mistake, "", step)
    }

    pub(crate) fn or_of(
        mut self,
        mistake: &'static str,
        detail: impl Into<String>,
        step: impl Fn(&Draft) -> Option<Draft> + 'static,
    ) -> Self {
        self.wrong.push(Way { deviation: Deviation::new(mistake, detail), step: Box::new(step) });
        self
    }
}

/// Tells `visit` every text that comes of `start` with exactly `wrong` stages gone wrong, each so that it shows.
pub(crate) fn drafts(stages: &[Stage], start: &Draft, wrong: usize, visit: &mut dyn FnMut(&[Deviation], &[u8])) {
    go(stages, start, wrong, &mut Vec::new(), visit);
}

fn go(stages: &[Stage], draft: &Draft, left: usize, chosen: &mut Vec<Deviation>, visit: &mut dyn FnMut(&[Deviation], &[u8])) {
    let Some((stage, rest)) = stages.split_first() else {
        return if left == 0 {
            visit(chosen, &draft.bytes)
        };
    };
    if left > stages.len() {
        return;
    }
    let right = (stage.right)(draft);
    if let Some(next) = &right {
        go(rest, next, left, chosen, visit);
    }
    if left == 0 {
        return;
    }
    for way in &stage.wrong {
        // What changes nothing is no mistake here.
        let Some(next) = (way.step)(draft).filter(|next| Some(next) != right.as_ref()) else { continue };
        chosen.push(way.deviation.clone());
        go(rest, &next, left - 1, chosen, visit);
        chosen.pop();
    }
}

/// How many texts that visits at most.
pub(crate) fn texts(stages: &[Stage], wrong: usize) -> usize {
    let (one, two) = stages.iter().map(|stage| stage.wrong.len()).fold((0, 0), |(one, two), ways| (one + ways, two + one * ways));
    match wrong {
        0 => 1,
        1 => one,
        _ => two,
    }
}

/// The text with nothing gone wrong.
pub(crate) fn right(stages: &[Stage], start: &Draft) -> Option<Vec<u8>> {
    let mut found = None;
    drafts(stages, start, 0, &mut |_, bytes| found = Some(bytes.to_vec()));
    found
}

/// The bytes with this in the place of the secret.
pub(crate) fn with_secret(bytes: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut whole = Vec::with_capacity(bytes.len() + secret.len());
    for byte in bytes {
        if *byte == SECRET as u8 { whole.extend_from_slice(secret) } else { whole.push(*byte) }
    }
    whole
}
