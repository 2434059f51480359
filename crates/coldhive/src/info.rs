//! What a hive is: base block, counts, control sets, product.

use coldhive_hive::{
    CellOffset, Damage, EvidenceFile, FileTime, HIVE_BINS_START, Hive, Lookup, NewerFields,
};
use coldhive_rules::FileInfo;
use coldhive_system::{Confidence, Family, Selector, WindowsVersion};
use serde::Serialize;

use crate::case::Case;
use crate::export::as_reports;
use crate::field::Field;
use crate::files::{OriginRun, digest_of};
use crate::machine::{MachineReport, SoftwareReport};

/// The version of the JSON form of [`Info`].
pub const INFO_SCHEMA: &str = "coldhive.info/1";

/// What is to be said of a hive, as data.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Info {
    /// [`INFO_SCHEMA`].
    pub schema: &'static str,
    /// The path as given.
    pub path: String,
    /// The file's size in bytes.
    pub size: u64,
    /// The file's SHA-256; null where it was not computed.
    pub sha256: Option<String>,
    /// The format's version.
    pub format: String,
    /// Whether writes were under way when the hive was copied.
    pub dirty: bool,
    /// What was done about that, in a word, as `recovered` or `clean`.
    pub recovery: String,
    /// What is to be said of recovery, in a sentence; null where the hive is clean and needed none.
    pub recovery_note: Option<String>,
    /// The files that the hive was read from, the hive's own first, and those beside it that were not used.
    pub files: Vec<FileInfo>,
    /// Where the bytes of the hive come from, where they aren't all the file's own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRun>,
    /// The key that the hive's root is on the machine; null for a whole hive.
    pub mounted_at: Option<String>,
    /// What is to be said of how the hive was read.
    pub notes: Vec<String>,
    /// Whether it is a sample of this project's own.
    pub sample: bool,
    /// The primary and secondary sequence numbers, of the primary file as all fields of the base block.
    pub sequence: (u32, u32),
    /// The base block's last-written time.
    pub last_written: FileTime,
    /// The base block's file type: 0 for a primary file.
    pub file_type: u32,
    /// The base block's file format: 1.
    pub file_format: u32,
    /// The root key's cell.
    pub root_cell: CellOffset,
    /// The size of the hive bins data, as the base block says it.
    pub hive_bins_size: u32,
    /// Bytes behind the hive bins data.
    pub bytes_behind_bins: u32,
    /// The clustering factor.
    pub clustering_factor: u32,
    /// The file name that Windows kept in the base block.
    pub file_name: String,
    /// The stored checksum.
    pub checksum: u32,
    /// The checksum that the fields give.
    pub expected_checksum: u32,
    /// Fields that Vista and later write; null where nothing shows that they were. Older systems left whatever
    /// was in memory in their place.
    pub newer_fields: Option<NewerFields>,
    /// The root key; null where it can't be read.
    pub root: Option<RootInfo>,
    /// Keys that can be reached.
    pub keys: u64,
    /// Values that can be reached.
    pub values: u64,
    /// The key `Select`; null where there is none.
    pub select: Option<SelectInfo>,
    /// The control sets.
    pub control_sets: Vec<String>,
    /// The control set in use; null where none can be chosen.
    pub current_control_set: Option<String>,
    /// What there is to say about the choice.
    pub control_set_notes: Vec<String>,
    /// Which family of Windows it is of; null where no control set can be chosen.
    pub family: Option<Family>,
    /// How sure that is.
    pub family_confidence: Option<Confidence>,
    /// The version numbers; null where no SOFTWARE hive told them.
    pub version: Option<WindowsVersion>,
    /// How that was told.
    pub family_reasons: Vec<String>,
    /// What speaks against it.
    pub family_contradictions: Vec<String>,
    /// The SOFTWARE hive that was asked too; null where none was given.
    pub software: Option<SoftwareReport>,
    /// `Control\ProductOptions\ProductType`.
    pub product_type: Option<Field<String>>,
    /// `Control\ProductOptions\ProductSuite`.
    pub product_suite: Option<Field<Vec<String>>>,
    /// `Control\Windows\CSDVersion`: 0x300 is the third service pack.
    pub service_pack: Option<Field<u32>>,
    /// What the control set in use says about the machine; null where none can be chosen.
    pub machine: Option<MachineReport>,
    /// Whether the file ends before what its base block says it holds.
    pub cut_short: bool,
    /// All damage, of the hive as a whole and of its keys.
    #[serde(serialize_with = "as_reports")]
    pub damage: Vec<Damage>,
}

/// The root key.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RootInfo {
    /// Its name.
    pub name: String,
    /// When it was last written (UTC).
    pub last_written: FileTime,
}

/// The values of `Select`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct SelectInfo {
    /// `Current`.
    pub current: Field<u32>,
    /// `Default`.
    pub default: Field<u32>,
    /// `Failed`.
    pub failed: Field<u32>,
    /// `LastKnownGood`.
    pub last_known_good: Field<u32>,
}

/// The same of a file as [`Hive::bytes_behind_bins`] of a hive, by its first bytes: of a primary that was recovered not all
/// bytes are at hand.
fn behind_bins(start: Hive<'_>, file: &EvidenceFile) -> u32 {
    let base = start.base_block();
    let said = base.hive_bins_size();
    let is_trusted = base.signature() == *b"regf" && base.checksum_holds() && said != 0;
    let end = HIVE_BINS_START.saturating_add(said.into());
    let behind = if is_trusted { file.bytes_count().saturating_sub(end) } else { 0 };
    u32::try_from(behind).unwrap_or(u32::MAX)
}

