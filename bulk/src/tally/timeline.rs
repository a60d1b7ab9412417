//! [`Timeline`]: what ended when, in columns that grow wider instead of more.

use std::collections::BTreeMap;
use std::time::Duration;

/// So many columns at most; then two become one.
const COLUMNS: usize = 240;
const FIRST_WIDTH: Duration = Duration::from_secs(1);

/// How often each word ended an order, column by column.
#[derive(Debug, Clone)]
pub struct Timeline {
    width: Duration,
    columns: Vec<BTreeMap<String, u64>>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { width: FIRST_WIDTH, columns: Vec::new() }
    }
}

impl Timeline {
    pub(super) fn add(&mut self, elapsed: Duration, word: &str) {
        let at = loop {
            let at = usize::try_from(elapsed.as_nanos() / self.width.as_nanos()).unwrap_or(usize::MAX);
            if at < COLUMNS {
                break at;
            }
            self.widen();
        };
        if self.columns.len() <= at {
            self.columns.resize_with(at + 1, BTreeMap::new);
        }
        let Some(column) = self.columns.get_mut(at) else { return };
        match column.get_mut(word) {
            Some(count) => *count += 1,
            None => _ = column.insert(word.into(), 1),
        }
    }

    fn widen(&mut self) {
        self.width *= 2;
        let pairs = self.columns.chunks(2).map(|pair| {
            let mut joined = BTreeMap::new();
            for (word, count) in pair.iter().flatten() {
                *joined.entry(word.clone()).or_default() += count;
            }
            joined
        });
        self.columns = pairs.collect();
    }

    /// How long a column is.
    pub fn width(&self) -> Duration {
        self.width
    }

    /// The counts by word, from the beginning of the run.
    pub fn columns(&self) -> &[BTreeMap<String, u64>] {
        &self.columns
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_run_has_wider_columns_and_the_same_counts() {
        let mut timeline = Timeline::default();
        for second in 0..10_000 {
            timeline.add(Duration::from_secs(second), if second < 5000 { "closed" } else { "paid" });
        }
        assert_eq!(timeline.width(), Duration::from_secs(64));
        assert!(timeline.columns().len() <= COLUMNS);
        let sum = |word: &str| timeline.columns().iter().filter_map(|column| column.get(word)).sum::<u64>();
        assert_eq!((sum("closed"), sum("paid")), (5000, 5000));
        assert_eq!(timeline.columns()[0]["closed"], 64);
        timeline.add(Duration::from_secs(1 << 40), "closed");
        assert_eq!(timeline.columns().iter().flat_map(BTreeMap::values).sum::<u64>(), 10_001);
    }
}
