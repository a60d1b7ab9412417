//! A program written in Rust that holds libchexiao.a: two standard libraries in one process, linked by Rust's own linker.

use std::ffi::{CStr, c_char};

#[link(name = "chexiao", kind = "static")]
unsafe extern "C" {
    fn chexiao_version() -> *const c_char;
    fn chexiao_gateways(out: *mut *mut c_char) -> i32;
    fn chexiao_string_free(json: *mut c_char);
}

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    assert!(std::panic::catch_unwind(|| panic!("the host's own")).is_err());
    let mut json = std::ptr::null_mut();
    // SAFETY: as the header says.
    unsafe {
        assert_eq!(chexiao_gateways(&raw mut json), 0);
        assert!(CStr::from_ptr(json).to_str().unwrap().contains("wechat") && !CStr::from_ptr(chexiao_version()).is_empty());
        chexiao_string_free(json);
    }
}
