//! Verdicts over time, in a bounded number of equal steps that widen as the audited time grows.

use super::verdict::Verdict;

/// How many steps there are at most.
const MOST_STEPS: usize = 120;

/// Counts for each verdict, in the order of [`Verdict::ALL`].
pub(super) type Step = [u64; Verdict::ALL.len()];

/// How many records of each verdict fall into each step of time.
#[derive(Debug)]
pub(super) struct Timeline {
    /// Number of the first step, counted from 1970 in steps.
    first: i64,
    /// Length of a step in seconds.
    length: i64,
    steps: Vec<Step>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { first: 0, length: 60, steps: Vec::new() }
    }
}

impl Timeline {
    pub(super) fn add(&mut self, seconds: i64, verdict: Verdict) {
        let place = loop {
            let number = seconds.div_euclid(self.length);
            if self.steps.is_empty() {
                self.first = number;
            }
            let first = self.first.min(number);
            let last = number.max(self.first.saturating_add_unsigned(self.steps.len() as u64).saturating_sub(1));
            let steps = usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(usize::MAX);
            if steps <= MOST_STEPS {
                self.widen(first, steps);
                break usize::try_from(number.saturating_sub(first)).unwrap_or_default();
            }
            self.halve();
        };
        let verdicts = Verdict::ALL.iter().position(|&other| other == verdict);
        let count = self.steps.get_mut(place).zip(verdicts).and_then(|(step, verdict)| step.get_mut(verdict));
        if let Some(count) = count {
            *count = count.saturating_add(1);
        }
    }

    /// Makes room, at the beginning and at the end.
    fn widen(&mut self, first: i64, steps: usize) {
        let before = usize::try_from(self.first.saturating_sub(first)).unwrap_or_default();
        self.steps.splice(..0, std::iter::repeat_n(Step::default(), before));
        self.steps.resize(steps, Step::default());
        self.first = first;
    }

    /// Makes every step twice as long.
    fn halve(&mut self) {
        let mut halved: Vec<Step> = Vec::new();
        let first = self.first.div_euclid(2);
        for (number, step) in (self.first..).zip(&self.steps) {
            let place = usize::try_from(number.div_euclid(2).saturating_sub(first)).unwrap_or_default();
            if halved.len() <= place {
                halved.push(Step::default());
            }
            if let Some(to) = halved.get_mut(place) {
                to.iter_mut().zip(step).for_each(|(count, more)| *count = count.saturating_add(*more));
            }
        }
        (self.first, self.length, self.steps) = (first, self.length.saturating_mul(2), halved);
    }

    /// Each step with the time at which it begins, in seconds since 1970.
    pub(super) fn steps(&self) -> impl ExactSizeIterator<Item = (i64, &Step)> {
        let begins = |place: usize| {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            self.first.saturating_add(place).saturating_mul(self.length)
        };
        self.steps.iter().enumerate().map(move |(place, step)| (begins(place), step))
    }

    /// The length of a step in seconds.
    pub(super) fn length(&self) -> i64 {
        self.length
    }
}
