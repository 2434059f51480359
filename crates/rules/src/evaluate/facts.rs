//! Turning what was read into evidence.

use coldhive_hive::{
    CellOffset, Damage, DeletedKey, FileTime, Key, KeySecurity, LINK_VALUE, Lookup, PassedLink,
    Stop, Value,
};
use coldhive_system::Located;

use super::words::{shorten, text_of};
use crate::evidence::{Evidence, EvidenceKind, Finding};
use crate::target::{Place, Source};

/// Makes records of one hive into evidence.
#[derive(Clone, Copy)]
pub(super) struct Recorder<'t>(pub(super) Source<'t>);

impl Recorder<'_> {
    fn record(
        &self,
        kind: EvidenceKind,
        key: &str,
        cell: Option<CellOffset>,
        last_written: Option<FileTime>,
    ) -> Evidence {
        let Self(source) = self;
        let (hive, lacks) = (source.system.hive(), source.system.lacks());
        let cell = cell.filter(|cell| !cell.is_none());
        let place = cell.map(|cell| source.place(hive.record_file_offset(cell)));
        let place =
            place.unwrap_or_else(|| Place { file: source.path.to_owned(), ..Place::default() });
        Evidence {
            hive: source.hive,
            key: key.to_owned(),
            name: None,
            value: None,
            kind,
            finding: Finding::Found,
            tombstone: false,
            remnant: false,
            lacks_key: None,
            lacks_value: None,
            cell: cell.filter(|_| !lacks.records),
            file: place.file,
            file_offset: place.offset.filter(|_| !lacks.records),
            log_entry: place.log_entry,
            line: place.line,
            last_written: last_written.filter(|_| !lacks.times),
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
            self.record(EvidenceKind::Key, path, Some(key.cell()), Some(key.last_written()));
        evidence.name = path.is_empty().then(|| key.readable_name().to_string());
        evidence
    }

    /// The evidence for what came of looking for a key: that key, the nearest there is, or the damaged node; and
    /// the symbolic links that were followed.
    pub(super) fn key_evidence(&self, located: &Located<'_>) -> Vec<Evidence> {
        let mut evidence = self.own_evidence(located);
        evidence.extend(self.link_evidence(located));
        evidence
    }

    fn own_evidence(&self, located: &Located<'_>) -> Vec<Evidence> {
        let nearest = located.nearest.as_ref();
        if let Lookup::Unreadable(damage) = &located.answer {
            // The damaged node itself is the evidence: its place is known, its content is not.
            let at = damage.first().and_then(place);
            let path = match nearest {
                Some((_, stored)) if stored.is_empty() => located.rest.clone(),
                Some((_, stored)) => format!("{stored}\\{}", located.rest),
                None => located.rest.clone(),
            };
            let mut evidence = self.record(EvidenceKind::Key, &path, at, None);
            evidence.finding = Finding::Unreadable;
            evidence.add_damage(damage);
            return vec![evidence];
        }
        let Some((nearest, stored)) = nearest else { return Vec::new() };
        let mut evidence = self.key_record(nearest, stored);
        evidence.tombstone = located.is_tombstone();
        // A tombstone or a link stands there; what it stands for is another matter.
        let ended_here = located.stop.is_some() && located.rest.is_empty();
        evidence.finding = if ended_here { Finding::Found } else { finding(&located.answer) };
        evidence.lacks_key = (!located.rest.is_empty()).then(|| located.rest.clone());
        evidence.add_damage(located.answer.damage());
        vec![evidence]
    }

    /// The evidence for the symbolic links on the way: their targets.
    pub(super) fn link_evidence(&self, located: &Located<'_>) -> Vec<Evidence> {
        // A link that could not be followed because its target can't be told is the nearest key itself.
        let is_broken = matches!(located.stop, Some(Stop::Broken(_)));
        let links =
            located.links.iter().take(located.links.len().saturating_sub(usize::from(is_broken)));
        let targets = links.filter_map(|PassedLink { key, path, .. }| {
            key.value(LINK_VALUE).found().map(|value| self.value_evidence(key, path, &value))
        });
        targets.collect()
    }

    /// The evidence for a key that was deleted and can still be read.
    pub(super) fn remnant_evidence(&self, key: &DeletedKey<'_>) -> Evidence {
        let (path, time) = (key.path().text, Some(key.last_written()));
        let mut evidence = self.record(EvidenceKind::Key, &path, Some(key.cell()), time);
        // Remnants behind the ends of cells stand where no cell is said to begin.
        let place = self.0.place(key.file_offset());
        (evidence.file, evidence.file_offset) = (place.file, place.offset);
        (evidence.log_entry, evidence.line) = (place.log_entry, place.line);
        evidence.remnant = true;
        evidence.add_damage(&key.damage());
        evidence
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
            self.record(EvidenceKind::Value, path, Some(value.cell()), Some(key.last_written()));
        evidence.tombstone = value.is_tombstone();
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
        let mut evidence = self.record(
            EvidenceKind::Security,
            path,
            Some(security.cell()),
            Some(key.last_written()),
        );
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
