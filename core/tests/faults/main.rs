//! The fault matrix: every row of `tests/faults/matrix.json` at every gateway it applies to, each call through a door of
//! the sandbox that suffers one fault, and the oracle after each. `make faults` prints the table.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod calling;
mod calling_oracle;
mod canaries;
mod counter;
mod hearing;
mod hearing_oracle;
mod oracle;
mod process;
mod row;
mod table;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Instant;

#[test]
fn nothing_is_lost_and_nothing_wrongly_closed() {
    let started = Instant::now();
    let proxy = process::set_proxy_variables();
    oracle::check_itself();
    hearing_oracle::check_itself();
    calling_oracle::check_itself();
    let counter = counter::Counter::open();
    let matrix = chexiao_kit::matrix::read();
    let mut done = BTreeMap::new();
    let mut wrong = Vec::new();
    counter.warm_up();
    let baseline = process::Baseline::take();
    table::print_head();
    for (row, scenarios) in &matrix.rows {
        let cells = counter.run_row(scenarios);
        let before = wrong.len();
        wrong.extend(cells.iter().flat_map(|cell| cell.wrong.iter().map(|why| format!("{row} {why}"))));
        wrong.extend(baseline.broken().map(|why| format!("{row} O7 {why}")));
        table::print_row(row, scenarios, &cells, wrong.len() - before);
        done.insert(row.clone(), cells);
    }
    wrong.extend((proxy.connections() > 0).then(|| "F8 the proxy of the environment was asked".to_string()));
    let runs = table::print_sum(&matrix, &done, wrong.len(), started.elapsed());
    let logged = counter.logged.load(Ordering::Relaxed);
    println!("{logged} bytes of log");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(runs.pairs, matrix.runs, "pairs of scenario and gateway in the matrix");
    assert!(runs.carried_on > 200, "{} refunds were asked for again", runs.carried_on);
    assert_eq!(matrix.all_rows().len(), 34, "rows of the matrix, here or named");
    assert_eq!(logged, 0, "nothing of the library logs");
    assert!(runs.of_gateway.iter().all(|runs| *runs > 0));
}
