//! How the shared library is linked: its SONAME by the major version, read-only relocations, and never unloaded, since its
//! I/O thread runs until the process ends.

fn main() {
    let version = |part: &str| std::env::var(format!("CARGO_PKG_VERSION_{part}")).unwrap_or_default();
    let soname = format!("libchexiao.so.{}", version("MAJOR"));
    for argument in [&format!("-soname,{soname}"), "-z,relro,-z,now", "-z,noexecstack", "-z,nodelete"] {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
