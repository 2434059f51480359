//! A case: one hive, its evidence, and the questions to it.

use coldhive_hive::{Evidence, EvidenceFile, Hive, Image, RecoveryState};
use coldhive_rules::{Context, HiveInfo, LogKind, RuleSet, Software, Target, Verdict};
use coldhive_system::{Lacks, Mount, Selector, System};

use crate::logs::LogFile;

/// What the base block of a sample hive made by coldhive-forge has as the start of its file name.
pub const SAMPLE_MARK: &str = "coldhive\\testdata\\";

/// One hive and the evidence it was read from. Owns the bytes and lends readers over them.
#[derive(Clone, Debug)]
pub struct Case {
    image: Image,
    mount: Option<Mount>,
    text: Option<Text>,
}

/// What is to be known of a hive that was made from an exported text.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    /// The subtrees that the text holds whole.
    pub(crate) exported: Vec<Mount>,
    /// The same of a text of the SOFTWARE hive.
    pub(crate) software: Option<SoftwareText>,
    /// How the text was read, and what was left out.
    pub(crate) notes: Vec<String>,
    /// The encoding that it was read in.
    pub(crate) encoding: &'static str,
}

/// What a text holds of the SOFTWARE hive.
#[derive(Clone, Debug)]
pub(crate) struct SoftwareText {
    /// The key that is the root.
    pub(crate) mount: Mount,
    /// The subtrees that the text holds whole.
    pub(crate) exported: Vec<Mount>,
}

/// How to check a case.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Which control sets, parameters, and whether to evaluate where a rule doesn't apply.
    pub context: Context,
    /// Whether to compute the SHA-256 of the files.
    pub hash: bool,
    /// Whether to read the evidence a second time (only with the feature `witness`).
    pub read_twice: bool,
}

impl Default for CheckOptions {
    fn default() -> Self {
        Self { context: Context::default(), hash: true, read_twice: true }
    }
}

/// What rules may look at beside the hive that is checked: other hives, and logs of the same machine.
///
/// ```
/// use coldhive::rules::RuleSet;
/// use coldhive::{Beside, Case, CheckOptions};
///
/// let samples = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");
/// let (case, well) = (
///     Case::open(format!("{samples}/cluster-broken.SYSTEM"))?,
///     Case::open(format!("{samples}/cluster-sound.SYSTEM"))?,
/// );
/// let beside = Beside::default().baseline(&well);
/// let verdicts = case.check_beside(&RuleSet::built_in()?, &CheckOptions::default(), &beside);
/// assert!(verdicts[0].notes.iter().any(|note| note.contains("cluster-sound.SYSTEM")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Beside<'c> {
    /// A SYSTEM hive of a machine that is known to be well, for rules that compare with it.
    pub baseline: Option<&'c Case>,
    /// The SOFTWARE hive of the same machine, which names its Windows, and which rules may look into.
    pub software: Option<&'c Case>,
    /// Event logs and cluster logs of the same machine, in which rules look for signs.
    pub logs: &'c [LogFile],
}

impl<'c> Beside<'c> {
    /// Gives a hive to compare with.
    #[must_use]
    pub const fn baseline(self, baseline: &'c Case) -> Self {
        Self { baseline: Some(baseline), ..self }
    }

    /// Gives the SOFTWARE hive of the same machine.
    #[must_use]
    pub const fn software(self, software: &'c Case) -> Self {
        Self { software: Some(software), ..self }
    }

    /// Gives event logs and cluster logs of the same machine.
    #[must_use]
    pub const fn logs(self, logs: &'c [LogFile]) -> Self {
        Self { logs, ..self }
    }

