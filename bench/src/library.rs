//! The shared library as it ships, loaded as a C program loads it.

use std::ffi::{CStr, CString, c_char, c_void};
use std::path::Path;
use std::ptr;

type Warm = unsafe extern "C" fn(u64, *mut *mut c_char) -> i32;
type Ask = unsafe extern "C" fn(u64, *const c_char, usize, *mut *mut c_char) -> i32;

/// Those of a queue.
struct Queues {
    new: unsafe extern "C" fn(u32, *mut u64, *mut *mut c_char) -> i32,
    submit: unsafe extern "C" fn(u64, u64, u64, *const c_char, usize, *mut *mut c_char) -> i32,
    take: unsafe extern "C" fn(u64, u32, *mut u64, *mut i32, *mut *mut c_char) -> i32,
    free: unsafe extern "C" fn(u64, *mut *mut c_char) -> i32,
}

/// The functions that are measured.
pub struct Library {
    client_new: unsafe extern "C" fn(*const c_char, usize, *mut u64, *mut *mut c_char) -> i32,
    client_free: unsafe extern "C" fn(u64) -> i32,
    sign: Ask,
    verify: Ask,
    send: Ask,
    /// Builds before 2026-11-29, with which later ones are compared, have none of these.
    warm: Option<Warm>,
    queues: Option<Queues>,
    string_free: unsafe extern "C" fn(*mut c_char),
}

/// An open client.
pub struct Client<'l> {
    library: &'l Library,
    handle: u64,
}

impl Library {
    /// Never unloaded.
    pub fn load(path: &Path) -> Self {
        let name = CString::new(path.to_str().unwrap()).unwrap();
        // SAFETY: a name that ends with NUL.
        let library = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
        assert!(!library.is_null(), "{} cannot be loaded", path.display());
        // SAFETY: an open library; the types are those of include/chexiao.h.
        unsafe {
            Self {
                client_new: function(library, c"chexiao_client_new"),
                client_free: function(library, c"chexiao_client_free"),
                sign: function(library, c"chexiao_sign"),
                verify: function(library, c"chexiao_verify"),
                send: function(library, c"chexiao_send"),
                warm: found(library, c"chexiao_warm"),
                queues: found::<*const ()>(library, c"chexiao_queue_new").map(|_| Queues {
                    new: function(library, c"chexiao_queue_new"),
                    submit: function(library, c"chexiao_queue_submit"),
                    take: function(library, c"chexiao_queue_take"),
                    free: function(library, c"chexiao_queue_free"),
                }),
                string_free: function(library, c"chexiao_string_free"),
            }
        }
    }

    pub fn open(&self, config: &str) -> Client<'_> {
        let (mut handle, mut out) = (0, ptr::null_mut());
        // SAFETY: the text has this length; both places can be written.
        let status = unsafe { (self.client_new)(config.as_ptr().cast(), config.len(), &mut handle, &mut out) };
        let said = self.taken(out);
        assert_eq!(status, 0, "{said}");
        Client { library: self, handle }
    }

    fn taken(&self, out: *mut c_char) -> String {
        // SAFETY: what the library gave: a text that ends with NUL, freed once.
        unsafe {
            let text = CStr::from_ptr(out).to_str().unwrap().to_string();
            (self.string_free)(out);
            text
        }
    }
}

/// # Safety
/// The library is open, and `F` is the type of that function.
unsafe fn function<F: Copy>(library: *mut c_void, name: &CStr) -> F {
    // SAFETY: promised by the caller.
    unsafe { found(library, name) }.unwrap_or_else(|| panic!("{name:?} is missing"))
}

/// # Safety
/// That of [`function`].
unsafe fn found<F: Copy>(library: *mut c_void, name: &CStr) -> Option<F> {
    // SAFETY: promised by the caller; the name ends with NUL.
    let function = unsafe { libc::dlsym(library, name.as_ptr()) };
    // SAFETY: promised by the caller; a pointer to a function is as large as any other.
    (!function.is_null()).then(|| unsafe { std::mem::transmute_copy(&function) })
}

impl Client<'_> {
    /// The signed request.
    pub fn request(&self, call: &str) -> String {
        let (status, request) = self.asked(self.library.sign, call);
        assert_eq!(status, 0, "{request}");
        request
    }

    /// The outcome of an exchange, and what is said of it.
    pub fn result(&self, exchange: &str) -> (i32, String) {
        self.asked(self.library.verify, exchange)
    }

    /// The outcome of a call that is sent.
    pub fn send(&self, call: &str) -> i32 {
        self.cost(self.library.send, call)
    }

    /// The same, where it must succeed.
    pub fn close(&self, call: &str) {
        assert_eq!(self.send(call), 1);
    }

    /// Connects ahead.
    pub fn warm(&self) {
        let mut out = ptr::null_mut();
        let warm = self.library.warm.expect("a build that has it");
        // SAFETY: the place can be written.
        let status = unsafe { warm(self.handle, &mut out) };
        let said = self.library.taken(out);
        assert_eq!(status, 0, "{said}");
    }

    /// So many closes by a queue, with so many under way at once; all must succeed.
    pub fn close_by_queue(&self, call: &str, closes: usize, at_once: usize) {
        let queues = self.library.queues.as_ref().expect("a build that has them");
        let (mut queue, mut out) = (0, ptr::null_mut());
        // SAFETY: both places can be written.
        assert_eq!(unsafe { (queues.new)(at_once as u32, &mut queue, &mut out) }, 0);
        self.library.taken(out);
        let (mut submitted, mut taken) = (0, 0);
        while taken < closes {
            while submitted < closes && submitted - taken < at_once {
                // SAFETY: the text has this length; the place can be written.
                let status = unsafe { (queues.submit)(queue, self.handle, 0, call.as_ptr().cast(), call.len(), &mut out) };
                let said = self.library.taken(out);
                assert_eq!(status, 0, "{said}");
                submitted += 1;
            }
            let (mut tag, mut outcome) = (0, 0);
            // SAFETY: the places can be written.
            let status = unsafe { (queues.take)(queue, 60_000, &mut tag, &mut outcome, &mut out) };
            assert_eq!((status, outcome), (0, 1));
            self.library.taken(out);
            taken += 1;
        }
        // SAFETY: the place can be written.
        assert_eq!(unsafe { (queues.free)(queue, &mut out) }, 0);
        self.library.taken(out);
    }

    fn asked(&self, ask: Ask, text: &str) -> (i32, String) {
        let mut out = ptr::null_mut();
        // SAFETY: the text has this length; the place can be written.
        let status = unsafe { ask(self.handle, text.as_ptr().cast(), text.len(), &mut out) };
        (status, self.library.taken(out))
    }

    /// What a C program does that acts on the number alone: the call, and the free.
    fn cost(&self, ask: Ask, text: &str) -> i32 {
        let mut out = ptr::null_mut();
        // SAFETY: the text has this length; the place can be written; what is in it is freed once.
        unsafe {
            let status = ask(self.handle, text.as_ptr().cast(), text.len(), &mut out);
            (self.library.string_free)(out);
            status
        }
    }

    pub fn sign(&self, call: &str) {
        assert_eq!(self.cost(self.library.sign, call), 0);
    }

    pub fn verify(&self, exchange: &str) -> i32 {
        self.cost(self.library.verify, exchange)
    }
}

impl Drop for Client<'_> {
    fn drop(&mut self) {
        // SAFETY: a number.
        unsafe { (self.library.client_free)(self.handle) };
    }
}
