//! A library whose thread runs until the process ends must not be unloaded.

/// Keeps the library loaded from here on. Of ELF libraries the linker sees to that (`nodelete`).
#[cfg(not(windows))]
pub fn stay_loaded() {}

/// Keeps the library loaded from here on, whoever calls `FreeLibrary`.
#[cfg(windows)]
pub fn stay_loaded() {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };
    let mut module = std::ptr::null_mut();
    let here = stay_loaded as *const () as *const u16;
    // SAFETY: with this flag the name is an address, and this function's is one in the library; the handle is written into `module`.
    unsafe { GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, here, &raw mut module) };
}
