//! SARIF 2.1.0 (OASIS), for viewers of findings and code scanning.
//!
//! One `run`; `tool.driver.rules` are the rules, with their title, description and level. What becomes of a verdict:
//!
//! | verdict | results | `kind` | `level` |
//! | --- | --- | --- | --- |
//! | a check that is false | one each | `fail` | the rule's: `error`, `warning` or `note` |
//! | a check that is unknown or in error | one each | `open` | `none` |
//! | a remark that doesn't hold or is unknown | one each | `informational` | `none` |
//! | `pass` | one | `pass` | `none` |
//! | `notapplicable`, `notselected` | one | `notApplicable` | `none` |
//! | `unknown` or `error` without such a check | one | `open` | `none` |
//!
//! So viewers that show failures alone, as most do, list each thing that is to be mended once, and every verdict has a result.
//! Levels are `critical` and `high` as `error`, `medium` as `warning`, `low` and `informational` as `note`; the rule's own word
//! stands in its `properties`.
//!
//! - `ruleId` and `ruleIndex` are the rule's; `properties` have `outcome`, `controlSet`, `controlSetRoles`, `computer` where it
//!   is known, on a verdict's first result `signs`, the entries of logs that speak for the fault or against it, and for a check
//!   `check`, `checkResult`, `expected`, `found` and `remedy`.
//! - `locations` has the first record that the check rests on, `relatedLocations` the others. A `region` has `byteOffset` alone,
//!   which SARIF reads as a point before that byte: the record's first. A record of an exported text has `startLine`, and
//!   one of a compressed file no region: its offset stands in `properties`, as `expandedOffset`.
//!   `logicalLocations` name the key or value by its path on the machine, with the kind `key`, `value` or `security`;
//!   `properties` have `finding`, `lastWritten`, `secondReader` and, for a record from a transaction log, `logEntry`.
//! - `artifacts` are the hives, SOFTWARE too where it was given, and the files beside them, with length and SHA-256. Absolute paths are `file:` URIs.
//! - `partialFingerprints` has `coldhiveCheck/v1`: the SHA-256 of rule, check, control set and key, the same for the same fault
//!   in a later copy of the hive.
//! - `invocations` tells arguments, times, and the paths that gave no hive as `toolExecutionNotifications`;
//!   `executionSuccessful` is false for a run that was interrupted. Case and examiner are in the run's `properties`.
//!
//! Messages are plain text without placeholders and links; characters that control a terminal or turn the direction of
//! writing are spelled `\u{1b}`, with doubled braces, as SARIF has it.

mod model;
mod results;
mod uri;

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use coldhive_hive::FileTime;
use coldhive_rules::model::Level;
use coldhive_rules::{FileInfo, HiveInfo, RuleInfo, Verdict};
use serde::Serialize;

use self::model::{
    Artifact, ArtifactLocation, Configuration, Descriptor, DescriptorProperties, Invocation,
    Location, Message, Notification, PhysicalLocation, RunProperties,
};
use self::uri::{PathStyle, uri};
use super::{Output, Run, Totals};
use crate::ReportError;

/// The version of SARIF that is written.
pub const SARIF_VERSION: &str = "2.1.0";
/// Where its schema stands.
pub const SARIF_SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// A SARIF log.
#[derive(Debug)]
pub struct Sarif<W> {
    out: W,
    has_results: bool,
    rules: Vec<String>,
    artifacts: Artifacts,
    notifications: Vec<Notification>,
    arguments: Vec<String>,
    started: Option<FileTime>,
    properties: Option<RunProperties>,
}

/// The files of the evidence, each once.
#[derive(Debug, Default)]
struct Artifacts {
    list: Vec<Artifact>,
    places: HashMap<String, Place>,
}

/// Where a file stands in the list.
#[derive(Clone, Copy, Debug)]
struct Place {
    index: usize,
    /// Whether it is read expanded, so that offsets are none in the file itself.
    is_packed: bool,
}

impl<W: Write> Sarif<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self {
            out,
            has_results: false,
            rules: Vec::new(),
            artifacts: Artifacts::default(),
            notifications: Vec::new(),
            arguments: Vec::new(),
            started: None,
            properties: None,
        }
    }
}

