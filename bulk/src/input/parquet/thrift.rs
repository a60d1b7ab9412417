//! Thrift's compact protocol, as far as its whole numbers: what a file says of sizes is looked at before anybody believes it.

use std::io::{self, Read};

/// Deeper than anything in Parquet.
const DEEPEST: usize = 16;
/// So much of a structure is read, and no more.
const LONGEST: u64 = 4 << 20;

/// Hears what stands in the field of this number, after those of the fields around it.
pub(super) type Tell<'t> = dyn FnMut(&[i64], Said) -> io::Result<()> + 't;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// A field of this type begins.
    Field(u8),
    Number(i64),
    /// The structure ends; the field is 0.
    End,
}

pub(super) const I32: u8 = 5;
pub(super) const BINARY: u8 = 8;
pub(super) const LIST: u8 = 9;
pub(super) const STRUCTURE: u8 = 12;

/// Reads one structure. How many bytes it had.
pub(super) fn read(source: impl Read, tell: &mut Tell<'_>) -> io::Result<u64> {
    let mut reader = Reader { source: source.take(LONGEST), path: Vec::new(), depth: 0 };
    reader.structure(tell)?;
    Ok(LONGEST - reader.source.limit())
}

pub(super) fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "is damaged")
}

struct Reader<R> {
    source: io::Take<R>,
    path: Vec<i64>,
    /// Of structures, lists and maps.
    depth: usize,
}

impl<R: Read> Reader<R> {
    fn structure(&mut self, tell: &mut Tell<'_>) -> io::Result<()> {
        self.path.push(0);
        let mut last = 0;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            let field = match head >> 4 {
                _ if kind == 0 => break,
                0 => self.number()?,
                further => last + i64::from(further),
            };
            // Whoever writes Parquet writes them in order. One that came again would be the first for some readers, the last for others.
            if field <= last || field > i16::MAX.into() {
                return Err(damaged());
            }
            last = field;
            self.within(field);
            tell(&self.path, Said::Field(kind))?;
            // In a structure, a truth is its own type.
            if kind > 2 {
                self.value(kind, tell)?;
            }
        }
        self.within(0);
        tell(&self.path, Said::End)?;
        self.path.pop();
        Ok(())
    }

    fn within(&mut self, field: i64) {
        if let Some(last) = self.path.last_mut() {
            *last = field;
        }
    }

    fn value(&mut self, kind: u8, tell: &mut Tell<'_>) -> io::Result<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(damaged());
        }
        match kind {
            1..=3 => self.byte().map(drop),
            4..=I32 | 6 => {
                let number = self.number()?;
                let fits = match kind {
                    4 => i16::try_from(number).is_ok(),
                    I32 => i32::try_from(number).is_ok(),
                    _ => true,
                };
                if !fits {
                    return Err(damaged());
                }
                tell(&self.path, Said::Number(number))
            }
            7 => self.skip(8),
            BINARY => self.length().and_then(|length| self.skip(length)),
            LIST | 10 => self.list(tell),
            11 => self.map(tell),
            STRUCTURE => self.structure(tell),
            _ => Err(damaged()),
        }?;
        self.depth -= 1;
        Ok(())
    }

    fn list(&mut self, tell: &mut Tell<'_>) -> io::Result<()> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.length()?,
            few => few.into(),
        };
        (0..count).try_for_each(|_| self.value(head & 0x0f, tell))
    }

    fn map(&mut self, tell: &mut Tell<'_>) -> io::Result<()> {
        let count = self.length()?;
        let kinds = if count > 0 { self.byte()? } else { 0 };
        (0..count).try_for_each(|_| [kinds >> 4, kinds & 0x0f].into_iter().try_for_each(|kind| self.value(kind, tell)))
    }

    fn skip(&mut self, length: u64) -> io::Result<()> {
        match io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? == length {
            true => Ok(()),
            false => Err(damaged()),
        }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut byte = [0];
        self.source.read_exact(&mut byte)?;
        Ok(u8::from_ne_bytes(byte))
    }

    fn length(&mut self) -> io::Result<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    /// Signed: zigzag.
    fn number(&mut self) -> io::Result<i64> {
        let number = self.length()?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

#[cfg(test)]
mod tests {
    use super::Said::{End, Field, Number};
    use super::*;

    type All = Vec<(Vec<i64>, Said)>;

    fn told(bytes: &[u8]) -> io::Result<(u64, All)> {
        let mut all = Vec::new();
        let length = read(bytes, &mut |path, said| {
            all.push((path.to_vec(), said));
            Ok(())
        })?;
        Ok((length, all))
    }

    /// By hand, as the specification of the protocol spells them.
    #[test]
    fn numbers_are_told_by_where_they_stand() {
        let bytes = b"\x15\x04\x11\x28\x02ab\x1c\x15\x01\x00\x19\x25\x02\x04\x19\x1c\x15\x7e\x00\x00rest";
        let (length, all) = told(bytes).unwrap();
        assert_eq!(length, bytes.len() as u64 - 4);
        let expected: [(&[i64], Said); 15] = [
            (&[1], Field(I32)),
            (&[1], Number(2)),
            (&[2], Field(1)),
            (&[4], Field(BINARY)),
            (&[5], Field(STRUCTURE)),
            (&[5, 1], Field(I32)),
            (&[5, 1], Number(-1)),
            (&[5, 0], End),
            (&[6], Field(LIST)),
            (&[6], Number(1)),
            (&[6], Number(2)),
            (&[7], Field(LIST)),
            (&[7, 1], Field(I32)),
            (&[7, 1], Number(63)),
            (&[7, 0], End),
        ];
        assert_eq!(all[..15].iter().map(|(path, said)| (&path[..], *said)).collect::<Vec<_>>(), expected);
        assert_eq!((all.len(), &all[15]), (16, &(vec![0], End)));
    }

    #[test]
    fn what_has_no_end_or_two_meanings_is_refused() {
        for bytes in [
            &b""[..],
            b"\x15",
            b"\x15\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
            b"\x18\xff\xff\xff\xff\x0f",
            b"\x1d\x00",
            // Numbers of 16 and 32 bits that have more.
            b"\x14\x80\x80\x04\x00",
            b"\x15\x80\x80\x80\x80\x10\x00",
            // Fields 0, -1 and 32,768, and one that comes again.
            b"\x05\x00\x02\x00",
            b"\x05\x01\x02\x00",
            b"\x05\x80\x80\x04\x02\x00",
            b"\x15\x02\x05\x02\x02\x00",
            &[0x1c; 99],
        ] {
            assert!(told(bytes).is_err(), "{bytes:?}");
        }
        // Lists of lists, more than there is stack for.
        assert!(told(&vec![0x19; 1 << 20]).is_err());
        // A list of truths without an end.
        assert!(told(b"\x19\xf1\xff\xff\xff\xff\xff\xff\xff\xff\x7f").is_err());
    }
}
