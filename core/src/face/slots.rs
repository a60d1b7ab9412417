//! Numbers that stand for values. A number that was freed, or made up, or given by another process, finds nothing; it never reaches memory. (Of
//! two children of one fork, each may give the number that the other gives: they begin alike.)
//! No number is given twice. No lock is held anywhere, so that a fork cannot inherit one.
//!
//! Each is between 2^52 and 2^53, so that whatever holds numbers as a double or with a sign keeps it: a mark, the generation of a slot, the slot.
//! Those of two kinds differ in the lowest bit of the generation.

use arc_swap::ArcSwapOption;
use once_cell::race::OnceBox;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::SeqCst};

const SLOT_BITS: u32 = 20;
/// Slots come as many at a time, when they are needed, and stay.
const SEGMENT: usize = 1 << 10;
/// No small number is one, and no address.
const MARK: u64 = 1 << 52;

/// Slots in at most so many segments, for values of kind 0 or 1.
pub struct Slots<T, const SEGMENTS: usize, const KIND: u32> {
    segments: [OnceBox<Box<[Slot<T>]>>; SEGMENTS],
    /// Those were ever used whose numbers are smaller.
    used: AtomicU32,
    /// Of those that are free again, the one freed last: its number and 1, or 0; above it the count of changes, so that no change is missed.
    free: AtomicU64,
}

struct Slot<T> {
    entry: ArcSwapOption<Entry<T>>,
    /// Of the next value here.
    generation: AtomicU32,
    /// While it is free: the lower half of [`Slots::free`] before it came there.
    next: AtomicU32,
}

struct Entry<T> {
    number: u64,
    value: T,
}

/// A value in use: it lives until the last use has ended, whether its number is freed or not.
pub struct InUse<T>(Arc<Entry<T>>);

impl<T> std::ops::Deref for InUse<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0.value
    }
}

impl<T, const SEGMENTS: usize, const KIND: u32> Slots<T, SEGMENTS, KIND> {
    /// Values at the same time.
    pub const MOST: usize = {
        assert!(SEGMENTS * SEGMENT <= 1 << SLOT_BITS && KIND < 2);
        SEGMENTS * SEGMENT
    };

    /// Without a value.
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self { segments: [const { OnceBox::new() }; SEGMENTS], used: AtomicU32::new(0), free: AtomicU64::new(0) }
    }

    /// The number of `value` from now on; `None` if there is no room.
    pub fn add(&self, value: T) -> Option<u64> {
        let (at, slot) = self.take_free().or_else(|| self.take_new())?;
        let number = MARK | u64::from(slot.generation.fetch_add(2, SeqCst)) << SLOT_BITS | u64::from(at);
        slot.entry.store(Some(Arc::new(Entry { number, value })));
        Some(number)
    }

    /// The value of a number.
    pub fn get(&self, number: u64) -> Option<InUse<T>> {
        self.slot(at(number))?.entry.load_full().filter(|entry| entry.number == number).map(InUse)
    }

    /// Gives a number up; `false` if it is none. Of two that free it at the same time, one does.
    pub fn free(&self, number: u64) -> bool {
        let Some(slot) = self.slot(at(number)) else { return false };
        let current = slot.entry.load();
        let is_it = current.as_ref().is_some_and(|entry| entry.number == number);
        let same = |previous: Option<&Arc<Entry<T>>>| previous.map(Arc::as_ptr) == current.as_ref().map(Arc::as_ptr);
        let freed = is_it && same(slot.entry.compare_and_swap(&current, None).as_ref());
        // After its last generation a slot is not used again.
        if freed && slot.generation.load(SeqCst) != KIND {
            self.give(at(number), slot);
        }
        freed
    }

    fn slot(&self, at: u32) -> Option<&Slot<T>> {
        let at = usize::try_from(at).ok()?;
        self.segments.get(at / SEGMENT)?.get()?.get(at % SEGMENT)
    }

    fn take_free(&self) -> Option<(u32, &Slot<T>)> {
        let mut free = self.free.load(SeqCst);
        loop {
            let at = (free as u32).checked_sub(1)?;
            let slot = self.slot(at)?;
            match self.free.compare_exchange(free, changed(free, slot.next.load(SeqCst)), SeqCst, SeqCst) {
                Ok(_) => return Some((at, slot)),
                Err(now) => free = now,
            }
        }
    }

    fn give(&self, at: u32, slot: &Slot<T>) {
        let mut free = self.free.load(SeqCst);
        loop {
            slot.next.store(free as u32, SeqCst);
            match self.free.compare_exchange(free, changed(free, at + 1), SeqCst, SeqCst) {
                Ok(_) => return,
                Err(now) => free = now,
            }
        }
    }

    fn take_new(&self) -> Option<(u32, &Slot<T>)> {
        let at = self.used.fetch_update(SeqCst, SeqCst, |used| (used as usize != Self::MOST).then_some(used + 1)).ok()?;
        self.segments.get(at as usize / SEGMENT)?.get_or_init(|| Box::new(segment(KIND)));
        Some((at, self.slot(at)?))
    }
}

