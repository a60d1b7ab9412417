//! DER and BER as a tree that can be edited with all lengths set right again, so that a change deep inside is reached.

use crate::script::Script;

const SEQUENCE: u8 = 0x30;
const OCTET_STRING: u8 = 0x04;
const BIT_STRING: u8 = 0x03;
const CONSTRUCTED: u8 = 0x20;
const MAX_DEPTH: usize = 32;

#[derive(Clone)]
pub struct Tlv {
    tag: u8,
    length: Length,
    content: Content,
}

/// How the length is written.
#[derive(Clone, Copy, PartialEq)]
enum Length {
    Shortest,
    /// With this many zeros before it.
    Padded(u8),
    Indefinite,
}

#[derive(Clone)]
enum Content {
    Bytes(Vec<u8>),
    Elements(Vec<Tlv>),
    /// A string that holds DER, after this many bytes (the unused bits of a BIT STRING).
    Wrapped(Vec<u8>, Vec<Tlv>),
    /// An OCTET STRING in pieces of this size.
    Pieces(usize, Box<Tlv>),
}

/// The elements that `der` is made of, strings that hold DER opened; `None` if it is not DER.
pub fn read(der: &[u8]) -> Option<Vec<Tlv>> {
    elements(der, 0)
}

fn elements(mut der: &[u8], depth: usize) -> Option<Vec<Tlv>> {
    let mut elements = Vec::new();
    while !der.is_empty() {
        let (tag, content, rest) = first(der).filter(|_| depth < MAX_DEPTH)?;
        der = rest;
        let content = match tag {
            _ if tag & CONSTRUCTED != 0 => Content::Elements(self::elements(content, depth + 1)?),
            OCTET_STRING if content.first() == Some(&SEQUENCE) => wrapped(&[], content, depth),
            BIT_STRING if content.get(1) == Some(&SEQUENCE) => wrapped(&content[..1], &content[1..], depth),
            _ => Content::Bytes(content.into()),
        };
        elements.push(Tlv { tag, length: Length::Shortest, content });
    }
    Some(elements)
}

fn wrapped(before: &[u8], der: &[u8], depth: usize) -> Content {
    match elements(der, depth + 1) {
        Some(elements) => Content::Wrapped(before.into(), elements),
        None => Content::Bytes([before, der].concat()),
    }
}

fn first(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, length, rest @ ..] = der else { return None };
    // Tags of more than one byte, the end of an indefinite length, and OCTET STRINGs that are already in pieces.
    if tag & 0x1F == 0x1F || *tag == 0 || *tag == OCTET_STRING | CONSTRUCTED {
        return None;
    }
    let (length, rest) = match *length {
        short @ 0..=0x7F => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (digits, rest) = rest.split_at_checked(usize::from(long & 0x7F))?;
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*tag, content, rest))
}

pub fn sequence(elements: Vec<Tlv>) -> Tlv {
    Tlv { tag: SEQUENCE, length: Length::Shortest, content: Content::Elements(elements) }
}

/// `[0]`, constructed.
pub fn explicit(element: Tlv) -> Tlv {
    Tlv { tag: 0xA0, length: Length::Shortest, content: Content::Elements(vec![element]) }
}

pub fn primitive(tag: u8, bytes: impl Into<Vec<u8>>) -> Tlv {
    Tlv { tag, length: Length::Shortest, content: Content::Bytes(bytes.into()) }
}

pub fn octets(bytes: impl Into<Vec<u8>>) -> Tlv {
    primitive(OCTET_STRING, bytes)
}

/// Every constructed element with an indefinite length, every OCTET STRING in pieces: BER of the same meaning.
pub fn to_ber(element: Tlv, piece: usize) -> Tlv {
    let below = |elements: Vec<Tlv>| elements.into_iter().map(|element| to_ber(element, piece)).collect();
    match element.content {
        Content::Elements(elements) => Tlv { content: Content::Elements(below(elements)), length: Length::Indefinite, ..element },
        Content::Bytes(_) | Content::Wrapped(..) if element.tag == OCTET_STRING => in_pieces(element, piece),
        _ => element,
    }
}

/// Only the OCTET STRINGs in pieces, with definite lengths.
pub fn octets_in_pieces(element: Tlv, piece: usize) -> Tlv {
    let below = |elements: Vec<Tlv>| elements.into_iter().map(|element| octets_in_pieces(element, piece)).collect();
    match element.content {
        Content::Elements(elements) => Tlv { content: Content::Elements(below(elements)), ..element },
        Content::Bytes(_) if element.tag == OCTET_STRING => Tlv { length: Length::Shortest, ..in_pieces(element, piece) },
        _ => element,
    }
}

