//! Makes self-relative security descriptors.

mod buf;
mod error;
mod layout;
mod spec;

use alloc::vec::Vec;

use crate::control::Control;
use crate::descriptor::{self, SecurityDescriptor};
use crate::error::{DescriptorError, Part};
use crate::sid::Sid;

use layout::Layout;
use spec::AclPart;

pub use buf::SecurityDescriptorBuf;
pub use error::BuildError;
pub use spec::{AceSpec, AclSpec};

/// Control flags that follow from the parts themselves.
const PRESENCE: Control = Control::DACL_PRESENT.union(Control::SACL_PRESENT);

/// Builds a [`SecurityDescriptorBuf`] from its parts, or changes one that was read.
///
/// ```
/// use coldhive_security::{AccessMask, AceSpec, AclSpec, DescriptorBuilder, Sid};
///
/// let dacl = vec![
///     AceSpec::allow(Sid::EVERYONE, AccessMask::KEY_READ),
///     AceSpec::allow(Sid::SYSTEM, AccessMask::KEY_ALL_ACCESS),
/// ];
/// let descriptor = DescriptorBuilder::new()
///     .owner(Sid::ADMINISTRATORS)
///     .group(Sid::SYSTEM)
///     .dacl(AclSpec::Present(dacl))
///     .build()?;
/// assert_eq!(descriptor.as_descriptor().to_sddl()?, "O:BAG:SYD:(A;;KR;;;WD)(A;;KA;;;SY)");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Layout
/// A new descriptor is laid out as Windows does it for SDDL text: header, SACL, DACL, owner, group,
/// without gaps; an ACL has the lowest revision that fits its ACEs. One that was read by
/// [`from_descriptor`](Self::from_descriptor) keeps its layout: the order of the parts, the bytes
/// between and behind them, reserved bytes, and each ACL's revision and slack. Setting a part drops what
/// was kept of that part, and nothing else: it keeps its place, and the parts behind it move. A part that
/// was not there before comes behind the others. [`canonical`](Self::canonical) drops everything.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct DescriptorBuilder {
    owner: Option<Sid>,
    group: Option<Sid>,
    dacl: AclPart,
    sacl: AclPart,
    control: Control,
    /// The byte Sbz1.
    resource_manager: u8,
    layout: Layout,
}

impl DescriptorBuilder {
    /// A descriptor with no part at all.
    pub fn new() -> DescriptorBuilder {
        DescriptorBuilder::default()
    }

    /// Takes over a descriptor that was read, with its layout.
    ///
    /// Unchanged, it is built again byte for byte, and so are the bytes behind its last part: of a
    /// descriptor that was read from a longer buffer, the whole rest. An offset in the header that the
    /// control flags say means nothing is kept as a number.
    ///
    /// ```
    /// use coldhive_security::{DescriptorBuilder, SecurityDescriptor, SecurityDescriptorBuf, Sid};
    ///
    /// let stored: SecurityDescriptorBuf = "O:BAG:SYD:(A;;KR;;;WD)".parse()?;
    /// let builder = DescriptorBuilder::from_descriptor(&stored.as_descriptor())?;
    /// assert_eq!(builder.build()?, stored);
    /// let changed = builder.owner(Sid::SYSTEM).build()?;
    /// assert_eq!(changed.as_descriptor().to_sddl()?, "O:SYG:SYD:(A;;KR;;;WD)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first thing that [`SecurityDescriptor::check`] finds; else [`DescriptorError::Overlap`], when
    /// two parts share bytes, because a change of one of them would change the other. For such a
    /// descriptor there is [`from_contents`](Self::from_contents).
    pub fn from_descriptor(
        descriptor: &SecurityDescriptor<'_>,
    ) -> Result<DescriptorBuilder, DescriptorError> {
        let mut builder = DescriptorBuilder::from_contents(descriptor)?;
        builder.layout = Layout::of(descriptor)?;
        builder.resource_manager = descriptor.resource_manager_control();
        let unused = |part| descriptor.stored_offset(part);
        builder.dacl.keep_frame(&descriptor.dacl()?, unused(Part::Dacl));
        builder.sacl.keep_frame(&descriptor.sacl()?, unused(Part::Sacl));
        Ok(builder)
    }

    /// Takes over what a descriptor says, without its layout.
    ///
    /// # Errors
    /// The first thing that [`SecurityDescriptor::check`] finds.
    pub fn from_contents(
        descriptor: &SecurityDescriptor<'_>,
    ) -> Result<DescriptorBuilder, DescriptorError> {
        let control = descriptor.control();
        let has_bits = control.contains(Control::RM_CONTROL_VALID);
        Ok(DescriptorBuilder {
            owner: descriptor.owner()?,
            group: descriptor.group()?,
            dacl: AclPart::new(AclSpec::from_state(&descriptor.dacl()?)?),
            sacl: AclPart::new(AclSpec::from_state(&descriptor.sacl()?)?),
            control: control.difference(PRESENCE | Control::SELF_RELATIVE),
            resource_manager: if has_bits { descriptor.resource_manager_control() } else { 0 },
            layout: Layout::default(),
        })
    }

    /// Sets the owner; `None` removes it.
    #[must_use]
    pub fn owner(self, owner: impl Into<Option<Sid>>) -> DescriptorBuilder {
        DescriptorBuilder { owner: owner.into(), ..self }
    }

