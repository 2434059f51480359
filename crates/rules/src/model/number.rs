//! Tests of a number.

use crate::decode::described;
use crate::truth::Truth;

described! {
    /// Bounds of a number; all that are given must hold.
    pub struct NumberTest as "a test of a number", example "{ ge: 2, lt: 10 }" {
        required {}
        optional {
            /// Equal to.
            eq: Option<u64> = None,
            /// Not equal to.
            ne: Option<u64> = None,
            /// Less than.
            lt: Option<u64> = None,
            /// Less than or equal to.
            le: Option<u64> = None,
            /// Greater than.
            gt: Option<u64> = None,
            /// Greater than or equal to.
            ge: Option<u64> = None,
        }
    }
}

impl Default for NumberTest {
    fn default() -> Self {
        Self::new()
    }
}

impl NumberTest {
    /// Each bound with its sign, and whether the number keeps it.
    fn bounds(&self, number: u64) -> impl Iterator<Item = (&'static str, u64, bool)> + use<> {
        [
            ("=", self.eq, self.eq.is_none_or(|bound| number == bound)),
            ("not", self.ne, self.ne.is_none_or(|bound| number != bound)),
            ("<", self.lt, self.lt.is_none_or(|bound| number < bound)),
            ("<=", self.le, self.le.is_none_or(|bound| number <= bound)),
            (">", self.gt, self.gt.is_none_or(|bound| number > bound)),
            (">=", self.ge, self.ge.is_none_or(|bound| number >= bound)),
        ]
        .into_iter()
        .filter_map(|(sign, bound, holds)| bound.map(|bound| (sign, bound, holds)))
    }

    /// Whether a number keeps all bounds.
    #[must_use]
    pub fn holds(&self, number: u64) -> bool {
        self.bounds(number).all(|(_, _, holds)| holds)
    }

    /// Whether a number keeps all bounds that is known to lie between two, both among them.
    pub(crate) fn holds_between(&self, least: u64, most: u64) -> Truth {
        let (mut some, mut all) = (false, true);
        let possible = |number: &u64| (least..=most).contains(number);
        for number in self.telling().chain([least, most]).filter(possible) {
            let holds = self.holds(number);
            some |= holds;
            all &= holds;
        }
        match (some, all) {
            (true, true) => Truth::True,
            (false, _) => Truth::False,
            (true, false) => Truth::Unknown,
        }
    }

    /// Whether some number keeps all bounds.
    #[must_use]
    pub fn can_hold(&self) -> bool {
        self.telling().any(|number| self.holds(number))
    }

    /// Numbers that stand at a bound, or next to it, and the least and the greatest: if any number from one of these on
    /// keeps all bounds, or breaks one, then one of these does.
    pub(crate) fn telling(&self) -> impl Iterator<Item = u64> + use<> {
        let bounds = [self.eq, self.ne, self.lt, self.le, self.gt, self.ge];
        let near = bounds.into_iter().flatten().flat_map(|bound| {
            // Two steps up: the first may be what it must not be.
            let up = bound.saturating_add(1);
            [bound.saturating_sub(2), bound.saturating_sub(1), bound, up, up.saturating_add(1)]
        });
        near.chain([0, 1, u64::MAX])
    }

    /// The bounds in words, as `>= 2`.
    #[must_use]
    pub fn describe(&self) -> String {
        self.bounds(0)
            .map(|(sign, bound, _)| format!("{sign} {bound}"))
            .collect::<Vec<_>>()
            .join(" and ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_hold() {
        let all = |bounds: [Option<u64>; 6]| {
            let [eq, ne, lt, le, gt, ge] = bounds;
            NumberTest { eq, ne, lt, le, gt, ge }
        };
        // Small bounds, so that every number that matters can be tried.
        let choices = [None, Some(0), Some(1), Some(2), Some(3)];
        for number in 0..5_usize.pow(6) {
            let mut rest = number;
            let test = all(std::array::from_fn(|_| {
                let choice = choices[rest % 5];
                rest /= 5;
                choice
            }));
            assert_eq!(test.can_hold(), (0..10).any(|number| test.holds(number)), "{test:?}");
            for (least, most) in [(0, 0), (0, 2), (1, 1), (1, 9), (2, 4), (4, 9)] {
                let holding = (least..=most).filter(|number| test.holds(*number)).count();
                let expected = match holding {
                    0 => Truth::False,
                    all if all == (least..=most).count() => Truth::True,
                    _ => Truth::Unknown,
                };
                assert_eq!(test.holds_between(least, most), expected, "{test:?} {least} {most}");
            }
        }
        assert!(!NumberTest { gt: Some(u64::MAX), ..NumberTest::new() }.can_hold());
        assert!(NumberTest { ge: Some(u64::MAX), ..NumberTest::new() }.can_hold());
    }
}
