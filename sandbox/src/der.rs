//! Writing DER.

/// One element.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let length = content.len().to_be_bytes();
            let digits: Vec<u8> = length.into_iter().skip_while(|digit| *digit == 0).collect();
            out.push(0x80 | digits.len() as u8); // at most 8
            out.extend(digits);
        }
    }
    out.extend(content);
    out
}

pub(crate) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(0x30, &parts.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let head = |length: usize| element(4, &vec![0; length])[1..].to_vec();
        assert_eq!(head(0), [0]);
        assert_eq!(head(127)[..1], [0x7f]);
        assert_eq!(head(128)[..2], [0x81, 0x80]);
        assert_eq!(head(256)[..3], [0x82, 1, 0]);
    }
}
