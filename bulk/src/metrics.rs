//! A tally as OpenMetrics text, for Prometheus and its kin.

use crate::tally::Sums;
use std::fmt::{Display, Write};

/// What it is served as.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The whole exposition, up to its `# EOF`.
pub fn exposed(sums: &Sums) -> String {
    let mut text = Text(String::new());
    text.family("chexiao_bulk_orders", "gauge", "Orders of the job.");
    text.sample("chexiao_bulk_orders", &[], sums.orders);
    text.family("chexiao_bulk_orders_ended", "gauge", "Orders that have their last word, those of earlier runs among them.");
    text.sample("chexiao_bulk_orders_ended", &[], sums.ended());
    text.family("chexiao_bulk_endings", "counter", "Orders that got their last word in this run.");
    for ((account, word, needs_person), count) in &sums.ended {
        let person = if *needs_person { "yes" } else { "no" };
        text.sample("chexiao_bulk_endings_total", &[("account", account), ("word", word), ("needs_person", person)], count);
    }
    text.family("chexiao_bulk_requests", "counter", "Requests, by the word of their outcome or of the error before they left.");
    for ((account, verb, word), count) in &sums.requests {
        text.sample("chexiao_bulk_requests_total", &[("account", account), ("operation", verb), ("word", word)], count);
    }
    text.family("chexiao_bulk_requests_under_way", "gauge", "Requests without an outcome yet.");
    text.sample("chexiao_bulk_requests_under_way", &[], sums.under_way);
    text.unit_family("chexiao_bulk_request_seconds", "histogram", "seconds", "From a request to its outcome.");
    for ((account, verb), took) in &sums.took {
        let labels = [("account", account.as_str()), ("operation", verb)];
        for (limit, count) in took.doublings() {
            let limit = format!("{limit:?}");
            text.sample("chexiao_bulk_request_seconds_bucket", &[labels[0], labels[1], ("le", &limit)], count);
        }
        text.sample("chexiao_bulk_request_seconds_bucket", &[labels[0], labels[1], ("le", "+Inf")], took.count());
        text.sample("chexiao_bulk_request_seconds_count", &labels, took.count());
        text.sample("chexiao_bulk_request_seconds_sum", &labels, took.sum());
    }
    text.family("chexiao_bulk_account_stopped", "gauge", "1: the account was stopped in this run, being misconfigured.");
    for account in sums.stopped.keys() {
        text.sample("chexiao_bulk_account_stopped", &[("account", account)], 1);
    }
    text.unit_family("chexiao_bulk_elapsed_seconds", "gauge", "seconds", "Since this run began.");
    text.sample("chexiao_bulk_elapsed_seconds", &[], sums.elapsed.as_secs_f64());
    text.0.push_str("# EOF\n");
    text.0
}

/// Writing to a String cannot fail.
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        _ = write!(self.0, "# TYPE {name} {kind}\n# HELP {name} {help}\n");
    }

    fn unit_family(&mut self, name: &str, kind: &str, unit: &str, help: &str) {
        _ = write!(self.0, "# TYPE {name} {kind}\n# UNIT {name} {unit}\n# HELP {name} {help}\n");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        let mut opens = '{';
        for (label, text) in labels {
            _ = write!(self.0, "{opens}{label}=\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
            opens = ',';
        }
        _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tally::{Histogram, Timeline};
    use std::collections::{BTreeMap, HashSet};
    use std::time::Duration;

    pub(crate) fn some() -> Sums {
        let mut histogram = Histogram::default();
        [3, 40, 41, 900].into_iter().for_each(|ms| histogram.add(Duration::from_millis(ms)));
        Sums {
            elapsed: Duration::from_millis(61_500),
            orders: 10,
            ended_before: 2,
            ended: BTreeMap::from([(("a".into(), "closed".into(), false), 3), (("b\"\\\n店".into(), "unknown".into(), true), 1)]),
            requests: BTreeMap::from([(("a".into(), "close", "closed"), 3), (("a".into(), "query", "open"), 1)]),
            took: BTreeMap::from([(("a".into(), "close"), histogram)]),
            under_way: 1,
            stopped: BTreeMap::from([("b".into(), "why".into())]),
            timeline: Timeline::default(),
        }
    }

    #[test]
    fn each_sample_has_its_family_and_the_text_its_end() {
        let text = exposed(&some());
        assert!(text.ends_with("\n# EOF\n") && !text.contains("\n\n"));
        let mut families = HashSet::new();
        let mut family = "";
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                family = rest.split(' ').next().unwrap();
                assert!(families.insert(family), "{family} stands there twice");
                continue;
            }
            if line.starts_with('#') {
                continue;
            }
            let name = line.split(['{', ' ']).next().unwrap();
            let suffix = name.strip_prefix(family).unwrap_or_else(|| panic!("{line} is not of {family}"));
            assert!(["", "_total", "_bucket", "_count", "_sum"].contains(&suffix), "{line}");
            assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
        }
        for line in [
            "chexiao_bulk_orders 10",
            "chexiao_bulk_orders_ended 6",
            "chexiao_bulk_endings_total{account=\"a\",word=\"closed\",needs_person=\"no\"} 3",
            "chexiao_bulk_endings_total{account=\"b\\\"\\\\\\n店\",word=\"unknown\",needs_person=\"yes\"} 1",
            "chexiao_bulk_requests_total{account=\"a\",operation=\"query\",word=\"open\"} 1",
            "chexiao_bulk_request_seconds_bucket{account=\"a\",operation=\"close\",le=\"0.004\"} 1",
            "chexiao_bulk_request_seconds_bucket{account=\"a\",operation=\"close\",le=\"0.064\"} 3",
            "chexiao_bulk_request_seconds_bucket{account=\"a\",operation=\"close\",le=\"+Inf\"} 4",
            "chexiao_bulk_request_seconds_count{account=\"a\",operation=\"close\"} 4",
            "chexiao_bulk_account_stopped{account=\"b\"} 1",
            "chexiao_bulk_elapsed_seconds 61.5",
        ] {
            assert!(text.lines().any(|known| known == line), "{line}\n{text}");
        }
    }
}
