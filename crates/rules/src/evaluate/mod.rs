//! Evaluating a rule: pure and total. Every predicate gets a value on any bytes.

mod access;
mod differences;
mod facts;
mod for_each;
mod gather;
mod glob;
mod key;
mod locate;
mod node;
mod principals;
mod product;
mod remnants;
mod same;
mod scope;
mod service;
mod signs;
mod subkeys;
mod text;
mod timeline;
mod value;
mod words;
mod work;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use coldhive_system::{ControlSet, NoControlSet, Selector, System};

use crate::evidence::{Evidence, HiveName};
use crate::load::Rule;
use crate::model::{self, Check};
use crate::target::Target;
use crate::truth::Truth;
use crate::verdict::{
    Applicability, Applies, CheckResult, HiveInfo, Outcome, RuleInfo, VERDICT_SCHEMA, Verdict,
};
use facts::Recorder;
use gather::{Gathered, gather};
pub use locate::describe;
pub use principals::{Principals, PrincipalsError};
use scope::KeyPath;
pub(crate) use scope::Scope;
pub use words::{list_text, text_of};
pub use work::{Cancel, Limits};
use work::{Stopped, Work};

/// What a caller decides about an evaluation.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Values for the rules' parameters, by name.
    pub params: BTreeMap<String, Principals>,
    /// Whether to evaluate where the rule doesn't apply.
    pub assume_applicable: bool,
    /// Which control sets to evaluate.
    pub selector: Selector,
    /// Whether to look for what was deleted although all checks hold. Where one doesn't, it is looked for anyway.
    pub remnants: bool,
    /// Whether to keep the tree of predicates behind each check.
    pub explain: bool,
    /// Whether to keep remarks that hold, which have nothing to say.
    pub all_remarks: bool,
    /// How much may be looked at for one rule.
    pub limits: Limits,
    /// A way to end it from another thread: what was not looked at by then is unknown.
    pub cancel: Cancel,
    /// The ids of rules that are not to be evaluated, whatever their case: their verdicts say so.
    pub deselected: BTreeSet<String>,
}

impl Context {
    fn is_deselected(&self, rule: &Rule) -> bool {
        self.deselected.iter().any(|id| id.eq_ignore_ascii_case(rule.id()))
    }
}

/// A verdict, and what it was evaluated for.
pub(crate) struct Evaluated<'r> {
    pub(crate) rule: &'r Rule,
    pub(crate) set: Option<ControlSet>,
    pub(crate) verdict: Verdict,
}

impl Evaluated<'_> {
    /// Whether what was deleted may explain something here, and is not yet in it.
    pub(crate) fn is_open(&self, context: &Context) -> bool {
        let checks = &self.verdict.checks;
        let open = |check: &CheckResult| matches!(check.result, Truth::False | Truth::Unknown);
        !checks.is_empty()
            && !context.cancel.is_cancelled()
            && (context.remnants || checks.iter().any(open))
    }
}

/// Evaluates a rule for the control sets that the context selects, over a hive that is one file: a verdict for
/// each, or one that says why there is none. [`Target::check`] does it for hives of several files.
#[must_use]
pub fn evaluate_selected(
    rule: &Rule,
    system: System<'_>,
    hive: &HiveInfo,
    context: &Context,
) -> Vec<Verdict> {
    Target::new(system, hive).check(rule, context)
}

/// Evaluates a rule for one control set of a hive that is one file.
#[must_use]
pub fn evaluate(
    rule: &Rule,
    system: System<'_>,
    set: &ControlSet,
    hive: &HiveInfo,
    context: &Context,
) -> Verdict {
    Target::new(system, hive).check_one(rule, set, context)
}

