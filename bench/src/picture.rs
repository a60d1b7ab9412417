//! `docs/benchmarks.svg`: every figure of the page as a part of what its target allows.

const LINE: usize = 18;
const LABELS: usize = 660;
/// The target is half as wide.
const BARS: f64 = 320.0;
const NUMBERS: usize = 120;

/// The whole picture, of the tables of the page.
pub fn drawn(page: &str) -> String {
    let (mut bars, mut at, mut title) = (String::new(), 0, None);
    for line in page.lines() {
        title = line.strip_prefix("## ").or(title);
        let Some(bar) = Bar::of(line) else { continue };
        if let Some(title) = title.take() {
            at += 2 * LINE;
            bars += &format!("<text x=\"8\" y=\"{at}\" font-weight=\"bold\">{title}</text>\n");
        }
        at += LINE;
        bars += &bar.drawn(at);
    }
    let (width, height, target) = (LABELS + BARS as usize + NUMBERS, at + LINE, LABELS + BARS as usize / 2);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n{bars}\
         <line x1=\"{target}\" x2=\"{target}\" y1=\"{LINE}\" y2=\"{at}\" stroke=\"#333\" stroke-dasharray=\"3 3\"/>\n\
         <text x=\"{target}\" y=\"{}\" text-anchor=\"middle\">target</text>\n</svg>\n",
        LINE - 4
    )
}

/// A line of a table, with a target.
struct Bar<'p> {
    figure: &'p str,
    measured: &'p str,
    target: &'p str,
    part: f64,
    holds: bool,
}

impl<'p> Bar<'p> {
    fn of(line: &'p str) -> Option<Self> {
        let columns: Vec<_> = line.strip_prefix("| ")?.strip_suffix(" |")?.split(" | ").collect();
        let [figure, measured, target, holds] = columns[..] else { return None };
        let measured = measured.split(' ').next()?;
        let (sign, limit) = target.split_once(' ')?;
        let (number, limit) = (measured.parse::<f64>().ok()?, limit.parse::<f64>().ok()?);
        let part = if sign == "≤" { number / limit } else { limit / number };
        Some(Self { figure, measured, target, part, holds: holds == "yes" })
    }

    fn drawn(&self, at: usize) -> String {
        let width = (self.part * BARS / 2.0).clamp(1.0, BARS);
        let colour = if self.holds { "#2a9d5c" } else { "#d1495b" };
        let (figure, end, numbers) = (self.figure.replace('&', "&amp;").replace('<', "&lt;"), LABELS - 8, LABELS + BARS as usize + 8);
        format!(
            "<text x=\"{end}\" y=\"{at}\" text-anchor=\"end\">{figure}</text>\
             <rect x=\"{LABELS}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\" fill=\"{colour}\"/>\
             <text x=\"{numbers}\" y=\"{at}\">{} {}</text>\n",
            at - LINE + 6,
            LINE - 4,
            self.measured,
            self.target
        )
    }
}
