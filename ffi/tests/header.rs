//! `include/chexiao.h` is what cbindgen makes of the source. To renew it: `make words`.

use std::path::Path;

#[test]
fn the_header_is_what_the_source_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).unwrap();
    let mut generated = Vec::new();
    cbindgen::generate_with_config(root, config).unwrap().write(&mut generated);
    let header = root.join("../include/chexiao.h");
    if std::env::var_os("CHEXIAO_WRITE_HEADER").is_some() {
        std::fs::write(&header, &generated).unwrap();
    }
    let checked_in = std::fs::read_to_string(&header).unwrap();
    assert!(checked_in == String::from_utf8(generated).unwrap(), "include/chexiao.h is not what cbindgen generates");
}