impl<W: Write> Output for Sarif<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.rules = run.rules.iter().map(|rule| rule.id.clone()).collect();
        self.arguments.clone_from(&run.arguments);
        self.started = run.started;
        self.properties =
            Some(RunProperties { case: run.case.clone(), examiner: run.examiner.clone() });
        let (name, version) = run.tool.rsplit_once(' ').unwrap_or((&run.tool, ""));
        let mut head = b"{\n\"$schema\": ".to_vec();
        push(&mut head, &SARIF_SCHEMA)?;
        head.extend(b",\n\"version\": ");
        push(&mut head, &SARIF_VERSION)?;
        head.extend(b",\n\"runs\": [{\n\"tool\": {\"driver\": {\"name\": ");
        push(&mut head, if name.is_empty() { &"coldhive" } else { &name })?;
        if !version.is_empty() {
            head.extend(b", \"version\": ");
            push(&mut head, &version)?;
        }
        head.extend(b", \"rules\": ");
        push(&mut head, &run.rules.iter().map(descriptor).collect::<Vec<_>>())?;
        head.extend(b"}},\n\"results\": [");
        self.out.write_all(&head)
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        self.artifacts.add(hive);
        for verdict in verdicts {
            verdict.software.iter().for_each(|software| self.artifacts.add(software));
            let rule_index = self.rules.iter().position(|id| *id == verdict.rule.id);
            for result in results::of(verdict, rule_index, &self.artifacts) {
                let mut record: Vec<u8> =
                    if self.has_results { b",\n".into() } else { b"\n".into() };
                push(&mut record, &result)?;
                self.out.write_all(&record)?;
                self.has_results = true;
            }
        }
        Ok(())
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.notifications.push(Notification {
            level: "error",
            message: Message::new(&error.message),
            locations: vec![self.artifacts.whole(&error.path)],
        });
        Ok(())
    }

    fn end(&mut self, totals: &Totals) -> io::Result<()> {
        let invocation = Invocation {
            execution_successful: !totals.interrupted,
            arguments: std::mem::take(&mut self.arguments),
            start_time_utc: self.started,
            end_time_utc: totals.ended,
            tool_execution_notifications: std::mem::take(&mut self.notifications),
        };
        let mut tail = b"\n],\n\"artifacts\": ".to_vec();
        push(&mut tail, &self.artifacts.list)?;
        tail.extend(b",\n\"invocations\": ");
        push(&mut tail, &[invocation])?;
        tail.extend(b",\n\"properties\": ");
        push(&mut tail, &self.properties)?;
        tail.extend(b"\n}]\n}\n");
        self.out.write_all(&tail)?;
        self.out.flush()
    }
}

fn push(bytes: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    Ok(serde_json::to_writer(bytes, value)?)
}

const fn level(level: Level) -> &'static str {
    match level {
        Level::Critical | Level::High => "error",
        Level::Medium => "warning",
        Level::Low | Level::Informational => "note",
    }
}

fn descriptor(rule: &RuleInfo) -> Descriptor {
    let about = if rule.description.is_empty() { &rule.title } else { &rule.description };
    Descriptor {
        id: rule.id.clone(),
        name: rule.title.clone(),
        short_description: Message::new(&rule.title),
        full_description: Message::new(about),
        help: Message::new(about),
        default_configuration: Configuration { level: level(rule.level) },
        properties: DescriptorProperties { level: rule.level.word(), sha256: rule.sha256.clone() },
    }
}

impl Artifacts {
    fn add(&mut self, hive: &HiveInfo) {
        if hive.files.is_empty() {
            let mut file = FileInfo::new(&hive.path, "primary", 0);
            file.sha256.clone_from(&hive.sha256);
            file.used = true;
            self.file(&file, None);
        }
        hive.files.iter().for_each(|file| self.file(file, Some(file.size)));
    }

    fn file(&mut self, file: &FileInfo, length: Option<u64>) {
        if self.places.contains_key(&file.path) {
            return;
        }
        let place = Place { index: self.list.len(), is_packed: file.packing.is_some() };
        self.places.insert(file.path.clone(), place);
        let hashes: BTreeMap<_, _> =
            file.sha256.iter().map(|digest| ("sha-256", digest.clone())).collect();
        self.list.push(Artifact {
            location: ArtifactLocation { uri: uri(&file.path, PathStyle::NATIVE), index: None },
            length,
            roles: if file.used { vec!["analysisTarget"] } else { Vec::new() },
            hashes,
        });
    }

    fn location(&self, path: &str) -> ArtifactLocation {
        ArtifactLocation {
            uri: uri(path, PathStyle::NATIVE),
            index: self.places.get(path).map(|place| place.index),
        }
    }

    fn is_packed(&self, path: &str) -> bool {
        self.places.get(path).is_some_and(|place| place.is_packed)
    }

    /// A file as a whole.
    fn whole(&self, path: &str) -> Location {
        Location {
            physical_location: PhysicalLocation {
                artifact_location: self.location(path),
                region: None,
            },
            logical_locations: Vec::new(),
            message: None,
            properties: None,
        }
    }
}
