//! Random choices that are the same in every run.

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end as u64).unwrap()
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// One to three bytes deleted, doubled, replaced by or followed by one of `marks`.
    pub(crate) fn spoil(&mut self, body: &mut Vec<u8>, marks: &[u8]) {
        for _ in 0..1 + self.below(3) {
            let at = self.below(body.len());
            match self.below(5) {
                0 => drop(body.remove(at)),
                1 => body.insert(at, body[at]),
                2 => body[at] = self.pick(marks),
                3 => body.insert(at, self.pick(marks)),
                _ => {
                    let end = (at + 1 + self.below(12)).min(body.len());
                    let piece = body[at..end].to_vec();
                    body.splice(at..at, piece);
                }
            }
        }
    }
}
