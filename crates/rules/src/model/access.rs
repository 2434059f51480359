//! Tests of who may do what.

use coldhive_security::AccessMask;

use super::{OneOrMany, Principal, SidText};
use crate::decode::{Cx, Decode, described, number, words};
use crate::diagnostic::Spanned;
use crate::language::{Describe, Shape, TextShape};
use crate::template::Template;
use crate::yaml::{Kind, Node, Typed};

described! {
    /// Tests of who may do what; all that are given must hold.
    pub struct AccessTest as "a test of access", example "{ path: '{ccs}\\Services\\Winsock', as: [SY, BA], grants: KEY_READ }" {
        required {
            /// The key's path.
            path: Spanned<Template>,
        }
        optional {
            /// Whether a descriptor must be there and parse.
            present: Option<bool> = None,
            /// The principal: SIDs, aliases, or a parameter as `'{account}'`.
            principal as "as": OneOrMany<Spanned<Principal>> = OneOrMany::default(),
            /// The rights that the principal must have.
            grants: Option<Rights> = None,
            /// The rights that the principal must not have, none of them.
            lacks: Option<Rights> = None,
            /// Nobody else may hold certain rights.
            only: Option<OnlyTest> = None,
            /// Who must own the key: one of these.
            owner: OneOrMany<Spanned<Principal>> = OneOrMany::default(),
            /// What the descriptor's DACL must be: one of these.
            dacl: OneOrMany<DaclState> = OneOrMany::default(),
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

impl AccessTest {
    pub(crate) fn has_test(&self) -> bool {
        // Who is asked about is no test yet.
        !Self { weak: false, principal: OneOrMany::default(), ..self.clone() }.is_bare()
    }
}

words! {
    /// What a descriptor has for a DACL.
    pub enum DaclState as "a state of a DACL" {
        /// None: everyone may do everything.
        Absent = "absent",
        /// One without a list: everyone may do everything.
        Null = "null",
        /// One without entries: nobody may do anything.
        Empty = "empty",
        /// One with entries.
        Populated = "populated",
    }
}

described! {
    /// Nobody but these principals may hold any of these rights.
    pub struct OnlyTest as "`only`" {
        required {
            /// Who may.
            principals: Vec<SidText>,
            /// What nobody else may.
            rights: Rights,
        }
        optional {}
    }
}

/// Rights by name or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights(pub AccessMask);

/// The names of rights on a key; each may also stand with `KEY_` before it, or without.
const RIGHTS: &[&str] = &[
    "KEY_READ",
    "KEY_WRITE",
    "KEY_EXECUTE",
    "KEY_ALL_ACCESS",
    "QUERY_VALUE",
    "SET_VALUE",
    "CREATE_SUB_KEY",
    "ENUMERATE_SUB_KEYS",
    "NOTIFY",
    "CREATE_LINK",
    "DELETE",
    "READ_CONTROL",
    "WRITE_DAC",
    "WRITE_OWNER",
    "GENERIC_READ",
    "GENERIC_WRITE",
    "GENERIC_EXECUTE",
    "GENERIC_ALL",
];

/// One right.
struct RightName(AccessMask);

impl Decode for RightName {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        if let Kind::Scalar(scalar) = &node.kind
            && matches!(scalar.typed(), Typed::Integer(_) | Typed::Float)
        {
            // No right at all tests nothing.
            let mask = number(node, 1, u32::MAX.into(), cx)?;
            return u32::try_from(mask).ok().map(|bits| Self(AccessMask::from_bits_retain(bits)));
        }
        let name = cx.text_as(node, "a right like KEY_READ or a mask like 0x20019")?;
        let rights = AccessMask::from_right_name(name).filter(|rights| !rights.is_empty());
        if rights.is_none() {
            let what = "a right like KEY_READ or SET_VALUE, or a mask like 0x20019";
            cx.unknown_word(node.span, name, what, RIGHTS.iter().copied());
        }
        rights.map(Self)
    }
}

impl Decode for Rights {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let names: OneOrMany<RightName> = OneOrMany::decode(node, cx)?;
        Some(Self(names.iter().fold(AccessMask::empty(), |mask, name| mask | name.0)))
    }

    fn stand_in() -> Option<Self> {
        Some(Self(AccessMask::KEY_READ))
    }
}

impl Describe for Rights {
    fn shape() -> Shape {
        Shape::OneOrMany(Box::new(Shape::Either(vec![
            Shape::Text(&TextShape {
                name: "a right",
                docs: "The name of a right on a key, with `KEY_` before it or without, or a mask in hexadecimal.",
                examples: &["KEY_READ", "SET_VALUE", "0x20019"],
                words: &[],
            }),
            Shape::Number(1, u32::MAX.into()),
        ])))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_rights_that_are_listed_are_known() {
        for name in RIGHTS {
            assert!(
                AccessMask::from_right_name(name).is_some_and(|mask| !mask.is_empty()),
                "{name}"
            );
        }
    }
}
