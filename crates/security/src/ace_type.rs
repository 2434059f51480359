//! What kind an ACE is of, and its flags ([MS-DTYP] 2.4.4.1).

use core::fmt;

use bitflags::bitflags;

/// The type byte of an ACE; any value is kept.
///
/// ```
/// use coldhive_security::AceType;
///
/// assert_eq!(AceType::ACCESS_DENIED.sddl(), Some("D"));
/// assert_eq!(AceType::ACCESS_DENIED.to_string(), "ACCESS_DENIED");
/// assert_eq!(AceType(0x77).to_string(), "0x77");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(transparent))]
pub struct AceType(pub u8);

/// Which fields follow the header of an ACE.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Mask, SID, application data.
    Simple,
    /// Mask, flags, up to two GUIDs, SID, application data.
    Object,
    /// Not documented, or not known.
    Opaque,
}

/// What an ACE in a DACL does to an access check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Allows its mask to its trustee.
    Allow,
    /// Denies its mask to its trustee.
    Deny,
    /// Allows, if a condition holds or the object's class fits.
    MayAllow,
    /// Denies, if a condition holds or the object's class fits.
    MayDeny,
    /// Belongs into a SACL and is passed over in a DACL.
    None,
    /// Not known.
    Unknown,
}

macro_rules! ace_types {
    ($($value:literal $name:ident $sddl:expr, $layout:ident, $role:ident;)*) => {
        impl AceType {
            $(
                #[doc = concat!("`", stringify!($name), "_ACE_TYPE`, ", stringify!($value), ".")]
                pub const $name: AceType = AceType($value);
            )*

            /// The name in winnt.h without `_ACE_TYPE`; `None` for a type without one.
            pub fn name(self) -> Option<&'static str> {
                match self { $(AceType::$name => Some(stringify!($name)),)* _ => None }
            }

            /// The letters of the type in SDDL, if it has any.
            pub fn sddl(self) -> Option<&'static str> {
                match self { $(AceType::$name => $sddl,)* _ => None }
            }

            /// The type of these letters, in either case.
            pub(crate) fn from_letters(letters: &str) -> Option<AceType> {
                [$(AceType::$name),*].into_iter()
                    .find(|known| known.sddl().is_some_and(|own| own.eq_ignore_ascii_case(letters)))
            }

            pub(crate) fn layout(self) -> Layout {
                match self { $(AceType::$name => Layout::$layout,)* _ => Layout::Opaque }
            }

            pub(crate) fn role(self) -> Role {
                match self { $(AceType::$name => Role::$role,)* _ => Role::Unknown }
            }
        }
    };
}

ace_types! {
    0x00 ACCESS_ALLOWED Some("A"), Simple, Allow;
    0x01 ACCESS_DENIED Some("D"), Simple, Deny;
    0x02 SYSTEM_AUDIT Some("AU"), Simple, None;
    0x03 SYSTEM_ALARM Some("AL"), Simple, None;
    0x04 ACCESS_ALLOWED_COMPOUND None, Opaque, Unknown;
    0x05 ACCESS_ALLOWED_OBJECT Some("OA"), Object, MayAllow;
    0x06 ACCESS_DENIED_OBJECT Some("OD"), Object, MayDeny;
    0x07 SYSTEM_AUDIT_OBJECT Some("OU"), Object, None;
    0x08 SYSTEM_ALARM_OBJECT Some("OL"), Object, None;
    0x09 ACCESS_ALLOWED_CALLBACK Some("XA"), Simple, MayAllow;
    0x0A ACCESS_DENIED_CALLBACK Some("XD"), Simple, MayDeny;
    0x0B ACCESS_ALLOWED_CALLBACK_OBJECT Some("ZA"), Object, MayAllow;
    0x0C ACCESS_DENIED_CALLBACK_OBJECT None, Object, MayDeny;
    0x0D SYSTEM_AUDIT_CALLBACK Some("XU"), Simple, None;
    0x0E SYSTEM_ALARM_CALLBACK None, Simple, None;
    0x0F SYSTEM_AUDIT_CALLBACK_OBJECT None, Object, None;
    0x10 SYSTEM_ALARM_CALLBACK_OBJECT None, Object, None;
    0x11 SYSTEM_MANDATORY_LABEL Some("ML"), Simple, None;
    0x12 SYSTEM_RESOURCE_ATTRIBUTE Some("RA"), Simple, None;
    0x13 SYSTEM_SCOPED_POLICY_ID Some("SP"), Simple, None;
    0x14 SYSTEM_PROCESS_TRUST_LABEL Some("TL"), Simple, None;
    0x15 SYSTEM_ACCESS_FILTER Some("FL"), Simple, None;
}

