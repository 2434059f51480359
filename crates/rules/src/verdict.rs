//! Verdicts: what a rule says of a hive, owned, as data.
//!
//! The JSON form is versioned by [`VERDICT_SCHEMA`]; fields may be added within a version.

use std::collections::{BTreeMap, HashSet};

use coldhive_hive::{
    Confirmation, Damage, DamageReport, FileTime, Hive, SecondReader, Sha256Digest, Subject,
    sort_damage,
};
use coldhive_system::System;
use serde::{Deserialize, Serialize};

use crate::evidence::{Evidence, EvidenceKind, HiveName};
use crate::explained::Explained;
use crate::load::Rule;
use crate::model::{Level, Origin};
use crate::remnant::Remnant;
use crate::sign::{LogSearched, Moment, SignFound};
use crate::truth::Truth;

/// The version of the verdict's JSON form.
pub const VERDICT_SCHEMA: &str = "coldhive.verdict/1";

/// What a rule says of one control set of one hive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Verdict {
    /// [`VERDICT_SCHEMA`].
    #[cfg_attr(feature = "schema", schemars(extend("const" = VERDICT_SCHEMA)))]
    pub schema: String,
    /// The rule.
    pub rule: RuleInfo,
    /// The hive.
    pub hive: HiveInfo,
    /// The SOFTWARE hive of the same machine; absent where none was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub software: Option<Box<HiveInfo>>,
    /// The control set; null where the hive has none to select, and for a rule about the hive as a whole.
    pub control_set: Option<String>,
    /// What `Select` makes of it: `current`, `default`, `last known good`, `failed`.
    #[serde(default)]
    pub control_set_roles: Vec<String>,
    /// The rule's parameters as they were used: SIDs; with a minus those that are certainly lacking.
    #[serde(default)]
    pub params: BTreeMap<String, Vec<String>>,
    /// Whether the rule says anything about this machine.
    pub applicability: Applicability,
    /// The outcome.
    pub outcome: Outcome,
    /// What had to hold.
    pub checks: Vec<CheckResult>,
    /// What is worth saying beside it: the remarks that don't hold, or whose answer is unknown.
    pub remarks: Vec<CheckResult>,
    /// What other control sets have otherwise, the last known good one first.
    pub differences: Vec<Difference>,
    /// What was deleted of the keys that the checks look at, and can still be read. Searched for where a check
    /// doesn't hold or can't be told, or the caller asks.
    #[serde(default)]
    pub remnants: Vec<Remnant>,
    /// What logs beside the hive say for the fault or against it. It changes no outcome.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signs: Vec<SignFound>,
    /// The logs that were searched for signs; none where none was given, or the rule doesn't apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub logs: Vec<LogSearched>,
    /// When the keys that the checks looked at were last written, and the signs, in their order; empty without logs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub timeline: Vec<Moment>,
    /// Notes on the choice of the control set and the like.
    pub notes: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<String>,
    /// Other causes of the same symptom.
    pub see_also: Vec<String>,
    /// What the second reader says of the evidence; null where none was asked.
    pub second_reader: Option<SecondReading>,
}

/// Which rule it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct RuleInfo {
    /// Its stable name.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// What the fault is and how it shows.
    #[serde(default)]
    pub description: String,
    /// How grave a finding is.
    pub level: Level,
    /// The SHA-256 of its file.
    pub sha256: String,
}

impl RuleInfo {
    /// What is to be said of a rule.
    #[must_use]
    pub fn of(rule: &Rule) -> Self {
        Self {
            id: rule.id().to_owned(),
            title: rule.file().title.value.clone(),
            description: rule.file().description.value.clone(),
            level: rule.file().level,
            sha256: rule.sha256().map(|digest| digest.to_string()).unwrap_or_default(),
        }
    }
}

/// Which hive it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HiveInfo {
    /// The path as given.
    pub path: String,
    /// The SHA-256 of the file; null where it was not computed.
    pub sha256: Option<String>,
    /// The format's version, as `1.3`.
    pub format: String,
    /// Whether writes were under way when it was copied.
    pub dirty: bool,
    /// What was done about that, in a word: `none` where nothing was, else what the recovery calls its outcome.
    pub recovery: String,
    /// The files that the hive was read from, the hive's own first, and those beside it that were not used.
    #[serde(default)]
    pub files: Vec<FileInfo>,
    /// The key that the hive's root is on the machine, as `HKLM\SYSTEM\ControlSet001`; null for a whole hive.
    #[serde(default)]
    pub mounted_at: Option<String>,
    /// The name of the computer, from its current control set; null where that isn't known.
    #[serde(default)]
    pub computer: Option<String>,
    /// What else is to be said of it.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What is wrong with the hive as a whole.
    pub damage: Vec<DamageReport>,
}