fn in_pieces(element: Tlv, size: usize) -> Tlv {
    let content = Content::Pieces(size.max(1), Box::new(element));
    Tlv { tag: OCTET_STRING | CONSTRUCTED, length: Length::Indefinite, content }
}

pub fn write(elements: &[Tlv]) -> Vec<u8> {
    elements.iter().flat_map(Tlv::write).collect()
}

impl Tlv {
    pub fn write(&self) -> Vec<u8> {
        let content = self.content.write();
        let mut der = vec![self.tag];
        match self.length {
            Length::Indefinite => return [&der, [0x80].as_slice(), &content, &[0, 0]].concat(),
            Length::Shortest if content.len() < 0x80 => der.push(content.len() as u8),
            length => {
                let zeros = if let Length::Padded(zeros) = length { usize::from(zeros) } else { 0 };
                let digits: Vec<u8> = content.len().to_be_bytes().into_iter().skip_while(|digit| *digit == 0).collect();
                der.push(0x80 | (zeros + digits.len()) as u8 & 0x7F);
                der.extend(vec![0; zeros]);
                der.extend(digits);
            }
        }
        der.extend(content);
        der
    }

    fn children(&mut self) -> Option<&mut Vec<Tlv>> {
        match &mut self.content {
            Content::Elements(elements) | Content::Wrapped(_, elements) => Some(elements),
            _ => None,
        }
    }
}

impl Content {
    fn write(&self) -> Vec<u8> {
        match self {
            Content::Bytes(bytes) => bytes.clone(),
            Content::Elements(elements) => write(elements),
            Content::Wrapped(before, elements) => [before.as_slice(), &write(elements)].concat(),
            Content::Pieces(size, whole) => {
                let pieces = whole.content.write();
                pieces.chunks(*size).flat_map(|piece| octets(piece).write()).collect()
            }
        }
    }
}

/// Edits the tree as the script says, to its end or `most` times.
pub fn edit(elements: &mut Vec<Tlv>, script: &mut Script<'_>, most: usize) {
    for _ in 0..most {
        if script.is_over() || elements.is_empty() {
            return;
        }
        let count = elements.iter_mut().map(size).sum::<usize>();
        let donor = at(elements, &mut script.below(count)).map(|(list, at)| list[at].clone());
        let Some((list, at)) = at(elements, &mut script.below(count)) else { return };
        change(list, at, donor, script);
    }
}

fn size(element: &mut Tlv) -> usize {
    1 + element.children().map_or(0, |elements| elements.iter_mut().map(size).sum())
}

/// The list that holds the element of this number, counted from the top, and its place there.
fn at<'t>(list: &'t mut Vec<Tlv>, number: &mut usize) -> Option<(&'t mut Vec<Tlv>, usize)> {
    for at in 0..list.len() {
        let size = size(&mut list[at]);
        if *number == 0 {
            return Some((list, at));
        }
        if *number < size {
            *number -= 1;
            return self::at(list[at].children()?, number);
        }
        *number -= size;
    }
    None
}

fn change(list: &mut Vec<Tlv>, at: usize, donor: Option<Tlv>, script: &mut Script<'_>) {
    match script.byte() % 12 {
        0 => drop(list.remove(at)),
        1 => list.insert(at, list[at].clone()),
        2 => list[at] = donor.unwrap_or_else(|| octets([])),
        3 => list.insert(at, donor.unwrap_or_else(|| octets([]))),
        4 => list[at].content = Content::Bytes(script.bytes().into()),
        5 => {
            let mut bytes = list[at].content.write();
            let place = script.below(bytes.len());
            if let Some(byte) = bytes.get_mut(place) {
                *byte ^= script.byte();
            }
            list[at].content = Content::Bytes(bytes);
        }
        6 => list[at].tag = script.byte(),
        7 => list[at].length = [Length::Indefinite, Length::Padded(script.byte() % 5), Length::Shortest][script.below(3)],
        8 => list[at] = in_pieces(list[at].clone(), usize::from(script.byte())),
        9 => list.insert(at, primitive(script.byte(), script.bytes())),
        10 => list[at] = sequence(vec![list[at].clone()]),
        _ => {
            let bytes = list[at].content.write();
            list[at].content = Content::Bytes(bytes[..script.below(bytes.len() + 1)].into());
        }
    }
}
