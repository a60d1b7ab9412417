//! Programs of users, built as they build them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One of `bench/programs`, linked with the shared library.
pub fn in_c(library: &Path, root: &Path, folder: &Path, name: &str) -> PathBuf {
    fs::create_dir_all(folder).expect("a folder");
    // The name that the loader looks for.
    let (linked, program) = (folder.join("libchexiao.so.0"), folder.join(name));
    _ = fs::remove_file(&linked);
    symlink(library.canonicalize().expect("a library"), &linked).expect("linked");
    let mut compiler = Command::new("cc");
    compiler.args(["-O2", "-std=c99", "-Wall", "-Wextra", "-Werror", "-o"]).arg(&program).arg("-I").arg(root.join("include"));
    compiler.arg(root.join(format!("bench/programs/{name}.c"))).arg(&linked).arg(format!("-Wl,-rpath,{}", folder.display()));
    assert!(compiler.status().expect("cc runs").success());
    program
}
