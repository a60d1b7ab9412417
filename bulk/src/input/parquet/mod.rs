//! Orders of a Parquet file: a row is an order, a column a field, and every value a text.

mod sizes;
#[cfg(test)]
mod tests;
mod thrift;

use super::columns::Columns;
use super::{Reading, Unreadable, damage, refused};
use crate::order::Order;
use chexiao::Error;
use parquet::basic::{Compression, ConvertedType, Encoding, LogicalType, Type};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescriptor;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Of the description at the end of a file.
const LONGEST: u64 = 4 << 20;
/// Of a value, as of a line.
const LONGEST_VALUE: usize = 64 * 1024;

const AS_TEXT: (&str, &str) = (
    "write the column as text (string), if the number is whole where it comes from: a number has lost its leading zeros",
    "若数值在来源处完整，请将该列写为文本（string）：数值类型会丢失前导零",
);
const REWRITE: (&str, &str) = (
    "write it again, plainly or by a dictionary, packed with snappy or not at all",
    "请重新写出：编码用 plain 或字典，压缩用 snappy 或不压缩",
);
const WRITTEN_AGAIN: (&str, &str) = ("write the file again where it comes from", "请在来源处重新写出该文件");
const SMALLER: (&str, &str) =
    ("write it with fewer columns, or with more rows in a group (row_group_size)", "请减少列数，或增大行组（row_group_size）后重新写出");
const NO_CHARSET: (&str, &str) = ("leave the charset out", "请勿指明字符集");

/// The rows of a file.
pub(super) struct Parquet {
    file: Arc<File>,
    metadata: ParquetMetaData,
    columns: Columns,
    /// Of each column, where it is among those of the file; none where it says nothing about the order.
    leaves: Vec<Option<usize>>,
    /// Which are to come.
    groups: std::ops::Range<usize>,
    group: Vec<Option<Chunk>>,
    /// Rows of the group that are to come.
    further: usize,
    line: u64,
}

/// A column of the rows that are being read.
type Chunk = ColumnReaderImpl<ByteArrayType>;

impl Parquet {
    pub(super) fn open(file: File, reading: &Reading) -> Result<Self, Error> {
        if reading.charset.is_some() {
            return Err(refused("is Parquet, whose texts are UTF-8".into(), NO_CHARSET));
        }
        let metadata = unwound(|| described(&file)).map_err(|error| {
            let hint = if error.kind() == io::ErrorKind::FileTooLarge { SMALLER } else { WRITTEN_AGAIN };
            refused(error.to_string(), hint)
        })?;
        let schema = metadata.file_metadata().schema_descr();
        let names = schema.root_schema().get_fields().iter().map(|field| field.name().to_string());
        let columns = Columns::of("the file", names, reading)?;
        let leaf = |at: usize| {
            let Some(name) = columns.named(at) else { return Ok(None) };
            let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == at);
            let column = leaf.map(|leaf| schema.column(leaf));
            match column.as_deref().map(other_type) {
                Some(None) => Ok(leaf),
                Some(Some(other)) => Err(refused(format!("the file, column {} ({name}): is {other} and no text", at + 1), AS_TEXT)),
                None => Err(refused(format!("the file, column {} ({name}): holds nothing", at + 1), AS_TEXT)),
            }
        };
        let leaves = (0..columns.count()).map(leaf).collect::<Result<Vec<_>, _>>()?;
        let groups = 0..metadata.num_row_groups();
        let otherwise = |group| leaves.iter().flatten().find_map(|leaf| otherwise(group, *leaf));
        if let Some(otherwise) = metadata.row_groups().iter().find_map(otherwise) {
            return Err(refused(format!("the file is written in {otherwise}, which is not read here"), REWRITE));
        }
        Ok(Self { file: Arc::new(file), columns, leaves, groups, group: Vec::new(), further: 0, line: 0, metadata })
    }

    /// The next order; none at the end.
    pub(super) fn row(&mut self) -> io::Result<Option<Result<Order, Unreadable>>> {
        let Some(cells) = unwound(|| self.cells())? else { return Ok(None) };
        self.line += 1;
        Ok(Some(self.order(&cells)))
    }

    fn order(&self, cells: &[Option<ByteArray>]) -> Result<Order, Unreadable> {
        let mut texts = Vec::new();
        for (cell, at) in cells.iter().zip(0..) {
            let text = cell.as_ref().map(|cell| std::str::from_utf8(cell.data()));
            let what = match text {
                Some(Err(_)) => "is no text in UTF-8",
                Some(Ok(text)) if text.len() > LONGEST_VALUE => "is longer than 64 KiB",
                _ => {
                    texts.push(text.and_then(Result::ok).map(Into::into));
                    continue;
                }
            };
            let field = self.columns.named(at).map(Into::into);
            return Err(Unreadable { field, ..Unreadable::new(self.line, what, WRITTEN_AGAIN) }.in_column(at as u64 + 1));
        }
        self.columns.order(self.line, texts.into_iter(), damage::of)
    }

    /// Those of the next row, one at a time, since each holds its whole page in memory; none at the end of the file.
    fn cells(&mut self) -> io::Result<Option<Vec<Option<ByteArray>>>> {
        while self.further == 0 {
            let Some(at) = self.groups.next() else { return Ok(None) };
            self.further = usize::try_from(self.metadata.row_group(at).num_rows()).map_err(io::Error::other)?;
            self.group = self.begins(at)?;
        }
        self.further -= 1;
        self.group.iter_mut().map(|chunk| chunk.as_mut().map_or(Ok(None), value)).collect::<io::Result<_>>().map(Some)
    }

    fn begins(&self, at: usize) -> io::Result<Vec<Option<Chunk>>> {
        let group = self.metadata.row_group(at);
        let mut taken = 0;
        let mut chunk = |leaf: &Option<usize>| {
            let Some(leaf) = *leaf else { return Ok(None) };
            let column = group.column(leaf);
            let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
            let [start, length] = [start, column.compressed_size()].map(u64::try_from);
            let (start, length) = (start.map_err(io::Error::other)?, length.map_err(io::Error::other)?);
            let pages = sizes::pages(&*self.file, start, length)
                .map_err(|error| io::Error::other(format!("the file, {} from byte {start} on: {error}", column.column_path())))?;
            if pages.values != self.further as u64 {
                return Err(uneven());
            }
            taken += pages.taken;
            if taken > sizes::MOST {
                return Err(io::Error::other("the pages of the file are too large: write smaller ones"));
            }
            let pages = SerializedPageReader::new(self.file.clone(), column, self.further, None)?;
            Ok(Some(Chunk::new(column.column_descr_ptr(), Box::new(pages))))
        };
        self.leaves.iter().map(&mut chunk).collect()
    }
}

