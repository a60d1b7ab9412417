//! Closes one order: `cargo run --example close -- wechat.json '{"out_trade_no":"1217752501201407033233368018"}'`
//!
//! Ends with 0 only when nothing is left to do. Whatever is not known is left to a query, never booked as a failure.

use chexiao::{Client, Next};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, config, order] = arguments.as_slice() else {
        eprintln!("usage: close CONFIG-FILE ORDER-JSON");
        return ExitCode::from(2);
    };
    let call = format!("{{\"operation\":\"close\",\"order\":{order}}}");
    let outcome = match Client::from_file(config).and_then(|client| client.send(&call)) {
        Ok(outcome) => outcome,
        Err(error) => {
            eprintln!("nothing was sent: {error}");
            return ExitCode::from(2);
        }
    };
    println!("{}", chexiao::face::json::result(&outcome));
    match outcome.next() {
        Next::Done => return ExitCode::SUCCESS,
        Next::FulfilOrRefund => eprintln!("paid: deliver, or refund"),
        Next::Confirm => eprintln!("{}, says the reply: query before relying on it", outcome.code()),
        next => eprintln!("{}: next step is {next}", outcome.code()),
    }
    ExitCode::FAILURE
}
