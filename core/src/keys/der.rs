//! DER, by position: only the outline of a key is read here, so that a strange serial number or name does not matter. And
//! BER, as some vendors' tools write it, made into DER.

use super::fault::Fault;
use crate::ground::key_fault::KeyFault;
use crate::ground::secret::Secret;
use der::{Decode, Reader, SliceReader, Tag, Tagged};

/// Real containers nest a dozen deep.
const MAX_DEPTH: usize = 24;
/// Bounds the memory of a tree of elements.
const MAX_ELEMENTS: usize = 4096;
const CONSTRUCTED: u8 = 0x20;
const OCTET_STRING: u8 = 0x04;

/// One element: its tag, its whole encoding, its content.
#[derive(Clone, Copy)]
pub(super) struct Element<'a> {
    pub(super) tag: Tag,
    pub(super) whole: &'a [u8],
    pub(super) content: &'a [u8],
}

impl<'a> Element<'a> {
    /// The one element that `der` is, with nothing after it.
    pub(super) fn of(der: &'a [u8]) -> Option<Self> {
        let any = der::asn1::AnyRef::from_der(der).ok()?;
        Some(Self { tag: any.tag(), whole: der, content: any.value() })
    }

    /// The elements of a constructed one.
    pub(super) fn children(&self) -> Option<Vec<Element<'a>>> {
        self.tag.is_constructed().then(|| elements(self.content))?
    }

    /// The elements, if it is a SEQUENCE.
    pub(super) fn sequence(&self) -> Option<Vec<Element<'a>>> {
        if self.tag == Tag::Sequence { self.children() } else { None }
    }

    /// The content, if it is an OBJECT IDENTIFIER.
    pub(super) fn oid(&self) -> Option<&'a [u8]> {
        (self.tag == Tag::ObjectIdentifier).then_some(self.content)
    }

    /// The content, if it is an OCTET STRING.
    pub(super) fn octets(&self) -> Option<&'a [u8]> {
        (self.tag == Tag::OctetString).then_some(self.content)
    }

    /// The whole bytes of a BIT STRING.
    pub(super) fn bits(&self) -> Option<&'a [u8]> {
        if self.tag == Tag::BitString { self.content.strip_prefix(&[0]) } else { None }
    }

    /// The number, if it is an INTEGER that fits.
    pub(super) fn number(&self) -> Option<u64> {
        let bytes = self.magnitude()?;
        (bytes.len() <= 8).then(|| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// The number, if it is an INTEGER, without the zeros before it. No number of a key is negative: one that looks so lost its zero.
    pub(super) fn magnitude(&self) -> Option<&'a [u8]> {
        let bytes = (self.tag == Tag::Integer && !self.content.is_empty()).then_some(self.content)?;
        Some(bytes.iter().position(|byte| *byte != 0).and_then(|at| bytes.get(at..)).unwrap_or_default())
    }

    /// Whether it is the context-specific tag `number`.
    pub(super) fn is_context(&self, number: u8) -> bool {
        self.whole.first().is_some_and(|tag| tag & !CONSTRUCTED == 0x80 | number)
    }
}

fn elements(content: &[u8]) -> Option<Vec<Element<'_>>> {
    let mut reader = SliceReader::new(content).ok()?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        if elements.len() == MAX_ELEMENTS {
            return None;
        }
        elements.push(Element::of(reader.tlv_bytes().ok()?)?);
    }
    Some(elements)
}

/// The elements of the one SEQUENCE that `der` is.
pub(super) fn sequence(der: &[u8]) -> Option<Vec<Element<'_>>> {
    Element::of(der)?.sequence()
}

/// The first element of what may have more behind it.
pub(super) fn first(bytes: &[u8]) -> Option<&[u8]> {
    SliceReader::new(bytes).ok()?.tlv_bytes().ok()
}

/// An element with this tag and content.
pub(super) fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let length = length.iter().skip_while(|byte| **byte == 0).copied().collect::<Vec<u8>>();
    let mut der = Vec::with_capacity(content.len() + length.len() + 2);
    der.push(tag);
    match (content.len(), length.as_slice()) {
        (..0x80, _) => der.push(length.first().copied().unwrap_or(0)),
        // A length never has more than eight bytes.
        (_, bytes) => der.extend([&[0x80 | u8::try_from(bytes.len()).unwrap_or(8)], bytes].concat()),
    }
    der.extend_from_slice(content);
    der
}

