//! Differences as lines for people.

use core::fmt;

use crate::ace::Ace;
use crate::ace_type::Role;
use crate::describe::difference::{
    AclDifference, AclForm, ControlChange, Difference, RightsChange, SidState, StoredAce,
};
use crate::describe::line::{is_conditional, outcomes};
use crate::describe::places::Places;
use crate::describe::rights::ObjectKind;
use crate::error::Part;
use crate::mask::AccessMask;

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(owner) = self.owner {
            writeln!(f, "owner: {} -> {}", owner.before, owner.after)?;
        }
        if let Some(group) = self.group {
            writeln!(f, "group: {} -> {}", group.before, group.after)?;
        }
        if let Some(control) = self.control {
            writeln!(f, "control: {control}")?;
        }
        self.dacl.lines(f, Part::Dacl, self.kind)?;
        self.sacl.lines(f, Part::Sacl, self.kind)
    }
}

/// `Everyone (S-1-1-0)`, `none`, or what is wrong with it.
impl fmt::Display for SidState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SidState::Absent => f.write_str("none"),
            SidState::Sid(sid) => f.write_str(&sid.explained()),
            SidState::IllFormed(error) => write!(f, "ill-formed ({error})"),
        }
    }
}

/// `set DACL_PROTECTED; cleared DACL_AUTO_INHERITED`.
impl fmt::Display for ControlChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.set.is_empty() {
            f.write_str("set ")?;
            bitflags::parser::to_writer(&self.set, &mut *f)?;
        }
        if !self.set.is_empty() && !self.cleared.is_empty() {
            f.write_str("; ")?;
        }
        if !self.cleared.is_empty() {
            f.write_str("cleared ")?;
            bitflags::parser::to_writer(&self.cleared, f)?;
        }
        Ok(())
    }
}

/// `absent`, `NULL`, `empty`, `populated`, or what is wrong with it.
impl fmt::Display for AclForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AclForm::Absent => f.write_str("absent"),
            AclForm::Null => f.write_str("NULL"),
            AclForm::Empty => f.write_str("empty"),
            AclForm::Populated => f.write_str("populated"),
            AclForm::IllFormed(error) => write!(f, "ill-formed ({error})"),
        }
    }
}

impl AclDifference {
    fn lines(&self, f: &mut fmt::Formatter<'_>, part: Part, kind: ObjectKind) -> fmt::Result {
        if let Some(form) = self.form {
            let (before, after) = (meaning(form.before, part), meaning(form.after, part));
            writeln!(f, "{part}: {}{before} -> {}{after}", form.before, form.after)?;
        }
        for change in &self.rights {
            for (mask, gained) in [(change.gained, true), (change.lost, false)] {
                if !mask.is_empty() {
                    change.line(f, part, kind, mask, gained)?;
                }
            }
        }
        for (aces, when) in [(&self.before_only, "before"), (&self.after_only, "after")] {
            for ace in aces {
                write!(f, "{part}: ACE {} only {when}: ", ace.index)?;
                ace.line(f, part, kind)?;
                writeln!(f)?;
            }
        }
        let stored = !self.before_only.is_empty() || !self.after_only.is_empty();
        let effect = if self.same_effect { "it decides alike" } else { "it may decide otherwise" };
        match (stored, self.order_changed) {
            (false, true) => writeln!(f, "{part}: the same ACEs in another order; {effect}"),
            (true, true) => writeln!(f, "{part}: the ACEs of both in another order; {effect}"),
            (true, false) if self.same_effect => writeln!(f, "{part}: written otherwise; {effect}"),
            _ => Ok(()),
        }
    }
}

/// What a DACL of this form lets people do, where its ACEs do not tell.
fn meaning(form: AclForm, part: Part) -> &'static str {
    match (part, form) {
        (Part::Dacl, AclForm::Absent | AclForm::Null) => " (everyone may do everything)",
        (Part::Dacl, AclForm::Empty) => " (nobody is allowed anything)",
        _ => "",
    }
}

impl RightsChange {
    fn line(
        &self,
        f: &mut fmt::Formatter<'_>,
        part: Part,
        kind: ObjectKind,
        mask: AccessMask,
        gained: bool,
    ) -> fmt::Result {
        let when = if gained { "newly" } else { "no longer" };
        let who = self.sid.explained();
        match self.ace_type.role() {
            Role::Allow | Role::MayAllow => write!(f, "{part}: {when} allowed to {who}")?,
            Role::Deny | Role::MayDeny => write!(f, "{part}: {when} denied to {who}")?,
            Role::None | Role::Unknown => {
                write!(f, "{part}: {when} audited, {} by {who}", outcomes(self.audited))?;
            }
        }
        write!(f, ": {}", kind.words(mask))?;
        if is_conditional(self.ace_type) {
            f.write_str(", if a condition holds")?;
        }
        if let Some(guid) = self.objects.object {
            write!(f, ", for the class or property {guid}")?;
        }
        if let Some(guid) = self.objects.inherited {
            write!(f, ", inherited by the class {guid}")?;
        }
        // Where an object has no children, there is one place alone, and it needs no word.
        if kind.places() != Places::HERE {
            write!(f, "; {}", self.places.words(kind))?;
        }
        writeln!(f)
    }
}

impl StoredAce {
    fn line(&self, f: &mut fmt::Formatter<'_>, part: Part, kind: ObjectKind) -> fmt::Result {
        match (self.error, Ace::read(&self.bytes, part, 0, self.index)) {
            (Some(error), _) | (None, Err(error)) => write!(f, "{error}"),
            (None, Ok(ace)) => write!(f, "{}", ace.line(kind)),
        }
    }
}