pub(crate) fn selected<'r>(
    rule: &'r Rule,
    target: &Target<'_, '_>,
    context: &Context,
) -> Vec<Evaluated<'r>> {
    if context.is_deselected(rule) {
        let verdict = not_selected(rule, target);
        return vec![Evaluated { rule, set: None, verdict }];
    }
    if rule.file().scope == model::Scope::Hive {
        let verdict = one(rule, target, None, context);
        return vec![Evaluated { rule, set: None, verdict }];
    }
    match &*target.select(context.selector) {
        Ok(selection) => selection
            .sets
            .iter()
            .map(|set| {
                let mut verdict = one(rule, target, Some(set), context);
                verdict.notes.extend(selection.notes.iter().cloned());
                Evaluated { rule, set: Some(set.clone()), verdict }
            })
            .collect(),
        Err(reason) => {
            let verdict = without_control_set(rule, target, reason);
            vec![Evaluated { rule, set: None, verdict }]
        }
    }
}

/// Whether a rule can only be evaluated after a search for what was deleted.
pub(crate) fn asks_for_remnants(rule: &Rule) -> bool {
    rule.file().predicates().any(|(_, predicate)| remnants::asks(predicate))
}

/// Fills in what was deleted of the keys that the rule looks at.
pub(crate) fn fill_remnants(
    evaluated: &mut Evaluated<'_>,
    target: &Target<'_, '_>,
    context: &Context,
) {
    let Some(found) = target.remnants() else { return };
    let work = Work::new(context.limits, &context.cancel);
    let scope = Scope::new(evaluated.rule, *target, evaluated.set.as_ref(), context, &work);
    let (remnants, note) = scope.remnants(found);
    evaluated.verdict.remnants = remnants;
    evaluated.verdict.notes.extend(note);
}

pub(crate) fn one(
    rule: &Rule,
    target: &Target<'_, '_>,
    set: Option<&ControlSet>,
    context: &Context,
) -> Verdict {
    let work = Work::new(context.limits, &context.cancel);
    let scope = Scope::new(rule, *target, set, context, &work);
    let mut verdict = blank(rule, target.info);
    verdict.control_set = set.map(|set| set.name().to_owned());
    let roles = set.map(|set| target.roles(set)).unwrap_or_default();
    verdict.control_set_roles = roles.iter().map(|role| (*role).to_owned()).collect();
    verdict.params = scope.params();
    verdict.notes = scope.notes();
    verdict.applicability = scope.applicability();
    let applies = verdict.applicability.value;
    if applies == Applies::NotApplicable && !context.assume_applicable {
        return verdict;
    }
    if context.assume_applicable && applies != Applies::Applicable {
        verdict
            .applicability
            .reasons
            .push("evaluated all the same, because the caller asked for it".into());
    }
    verdict.checks = rule.file().checks.iter().map(|check| scope.check(check)).collect();
    verdict.outcome =
        Outcome::of_checks(Truth::all(verdict.checks.iter().map(|check| check.result)));
    verdict.remarks = rule.file().remarks.iter().map(|check| scope.check(check)).collect();
    verdict.remarks.retain(|remark| {
        context.all_remarks || !matches!(remark.result, Truth::True | Truth::NotApplicable)
    });
    let (differences, note) = scope.differences();
    verdict.differences = differences;
    verdict.notes.extend(note);
    if let Some(stopped) = work.stopped() {
        verdict.notes.push(format!("not everything was looked at: {}", stopped.why()));
        if stopped == Stopped::Cancelled {
            // When it came is chance, and a verdict is none.
            verdict.outcome = Outcome::Unknown;
        }
    }
    let steps = &rule.file().next_steps;
    verdict.next_steps = match verdict.outcome {
        Outcome::Pass => steps.pass.clone(),
        Outcome::Fail => steps.fail.clone(),
        Outcome::Unknown | Outcome::Error => steps.unknown.clone(),
        Outcome::NotApplicable | Outcome::NotSelected => Vec::new(),
    };
    verdict.see_also.clone_from(&rule.file().see_also);
    timeline::corroborate(&mut verdict, rule, target, set, context);
    verdict
}

