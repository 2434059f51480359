//! Signs: what logs beside the hive say for a fault or against it.

use crate::decode::{described, words};
use crate::diagnostic::Spanned;
use crate::pattern::Pattern;

described! {
    /// What speaks for the fault or against it, in a log of the same machine. It never changes the outcome.
    ///
    /// An entry of a log counts for the first sign that it fits, so that a later one may be about all the rest.
    pub struct Sign as "a sign", example "{ id: failed, title: The service failed, means: fault, event: { source: Service Control Manager, id: 7023, strings: ['^Spooler$'] } }" {
        required {
            /// A stable name, unique among the rule's signs.
            id: Spanned<String>,
            /// What it says, in one line.
            title: Spanned<String>,
            /// What that means.
            means: Meaning,
        }
        optional {
            /// An entry of an event log. One of `event` and `line` must be given.
            event: Option<Spanned<EventTest>> = None,
            /// A line of a cluster log.
            line: Option<Spanned<LineTest>> = None,
        }
    }
}

words! {
    /// What a sign means.
    pub enum Meaning as "a meaning" {
        /// The fault was there.
        Fault = "fault",
        /// Something was wrong, and it was not this fault.
        OtherCause = "other-cause",
        /// What the fault would have stopped went well.
        Well = "well",
    }
}

described! {
    /// An entry of the System log, to which services report.
    pub struct EventTest as "a test of an event" {
        required {
            /// The program that reported it, without regard to case.
            source: Spanned<String>,
            /// The number that the Event Viewer shows, up to 65535.
            id: Spanned<u64>,
        }
        optional {
            /// Regular expressions for its strings, in their order; strings behind these may be any. A log keeps the number
            /// of a message as `%%1720`.
            strings: Vec<Spanned<Pattern>> = Vec::new(),
        }
    }
}

described! {
    /// A line of a cluster log.
    pub struct LineTest as "a test of a line" {
        required {
            /// A regular expression that must match what stands behind the time.
            matches: Spanned<Pattern>,
        }
        optional {
            /// Regular expressions for what may follow: the lines among the next 100 that one of them matches are told too.
            then: Vec<Spanned<Pattern>> = Vec::new(),
        }
    }
}
