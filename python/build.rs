//! How a wheel is linked. A thread that comes back to an interpreter that has ended is unwound by glibc, with the unwinder of libgcc_s;
//! our frames must be understood by that same one. Zig would link another one into the module: every such program would crash.

fn main() {
    const UNWINDER: &str = "CHEXIAO_LIBGCC_S";
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed={UNWINDER}");
    if let Ok(path) = std::env::var(UNWINDER) {
        println!("cargo:rustc-cdylib-link-arg={path}");
    }
}
