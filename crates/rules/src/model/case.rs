//! Cases: a hive each, and what the rule must say of it.

use std::collections::BTreeMap;

use coldhive_system::Selector;

use super::{HiveSketch, OneOrMany};
use crate::decode::{Cx, Decode, described, words};
use crate::diagnostic::{Code, Diagnostic, Spanned, quoted};
use crate::evaluate::Principals;
use crate::language::{Describe, Described as _, Shape, TextShape};
use crate::truth::Truth;
use crate::verdict::{Applies, Outcome};
use crate::yaml::{Kind, Node};

described! {
    /// A case that proves the rule: a hive, and what the rule must say of it.
    pub struct Case as "a case", example "{ name: no control set, hive: { keys: { Setup: {} } }, outcome: notapplicable }" {
        required {
            /// What it shows, in a few words; unique in the rule.
            name: Spanned<String>,
            /// The hive: described here, or by its name among `hives`.
            hive: Spanned<CaseHive>,
            /// What the rule must say.
            outcome: OutcomeName,
        }
        optional {
            /// The control set to evaluate; where nothing is said, the current one.
            control_set: Option<ControlSetName> = None,
            /// Parameters by name, as `check` takes them.
            params: BTreeMap<String, Spanned<PrincipalsText>> = BTreeMap::new(),
            /// A hive of a machine that is known to be well, to compare with.
            baseline: Option<Spanned<CaseHive>> = None,
            /// The SOFTWARE hive of the same machine.
            software: Option<Spanned<CaseHive>> = None,
            /// Whether to evaluate where the rule doesn't apply.
            assume_applicable: bool = false => "false",
            /// Whether the rule must apply.
            applicability: Option<AppliesName> = None,
            /// What checks and remarks must be, by their ids.
            checks: BTreeMap<String, Spanned<TruthName>> = BTreeMap::new(),
            /// What all checks must be that `checks` doesn't name: one of these. Remarks are not meant.
            others: OneOrMany<TruthName> = OneOrMany::default(),
            /// Differences from other control sets that must be told; an empty list: there must be none.
            differences: Option<Vec<DifferenceSketch>> = None,
            /// Deleted keys and values that must be found; an empty list: there must be none.
            remnants: Option<Vec<RemnantSketch>> = None,
        }
    }
}

/// The hive of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CaseHive {
    /// One that is described elsewhere in the rule, by its name.
    Named(String),
    /// One that is described here.
    Sketch(Box<HiveSketch>),
}

impl Decode for CaseHive {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => {
                HiveSketch::decode(node, cx).map(|sketch| Self::Sketch(Box::new(sketch)))
            }
            _ => cx
                .text_as(node, "a hive, or the name of one")
                .map(|name| Self::Named(name.to_owned())),
        }
    }
}

impl Describe for CaseHive {
    fn shape() -> Shape {
        Shape::Either(vec![String::shape(), Shape::Described(HiveSketch::DESCRIPTION)])
    }
}

described! {
    /// A difference from another control set.
    pub struct DifferenceSketch as "a difference", example "{ key: 'ControlSet001\\Services\\Tcpip', value: Start }" {
        required {
            /// The key in the evaluated control set, from the root of the hive.
            key: String,
        }
        optional {
            /// The value; where nothing is said, the key itself or its security differs.
            value: Option<String> = None,
            /// The other control set; where nothing is said, any.
            control_set: Option<String> = None,
        }
    }
}

described! {
    /// A deleted key or value.
    pub struct RemnantSketch as "a remnant", example "{ key: 'ControlSet001\\Services\\Tcpip' }" {
        required {
            /// The key that was deleted, or whose value was, by its path from the root of the hive; `...` where nothing says
            /// whose value it was.
            key: String,
        }
        optional {
            /// The value; where nothing is said, the key itself was deleted.
            value: Option<String> = None,
        }
    }
}

words! {
    /// What a rule says of a hive (XCCDF's words).
    pub enum OutcomeName as "an outcome" {
        /// All checks hold.
        Pass = "pass",
        /// The fault is there.
        Fail = "fail",
        /// It can't be told.
        Unknown = "unknown",
        /// The evaluation could not run.
        Error = "error",
        /// The rule says nothing about this machine.
        NotApplicable = "notapplicable",
    }
}

