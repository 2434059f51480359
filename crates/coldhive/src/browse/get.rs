//! One key whole, or one of its values.

use coldhive_hive::{Damage, DamageReport, Key, Layer, Lookup, ReadValue, Visit};
use coldhive_rules::{HiveInfo, near_names};
use coldhive_system::Located;
use serde::Serialize;

use super::value::ValueReport;
use super::{KeyAnswer, finding, link_target, loses};
use crate::case::Case;
use crate::key_path::{show_value_name, written_value_name};
use crate::locate::locate;

/// The version of the JSON form of [`GetReport`].
pub const GET_SCHEMA: &str = "coldhive.get/1";
/// How many names of values are suggested.
const MOST_SUGGESTED: usize = 3;

/// A key with its values, or with the one that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GetReport {
    /// [`GET_SCHEMA`].
    pub schema: &'static str,
    /// The hive.
    pub hive: HiveInfo,
    /// What came of looking for the key.
    #[serde(flatten)]
    pub answer: KeyAnswer,
    /// What else is to be said of the key.
    pub details: Option<KeyDetails>,
    /// What came of looking for the value, where one was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<ValueAnswer>,
    /// The values, in stored order; the one that was asked for, if one was.
    pub values: Vec<ValueReport>,
}

/// What a key node says, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyDetails {
    /// The class name.
    pub class: Option<String>,
    /// How many subkeys the node says there are.
    pub subkeys: u32,
    /// How many values the node says there are.
    pub values: u32,
    /// Where the key leads, if it is a symbolic link that was not followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What the key is in a layered hive (format 1.6), where that isn't to be merged with the layer below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// What is wrong with the key.
    pub damage: Vec<DamageReport>,
    /// Whether something of the key can't be read.
    pub loses: bool,
}

impl KeyDetails {
    pub(super) fn of(case: &Case, visit: &Visit<'_>) -> Self {
        let key = &visit.key;
        let damage: &[Damage] = if case.is_text() { &[] } else { &visit.damage };
        Self {
            class: visit.class.map(|class| class.to_string()),
            subkeys: key.subkey_count(),
            values: key.value_count(),
            link: link_target(key),
            layer: key.layer().filter(Layer::says_something),
            damage: damage.iter().map(Damage::report).collect(),
            loses: loses(damage),
        }
    }
}

/// What came of looking for a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ValueAnswer {
    /// The name as it was asked for.
    pub asked: String,
    /// `found`, `absent`, `unreadable` or `obscured`.
    pub finding: &'static str,
    /// Why there is no value.
    pub problem: Option<String>,
    /// Names of values that may have been meant, where it is absent.
    pub suggestions: Vec<String>,
}

impl GetReport {
    /// The answer of the lookup in a word: of the value, where one was asked for and the key is there, else of the key.
    #[must_use]
    pub fn finding(&self) -> &'static str {
        self.value.as_ref().map_or(self.answer.finding, |value| value.finding)
    }

    /// Why there is no answer.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        let value = self.value.as_ref().and_then(|value| value.problem.as_deref());
        value.or(self.answer.problem.as_deref())
    }

    /// Whether what was asked for was found and could be read to its end.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let of_key = self.value.is_some() || self.details.as_ref().is_some_and(|key| !key.loses);
        self.finding() == "found" && of_key && self.values.iter().all(ValueReport::is_whole)
    }
}

impl Case {
    /// Reads a key with its values, or one value of it; `""`, `@` and `(default)` name the value without a name.
    ///
    /// The path is taken in all forms in which people write and copy it, and as
    /// [`show_key_path`](crate::show_key_path) shows it. Nothing is an error: what isn't there, or can't be read, gives
    /// a report that says so.
    ///
    /// ```
    /// use coldhive::{Case, DecodedData};
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-sound.SYSTEM"))?;
    /// let report = case.get(r"HKLM:\SYSTEM\CurrentControlSet\Control\ProductOptions", Some("ProductType"), false);
    /// assert_eq!(report.values[0].decoded, Some(DecodedData::Text("LanmanNT".into())));
    /// assert_eq!(report.answer.key.ok_or("no key")?.path, r"ControlSet001\Control\ProductOptions");
    ///
    /// let missing = case.get(r"CurrentControlSet\Services\Winsok", None, false);
    /// assert_eq!(missing.finding(), "absent");
    /// assert_eq!(missing.answer.suggestions[0], r"ControlSet001\Services\WinSock");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn get(&self, key: &str, value: Option<&str>, hash: bool) -> GetReport {
        let system = self.system();
        let located = locate(&system, key);
        let mut report = GetReport {
            schema: GET_SCHEMA,
            hive: self.hive_info(hash),
            answer: KeyAnswer::of(self, &located, key),
            details: None,
            value: None,
            values: Vec::new(),
        };
        let Lookup::Found(found) = located.answer else { return report };
        // The first visit of a walk reads a key within the bounds of its hive.
        let Some(visit) = found.walk().next() else { return report };
        report.details = Some(KeyDetails::of(self, &visit));
        match value {
            Some(name) => self.one_value(&mut report, &located, &found, name),
            None => {
                report.values =
                    visit.values.iter().map(|value| ValueReport::of(self, value)).collect();
            }
        }
        report
    }

    fn one_value(&self, report: &mut GetReport, located: &Located<'_>, key: &Key<'_>, asked: &str) {
        let mut answer = ValueAnswer {
            asked: asked.to_owned(),
            finding: "obscured",
            problem: None,
            suggestions: Vec::new(),
        };
        let path = located.shown().unwrap_or_default();
        let path = if path.is_empty() { "the root key" } else { &path };
        let Some(name) = written_value_name(asked) else {
            answer.problem =
                Some(format!("{asked} has half a character, which no name can be looked for by"));
            report.value = Some(answer);
            return;
        };
        let lookup = located.value(&name);
        let shown = show_value_name(&name);
        let damage = lookup.damage().first().map(ToString::to_string).unwrap_or_default();
        answer.finding = finding(&lookup);
        match lookup {
            Lookup::Found(value) => {
                let data = value.readable_data();
                report.values = vec![ValueReport::of(self, &ReadValue { value, data })];
            }
            Lookup::Absent => {
                let names: Vec<_> = key
                    .values()
                    .filter_map(|value| Some(value.ok()?.readable_name().to_string()))
                    .collect();
                let near = near_names(&name, names.iter().map(String::as_str));
                answer.suggestions =
                    near.into_iter().take(MOST_SUGGESTED).map(show_value_name).collect();
                let mut problem = format!("{path} has no value {shown}");
                if !answer.suggestions.is_empty() {
                    problem
                        .push_str(&format!("; did you mean {}?", answer.suggestions.join(" or ")));
                }
                answer.problem = Some(problem);
            }
            Lookup::Unreadable(_) => {
                answer.problem =
                    Some(format!("the value {shown} of {path} is damaged, not missing: {damage}"));
            }
            Lookup::Obscured(_) => {
                answer.problem =
                    Some(format!("it can't be told whether {path} has a value {shown}: {damage}"));
            }
        }
        report.value = Some(answer);
    }
}
