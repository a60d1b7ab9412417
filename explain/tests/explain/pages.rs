//! docs/signatures.md and its Chinese one: what stands between their marks is written from the catalogue (`make words`).

use chexiao_explain::{CATALOGUE, Mistake};
use std::path::Path;

const BEGIN: &str = "<!-- mistakes: written from explain/src/catalogue.rs by `make words` -->";
const END: &str = "<!-- end of mistakes -->";

fn table(head: [&str; 3], cells: fn(&Mistake) -> [&str; 2]) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let row = |row: &Mistake| {
        let [what, todo] = cells(row);
        format!("| `{}` | {} | {} |\n", row.name, cell(what), cell(todo))
    };
    let rows: String = CATALOGUE.iter().map(row).collect();
    format!("{BEGIN}\n| {} |\n| --- | --- | --- |\n{rows}{END}", head.join(" | "))
}

#[test]
fn the_pages_are_those_of_the_catalogue() {
    let pages = [
        ("docs/signatures.md", table(["mistake", "what was done", "what to do"], |row| [row.en, row.remedy.0])),
        ("docs/signatures.zh-CN.md", table(["名称", "做了什么", "如何处理"], |row| [row.zh, row.remedy.1])),
    ];
    for (file, due) in pages {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once(BEGIN).expect("the mark of the beginning");
        let (_, after) = rest.split_once(END).expect("the mark of the end");
        let written = format!("{before}{due}{after}");
        if std::env::var_os("CHEXIAO_WRITE_WORDS").is_some() {
            std::fs::write(&path, &written).unwrap();
        } else {
            assert!(text == written, "{file} is not what `make words` writes");
        }
    }
}
