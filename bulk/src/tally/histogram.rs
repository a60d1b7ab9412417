//! [`Histogram`]: durations, each known to a fifth.

use std::time::Duration;

/// Each limit is 2^(1/4) of the one before: four to a doubling, from 1 ms to 524 s.
const PER_DOUBLING: usize = 4;
const DOUBLINGS: usize = 19;
const LIMITS: usize = PER_DOUBLING * DOUBLINGS + 1;
const FIRST: f64 = 0.001;

/// Counts of durations, in seconds.
#[derive(Debug, Clone)]
pub struct Histogram {
    /// Up to each limit, and beyond the last one.
    counts: [u64; LIMITS + 1],
    sum: f64,
    longest: f64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [0; LIMITS + 1], sum: 0.0, longest: 0.0 }
    }
}

impl Histogram {
    /// One more.
    pub fn add(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        let at = (0..LIMITS).find(|&at| seconds <= limit(at)).unwrap_or(LIMITS);
        self.counts.iter_mut().skip(at).take(1).for_each(|count| *count += 1);
        self.sum += seconds;
        self.longest = self.longest.max(seconds);
    }

    /// With all of another one.
    pub fn join(&mut self, other: &Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(count, more)| *count += more);
        self.sum += other.sum;
        self.longest = self.longest.max(other.longest);
    }

    /// How many.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// All together.
    pub fn sum(&self) -> f64 {
        self.sum
    }

    /// The longest.
    pub fn longest(&self) -> f64 {
        self.longest
    }

    /// What this part of them, 0 to 1, did not exceed: at most a fifth too long. 0 of none.
    pub fn quantile(&self, part: f64) -> f64 {
        let (count, mut below) = (self.count(), 0);
        let wanted = (part * count as f64).ceil().max(1.0) as u64;
        for (at, more) in self.counts.iter().enumerate() {
            below += more;
            if below >= wanted {
                return if at < LIMITS { limit(at).min(self.longest) } else { self.longest };
            }
        }
        0.0
    }

    /// How many took at most 1, 2, 4 … ms, with the limits in seconds.
    pub fn doublings(&self) -> impl Iterator<Item = (f64, u64)> {
        let up_to = |at: usize| self.counts.iter().take(at + 1).sum();
        (0..LIMITS).step_by(PER_DOUBLING).map(move |at| (limit(at), up_to(at)))
    }
}

fn limit(at: usize) -> f64 {
    FIRST * 2f64.powf(at as f64 / PER_DOUBLING as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_a_fifth_too_long_at_most() {
        let mut histogram = Histogram::default();
        assert_eq!((histogram.quantile(0.5), histogram.count()), (0.0, 0));
        (1..=1000).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        for (part, exact) in [(0.001, 0.001), (0.5, 0.5), (0.9, 0.9), (0.99, 0.99), (1.0, 1.0)] {
            let said = histogram.quantile(part);
            assert!(said >= exact - 1e-9 && said <= exact * 1.2, "{part}: {said}");
        }
        assert!((histogram.sum() - 500.5).abs() < 1e-6 && histogram.longest() == 1.0);
        let last = histogram.doublings().last().unwrap();
        assert!(last.0 > 500.0 && last.1 == 1000);
        assert_eq!(histogram.doublings().next().unwrap(), (0.001, 1));
        let mut twice = histogram.clone();
        twice.join(&histogram);
        assert_eq!((twice.count(), twice.quantile(0.5)), (2000, histogram.quantile(0.5)));
        histogram.add(Duration::from_secs(1000));
        assert_eq!(histogram.quantile(1.0), 1000.0);
    }
}
