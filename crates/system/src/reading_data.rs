//! Readings as data.

use coldhive_hive::{Damage, DamageReport, MultiString};
use serde::{Serialize, Serializer};

use crate::reading::Reading;

/// The data form of a reading: what came of it in a word, what was read, or why nothing was.
#[derive(Serialize)]
struct Told<'r, T> {
    state: &'static str,
    value: Option<&'r T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    damage: Vec<DamageReport>,
}

impl<T: Serialize> Serialize for Reading<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let why = self.why_not();
        let (state, damage) = match self {
            Self::Is(_) => ("is", Vec::new()),
            Self::Absent => ("absent", Vec::new()),
            Self::Unfit { .. } => ("unfit", Vec::new()),
            Self::Damaged(damage) => ("damaged", damage.iter().map(Damage::report).collect()),
        };
        let problem = (!why.is_empty()).then_some(why);
        Told { state, value: self.as_ok(), problem, damage }.serialize(serializer)
    }
}

/// Serializes a list as its entries.
pub(crate) fn as_entries<S: Serializer>(
    list: &Reading<MultiString>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    list.clone().map(|list| list.entries().to_vec()).serialize(serializer)
}
