//! What differs between two control sets, two hives, or a key of them.

mod data;
mod error;
mod key;
mod kind;
mod pair;
mod place;
mod security;
mod totals;
mod value;
mod walk;

use coldhive_rules::describe;
use coldhive_system::{Lacks, Selector};
use serde::ser::{SerializeMap as _, Serializer};

use crate::as_they_come::AsTheyCome;
use crate::case::Case;
pub use data::{ByteDifference, DataDifference, ListDifference, ListEntry};
pub use error::DiffError;
pub use key::{KeyChange, KeyDifference, KeyPart, KeySide};
pub use kind::{DiffKind, DiffSide};
pub use place::DiffPlace;
use place::Place;
pub use security::{DescriptorState, SecurityChange, SecurityDifference, TrusteeChange};
pub use totals::{DiffCounts, DiffTotals};
pub use value::{ValueDifference, ValuePart, ValueSide};
pub use walk::Differences;

/// The version of the JSON form of a [`Diff`].
pub const DIFF_SCHEMA: &str = "coldhive.diff/1";

/// What to compare, and how.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DiffOptions {
    /// The control set of the first hive; the current one where only that of the second is given.
    pub from: Option<Selector>,
    /// The control set of the second hive; the current one where only that of the first is given. Where neither is
    /// given, the hives are compared as a whole.
    pub to: Option<Selector>,
    /// The key to compare, with all below it: a path below the control set, or below `HKLM\SYSTEM`, as people write it;
    /// all of it for `""`.
    pub under: String,
    /// Whether to list keys that differ in nothing but when they were last written, and to call that a difference.
    pub times: bool,
    /// Whether to compute the SHA-256 of the files.
    pub hash: bool,
}

impl DiffOptions {
    /// Compares control sets.
    #[must_use]
    pub fn control_sets(from: Selector, to: Selector) -> Self {
        Self { from: Some(from), to: Some(to), ..Self::default() }
    }

    /// Compares a key, with all below it, and nothing else.
    #[must_use]
    pub fn under(self, key: impl Into<String>) -> Self {
        Self { under: key.into(), ..self }
    }
}

/// A comparison that can be made: of two places that were found, at least one of them.
///
/// Keys and values are matched by their names without regard to case. The order in which a key's values stand has no
/// meaning and is not compared, nor is where records stand. What can't be read is never called added, removed or equal.
#[derive(Clone, Debug)]
pub struct Diff<'c> {
    from: Place<'c>,
    to: Place<'c>,
    under: String,
    times: bool,
    hash: bool,
    /// Whether the names of the keys that it begins with are compared: control sets and roots have different ones.
    names_count: bool,
}

impl Case {
    /// Compares a control set, a key of it, or the whole hive with that of another case, or of this one.
    ///
    /// Work and memory are bounded by the sizes of both hives.
    ///
    /// ```
    /// use coldhive::system::Selector;
    /// use coldhive::{Case, DiffKind, DiffOptions};
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-broken.SYSTEM"))?;
    /// let options = DiffOptions::control_sets(Selector::LastKnownGood, Selector::Current);
    /// let diff = case.diff(&case, &options.under(r"Services\Winsock"))?;
    /// let lost: Vec<_> = diff.differences().filter(|key| key.difference == DiffKind::Removed).collect();
    /// assert_eq!(lost[0].path, r"Services\WinSock\Setup Migration\Providers\Clusnet");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`DiffError`] says why there is nothing that could be compared.
    pub fn diff<'c>(
        &'c self,
        other: &'c Case,
        options: &DiffOptions,
    ) -> Result<Diff<'c>, DiffError> {
        let (cases, under) = ((self, other), options.under.as_str());
        let sets = (options.from, options.to);
        let in_sets = sets.0.is_some() || sets.1.is_some();
        let places = if in_sets {
            let selectors = (sets.0.unwrap_or_default(), sets.1.unwrap_or_default());
            place::in_control_sets(cases, selectors, under)
        } else {
            place::in_hives(cases, under)
        }?;
        Ok(Diff {
            names_count: !places.under.is_empty(),
            from: places.from,
            to: places.to,
            under: places.under,
            times: options.times,
            hash: options.hash,
        })
    }
}