/// The first generations are random: a number of another slot, or of another process, finds nothing here.
fn segment<T>(kind: u32) -> Box<[Slot<T>]> {
    let mut random = vec![0; SEGMENT * 4];
    // Without random numbers no call can be signed either.
    _ = getrandom::fill(&mut random);
    let (first, _) = random.as_chunks::<4>();
    let slot = |first: &[u8; 4]| Slot {
        entry: ArcSwapOption::const_empty(),
        generation: AtomicU32::new(u32::from_ne_bytes(*first) >> 2 << 1 | kind),
        next: AtomicU32::new(0),
    };
    first.iter().map(slot).collect()
}

fn at(number: u64) -> u32 {
    number as u32 & ((1 << SLOT_BITS) - 1)
}

/// The next value of [`Slots::free`].
fn changed(free: u64, first: u32) -> u64 {
    u64::from(((free >> 32) as u32).wrapping_add(1)) << 32 | u64::from(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_number_is_exact_as_a_double_and_finds_its_value() {
        let slots = Slots::<usize, 2, 0>::new();
        let numbers: Vec<u64> = (0..2 * SEGMENT).map(|value| slots.add(value).unwrap()).collect();
        assert_eq!(slots.add(0), None);
        for (value, number) in numbers.iter().enumerate() {
            assert_eq!(slots.get(*number).as_deref(), Some(&value));
            assert!((1 << 52..1 << 53).contains(number) && *number as f64 as u64 == *number, "{number:x}");
        }
        assert!(slots.free(numbers[7]) && !slots.free(numbers[7]) && slots.get(numbers[7]).is_none());
        let again = slots.add(7).unwrap();
        assert_eq!((at(again), slots.get(again).as_deref()), (at(numbers[7]), Some(&7)));
        assert!(!numbers.contains(&again) && slots.get(numbers[7]).is_none() && !slots.free(numbers[7]));
        assert_eq!(slots.add(0), None);
        let of_another_slot = numbers[8] & !((1 << SLOT_BITS) - 1) | numbers[9] & ((1 << SLOT_BITS) - 1);
        for number in
            [0, 1, 4096, of_another_slot, MARK, u64::MAX, again ^ MARK, again ^ 1 << SLOT_BITS, again | 1 << 53, again | 0xC5 << 56]
        {
            assert!(slots.get(number).is_none() && !slots.free(number), "{number:x}");
        }
    }

    #[test]
    fn a_slot_ends_with_its_last_generation() {
        let slots = Slots::<(), 1, 1>::new();
        let first = slots.add(()).unwrap();
        slots.slot(at(first)).unwrap().generation.store(u32::MAX, SeqCst);
        assert!(slots.free(first));
        let last = slots.add(()).unwrap();
        assert_eq!(last, (1 << 53) - (1 << SLOT_BITS) + u64::from(at(first)));
        assert!(slots.free(last));
        assert_ne!(at(slots.add(()).unwrap()), at(last));
    }

    #[test]
    fn threads_never_share_a_number() {
        let slots = Slots::<usize, 2, 0>::new();
        let work = |thread: usize| {
            let mut given = Vec::new();
            for round in 0..200 {
                let numbers: Vec<u64> = (0..100).map(|_| slots.add(thread).unwrap()).collect();
                assert!(numbers.iter().all(|number| slots.get(*number).as_deref() == Some(&thread)));
                assert!(numbers.iter().all(|number| slots.free(*number)), "round {round}");
                given.extend(numbers);
            }
            given
        };
        let given: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || work(thread))).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(given.iter().collect::<HashSet<_>>().len(), 4 * 200 * 100);
        assert!(slots.used.load(SeqCst) <= 4 * 100);
    }

    #[test]
    fn a_value_lives_while_it_is_in_use() {
        let slots = Slots::<Arc<()>, 1, 0>::new();
        let value = Arc::new(());
        let number = slots.add(value.clone()).unwrap();
        let in_use = slots.get(number).unwrap();
        assert!(slots.free(number));
        assert_eq!(Arc::strong_count(&value), 2);
        drop(in_use);
        assert_eq!(Arc::strong_count(&value), 1);
    }
}
