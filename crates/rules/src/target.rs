//! What rules are evaluated over: a system, and where its bytes come from.

use std::fmt;
use std::sync::Arc;

use coldhive_hive::{CellMap, Remnants};
use coldhive_system::{ControlSet, NoControlSet, Product, Selection, Selector, System};

use crate::evaluate::{self, Context, Evaluated};
use crate::evidence::HiveName;
use crate::load::Rule;
use crate::model::Scope;
use crate::session::Session;
use crate::trace::TraceLog;
use crate::verdict::{HiveInfo, Verdict};

/// Where a byte of a hive stands in the files that it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Place {
    /// The file: the hive's own, or the transaction log that the byte was recovered from.
    pub file: String,
    /// Where in that file, in bytes; `None` where no file holds the byte.
    pub offset: Option<u64>,
    /// The sequence number of the log entry that it was recovered from.
    pub log_entry: Option<u32>,
    /// The line of the text that it was made from.
    pub line: Option<u32>,
}

/// Tells where a byte of the image stands in the files, by its offset in the image.
pub type Places<'p> = dyn Fn(u64) -> Place + 'p;

/// The SOFTWARE hive of the same machine, for rules that look into it: what it means, what reports call it, and where its
/// bytes come from.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_rules::{Context, HiveInfo, Outcome, RuleSet, Software, Target};
/// use coldhive_system::System;
///
/// let file = build(&samples::cluster_sound())?;
/// let mut root = KeySpec::new("$$$PROTO.HIV");
/// root.at("Microsoft\\Rpc\\Internet").set_value(ValueSpec::multi_sz("Ports", &["4000 - 4010"]));
/// let beside = build(&HiveSpec::new(Version::V1_3, root))?;
///
/// let system = System::new(Hive::parse(&file)?);
/// let info = HiveInfo::of(system.hive(), "SYSTEM", None);
/// let software = Software::new(System::of_software(Hive::parse(&beside)?), "SOFTWARE");
/// let rules = RuleSet::built_in()?;
/// let rule = rules.get("Q246784").ok_or("no such rule")?;
/// let verdict = Target::new(system, &info).software(software).check(rule, &Context::default()).remove(0);
/// assert_eq!(verdict.outcome, Outcome::Fail);
/// assert_eq!(verdict.checks[0].evidence[0].file, "SOFTWARE");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Software<'t> {
    system: System<'t>,
    path: &'t str,
    places: Option<&'t Places<'t>>,
}

impl<'t> Software<'t> {
    /// A hive that is one file as it is, by its path for reports. It is read with [`System::of_software`].
    #[must_use]
    pub const fn new(system: System<'t>, path: &'t str) -> Self {
        Self { system, path, places: None }
    }

    /// Says where the bytes stand, for a hive that was put together from several files.
    #[must_use]
    pub const fn places(self, places: &'t Places<'t>) -> Self {
        Self { places: Some(places), ..self }
    }
}

impl fmt::Debug for Software<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Software").field("path", &self.path).finish_non_exhaustive()
    }
}

/// One of the hives that are evaluated over, and where its bytes come from.
#[derive(Clone, Copy)]
pub(crate) struct Source<'t> {
    pub(crate) hive: HiveName,
    pub(crate) system: System<'t>,
    /// What reports call it.
    pub(crate) path: &'t str,
    places: Option<&'t Places<'t>>,
}

impl Source<'_> {
    /// Where the byte at an offset of the image stands.
    pub(crate) fn place(&self, offset: u64) -> Place {
        match self.places {
            Some(places) => places(offset),
            None => Place { file: self.path.to_owned(), offset: Some(offset), ..Place::default() },
        }
    }
}

