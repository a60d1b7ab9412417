//! A line of CSV (RFC 4180): one line, one order. A cell holds no line end, for no field of an order does; so a quote that is never closed
//! costs the lines it may have swallowed, each of them named, and never a file.

/// A cell of a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    /// In quotes, by which an empty text differs from none at all.
    is_quoted: bool,
}

impl Cell {
    /// Nothing stands here. In quotes it is an empty text.
    pub(super) fn is_absent(&self) -> bool {
        self.text.is_empty() && !self.is_quoted
    }
}

/// Why a line is none; the column counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// A quote inside a cell that does not begin with one.
    StrayQuote(usize),
    /// Something stands between the closing quote and the separator.
    AfterQuote(usize),
    /// The line ends inside quotes.
    Open(usize),
}

/// The cells of a line that begins outside of quotes.
pub(super) fn cells(line: &str, separator: char) -> Result<Vec<Cell>, Fault> {
    let (mut cells, mut rest) = (Vec::new(), Some(line));
    while let Some(text) = rest {
        let column = cells.len() + 1;
        let (cell, after) = match text.strip_prefix('"') {
            Some(inside) => quoted(inside, separator, column)?,
            None => bare(text, separator, column)?,
        };
        cells.push(cell);
        rest = after;
    }
    Ok(cells)
}

/// Whether a line that begins inside of quotes ends inside of them.
pub(super) fn ends_open(line: &str, separator: char) -> bool {
    match quoted(line, separator, 1) {
        Ok((_, None)) => false,
        Ok((_, Some(rest))) => matches!(cells(rest, separator), Err(Fault::Open(_))),
        Err(fault) => matches!(fault, Fault::Open(_)),
    }
}

fn bare(text: &str, separator: char, column: usize) -> Result<(Cell, Option<&str>), Fault> {
    let (cell, rest) = text.split_once(separator).map_or((text, None), |(cell, rest)| (cell, Some(rest)));
    match cell.contains('"') {
        true => Err(Fault::StrayQuote(column)),
        false => Ok((Cell { text: cell.into(), is_quoted: false }, rest)),
    }
}

/// What follows an opening quote.
fn quoted(mut rest: &str, separator: char, column: usize) -> Result<(Cell, Option<&str>), Fault> {
    let mut text = String::new();
    loop {
        let (inside, after) = rest.split_once('"').ok_or(Fault::Open(column))?;
        text.push_str(inside);
        if let Some(after) = after.strip_prefix('"') {
            text.push('"');
            rest = after;
            continue;
        }
        let cell = Cell { text, is_quoted: true };
        return match after.strip_prefix(separator) {
            Some(after) => Ok((cell, Some(after))),
            None if after.is_empty() => Ok((cell, None)),
            None => Err(Fault::AfterQuote(column)),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn texts(line: &str) -> Vec<String> {
        cells(line, ',').unwrap().into_iter().map(|cell| cell.text).collect()
    }

    #[test]
    fn cells_are_read_as_rfc_4180_has_them() {
        assert_eq!(texts(r#"a,"b,c","d""e",,"#), ["a", "b,c", "d\"e", "", ""]);
        assert_eq!(texts(""), [""]);
        let absent = |line| cells(line, ',').unwrap().iter().map(Cell::is_absent).collect::<Vec<_>>();
        assert_eq!(absent(r#","",x"#), [true, false, false]);
        for (line, fault) in [
            (r#"a,b"c"#, Fault::StrayQuote(2)),
            (r#""a"b,c"#, Fault::AfterQuote(1)),
            (r#""a" ,c"#, Fault::AfterQuote(1)),
            (r#"a,"b"#, Fault::Open(2)),
            (r#"a,"b"""#, Fault::Open(2)),
            (r#"a,b,""#, Fault::Open(3)),
        ] {
            assert_eq!(cells(line, ',').unwrap_err(), fault, "{line}");
        }
    }

    #[test]
    fn a_cell_that_spans_lines_ends_where_its_quote_does() {
        for (line, open) in
            [("x", true), ("x\"", false), ("x\",y", false), ("x\",\"y", true), ("x\"\"y", true), ("x\"y", false), ("\"", false)]
        {
            assert_eq!(ends_open(line, ','), open, "{line}");
        }
    }

    proptest! {
        #[test]
        fn what_others_write_is_read_as_it_was(row in proptest::collection::vec("[^\r\n]{0,6}", 1..6)) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::NonNumeric).from_writer(Vec::new());
            writer.write_record(&row).unwrap();
            let written = String::from_utf8(writer.into_inner().unwrap()).unwrap();
            prop_assert_eq!(texts(written.trim_end_matches('\n')), row);
        }

        #[test]
        fn what_is_read_is_what_others_read(line in "[a\",; ]{1,12}") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
            let theirs: Vec<String> = reader.records().next().unwrap().unwrap().iter().map(Into::into).collect();
            if let Ok(ours) = cells(&line, ',') {
                prop_assert_eq!(ours.into_iter().map(|cell| cell.text).collect::<Vec<_>>(), theirs);
            }
        }
    }
}
