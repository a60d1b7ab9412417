//! `chexiao`: close orders at Chinese payment gateways from the command line.

mod api;
mod bar;
mod bulk;
mod call;
mod configs;
mod demo;
mod doctor;
mod exit;
mod explain;
mod gateways;
mod inspector;
mod key;
mod listen;
mod output;
mod pages;
mod private;
mod record;
mod sandbox;
mod server;
mod show;
#[cfg_attr(windows, path = "console.rs")]
mod signals;
mod watch;

use clap::{CommandFactory, Parser, Subcommand};
use output::{Untold, complain};
use std::path::PathBuf;
use std::process::ExitCode;

/// Close, cancel and void at Chinese payment gateways, and say truthfully what happened.
#[derive(Parser)]
#[command(name = "chexiao", version, after_help = exit::CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Close real signed orders at five sandboxed gateways, the dangerous cases included, and check every outcome
    Demo,
    /// Close one order. Exit code 0: it is closed, and nothing is left to do
    #[command(after_help = exit::CODES)]
    Close(call::Arguments),
    /// Ask for the state of one order. Exit codes as for close
    #[command(after_help = exit::CODES)]
    Query(call::Arguments),
    /// Close one order and, where that leaves a doubt, query it: one outcome of both. Exit codes as for close
    #[command(after_help = exit::CODES)]
    EnsureClosed(call::Arguments),
    /// Give money back, once for the number of the refund in the order. Exit codes as for close
    #[command(after_help = exit::CODES)]
    Refund(call::Arguments),
    /// Ask what has become of a refund. Exit codes as for close
    #[command(after_help = exit::CODES)]
    RefundQuery(call::Arguments),
    /// Undo an order by scanned code: give back what was paid, or close it. Exit codes as for close
    #[command(after_help = exit::CODES)]
    Reverse(call::Arguments),
    /// Call any other API of the gateway: sign, send once, verify. Exit code 0: the answer is authentic
    #[command(after_help = exit::CODES)]
    Call(api::Arguments),
    /// Close many orders, by a journal, so that the job can be killed at any moment
    #[command(after_help = bulk::CODES)]
    Bulk {
        #[command(subcommand)]
        command: bulk::Command,
    },
    /// Make a call and write its exchange to a file that explains it and tells nothing of you: for questions and reports
    #[command(after_help = record::HELP)]
    Record(record::Arguments),
    /// Hear what a gateway posts: print each notification with what it means, and acknowledge it
    #[command(after_help = listen::HELP)]
    Listen(listen::Arguments),
    /// Play the five gateways on 127.0.0.1 until stopped, with throw-away keys and ready configurations
    #[command(after_help = sandbox::help())]
    Sandbox(sandbox::Arguments),
    /// Say what a code or a result means, or why the signature of any client is wrong
    #[command(after_help = explain::HELP)]
    Explain(explain::Arguments),
    /// Find out why it does not work: configuration, keys, DNS, TCP, proxy, TLS, clock, and what the gateway says. Never moves money
    #[command(after_help = doctor::HELP)]
    Doctor(doctor::Arguments),
    /// Look into key files; private material is never printed
    Key {
        #[command(subcommand)]
        command: key::Command,
    },
    /// List the gateways, their environments and outcome tables
    Gateways {
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Print what completes the arguments in a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Write the pages for `man` into a folder
    Man {
        /// The folder
        folder: PathBuf,
    },
}

/// The commands that end in an outcome, or in many.
const OUTCOMES: [&str; 8] = ["close", "query", "ensure-closed", "refund", "refund-query", "reverse", "call", "bulk"];

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => {
            return exit::of_usage(&usage, std::env::args_os().skip(1).any(|argument| OUTCOMES.iter().any(|&name| argument == name)));
        }
    };
    let done = match arguments.command {
        Command::Demo => demo::run(),
        Command::Close(arguments) => call::run("close", arguments, None),
        Command::Query(arguments) => call::run("query", arguments, None),
        Command::EnsureClosed(arguments) => call::run("ensure_closed", arguments, None),
        Command::Refund(arguments) => call::run("refund", arguments, None),
        Command::RefundQuery(arguments) => call::run("refund_query", arguments, None),
        Command::Reverse(arguments) => call::run("reverse", arguments, None),
        Command::Call(arguments) => api::run(arguments),
        Command::Record(arguments) => record::run(arguments),
        Command::Bulk { command } => bulk::run(command),
        Command::Listen(arguments) => listen::run(arguments),
        Command::Sandbox(arguments) => sandbox::run(arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Key { command } => key::run(&command),
        Command::Gateways { json } => gateways::run(json),
        Command::Completions { shell } => pages::completions(Arguments::command(), shell),
        Command::Man { folder } => pages::man(Arguments::command(), &folder),
    };
    done.unwrap_or_else(|error| {
        complain(&error);
        ExitCode::from(if error.is::<Untold>() { exit::UNTOLD } else { exit::NOT_SENT })
    })
}
