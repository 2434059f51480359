//! What SDDL text can't say by itself: which domain its names are relative to.

use alloc::string::{String, ToString};

use super::{SddlError, parse, print};
use crate::builder::SecurityDescriptorBuf;
use crate::describe::domain;
use crate::descriptor::SecurityDescriptor;
use crate::error::DescriptorError;
use crate::sid::{self, Sid, SidTextError};

/// How SDDL is read and written.
///
/// Names such as `DA` (Domain Admins) and `LA` (the Administrator of the computer) are relative to a domain
/// or a computer. Windows asks the machine that it runs on; here the caller says which one is meant, or
/// such names are errors.
///
/// ```
/// use coldhive_security::{SddlContext, Sid};
///
/// let context = SddlContext::with_domain("S-1-5-21-1-2-3".parse()?);
/// let descriptor = context.parse("O:DAD:(A;;KR;;;DU)")?;
/// let owner: Sid = "S-1-5-21-1-2-3-512".parse()?;
/// assert_eq!(descriptor.as_descriptor().owner()?, Some(owner));
/// assert_eq!(context.print(&descriptor.as_descriptor())?, "O:DAD:(A;;KR;;;DU)");
/// let elsewhere = descriptor.as_descriptor().to_sddl()?;
/// assert_eq!(elsewhere, "O:S-1-5-21-1-2-3-512D:(A;;KR;;;S-1-5-21-1-2-3-513)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SddlContext {
    domain: Option<Sid>,
}

impl SddlContext {
    /// Names are relative to this domain or computer: a SID such as `S-1-5-21-1-2-3`.
    pub fn with_domain(domain: Sid) -> SddlContext {
        SddlContext { domain: Some(domain) }
    }

    /// The domain or computer that names are relative to.
    pub fn domain(&self) -> Option<Sid> {
        self.domain
    }

    /// Reads SDDL text, as `str::parse` does.
    ///
    /// # Errors
    /// With the place in the text and what is wrong there.
    pub fn parse(&self, text: &str) -> Result<SecurityDescriptorBuf, SddlError> {
        parse::descriptor(text, self)
    }

    /// Writes SDDL text, as [`SecurityDescriptor::to_sddl`] does.
    ///
    /// # Errors
    /// As [`SecurityDescriptor::to_sddl`].
    pub fn print(&self, descriptor: &SecurityDescriptor<'_>) -> Result<String, DescriptorError> {
        print::descriptor(descriptor, self)
    }

    /// Writes SDDL text, as [`SecurityDescriptor::to_sddl_lossy`] does.
    pub fn print_lossy(&self, descriptor: &SecurityDescriptor<'_>) -> String {
        print::descriptor_lossy(descriptor, self)
    }

    /// The SID of this text: `S-1-...`, or two letters.
    ///
    /// # Errors
    /// When it is neither, or two letters that need a domain where none is known.
    pub fn sid(&self, text: &str) -> Result<Sid, SidTextError> {
        self.resolve(text, text.parse())
    }

    /// As [`sid`](Self::sid), with what Windows takes in a descriptor's text alone.
    pub(crate) fn sid_in_descriptor(&self, text: &str) -> Result<Sid, SidTextError> {
        self.resolve(text, sid::in_descriptor(text))
    }

    fn resolve(&self, text: &str, read: Result<Sid, SidTextError>) -> Result<Sid, SidTextError> {
        match (read, self.domain) {
            (Err(SidTextError::DomainRelative), Some(domain)) => {
                let rid = domain::rid_of_alias(text).ok_or(SidTextError::UnknownAlias)?;
                domain.child(rid).ok_or(SidTextError::TooManySubAuthorities { position: 0 })
            }
            (read, _) => read,
        }
    }

    /// The SID as SDDL writes it: two letters where there are any, else `S-1-...`.
    pub fn sid_text(&self, sid: &Sid) -> String {
        let relative = || {
            let (domain, rid) = sid.parent()?;
            domain::domain_alias(rid).filter(|_| self.domain == Some(domain))
        };
        match sid.alias().or_else(relative) {
            Some(alias) => alias.to_string(),
            None => sid.to_string(),
        }
    }
}
