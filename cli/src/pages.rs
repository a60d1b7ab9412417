//! What shells and `man` read, made of the command line's own arguments.

use crate::output::line;
use clap_complete::Shell;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// `chexiao completions`
pub(crate) fn completions(mut command: clap::Command, shell: Shell) -> Result<ExitCode, Box<dyn Error>> {
    let name = command.get_name().to_string();
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, name, &mut script);
    line(String::from_utf8(script)?.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// `chexiao man`
pub(crate) fn man(command: clap::Command, folder: &Path) -> Result<ExitCode, Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    clap_mangen::generate_to(command, folder)?;
    Ok(ExitCode::SUCCESS)
}
