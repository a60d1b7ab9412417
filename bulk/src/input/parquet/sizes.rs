//! What a file says of its sizes, looked at before they are believed: whoever unpacks a page takes as much memory as its header says.

use super::thrift::{self, BINARY, I32, LIST, STRUCTURE, Said, damaged};
use std::io::{self, BufReader, Read, Seek, SeekFrom};

/// Bytes of the pages and dictionaries that are in memory at once.
pub(super) const MOST: u64 = 256 << 20;
/// A value of a dictionary takes so much.
const VALUE: u64 = 40;
/// Columns that hold columns, and so on.
const DEEPEST: usize = 32;
/// Columns, and those that hold them.
const WIDEST: i64 = 2000;

/// Of a schema, in the description of the whole file: its columns are not too many, and none lies too deep.
pub(super) fn schema(description: &[u8]) -> io::Result<()> {
    // How many columns are still to come, of each of those around.
    let (mut coming, mut children, mut all): (Vec<i64>, _, _) = (Vec::new(), 0, 0);
    thrift::read(description, &mut |path, said| {
        match (path, said) {
            ([2, 5], Said::Number(number)) => {
                children = number;
                within(children)?;
            }
            ([2, 0], Said::End) => {
                all += 1;
                within(all)?;
                if let Some(coming) = coming.last_mut() {
                    *coming -= 1;
                }
                coming.push(std::mem::take(&mut children));
                while coming.last().is_some_and(|coming| *coming <= 0) {
                    coming.pop();
                }
            }
            ([1] | [2, 1..=3] | [2, 5..=9], Said::Field(kind)) => is(kind, I32)?,
            ([2], Said::Field(kind)) => is(kind, LIST)?,
            ([2, 4], Said::Field(kind)) => is(kind, BINARY)?,
            _ => {}
        }
        if coming.len() > DEEPEST { Err(damaged()) } else { Ok(()) }
    })
    .map(drop)
}

fn within(columns: i64) -> io::Result<()> {
    match columns {
        0..=WIDEST => Ok(()),
        ..0 => Err(damaged()),
        _ => Err(too_large("has more than 2,000 columns")),
    }
}

pub(super) fn too_large(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::FileTooLarge, what)
}

/// Of a column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pages {
    /// Memory, at the most.
    pub(super) taken: u64,
    /// Null among them.
    pub(super) values: u64,
}

/// Those that begin at this byte and take so many.
pub(super) fn pages(mut file: impl Read + Seek, start: u64, length: u64) -> io::Result<Pages> {
    let (mut at, end) = (start, start.checked_add(length).ok_or_else(damaged)?);
    let (mut dictionary, mut before, mut largest, mut values) = (0, 0, 0, 0);
    while at < end {
        file.seek(SeekFrom::Start(at))?;
        let mut page = Page::default();
        at += thrift::read(BufReader::with_capacity(512, &mut file), &mut |path, said| page.hears(path, said))?;
        at += page.packed;
        let taken = page.takes()?;
        match page.kind {
            DICTIONARY => dictionary += taken,
            // The one before goes when this one is there.
            PAGE | SECOND_PAGE => (largest, before, values) = (largest.max(before + taken), taken, values + page.values),
            _ => {}
        }
    }
    if at == end { Ok(Pages { taken: dictionary + largest, values }) } else { Err(damaged()) }
}

const PAGE: u64 = 0;
const DICTIONARY: u64 = 2;
/// Of version 2.
const SECOND_PAGE: u64 = 3;
/// Plain, and by a dictionary: in others a few bytes say how many values are to come.
const KNOWN: [u64; 3] = [0, 2, 8];

/// What its header says.
#[derive(Default)]
struct Page {
    kind: u64,
    unpacked: u64,
    packed: u64,
    values: u64,
    encoding: u64,
    /// That of its kind has come: whoever reads it goes by its own order where there are several.
    is_headed: bool,
}

impl Page {
    fn hears(&mut self, path: &[i64], said: Said) -> io::Result<()> {
        let (place, number) = match (path, said) {
            ([1], Said::Number(number)) => (&mut self.kind, number),
            ([2], Said::Number(number)) => (&mut self.unpacked, number),
            ([3], Said::Number(number)) => (&mut self.packed, number),
            ([5 | 7 | 8, 1], Said::Number(number)) => (&mut self.values, number),
            ([5 | 7, 2] | [8, 4], Said::Number(number)) => (&mut self.encoding, number),
            ([1..=4] | [5, 1..=4] | [7, 1..=2] | [8, 1..=6], Said::Field(kind)) => return is(kind, I32),
            ([5..=8], Said::Field(_)) if std::mem::replace(&mut self.is_headed, true) => return Err(damaged()),
            ([5..=8], Said::Field(kind)) => return is(kind, STRUCTURE),
            _ => return Ok(()),
        };
        *place = u64::try_from(number).map_err(|_| damaged())?;
        Ok(())
    }

    fn takes(&self) -> io::Result<u64> {
        if !KNOWN.contains(&self.encoding) {
            return Err(damaged());
        }
        let values = if self.kind == DICTIONARY { self.values.saturating_mul(VALUE) } else { 0 };
        let taken = [self.unpacked, self.packed, values].into_iter().fold(0, u64::saturating_add);
        if taken > MOST { Err(io::Error::other("has pages that are too large")) } else { Ok(taken) }
    }
}

/// Whoever reads a field goes by its number alone: with another type the two readings would differ.
fn is(kind: u8, expected: u8) -> io::Result<()> {
    if kind == expected { Ok(()) } else { Err(damaged()) }
}
