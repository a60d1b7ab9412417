//! What a job is told on the command line.

use super::place::Place;
use super::publishing;
use super::reports::{Format as ReportFormat, Target};
use chexiao_bulk::Rules;
use chexiao_bulk::input::{Charset, Format};
use std::path::PathBuf;
use std::time::Duration;

/// For `--help`.
pub(crate) const CODES: &str = "\
Exit codes of bulk run:
  0  every order has its last word, and nothing needs a person
  1  every order has its last word; some need a person, or lines of the input give no order (--people FILE has them)
  2  nothing was sent: a setting, the input or the journal; so also with --help
  3  as 0, but standard output cannot be written
  4  a signal stopped it, and orders are left: the same command goes on where it was
  5  orders are left at accounts that were stopped, being misconfigured, or that were not given
  6  the journal failed while requests were under way: the same command goes on, and asks about them first
Ctrl-C, SIGTERM and SIGHUP have it take no more orders and wait for those under way. A second one ends the program at once, as a kill
does, and nothing is lost by that: what was under way is asked about by the next run, and not closed blindly.";

/// Of an input.
#[cfg(feature = "parquet")]
mod formats {
    pub(crate) const NAMES: &str = "csv | jsonl | parquet";
    pub(crate) const EN: &str = "CSV with a line of names, JSON lines (an object of texts a line) or Parquet (columns of texts)";
    pub(crate) const ZH: &str = "带列名的 CSV、JSON lines 或 Parquet（文本列）";
    pub(crate) const SAY: (&str, &str) = ("give --format csv, jsonl or parquet", "请给出 --format csv、jsonl 或 parquet");
}
#[cfg(not(feature = "parquet"))]
mod formats {
    pub(crate) const NAMES: &str = "csv | jsonl";
    pub(crate) const EN: &str = "CSV with a line of names or JSON lines (an object of texts a line)";
    pub(crate) const ZH: &str = "带列名的 CSV 或 JSON lines";
    pub(crate) const SAY: (&str, &str) = ("give --format csv or jsonl", "请给出 --format csv 或 jsonl");
}
pub(super) use formats::SAY as SAY_FORMAT;

/// How orders are written, and what is kept.
fn input() -> String {
    let (en, zh) = (formats::EN, formats::ZH);
    format!(
        "\
The input: {en}. The names are those of the
order's fields at its gateway, and `account`, which says whose order it is: NAME is the configuration NAME.json of --accounts. Any other
column is a mistake, unless --ignore names it. UTF-8 with or without mark; GB18030, as Excel in Chinese writes it, is recognised in a
file, and to be said by --charset for a pipe. What a spreadsheet did to a number (4.2E+27, '42, 42.0) is refused with line and column,
and never repaired.
输入：{zh}。列名为网关的订单字段名，另有 account 列指明账户（NAME 对应 --accounts 中的
NAME.json）；其余列须用 --ignore 声明。UTF-8（可带 BOM）；文件中的 GB18030（中文 Excel）可自动识别，管道须用 --charset 指明。
被表格软件改写的数字一律拒绝，不作修补。"
    )
}

#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Close many orders; the same command goes on where a run was stopped or killed
    #[command(after_help = format!("{}\n\n{CODES}", input()))]
    Run(Box<Run>),
    /// How a job stands, from its journal
    Status {
        #[command(flatten)]
        place: Place,
        /// As one JSON document
        #[arg(long)]
        json: bool,
    },
    /// Take up again, by the next run, the orders of an account that ended since its configuration, the network or the order was at fault
    Reopen {
        #[command(flatten)]
        place: Place,
        /// The account, once that is mended
        #[arg(long, value_name = "NAME")]
        account: String,
    },
    /// Print a line for each order with its last word, from the journal
    Results {
        #[command(flatten)]
        place: Place,
        /// What needs a person, and nothing else
        #[arg(long)]
        people: bool,
        /// How the lines are written
        #[arg(long, value_enum, default_value = "csv")]
        format: ReportFormat,
    },
}