/// The verdict where no control set could be chosen.
fn without_control_set(rule: &Rule, target: &Target<'_, '_>, reason: &NoControlSet) -> Verdict {
    let mut verdict = blank(rule, target.info);
    verdict.applicability.evidence =
        Recorder(target.main()).key_evidence(&target.system.locate("Select"));
    let certain = matches!(reason, NoControlSet::None(_));
    if !certain {
        verdict.applicability.value = Applies::Undetermined;
        verdict.outcome = Outcome::Unknown;
    }
    verdict.applicability.reasons.push(reason.to_string());
    verdict
}

/// The verdict of a rule that the caller doesn't want.
pub(crate) fn not_selected(rule: &Rule, target: &Target<'_, '_>) -> Verdict {
    let mut verdict = blank(rule, target.info);
    verdict.outcome = Outcome::NotSelected;
    verdict.applicability.value = Applies::Undetermined;
    verdict.applicability.reasons.push("the rule was deselected".into());
    verdict
}

fn blank(rule: &Rule, hive: &HiveInfo) -> Verdict {
    Verdict {
        schema: VERDICT_SCHEMA.into(),
        rule: RuleInfo::of(rule),
        hive: hive.clone(),
        software: None,
        control_set: None,
        control_set_roles: Vec::new(),
        params: BTreeMap::new(),
        applicability: Applicability {
            value: Applies::NotApplicable,
            reasons: Vec::new(),
            evidence: Vec::new(),
            tree: None,
        },
        outcome: Outcome::NotApplicable,
        checks: Vec::new(),
        remarks: Vec::new(),
        differences: Vec::new(),
        remnants: Vec::new(),
        signs: Vec::new(),
        logs: Vec::new(),
        timeline: Vec::new(),
        notes: Vec::new(),
        next_steps: Vec::new(),
        see_also: Vec::new(),
        second_reader: None,
    }
}

impl<'c> Scope<'_, 'c> {
    fn applicability(&self) -> Applicability {
        let Some(applies) = &self.rule.file().applies else {
            let evidence = self.selection_evidence();
            return Applicability {
                value: Applies::Applicable,
                reasons: Vec::new(),
                evidence,
                tree: None,
            };
        };
        let node = self.predicate(applies);
        let value = match node.truth {
            Truth::True => Applies::Applicable,
            Truth::False | Truth::NotApplicable => Applies::NotApplicable,
            Truth::Unknown | Truth::Error | Truth::NotEvaluated => Applies::Undetermined,
        };
        let reasons = node.reasons().into_iter().map(Cow::into_owned).collect();
        let Gathered { evidence, left_out, tree } = gather(node, self.context.explain);
        let selection = self.selection_evidence();
        let before = selection.len();
        let tree = tree.map(|tree| Box::new(tree.behind(before)));
        let mut applicability = Applicability { value, reasons, evidence: selection, tree };
        applicability.evidence.extend(evidence);
        applicability.reasons.extend(without_room(left_out));
        applicability
    }

    /// What the choice of the control set rests on.
    fn selection_evidence(&self) -> Vec<Evidence> {
        let root = || self.set.map(|set| set.path("")).unwrap_or_default();
        match self.context.selector.value_name().filter(|_| self.set.is_some()) {
            Some(name) => self.read_value(&KeyPath::system("Select"), name).2,
            None => {
                let located = self.locate(&KeyPath::system(root()));
                self.recorder(HiveName::System).key_evidence(&located)
            }
        }
    }

    fn check(&self, check: &'c Check) -> CheckResult {
        let node = self.predicate(&check.expect);
        let (result, expected) = (node.truth, node.expected());
        let mut found = node.reasons().join("; ");
        let Gathered { evidence, left_out, tree } = gather(node, self.context.explain);
        if let Some(more) = without_room(left_out) {
            found.push_str("; ");
            found.push_str(&more);
        }
        CheckResult {
            id: check.id.value.clone(),
            title: check.title.value.clone(),
            origin: check.origin,
            result,
            expected,
            found,
            evidence,
            remedy: check.remedy.clone(),
            tree: tree.map(Box::new),
        }
    }
}

/// What to say of evidence that there was no room for.
fn without_room(left_out: usize) -> Option<String> {
    (left_out > 0).then(|| format!("{left_out} more records are not listed"))
}
