//! Truth with more than two values, and how values combine: OVAL's tables.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What came of a predicate.
///
/// The words and the tables are those of the OVAL language (its `ResultEnumeration` and operator
/// tables): damage makes a predicate unknown, never false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It can't be told from this evidence.
    Unknown,
    /// The evaluation itself could not run.
    Error,
    /// It was not asked.
    NotEvaluated,
    /// The question makes no sense here.
    NotApplicable,
}

impl fmt::Display for Truth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::True => "true",
            Self::False => "false",
            Self::Unknown => "unknown",
            Self::Error => "error",
            Self::NotEvaluated => "notevaluated",
            Self::NotApplicable => "notapplicable",
        })
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// How often each value occurs among the operands.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    yes: usize,
    no: usize,
    unknown: usize,
    error: usize,
    not_evaluated: usize,
}

impl Tally {
    fn of(operands: impl IntoIterator<Item = Truth>) -> Self {
        let mut tally = Self::default();
        for operand in operands {
            let number = match operand {
                Truth::True => &mut tally.yes,
                Truth::False => &mut tally.no,
                Truth::Unknown => &mut tally.unknown,
                Truth::Error => &mut tally.error,
                Truth::NotEvaluated => &mut tally.not_evaluated,
                Truth::NotApplicable => continue,
            };
            *number = number.saturating_add(1);
        }
        tally
    }

    /// What an open operand makes of the whole: an error before an unknown before what was not asked.
    const fn open(&self) -> Option<Truth> {
        match (self.error, self.unknown, self.not_evaluated) {
            (1.., _, _) => Some(Truth::Error),
            (0, 1.., _) => Some(Truth::Unknown),
            (0, 0, 1..) => Some(Truth::NotEvaluated),
            (0, 0, 0) => None,
        }
    }
}

impl Truth {
    /// True if all operands are. Operands that are not applicable don't count; if all are, so is the whole.
    pub fn all(operands: impl IntoIterator<Item = Self>) -> Self {
        let tally = Tally::of(operands);
        match (tally.no, tally.open(), tally.yes) {
            (1.., _, _) => Self::False,
            (0, Some(open), _) => open,
            (0, None, 1..) => Self::True,
            (0, None, 0) => Self::NotApplicable,
        }
    }

    /// True if any operand is.
    pub fn any(operands: impl IntoIterator<Item = Self>) -> Self {
        let tally = Tally::of(operands);
        match (tally.yes, tally.open(), tally.no) {
            (1.., _, _) => Self::True,
            (0, Some(open), _) => open,
            (0, None, 1..) => Self::False,
            (0, None, 0) => Self::NotApplicable,
        }
    }

    /// True if exactly one operand is.
    pub fn one(operands: impl IntoIterator<Item = Self>) -> Self {
        let tally = Tally::of(operands);
        match (tally.yes, tally.open(), tally.no) {
            (2.., _, _) => Self::False,
            (_, Some(open), _) => open,
            (1, None, _) => Self::True,
            (0, None, 1..) => Self::False,
            (0, None, 0) => Self::NotApplicable,
        }
    }

    /// True if no operand is.
    pub fn none(operands: impl IntoIterator<Item = Self>) -> Self {
        Self::any(operands).negated()
    }

    /// True if all operands are true or all are false.
    ///
    /// OVAL has no such operator. As in its tables, what decides comes first: a true beside a false, whatever the others
    /// are.
    pub fn all_or_none(operands: impl IntoIterator<Item = Self>) -> Self {
        let tally = Tally::of(operands);
        match (tally.yes, tally.no, tally.open()) {
            (1.., 1.., _) => Self::False,
            (_, _, Some(open)) => open,
            (0, 0, None) => Self::NotApplicable,
            _ => Self::True,
        }
    }

    /// True if at least so many operands are: false only where even the open ones could not make up for it.
    pub fn at_least(number: u64, operands: impl IntoIterator<Item = Self>) -> Self {
        let tally = Tally::of(operands);
        let count = |counts: &[usize]| {
            let sum = counts.iter().fold(0_usize, |sum, one| sum.saturating_add(*one));
            u64::try_from(sum).unwrap_or(u64::MAX)
        };
        let most = count(&[tally.yes, tally.error, tally.unknown, tally.not_evaluated]);
        if count(&[tally.yes]) >= number {
            Self::True
        } else if most.saturating_add(count(&[tally.no])) == 0 {
            Self::NotApplicable
        } else if most < number && count(&[tally.yes, tally.no]) > 0 {
            Self::False
        } else {
            // Where all that counts is open, it may turn out that nothing counts.
            tally.open().unwrap_or(Self::False)
        }
    }

