//! The parts of SARIF 2.1.0 that are written, named as there.

use std::collections::BTreeMap;

use coldhive_hive::FileTime;
use coldhive_rules::{SignFound, safe_text};
use serde::Serialize;

/// `message`, in plain text.
#[derive(Debug, Serialize)]
pub(super) struct Message {
    text: String,
}

impl Message {
    /// Text that shows what it holds: no placeholder (3.11.5), no link (3.11.6), no control character.
    pub(super) fn new(text: &str) -> Self {
        let text = safe_text(text).replace('{', "{{").replace('}', "}}");
        Self { text: text.replace("](", "]\\u{{28}}") }
    }
}

/// `reportingDescriptor`: a rule.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) short_description: Message,
    pub(super) full_description: Message,
    pub(super) help: Message,
    pub(super) default_configuration: Configuration,
    pub(super) properties: DescriptorProperties,
}

/// `reportingConfiguration`.
#[derive(Debug, Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct DescriptorProperties {
    /// The rule's own word.
    pub(super) level: &'static str,
    /// Of the rule's file.
    pub(super) sha256: String,
}

/// `artifact`: a file of the evidence.
#[derive(Debug, Serialize)]
pub(super) struct Artifact {
    pub(super) location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) length: Option<u64>,
    pub(super) roles: Vec<&'static str>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) hashes: BTreeMap<&'static str, String>,
}

/// `artifactLocation`.
#[derive(Debug, Serialize)]
pub(super) struct ArtifactLocation {
    pub(super) uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) index: Option<usize>,
}

/// `result`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SarifResult {
    pub(super) rule_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule_index: Option<usize>,
    pub(super) kind: &'static str,
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Location>,
    pub(super) partial_fingerprints: BTreeMap<&'static str, String>,
    pub(super) properties: ResultProperties,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResultProperties {
    pub(super) outcome: String,
    pub(super) control_set: Option<String>,
    pub(super) control_set_roles: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) computer: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) signs: Vec<SignFound>,
    #[serde(flatten)]
    pub(super) check: Option<CheckProperties>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CheckProperties {
    pub(super) check: String,
    pub(super) check_result: String,
    pub(super) expected: String,
    pub(super) found: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) remedy: Option<String>,
}

/// `location`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Location {
    pub(super) physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) message: Option<Message>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<LocationProperties>,
}

/// `physicalLocation`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PhysicalLocation {
    pub(super) artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<Region>,
}

/// `region`, of bytes or of lines.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Region {
    #[serde(rename_all = "camelCase")]
    Bytes { byte_offset: u64 },
    #[serde(rename_all = "camelCase")]
    Lines { start_line: u32 },
}

/// `logicalLocation`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogicalLocation {
    pub(super) name: String,
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LocationProperties {
    pub(super) finding: &'static str,
    pub(super) last_written: Option<FileTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) log_entry: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expanded_offset: Option<u64>,
    pub(super) second_reader: &'static str,
}

/// `invocation`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation {
    pub(super) execution_successful: bool,
    pub(super) arguments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) start_time_utc: Option<FileTime>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) end_time_utc: Option<FileTime>,
    pub(super) tool_execution_notifications: Vec<Notification>,
}

/// `notification`.
#[derive(Debug, Serialize)]
pub(super) struct Notification {
    pub(super) level: &'static str,
    pub(super) message: Message,
    pub(super) locations: Vec<Location>,
}

#[derive(Debug, Serialize)]
pub(super) struct RunProperties {
    pub(super) case: Option<String>,
    pub(super) examiner: Option<String>,
}
