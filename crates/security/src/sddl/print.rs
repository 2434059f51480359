//! Descriptors and ACEs as text, as Windows prints them ([MS-DTYP] 2.5.1).

use alloc::format;
use alloc::string::{String, ToString};

use super::{ACL_FLAGS, NULL_ACL, SddlContext, TextGap};
use crate::ace::Ace;
use crate::ace_type::{AceType, Payload};
use crate::acl::AclState;
use crate::control::Control;
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::guid::Guid;
use crate::sid::Sid;

/// What stands for a part that cannot be read, in lossy text.
const UNREADABLE: &str = "<ill-formed>";

impl SecurityDescriptor<'_> {
    /// The descriptor in SDDL, as Windows prints it: owner, group, DACL, SACL.
    ///
    /// What SDDL has no words for is not in it: slack, the order of the parts, padding behind a SID,
    /// the flags for defaulted parts, the resource manager's byte. An object ACE without object types has
    /// words, but Windows and this crate read an ordinary ACE from them. SIDs of a domain are written out:
    /// [`SddlContext`] gives them their names.
    ///
    /// # Errors
    /// When a part is ill-formed, or with [`DescriptorError::NoTextForm`] when SDDL has no words for an ACE.
    /// Nothing is dropped; [`to_sddl_lossy`](Self::to_sddl_lossy) writes a placeholder instead.
    pub fn to_sddl(&self) -> Result<String, DescriptorError> {
        descriptor(self, &SddlContext::default())
    }

    /// As [`to_sddl`](Self::to_sddl), with placeholders in `<>` for what has no text: for people only.
    ///
    /// ```
    /// # use coldhive_security::SecurityDescriptorBuf;
    /// let stored: SecurityDescriptorBuf = "O:BAD:(A;;KR;;;WD)".parse()?;
    /// let mut bytes = stored.into_bytes();
    /// bytes[28] = 0x77;
    /// let damaged = SecurityDescriptorBuf::from_bytes(bytes)?;
    /// let text = damaged.as_descriptor().to_sddl_lossy();
    /// assert_eq!(text, "O:BAD:(0x77;;;;;;<16 bytes>)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn to_sddl_lossy(&self) -> String {
        descriptor_lossy(self, &SddlContext::default())
    }
}

pub(super) fn descriptor(
    descriptor: &SecurityDescriptor<'_>,
    context: &SddlContext,
) -> Result<String, DescriptorError> {
    write(
        descriptor,
        context,
        |part| part,
        |out, ace| {
            let ace = ace?;
            ace.write(out, context).map_err(|reason| ace.no_text_form(reason))
        },
    )
}

pub(super) fn descriptor_lossy(
    descriptor: &SecurityDescriptor<'_>,
    context: &SddlContext,
) -> String {
    let text = write(
        descriptor,
        context,
        |part| part.or(Ok(Text::Unreadable)),
        |out, ace| {
            match ace {
                Ok(ace) => ace.write_lossy(out, context),
                Err(_) => out.push_str(&format!("({UNREADABLE})")),
            }
            Ok(())
        },
    );
    text.unwrap_or_else(|_| UNREADABLE.to_string())
}

/// A part of a descriptor that is about to be written.
enum Text<'a> {
    Sid(Option<Sid>),
    /// An ACL, and whether it is the SACL.
    Acl(AclState<'a>, bool),
    Unreadable,
}

