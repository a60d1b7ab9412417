//! How the library is linked: read-only relocations, without symbols in a release, and never unloaded. The JVM unloads a library with the
//! class loader that loaded it, but its I/O thread runs until the process ends.

fn main() {
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os != "windows") {
        link_elf();
    }
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-s");
    }
    println!("cargo:rerun-if-changed=build.rs");
}

fn link_elf() {
    for argument in ["-z,relro,-z,now", "-z,noexecstack", "-z,nodelete"] {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
}
