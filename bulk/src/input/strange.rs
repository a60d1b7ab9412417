//! Files that are no lines of text, told by how they begin.

use super::refused;
use chexiao::Error;

const AS_CSV: (&str, &str) = ("save it as \"CSV UTF-8\" there", "请在该程序中另存为“CSV UTF-8”");
const UNPACKED: (&str, &str) = ("unpack it first, as by gzip -dc FILE |", "请先解压，例如 gzip -dc 文件 |");

#[cfg(feature = "parquet")]
const PARQUET: (&str, &str) = ("name a file that ends in .parquet, and no pipe", "请给出以 .parquet 结尾的文件（不可用管道）");
#[cfg(not(feature = "parquet"))]
const PARQUET: (&str, &str) = (
    "write it as CSV or JSON lines, or use what was built with --features parquet",
    "请改写为 CSV 或 JSON lines，或使用以 --features parquet 构建的版本",
);

/// What begins so, what that is, and what to do.
const STRANGERS: [(&[u8], &str, (&str, &str)); 9] = [
    (b"PK\x03\x04", "is an Excel workbook (.xlsx) or another ZIP archive", AS_CSV),
    (b"\xD0\xCF\x11\xE0", "is an Excel workbook (.xls)", AS_CSV),
    (b"\xFF\xFE", "is in UTF-16, as \"Unicode text\" is saved", AS_CSV),
    (b"\xFE\xFF", "is in UTF-16, as \"Unicode text\" is saved", AS_CSV),
    (b"\x1F\x8B", "is packed (gzip)", UNPACKED),
    (b"\x28\xB5\x2F\xFD", "is packed (zstd)", UNPACKED),
    (b"PAR1", "is in Parquet", PARQUET),
    (b"%PDF", "is a PDF", AS_CSV),
    (b"<", "is HTML or XML, as some systems save for Excel", AS_CSV),
];

/// Refuses them.
pub(super) fn refuse(start: &[u8]) -> Result<(), Error> {
    let first_line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    match STRANGERS.iter().find(|(begins, ..)| start.starts_with(begins)) {
        Some((_, what, remedy)) => Err(refused((*what).into(), *remedy)),
        None if start.is_empty() => Err(refused("is empty".into(), ("give a file with orders", "请给出含有订单的文件"))),
        None if first_line.contains(&0) => Err(refused("holds the byte 0 and is no text".into(), AS_CSV)),
        None => Ok(()),
    }
}