    /// Sets the primary group; `None` removes it.
    #[must_use]
    pub fn group(self, group: impl Into<Option<Sid>>) -> DescriptorBuilder {
        DescriptorBuilder { group: group.into(), ..self }
    }

    /// Sets the DACL.
    #[must_use]
    pub fn dacl(self, dacl: AclSpec) -> DescriptorBuilder {
        DescriptorBuilder { dacl: AclPart::new(dacl), ..self }
    }

    /// Sets the SACL.
    #[must_use]
    pub fn sacl(self, sacl: AclSpec) -> DescriptorBuilder {
        DescriptorBuilder { sacl: AclPart::new(sacl), ..self }
    }

    /// Adds control flags; those for presence and self-relative form are set by themselves.
    #[must_use]
    pub fn control(self, flags: Control) -> DescriptorBuilder {
        DescriptorBuilder { control: self.control | flags, ..self }
    }

    /// Removes control flags; those for presence and self-relative form stay as the parts have them.
    #[must_use]
    pub fn without_control(self, flags: Control) -> DescriptorBuilder {
        DescriptorBuilder { control: self.control.difference(flags), ..self }
    }

    /// Sets the resource manager's byte and the flag that says so; `None` clears both.
    #[must_use]
    pub fn resource_manager_control(self, bits: impl Into<Option<u8>>) -> DescriptorBuilder {
        let bits = bits.into();
        let mut control = self.control;
        control.set(Control::RM_CONTROL_VALID, bits.is_some());
        DescriptorBuilder { control, resource_manager: bits.unwrap_or(0), ..self }
    }

    /// Drops all that says nothing, so that what says the same has the same bytes.
    ///
    /// The parts stand as in a new descriptor; there is no gap, no slack, and nothing behind the last
    /// part or behind the SID of an ACE whose type has no data there. ACLs have the lowest revision that
    /// fits, reserved bytes are zero (the resource manager's byte only where its flag is clear), and so
    /// are offsets of ACLs that are not there. The control flags, the order of ACEs and the data of
    /// conditions, attributes and unknown types are as they were.
    #[must_use]
    pub fn canonical(self) -> DescriptorBuilder {
        let has_bits = self.control.contains(Control::RM_CONTROL_VALID);
        DescriptorBuilder {
            dacl: self.dacl.canonical(),
            sacl: self.sacl.canonical(),
            resource_manager: if has_bits { self.resource_manager } else { 0 },
            layout: Layout::default(),
            ..self
        }
    }

    /// Lays the descriptor out.
    ///
    /// # Errors
    /// When an ACL or an ACE is too large, or an ACE cannot be laid out.
    pub fn build(&self) -> Result<SecurityDescriptorBuf, BuildError> {
        let control = self.control.difference(PRESENCE)
            | Control::SELF_RELATIVE
            | self.dacl.spec.present(Control::DACL_PRESENT)
            | self.sacl.spec.present(Control::SACL_PRESENT);
        let (mut owner, mut group) = (0, 0);
        let (mut sacl, mut dacl) = (self.sacl.unused_offset(), self.dacl.unused_offset());
        let mut parts = Vec::new();
        for (gap, part) in self.layout.places() {
            parts.extend(gap);
            let (offset, bytes) = match part {
                Part::Owner => (&mut owner, self.owner.map(|sid| sid.to_bytes())),
                Part::Group => (&mut group, self.group.map(|sid| sid.to_bytes())),
                Part::Sacl => (&mut sacl, self.sacl.build(part)?),
                Part::Dacl => (&mut dacl, self.dacl.build(part)?),
            };
            let Some(bytes) = bytes else { continue };
            let start = parts.len().saturating_add(descriptor::HEADER);
            let too_far = |_| BuildError::TooFar { part, offset: start };
            *offset = u32::try_from(start).map_err(too_far)?;
            parts.extend(bytes);
        }
        parts.extend(self.layout.tail());
        let mut bytes = Vec::with_capacity(parts.len().saturating_add(descriptor::HEADER));
        bytes.extend([1, self.resource_manager]);
        bytes.extend(control.bits().to_le_bytes());
        bytes.extend([owner, group, sacl, dacl].into_iter().flat_map(u32::to_le_bytes));
        bytes.extend(parts);
        Ok(SecurityDescriptorBuf::of_built(bytes))
    }
}

impl SecurityDescriptor<'_> {
    /// The canonical form, as of [`DescriptorBuilder::canonical`]: equal for what says the same.
    ///
    /// Parts that share bytes are told apart by it, so it exists for every well-formed descriptor.
    ///
    /// ```
    /// use coldhive_security::{SecurityDescriptor, SecurityDescriptorBuf};
    ///
    /// let stored: SecurityDescriptorBuf = "O:BAG:SYD:(A;;KR;;;WD)".parse()?;
    /// let mut longer = stored.as_bytes().to_vec();
    /// longer.extend([0; 12]);
    /// let longer = SecurityDescriptor::parse(&longer)?;
    /// assert_eq!(longer.canonical()?, stored);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`BuildError::Descriptor`] with the first thing that [`check`](Self::check) finds.
    pub fn canonical(&self) -> Result<SecurityDescriptorBuf, BuildError> {
        DescriptorBuilder::from_contents(self)?.canonical().build()
    }
}
