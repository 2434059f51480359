//! Tests of a value.

use coldhive_hive::ValueType;

use super::{NumberTest, OneOrMany};
use crate::decode::{Cx, Decode, described};
use crate::diagnostic::Spanned;
use crate::language::{Describe, Shape, TextShape};
use crate::template::Template;
use crate::yaml::Node;

described! {
    /// Tests of a value; all that are given must hold.
    pub struct ValueTest as "a test of a value", example "{ path: '{ccs}\\Services\\Winsock\\Parameters', name: Transports, type: REG_MULTI_SZ, contains: Tcpip }" {
        required {
            /// The key's path.
            path: Spanned<Template>,
            /// The value's name, `''` for the default value.
            name: Spanned<String>,
        }
        optional {
            /// Whether it must be there.
            exists: Option<bool> = None,
            /// The type or types it must have.
            types as "type": OneOrMany<TypeName> = OneOrMany::default(),
            /// An entry that the list must have, as a whole and without regard to case.
            contains: Option<Spanned<String>> = None,
            /// How many entries the list must have.
            count: Option<Spanned<NumberTest>> = None,
            /// Another list that must have the same entries, in any order and without regard to case.
            same_entries_as: Option<ValueRef> = None,
            /// Whether the list must be stored as it should be.
            well_formed: Option<bool> = None,
            /// Whether a "no" proves nothing.
            weak: bool = false => "false",
        }
    }
}

impl ValueTest {
    pub(crate) fn has_test(&self) -> bool {
        !Self { weak: false, ..self.clone() }.is_bare()
    }
}

described! {
    /// A value by key and name.
    pub struct ValueRef as "a value" {
        required {
            /// The key's path.
            path: Spanned<Template>,
            /// The value's name, `''` for the default value.
            name: Spanned<String>,
        }
        optional {}
    }
}

/// A value type by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName(pub ValueType);

/// The names of types.
const TYPES: &[&str] = &[
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

impl Decode for TypeName {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        let name = cx.text_as(node, "the name of a type")?;
        let found = ValueType::from_name(name).map(Self);
        if found.is_none() {
            cx.unknown_word(node.span, name, "a value type", TYPES.iter().copied());
        }
        found
    }
}

impl Describe for TypeName {
    fn shape() -> Shape {
        Shape::Text(&TextShape {
            name: "a value type",
            docs: "The type of a value.",
            examples: &["REG_MULTI_SZ"],
            words: TYPES,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_types_are_listed() {
        for (number, name) in TYPES.iter().enumerate() {
            assert_eq!(ValueType::from_name(name).unwrap().to_string(), *name, "{number}");
        }
        assert_eq!(TYPES.len(), 12, "types 0 to 11 have names");
    }
}