impl<'c> Diff<'c> {
    /// The first place.
    #[must_use]
    pub fn from(&self) -> DiffPlace {
        self.from.report(self.hash)
    }

    /// The second place.
    #[must_use]
    pub fn to(&self) -> DiffPlace {
        self.to.report(self.hash)
    }

    /// The path of the key that is compared, below the control sets, or below `HKLM\SYSTEM` where whole hives are
    /// compared; `""` for all of it.
    #[must_use]
    pub fn under(&self) -> &str {
        &self.under
    }

    /// Why there is nothing to compare: both places are one.
    #[must_use]
    pub fn nothing_to_compare(&self) -> Option<String> {
        let same = std::ptr::eq(self.from.case, self.to.case)
            && self.from.key()?.cell() == self.to.key()?.cell();
        same.then(|| match (&self.from.set, &self.to.set) {
            (Some(one), Some(other)) if one == other => {
                format!("nothing to compare: {one} is both")
            }
            _ => "nothing to compare: both are one key".into(),
        })
    }

    /// What is left out of the comparison, in sentences.
    #[must_use]
    pub fn not_compared(&self) -> Vec<String> {
        let mut notes = Vec::new();
        for place in [&self.from, &self.to] {
            let (path, lacks) = (place.case.path(), place.system.lacks());
            let what = [
                (lacks.times, "last-written times"),
                (lacks.security, "security descriptors"),
                // What a text tells of a key is its name and its values.
                (lacks.records, "class names or flags of keys"),
            ];
            let what: Vec<_> =
                what.iter().filter(|(lacks, _)| *lacks).map(|(_, what)| *what).collect();
            if !what.is_empty() {
                let what = what.join(", ");
                notes.push(format!("{path} holds no {what}: they are not compared"));
            }
            if place.system.hive().base_block().format() == "1.6" {
                notes.push(format!(
                    "{path} is in format 1.6, that of layers: if it is one, what stands in the hive below it is not seen"
                ));
            }
        }
        notes.dedup();
        notes
    }

    /// Makes the comparison.
    #[must_use]
    pub fn differences(&self) -> Differences<'_, 'c> {
        Differences::of(self)
    }

    /// Makes the comparison and writes it as it goes, so that no more than one key is held: an object with the schema
    /// [`DIFF_SCHEMA`]. Answers the totals, and whether anything differs.
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize_found<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<(S::Ok, DiffTotals), S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", DIFF_SCHEMA)?;
        map.serialize_entry("from", &self.from())?;
        map.serialize_entry("to", &self.to())?;
        map.serialize_entry("under", &self.under)?;
        map.serialize_entry("times", &self.times)?;
        map.serialize_entry("nothing_to_compare", &self.nothing_to_compare())?;
        map.serialize_entry("not_compared", &self.not_compared())?;
        let mut found = self.differences();
        map.serialize_entry("differences", &AsTheyCome::new(&mut found))?;
        map.serialize_entry("security_changes", found.security_changes())?;
        map.serialize_entry("totals", found.totals())?;
        map.serialize_entry("differs", &found.differs())?;
        Ok((map.end()?, *found.totals()))
    }

    const fn place(&self, side: DiffSide) -> &Place<'c> {
        match side {
            DiffSide::From => &self.from,
            DiffSide::To => &self.to,
        }
    }

    /// Whether the source of either side doesn't tell something, so that it isn't compared.
    fn lacks(&self, what: impl Fn(&Lacks) -> bool) -> bool {
        [&self.from, &self.to].iter().any(|place| what(&place.system.lacks()))
    }

    /// Whether a side's hive holds all of a key, by its path below the start.
    fn holds(&self, place: &Place<'c>, below: &str) -> bool {
        if place.system.exported().is_none() {
            return true;
        }
        let start = place.in_file();
        match (start.is_empty(), below.is_empty()) {
            (true, _) => place.holds(below),
            (false, true) => place.holds(start),
            (false, false) => place.holds(&format!("{start}\\{below}")),
        }
    }

    /// Why a side has no key to begin with.
    fn missing_start(&self, side: DiffSide) -> Option<String> {
        let place = self.place(side);
        place.key().is_none().then(|| format!("{}: {}", side.word(), describe(&place.located)))
    }
}
