#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| chexiao_fuzz::targets::call_answer::run(data));