fn write<'a>(
    descriptor: &'a SecurityDescriptor<'a>,
    context: &SddlContext,
    on_part: impl Fn(Result<Text<'a>, DescriptorError>) -> Result<Text<'a>, DescriptorError>,
    on_ace: impl Fn(&mut String, Result<Ace<'a>, DescriptorError>) -> Result<(), DescriptorError>,
) -> Result<String, DescriptorError> {
    let mut text = String::new();
    let parts = [
        ("O:", descriptor.owner().map(Text::Sid)),
        ("G:", descriptor.group().map(Text::Sid)),
        ("D:", descriptor.dacl().map(|acl| Text::Acl(acl, false))),
        ("S:", descriptor.sacl().map(|acl| Text::Acl(acl, true))),
    ];
    for (prefix, part) in parts {
        match on_part(part)? {
            Text::Sid(None) | Text::Acl(AclState::Absent, _) => {}
            Text::Sid(Some(sid)) => {
                text.push_str(prefix);
                text.push_str(&context.sid_text(&sid));
            }
            Text::Acl(acl, system) => {
                text.push_str(prefix);
                text.push_str(&acl_flags(descriptor.control(), system));
                match acl.acl() {
                    None => text.push_str(NULL_ACL),
                    Some(acl) => {
                        for ace in acl.aces() {
                            on_ace(&mut text, ace)?;
                        }
                    }
                }
            }
            Text::Unreadable => {
                text.push_str(prefix);
                text.push_str(UNREADABLE);
            }
        }
    }
    Ok(text)
}

impl Ace<'_> {
    /// The ACE in SDDL: `(A;CI;KR;;;WD)`.
    ///
    /// # Errors
    /// [`DescriptorError::NoTextForm`] with the reason, when SDDL has no words for it.
    pub fn to_sddl(&self) -> Result<String, DescriptorError> {
        let mut text = String::new();
        let written = self.write(&mut text, &SddlContext::default());
        written.map(|()| text).map_err(|reason| self.no_text_form(reason))
    }

    /// As [`to_sddl`](Self::to_sddl); what has no text is a placeholder such as `<24 bytes>`.
    pub fn to_sddl_lossy(&self) -> String {
        let mut text = String::new();
        self.write_lossy(&mut text, &SddlContext::default());
        text
    }

    fn write(&self, out: &mut String, context: &SddlContext) -> Result<(), TextGap> {
        let letters = self.ace_type().sddl().ok_or(TextGap::Type)?;
        let data = self.data_text(context)?;
        self.write_fields(out, context, letters, data.as_deref());
        Ok(())
    }

    fn write_lossy(&self, out: &mut String, context: &SddlContext) {
        if self.write(out, context).is_err() {
            let number = format!("{:#04x}", self.ace_type().0);
            let data = format!("<{} bytes>", self.data().len());
            self.write_fields(out, context, self.ace_type().sddl().unwrap_or(&number), Some(&data));
        }
    }

    /// The condition or the attribute; an ACE that should have one and holds no byte has none.
    fn data_text(&self, context: &SddlContext) -> Result<Option<String>, TextGap> {
        if self.data().is_empty() {
            return Ok(None);
        }
        match self.ace_type().payload() {
            Payload::None => Ok(None),
            Payload::Condition => {
                let condition = self.condition().transpose().map_err(TextGap::Condition)?;
                condition.map(|condition| condition.to_sddl(context)).transpose()
            }
            Payload::Attribute => {
                let attribute =
                    self.resource_attribute().transpose().map_err(TextGap::Attribute)?;
                attribute.map(|attribute| attribute.to_sddl(context)).transpose()
            }
        }
    }

    fn write_fields(
        &self,
        out: &mut String,
        context: &SddlContext,
        ace_type: &str,
        data: Option<&str>,
    ) {
        let flags: String = self.flags().letters(self.ace_type()).collect();
        let rights = match self.mask() {
            None => String::new(),
            Some(mask) if self.ace_type() == AceType::SYSTEM_MANDATORY_LABEL => mask.sddl_label(),
            Some(mask) => mask.sddl(),
        };
        let objects = self.object_types().unwrap_or_default();
        let guid = |guid: Option<Guid>| guid.map(|guid| guid.to_string()).unwrap_or_default();
        let (object, inherited) = (guid(objects.object), guid(objects.inherited));
        let sid = self.sid().map(|sid| context.sid_text(&sid)).unwrap_or_default();
        let fields = [ace_type, &flags, &rights, &object, &inherited, &sid];
        out.push('(');
        for (place, field) in fields.into_iter().chain(data).enumerate() {
            out.push_str(if place == 0 { "" } else { ";" });
            out.push_str(field);
        }
        out.push(')');
    }

    fn no_text_form(&self, reason: TextGap) -> DescriptorError {
        let (acl, offset, index) = (self.acl(), self.offset(), self.index());
        DescriptorError::NoTextForm { acl, offset, index, ace_type: self.ace_type(), reason }
    }
}

fn acl_flags(control: Control, system: bool) -> String {
    ACL_FLAGS
        .iter()
        .filter(|(_, dacl, sacl)| control.contains(if system { *sacl } else { *dacl }))
        .map(|(letters, _, _)| *letters)
        .collect()
}
