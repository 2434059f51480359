//! Hives as rule files describe them: trees of keys, and what is wrong with them.

use super::{DamageSketch, Entries, Moment, SecuritySketch, ValueSketch};
use crate::decode::{Cx, Decode, described, number, words};
use crate::diagnostic::Spanned;
use crate::language::{Describe, Described as _, Shape};
use crate::yaml::{Kind, Node};

described! {
    /// A hive: a file, or a tree of keys that is made in memory.
    ///
    /// What `like` names is there first. Then what `delete` names is taken out, `select` and `keys` are put in, and at last
    /// all is broken that `damage` names.
    pub struct HiveSketch as "a hive", example "{ select: { current: 1 }, keys: { 'ControlSet001\\Services\\Tcpip': { values: { Start: 1 } } } }" {
        required {}
        optional {
            /// A hive file, by its path relative to the rule file; nothing else is given then.
            path: Option<Spanned<String>> = None,
            /// A hive to begin with: a name among `hives`, or that of another case.
            like: Option<Spanned<String>> = None,
            /// The version of the format; where nothing is said, as Windows NT 4.0 writes it.
            format: Option<HiveFormat> = None,
            /// The key below which `delete`, `keys` and `damage` name keys, by its path.
            under: Option<Spanned<String>> = None,
            /// What to take out, as if it had never been there.
            delete: Vec<Spanned<Place>> = Vec::new(),
            /// The values of the key `Select`.
            select: Option<SelectSketch> = None,
            /// Keys by their paths, `''` for the one that all others stand below; those above them are there by themselves.
            keys: Entries<KeySketch> = Entries::default(),
            /// What to break.
            damage: Vec<Spanned<DamageSketch>> = Vec::new(),
        }
    }
}

described! {
    /// A key. Where it is there already, what is given takes the place of what was.
    pub struct KeySketch as "a key", example "{ values: { Start: 2, Transports: [Tcpip, NetBIOS] }, keys: { Linkage: {} } }" {
        required {}
        optional {
            /// Its class name.
            class: Option<String> = None,
            /// When it was last written, in UTC.
            written: Option<Moment> = None,
            /// Its security descriptor; where nothing is said, that of the key above it.
            security: Option<Spanned<SecuritySketch>> = None,
            /// Its values by name, `''` for the default value.
            values: Entries<ValueSketch> = Entries::default(),
            /// Keys below it, by their paths from here.
            keys: Entries<KeySketch> = Entries::default(),
        }
    }
}

described! {
    /// The values of the key `Select`, which tell the control sets apart.
    pub struct SelectSketch as "`select`", example "{ current: 1, last_known_good: 2 }" {
        required {
            /// The one that the machine ran with.
            current: Dword,
        }
        optional {
            /// The one that it would boot next; where nothing is said, the current one.
            default: Option<Dword> = None,
            /// The one that was given up on; 0 for none.
            failed: Dword = Dword(0) => "0",
            /// The last one that booted well; where nothing is said, the current one.
            last_known_good: Option<Dword> = None,
        }
    }
}

/// A number of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dword(pub u32);

impl Decode for Dword {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        number(node, 0, u32::MAX.into(), cx).and_then(|found| u32::try_from(found).ok()).map(Self)
    }
}

impl Describe for Dword {
    fn shape() -> Shape {
        Shape::Number(0, u32::MAX.into())
    }
}

words! {
    /// A version of the hive format.
    pub enum HiveFormat as "a version of the format" {
        /// Windows NT 3.1.
        V1_1 = "1.1",
        /// Windows NT 3.5 and 3.51.
        V1_2 = "1.2",
        /// Windows NT 4.0 and 2000.
        V1_3 = "1.3",
        /// A beta of Windows XP.
        V1_4 = "1.4",
        /// Windows XP and later.
        V1_5 = "1.5",
        /// Hives with layered keys.
        V1_6 = "1.6",
    }
}

/// A key by its path, or a value by key and name.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Place {
    /// A key with all below it.
    Key(String),
    /// A value.
    Value(ValuePlace),
}

described! {
    /// A value by key and name.
    pub struct ValuePlace as "a value of a key", example "{ key: Select, value: Failed }" {
        required {
            /// The key's path.
            key: String,
            /// The value's name, `''` for the default value.
            value: String,
        }
        optional {}
    }
}

impl Decode for Place {
    fn decode(node: &Node, cx: &mut Cx) -> Option<Self> {
        match &node.kind {
            Kind::Map(_) => ValuePlace::decode(node, cx).map(Self::Value),
            _ => cx
                .text_as(node, "a key's path or { key: ..., value: ... }")
                .map(|path| Self::Key(path.to_owned())),
        }
    }
}

impl Describe for Place {
    fn shape() -> Shape {
        Shape::Either(vec![String::shape(), Shape::Described(ValuePlace::DESCRIPTION)])
    }
}

impl HiveSketch {
    /// Whether it describes nothing but which file, or which other hive, it is.
    pub(crate) fn is_plain(&self) -> bool {
        Self { path: None, like: None, ..self.clone() }.is_bare()
    }
}
