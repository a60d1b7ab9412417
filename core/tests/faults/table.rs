//! The table that `make faults` prints: rows by gateways, each cell `scenarios` or `scenarios/runs`.

use crate::row::Cell;
use chexiao_kit::matrix::{Matrix, Row, Scenario};
use chexiao_sandbox::GATEWAYS;
use std::collections::BTreeMap;
use std::time::Duration;

pub(crate) struct Sum {
    /// Pairs of scenario and gateway.
    pub(crate) pairs: usize,
    pub(crate) of_gateway: [usize; 5],
    /// Refunds asked for once more under their number.
    pub(crate) carried_on: usize,
}

pub(crate) fn print_head() {
    print!("{:<5}", "row");
    GATEWAYS.iter().for_each(|gateway| print!("{gateway:>12}"));
    println!("{:>12}   scenarios", "violations");
}

pub(crate) fn print_row(row: &Row, scenarios: &[Scenario], cells: &[Cell], wrong: usize) {
    print!("{:<5}", row.to_string());
    cells.iter().for_each(|cell| print!("{:>12}", shown(cell.scenarios, cell.runs)));
    let mut names: Vec<&str> = scenarios.iter().map(|scenario| scenario.id.split(' ').next().unwrap()).collect();
    names.dedup();
    println!("{wrong:>12}   {}", names.join(", "));
}

fn shown(scenarios: usize, runs: usize) -> String {
    match (scenarios, runs) {
        (0, _) => "-".into(),
        (scenarios, runs) if scenarios == runs => scenarios.to_string(),
        (scenarios, runs) => format!("{scenarios}/{runs}"),
    }
}

pub(crate) fn print_sum(matrix: &Matrix, done: &BTreeMap<Row, Vec<Cell>>, wrong: usize, took: Duration) -> Sum {
    let of_gateway: [usize; 5] = std::array::from_fn(|at| done.values().map(|cells| cells[at].runs).sum());
    let pairs = done.values().flatten().map(|cell| cell.scenarios).sum();
    let carried_on: usize = done.values().flatten().map(|cell| cell.carried_on).sum();
    let limits: usize = done.values().flatten().map(|cell| cell.known_limits).sum();
    for (row, test) in &matrix.elsewhere {
        println!("{:<5}{test}", row.to_string());
    }
    print!("{:<5}", "runs");
    of_gateway.iter().for_each(|runs| print!("{runs:>12}"));
    println!("{wrong:>12}");
    println!(
        "\n{} of {} rows here; {pairs} scenarios x gateways, {} calls; {wrong} violations of O1-O7, O9, O10, A and M; {limits} closes that no \
         book confirms, as documented of replies that name no order; {carried_on} refunds given back once, though asked for again; {:.1} s",
        matrix.rows.len(),
        matrix.all_rows().len(),
        of_gateway.iter().sum::<usize>(),
        took.as_secs_f64()
    );
    Sum { pairs, of_gateway, carried_on }
}
