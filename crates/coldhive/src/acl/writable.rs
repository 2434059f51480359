//! Every key that a token may write.

use std::collections::HashMap;

use coldhive_hive::{
    CellOffset, DamageReport, FileTime, Key, KeySecurity, KeyWalk, Lookup, Sha256Digest,
};
use coldhive_rules::HiveInfo;
use coldhive_security::{
    AccessMask, DescriptorError, GenericMapping, NOT_MODELLED, SecurityDescriptor, Token, Verdict,
};
use coldhive_system::NO_SECURITY;
use serde::ser::{SerializeMap as _, Serializer};

use super::access::{AccessQuestion, DecisionReport, DeclaredToken, Found, RulesUsed, limits};
use super::rights::{Rights, WRITING_RIGHTS};
use super::trustees::Trustee;
use super::{ACL_SCHEMA, NO_RECORD, SHARED_BYTES, ill_formed, layered_note, unreadable_record};
use crate::as_they_come::AsTheyCome;
use crate::case::Case;
use crate::files::RecordPlace;
use crate::locate::{explain, locate};

/// How many reasons are kept for each descriptor: a hostile one has thousands of entries that may grant something.
const MOST_DECISIONS: usize = 16;
/// How many unreadable lists and nodes are kept to be shown; all are counted.
const MOST_DAMAGE: usize = 10_000;

/// Whether a key may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Writable {
    /// At least one of the rights is granted for certain.
    Granted,
    /// At least one of the rights may be granted; none is for certain.
    Possible,
    /// Its descriptor can't be read.
    Unknown,
}

/// A key that the token may write, or of which that can't be told.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct WritableKey {
    /// Whether it may be written.
    pub verdict: Writable,
    /// The path below `HKLM\SYSTEM`, names as stored.
    pub path: String,
    /// The cell of the key node, relative to the hive bins data.
    pub cell: CellOffset,
    /// When the key was last written (UTC).
    pub last_written: FileTime,
    /// Which of the rights are granted for certain.
    pub granted: AccessMask,
    /// Which more may be granted.
    pub possible: AccessMask,
    /// The number of its descriptor.
    pub descriptor: u32,
}

/// A descriptor of keys that are listed. Records whose descriptors read the same in SDDL are one: slack tells them
/// apart, and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct WritableDescriptor {
    /// Its number, from 1, in the order in which they were met.
    pub number: u32,
    /// How many listed keys have it.
    pub keys: u64,
    /// How many security records hold it.
    pub records: u64,
    /// What it makes of them.
    pub verdict: Writable,
    /// The one of them that was met first; null where keys name none, or none that can be read.
    pub record: Option<RecordPlace>,
    /// The owner.
    pub owner: Option<Trustee>,
    /// Which of the rights are granted for certain.
    pub granted: Rights,
    /// Which more may be granted.
    pub possible: Rights,
    /// What grants them, or may; the first sixteen of it.
    pub decisions: Vec<DecisionReport>,
    /// How many more there are.
    pub more_decisions: u64,
    /// The entries of the SACL that may take that away, in SDDL: they are not judged.
    pub limits: Vec<String>,
    /// The whole in SDDL; placeholders stand for what has no text.
    pub sddl: Option<String>,
    /// Why nothing can be told.
    pub problem: Option<String>,
}

/// What was looked at, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize)]
#[non_exhaustive]
pub struct WritableTotals {
    /// Keys that were looked at.
    pub keys: u64,
    /// Different descriptors that were checked, each once.
    pub descriptors: u64,
    /// Keys that may be written for certain.
    pub granted: u64,
    /// Keys that may possibly be written.
    pub possible: u64,
    /// Keys of which it can't be told.
    pub unknown: u64,
    /// Subkey lists and key nodes that can't be read: there may be more keys.
    pub unread: u64,
    /// Keys that only mark that they were deleted in this layer. They are not looked at.
    pub tombstones: u64,
}

impl WritableTotals {
    /// Whether any key may be written; `None` where that can't be told.
    #[must_use]
    pub const fn any(&self) -> Option<bool> {
        if self.granted > 0 {
            Some(true)
        } else if self.possible > 0 || self.unknown > 0 || self.unread > 0 {
            None
        } else {
            Some(false)
        }
    }
}

