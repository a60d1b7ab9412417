#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| chexiao_fuzz::targets::key_loader::run(data));
