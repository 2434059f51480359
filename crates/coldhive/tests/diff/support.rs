//! Forged pairs, and what was found of them.

use coldhive::{Case, DiffKind, DiffOptions, DiffTotals, KeyDifference, SecurityChange};
use coldhive_forge::{Fault, HiveSpec, KeySpec, Version, build};

/// The owner and entries that keys have where a test says nothing else.
pub(crate) const PLAIN: &str = "O:BAG:SYD:(A;CI;KR;;;WD)(A;CI;KA;;;SY)";

/// What came of a comparison.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) keys: Vec<KeyDifference>,
    pub(crate) security: Vec<SecurityChange>,
    pub(crate) totals: DiffTotals,
    /// With times left out of account.
    pub(crate) differs: Option<bool>,
}

impl Found {
    /// The one key that differs.
    #[track_caller]
    pub(crate) fn key(&self) -> &KeyDifference {
        match self.keys.as_slice() {
            [key] => key,
            other => panic!("{other:#?}"),
        }
    }

    /// Paths and sorts.
    pub(crate) fn kinds(&self) -> Vec<(&str, DiffKind)> {
        self.keys.iter().map(|key| (key.path.as_str(), key.difference)).collect()
    }
}

pub(crate) fn root() -> KeySpec {
    KeySpec::new("ROOT").sddl(PLAIN).unwrap()
}

pub(crate) fn hive(root: KeySpec) -> HiveSpec {
    HiveSpec::new(Version::V1_5, root)
}

pub(crate) fn case(spec: &HiveSpec) -> Case {
    Case::from_bytes("SYSTEM", build(spec).unwrap()).unwrap()
}

pub(crate) fn compare_cases(from: &Case, to: &Case, options: &DiffOptions) -> Found {
    let diff = from.diff(to, options).unwrap();
    let mut differences = diff.differences();
    let keys: Vec<_> = differences.by_ref().collect();
    Found {
        keys,
        security: differences.security_changes().to_vec(),
        totals: *differences.totals(),
        differs: differences.totals().differs(false),
    }
}

/// Compares two trees with times.
pub(crate) fn compare(from: &HiveSpec, to: &HiveSpec) -> Found {
    let mut options = DiffOptions::default();
    options.times = true;
    compare_cases(&case(from), &case(to), &options)
}

/// Compares two trees, in one of which something is broken.
pub(crate) fn against_broken(from: KeySpec, to: KeySpec, faults: &[Fault]) -> Found {
    let to = faults.iter().fold(hive(to), |spec, fault| spec.fault(fault.clone()));
    compare(&hive(from), &to)
}
