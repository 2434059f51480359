//! One plain line for an ACE.

use core::fmt;

use crate::ace::Ace;
use crate::ace_type::{AceFlags, AceType, Layout, Role};
use crate::describe::places::Places;
use crate::describe::rights::ObjectKind;
use crate::describe::words::label_words;
use crate::error::Part;
use crate::mask::AccessMask;
use crate::sid::Sid;

/// An ACE as a line for people, from [`Ace::line`].
#[derive(Debug, Clone, Copy)]
pub struct AceLine<'a> {
    ace: Ace<'a>,
    kind: ObjectKind,
    text: Option<&'a str>,
}

impl<'a> Ace<'a> {
    /// The ACE as a plain line: what it does, to whom, which rights, where.
    ///
    /// The order is that of the columns of Windows' own dialog: type, principal, access, where it
    /// applies. That it was inherited is told; that it was not, is not, because Windows NT 4.0 does not
    /// mark what is inherited. A condition, an attribute or a filter is told as being there, or in the
    /// words that [`AceLine::with_text`] brings.
    ///
    /// ```
    /// use coldhive_security::{ObjectKind, SecurityDescriptorBuf};
    ///
    /// let stored: SecurityDescriptorBuf = "D:(D;CI;DC;;;BU)(A;CIIOID;KA;;;BA)".parse()?;
    /// let dacl = stored.as_descriptor().dacl()?.acl().ok_or("no DACL")?;
    /// let mut lines = Vec::new();
    /// for ace in dacl.aces() {
    ///     lines.push(ace?.line(ObjectKind::RegistryKey).to_string());
    /// }
    /// assert_eq!(lines, [
    ///     "Deny BUILTIN\\Users (S-1-5-32-545): set values; this key and its subkeys",
    ///     "Allow BUILTIN\\Administrators (S-1-5-32-544): full control; subkeys only; inherited",
    /// ]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn line(&self, kind: ObjectKind) -> AceLine<'a> {
        AceLine { ace: *self, kind, text: None }
    }
}

impl<'a> AceLine<'a> {
    /// The same line with the condition, attribute or filter of the ACE in these words.
    #[must_use]
    pub fn with_text(self, text: &'a str) -> AceLine<'a> {
        AceLine { text: Some(text), ..self }
    }

    fn with_sid(&self, f: &mut fmt::Formatter<'_>, sid: Sid, mask: AccessMask) -> fmt::Result {
        let who = sid.explained();
        let rights = || self.kind.words(mask);
        match self.ace.ace_type() {
            AceType::SYSTEM_MANDATORY_LABEL => {
                match sid.name() {
                    Some(name) => write!(f, "Integrity label {name} ({sid})")?,
                    None => write!(f, "Integrity label {who}")?,
                }
                write!(f, ": {}", label_words(mask))?;
            }
            AceType::SYSTEM_PROCESS_TRUST_LABEL => {
                write!(f, "Trust label {who}: who is below it gets at most {}", rights())?;
            }
            AceType::SYSTEM_RESOURCE_ATTRIBUTE => match self.text {
                Some(text) => write!(f, "Resource attribute {text}")?,
                None => write!(f, "Resource attribute of {} bytes", self.ace.data().len())?,
            },
            AceType::SYSTEM_SCOPED_POLICY_ID => write!(f, "Central access policy {sid}")?,
            AceType::SYSTEM_ACCESS_FILTER => {
                write!(f, "Access filter for {who}: {}", rights())?;
                self.condition(f)?;
            }
            other => {
                match other.role() {
                    Role::Allow | Role::MayAllow => write!(f, "Allow {who}")?,
                    Role::Deny | Role::MayDeny => write!(f, "Deny {who}")?,
                    Role::None | Role::Unknown => {
                        let verb = if is_alarm(other) { "Alarm on" } else { "Audit" };
                        write!(f, "{verb} {} by {who}", outcomes(self.ace.flags()))?;
                    }
                }
                write!(f, ": {}", rights())?;
                if is_conditional(other) {
                    self.condition(f)?;
                }
                self.objects(f)?;
            }
        }
        Ok(())
    }

    fn condition(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text {
            Some(text) => write!(f, ", if {text}"),
            None => f.write_str(", if a condition holds"),
        }
    }

    fn objects(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = self.ace.object_types().unwrap_or_default();
        if let Some(guid) = objects.object {
            write!(f, ", for the class or property {guid}")?;
        }
        if let Some(guid) = objects.inherited {
            write!(f, ", inherited by the class {guid}")?;
        }
        Ok(())
    }
}

impl fmt::Display for AceLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (ace_type, flags) = (self.ace.ace_type(), self.ace.flags());
        let (Some(sid), Some(mask)) = (self.ace.sid(), self.ace.mask()) else {
            let known = if ace_type.name().is_some() { "understood" } else { "known" };
            let bytes = self.ace.bytes().len();
            return write!(f, "ACE type {ace_type} is not {known}: {bytes} bytes");
        };
        self.with_sid(f, sid, mask)?;
        let places = Places::of(flags);
        match self.kind {
            // Nothing inherits from these, so what counts at the object needs no word.
            ObjectKind::Service | ObjectKind::ServiceManager | ObjectKind::File
                if places.contains(Places::HERE) => {}
            kind => write!(f, "; {}", places.words(kind))?,
        }
        if flags.contains(AceFlags::INHERITED) {
            f.write_str("; inherited")?;
        }
        if flags.contains(AceFlags::CRITICAL) {
            f.write_str("; critical")?;
        }
        let belongs = match ace_type.role() {
            Role::Allow | Role::Deny | Role::MayAllow | Role::MayDeny => Part::Dacl,
            Role::None | Role::Unknown => Part::Sacl,
        };
        if belongs != self.ace.acl() {
            write!(f, "; without effect in a {}", self.ace.acl())?;
        }
        Ok(())
    }
}

/// Which outcomes an audit ACE is about.
pub(crate) fn outcomes(flags: AceFlags) -> &'static str {
    let success = flags.contains(AceFlags::SUCCESSFUL_ACCESS);
    match (success, flags.contains(AceFlags::FAILED_ACCESS)) {
        (true, true) => "successes and failures",
        (true, false) => "successes",
        (false, true) => "failures",
        (false, false) => "nothing",
    }
}

fn is_alarm(ace_type: AceType) -> bool {
    matches!(
        ace_type,
        AceType::SYSTEM_ALARM
            | AceType::SYSTEM_ALARM_OBJECT
            | AceType::SYSTEM_ALARM_CALLBACK
            | AceType::SYSTEM_ALARM_CALLBACK_OBJECT
    )
}

/// Whether ACEs of this type hold a condition, or another blob that a callback judges.
pub(crate) fn is_conditional(ace_type: AceType) -> bool {
    // 9 to 0x10 are the eight types ..._CALLBACK (winnt.h).
    (0x9..=0x10).contains(&ace_type.0) && ace_type.layout() != Layout::Opaque
}
