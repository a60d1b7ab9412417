//! Another library written in Rust that stands beside ours in one program: see neighbours.c.

use std::cell::RefCell;

struct Last;

impl Drop for Last {
    fn drop(&mut self) {
        assert!(std::panic::catch_unwind(|| panic!("at the thread's end")).is_err());
    }
}

thread_local! {
    static KEPT: RefCell<Vec<Last>> = const { RefCell::new(Vec::new()) };
}

#[unsafe(no_mangle)]
pub extern "C" fn neighbour_panics(length: i32) -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    KEPT.with_borrow_mut(|kept| kept.push(Last));
    let thrown = std::thread::spawn(move || -> () { panic!("{}", "x".repeat(length as usize)) }).join().unwrap_err();
    let message = thrown.downcast_ref::<String>().unwrap();
    message.len() as i32
}