    /// If this holds, then that must: `any` of "not this" and "that", with what OVAL's table makes of a question that
    /// makes no sense put right. Where the premise holds, the answer is the conclusion's, so that a conclusion that is
    /// not applicable doesn't count as violated. A premise that is not applicable can't make a conclusion count as
    /// violated either; one that holds, holds whatever the premise is, so that damage that hides what the premise is
    /// about changes nothing.
    #[must_use]
    pub fn implies(self, conclusion: Self) -> Self {
        match self {
            Self::True => conclusion,
            Self::NotApplicable if conclusion == Self::False => Self::NotApplicable,
            Self::NotApplicable => conclusion,
            premise => Self::any([premise.negated(), conclusion]),
        }
    }

    /// Swaps true and false only.
    #[must_use]
    pub const fn negated(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            other => other,
        }
    }

    /// The value of a test that asks for this (`wanted`) or for its contrary.
    #[must_use]
    pub const fn wanted(self, wanted: bool) -> Self {
        if wanted { self } else { self.negated() }
    }

    /// For evidence that speaks for something and whose lack proves nothing: false becomes unknown.
    #[must_use]
    pub const fn weakened(self) -> Self {
        match self {
            Self::False => Self::Unknown,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Truth::{self, Error, False, NotApplicable, NotEvaluated, True, Unknown};

    /// The tables as the OVAL language writes them, row by row (the operands without order).
    #[test]
    fn tables_are_ovals() {
        let rows: &[(&[Truth], Truth, Truth, Truth)] = &[
            // operands, all, any, one
            (&[True, True], True, True, False),
            (&[True], True, True, True),
            (&[True, NotApplicable], True, True, True),
            (&[False], False, False, False),
            (&[False, NotApplicable], False, False, False),
            (&[True, False], False, True, True),
            (&[False, Error, Unknown], False, Error, Error),
            (&[True, Error], Error, True, Error),
            (&[True, Unknown], Unknown, True, Unknown),
            (&[True, NotEvaluated], NotEvaluated, True, NotEvaluated),
            (&[Unknown, Error], Error, Error, Error),
            (&[Unknown, NotEvaluated], Unknown, Unknown, Unknown),
            (&[NotEvaluated, NotApplicable], NotEvaluated, NotEvaluated, NotEvaluated),
            (&[True, True, Error], Error, True, False),
            (&[True, True, Unknown], Unknown, True, False),
            (&[NotApplicable, NotApplicable], NotApplicable, NotApplicable, NotApplicable),
        ];
        for (operands, all, any, one) in rows {
            assert_eq!(Truth::all(operands.iter().copied()), *all, "all {operands:?}");
            assert_eq!(Truth::any(operands.iter().copied()), *any, "any {operands:?}");
            assert_eq!(Truth::one(operands.iter().copied()), *one, "one {operands:?}");
        }
        assert_eq!(Truth::none([False, NotApplicable]), True);
        assert_eq!(Truth::none([False, Unknown]), Unknown);
        assert_eq!(Truth::none([True, Error]), False);
    }

    #[test]
    fn all_or_none_and_at_least() {
        let rows: &[(&[Truth], Truth, Truth)] = &[
            // operands, all_or_none, at_least two
            (&[True, True], True, True),
            (&[False, False], True, False),
            (&[True, False], False, False),
            (&[True, False, Unknown], False, Unknown),
            (&[True, Unknown], Unknown, Unknown),
            (&[False, Unknown], Unknown, False),
            (&[Unknown, Unknown], Unknown, Unknown),
            (&[Unknown, Error], Error, Error),
            (&[True, True, Error], Error, True),
            (&[NotEvaluated, True], NotEvaluated, NotEvaluated),
            (&[True, NotApplicable], True, False),
            (&[True, True, NotApplicable], True, True),
            (&[NotApplicable], NotApplicable, NotApplicable),
        ];
        for (operands, all_or_none, at_least) in rows {
            let given = || operands.iter().copied();
            assert_eq!(Truth::all_or_none(given()), *all_or_none, "all_or_none {operands:?}");
            assert_eq!(Truth::at_least(2, given()), *at_least, "at_least {operands:?}");
        }
    }

    #[test]
    fn implication() {
        let rows = [
            // conclusion:  T      F      U        NA
            (True, [True, False, Unknown, NotApplicable]),
            (False, [True, True, True, True]),
            (Unknown, [True, Unknown, Unknown, Unknown]),
            (NotApplicable, [True, NotApplicable, Unknown, NotApplicable]),
        ];
        for (premise, expected) in rows {
            let found = [True, False, Unknown, NotApplicable].map(|then| premise.implies(then));
            assert_eq!(found, expected, "if {premise}");
        }
    }

    fn truth() -> impl Strategy<Value = Truth> {
        prop::sample::select(vec![True, False, Unknown, Error, NotEvaluated, NotApplicable])
    }

    fn operands() -> impl Strategy<Value = Vec<Truth>> {
        prop::collection::vec(truth(), 1..6)
    }

    fn pairs(values: [Truth; 3]) -> impl Iterator<Item = (Truth, Truth)> {
        values.into_iter().flat_map(move |first| values.map(|second| (first, second)))
    }

    type Operator = fn(Vec<Truth>) -> Truth;
    const OPERATORS: [Operator; 7] = [
        Truth::all,
        Truth::any,
        Truth::one,
        Truth::none,
        Truth::all_or_none,
        |operands| Truth::at_least(1, operands),
        |operands| Truth::at_least(3, operands),
    ];

    proptest! {
        #[test]
        fn operators_are_commutative(mut operands in operands(), at in 0_usize..6) {
            let before: Vec<_> = OPERATORS.iter().map(|op| op(operands.clone())).collect();
            let middle = at % operands.len();
            operands.rotate_left(middle);
            operands.reverse();
            let after: Vec<_> = OPERATORS.iter().map(|op| op(operands.clone())).collect();
            prop_assert_eq!(before, after);
        }

        #[test]
        fn all_and_any_are_associative(operands in operands(), at in 0_usize..6) {
            for op in [Truth::all as Operator, Truth::any] {
                let (left, right) = operands.split_at(at % operands.len());
                let mut grouped = right.to_vec();
                if !left.is_empty() {
                    grouped.push(op(left.to_vec()));
                }
                prop_assert_eq!(op(operands.clone()), op(grouped));
            }
        }

        #[test]
        fn de_morgan_holds(operands in operands()) {
            let negated: Vec<_> = operands.iter().map(|truth| truth.negated()).collect();
            prop_assert_eq!(Truth::all(operands.clone()).negated(), Truth::any(negated));
            prop_assert_eq!(Truth::none(operands.clone()), Truth::any(operands).negated());
        }

        #[test]
        fn all_any_and_at_least_agree(operands in operands()) {
            prop_assert_eq!(Truth::at_least(1, operands.clone()), Truth::any(operands.clone()));
            if !operands.contains(&NotApplicable) {
                let number = u64::try_from(operands.len()).unwrap();
                prop_assert_eq!(Truth::at_least(number, operands.clone()), Truth::all(operands));
            }
        }

        #[test]
        fn an_implication_is_an_alternative(premise in truth(), conclusion in truth()) {
            if premise != NotApplicable && conclusion != NotApplicable {
                let alternative = Truth::any([premise.negated(), conclusion]);
                prop_assert_eq!(premise.implies(conclusion), alternative);
            }
            // What is known of either flips nothing that was certain.
            for (first, second) in pairs([True, False, NotApplicable]) {
                let more = |truth: Truth, known: Truth| if truth == Unknown { known } else { truth };
                let before = premise.implies(conclusion);
                if matches!(before, True | False | NotApplicable) {
                    let after = more(premise, first).implies(more(conclusion, second));
                    prop_assert_eq!(after, before);
                }
            }
        }

        #[test]
        fn knowing_more_flips_no_certain_result(
            operands in operands(),
            knowledge in prop::collection::vec(prop::sample::select(vec![True, False, NotApplicable]), 6),
        ) {
            for op in OPERATORS {
                let before = op(operands.clone());
                let known: Vec<_> = operands.iter().zip(&knowledge).map(|(truth, known)| match truth {
                    Unknown => *known,
                    other => *other,
                }).collect();
                if matches!(before, True | False | NotApplicable) {
                    prop_assert_eq!(op(known), before);
                }
            }
        }
    }
}