impl OutcomeName {
    /// The outcome.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            Self::Pass => Outcome::Pass,
            Self::Fail => Outcome::Fail,
            Self::Unknown => Outcome::Unknown,
            Self::Error => Outcome::Error,
            Self::NotApplicable => Outcome::NotApplicable,
        }
    }
}

words! {
    /// What a check can be.
    pub enum TruthName as "a truth value" {
        /// It holds.
        True = "true",
        /// It doesn't hold.
        False = "false",
        /// It can't be told.
        Unknown = "unknown",
        /// It could not be evaluated.
        Error = "error",
        /// The question makes no sense here.
        NotApplicable = "notapplicable",
        /// It was not asked.
        NotEvaluated = "notevaluated",
    }
}

impl TruthName {
    /// The value.
    #[must_use]
    pub const fn truth(self) -> Truth {
        match self {
            Self::True => Truth::True,
            Self::False => Truth::False,
            Self::Unknown => Truth::Unknown,
            Self::Error => Truth::Error,
            Self::NotApplicable => Truth::NotApplicable,
            Self::NotEvaluated => Truth::NotEvaluated,
        }
    }
}

words! {
    /// Whether a rule applies.
    pub enum AppliesName as "an applicability" {
        /// It does.
        Applicable = "applicable",
        /// It certainly doesn't.
        NotApplicable = "notapplicable",
        /// It can't be told.
        Undetermined = "undetermined",
    }
}

impl AppliesName {
    /// The answer.
    #[must_use]
    pub const fn applies(self) -> Applies {
        match self {
            Self::Applicable => Applies::Applicable,
            Self::NotApplicable => Applies::NotApplicable,
            Self::Undetermined => Applies::Undetermined,
        }
    }
}

/// Which control set a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ControlSetName(pub Selector);

const CONTROL_SET: TextShape = TextShape {
    name: "a control set: current, default, last-known-good, failed or a number",
    docs: "One control set: `current`, `default`, `last-known-good`, `failed` or a number from 1 to 999.",
    examples: &["last-known-good", "2"],
    words: &[],
};

impl Decode for ControlSetName {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let text = match &node.kind {
            Kind::Scalar(scalar) => scalar.text.as_str(),
            _ => cx.text_as(node, CONTROL_SET.name)?,
        };
        // A case has one verdict, so that it is about one control set.
        let found = text.parse().ok().filter(|selector| *selector != Selector::All);
        if found.is_none() {
            let message = format!("{} is not {}", quoted(text), CONTROL_SET.name);
            cx.push(Diagnostic::new(Code::UNKNOWN_WORD, message).at(node.span, ""));
        }
        found.map(Self)
    }
}

impl Describe for ControlSetName {
    fn shape() -> Shape {
        Shape::Either(vec![Shape::Text(&CONTROL_SET), Shape::Number(1, 999)])
    }
}

/// A principal as `check` takes it for a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalsText(pub Principals);

const PRINCIPALS: TextShape = TextShape {
    name: "SIDs with commas between",
    docs: "SIDs and aliases with commas between, as `check` takes them: `-SID` for one that is certainly lacking, \
        `deny:SID` for one that only denies, `S-1-5-21-*` for those that may be there or not.",
    examples: &["S-1-5-21-1-2-3-1105,BA,WD,AU"],
    words: &[],
};

impl Decode for PrincipalsText {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let parts: OneOrMany<String> = OneOrMany::decode(node, cx)?;
        match parts.join(",").parse() {
            Ok(principals) => Some(Self(principals)),
            Err(why) => {
                let why: crate::evaluate::PrincipalsError = why;
                cx.push(
                    Diagnostic::new(Code::BAD_SID, crate::diagnostic::safe_text(&why.to_string()))
                        .at(node.span, ""),
                );
                None
            }
        }
    }
}

impl Describe for PrincipalsText {
    fn shape() -> Shape {
        Shape::OneOrMany(Box::new(Shape::Text(&PRINCIPALS)))
    }
}
