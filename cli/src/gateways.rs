//! `chexiao gateways`

use chexiao::gateways::ALL;
use serde_json::json;
use std::error::Error;
use std::process::ExitCode;

pub(crate) fn run(as_json: bool) -> Result<ExitCode, Box<dyn Error>> {
    if as_json {
        println!("{}", json!(ALL.iter().map(gateway).collect::<Vec<_>>()));
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

fn gateway(entry: &chexiao::Entry) -> serde_json::Value {
    let environments: serde_json::Map<_, _> = entry.environments.iter().map(|(name, url)| (name.to_string(), json!(url))).collect();
    let rows = entry.close.iter().map(|row| {
        json!({"outcome": row.says.code.word(), "code": row.code.to_string(), "status": row.status.to_string(), "source": row.source})
    });
    json!({"gateway": entry.id, "environments": environments, "close": rows.collect::<Vec<_>>()})
}
