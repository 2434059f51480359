//! Macros that define a part of the language once: the type, how it is read, and its description.

/// A struct that is a map in a rule file. Required fields come first; an optional one says what it is where it is left
/// out. A field whose name in Rust can't be that in rule files says the latter: `principal as "as": ...`.
///
/// Makes the struct, `new` with the required fields, `Decode`, `Describe` and `Described`.
macro_rules! described {
    (
        $(#[doc = $doc:literal])*
        pub struct $type:ident as $called:literal $(, example $example:literal)? {
            required {
                $( $(#[doc = $rdoc:literal])* $rfield:ident $(as $rname:literal)? : $rtype:ty, )*
            }
            optional {
                $( $(#[doc = $odoc:literal])* $ofield:ident $(as $oname:literal)? : $otype:ty = $default:expr $(=> $shown:literal)?, )*
            }
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub struct $type {
            $( $(#[doc = $rdoc])* pub $rfield: $rtype, )*
            $( $(#[doc = $odoc])* pub $ofield: $otype, )*
        }

        #[allow(clippy::new_without_default, reason = "only some have nothing that is required")]
        impl $type {
            /// One with what is required, and nothing else.
            #[must_use]
            pub fn new($($rfield: impl Into<$rtype>),*) -> Self {
                Self { $($rfield: $rfield.into(),)* $($ofield: $default,)* }
            }

            /// Whether everything optional is as if it were left out.
            #[allow(dead_code, reason = "it matters for predicates only")]
            pub(crate) fn is_bare(&self) -> bool {
                #[allow(unused_mut, reason = "some have nothing optional")]
                let mut is_bare = true;
                $(
                    let default: $otype = $default;
                    is_bare &= self.$ofield == default;
                )*
                is_bare
            }
        }

        impl $crate::language::Described for $type {
            const DESCRIPTION: &'static $crate::language::Description = &$crate::language::Description {
                name: $called,
                id: stringify!($type),
                docs: concat!($($doc, "\n"),*),
                example: concat!($($example)?),
                content: $crate::language::Content::Fields(&[
                    $($crate::language::Field {
                        name: $crate::decode::described!(@name $rfield $($rname)?),
                        docs: concat!($($rdoc, "\n"),*),
                        required: true,
                        default: None,
                        whole: false,
                        shape: <$rtype as $crate::language::Describe>::shape,
                    },)*
                    $($crate::language::Field {
                        name: $crate::decode::described!(@name $ofield $($oname)?),
                        docs: concat!($($odoc, "\n"),*),
                        required: false,
                        default: $crate::decode::described!(@shown $($shown)?),
                        whole: false,
                        shape: <$otype as $crate::language::Describe>::shape,
                    },)*
                ]),
            };
        }

        impl $crate::language::Describe for $type {
            fn shape() -> $crate::language::Shape {
                $crate::language::Shape::Described(<Self as $crate::language::Described>::DESCRIPTION)
            }
        }

        impl $crate::decode::Decode for $type {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::decode::Cx) -> Option<Self> {
                let description = <Self as $crate::language::Described>::DESCRIPTION;
                #[allow(unused_mut, reason = "some have no fields")]
                let mut fields = $crate::decode::Fields::of(node, description, cx)?;
                // All fields are read before any that is missing ends it.
                $( let $rfield = fields.required::<$rtype>($crate::decode::described!(@name $rfield $($rname)?), cx); )*
                $( let $ofield = fields.optional::<$otype>($crate::decode::described!(@name $ofield $($oname)?), cx); )*
                Some(Self {
                    $($rfield: $rfield?,)*
                    $($ofield: $ofield.unwrap_or_else(|| $default),)*
                })
            }
        }
    };
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $name:literal) => { $name };
    (@shown) => { None };
    (@shown $shown:literal) => { Some($shown) };
}
pub(crate) use described;

/// An enum whose variants are words in a rule file. In JSON they are the same words.
macro_rules! words {
    (
        $(#[doc = $doc:literal])*
        pub enum $type:ident as $called:literal {
            $( $(#[doc = $vdoc:literal])* $variant:ident = $word:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
        )]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum $type {
            $( $(#[doc = $vdoc])* #[serde(rename = $word)] $variant, )*
        }

        impl $type {
            /// All of them, in their order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word for it.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl $crate::language::Described for $type {
            const DESCRIPTION: &'static $crate::language::Description = &$crate::language::Description {
                name: $called,
                id: stringify!($type),
                docs: concat!($($doc, "\n"),*),
                example: "",
                content: $crate::language::Content::Words(&[
                    $($crate::language::Word { name: $word, docs: concat!($($vdoc, "\n"),*) },)*
                ]),
            };
        }

        impl $crate::language::Describe for $type {
            fn shape() -> $crate::language::Shape {
                $crate::language::Shape::Described(<Self as $crate::language::Described>::DESCRIPTION)
            }
        }

        impl $crate::decode::Decode for $type {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::decode::Cx) -> Option<Self> {
                let text = match $crate::decode::Cx::plain_word(node, &[$($word),*]) {
                    Some(text) => text,
                    None => cx.text_as(node, $called)?,
                };
                let found = Self::ALL.iter().copied().find(|known| known.word() == text);
                if found.is_none() {
                    cx.unknown_word(node.span, text, $called, [$($word),*]);
                }
                found
            }

            fn stand_in() -> Option<Self> {
                Self::ALL.first().copied()
            }
        }
    };
}
pub(crate) use words;

/// An enum that is a map with one entry in a rule file: the entry's name says which variant. One written
/// `If(Implication) = "if" with "then"` is the whole map, known by either field.
macro_rules! tagged {
    (
        $(#[doc = $doc:literal])*
        pub enum $type:ident as $called:literal {
            $( $(#[doc = $vdoc:literal])* $variant:ident($inner:ty) = $name:literal $(with $beside:literal)?, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $type {
            $( $(#[doc = $vdoc])* $variant($inner), )*
        }

        impl $type {
            /// The name that it has in rule files.
            #[must_use]
            pub const fn tag(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name),* }
            }
        }

        impl $crate::language::Described for $type {
            const DESCRIPTION: &'static $crate::language::Description = &$crate::language::Description {
                name: $called,
                id: stringify!($type),
                docs: concat!($($doc, "\n"),*),
                example: "",
                content: $crate::language::Content::OneOf(&[
                    $($crate::language::Field {
                        name: $name,
                        docs: concat!($($vdoc, "\n"),*),
                        required: false,
                        default: None,
                        whole: $crate::decode::tagged!(@whole $($beside)?),
                        shape: <$inner as $crate::language::Describe>::shape,
                    },)*
                ]),
            };
        }

        impl $crate::language::Describe for $type {
            fn shape() -> $crate::language::Shape {
                $crate::language::Shape::Described(<Self as $crate::language::Described>::DESCRIPTION)
            }
        }

        impl $crate::decode::Decode for $type {
            fn decode(node: &$crate::yaml::Node, cx: &mut $crate::decode::Cx) -> Option<Self> {
                let description = <Self as $crate::language::Described>::DESCRIPTION;
                $($(
                    // This one is the map itself, of which either field may be missing or stand first.
                    if $crate::decode::has_entry(node, $name) || $crate::decode::has_entry(node, $beside) {
                        return <$inner as $crate::decode::Decode>::decode(node, cx).map(Self::$variant);
                    }
                )?)*
                let entry = $crate::decode::one_entry(node, description, cx)?;
                match entry.key.as_str() {
                    $($name => <$inner as $crate::decode::Decode>::decode(&entry.value, cx).map(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
    (@whole) => { false };
    (@whole $beside:literal) => { true };
}
pub(crate) use tagged;
