//! Orders of a query of the journal's own database: a row is an order, a column a field.

use super::columns::Columns;
use super::{Reading, Unreadable, damage, refused};
use crate::journal::{Answer, Cell};
use crate::{Failure, Journal, Order};
use chexiao::Error;

const ANSWERS: (&str, &str) = (
    "give one SELECT that this database answers, with a column for each field of the order",
    "请给出该数据库可执行的一条 SELECT，每个订单字段一列",
);
const AS_TEXT: (&str, &str) = (
    "have the query make a text of it, CAST(… AS TEXT), if the number is whole there: a number has lost its leading zeros",
    "若库中数值完整，请在查询中转为文本 CAST(… AS TEXT)：数值类型会丢失前导零",
);

/// The rows of a query.
pub(super) struct Query {
    columns: Columns,
    answer: Answer,
    line: u64,
}

impl Query {
    pub(super) fn ask(journal: &Journal, sql: &str, reading: &Reading) -> Result<Self, Error> {
        let (columns, answer) = journal.query(sql).map_err(|failure| refused(format!("the query: {}", failure.message()), ANSWERS))?;
        let names = Columns::of("the query", columns.iter().map(|column| column.name.clone()), reading)?;
        for (column, at) in columns.iter().zip(0..) {
            if let (Some(name), Some(other)) = (names.named(at), &column.other_type) {
                return Err(refused(format!("the query, column {} ({name}): is {other} and no text", at + 1), AS_TEXT));
            }
        }
        Ok(Self { columns: names, answer, line: 0 })
    }

    /// The next order; none at the end.
    pub(super) fn row(&mut self) -> Result<Option<Result<Order, Unreadable>>, Failure> {
        let Some(cells) = self.answer.next()? else { return Ok(None) };
        self.line += 1;
        Ok(Some(self.order(cells)))
    }

    fn order(&self, cells: Vec<Cell>) -> Result<Order, Unreadable> {
        let other = |at: &usize| matches!(cells.get(*at), Some(Cell::Other)) && self.columns.named(*at).is_some();
        if let Some(at) = (0..cells.len()).find(other) {
            let field = self.columns.named(at).map(Into::into);
            return Err(Unreadable { field, ..Unreadable::new(self.line, "is a number, or bytes", AS_TEXT) }.in_column(at as u64 + 1));
        }
        let text = |cell| if let Cell::Text(text) = cell { Some(text) } else { None };
        self.columns.order(self.line, cells.into_iter().map(text), damage::of)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Accounts, Row, Rows, WasRead, read};
    use super::*;
    use crate::Stopper;

    /// A journal that goes with its folder, beside a table of somebody's own.
    struct Shop {
        folder: std::path::PathBuf,
        journal: Journal,
    }

    impl Shop {
        fn open(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("chexiao-query-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&folder).unwrap();
            let journal = Journal::sqlite(folder.join("journal")).unwrap();
            Self { folder, journal }
        }

        fn runs(&self, sql: &str) {
            rusqlite::Connection::open(self.folder.join("journal")).unwrap().execute_batch(sql).unwrap();
        }

        fn rows(&self, sql: &str) -> Result<Rows, Error> {
            Rows::of_query(&self.journal, sql, Accounts::Column("account".into()), vec!["paid_at".into()])
        }

        /// The orders, and what is wrong with the other rows.
        fn read(&self, sql: &str) -> (Vec<String>, Vec<String>) {
            let (mut orders, mut others) = (Vec::new(), Vec::new());
            for row in self.rows(sql).unwrap() {
                match row.unwrap() {
                    Row::Order(order) => orders.push(format!("{} {} {}", order.account(), order.line(), order.json())),
                    Row::Unreadable(unreadable) => others.push(unreadable.to_string()),
                }
            }
            (orders, others)
        }

        fn refusal(&self, sql: &str) -> String {
            let error = self.rows(sql).err().unwrap();
            assert_eq!(error.field(), Some("input"));
            error.message().into()
        }
    }

    impl Drop for Shop {
        fn drop(&mut self) {
            _ = std::fs::remove_dir_all(&self.folder);
        }
    }

