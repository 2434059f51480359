//! Who may do what with a service: the descriptor of the service itself, not of its key.

use coldhive_security::{DescriptorError, SecurityDescriptor};

use crate::locate::Held;
use crate::view::view;

/// The value `Security` of `Services\<name>\Security`: the security descriptor of the service object (TechNet,
/// "Security\Security").
///
/// The Service Control Manager asks it who may start, stop or reconfigure the service
/// ([`GenericMapping::SERVICE`](coldhive_security::GenericMapping::SERVICE) has its rights). A service without it gets a
/// default one, which is not in the hive.
///
/// ```
/// use coldhive_forge::{HiveSpec, KeySpec, ValueSpec, Version, build};
/// use coldhive_hive::Hive;
/// use coldhive_security::SecurityDescriptorBuf;
/// use coldhive_system::{Selector, System};
///
/// let bytes = "O:SYG:SYD:(A;;CCLCRPWP;;;BA)".parse::<SecurityDescriptorBuf>()?;
/// let mut root = KeySpec::new("SYSTEM");
/// root.at("ControlSet001\\Services\\Beep\\Security")
///     .set_value(ValueSpec::binary("Security", bytes.as_bytes()));
/// let file = build(&HiveSpec::new(Version::V1_5, root))?;
/// let system = System::new(Hive::parse(&file)?);
/// let set = &system.select(Selector::Current)?.sets[0];
/// let beep = system.service(set, "Beep").found().ok_or("no Beep")?;
/// let security = beep.security().ok().ok_or("no descriptor")?;
/// assert_eq!(security.sddl()?, "O:SYG:SYD:(A;;CCLCRPWP;;;BA)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ServiceSecurity<'i> {
    pub(crate) held: Held<'i>,
    pub(crate) bytes: Vec<u8>,
}

view!(ServiceSecurity);

impl ServiceSecurity<'_> {
    /// The bytes of the value.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The security descriptor of the service.
    ///
    /// # Errors
    /// [`DescriptorError`] if the bytes are none.
    pub fn service_descriptor(&self) -> Result<SecurityDescriptor<'_>, DescriptorError> {
        SecurityDescriptor::parse(&self.bytes)
    }

    /// The security descriptor of the service as SDDL.
    ///
    /// # Errors
    /// [`DescriptorError`] if the bytes are none, or hold what has no text form.
    pub fn sddl(&self) -> Result<String, DescriptorError> {
        self.service_descriptor()?.to_sddl()
    }

    /// What is ill-formed about it; empty if nothing is.
    #[must_use]
    pub fn faults(&self) -> Vec<DescriptorError> {
        match self.service_descriptor() {
            Ok(descriptor) => descriptor.check(),
            Err(error) => vec![error],
        }
    }
}
