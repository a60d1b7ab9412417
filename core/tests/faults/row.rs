//! A row of the matrix: its scenarios at one gateway beside those at the others.

use crate::counter::Counter;
use chexiao_kit::lateness;
use chexiao_kit::matrix::Scenario;
use chexiao_sandbox::GATEWAYS;
use std::time::{Duration, Instant};

/// Later than this, whoever has something to do is not woken on an idle machine.
const BUSY: Duration = Duration::from_millis(20);

/// The runs of one row at one gateway.
#[derive(Default)]
pub(crate) struct Cell {
    /// Scenarios, a sweep over every byte being one.
    pub(crate) scenarios: usize,
    pub(crate) runs: usize,
    /// Closes that the book does not confirm, as documented of a format that names no order.
    pub(crate) known_limits: usize,
    /// Refunds that were asked for once more under their number.
    pub(crate) carried_on: usize,
    pub(crate) wrong: Vec<String>,
}

impl Cell {
    fn and(mut self, other: Cell) -> Cell {
        self.scenarios += other.scenarios;
        self.runs += other.runs;
        self.known_limits += other.known_limits;
        self.carried_on += other.carried_on;
        self.wrong.extend(other.wrong);
        self
    }
}

impl Counter {
    /// The scenarios of a row, the gateways side by side.
    pub(crate) fn run_row(&self, scenarios: &[Scenario]) -> Vec<Cell> {
        std::thread::scope(|scope| {
            let cells = GATEWAYS.map(|gateway| scope.spawn(move || self.cell(scenarios, gateway)));
            cells.into_iter().map(|cell| cell.join().unwrap()).collect()
        })
    }

    /// Those whose time runs out wait beside the others.
    fn cell(&self, scenarios: &[Scenario], gateway: &'static str) -> Cell {
        let (waiting, others): (Vec<&Scenario>, Vec<&Scenario>) =
            scenarios.iter().filter(|scenario| scenario.gateways().contains(&gateway)).partition(|scenario| waits(scenario));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(move || self.lane(&waiting, gateway));
            self.lane(&others, gateway).and(waiting.join().unwrap())
        })
    }

    fn lane(&self, scenarios: &[&Scenario], gateway: &'static str) -> Cell {
        let mut cell = Cell::default();
        for scenario in scenarios {
            cell = cell.and(self.patiently(scenario, gateway));
        }
        cell
    }

    /// A scenario. Where the machine was late, what depends on time may have gone wrong by that: of three times it must be right once.
    fn patiently(&self, scenario: &Scenario, gateway: &'static str) -> Cell {
        let started = Instant::now();
        let mut cell = self.once(scenario, gateway);
        for _ in 0..2 {
            if cell.wrong.is_empty() || cell.wrong.iter().any(|why| is_never_excused(why)) || lateness::since(started) < BUSY {
                break;
            }
            println!("once more: {}", cell.wrong.join("\n"));
            cell = self.once(scenario, gateway);
        }
        cell
    }

    fn once(&self, scenario: &Scenario, gateway: &'static str) -> Cell {
        let mut cell = Cell { scenarios: 1, ..Cell::default() };
        match scenario.api {
            _ if !scenario.member("notice").is_null() => self.judge_notice(scenario, gateway, &mut cell),
            Some(api) => self.judge_deal(scenario, gateway, api, &mut cell),
            None if scenario.at_every_byte => self.sweep(scenario, gateway, &mut cell),
            None => _ = self.judge(scenario, gateway, &mut cell),
        }
        cell
    }

    fn sweep(&self, scenario: &Scenario, gateway: &'static str, cell: &mut Cell) {
        let mut whole = usize::MAX;
        let mut offset = 0;
        while offset < whole && cell.wrong.len() < 10 {
            whole = self.judge(&scenario.at_byte(offset), gateway, cell).facts.reply.max(1);
            offset += 1;
        }
    }
}

/// What breaks a rule (O1, A3, M2), such as that nothing is claimed which is not so: no machine is so busy. But for O4 and O10, which are of time.
fn is_never_excused(why: &str) -> bool {
    let rule = why.split_once(": ").and_then(|(_, rest)| rest.split(' ').next()).unwrap_or_default();
    let is_rule = rule.starts_with(['O', 'N', 'A', 'M']) && rule.len() > 1 && rule[1..].bytes().all(|byte| byte.is_ascii_digit());
    is_rule && !["O4", "O10"].contains(&rule)
}

/// Whether its deadline is long enough for the call to get through, and short enough to be there to run out.
fn waits(scenario: &Scenario) -> bool {
    scenario.member("config")["deadline_ms"].as_u64().is_some_and(|deadline| (200..=1000).contains(&deadline))
}
