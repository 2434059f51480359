//! The operators of conditional expressions ([MS-DTYP] 2.4.4.17.6 and 2.4.4.17.7).

use core::fmt;

/// What an operator needs, and what it makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An attribute on the left, a value or an attribute with a prefix on the right.
    Relation,
    /// SIDs, or an attribute with a prefix that has them.
    Membership,
    /// An attribute.
    Existence,
    /// Two expressions.
    Logic,
    /// One expression.
    Negation,
}

macro_rules! operators {
    ($($byte:literal $name:ident $text:literal $shape:ident, $doc:literal;)*) => {
        /// An operator of a conditional expression; each stands behind what it works on.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
        #[non_exhaustive]
        pub enum Operator {
            $(
                #[doc = concat!("`", $text, "`: ", $doc)]
                $name,
            )*
        }

        impl Operator {
            const ALL: &[Operator] = &[$(Operator::$name),*];

            /// The byte that stands for it in an ACE.
            pub fn byte(self) -> u8 {
                match self { $(Operator::$name => $byte,)* }
            }

            /// The operator of this byte.
            pub fn from_byte(byte: u8) -> Option<Operator> {
                match byte { $($byte => Some(Operator::$name),)* _ => None }
            }

            /// What SDDL writes for it, as Windows prints it.
            pub fn text(self) -> &'static str {
                match self { $(Operator::$name => $text,)* }
            }

            pub(crate) fn shape(self) -> Shape {
                match self { $(Operator::$name => Shape::$shape,)* }
            }
        }
    };
}

operators! {
    0x80 Equal "==" Relation, "both are the same.";
    0x81 NotEqual "!=" Relation, "both differ.";
    0x82 Less "<" Relation, "the left is less.";
    0x83 LessOrEqual "<=" Relation, "the left is less, or both are the same.";
    0x84 Greater ">" Relation, "the left is greater.";
    0x85 GreaterOrEqual ">=" Relation, "the left is greater, or both are the same.";
    0x86 Contains "Contains" Relation, "the left has every value of the right.";
    0x87 Exists "Exists" Existence, "the attribute is there.";
    0x88 AnyOf "Any_of" Relation, "the left has some value of the right.";
    0x89 MemberOf "Member_of" Membership, "the token has all of these SIDs.";
    0x8A DeviceMemberOf "Device_Member_of" Membership, "the device has all of these SIDs.";
    0x8B MemberOfAny "Member_of_any" Membership, "the token has some of these SIDs.";
    0x8C DeviceMemberOfAny "Device_Member_of_any" Membership, "the device has some of these SIDs.";
    0x8D NotExists "Not_Exists" Existence, "the attribute is not there.";
    0x8E NotContains "Not_Contains" Relation, "the left lacks some value of the right.";
    0x8F NotAnyOf "Not_Any_of" Relation, "the left has no value of the right.";
    0x90 NotMemberOf "Not_Member_of" Membership, "the token lacks some of these SIDs.";
    0x91 NotDeviceMemberOf "Not_Device_Member_of" Membership, "the device lacks some of these SIDs.";
    0x92 NotMemberOfAny "Not_Member_of_any" Membership, "the token has none of these SIDs.";
    0x93 NotDeviceMemberOfAny "Not_Device_Member_of_any" Membership, "the device has none of these SIDs.";
    0xA0 And "&&" Logic, "both hold.";
    0xA1 Or "||" Logic, "one of both holds.";
    0xA2 Not "!" Negation, "it doesn't hold.";
}

impl Operator {
    /// The operator of this word, in any case; those that are signs have no word.
    pub(crate) fn from_word(word: &str) -> Option<Operator> {
        let words = Self::ALL.iter().filter(|known| known.text().starts_with(char::is_alphabetic));
        words.copied().find(|known| known.text().eq_ignore_ascii_case(word))
    }
}

/// As SDDL writes it.
impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text())
    }
}