    #[test]
    fn a_row_is_an_order_and_a_column_a_field() {
        let shop = Shop::open("rows");
        shop.runs(
            "CREATE TABLE unpaid (shop TEXT, number, bill TEXT, paid_at INTEGER);
            INSERT INTO unpaid VALUES ('a', '0042', NULL, 7), ('a', 42, NULL, 7), (NULL, 'A3', '', NULL), ('b', 'A4', '', NULL),
                ('b', '4.2E+27', 'x', NULL), ('b', x'41', 'x', NULL), ('b', '12345678901234500000', NULL, NULL)",
        );
        let (orders, others) =
            shop.read("SELECT shop AS account, number AS merOrderId, bill AS billNo, paid_at FROM unpaid ORDER BY rowid;");
        assert_eq!(
            orders,
            [r#"a 1 {"merOrderId":"0042"}"#, r#"b 4 {"billNo":"","merOrderId":"A4"}"#, r#"b 7 {"merOrderId":"12345678901234500000"}"#]
        );
        assert_eq!(
            others,
            [
                "line 2, column 2 (merOrderId): is a number, or bytes",
                "line 3, column 1 (account): is empty: no account is named",
                "line 5, column 2 (merOrderId): is in scientific notation, as spreadsheets shorten long numbers: its last digits are lost",
                "line 6, column 2 (merOrderId): is a number, or bytes",
            ]
        );
    }

    #[test]
    fn what_is_no_query_of_orders_is_refused() {
        let shop = Shop::open("refused");
        assert_eq!(
            shop.refusal("SELECT 'a' AS account, tade_no FROM orders"),
            "the query: no such column: tade_no in SELECT 'a' AS account, tade_no FROM orders at offset 23"
        );
        assert_eq!(shop.refusal("SELECT 'A1' AS out_trade_no"), "the query: no column is called account, by which the account is chosen");
        assert_eq!(shop.refusal("SELECT 'a' AS account"), "the query names no field of an order");
        assert_eq!(shop.refusal("SELECT 'a' AS account, '1' AS n, '2' AS n"), "the query, column 3: the name stands there before");
        assert_eq!(shop.refusal(""), "the query: no column is called account, by which the account is chosen");
        assert_eq!(shop.refusal("SELECT 'a' AS account, '1' AS n; DELETE FROM orders"), "the query: Multiple statements provided");
    }

    #[test]
    fn it_changes_nothing() {
        let shop = Shop::open("unchanged");
        shop.journal.add(vec![Order::new("a", 1, r#"{"out_trade_no":"A1"}"#).unwrap()]).unwrap();
        let mut rows = shop.rows("DELETE FROM orders RETURNING account, members AS out_trade_no").unwrap();
        let failure = rows.next().unwrap().unwrap_err();
        assert_eq!(failure.to_string(), "the journal: attempt to write a readonly database");
        assert_eq!(shop.journal.counts().unwrap().len(), 1);
    }

    /// More rows than are read ahead, from the journal that they go into.
    #[test]
    fn a_journal_may_be_read_into_itself() {
        let shop = Shop::open("itself");
        let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000) SELECT 'a' AS account, 'A' || i AS out_trade_no FROM n";
        let reads =
            |stopper: &Stopper| read(shop.rows(sql).unwrap(), sql, &shop.journal, &mut |_| Ok(None), false, stopper, |_| {}).unwrap();
        assert_eq!(reads(&Stopper::new()), WasRead { new: 0, known: 0, unreadable: 12_000, is_whole: true });
        let told = Stopper::new();
        told.stop();
        assert!(!reads(&told).is_whole);
        assert_eq!(shop.journal.unfinished_inputs().unwrap(), [sql]);
        let before: Vec<Order> =
            shop.rows(sql).unwrap().map(|row| if let Ok(Row::Order(order)) = row { order } else { panic!("no order") }).collect();
        assert_eq!((before.len(), shop.journal.add(before).unwrap()), (12_000, 12_000));
        let again = "SELECT account, json_extract(members, '$.out_trade_no') AS out_trade_no FROM orders ORDER BY id";
        assert_eq!(shop.read(again).0.len(), 12_000);
    }
}