/// A search for the keys that a token may write.
#[derive(Debug)]
pub struct WritableBy<'c> {
    case: &'c Case,
    hash: bool,
    start: Key<'c>,
    under: String,
    token: Token,
    declared: DeclaredToken,
    rights: AccessMask,
    os_rules: RulesUsed,
}

impl Case {
    /// Asks for every key, at or below a path, on which a token has any of the rights; where the question names none,
    /// [`WRITING_RIGHTS`].
    ///
    /// Each descriptor is checked once, however many keys share it. Symbolic links are looked at as the keys that
    /// they are, and not followed.
    ///
    /// ```
    /// use coldhive::{AccessQuestion, Case};
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-sound.SYSTEM"))?;
    /// let operators = AccessQuestion::new("SO,WD".parse()?);
    /// let search = case.writable_by(&operators, "CurrentControlSet\\Services", false)?;
    /// let mut keys = search.keys();
    /// assert!(keys.by_ref().any(|key| key.path == r"ControlSet001\Services\WinSock"));
    /// assert_eq!(keys.totals().any(), Some(true));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Why there is no such key to begin at, in a sentence; an exported text holds no descriptors at all.
    pub fn writable_by(
        &self,
        question: &AccessQuestion,
        under: &str,
        hash: bool,
    ) -> Result<WritableBy<'_>, String> {
        let system = self.system();
        let located = locate(&system, under);
        let Lookup::Found(start) = located.answer else {
            return Err(explain(&system, &located, under));
        };
        if system.lacks().security {
            return Err(NO_SECURITY.into());
        }
        let rights = question.rights.unwrap_or(WRITING_RIGHTS);
        let never = AccessMask::ACCESS_SYSTEM_SECURITY | AccessMask::MAXIMUM_ALLOWED;
        if rights.difference(never).is_empty() {
            return Err(format!(
                "no entry grants {}: ask for rights of a key",
                rights.registry_names()
            ));
        }
        let under = located.shown().unwrap_or_default();
        Ok(WritableBy {
            case: self,
            hash,
            start,
            token: question.principals.token(),
            declared: DeclaredToken::from(&question.principals),
            rights,
            os_rules: RulesUsed::of(question.os_rules, &system, &under),
            under,
        })
    }
}

impl<'c> WritableBy<'c> {
    /// The hive.
    #[must_use]
    pub fn hive(&self) -> HiveInfo {
        self.case.hive_info(self.hash)
    }

    /// The path of the key that the search begins at, below `HKLM\SYSTEM`.
    #[must_use]
    pub fn under(&self) -> &str {
        &self.under
    }

    /// Who is asked about.
    #[must_use]
    pub const fn token(&self) -> &DeclaredToken {
        &self.declared
    }

    /// The rights, of which any one makes a key writable.
    #[must_use]
    pub fn rights(&self) -> Rights {
        self.rights.into()
    }

    /// By which rules for OWNER RIGHTS.
    #[must_use]
    pub const fn os_rules(&self) -> &RulesUsed {
        &self.os_rules
    }

    /// What is to be said of a hive of which a part may stand in another one: then that no key can be written is not
    /// certain.
    #[must_use]
    pub fn layered_note(&self) -> Option<String> {
        layered_note(self.case)
    }

    /// The keys, in stored order.
    #[must_use]
    pub fn keys(&self) -> WritableKeys<'_, 'c> {
        WritableKeys {
            search: self,
            walk: self.start.walk_keys(),
            by_cell: HashMap::new(),
            by_bytes: HashMap::new(),
            by_sddl: HashMap::new(),
            listed: Vec::new(),
            // No two records of a sound hive share bytes.
            bytes_left: u64::from(self.start.hive().bins_size()).saturating_mul(2),
            totals: WritableTotals::default(),
            damage: Vec::new(),
        }
    }