    /// Which files were given, in sentences with their digests.
    fn notes(&self, hash: bool) -> Vec<String> {
        let file = |what: &str, file: &EvidenceFile| {
            let digest = hash.then(|| file.sha256()).flatten();
            let digest = digest.map(|digest| format!(" (SHA-256 {digest})")).unwrap_or_default();
            format!("{what} {}{digest}", file.path().display())
        };
        let given = |what: &str, case: &Case| file(what, case.evidence().primary());
        let baseline = self.baseline.map(|case| given("the baseline is", case));
        let software = self.software.map(|case| match case.is_text() {
            true => format!("{} is an exported text, which settles no product", case.path()),
            false => given("the SOFTWARE hive is", case),
        });
        let logs = self.logs.iter().map(|log| match log.traces().kind {
            LogKind::Events => file("an event log of the machine is", log.file()),
            LogKind::Lines => file("a cluster log of the machine is", log.file()),
        });
        baseline.into_iter().chain(software).chain(logs).collect()
    }
}

impl Case {
    /// Makes a case of an image.
    #[must_use]
    pub const fn of(image: Image) -> Self {
        Self { image, mount: None, text: None }
    }

    /// Says which key of the machine is the root of the hive.
    #[must_use]
    pub fn mounted_at(self, mount: Mount) -> Self {
        Self { mount: Some(mount), ..self }
    }

    pub(crate) fn with_text(self, text: Text) -> Self {
        Self { text: Some(text), ..self }
    }