/// An INTEGER of a magnitude.
pub(super) fn integer(magnitude: &[u8]) -> Vec<u8> {
    match magnitude.first() {
        None | Some(0x80..) => tlv(0x02, &[&[0], magnitude].concat()),
        _ => tlv(0x02, magnitude),
    }
}

/// BER as DER: definite lengths in their shortest form, OCTET STRINGs in one piece.
pub(super) fn from_ber(ber: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
    let mut input = Ber { rest: ber, elements: 0 };
    let der = input.element(0)?;
    if input.rest.is_empty() { Ok(der) } else { Err(KeyFault::Malformed.because("has bytes after the end of its DER or BER")) }
}

struct Ber<'a> {
    rest: &'a [u8],
    elements: usize,
}

impl<'a> Ber<'a> {
    fn element(&mut self, depth: usize) -> Result<Secret<Vec<u8>>, Fault> {
        self.elements += 1;
        if depth > MAX_DEPTH || self.elements > MAX_ELEMENTS {
            return Err(KeyFault::Malformed.because("is BER that nests too deep or has too many parts"));
        }
        let tag = self.byte()?;
        if tag & 0x1F == 0x1F {
            return Err(KeyFault::Malformed.because("is not DER or BER of a key"));
        }
        let content = match self.length()? {
            None if tag & CONSTRUCTED == 0 => return Err(KeyFault::Malformed.because("is not DER or BER of a key")),
            None => self.until_end_of_contents(depth)?,
            Some(length) => {
                let content = self.take(length)?;
                if tag & CONSTRUCTED == 0 {
                    return Ok(Secret::new(tlv(tag, content)));
                }
                let mut inside = Ber { rest: content, elements: self.elements };
                let mut parts = Vec::new();
                while !inside.rest.is_empty() {
                    parts.push(inside.element(depth + 1)?);
                }
                self.elements = inside.elements;
                parts
            }
        };
        let content: Vec<&[u8]> = content.iter().map(|part| part.expose().as_slice()).collect();
        let (tag, content) =
            if tag == OCTET_STRING | CONSTRUCTED { (OCTET_STRING, join(&content)?) } else { (tag, Secret::new(content.concat())) };
        Ok(Secret::new(tlv(tag, content.expose())))
    }

    fn until_end_of_contents(&mut self, depth: usize) -> Result<Vec<Secret<Vec<u8>>>, Fault> {
        let mut parts = Vec::new();
        loop {
            if let Some(rest) = self.rest.strip_prefix(&[0, 0]) {
                self.rest = rest;
                return Ok(parts);
            }
            parts.push(self.element(depth + 1)?);
        }
    }

    /// `None` stands for the indefinite length.
    fn length(&mut self) -> Result<Option<usize>, Fault> {
        let first = self.byte()?;
        match first {
            0x80 => Ok(None),
            ..0x80 => Ok(Some(first.into())),
            _ => {
                let bytes = self.take(usize::from(first & 0x7F))?;
                let significant = bytes.iter().position(|byte| *byte != 0).map_or(&[][..], |at| bytes.get(at..).unwrap_or_default());
                if significant.len() > 4 {
                    return Err(truncated());
                }
                Ok(Some(significant.iter().fold(0, |length, byte| length << 8 | usize::from(*byte))))
            }
        }
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        let (first, rest) = self.rest.split_first().ok_or_else(truncated)?;
        self.rest = rest;
        Ok(*first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Fault> {
        let (content, rest) = self.rest.split_at_checked(length).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(content)
    }
}

/// The bytes of the OCTET STRINGs that one was cut into.
fn join(parts: &[&[u8]]) -> Result<Secret<Vec<u8>>, Fault> {
    let pieces = parts.iter().map(|part| Element::of(part).and_then(|piece| piece.octets()));
    let pieces: Option<Vec<&[u8]>> = pieces.collect();
    pieces.map(|pieces| Secret::new(pieces.concat())).ok_or_else(|| KeyFault::Malformed.because("is not DER or BER of a key"))
}

fn truncated() -> Fault {
    KeyFault::Truncated.because("is cut off")
}