    /// Makes the whole search and writes it as it goes, so that no more than one key is held: an object with the
    /// schema [`ACL_SCHEMA`].
    ///
    /// # Errors
    /// The serializer's own.
    pub fn serialize_found<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<(S::Ok, WritableTotals), S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", ACL_SCHEMA)?;
        map.serialize_entry("hive", &self.hive())?;
        // Offsets of damage are those in the hive as it was read.
        let origins = self.case.origins();
        if !origins.is_empty() {
            map.serialize_entry("origins", &origins)?;
        }
        map.serialize_entry("under", &self.under)?;
        map.serialize_entry("token", &self.declared)?;
        map.serialize_entry("rights", &self.rights())?;
        map.serialize_entry("os_rules", &self.os_rules)?;
        map.serialize_entry("not_modelled", NOT_MODELLED)?;
        map.serialize_entry("notes", &self.layered_note().into_iter().collect::<Vec<_>>())?;
        let mut keys = self.keys();
        map.serialize_entry("keys", &AsTheyCome::new(&mut keys))?;
        map.serialize_entry("descriptors", &keys.listed)?;
        map.serialize_entry("damage", &keys.damage)?;
        map.serialize_entry("totals", &keys.totals)?;
        Ok((map.end()?, keys.totals))
    }
}

/// What a descriptor makes of the keys that have it.
#[derive(Clone, Copy)]
enum Checked {
    /// They can't be written.
    NotWritable,
    /// They are listed; the place of the descriptor in the table.
    Listed(usize),
}

/// The keys of a [`WritableBy`], one by one. The table of descriptors and the totals grow with them.
pub struct WritableKeys<'s, 'c> {
    search: &'s WritableBy<'c>,
    walk: KeyWalk<'c>,
    by_cell: HashMap<CellOffset, Checked>,
    by_bytes: HashMap<&'c [u8], Checked>,
    /// By the digest of the SDDL: the texts of a hive full of descriptors are as large as the hive.
    by_sddl: HashMap<Sha256Digest, Checked>,
    listed: Vec<WritableDescriptor>,
    bytes_left: u64,
    totals: WritableTotals,
    damage: Vec<DamageReport>,
}