/// A hive to evaluate rules over: what it means, what reports call it, and where its bytes come from.
///
/// ```
/// use coldhive_forge::{build, samples};
/// use coldhive_hive::Hive;
/// use coldhive_rules::{Context, HiveInfo, Place, RuleSet, Target};
/// use coldhive_system::System;
///
/// let file = build(&samples::cluster_broken())?;
/// let system = System::new(Hive::parse(&file)?);
/// let info = HiveInfo::of(system.hive(), "SYSTEM", None);
/// // These bytes are said to come from the fifth entry of a log.
/// let places =
///     |offset| Place { file: "SYSTEM.LOG1".into(), offset: Some(offset + 512), log_entry: Some(5), line: None };
/// let rules = RuleSet::built_in()?;
/// let rule = rules.get("Q262832").ok_or("no such rule")?;
/// let verdict = Target::new(system, &info).places(&places).check(rule, &Context::default()).remove(0);
/// assert_eq!(verdict.checks[0].evidence[0].log_entry, Some(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy)]
pub struct Target<'t, 'i> {
    pub(crate) system: System<'i>,
    pub(crate) info: &'t HiveInfo,
    places: Option<&'t Places<'t>>,
    remnants: Option<&'t Remnants<'t>>,
    baseline: Option<System<'t>>,
    software: Option<Software<'t>>,
    logs: &'t [&'t TraceLog],
    session: Option<&'t Session<'i>>,
}

impl<'t, 'i> Target<'t, 'i> {
    /// A hive that is one file as it is: its bytes stand where they are read.
    #[must_use]
    pub const fn new(system: System<'i>, info: &'t HiveInfo) -> Self {
        let (places, remnants) = (None, None);
        let (baseline, software) = (None, None);
        Self { system, info, places, remnants, baseline, software, logs: &[], session: None }
    }

    /// Says where the bytes stand, for a hive that was put together from several files.
    #[must_use]
    pub const fn places(self, places: &'t Places<'t>) -> Self {
        Self { places: Some(places), ..self }
    }

    /// Gives a second hive that rules may compare this one with: one of a machine that is known to be well.
    #[must_use]
    pub const fn baseline(self, baseline: System<'t>) -> Self {
        Self { baseline: Some(baseline), ..self }
    }

    /// Gives the SOFTWARE hive of the same machine, which names its Windows, and which rules may look into.
    #[must_use]
    pub const fn software(self, software: Software<'t>) -> Self {
        Self { software: Some(software), ..self }
    }

