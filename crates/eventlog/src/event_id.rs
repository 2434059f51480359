//! What an event is: its identifier and its type.

use std::fmt;

/// An event's identifier: the number that people know it by, and what the message compiler packs beside it ([MS-EVEN]
/// 2.2.3, winerror.h's layout).
///
/// ```
/// use coldhive_eventlog::{EventId, EventSeverity};
///
/// let id = EventId(0xC000_1B6F);
/// assert_eq!((id.code(), id.facility(), id.severity()), (7023, 0, EventSeverity::Error));
/// assert!(!id.is_customer());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub u32);

/// How grave an event is by its identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventSeverity {
    /// A success.
    Success,
    /// Worth knowing.
    Informational,
    /// A warning.
    Warning,
    /// An error.
    Error,
}

impl EventId {
    /// The number that the Event Viewer shows: the low 16 bits.
    #[must_use]
    pub const fn code(self) -> u16 {
        let [low, high, ..] = self.0.to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    /// The facility that defined it: bits 16 to 27.
    #[must_use]
    pub const fn facility(self) -> u16 {
        let [.., low, high] = self.0.to_le_bytes();
        u16::from_le_bytes([low, high & 0x0F])
    }

    /// Whether Microsoft did not define it: bit 29.
    #[must_use]
    pub const fn is_customer(self) -> bool {
        self.0 & (1 << 29) != 0
    }

    /// How grave it is: bits 30 and 31.
    #[must_use]
    pub const fn severity(self) -> EventSeverity {
        match self.0 >> 30 {
            0 => EventSeverity::Success,
            1 => EventSeverity::Informational,
            2 => EventSeverity::Warning,
            _ => EventSeverity::Error,
        }
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code())
    }
}

/// The type of an event, as its record has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventType(pub u16);

impl EventType {
    /// The Event Viewer's word for it; `None` for a number that no Windows writes.
    ///
    /// ```
    /// use coldhive_eventlog::EventType;
    /// assert_eq!(EventType(1).word(), Some("error"));
    /// assert_eq!(EventType(3).word(), None);
    /// ```
    #[must_use]
    pub const fn word(self) -> Option<&'static str> {
        Some(match self.0 {
            0 => "success",
            1 => "error",
            2 => "warning",
            4 => "information",
            8 => "audit success",
            16 => "audit failure",
            _ => return None,
        })
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.word() {
            Some(word) => f.pad(word),
            None => write!(f, "type {}", self.0),
        }
    }
}