/// What stands behind the SID of an ACE, as far as SDDL knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Payload {
    /// Nothing that means anything.
    None,
    /// A conditional expression.
    Condition,
    /// A resource attribute.
    Attribute,
}

impl AceType {
    /// Whether ACEs of this type have a place for the GUIDs of object types.
    pub fn has_objects(self) -> bool {
        self.layout() == Layout::Object
    }

    /// The type that Windows gives an ACE whose text has a place for object types, but none there
    /// (Win32 "ACE Strings").
    pub(crate) fn without_objects(self) -> AceType {
        match self {
            AceType::ACCESS_ALLOWED_OBJECT => AceType::ACCESS_ALLOWED,
            AceType::ACCESS_DENIED_OBJECT => AceType::ACCESS_DENIED,
            AceType::SYSTEM_AUDIT_OBJECT => AceType::SYSTEM_AUDIT,
            AceType::SYSTEM_ALARM_OBJECT => AceType::SYSTEM_ALARM,
            AceType::ACCESS_ALLOWED_CALLBACK_OBJECT => AceType::ACCESS_ALLOWED_CALLBACK,
            other => other,
        }
    }

    pub(crate) fn payload(self) -> Payload {
        match self.0 {
            0x09..=0x10 | 0x15 => Payload::Condition,
            0x12 => Payload::Attribute,
            _ => Payload::None,
        }
    }
}

/// The name, or the number in hexadecimal.
impl fmt::Display for AceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "{:#04x}", self.0),
        }
    }
}

impl fmt::Debug for AceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

bitflags! {
    /// The flags of an ACE: how children inherit it, and what an audit reports.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
    pub struct AceFlags: u8 {
        /// OI: children that hold nothing inherit it; keys have none of these.
        const OBJECT_INHERIT = 0x01;
        /// CI: children that hold others, such as subkeys, inherit it.
        const CONTAINER_INHERIT = 0x02;
        /// NP: children inherit it without their own children inheriting it.
        const NO_PROPAGATE_INHERIT = 0x04;
        /// IO: it applies to children only, not to the object itself.
        const INHERIT_ONLY = 0x08;
        /// ID: it was inherited.
        const INHERITED = 0x10;
        /// CR: it must not be removed while the object is shared (Windows 8 and later).
        const CRITICAL = 0x20;
        /// SA: granted access is audited.
        const SUCCESSFUL_ACCESS = 0x40;
        /// FA: refused access is audited.
        const FAILED_ACCESS = 0x80;

        const _ = !0;
    }
}

/// Two letters a flag, in the order in which Windows prints them.
const FLAG_LETTERS: [(&str, AceFlags); 8] = [
    ("OI", AceFlags::OBJECT_INHERIT),
    ("CI", AceFlags::CONTAINER_INHERIT),
    ("NP", AceFlags::NO_PROPAGATE_INHERIT),
    ("IO", AceFlags::INHERIT_ONLY),
    ("ID", AceFlags::INHERITED),
    ("CR", AceFlags::CRITICAL),
    ("SA", AceFlags::SUCCESSFUL_ACCESS),
    ("FA", AceFlags::FAILED_ACCESS),
];

/// What access filters call the bit of `SA` (sddl.h, SDDL_TRUST_PROTECTED_FILTER).
const TRUST_PROTECTED_FILTER: &str = "TP";

impl AceFlags {
    /// The flag of these two letters, in either case.
    pub(crate) fn from_letters(letters: &str) -> Option<AceFlags> {
        if letters.eq_ignore_ascii_case(TRUST_PROTECTED_FILTER) {
            return Some(AceFlags::SUCCESSFUL_ACCESS);
        }
        let known = FLAG_LETTERS.iter().find(|(name, _)| name.eq_ignore_ascii_case(letters));
        known.map(|(_, flag)| *flag)
    }

    /// The two letters of each flag that is set, in the order in which SDDL has them, for an ACE of this type.
    ///
    /// ```
    /// use coldhive_security::{AceFlags, AceType};
    ///
    /// let flags = AceFlags::CONTAINER_INHERIT | AceFlags::SUCCESSFUL_ACCESS;
    /// assert!(flags.letters(AceType::SYSTEM_AUDIT).eq(["CI", "SA"]));
    /// // The bit has another name there.
    /// assert!(flags.letters(AceType::SYSTEM_ACCESS_FILTER).eq(["CI", "TP"]));
    /// ```
    pub fn letters(self, ace_type: AceType) -> impl Iterator<Item = &'static str> {
        let set = FLAG_LETTERS.iter().filter(move |(_, flag)| self.contains(*flag));
        set.map(move |(letters, _)| match *letters {
            "SA" if ace_type == AceType::SYSTEM_ACCESS_FILTER => TRUST_PROTECTED_FILTER,
            letters => letters,
        })
    }
}
