//! `chexiao demo`

use crate::counter::{Done, Folder, chexiao};
use chexiao_sandbox::GATEWAYS;

/// Rows of an order's life by calls, in the order of [`GATEWAYS`].
const LIFE: [usize; 5] = [5, 4, 5, 4, 5];

#[test]
fn the_demo_prints_68_right_rows_and_leaves_no_file() {
    let folder = Folder::new();
    let done = Done::of(chexiao().arg("demo").env("TMPDIR", &folder.0).output().unwrap());
    assert_eq!((done.code, done.err.as_str()), (0, ""), "{}", done.out);
    let header = done.out.lines().find(|line| line.starts_with("gateway ")).expect("a header");
    for title in ["case", "outcome", "evidence", "next", "order book", "ms"] {
        assert!(header.contains(title), "{header}");
    }
    for (case, answer) in [("paid after the close", "acknowledge"), ("forged notification", "refuse")] {
        assert_eq!(done.out.lines().filter(|line| line.contains(case) && line.contains(answer)).count(), 5, "{case}");
    }
    for (gateway, life) in GATEWAYS.into_iter().zip(LIFE) {
        assert_eq!(done.out.lines().filter(|line| line.split(' ').next() == Some(gateway)).count(), 9 + life, "{gateway}");
    }
    let rows = done.out.lines().filter(|line| GATEWAYS.contains(&line.split(' ').next().unwrap_or_default()));
    assert_eq!(rows.count(), 68);
    assert!(!done.out.contains("wrong\n") && done.out.contains("All 68 outcomes are what they must be."), "{}", done.out);
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 0, "keys left behind");
}