impl<'c> WritableKeys<'_, 'c> {
    /// The descriptors of the keys so far.
    #[must_use]
    pub fn descriptors(&self) -> &[WritableDescriptor] {
        &self.listed
    }

    /// What was looked at so far.
    #[must_use]
    pub const fn totals(&self) -> &WritableTotals {
        &self.totals
    }

    /// The subkey lists and key nodes so far that can't be read; the first ten thousand of them.
    #[must_use]
    pub fn damage(&self) -> &[DamageReport] {
        &self.damage
    }

    fn check(&mut self, key: &Key<'c>) -> Checked {
        let cell = key.security_cell();
        if let Some(checked) = self.by_cell.get(&cell) {
            return *checked;
        }
        let checked = match key.security() {
            Ok(Some(record)) => self.check_record(&record),
            Ok(None) => self.unknown(None, NO_RECORD.into()),
            Err(damage) => self.unknown(None, unreadable_record(&damage)),
        };
        self.by_cell.insert(cell, checked);
        if let Checked::Listed(place) = checked
            && let Some(descriptor) = self.listed.get_mut(place)
            && descriptor.record.is_some()
        {
            descriptor.records = descriptor.records.saturating_add(1);
        }
        checked
    }

    fn check_record(&mut self, record: &KeySecurity<'c>) -> Checked {
        let bytes = record.descriptor();
        let place = RecordPlace::of(self.search.case, record.cell(), record.file_offset());
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        match self.bytes_left.checked_sub(size) {
            Some(left) => self.bytes_left = left,
            None => return self.unknown(Some(place), SHARED_BYTES.into()),
        }
        if let Some(checked) = self.by_bytes.get(bytes) {
            return *checked;
        }
        self.totals.descriptors = self.totals.descriptors.saturating_add(1);
        let checked = match self.found(bytes) {
            Ok((descriptor, found)) => self.judge(place, &descriptor, &found),
            Err(error) => self.unknown(Some(place), ill_formed(error)),
        };
        self.by_bytes.insert(bytes, checked);
        checked
    }

    fn found(&self, bytes: &'c [u8]) -> Result<(SecurityDescriptor<'c>, Found), DescriptorError> {
        let descriptor = SecurityDescriptor::parse(bytes)?;
        let found = Found::of(&descriptor, &self.search.token, self.search.os_rules.ways)?;
        Ok((descriptor, found))
    }

    fn judge(
        &mut self,
        place: RecordPlace,
        descriptor: &SecurityDescriptor<'_>,
        found: &Found,
    ) -> Checked {
        let rights = GenericMapping::REGISTRY_KEY.map(self.search.rights);
        let (granted, possible) = (found.granted(rights), found.possible(rights));
        let verdict = match (granted.is_empty(), possible.is_empty()) {
            (false, _) => Writable::Granted,
            (true, false) => Writable::Possible,
            (true, true) => return Checked::NotWritable,
        };
        let sddl = descriptor.to_sddl().ok();
        let digest = sddl.as_ref().map(|sddl| Sha256Digest::of(sddl.as_bytes()));
        if let Some(checked) = digest.and_then(|digest| self.by_sddl.get(&digest)) {
            return *checked;
        }
        let mut decisions = found.decisions(possible);
        decisions.retain(|decision| decision.verdict != Verdict::Denied);
        let more_decisions = decisions.len().saturating_sub(MOST_DECISIONS);
        decisions.truncate(MOST_DECISIONS);
        decisions.shrink_to_fit();
        let listed = self.list(WritableDescriptor {
            number: 0,
            keys: 0,
            records: 0,
            verdict,
            record: Some(place),
            owner: descriptor.owner().ok().flatten().map(Trustee::from),
            granted: granted.into(),
            possible: possible.difference(granted).into(),
            decisions,
            more_decisions: u64::try_from(more_decisions).unwrap_or(u64::MAX),
            limits: limits(descriptor),
            sddl: Some(sddl.unwrap_or_else(|| descriptor.to_sddl_lossy())),
            problem: None,
        });
        if let Some(digest) = digest {
            self.by_sddl.insert(digest, listed);
        }
        listed
    }

    fn unknown(&mut self, record: Option<RecordPlace>, problem: String) -> Checked {
        let nothing = AccessMask::empty();
        self.list(WritableDescriptor {
            number: 0,
            keys: 0,
            records: 0,
            verdict: Writable::Unknown,
            record,
            owner: None,
            granted: nothing.into(),
            possible: nothing.into(),
            decisions: Vec::new(),
            more_decisions: 0,
            limits: Vec::new(),
            sddl: None,
            problem: Some(problem),
        })
    }

    fn list(&mut self, descriptor: WritableDescriptor) -> Checked {
        let place = self.listed.len();
        let number = u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1);
        self.listed.push(WritableDescriptor { number, ..descriptor });
        Checked::Listed(place)
    }

    fn full_path(&mut self) -> String {
        let (under, below) = (&self.search.under, self.walk.path());
        match (under.is_empty(), below.is_empty()) {
            (true, _) => below,
            (false, true) => under.clone(),
            (false, false) => format!("{under}\\{below}"),
        }
    }
}

impl Iterator for WritableKeys<'_, '_> {
    type Item = WritableKey;

    fn next(&mut self) -> Option<WritableKey> {
        loop {
            let key = match self.walk.next()? {
                Ok(key) => key,
                Err(damage) => {
                    self.totals.unread = self.totals.unread.saturating_add(1);
                    if self.damage.len() < MOST_DAMAGE {
                        self.damage.push(damage.report());
                    }
                    continue;
                }
            };
            if key.is_tombstone() {
                self.totals.tombstones = self.totals.tombstones.saturating_add(1);
                continue;
            }
            self.totals.keys = self.totals.keys.saturating_add(1);
            let Checked::Listed(place) = self.check(&key) else { continue };
            let path = self.full_path();
            let Some(descriptor) = self.listed.get_mut(place) else { continue };
            descriptor.keys = descriptor.keys.saturating_add(1);
            let total = match descriptor.verdict {
                Writable::Granted => &mut self.totals.granted,
                Writable::Possible => &mut self.totals.possible,
                Writable::Unknown => &mut self.totals.unknown,
            };
            *total = total.saturating_add(1);
            return Some(WritableKey {
                verdict: descriptor.verdict,
                path,
                cell: key.cell(),
                last_written: key.last_written(),
                granted: descriptor.granted.mask,
                possible: descriptor.possible.mask,
                descriptor: descriptor.number,
            });
        }
    }
}