#[derive(clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(super) place: Option<Place>,
    #[cfg_attr(
        feature = "parquet",
        doc = "The orders: .csv, .tsv, .jsonl, .ndjson, .parquet, or `-` for standard input. Left out: those that are in the journal"
    )]
    #[cfg_attr(
        not(feature = "parquet"),
        doc = "The orders: .csv, .tsv, .jsonl, .ndjson, or `-` for standard input. Left out: those that are in the journal"
    )]
    #[arg(long, value_name = "FILE | -", required_if_eq("dry_run", "true"))]
    pub(super) input: Option<String>,
    /// The orders: those that this SELECT finds in the journal's own database, with a column of texts for each field
    #[arg(long, value_name = "SQL", conflicts_with_all = ["input", "format", "charset", "dry_run"])]
    pub(super) query: Option<String>,
    /// How the input is written, where its name does not say
    #[arg(long, value_name = formats::NAMES, value_parser = format)]
    pub(super) format: Option<Format>,
    /// utf-8 or gb18030, where it is not to be recognised
    #[arg(long, value_name = "NAME", value_parser = charset)]
    pub(super) charset: Option<Charset>,
    /// The configuration of the one account that all orders are of
    #[arg(long, value_name = "FILE", conflicts_with = "accounts", required_unless_present = "accounts")]
    pub(super) config: Option<PathBuf>,
    /// The folder of the configurations: NAME.json is the account NAME
    #[arg(long, value_name = "FOLDER")]
    pub(super) accounts: Option<PathBuf>,
    /// The column that names the account
    #[arg(long, value_name = "COLUMN", default_value = "account")]
    pub(super) account_column: String,
    /// A column that is no field of an order; may be given more than once
    #[arg(long = "ignore", value_name = "COLUMN")]
    pub(super) ignored: Vec<String>,
    /// Requests a second of one account, closes and queries together; less while its gateway says that there are too many
    #[arg(long, value_name = "N", default_value_t = 50.0)]
    pub(super) rate: f64,
    /// Requests of one account under way
    #[arg(long, value_name = "N", default_value_t = 32)]
    pub(super) in_flight: usize,
    /// Requests a second to one host, of all accounts
    #[arg(long, value_name = "N", default_value_t = 200.0)]
    pub(super) host_rate: f64,
    /// Requests to one host under way
    #[arg(long, value_name = "N", default_value_t = 128)]
    pub(super) host_in_flight: usize,
    /// How often one order is asked about, closes and queries together, before a person must look
    #[arg(long, value_name = "N", default_value_t = Rules::default().attempts, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) attempts: u32,
    /// Before an order is asked about again, at first; then twice as long each time
    #[arg(long, value_name = "SECONDS", default_value = "2", value_parser = seconds)]
    pub(super) delay: Duration,
    /// Between two questions about an order at most
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds)]
    pub(super) longest_delay: Duration,
    /// Write a line for each order with its last word into this file at the end (.csv, .jsonl)
    #[arg(long, value_name = "FILE", value_parser = Target::parse)]
    pub(super) results: Option<Target>,
    /// Write what needs a person into this file at the end (.csv, .jsonl)
    #[arg(long, value_name = "FILE", value_parser = Target::parse)]
    pub(super) people: Option<Target>,
    /// Draw into this file (SVG) what ended when, and how long requests took
    #[arg(long, value_name = "FILE")]
    pub(super) picture: Option<PathBuf>,
    /// Metrics as OpenMetrics text: into a file that is replaced as a whole, or at a port of 127.0.0.1 (0: a free one)
    #[arg(long, value_name = "FILE | PORT", value_parser = publishing::Place::parse)]
    pub(super) metrics: Option<publishing::Place>,
    /// How often lines of progress come where standard error is no terminal, and a file of metrics is replaced
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds)]
    pub(super) every: Duration,
    /// Read and check each order as its gateway would have it, say what would be sent, and send and keep nothing
    #[arg(long, conflicts_with = "journal")]
    pub(super) dry_run: bool,
    /// Print progress and the end as JSON, a document a line
    #[arg(long)]
    pub(super) json: bool,
}

fn format(text: &str) -> Result<Format, String> {
    match text {
        "csv" => Ok(Format::Csv),
        "jsonl" => Ok(Format::JsonLines),
        #[cfg(feature = "parquet")]
        "parquet" => Ok(Format::Parquet),
        #[cfg(not(feature = "parquet"))]
        "parquet" => Err("is not read by this command, which was built without it: --features parquet".into()),
        _ => Err(format!("is none of {}", formats::NAMES)),
    }
}

fn charset(text: &str) -> Result<Charset, String> {
    Charset::of_name(text).ok_or_else(|| "is neither utf-8 nor gb18030 (gbk, gb2312)".into())
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "is no number of seconds")?;
    if (0.01..=86_400.0).contains(&seconds) { Ok(Duration::from_secs_f64(seconds)) } else { Err("must be 0.01 to 86400 seconds".into()) }
}
