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
use std::vec::IntoIter;

/// So many rows are read together.
const ROWS: usize = 1024;
/// Of the description at the end of a file.
const LONGEST: u64 = 4 << 20;
/// Of a value, as of a line.
const LONGEST_VALUE: usize = 64 * 1024;

const AS_TEXT: (&str, &str) = (
    "write the column as text (string), if the number is whole where it comes from: a number has lost its leading zeros",
    "若数值在来源处完整,请将该列写为文本(string):数值类型会丢失前导零",
);
const REWRITE: (&str, &str) = (
    "write it again, plainly or by a dictionary, packed with snappy or gzip or not at all",
    "请重新写出:编码用 plain 或字典,压缩用 snappy、gzip 或不压缩",
);
const WRITTEN_AGAIN: (&str, &str) = ("write the file again where it comes from", "请在来源处重新写出该文件");

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
    batch: Vec<Option<IntoIter<Option<ByteArray>>>>,
    rows: usize,
    /// Of the group, after those.
    further: usize,
    line: u64,
}

/// A column of the rows that are being read.
type Chunk = ColumnReaderImpl<ByteArrayType>;

impl Parquet {
    pub(super) fn open(file: File, reading: &Reading) -> Result<Self, Error> {
        let metadata = unwound(|| described(&file)).map_err(|error| refused(error.to_string(), WRITTEN_AGAIN))?;
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
        let (group, batch) = (Vec::new(), Vec::new());
        Ok(Self { file: Arc::new(file), columns, leaves, groups, group, batch, rows: 0, further: 0, line: 0, metadata })
    }

    /// The next order; none at the end.
    pub(super) fn row(&mut self) -> io::Result<Option<Result<Order, Unreadable>>> {
        while self.rows == 0 {
            if !unwound(|| self.reads())? {
                return Ok(None);
            }
        }
        (self.rows, self.line) = (self.rows - 1, self.line + 1);
        let cells: Vec<Option<ByteArray>> = self.batch.iter_mut().map(|column| column.as_mut()?.next()?).collect();
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

    /// Some more rows, none of an empty group; false at the end of the file.
    fn reads(&mut self) -> io::Result<bool> {
        if self.further == 0 {
            let Some(at) = self.groups.next() else { return Ok(false) };
            self.further = usize::try_from(self.metadata.row_group(at).num_rows()).map_err(io::Error::other)?;
            self.group = self.begins(at)?;
        }
        self.batch = self.group.iter_mut().map(|chunk| chunk.as_mut().map(values).transpose()).collect::<io::Result<_>>()?;
        self.rows = self.further.min(ROWS);
        self.further -= self.rows;
        match self.batch.iter().flatten().all(|column| column.len() == self.rows) {
            true => Ok(true),
            false => Err(io::Error::other("a column of the file has not as many values as there are rows")),
        }
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
            taken += sizes::pages(&*self.file, start, length)
                .map_err(|error| io::Error::other(format!("the file, {} from byte {start} on: {error}", column.column_path())))?;
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
        b"PAR1" => return Err(damaged()),
        b"PARE" => return Err(io::Error::other("is encrypted")),
        _ => return Err(damaged()),
    }
    file.seek(SeekFrom::Start(tail_at.checked_sub(described).ok_or_else(damaged)?))?;
    let mut description = Vec::new();
    file.take(described).read_to_end(&mut description)?;
    sizes::schema(&description)?;
    Ok(ParquetMetaDataReader::decode_metadata(&description)?)
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
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::GZIP(_) => {
            let is_read =
                |encoding| matches!(encoding, Encoding::PLAIN | Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY | Encoding::RLE);
            column.encodings().find(|encoding| !is_read(*encoding)).map(|other| other.to_string())
        }
        // With its level.
        other => other.to_string().split('(').next().map(Into::into),
    }
}

/// Some values of a column, none where it is null.
fn values(chunk: &mut Chunk) -> io::Result<IntoIter<Option<ByteArray>>> {
    let (mut levels, mut values) = (Vec::new(), Vec::new());
    let (rows, ..) = chunk.read_records(ROWS, Some(&mut levels), None, &mut values)?;
    let mut values = values.into_iter();
    let cells: Vec<Option<ByteArray>> = match levels.is_empty() {
        true => values.map(Some).collect(),
        false => levels.into_iter().map(|level| if level > 0 { values.next() } else { None }).collect(),
    };
    if cells.len() == rows { Ok(cells.into_iter()) } else { Err(io::Error::other("a page of the file is damaged")) }
}

/// A file that makes the reader panic is damaged.
fn unwound<T>(reads: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
    catch_unwind(AssertUnwindSafe(reads)).unwrap_or_else(|_| Err(io::Error::other("the file is damaged")))
}
