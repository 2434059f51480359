//! Evaluating a rule: pure and total. Every predicate gets a value on any bytes.

mod access;
mod differences;
mod facts;
mod key;
mod locate;
mod machine;
mod node;
mod principals;
mod remnants;
mod value;
mod words;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use coldhive_security::{Sid, Token};
use coldhive_system::{ControlSet, Located, NoControlSet, Product, Selector, System};

use crate::diagnostic::Spanned;
use crate::evidence::Evidence;
use crate::load::Rule;
use crate::model::{Check, Predicate, Principal};
use crate::target::Target;
use crate::template::Template;
use crate::truth::Truth;
use crate::verdict::{
    Applicability, Applies, CheckResult, HiveInfo, Outcome, RuleInfo, VERDICT_SCHEMA, Verdict,
};
use facts::Recorder;
pub use locate::describe;
use node::Node;
pub use principals::{Principals, PrincipalsError};
pub use words::{list_text, text_of};

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
        self.set.is_some() && !checks.is_empty() && (context.remnants || checks.iter().any(open))
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
    match target.system.select(context.selector) {
        Ok(selection) => selection
            .sets
            .into_iter()
            .map(|set| {
                let mut verdict = one(rule, target, &set, context);
                verdict.notes.extend(selection.notes.iter().cloned());
                Evaluated { rule, set: Some(set), verdict }
            })
            .collect(),
        Err(reason) => {
            let verdict = without_control_set(rule, target, &reason);
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
    let (Some(found), Some(set)) = (target.remnants(), &evaluated.set) else { return };
    let (remnants, note) = Scope::new(evaluated.rule, *target, set, context).remnants(found);
    evaluated.verdict.remnants = remnants;
    evaluated.verdict.notes.extend(note);
}

pub(crate) fn one(
    rule: &Rule,
    target: &Target<'_, '_>,
    set: &ControlSet,
    context: &Context,
) -> Verdict {
    let scope = Scope::new(rule, *target, set, context);
    let mut verdict = blank(rule, target.info);
    verdict.control_set = Some(set.name().to_owned());
    verdict.control_set_roles = target.system.roles(set).into_iter().map(str::to_owned).collect();
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
    verdict.remarks.retain(|remark| !matches!(remark.result, Truth::True | Truth::NotApplicable));
    let (differences, note) = scope.differences();
    verdict.differences = differences;
    verdict.notes.extend(note);
    let steps = &rule.file().next_steps;
    verdict.next_steps = match verdict.outcome {
        Outcome::Pass => steps.pass.clone(),
        Outcome::Fail => steps.fail.clone(),
        Outcome::Unknown | Outcome::Error => steps.unknown.clone(),
        Outcome::NotApplicable => Vec::new(),
    };
    verdict.see_also.clone_from(&rule.file().see_also);
    verdict
}

/// The verdict where no control set could be chosen.
fn without_control_set(rule: &Rule, target: &Target<'_, '_>, reason: &NoControlSet) -> Verdict {
    let mut verdict = blank(rule, target.info);
    verdict.applicability.evidence =
        Recorder(*target).key_evidence(&target.system.locate("Select"));
    let certain = matches!(reason, NoControlSet::None(_));
    if !certain {
        verdict.applicability.value = Applies::Undetermined;
        verdict.outcome = Outcome::Unknown;
    }
    verdict.applicability.reasons.push(reason.to_string());
    verdict
}

fn blank(rule: &Rule, hive: &HiveInfo) -> Verdict {
    Verdict {
        schema: VERDICT_SCHEMA.into(),
        rule: RuleInfo {
            id: rule.id().to_owned(),
            title: rule.file().title.value.clone(),
            description: rule.file().description.value.clone(),
            level: rule.file().level,
            sha256: rule.sha256().map(|digest| digest.to_string()).unwrap_or_default(),
        },
        hive: hive.clone(),
        control_set: None,
        control_set_roles: Vec::new(),
        params: BTreeMap::new(),
        applicability: Applicability {
            value: Applies::NotApplicable,
            reasons: Vec::new(),
            evidence: Vec::new(),
        },
        outcome: Outcome::NotApplicable,
        checks: Vec::new(),
        remarks: Vec::new(),
        differences: Vec::new(),
        remnants: Vec::new(),
        notes: Vec::new(),
        next_steps: Vec::new(),
        see_also: Vec::new(),
        second_reader: None,
    }
}

/// What a predicate is evaluated in: one rule, one control set of one hive.
pub(crate) struct Scope<'i, 'c> {
    rule: &'c Rule,
    target: Target<'c, 'i>,
    set: &'c ControlSet,
    context: &'c Context,
    placeholders: BTreeMap<String, String>,
    product: OnceCell<Product>,
}

impl<'i, 'c> Scope<'i, 'c> {
    fn new(
        rule: &'c Rule,
        target: Target<'c, 'i>,
        set: &'c ControlSet,
        context: &'c Context,
    ) -> Self {
        let placeholders = rule.placeholders(&set.path(""));
        Self { rule, target, set, context, placeholders, product: OnceCell::new() }
    }

    const fn system(&self) -> System<'i> {
        self.target.system
    }

    fn locate(&self, path: &str) -> Located<'i> {
        self.target.system.locate(path)
    }

    const fn recorder(&self) -> Recorder<'c, 'i> {
        Recorder(self.target)
    }

    fn product(&self) -> &Product {
        self.product.get_or_init(|| self.system().product(self.set))
    }

    /// A path with its placeholders filled in. Loading made sure that all of them are known; what is
    /// too long for any key finds none.
    fn path(&self, template: &Template) -> String {
        template.expand(&self.placeholders).unwrap_or_else(|| template.to_string())
    }

    /// The token that a list of principals stands for.
    fn token(&self, principals: &[Spanned<Principal>]) -> Token {
        let mut all = Principals::default();
        for principal in principals {
            match &principal.value {
                Principal::Sid(sid) => all.sids.push(*sid),
                Principal::Param(name) => {
                    let Some(param) = self.rule.file().params.get(name) else { continue };
                    match self.context.params.get(name) {
                        Some(given) => all.extend(given),
                        None => all.sids.extend(param.default.iter().map(|sid| sid.0)),
                    }
                    all.open.extend(param.open.iter().map(|pattern| pattern.0));
                }
            }
        }
        all.token()
    }

    /// The parameters as they were used, each part as a caller writes it.
    fn params(&self) -> BTreeMap<String, Vec<String>> {
        let used = self.rule.file().params.iter().map(|(name, param)| {
            let sids = match self.context.params.get(name) {
                Some(given) => given.parts().collect(),
                None => param.default.iter().map(|sid| sid.0.to_string()).collect(),
            };
            (name.clone(), sids)
        });
        used.collect()
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let given = self
            .context
            .params
            .iter()
            .filter(|(name, _)| self.rule.file().params.contains_key(*name));
        for (name, _) in given.filter(|(_, given)| !given.sids.contains(&Sid::EVERYONE)) {
            notes.push(format!(
                "{name} was declared without Everyone (WD), which every account has"
            ));
        }
        if self.system().hive().base_block().minor() == 6 {
            notes.push(
                "format 1.6 is that of differencing hives too: in one, what is missing here may stand in the hive below it"
                    .into(),
            );
        }
        notes
    }

    fn applicability(&self) -> Applicability {
        let Some(applies) = &self.rule.file().applies else {
            let evidence = self.selection_evidence();
            return Applicability { value: Applies::Applicable, reasons: Vec::new(), evidence };
        };
        let node = self.predicate(applies);
        let value = match node.truth {
            Truth::True => Applies::Applicable,
            Truth::False | Truth::NotApplicable => Applies::NotApplicable,
            Truth::Unknown | Truth::Error | Truth::NotEvaluated => Applies::Undetermined,
        };
        let reasons = node.reasons();
        let mut evidence = self.selection_evidence();
        evidence.extend(node.into_evidence());
        Applicability { value, reasons, evidence }
    }

    /// What the choice of the control set rests on.
    fn selection_evidence(&self) -> Vec<Evidence> {
        match self.context.selector.value_name() {
            Some(name) => self.read_value("Select", name).2,
            None => self.recorder().key_evidence(&self.locate(&self.set.path(""))),
        }
    }

    fn check(&self, check: &Check) -> CheckResult {
        let node = self.predicate(&check.expect);
        CheckResult {
            id: check.id.value.clone(),
            title: check.title.value.clone(),
            origin: check.origin,
            result: node.truth,
            expected: node.expected(),
            found: node.reasons().join("; "),
            evidence: node.into_evidence(),
            remedy: check.remedy.clone(),
        }
    }

    fn predicate(&self, predicate: &Predicate) -> Node {
        let evaluated = |list: &[Spanned<Predicate>]| {
            list.iter().map(|inner| self.predicate(inner)).collect::<Vec<_>>()
        };
        match predicate {
            Predicate::All(list) => Node::combine("and", Truth::all, evaluated(list)),
            Predicate::Any(list) => Node::combine("or", Truth::any, evaluated(list)),
            Predicate::None(list) => Node::combine("nor", Truth::none, evaluated(list)),
            Predicate::One(list) => Node::combine("or else", Truth::one, evaluated(list)),
            Predicate::Not(inner) => Node::combine("not", Truth::none, vec![self.predicate(inner)]),
            Predicate::Key(test) => self.key(test),
            Predicate::Value(test) => self.value(test),
            Predicate::Access(test) => self.access(test),
            Predicate::Product(test) => self.product_test(test),
            Predicate::Service(test) => self.service(test),
        }
    }
}