impl HiveInfo {
    /// Whether the file ends before what its base block says it holds.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.damage.iter().any(|damage| damage.code == "truncated")
    }

    /// What is to be said of a hive; `sha256` where its digest is wanted.
    #[must_use]
    pub fn of(hive: Hive<'_>, path: impl Into<String>, sha256: Option<Sha256Digest>) -> Self {
        let base = hive.base_block();
        let mut damage: Vec<_> = hive.damage().iter().map(Damage::report).collect();
        sort_damage(&mut damage);
        Self {
            path: path.into(),
            sha256: sha256.map(|digest| digest.to_string()),
            format: base.format(),
            dirty: base.is_dirty(),
            recovery: "none".into(),
            files: Vec::new(),
            mounted_at: None,
            computer: None,
            notes: Vec::new(),
            damage,
        }
    }

    /// The same for a hive of which it is known what part of SYSTEM it is.
    #[must_use]
    pub fn of_system(
        system: &System<'_>,
        path: impl Into<String>,
        sha256: Option<Sha256Digest>,
    ) -> Self {
        let mount = system.mount();
        let mounted_at = (!mount.is_system()).then(|| mount.to_string());
        Self { mounted_at, ..Self::of(system.hive(), path, sha256) }
    }
}

/// A file that belongs to a hive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileInfo {
    /// The path.
    pub path: String,
    /// What it is by its name: `primary`, `.LOG1`.
    pub role: String,
    /// What it is by its bytes, in words.
    #[serde(default)]
    pub content: String,
    /// How it is compressed, in words; null for a file that isn't.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub packing: Option<String>,
    /// The SHA-256 of the expanded bytes of a compressed file; offsets are offsets in these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expanded_sha256: Option<String>,
    /// Its size on disk, in bytes.
    pub size: u64,
    /// The SHA-256 of the file as it is on disk; null where it was not computed.
    pub sha256: Option<String>,
    /// Whether bytes of it were read as the hive's.
    pub used: bool,
    /// Why, or why not, in a sentence; empty where there is nothing to say.
    #[serde(default)]
    pub why: String,
}

impl FileInfo {
    /// A file that was not used, and of which nothing more is said.
    #[must_use]
    pub fn new(path: impl Into<String>, role: impl Into<String>, size: u64) -> Self {
        Self {
            path: path.into(),
            role: role.into(),
            content: String::new(),
            packing: None,
            expanded_sha256: None,
            size,
            sha256: None,
            used: false,
            why: String::new(),
        }
    }
}

/// Whether a rule applies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Applicability {
    /// The answer.
    pub value: Applies,
    /// What it was told by.
    pub reasons: Vec<String>,
    /// What that, and the choice of the control set, rests on.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// The predicates behind it, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<Box<Explained>>,
}

/// Whether a rule applies, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Applies {
    /// It does.
    Applicable,
    /// It certainly doesn't.
    NotApplicable,
    /// It can't be told; the rule is evaluated all the same.
    Undetermined,
}

/// The outcome of a rule, in XCCDF 1.2's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All checks hold.
    Pass,
    /// The fault is there.
    Fail,
    /// It can't be told.
    Unknown,
    /// The evaluation could not run.
    Error,
    /// The rule says nothing about this machine.
    NotApplicable,
    /// The caller deselected the rule.
    NotSelected,
}

impl Outcome {
    /// The outcome of a rule whose checks, taken together, are of this truth.
    #[must_use]
    pub const fn of_checks(truth: Truth) -> Self {
        match truth {
            Truth::True => Self::Pass,
            Truth::False => Self::Fail,
            Truth::Unknown | Truth::NotEvaluated => Self::Unknown,
            Truth::Error => Self::Error,
            Truth::NotApplicable => Self::NotApplicable,
        }
    }
}

impl std::fmt::Display for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Unknown => "unknown",
            Self::Error => "error",
            Self::NotApplicable => "notapplicable",
            Self::NotSelected => "notselected",
        })
    }
}

/// What came of one check or remark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CheckResult {
    /// Its stable name.
    pub id: String,
    /// What holds if it is true.
    pub title: String,
    /// Whose words it is.
    pub origin: Origin,
    /// Whether it holds.
    pub result: Truth,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// What that rests on.
    pub evidence: Vec<Evidence>,
    /// What to do where it doesn't hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The predicates behind it, each with its value and its reason, if they were asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tree: Option<Box<Explained>>,
}

