//! A tally as a picture (SVG): what ended when, and how long requests took.

use crate::tally::{Histogram, Sums};
use std::collections::BTreeMap;
use std::fmt::Write;

const WIDTH: f64 = 900.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 60.0;
const PLOT: f64 = WIDTH - LEFT - 20.0;
const HEIGHT: f64 = 220.0;
const LINE: f64 = 18.0;
const LABELS: f64 = 170.0;

/// What is settled is green and blue, what waits or was not done yellow, what is not known or wrong red.
const COLOURS: [(&str, &str); 11] = [
    ("closed", "#2a9d5c"),
    ("already_closed", "#8fcfa8"),
    ("paid", "#2f6fb3"),
    ("refunded", "#8db4dd"),
    ("open", "#c9b458"),
    ("processing", "#e9c46a"),
    ("throttled", "#f4a261"),
    ("not_found", "#b07aa1"),
    ("refused", "#e07a5f"),
    ("misconfigured", "#9d2b4a"),
    ("unknown", "#d1495b"),
];
/// Of errors.
const GREY: &str = "#777777";
const QUANTILES: [(&str, f64); 4] = [("50 %", 0.5), ("90 %", 0.9), ("99 %", 0.99), ("100 %", 1.0)];

/// The whole picture.
pub fn drawn(sums: &Sums) -> String {
    let mut svg = Svg(String::new());
    let (ended, people, seconds) = (sums.ended_now(), sums.for_people(), sums.elapsed.as_secs_f64());
    let rate = ended as f64 / seconds.max(0.001);
    svg.text(LEFT, 24.0, "start", &format!("{ended} orders ended in {}, {rate:.1}/s, {people} for people", clock(seconds)));
    let mut at = legend(&mut svg, sums);
    at = timeline(&mut svg, sums, at);
    at = quantiles(&mut svg, sums, at + 2.0 * LINE);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {:.0}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n{}</svg>\n",
        at + LINE,
        svg.0
    )
}

fn legend(svg: &mut Svg, sums: &Sums) -> f64 {
    let mut x = LEFT;
    for (word, count) in sums.words() {
        svg.rect(x, 34.0, 10.0, 10.0, colour(word), "");
        let label = format!("{word} {count}");
        svg.text(x + 14.0, 43.0, "start", &label);
        x += 30.0 + 7.0 * label.len() as f64;
    }
    TOP
}

/// Columns of orders per second, word upon word.
fn timeline(svg: &mut Svg, sums: &Sums, top: f64) -> f64 {
    let (columns, seconds) = (sums.timeline.columns(), sums.timeline.width().as_secs_f64());
    let rate = |column: &BTreeMap<String, u64>| column.values().sum::<u64>() as f64 / seconds;
    let most = columns.iter().map(rate).fold(0.0, f64::max).max(f64::MIN_POSITIVE);
    let (bottom, width) = (top + HEIGHT, PLOT / columns.len().max(1) as f64);
    for (column, at) in columns.iter().zip(0..) {
        let mut y = bottom;
        for (word, count) in column {
            let height = *count as f64 / seconds / most * HEIGHT;
            y -= height;
            let from = clock(f64::from(at) * seconds);
            svg.rect(LEFT + f64::from(at) * width, y, (width - 0.5).max(0.5), height, colour(word), &format!("{from}: {count} {word}"));
        }
    }
    svg.line(LEFT, bottom, LEFT + PLOT, bottom);
    svg.line(LEFT, top, LEFT, bottom);
    if !columns.is_empty() {
        svg.text(LEFT - 6.0, top + 10.0, "end", &format!("{most:.1}/s"));
        svg.text(LEFT + PLOT, bottom + 14.0, "end", &clock(columns.len() as f64 * seconds));
    }
    svg.text(LEFT, bottom + 14.0, "start", "0:00:00");
    bottom
}

/// A bar for each operation and quantile, over all accounts.
fn quantiles(svg: &mut Svg, sums: &Sums, top: f64) -> f64 {
    let mut joined: BTreeMap<&str, Histogram> = BTreeMap::new();
    for ((_, verb), took) in &sums.took {
        joined.entry(verb).or_default().join(took);
    }
    let longest = joined.values().map(Histogram::longest).fold(f64::MIN_POSITIVE, f64::max);
    let mut y = top;
    for (verb, took) in &joined {
        for (name, part) in QUANTILES {
            let seconds = took.quantile(part);
            let width = seconds / longest * (PLOT - LABELS - 80.0);
            svg.text(LABELS, y + 10.0, "end", &format!("{verb}, {name} of {} within", took.count()));
            svg.rect(LABELS + 8.0, y, width.max(1.0), LINE - 6.0, "#5b7aa6", "");
            svg.text(LABELS + 14.0 + width, y + 10.0, "start", &format!("{:.0} ms", seconds * 1000.0));
            y += LINE;
        }
        y += LINE / 2.0;
    }
    y
}

fn colour(word: &str) -> &'static str {
    COLOURS.iter().find(|(known, _)| *known == word).map_or(GREY, |(_, colour)| colour)
}

/// Hours, minutes and seconds.
fn clock(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Writing to a String cannot fail.
struct Svg(String);

impl Svg {
    fn text(&mut self, x: f64, y: f64, anchor: &str, text: &str) {
        _ = writeln!(self.0, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{}</text>", escaped(text));
    }

    fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, colour: &str, title: &str) {
        let title = if title.is_empty() { String::new() } else { format!("<title>{}</title>", escaped(title)) };
        _ = writeln!(
            self.0,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" fill=\"{colour}\">{title}</rect>"
        );
    }

    fn line(&mut self, x1: f64, y1: f64, x2: f64, y2: f64) {
        _ = writeln!(self.0, "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"#333\"/>");
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Ending, Event, Watch};
    use crate::tally::Tally;
    use chexiao::Code;
    use std::time::Duration;

    fn ended(tally: &Tally, word: &str) {
        let ending = Ending { word: word.into(), next: "done".into(), needs_person: word == "unknown", why: String::new() };
        tally.hear(&Event::Ended { account: "a", line: 1, ending: &ending, took: Duration::ZERO });
    }

    #[test]
    fn every_word_has_its_colour_and_its_part() {
        for code in Code::ALL {
            assert!(COLOURS.iter().any(|(word, _)| *word == code.word()), "{code}");
        }
        let tally = Tally::new(5, 0);
        ["closed", "closed", "unknown", "call"].iter().for_each(|word| ended(&tally, word));
        let picture = drawn(&tally.sums());
        assert!(picture.contains("4 orders ended in 0:00:0") && picture.contains("1 for people"), "{picture}");
        for part in ["closed 2", "unknown 1", "call 1", "0:00:00: 2 closed", GREY] {
            assert!(picture.contains(part), "{part}: {picture}");
        }
    }

    #[test]
    fn nothing_is_a_picture_too_and_all_of_it_is_numbers() {
        let picture = drawn(&Tally::new(0, 0).sums());
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n") && !picture.contains("NaN") && !picture.contains("inf"));
    }
}