/// What stands at the end of a file.
fn described(mut file: &File) -> io::Result<ParquetMetaData> {
    let length = file.seek(SeekFrom::End(0))?;
    let damaged = || io::Error::other("is no whole Parquet file");
    let tail_at = length.checked_sub(8).ok_or_else(damaged)?;
    let mut tail = [0; 8];
    file.seek(SeekFrom::Start(tail_at))?;
    file.read_exact(&mut tail)?;
    let [a, b, c, d, magic @ ..] = tail;
    let described = u64::from(u32::from_le_bytes([a, b, c, d]));
    match &magic {
        b"PAR1" if described <= LONGEST => {}
        b"PAR1" => return Err(sizes::too_large("describes itself in more than 4 MiB")),
        b"PARE" => return Err(io::Error::other("is encrypted")),
        _ => return Err(damaged()),
    }
    file.seek(SeekFrom::Start(tail_at.checked_sub(described).ok_or_else(damaged)?))?;
    let mut description = Vec::new();
    file.take(described).read_to_end(&mut description)?;
    sizes::schema(&description)?;
    let metadata = ParquetMetaDataReader::decode_metadata(&description)?;
    let rows = metadata.row_groups().iter().try_fold(0_i64, |rows, group| rows.checked_add(group.num_rows()));
    if rows == Some(metadata.file_metadata().num_rows()) { Ok(metadata) } else { Err(uneven()) }
}

/// What a column holds that is no text.
fn other_type(column: &ColumnDescriptor) -> Option<String> {
    let is_one = column.max_rep_level() == 0 && column.max_def_level() <= 1 && column.path().parts().len() == 1;
    let is_text = matches!(column.logical_type_ref(), None | Some(LogicalType::String | LogicalType::Enum))
        && matches!(column.converted_type(), ConvertedType::NONE | ConvertedType::UTF8 | ConvertedType::ENUM);
    match column.physical_type() {
        _ if !is_one => Some("a list or a structure".into()),
        Type::BYTE_ARRAY if is_text => None,
        Type::BYTE_ARRAY => Some(column.converted_type().to_string()),
        other => Some(other.to_string()),
    }
}

/// How its pages are written, if they are not read here.
fn otherwise(group: &RowGroupMetaData, leaf: usize) -> Option<String> {
    let column = group.column(leaf);
    match column.compression() {
        Compression::UNCOMPRESSED | Compression::SNAPPY => {
            let is_read =
                |encoding| matches!(encoding, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY | Encoding::RLE);
            column.encodings().find(|encoding| !is_read(*encoding)).map(|other| other.to_string())
        }
        // With its level.
        other => other.to_string().split('(').next().map(Into::into),
    }
}

/// The next of a column, none where it is null.
fn value(chunk: &mut Chunk) -> io::Result<Option<ByteArray>> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    match chunk.read_records(1, Some(&mut levels), None, &mut values)? {
        (1, ..) => Ok(values.pop()),
        _ => Err(uneven()),
    }
}

fn uneven() -> io::Error {
    io::Error::other("the file has not as many values or rows as it says")
}

/// A file that makes the reader panic is damaged.
fn unwound<T>(reads: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(reads)).unwrap_or_else(|_| Err(io::Error::other("the file is damaged")))
}