/// As many bytes of a file as tell whether it is a hive and what its base block says.
const BASE_BLOCK_AND_MORE: usize = 8192;

impl Case {
    /// Collects what is to be said of the hive. Walks all of it, to count.
    #[must_use]
    pub fn info(&self, hash: bool) -> Info {
        self.info_with(hash, None)
    }

    /// Collects what is to be said of the hive, and settles the product by the SOFTWARE hive of the same machine.
    ///
    /// A registry export in text form settles nothing: what it holds doesn't say what it lacks.
    ///
    /// ```
    /// use coldhive::Case;
    /// use coldhive::system::Family;
    ///
    /// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
    /// let case = Case::open(format!("{samples}/cluster-sound.SYSTEM"))?;
    /// let info = case.info_with(false, None);
    /// assert_eq!(info.family, Some(Family::Nt4));
    /// let machine = info.machine.ok_or("no control set")?;
    /// assert_eq!(machine.services.value.ok_or("no services")?.unreadable, 0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn info_with(&self, hash: bool, software: Option<&Self>) -> Info {
        let (hive, system) = (self.hive(), self.system());
        // Recovery mends the base block: what it was is what the primary says.
        let start = self.evidence().primary().first_bytes(BASE_BLOCK_AND_MORE);
        let primary = Hive::parse(&start).ok();
        let base = primary.as_ref().unwrap_or(&hive).base_block();
        let recovery = self.image().recovery();
        let root = hive.root();
        let (mut keys, mut values) = (0_u64, 0_u64);
        let mut damage: Vec<Damage> = hive.damage();
        damage.extend(root.as_ref().err());
        for visit in root.iter().flat_map(coldhive_hive::Key::walk) {
            keys = keys.saturating_add(1);
            values = values.saturating_add(visit.values.len() as u64);
            damage.extend(visit.damage);
        }
        damage.sort_unstable();
        damage.dedup();

        let selection = system.select(Selector::Current);
        let set = selection.as_ref().ok().and_then(|selection| selection.sets.first().cloned());
        let settling = software.filter(|software| !software.is_text());
        let mut product =
            set.as_ref().map(|set| system.product_with(set, settling.map(Self::hive)));
        if let (Some(product), true) = (&mut product, software.is_some_and(Self::is_text)) {
            let why = "the SOFTWARE hive settles nothing: it is a registry export in text form";
            product.reasons.push(why.into());
        }
        Info {
            schema: INFO_SCHEMA,
            path: self.path(),
            size: self.evidence().primary().size(),
            sha256: digest_of(self.evidence().primary(), hash).map(|digest| digest.to_string()),
            format: base.format(),
            dirty: recovery.was_dirty,
            recovery: recovery.state.to_string(),
            recovery_note: self.recovery_note(),
            files: self.files(hash),
            origins: self.origins(),
            mounted_at: (!system.mount().is_system()).then(|| system.mount().to_string()),
            notes: self.notes(),
            sample: self.is_sample(),
            sequence: (base.primary_sequence(), base.secondary_sequence()),
            last_written: base.last_written(),
            file_type: base.file_type(),
            file_format: base.file_format(),
            root_cell: base.root_cell(),
            hive_bins_size: base.hive_bins_size(),
            bytes_behind_bins: match primary {
                Some(primary) => behind_bins(primary, self.evidence().primary()),
                None => hive.bytes_behind_bins(),
            },
            clustering_factor: base.clustering_factor(),
            file_name: base.file_name(),
            checksum: base.checksum(),
            expected_checksum: base.expected_checksum(),
            newer_fields: Some(base.newer_fields()).filter(|newer| {
                newer.has_transaction_fields || newer.written_by_offreg || base.minor() == 6
            }),
            root: root.ok().map(|root| RootInfo {
                name: root.readable_name().to_string(),
                last_written: root.last_written(),
            }),
            keys,
            values,
            select: match system.select_key() {
                Lookup::Found(select) => Some(SelectInfo {
                    current: Field::of(select.current),
                    default: Field::of(select.default),
                    failed: Field::of(select.failed),
                    last_known_good: Field::of(select.last_known_good),
                }),
                _ => None,
            },
            control_sets: system.control_sets().iter().map(ToString::to_string).collect(),
            machine: set.as_ref().map(|set| MachineReport::of(&system, set)),
            current_control_set: set.map(|set| set.to_string()),
            control_set_notes: match selection {
                Ok(selection) => selection.notes,
                Err(reason) => vec![reason.to_string()],
            },
            family: product.as_ref().map(|product| product.family),
            family_confidence: product.as_ref().map(|product| product.confidence),
            version: product.as_ref().and_then(|product| product.version),
            family_contradictions: product
                .as_ref()
                .map(|product| product.contradictions.clone())
                .unwrap_or_default(),
            software: settling.map(|software| SoftwareReport::of(software, hash)),
            family_reasons: product
                .as_ref()
                .map(|product| product.reasons.clone())
                .unwrap_or_default(),
            product_type: product.as_ref().map(|product| Field::of(product.product_type.clone())),
            product_suite: product.as_ref().map(|product| {
                Field::of(product.suites.clone().map(|suites| suites.entries().to_vec()))
            }),
            service_pack: product.map(|product| Field::of(product.service_pack)),
            cut_short: hive.is_cut_short(),
            damage,
        }
    }
}
