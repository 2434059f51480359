//! Lists of numbers and ranges of them.

use super::{Content, Findings};
use crate::evaluate::Scope;
use crate::evaluate::words::list_text;
use crate::model::{Range, RangesTest, Separator};
use crate::truth::Truth;

/// How many ill-formed entries are told.
const MOST_TOLD: usize = 3;
/// As much of an ill-formed entry as is told, in characters.
const MOST_SHOWN: usize = 100;

impl Scope<'_, '_> {
    pub(super) fn ranges(
        &self,
        test: &RangesTest,
        split: Option<Separator>,
        content: &Content,
        findings: &mut Findings,
    ) {
        let ranges = content.list(split).map(|list| {
            self.work.elements(u64::try_from(list.len()).unwrap_or(u64::MAX));
            Ranges::read(&list, &test.within)
        });
        if let Ok(ranges) = &ranges {
            findings.also_found(&ranges.text());
        }
        if let Some(wanted) = test.well_formed {
            let truth = match &ranges {
                Ok(ranges) => ranges.ill_formed.is_empty().into(),
                Err(truth) => *truth,
            };
            let expected = if wanted {
                "has nothing but well-formed numbers and ranges"
            } else {
                "has an ill-formed number or range"
            };
            findings.add(truth.wanted(wanted), expected);
        }
        if let Some(count) = &test.count {
            let truth = match &ranges {
                Ok(ranges) => count.holds_between(ranges.least(), ranges.most()),
                Err(Truth::Unknown) => Truth::Unknown,
                // What is no list has no numbers to be counted.
                Err(_) => Truth::False,
            };
            findings.add(truth, format!("has a number of numbers {}", count.describe()));
        }
    }
}

/// What the entries of a list stand for.
struct Ranges {
    /// From which number to which, in their order and apart from each other.
    spans: Vec<(u64, u64)>,
    /// Entries that stand for nothing known, each with what is wrong with it.
    ill_formed: Vec<(String, &'static str)>,
    within: Range,
}

impl Ranges {
    fn read(entries: &[String], within: &Range) -> Self {
        let (mut spans, mut ill_formed) = (Vec::new(), Vec::new());
        for entry in entries {
            match read(entry, within) {
                Ok(span) => spans.push(span),
                Err(why) => ill_formed.push((entry.clone(), why)),
            }
        }
        Self { spans: merged(spans), ill_formed, within: within.clone() }
    }

    /// How many numbers there certainly are.
    fn least(&self) -> u64 {
        self.spans.iter().fold(0, |sum, span| sum.saturating_add(size(*span)))
    }

    /// How many there may be.
    fn most(&self) -> u64 {
        match self.ill_formed.as_slice() {
            [] => self.least(),
            _ => size((self.within.from, self.within.to)),
        }
    }

    fn text(&self) -> String {
        let least = self.least();
        let told = self.ill_formed.iter().take(MOST_TOLD).map(|(entry, why)| {
            let shown: String = entry.chars().take(MOST_SHOWN).collect();
            format!("{} {why}", list_text([&shown]))
        });
        let told = told.collect::<Vec<_>>().join("; ");
        match self.ill_formed.len().checked_sub(MOST_TOLD) {
            _ if self.ill_formed.is_empty() => format!("numbers in all: {least}"),
            None | Some(0) => format!("numbers in all: at least {least}, for {told}"),
            Some(more) => {
                format!(
                    "numbers in all: at least {least}, for {told}; and {more} more such entries"
                )
            }
        }
    }
}

/// A number, or two with a hyphen between; else why it is neither.
fn read(entry: &str, within: &Range) -> Result<(u64, u64), &'static str> {
    let (from, to) = entry.split_once('-').unwrap_or((entry, entry));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(from) || !is_number(to) {
        let but_for_blanks = is_number(from.trim()) && is_number(to.trim());
        return Err(match but_for_blanks {
            true => "has blanks, which are no part of a range",
            false => "is neither a number nor two with a hyphen between",
        });
    }
    // So many digits are beyond any bounds.
    let number = |text: &str| text.parse::<u64>().map_err(|_| "goes beyond the bounds");
    let (from, to) = (number(from)?, number(to)?);
    if from > to {
        return Err("ends before it begins");
    }
    if from < within.from || to > within.to {
        return Err("goes beyond the bounds");
    }
    Ok((from, to))
}

/// The same numbers without any that stands twice.
fn merged(mut spans: Vec<(u64, u64)>) -> Vec<(u64, u64)> {
    spans.sort_unstable();
    let mut apart: Vec<(u64, u64)> = Vec::new();
    for (from, to) in spans {
        match apart.last_mut() {
            Some((_, last)) if from <= *last => *last = to.max(*last),
            _ => apart.push((from, to)),
        }
    }
    apart
}

/// How many numbers a range has.
const fn size((from, to): (u64, u64)) -> u64 {
    match to.checked_sub(from) {
        Some(steps) => steps.saturating_add(1),
        None => 0,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn ranges(entries: &[&str]) -> Ranges {
        let entries: Vec<_> = entries.iter().map(|entry| (*entry).to_owned()).collect();
        Ranges::read(&entries, &Range::PORTS)
    }

    #[test]
    fn entries() {
        for (entry, span) in [
            ("0", (0, 0)),
            ("65535", (65_535, 65_535)),
            ("4000-4010", (4000, 4010)),
            ("007-7", (7, 7)),
        ] {
            assert_eq!(read(entry, &Range::PORTS), Ok(span), "{entry}");
        }
        for entry in [
            "",
            "-",
            "-5",
            "5-",
            "4000 - 4010",
            "4000 -4010",
            " 5",
            "5\t",
            "4010-4000",
            "65536",
            "1-65536",
            "+5",
            "0x10",
            "5-6-7",
            "five",
            "\u{0665}",
            "5\u{2013}6",
            "99999999999999999999",
        ] {
            assert!(read(entry, &Range::PORTS).is_err(), "{entry:?}");
        }
    }

    /// 8011-8031 is the example of KB Q258469. It says 20 ports; both ends are ports, so they are 21.
    #[test]
    fn counts() {
        for (entries, least, most) in [
            (&[][..], 0, 0),
            (&["8011-8031"], 21, 21),
            (&["1-10", "5-15", "15", "20"], 16, 16),
            (&["1-10", "1-10"], 10, 10),
            (&["0-65535"], 65_536, 65_536),
            (&["1-10", "x"], 10, 65_536),
        ] {
            let ranges = ranges(entries);
            assert_eq!((ranges.least(), ranges.most()), (least, most), "{entries:?}");
        }
        let all = Range { from: 0, to: u64::MAX };
        let entries = [format!("0-{}", u64::MAX)];
        assert_eq!(Ranges::read(&entries, &all).least(), u64::MAX, "as many as can be told");
    }

    proptest! {
        #[test]
        fn each_number_counts_once(spans in prop::collection::vec((0..60_u64, 0..20_u64), 0..12)) {
            let entries: Vec<_> =
                spans.iter().map(|(from, more)| format!("{from}-{}", from + more)).collect();
            let numbers: BTreeSet<_> =
                spans.iter().flat_map(|(from, more)| *from..=from + more).collect();
            prop_assert_eq!(Ranges::read(&entries, &Range::PORTS).least(), numbers.len() as u64);
        }
    }
}
