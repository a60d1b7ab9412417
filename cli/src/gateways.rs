//! `chexiao gateways`

use chexiao::gateways::ALL;
use chexiao::json;
use std::error::Error;
use std::process::ExitCode;

pub(crate) fn run(as_json: bool) -> Result<ExitCode, Box<dyn Error>> {
    if as_json {
        println!("{}", json::gateways());
        return Ok(ExitCode::SUCCESS);
    }
    for entry in ALL {
        println!("{}", entry.id);
        for (name, url) in entry.environments {
            println!("  {name:<16} {url}");
        }
        for row in entry.close {
            println!("  {:<14} {} · {}", row.says.code, row.code, row.status);
        }
        println!("  {:<14} everything else\n", "unknown");
    }
    Ok(ExitCode::SUCCESS)
}
