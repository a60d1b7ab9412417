//! What fuzzing found besides the seeds: of each target one file, `corpus/<target>.bin`, of every input its length (four bytes, the
//! highest first) and its bytes. The inputs are sorted and none stands twice, so that what is added moves nothing else.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Empty where the target has no corpus yet.
pub fn read(target: &str) -> BTreeSet<Vec<u8>> {
    let path = path(target);
    let file = if path.exists() { std::fs::read(&path).unwrap() } else { Vec::new() };
    let inputs = unpacked(&file).unwrap_or_else(|| panic!("{} ends within an input", path.display()));
    assert!(inputs.is_sorted_by(|one, next| one < next), "{} is not sorted", path.display());
    inputs.into_iter().map(<[u8]>::to_vec).collect()
}

pub fn write(target: &str, inputs: &BTreeSet<Vec<u8>>) {
    let packed = |input: &Vec<u8>| [&u32::try_from(input.len()).unwrap().to_be_bytes(), input.as_slice()].concat();
    std::fs::write(path(target), inputs.iter().flat_map(packed).collect::<Vec<u8>>()).unwrap();
}

fn unpacked(mut file: &[u8]) -> Option<Vec<&[u8]>> {
    let mut inputs = Vec::new();
    while !file.is_empty() {
        let (length, rest) = file.split_first_chunk()?;
        let (input, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        inputs.push(input);
        file = rest;
    }
    Some(inputs)
}

fn path(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target).with_extension("bin")
}
