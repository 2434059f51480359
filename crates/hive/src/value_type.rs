//! The types of values.

use std::fmt;

/// A value's type: any number, with names for the twelve that Windows defines (winnt.h).
///
/// ```
/// use coldhive_hive::ValueType;
/// assert_eq!(ValueType::MULTI_SZ.to_string(), "REG_MULTI_SZ");
/// assert_eq!(ValueType::new(0x1234).to_string(), "0x1234");
/// assert_eq!(ValueType::from_name("REG_DWORD"), Some(ValueType::DWORD));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueType(u32);

impl ValueType {
    /// `REG_NONE`.
    pub const NONE: Self = Self(0);
    /// `REG_SZ`, text.
    pub const SZ: Self = Self(1);
    /// `REG_EXPAND_SZ`, text with environment variables.
    pub const EXPAND_SZ: Self = Self(2);
    /// `REG_BINARY`.
    pub const BINARY: Self = Self(3);
    /// `REG_DWORD`, a little-endian `u32`.
    pub const DWORD: Self = Self(4);
    /// `REG_DWORD_BIG_ENDIAN`.
    pub const DWORD_BIG_ENDIAN: Self = Self(5);
    /// `REG_LINK`, the target of a symbolic link.
    pub const LINK: Self = Self(6);
    /// `REG_MULTI_SZ`, a list of text.
    pub const MULTI_SZ: Self = Self(7);
    /// `REG_RESOURCE_LIST`.
    pub const RESOURCE_LIST: Self = Self(8);
    /// `REG_FULL_RESOURCE_DESCRIPTOR`.
    pub const FULL_RESOURCE_DESCRIPTOR: Self = Self(9);
    /// `REG_RESOURCE_REQUIREMENTS_LIST`.
    pub const RESOURCE_REQUIREMENTS_LIST: Self = Self(10);
    /// `REG_QWORD`, a little-endian `u64`.
    pub const QWORD: Self = Self(11);

    /// The names of the types that have one, in the order of their numbers from 0.
    pub const NAMES: [&'static str; 12] = [
        "REG_NONE",
        "REG_SZ",
        "REG_EXPAND_SZ",
        "REG_BINARY",
        "REG_DWORD",
        "REG_DWORD_BIG_ENDIAN",
        "REG_LINK",
        "REG_MULTI_SZ",
        "REG_RESOURCE_LIST",
        "REG_FULL_RESOURCE_DESCRIPTOR",
        "REG_RESOURCE_REQUIREMENTS_LIST",
        "REG_QWORD",
    ];

    /// Wraps the number as stored.
    #[must_use]
    pub const fn new(code: u32) -> Self {
        Self(code)
    }

    /// The number as stored.
    #[must_use]
    pub const fn code(self) -> u32 {
        self.0
    }

    /// The type's name, if it has one.
    ///
    /// ```
    /// use coldhive_hive::ValueType;
    /// assert_eq!(ValueType::new(4).name(), Some("REG_DWORD"));
    /// assert_eq!(ValueType::new(0x1_0000).name(), None);
    /// ```
    #[must_use]
    pub fn name(self) -> Option<&'static str> {
        Self::NAMES.get(crate::bytes::index(self.0)).copied()
    }

    /// The type of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        let position = Self::NAMES.iter().position(|known| *known == name)?;
        u32::try_from(position).ok().map(Self)
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "{:#x}", self.0),
        }
    }
}
