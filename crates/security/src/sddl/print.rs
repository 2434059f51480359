//! Descriptors and ACEs as text, as Windows prints them ([MS-DTYP] 2.5.1).

use alloc::format;
use alloc::string::{String, ToString};

use crate::ace::Ace;
use crate::ace_type::{AceType, FLAG_LETTERS};
use crate::acl::AclState;
use crate::control::Control;
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::guid::Guid;
use crate::sddl::{ACL_FLAGS, NULL_ACL};
use crate::sid::Sid;

/// What stands for a part that cannot be read, in lossy text.
const UNREADABLE: &str = "<ill-formed>";

impl SecurityDescriptor<'_> {
    /// The descriptor in SDDL, as Windows prints it: owner, group, DACL, SACL.
    ///
    /// What SDDL has no words for is not in it: slack, the order of the parts, padding behind a SID,
    /// the flags for defaulted parts, the resource manager's byte.
    ///
    /// # Errors
    /// When a part is ill-formed, or with [`DescriptorError::NoTextForm`] when an ACE holds a condition,
    /// an attribute or a filter, or is of an unknown type. Nothing is dropped;
    /// [`to_sddl_lossy`](Self::to_sddl_lossy) writes a placeholder instead.
    pub fn to_sddl(&self) -> Result<String, DescriptorError> {
        self.write(|part| part, |ace| ace.and_then(|ace| ace.to_sddl()))
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
        let text = self.write(
            |part| part.or(Ok(Text::Unreadable)),
            |ace| Ok(ace.map_or_else(|_| format!("({UNREADABLE})"), |ace| ace.to_sddl_lossy())),
        );
        text.unwrap_or_else(|_| UNREADABLE.to_string())
    }

    fn write<'a>(
        &'a self,
        on_part: impl Fn(Result<Text<'a>, DescriptorError>) -> Result<Text<'a>, DescriptorError>,
        on_ace: impl Fn(Result<Ace<'a>, DescriptorError>) -> Result<String, DescriptorError>,
    ) -> Result<String, DescriptorError> {
        let mut text = String::new();
        let parts = [
            ("O:", self.owner().map(Text::Sid)),
            ("G:", self.group().map(Text::Sid)),
            ("D:", self.dacl().map(|acl| Text::Acl(acl, false))),
            ("S:", self.sacl().map(|acl| Text::Acl(acl, true))),
        ];
        for (prefix, part) in parts {
            match on_part(part)? {
                Text::Sid(None) | Text::Acl(AclState::Absent, _) => {}
                Text::Sid(Some(sid)) => {
                    text.push_str(prefix);
                    text.push_str(&sid_text(&sid));
                }
                Text::Acl(acl, system) => {
                    text.push_str(prefix);
                    text.push_str(&acl_flags(self.control(), system));
                    match acl.acl() {
                        None => text.push_str(NULL_ACL),
                        Some(acl) => {
                            for ace in acl.aces() {
                                text.push_str(&on_ace(ace)?);
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
}

/// A part of a descriptor that is about to be written.
enum Text<'a> {
    Sid(Option<Sid>),
    /// An ACL, and whether it is the SACL.
    Acl(AclState<'a>, bool),
    Unreadable,
}

impl Ace<'_> {
    /// The ACE in SDDL: `(A;CI;KR;;;WD)`.
    ///
    /// # Errors
    /// [`DescriptorError::NoTextForm`], when it holds a condition, an attribute or a filter, or is of an
    /// unknown type.
    pub fn to_sddl(&self) -> Result<String, DescriptorError> {
        let (acl, offset, index, ace_type) =
            (self.acl(), self.offset(), self.index(), self.ace_type());
        if ace_type.has_text_form() {
            Ok(self.fields(""))
        } else {
            Err(DescriptorError::NoTextForm { acl, offset, index, ace_type })
        }
    }

    /// As [`to_sddl`](Self::to_sddl); what has no text is a placeholder such as `<24 bytes>`.
    pub fn to_sddl_lossy(&self) -> String {
        self.to_sddl().unwrap_or_else(|_| self.fields(&format!(";<{} bytes>", self.data().len())))
    }

    fn fields(&self, last: &str) -> String {
        let ace_type = match self.ace_type().sddl() {
            Some(letters) => letters.to_string(),
            None => format!("{:#04x}", self.ace_type().0),
        };
        let flags: String = FLAG_LETTERS
            .iter()
            .filter(|(_, flag)| self.flags().contains(*flag))
            .map(|(letters, _)| *letters)
            .collect();
        let rights = match self.mask() {
            None => String::new(),
            Some(mask) if self.ace_type() == AceType::SYSTEM_MANDATORY_LABEL => mask.sddl_label(),
            Some(mask) => mask.sddl(),
        };
        let objects = self.object_types().unwrap_or_default();
        let guid = |guid: Option<Guid>| guid.map(|guid| guid.to_string()).unwrap_or_default();
        let (object, inherited) = (guid(objects.object), guid(objects.inherited));
        let sid = self.sid().map(|sid| sid_text(&sid)).unwrap_or_default();
        format!("({ace_type};{flags};{rights};{object};{inherited};{sid}{last})")
    }
}

fn sid_text(sid: &Sid) -> String {
    match sid.alias() {
        Some(alias) => alias.to_string(),
        None => sid.to_string(),
    }
}

fn acl_flags(control: Control, system: bool) -> String {
    ACL_FLAGS
        .iter()
        .filter(|(_, dacl, sacl)| control.contains(if system { *sacl } else { *dacl }))
        .map(|(letters, _, _)| *letters)
        .collect()
}
