//! How the shared library is linked: its SONAME by the major version, read-only relocations, and never unloaded, since its
//! I/O thread runs until the process ends. Windows has none of these: see `chexiao_lc::stay_loaded`.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "windows") {
        return;
    }
    let version = |part: &str| std::env::var(format!("CARGO_PKG_VERSION_{part}")).unwrap_or_default();
    let soname = format!("libchexiao.so.{}", version("MAJOR"));
    for argument in [&format!("-soname,{soname}"), "-z,relro,-z,now", "-z,noexecstack", "-z,nodelete"] {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
}