/// Something that another control set has otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Difference {
    /// The key in the evaluated control set, from the hive's root.
    pub key: String,
    /// Whether the key, a value or the key's security differs.
    pub subject: EvidenceKind,
    /// The value; null where the key itself or its security differs.
    pub value: Option<String>,
    /// The other control set.
    pub control_set: String,
    /// Whether the other is the last known good one.
    pub last_known_good: bool,
    /// What is here.
    pub here: String,
    /// What is there.
    pub there: String,
    /// When the key here was last written; null where it is not there.
    pub here_last_written: Option<FileTime>,
    /// When the key there was last written; null where it is not there.
    pub there_last_written: Option<FileTime>,
}

/// What the second reader says of a verdict's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SecondReading {
    /// Its name and version.
    pub reader: String,
    /// How many different keys and values it was asked for.
    pub asked: usize,
    /// Where it found the same.
    pub agrees: usize,
    /// Where it found something else.
    pub differs: usize,
    /// Where damage stood in its way.
    pub damaged: usize,
    /// How many it was not asked for, because it can't read or compare them.
    pub not_asked: usize,
    /// How many of these are security records.
    #[serde(default)]
    pub not_asked_security: usize,
}

impl Verdict {
    /// The checks that don't hold.
    pub fn failed_checks(&self) -> impl Iterator<Item = &CheckResult> {
        self.checks.iter().filter(|check| check.result == Truth::False)
    }

    /// All evidence: of applicability, checks and remarks.
    pub fn evidence_mut(&mut self) -> impl Iterator<Item = &mut Evidence> {
        let checks = self.checks.iter_mut().chain(&mut self.remarks);
        self.applicability.evidence.iter_mut().chain(checks.flat_map(|check| &mut check.evidence))
    }

    /// Has a second reader read everything again that the verdict rests on. What stands in the SOFTWARE hive it isn't asked
    /// for: [`confirm_with_software`](Self::confirm_with_software) has one for each hive.
    pub fn confirm_with(&mut self, reader: &dyn SecondReader) {
        self.confirm(reader, None);
    }

    /// The same with a second reader of the SOFTWARE hive, which is asked for what stands in that.
    pub fn confirm_with_software(
        &mut self,
        system: &dyn SecondReader,
        software: &dyn SecondReader,
    ) {
        self.confirm(system, Some(software));
    }

    fn confirm(&mut self, system: &dyn SecondReader, software: Option<&dyn SecondReader>) {
        let mut asked = Vec::new();
        // Evidence that holds only a part of its data can't be compared: it counts as not asked, once a record.
        let mut cut = HashSet::new();
        for evidence in self.evidence_mut() {
            match evidence.observation() {
                Some(observation) => asked.push((evidence.hive, observation, evidence)),
                None => {
                    cut.insert((evidence.hive, evidence.key.clone(), evidence.value.clone()));
                }
            }
        }
        // What is known from several places is asked for once, and keys that stand near each other one after the other.
        asked.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let (mut answers, mut security) = (Vec::new(), 0_usize);
        for of_one_hive in asked.chunk_by_mut(|a, b| a.0 == b.0) {
            let reader = match of_one_hive {
                [(HiveName::Software, ..), ..] => software,
                _ => Some(system),
            };
            let differing = of_one_hive.chunk_by(|a, b| a.1 == b.1).filter_map(<[_]>::first);
            let questions: Vec<_> = differing.map(|(_, question, _)| question).collect();
            let about_security = questions.iter().filter(|it| it.subject == Subject::Security);
            security = security.saturating_add(about_security.count());
            let said = reader.map_or_else(Vec::new, |reader| reader.confirm_all(&questions));
            let said = said.into_iter().chain(std::iter::repeat(Confirmation::NotAsked));
            for (same, said) in of_one_hive.chunk_by_mut(|a, b| a.1 == b.1).zip(said) {
                same.iter_mut().for_each(|(_, _, evidence)| evidence.confirmed = said);
                answers.push(said);
            }
        }
        let count = |which| answers.iter().filter(|answer| **answer == which).count();
        let (agrees, differs) = (count(Confirmation::Agrees), count(Confirmation::Differs));
        let damaged = count(Confirmation::Damaged);
        let not_asked = count(Confirmation::NotAsked).saturating_add(cut.len());
        self.second_reader = Some(SecondReading {
            reader: system.name().to_owned(),
            asked: agrees.saturating_add(differs).saturating_add(damaged),
            agrees,
            differs,
            damaged,
            not_asked,
            not_asked_security: security.min(not_asked),
        });
    }
}