    /// The evidence: the files, their bytes, their digests.
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
        let system = match &self.mount {
            Some(mount) => System::mounted(self.hive(), mount),
            None => System::new(self.hive()),
        };
        match &self.text {
            Some(text) => system.holding(&text.exported).lacking(Lacks::REG_TEXT),
            None => system,
        }
    }

    /// The hive as the SOFTWARE hive of a machine. Of an exported text, what it doesn't hold whole can't be told.
    #[must_use]
    pub fn software(&self) -> System<'_> {
        let Some(text) = &self.text else { return System::of_software(self.hive()) };
        let system = match &text.software {
            Some(SoftwareText { mount, exported }) => {
                System::mounted(self.hive(), mount).holding(exported)
            }
            None => System::of_software(self.hive()).holding(&[]),
        };
        system.lacking(Lacks::REG_TEXT)
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
        // A digest reads the whole file: it is not even begun where nobody wants it.
        let digest = hash.then(|| self.evidence().primary().sha256()).flatten();
        let mut info = HiveInfo::of_system(&self.system(), self.path(), digest);
        let recovery = self.image.recovery();
        info.dirty = recovery.was_dirty;
        info.recovery = recovery.state.to_string();
        info.computer = self.computer();
        info.files = self.files(hash);
        info.notes = self.recovery_note().into_iter().chain(self.notes()).collect();
        info
    }

    /// The computer's name in the current control set.
    fn computer(&self) -> Option<String> {
        let system = self.system();
        let selection = system.select(Selector::Current).ok()?;
        let name = system.computer_name(selection.sets.first()?).found()?.name().ok()?;
        Some(name.chars().take(LONGEST_COMPUTER_NAME).collect())
    }

    /// The same of a SOFTWARE hive.
    fn software_info(&self, hash: bool) -> HiveInfo {
        let mut info = self.hive_info(hash);
        info.mounted_at = Some(self.software().mount().to_string());
        info.computer = None;
        info
    }

    /// Whether this is certainly a hive of another part of the registry, as SOFTWARE or a user's: its root and every name
    /// below that can be read, and they are neither SYSTEM's nor those of a part of it that is known.
    #[must_use]
    pub fn is_of_another_part(&self) -> bool {
        let told = self.mount.is_none() && self.text.is_none() && self.hive().root().is_ok();
        told && self.system().looks_like().is_none()
    }

    /// Whether the hive was made from a registry export in text form.
    #[must_use]
    pub const fn is_text(&self) -> bool {
        self.text.is_some()
    }

    /// Whether the hive is a sample of this project's own, not evidence of anything.
    #[must_use]
    pub fn is_sample(&self) -> bool {
        self.hive().base_block().file_name().starts_with(SAMPLE_MARK)
    }

    /// Evaluates rules: a verdict for each rule and control set, in that order.
    #[must_use]
    pub fn check(&self, rules: &RuleSet, options: &CheckOptions) -> Vec<Verdict> {
        self.check_beside(rules, options, &Beside::default())
    }

    /// Evaluates rules that may look at other hives, and at logs, too.
    #[must_use]
    pub fn check_beside(
        &self,
        rules: &RuleSet,
        options: &CheckOptions,
        beside: &Beside<'_>,
    ) -> Vec<Verdict> {
        let system = self.system();
        let info = self.hive_info(options.hash);
        let places = |offset| self.place(offset);
        let mut target = Target::new(system, &info).places(&places);
        if let Some(baseline) = beside.baseline {
            target = target.baseline(baseline.system());
        }
        let path = beside.software.map(Self::path).unwrap_or_default();
        let software_places =
            |offset| beside.software.map(|it| it.place(offset)).unwrap_or_default();
        if let Some(software) = beside.software {
            let software = Software::new(software.software(), &path).places(&software_places);
            target = target.software(software);
        }
        let logs: Vec<_> = beside.logs.iter().map(LogFile::traces).collect();
        let target = target.traces(&logs);
        let mut verdicts = target.check_all(rules.iter(), &options.context);
        let given = beside.notes(options.hash);
        let software = beside.software.map(|case| Box::new(case.software_info(options.hash)));
        for verdict in &mut verdicts {
            verdict.software.clone_from(&software);
            verdict.notes.extend(info.notes.iter().chain(&given).cloned());
            if self.image.recovery().is_dirty && !verdict.next_steps.is_empty() {
                let step = "Get the hive's transaction logs (SYSTEM.LOG, SYSTEM.LOG1, SYSTEM.LOG2) from where it was \
                            copied, and check it again with them beside it: this verdict is of the primary file alone.";
                verdict.next_steps.insert(0, step.into());
            }
        }
        if options.read_twice {
            self.read_twice(&mut verdicts, beside.software);
        }
        verdicts
    }

    /// What is to be said of recovery, in a sentence; `None` where the hive is clean and needed none.
    #[must_use]
    pub fn recovery_note(&self) -> Option<String> {
        let recovery = self.image.recovery();
        match recovery.state {
            RecoveryState::Clean | RecoveryState::Made => None,
            RecoveryState::NotAsked if recovery.is_dirty => Some(format!(
                "the hive is dirty ({}), and recovery was not asked for: {NOT_NEWEST}",
                why_dirty(self.hive())
            )),
            _ if recovery.is_dirty => Some(format!("{}; {NOT_NEWEST}", recovery.summary)),
            RecoveryState::NotAsked => None,
            _ => Some(recovery.summary.clone()),
        }
    }

    /// What else is to be said of how the hive was read, in sentences.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        let mut notes = self.image.recovery().notes.clone();
        if let Some(text) = &self.text {
            notes.push(format!(
                "the hive was made from a registry export in text form ({}), which holds neither times nor security \
                 descriptors",
                text.encoding
            ));
            notes.extend(text.notes.iter().cloned());
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
    fn read_twice(&self, verdicts: &mut [Verdict], software: Option<&Self>) {
        use coldhive_witness::NtHiveWitness;

        let witness = NtHiveWitness::new(self.image.bytes());
        let software = software.map(|software| NtHiveWitness::new(software.image.bytes()));
        for verdict in verdicts {
            match &software {
                Some(software) => verdict.confirm_with_software(&witness, software),
                None => verdict.confirm_with(&witness),
            }
        }
    }

    #[cfg(not(feature = "witness"))]
    fn read_twice(&self, _: &mut [Verdict], _: Option<&Self>) {}
}

/// Names of computers have at most 63 characters; what a hive has for one may be as large as itself.
const LONGEST_COMPUTER_NAME: usize = 256;

/// What a dirty hive lacks.
const NOT_NEWEST: &str = "its newest changes may stand only in its transaction logs";

/// Why a hive counts as dirty, in a few words.
fn why_dirty(hive: Hive<'_>) -> String {
    let base = hive.base_block();
    if base.checksum_holds() {
        let (primary, secondary) = (base.primary_sequence(), base.secondary_sequence());
        format!("sequence numbers {primary} and {secondary} differ")
    } else {
        "the checksum of its base block is wrong".into()
    }
}
