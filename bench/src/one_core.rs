//! Keeps a thread and the processes that it starts on one core: where two on a virtual machine wake one another, that costs as much as a close, and
//! whether they do depends on what else the machine does.

use std::mem::{size_of, zeroed};

/// Until it is dropped.
pub struct OneCore(libc::cpu_set_t);

impl OneCore {
    pub fn keep() -> Self {
        // SAFETY: plain numbers.
        let (mut before, mut first): (libc::cpu_set_t, libc::cpu_set_t) = unsafe { (zeroed(), zeroed()) };
        // SAFETY: of this thread, into a set that is as large as said.
        assert_eq!(unsafe { libc::sched_getaffinity(0, size_of::<libc::cpu_set_t>(), &raw mut before) }, 0);
        // SAFETY: numbers within the set.
        let core = (0..libc::CPU_SETSIZE as usize).find(|core| unsafe { libc::CPU_ISSET(*core, &before) }).expect("a core");
        // SAFETY: as above.
        unsafe { libc::CPU_SET(core, &mut first) };
        set(&first);
        Self(before)
    }
}

impl Drop for OneCore {
    fn drop(&mut self) {
        set(&self.0);
    }
}

fn set(cores: &libc::cpu_set_t) {
    // SAFETY: of this thread, from a set that is as large as said.
    assert_eq!(unsafe { libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &raw const *cores) }, 0);
}
