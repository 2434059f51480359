//! Tests that compare the numbers of a value, or its entries' places.

use super::{OneOrMany, ValueRef};
use crate::decode::{described, words};
use crate::diagnostic::Spanned;
use crate::template::Template;

described! {
    /// Numbers from one to another, both among them.
    pub struct Range as "a range", example "{ from: 1, to: 12 }" {
        required {
            /// The least.
            from: u64,
            /// The greatest.
            to: u64,
        }
        optional {}
    }
}

described! {
    /// Some bits of a number: those of the mask, all others taken as 0.
    pub struct MaskTest as "a test of bits", example "{ bits: 0x30, ne: 0 }" {
        required {
            /// Which bits.
            bits: u64,
        }
        optional {
            /// What they must be.
            eq: Option<u64> = None,
            /// What they must not be.
            ne: Option<u64> = None,
        }
    }
}

impl Range {
    /// The ports of TCP and UDP.
    pub const PORTS: Self = Self { from: 0, to: 65_535 };
}

impl MaskTest {
    /// Whether the bits of a number are as they must be.
    #[must_use]
    pub fn holds(&self, number: u64) -> bool {
        let bits = number & self.bits;
        self.eq.is_none_or(|eq| bits == eq) && self.ne.is_none_or(|ne| bits != ne)
    }

    /// The test in words.
    #[must_use]
    pub fn describe(&self) -> String {
        let eq = self.eq.map(|eq| format!("= {eq:#x}"));
        let ne = self.ne.map(|ne| format!("not {ne:#x}"));
        let tests: Vec<_> = eq.into_iter().chain(ne).collect();
        format!("{:#x} {}", self.bits, tests.join(" and "))
    }
}

described! {
    /// Where in a list an entry must stand.
    pub struct OrderTest as "a test of order", example "{ entry: Tcpip, before: NwlnkIpx }" {
        required {
            /// The entry, which must be there.
            entry: Spanned<Template>,
        }
        optional {
            /// Entries that must stand behind it, as far as they are there.
            before: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// Entries that must stand in front of it, as far as they are there.
            after: OneOrMany<Spanned<Template>> = OneOrMany::default(),
        }
    }
}

described! {
    /// Another value that something of this one is compared with.
    pub struct Comparison as "a comparison", example "{ is: ge, than: { path: '{ccs}\\Services\\LanmanServer\\Parameters', name: MaxMpxCt }, times: 4 }" {
        required {
            /// How this one must compare: `ge` where it must be at least as large.
            is: Relation,
            /// The other value.
            than: ValueRef,
        }
        optional {
            /// What of this value is compared.
            measure: Measure = Measure::Number => "number",
            /// What of the other value.
            of: Measure = Measure::Number => "number",
            /// The other one counts so many times.
            times: u64 = 1 => "1",
            /// And so much is added to that.
            plus: u64 = 0 => "0",
        }
    }
}

words! {
    /// How two numbers compare.
    pub enum Relation as "a relation" {
        /// Less than.
        Lt = "lt",
        /// Less than or equal to.
        Le = "le",
        /// Equal to.
        Eq = "eq",
        /// Not equal to.
        Ne = "ne",
        /// Greater than or equal to.
        Ge = "ge",
        /// Greater than.
        Gt = "gt",
    }
}

impl Relation {
    /// Whether it holds between two numbers.
    #[must_use]
    pub const fn holds(self, one: u128, other: u128) -> bool {
        match self {
            Self::Lt => one < other,
            Self::Le => one <= other,
            Self::Eq => one == other,
            Self::Ne => one != other,
            Self::Ge => one >= other,
            Self::Gt => one > other,
        }
    }

    /// Its sign.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Eq => "=",
            Self::Ne => "not",
            Self::Ge => ">=",
            Self::Gt => ">",
        }
    }
}

words! {
    /// What of a value is a number.
    pub enum Measure as "a measure" {
        /// The number that it holds.
        Number = "number",
        /// The length of its data in bytes.
        Length = "length",
        /// How many entries its list has.
        Count = "count",
    }
}

words! {
    /// What separates the entries of a list that is kept in one text.
    pub enum Separator as "a separator" {
        /// A comma.
        Comma = ",",
        /// A semicolon.
        Semicolon = ";",
        /// Blanks, one or more.
        Blank = " ",
    }
}

impl Separator {
    /// The entries of a list in one text, without blanks around them; empty ones are none.
    pub fn split(self, text: &str) -> impl Iterator<Item = &str> {
        let separator = match self {
            Self::Comma => ',',
            Self::Semicolon => ';',
            Self::Blank => ' ',
        };
        text.split(separator).map(str::trim).filter(|entry| !entry.is_empty())
    }
}
