//! `chexiao gateways`

use crate::output::line;
use chexiao::Verb;
use chexiao::face::json;
use chexiao::gateways::ALL;
use std::error::Error;
use std::process::ExitCode;

pub(crate) fn run(as_json: bool) -> Result<ExitCode, Box<dyn Error>> {
    if as_json {
        line(json::gateways())?;
        return Ok(ExitCode::SUCCESS);
    }
    for entry in ALL {
        line(entry.id)?;
        for (name, url) in entry.environments {
            line(format_args!("  {name:<16} {url}"))?;
        }
        for &verb in Verb::ALL {
            for table in entry.tables(verb) {
                line(format_args!("  {verb}: {}", table.of))?;
                for row in table.rows {
                    line(format_args!("    {:<14} {} · {}", row.says.code, row.code, row.status))?;
                }
            }
        }
        line(format_args!("    {:<14} everything else\n", "unknown"))?;
    }
    Ok(ExitCode::SUCCESS)
}
