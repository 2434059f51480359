//! Turning what was read into evidence.

use coldhive_hive::{CellOffset, Damage, FileTime, Hive, Key, KeySecurity, Lookup, Value};

use super::locate::Located;
use super::words::{shorten, text_of};
use crate::evidence::{Evidence, EvidenceKind, Finding};

/// Makes records of one hive into evidence.
#[derive(Clone, Copy)]
pub(super) struct Recorder<'i, 'f> {
    pub(super) hive: Hive<'i>,
    pub(super) file: &'f str,
}

impl Recorder<'_, '_> {
    fn record(
        &self,
        kind: EvidenceKind,
        key: &str,
        cell: CellOffset,
        last_written: Option<FileTime>,
    ) -> Evidence {
        Evidence {
            key: key.to_owned(),
            name: None,
            value: None,
            kind,
            finding: Finding::Found,
            lacks_key: None,
            lacks_value: None,
            cell: Some(cell),
            file: self.file.to_owned(),
            file_offset: Some(self.hive.record_file_offset(cell)),
            last_written,
            value_type: None,
            type_code: None,
            data: None,
            data_size: None,
            text: None,
            sddl: None,
            aces: Vec::new(),
            damage: Vec::new(),
            more_damage: 0,
            confirmed: Default::default(),
        }
    }

    fn key_record(&self, key: &Key<'_>, path: &str) -> Evidence {
        let mut evidence =
            self.record(EvidenceKind::Key, path, key.cell(), Some(key.last_written()));
        evidence.name = path.is_empty().then(|| key.readable_name().to_string());
        evidence
    }

    /// The evidence for what came of looking for a key.
    pub(super) fn key_evidence(&self, located: &Located<'_>) -> Vec<Evidence> {
        if let Lookup::Unreadable(damage) = &located.answer {
            // The damaged node itself is the evidence: its place is known, its content is not.
            let at = damage.first().and_then(place);
            let mut evidence = self.record(
                EvidenceKind::Key,
                &located.asked,
                at.unwrap_or(CellOffset::NONE),
                None,
            );
            if at.is_none_or(CellOffset::is_none) {
                (evidence.cell, evidence.file_offset) = (None, None);
            }
            evidence.finding = Finding::Unreadable;
            evidence.add_damage(damage);
            return vec![evidence];
        }
        let Some((nearest, stored)) = &located.nearest else { return Vec::new() };
        let mut evidence = self.key_record(nearest, stored);
        evidence.finding = finding(&located.answer);
        evidence.lacks_key = (!located.rest.is_empty()).then(|| located.rest.clone());
        evidence.add_damage(located.answer.damage());
        vec![evidence]
    }

    /// The evidence for a value that was not found, or hidden by damage.
    pub(super) fn no_value_evidence(
        &self,
        key: &Key<'_>,
        path: &str,
        name: &str,
        answer: &Lookup<Value<'_>>,
    ) -> Evidence {
        let mut evidence = self.key_record(key, path);
        evidence.finding = finding(answer);
        evidence.lacks_value = Some(name.to_owned());
        evidence.add_damage(answer.damage());
        evidence
    }

    /// The evidence for a value that is there.
    pub(super) fn value_evidence(&self, key: &Key<'_>, path: &str, value: &Value<'_>) -> Evidence {
        let data = value.readable_data();
        let mut evidence =
            self.record(EvidenceKind::Value, path, value.cell(), Some(key.last_written()));
        evidence.value = Some(value.readable_name().to_string());
        evidence.value_type = Some(value.value_type().to_string());
        evidence.type_code = Some(value.value_type().code());
        evidence.text = text_of(value.value_type(), &data.bytes).map(shorten);
        evidence.set_data(&data.bytes);
        if let Some(damage) = data.damage {
            evidence.finding = Finding::Unreadable;
            evidence.add_damage(&[damage]);
        }
        evidence
    }

    /// The evidence for a security record that is there.
    pub(super) fn security_evidence(
        &self,
        key: &Key<'_>,
        path: &str,
        security: &KeySecurity<'_>,
        sddl: Option<String>,
        aces: Vec<String>,
    ) -> Evidence {
        let mut evidence =
            self.record(EvidenceKind::Security, path, security.cell(), Some(key.last_written()));
        evidence.set_data(security.descriptor());
        evidence.sddl = sddl;
        evidence.aces = aces;
        evidence
    }

    /// The evidence for a security record that can't be read or isn't named.
    pub(super) fn no_security_evidence(
        &self,
        key: &Key<'_>,
        path: &str,
        damage: Option<Damage>,
    ) -> Evidence {
        let mut evidence = self.key_record(key, path);
        evidence.add_damage(damage.as_slice());
        evidence
    }
}

/// What a record says about what was asked, by the answer.
const fn finding<T>(answer: &Lookup<T>) -> Finding {
    match answer {
        Lookup::Found(_) => Finding::Found,
        Lookup::Absent => Finding::Absent,
        Lookup::Unreadable(_) => Finding::Unreadable,
        Lookup::Obscured(_) => Finding::Obscured,
    }
}

/// Where the record stands that can't be read; `None` where the entry leads to no place in the hive.
fn place(damage: &Damage) -> Option<CellOffset> {
    match damage {
        Damage::PointsNowhere { .. } | Damage::OutOfBounds { .. } => None,
        other => other.at(),
    }
}
