//! The words of the predicate `access`.

use coldhive_security::{AccessMask, DecidedBy, Decision, Effect, Sid, Token, Verdict};

use crate::diagnostic::Spanned;
use crate::evaluate::words::sentence;
use crate::model::{AccessTest, Principal};
use crate::session::Answered;

pub(super) const OWNER_RIGHTS_DEPENDS: &str =
    "an entry for OWNER RIGHTS counts from Windows Vista on, and this may be either";

/// Whether rights are granted, and what decided, in words. `depends` says that it hangs on the age of Windows.
pub(super) fn answered(
    rights: AccessMask,
    granted: Option<bool>,
    depends: bool,
    decisions: &[Decision],
) -> Answered {
    let is_relevant = |decision: &&Decision| match granted {
        Some(true) => true,
        Some(false) => decision.verdict == Verdict::Denied,
        None => decision.verdict != Verdict::Granted,
    };
    let relevant: Vec<_> = decisions.iter().filter(is_relevant).collect();
    let mut why: Vec<_> = relevant.iter().map(|decision| because(decision)).collect();
    if depends {
        why.push(OWNER_RIGHTS_DEPENDS.into());
    }
    let verb = match granted {
        Some(true) => "has",
        Some(false) => "does not have",
        None => "may or may not have",
    };
    Answered {
        granted,
        says: format!("{verb} {}", rights.registry_names()),
        why: why.join("; "),
        aces: relevant.iter().filter_map(|decision| decision.sddl.clone()).collect(),
    }
}

pub(super) fn last_name(path: &str) -> &str {
    path.rsplit('\\').next().filter(|name| !name.is_empty()).unwrap_or("the root key")
}

fn because(decision: &Decision) -> String {
    let rights = decision.bits.registry_names();
    match (&decision.by, &decision.sddl) {
        (DecidedBy::Ace { .. }, Some(sddl)) => match decision.effect {
            Effect::Allows | Effect::Denies => format!("{rights} by {sddl}"),
            // What isn't known is whether the entry is about the principal, or whether its condition holds.
            Effect::MayAllow => format!("{rights} only if {sddl} applies to it"),
            Effect::MayDeny => format!("{rights} unless {sddl} applies to it"),
            Effect::MayAllowOrDeny => format!("{rights} depending on what {sddl} means"),
        },
        (DecidedBy::Ace { index }, None) => format!("{rights} by ACE {index}"),
        (DecidedBy::ImpliedOwner, _) => format!("{rights} as the owner"),
        (DecidedBy::NoDacl, _) => "there is no DACL: everyone may do everything".into(),
        (DecidedBy::NullDacl, _) => "the DACL is NULL: everyone may do everything".into(),
        (DecidedBy::Nothing, _) => format!("no ACE grants {rights}"),
    }
}

pub(super) fn name_of(sid: &Sid) -> String {
    sid.name().map_or_else(|| sid.to_string(), str::to_owned)
}

/// Who is asked about: a parameter by its name, SIDs by theirs.
pub(super) fn principals_text(principals: &[Spanned<Principal>], token: &Token) -> String {
    let names: Vec<_> = principals
        .iter()
        .map(|principal| match &principal.value {
            Principal::Param(name) => {
                let sids: Vec<_> = token.enabled().map(name_of).collect();
                sentence!("{name} ({})", sids.join(", "))
            }
            Principal::Sid(sid) => name_of(sid),
        })
        .collect();
    names.join(", ")
}

pub(super) fn expected(test: &AccessTest, path: &str) -> String {
    let mut parts = Vec::new();
    let who = |principals: &[Spanned<Principal>]| {
        let names = principals.iter().map(|principal| match &principal.value {
            Principal::Param(name) => name.clone(),
            Principal::Sid(sid) => name_of(sid),
        });
        names.collect::<Vec<_>>().join(", ")
    };
    match test.present {
        Some(true) => {
            parts.push(sentence!("the security descriptor of {path} is present and well formed"));
        }
        Some(false) => parts.push(sentence!("{path} has no well-formed security descriptor")),
        None => {}
    }
    if let Some(rights) = test.grants {
        parts.push(sentence!(
            "{} has {} on {path}",
            who(&test.principal),
            rights.0.registry_names()
        ));
    }
    if let Some(rights) = test.lacks {
        parts.push(sentence!(
            "{} has none of {} on {path}",
            who(&test.principal),
            rights.0.registry_names()
        ));
    }
    if let Some(only) = &test.only {
        let names: Vec<_> = only.principals.iter().map(|sid| name_of(&sid.0)).collect();
        parts.push(sentence!(
            "nobody but {} has any of {} on {path}",
            names.join(", "),
            only.rights.0.registry_names()
        ));
    }
    if !test.owner.is_empty() {
        parts.push(sentence!("{path} is owned by {}", who(&test.owner)));
    }
    if !test.dacl.is_empty() {
        let states: Vec<_> = test.dacl.iter().map(|state| state.word()).collect();
        parts.push(sentence!("the DACL of {path} is {}", states.join(" or ")));
    }
    parts.join("; ")
}