    /// Gives logs of the same machine, in which the signs of rules are looked for.
    #[must_use]
    pub const fn traces(self, logs: &'t [&'t TraceLog]) -> Self {
        Self { logs, ..self }
    }

    /// Shares what is looked up with other evaluations over the same hive.
    #[must_use]
    pub const fn sharing(self, session: &'t Session<'i>) -> Self {
        Self { session: Some(session), ..self }
    }

    /// The hive as a SYSTEM hive.
    #[must_use]
    pub const fn system(&self) -> System<'i> {
        self.system
    }

    /// Evaluates a rule for the control sets that the context selects: a verdict for each, or one that says
    /// why there is none.
    #[must_use]
    pub fn check(&self, rule: &Rule, context: &Context) -> Vec<Verdict> {
        self.check_all([rule], context)
    }

    /// Evaluates rules, in their order. What was deleted is searched for once for all of them, and only if a rule or
    /// the context asks for it, or a check doesn't hold or can't be told.
    #[must_use]
    pub fn check_all<'r>(
        &self,
        rules: impl IntoIterator<Item = &'r Rule>,
        context: &Context,
    ) -> Vec<Verdict> {
        let rules: Vec<_> = rules.into_iter().collect();
        let own = Session::new(self.system);
        let target = Target { session: Some(self.session.unwrap_or(&own)), ..*self };
        let evaluate = |target: &Target<'_, '_>| -> Vec<Evaluated<'r>> {
            let evaluated = rules.iter().flat_map(|rule| evaluate::selected(rule, target, context));
            let mut evaluated: Vec<_> = evaluated.collect();
            target.fill(&mut evaluated, context);
            evaluated
        };
        let evaluated =
            if context.remnants || rules.iter().any(|rule| evaluate::asks_for_remnants(rule)) {
                target.with_remnants(evaluate)
            } else {
                evaluate(&target)
            };
        evaluated.into_iter().map(|evaluated| evaluated.verdict).collect()
    }

    /// Evaluates a rule for one control set.
    #[must_use]
    pub fn check_one(&self, rule: &Rule, set: &ControlSet, context: &Context) -> Verdict {
        let evaluate = |target: &Target<'_, '_>| {
            let is_whole = rule.file().scope == Scope::Hive;
            let verdict = evaluate::one(rule, target, Some(set).filter(|_| !is_whole), context);
            let mut evaluated = Evaluated { rule, set: Some(set.clone()), verdict };
            target.fill(std::slice::from_mut(&mut evaluated), context);
            evaluated.verdict
        };
        let own = Session::new(self.system);
        let target = Target { session: Some(self.session.unwrap_or(&own)), ..*self };
        if context.remnants || evaluate::asks_for_remnants(rule) {
            target.with_remnants(evaluate)
        } else {
            evaluate(&target)
        }
    }

    /// Fills in what was deleted where a verdict leaves something to be explained.
    fn fill(&self, evaluated: &mut [Evaluated<'_>], context: &Context) {
        if !evaluated.iter().any(|evaluated| evaluated.is_open(context)) {
            return;
        }
        self.with_remnants(|target| {
            for evaluated in evaluated.iter_mut().filter(|evaluated| evaluated.is_open(context)) {
                evaluate::fill_remnants(evaluated, target, context);
            }
        });
    }

    /// Does something with what was deleted at hand: searching for it reads the whole hive.
    fn with_remnants<T>(&self, act: impl FnOnce(&Target<'_, '_>) -> T) -> T {
        // In a hive made from a text, what is left over was never anything.
        if self.system.lacks().records || self.remnants.is_some() {
            return act(self);
        }
        let hive = self.system.hive();
        let map = CellMap::of(hive);
        let remnants = Remnants::of(hive, &map);
        act(&Target { remnants: Some(&remnants), ..*self })
    }

    /// The control sets that a selector chooses.
    pub(crate) fn select(&self, selector: Selector) -> Arc<Result<Selection, NoControlSet>> {
        self.known(|session| session.select(selector), |system| system.select(selector))
    }

    /// What `Select` makes of a control set.
    pub(crate) fn roles(&self, set: &ControlSet) -> Arc<Vec<&'static str>> {
        self.known(|session| session.roles(set), |system| system.roles(set))
    }

    /// All control sets that can be seen.
    pub(crate) fn control_sets(&self) -> Arc<Vec<ControlSet>> {
        self.known(Session::control_sets, System::control_sets)
    }

    /// The product of a control set, as the hive itself tells it.
    pub(crate) fn product(&self, set: &ControlSet) -> Arc<Product> {
        self.known(|session| session.product(set), |system| system.product(set))
    }

    /// What the session knows or finds; what the system tells where there is none.
    fn known<T>(
        &self,
        shared: impl FnOnce(&Session<'i>) -> Arc<T>,
        alone: impl FnOnce(&System<'i>) -> T,
    ) -> Arc<T> {
        self.session.map_or_else(|| Arc::new(alone(&self.system)), shared)
    }

    /// What was deleted, if it was searched for.
    pub(crate) const fn remnants(&self) -> Option<&'t Remnants<'t>> {
        self.remnants
    }

    /// The hive to compare with, as one that can be evaluated over.
    pub(crate) fn as_baseline(&self) -> Option<Target<'t, 't>> {
        let system = self.baseline?;
        Some(Target {
            system,
            info: self.info,
            places: None,
            remnants: None,
            baseline: None,
            software: None,
            logs: &[],
            session: None,
        })
    }

    /// The SOFTWARE hive of the machine, if it was given.
    pub(crate) fn beside(&self) -> Option<Source<'t>> {
        let Software { system, path, places } = self.software?;
        Some(Source { hive: HiveName::Software, system, path, places })
    }

    /// The SYSTEM hive itself.
    pub(crate) fn main(&self) -> Source<'t> {
        let Self { system, info, places, .. } = *self;
        Source { hive: HiveName::System, system, path: &info.path, places }
    }

    /// The logs of the machine, if any were given.
    pub(crate) const fn logs(&self) -> &'t [&'t TraceLog] {
        self.logs
    }

    /// What is shared with other evaluations.
    pub(crate) const fn session(&self) -> Option<&'t Session<'i>> {
        self.session
    }
}

impl fmt::Debug for Target<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Target").field("info", &self.info).finish_non_exhaustive()
    }
}
