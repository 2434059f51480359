//! Tests of a list of numbers and ranges of them.

use super::{NumberTest, Range};
use crate::decode::described;
use crate::diagnostic::Spanned;

described! {
    /// Tests of a list whose entries are numbers and ranges of them, as the ports that RPC may use: `1433` and `5000-5020`.
    ///
    /// An entry is a number, or two with a hyphen between, the lesser one first and neither beyond the bounds: digits and
    /// nothing else. A range has both its ends. What an ill-formed entry stands for is not known: a count with one is any number
    /// from that of the other entries up, and is unknown unless the bounds hold, or break, for all of these.
    pub struct RangesTest as "a test of ranges", example "{ count: { ge: 20 }, well_formed: true }" {
        required {}
        optional {
            /// The bounds of all numbers; where nothing is said, those of ports.
            within: Range = Range::PORTS => "{ from: 0, to: 65535 }",
            /// Whether every entry must be well formed; false asks for one that isn't.
            well_formed: Option<bool> = None,
            /// How many numbers the entries must have together, each counted once.
            count: Option<Spanned<NumberTest>> = None,
        }
    }
}

impl RangesTest {
    pub(crate) fn has_test(&self) -> bool {
        self.well_formed.is_some() || self.count.is_some()
    }
}
