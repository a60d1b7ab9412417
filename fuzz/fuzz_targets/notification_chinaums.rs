#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| chexiao_fuzz::targets::notification_chinaums::run(data));
