//! A case: one hive, its evidence, and the questions to it.

use std::path::PathBuf;

use coldhive_hive::{Evidence, EvidenceError, Hive, Image};
use coldhive_rules::{Context, HiveInfo, RuleSet, Verdict, evaluate_selected};
use coldhive_system::System;

/// What the base block of a sample hive made by coldhive-forge has as the start of its file name.
pub const SAMPLE_MARK: &str = "coldhive\\testdata\\";

/// One hive and the evidence it was read from. Owns the bytes and lends readers over them.
#[derive(Clone, Debug)]
pub struct Case {
    image: Image,
}

/// How to check a case.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Which control sets, parameters, and whether to evaluate where a rule doesn't apply.
    pub context: Context,
    /// Whether to compute the SHA-256 of the file.
    pub hash: bool,
    /// Whether to read the evidence a second time (only with the feature `witness`).
    pub read_twice: bool,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { context: Context::default(), hash: true, read_twice: true }
    }
}

impl Case {
    /// Opens a hive file, read-only.
    ///
    /// # Errors
    /// [`EvidenceError`] says what stands at the path instead of a hive.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, EvidenceError> {
        Evidence::open(path).map(Self::new)
    }

    /// Takes a hive that is in memory, under a name for reports.
    ///
    /// # Errors
    /// [`EvidenceError::NotAHive`] if the bytes are no hive.
    pub fn from_bytes(name: impl Into<PathBuf>, bytes: Vec<u8>) -> Result<Self, EvidenceError> {
        Evidence::from_bytes(name, bytes).map(Self::new)
    }

    /// Makes a case of evidence.
    #[must_use]
    pub fn new(evidence: Evidence) -> Self {
        Self { image: Image::without_logs(evidence) }
    }

    /// The evidence: the file, its bytes, its digest.
    #[must_use]
    pub const fn evidence(&self) -> &Evidence {
        self.image.evidence()
    }

    /// The path or name, for reports.
    #[must_use]
    pub fn path(&self) -> String {
        self.evidence().path().display().to_string()
    }

    /// The bytes that are read as the hive.
    #[must_use]
    pub const fn image(&self) -> &Image {
        &self.image
    }

    /// The reader over the hive.
    #[must_use]
    pub fn hive(&self) -> Hive<'_> {
        self.image.hive()
    }

    /// The hive as a SYSTEM hive.
    #[must_use]
    pub fn system(&self) -> System<'_> {
        System::new(self.hive())
    }

    /// The same bytes as the independent reader nt-hive sees them. Dirty hives are let in; see
    /// [`crate::witness`] for the ways in which nt-hive must not be asked.
    ///
    /// # Errors
    /// nt-hive's own, where the file is shorter than a base block.
    #[cfg(feature = "witness")]
    pub fn nt_hive(&self) -> Result<nt_hive::Hive<&[u8]>, nt_hive::NtHiveError> {
        coldhive_witness::nt_hive(self.image.bytes())
    }

    /// What reports say of the hive as a whole.
    #[must_use]
    pub fn hive_info(&self, hash: bool) -> HiveInfo {
        HiveInfo::of(self.hive(), self.path(), hash.then(|| self.evidence().sha256()))
    }

    /// Whether the hive is a sample of this project's own, not evidence of anything.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.hive().base_block().file_name().starts_with(SAMPLE_MARK)
    }

    /// Evaluates rules: a verdict for each rule and control set, in that order.
    #[must_use]
    pub fn check(&self, rules: &RuleSet, options: &CheckOptions) -> Vec<Verdict> {
        let system = self.system();
        let info = self.hive_info(options.hash);
        let mut verdicts: Vec<_> = rules
            .iter()
            .flat_map(|rule| evaluate_selected(rule, system, &info, &options.context))
            .collect();
        let notes = self.notes();
        for verdict in &mut verdicts {
            verdict.notes.extend(notes.iter().cloned());
            if info.dirty && !verdict.next_steps.is_empty() {
                let step = "Replay the hive's transaction logs with a tool that can, and check the result too: this \
                            verdict is of the primary file alone.";
                verdict.next_steps.insert(0, step.into());
            }
        }
        if options.read_twice {
            self.read_twice(&mut verdicts);
        }
        verdicts
    }

    pub(crate) fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let hive = self.hive();
        let base = hive.base_block();
        if base.is_dirty() {
            let why = if base.checksum_holds() {
                format!(
                    "sequence numbers {} and {} differ",
                    base.primary_sequence(),
                    base.secondary_sequence()
                )
            } else {
                "the checksum of its base block is wrong".into()
            };
            notes.push(format!(
                "the hive is dirty ({why}): its newest changes may stand only in its transaction logs, \
                 which this version does not read"
            ));
        }
        if self.hive().is_cut_short() {
            notes.push(
                "the file is cut short: copy the hive again, if the original is still there".into(),
            );
        }
        if self.is_sample() {
            notes.push(
                "this hive is a sample made by coldhive-forge, not taken from a machine".into(),
            );
        }
        notes
    }

    #[cfg(feature = "witness")]
    fn read_twice(&self, verdicts: &mut [Verdict]) {
        let witness = coldhive_witness::NtHiveWitness::new(self.image.bytes());
        verdicts.iter_mut().for_each(|verdict| verdict.confirm_with(&witness));
    }

    #[cfg(not(feature = "witness"))]
    fn read_twice(&self, _: &mut [Verdict]) {}
}
