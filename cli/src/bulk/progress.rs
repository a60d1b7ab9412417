//! How far a job has come: a bar on a terminal, else lines; with `--json` as JSON.

use super::publishing::Publishing;
use crate::output::{Untold, line, note};
use chexiao_bulk::{Sums, Tally};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

/// Between looks.
const TICK: Duration = Duration::from_millis(200);
/// What the rate is an average over.
const WINDOW: Duration = Duration::from_secs(30);

/// What is shown until this is ended.
pub(super) struct Progress {
    end: Sender<()>,
    thread: JoinHandle<Option<Untold>>,
}

impl Progress {
    /// Lines come, and a file of metrics is replaced, as often as `every`.
    pub(super) fn begin(tally: Arc<Tally>, as_json: bool, every: Duration, publishing: Option<Publishing>) -> Self {
        let (end, ended) = channel();
        let show = move || {
            let shown = Shown::new(&tally, as_json);
            let mut pulse = Pulse::default();
            let (mut next, mut untold, mut stopped) = (Instant::now() + every, None, 0);
            loop {
                let is_over = ended.recv_timeout(TICK) != Err(RecvTimeoutError::Timeout);
                let sums = tally.sums();
                pulse.beats(Instant::now(), sums.ended_now());
                for (account, why) in sums.stopped.iter().skip(stopped) {
                    untold = untold.or(shown.tells_of_stop(account, why).err());
                }
                stopped = sums.stopped.len();
                shown.moves(&sums, &pulse);
                if is_over || Instant::now() >= next {
                    next = Instant::now() + every;
                    untold = untold.or(shown.says(&sums, &pulse, is_over).err());
                    if let Some(Err(error)) = publishing.as_ref().map(|publishing| publishing.publish(&sums)) {
                        note(error);
                    }
                }
                if is_over {
                    return untold;
                }
            }
        };
        Self { end, thread: spawn(show) }
    }

    /// The last word of it; why standard output could not be written.
    pub(super) fn end(self) -> Option<Untold> {
        drop(self.end);
        self.thread.join().unwrap_or_default()
    }
}

enum Shown {
    Bar(ProgressBar),
    Lines,
    Json,
}

impl Shown {
    fn new(tally: &Tally, as_json: bool) -> Self {
        if as_json {
            return Self::Json;
        }
        if !std::io::stderr().is_terminal() {
            return Self::Lines;
        }
        let bar = ProgressBar::with_draw_target(Some(tally.sums().orders), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("[{bar:24}] {msg}") {
            bar.set_style(style.progress_chars("## "));
        }
        Self::Bar(bar)
    }

    fn moves(&self, sums: &Sums, pulse: &Pulse) {
        if let Self::Bar(bar) = self {
            bar.set_position(sums.ended());
            bar.set_message(text(sums, pulse));
        }
    }

    fn says(&self, sums: &Sums, pulse: &Pulse, is_last: bool) -> Result<(), Untold> {
        match self {
            Self::Bar(bar) if is_last => bar.finish_and_clear(),
            Self::Bar(_) => {}
            Self::Lines => note(text(sums, pulse)),
            Self::Json => return line(as_json(sums, pulse)),
        }
        Ok(())
    }

    fn tells_of_stop(&self, account: &str, why: &str) -> Result<(), Untold> {
        let told =
            format!("{account}: stopped, being misconfigured; the other accounts go on. 配置有误，该账户已停止，其他账户继续。\n  {why}");
        match self {
            Self::Bar(bar) => bar.suspend(|| note(told)),
            Self::Lines => note(told),
            Self::Json => return line(json!({"event": "account_stopped", "account": account, "why": why})),
        }
        Ok(())
    }
}

fn text(sums: &Sums, pulse: &Pulse) -> String {
    let words: Vec<String> = sums.words().iter().map(|(word, count)| format!("{word} {count}")).collect();
    let mut parts = vec![format!("{}/{}", sums.ended(), sums.orders), format!("{:.1}/s", pulse.rate())];
    parts.extend(pulse.left(sums).map(|left| format!("{} left", clock(left))));
    parts.extend(words);
    let people = sums.for_people();
    parts.extend((people > 0).then(|| format!("for people {people}")));
    parts.join("  ")
}

fn as_json(sums: &Sums, pulse: &Pulse) -> Value {
    json!({
        "event": "progress", "orders": sums.orders, "ended": sums.ended(), "under_way": sums.under_way, "for_people": sums.for_people(),
        "rate": (pulse.rate() * 10.0).round() / 10.0, "left_s": pulse.left(sums), "words": sums.words(),
    })
}

/// Hours, minutes and seconds.
pub(super) fn clock(seconds: u64) -> String {
    format!("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// How many orders end in a second.
#[derive(Default)]
struct Pulse(VecDeque<(Instant, u64)>);

impl Pulse {
    fn beats(&mut self, now: Instant, ended: u64) {
        self.0.push_back((now, ended));
        while self.0.front().is_some_and(|(then, _)| now - *then > WINDOW) {
            self.0.pop_front();
        }
    }

    fn rate(&self) -> f64 {
        let (Some((from, before)), Some((to, after))) = (self.0.front(), self.0.back()) else { return 0.0 };
        let seconds = (*to - *from).as_secs_f64();
        if seconds > 0.0 { (after - before) as f64 / seconds } else { 0.0 }
    }

    /// In seconds, at this rate.
    fn left(&self, sums: &Sums) -> Option<u64> {
        let rate = self.rate();
        (rate > 0.0).then(|| (sums.orders.saturating_sub(sums.ended()) as f64 / rate).ceil() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_half_minute() {
        let (mut pulse, begun) = (Pulse::default(), Instant::now());
        assert_eq!(pulse.rate(), 0.0);
        for second in 0..=60 {
            pulse.beats(begun + Duration::from_secs(second), if second < 30 { 0 } else { (second - 30) * 10 });
        }
        assert!((pulse.rate() - 10.0).abs() < 0.5, "{}", pulse.rate());
        let sums = Sums { orders: 100, ended_before: 50, ..Sums::default() };
        assert_eq!(pulse.left(&sums), Some(5));
        assert!(text(&sums, &pulse).starts_with("50/100  10.0/s  0:00:05 left"), "{}", text(&sums, &pulse));
        assert_eq!(clock(3_661), "1:01:01");
    }
}
