//! The fuzz targets: what each does with the fuzzer's bytes, what must hold afterwards, and the inputs to begin with. Under
//! libFuzzer they are the programs in `fuzz_targets`; `replay` runs them on files, without it.

mod answers;
pub mod corpus;
mod lab;
mod oracle;
mod posts;
mod reference;
mod rewrite;
mod script;
mod sealed;
pub mod targets;
mod tlv;
mod vectors;
