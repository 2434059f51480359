//! Tests of a value.

use coldhive_hive::ValueType;

use super::{
    Comparison, MaskTest, NumberTest, OneOrMany, Operand, OrderTest, Range, RangesTest, Separator,
};
use crate::decode::{Cx, Decode, described};
use crate::diagnostic::Spanned;
use crate::language::{Describe, Shape, TextShape};
use crate::pattern::Pattern;
use crate::template::Template;
use crate::yaml::Node;

described! {
    /// Tests of a value; all that are given must hold.
    pub struct ValueTest as "a test of a value", example "{ path: '{ccs}\\Services\\Winsock\\Parameters', name: Transports, type: REG_MULTI_SZ, contains: Tcpip }" {
        required {
            /// The key's path.
            path: Spanned<Template>,
            /// The value's name, `''` for the default value.
            name: Spanned<Template>,
        }
        optional {
            /// Whether it must be there.
            exists: Option<bool> = None,
            /// The type or types it must have.
            types as "type": OneOrMany<TypeName> = OneOrMany::default(),
            /// What it must hold. Text and entries are compared without regard to case.
            equals: Option<Spanned<Operand>> = None,
            /// What it may hold: one of these.
            one_of as "in": OneOrMany<Operand> = OneOrMany::default(),
            /// A regular expression that must match the text, or an entry of the list.
            matches: Option<Spanned<Pattern>> = None,
            /// The length of its data in bytes.
            length: Option<Spanned<NumberTest>> = None,
            /// What separates the entries of a list that is kept in one text: such a text is a list to the tests of lists.
            split: Option<Separator> = None,
            /// An entry that the list must have, as a whole and without regard to case.
            contains: Option<Spanned<Template>> = None,
            /// Entries of which the list must have at least one.
            contains_any: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// Entries that the list must have, all of them.
            contains_all: OneOrMany<Spanned<Template>> = OneOrMany::default(),
            /// The entry that the list must begin with.
            first: Option<Spanned<Template>> = None,
            /// Where in the list an entry must stand.
            index: Option<OrderTest> = None,
            /// Whether no entry may stand in the list twice; false asks for one that does.
            unique: Option<bool> = None,
            /// How many entries the list must have.
            count: Option<Spanned<NumberTest>> = None,
            /// What must be so of the numbers and ranges that the list's entries are.
            ranges: Option<Spanned<RangesTest>> = None,
            /// The number must be less than this.
            lt: Option<u64> = None,
            /// The number must be less than or equal to this.
            le: Option<u64> = None,
            /// The number must be greater than this.
            gt: Option<u64> = None,
            /// The number must be greater than or equal to this.
            ge: Option<u64> = None,
            /// The number must not be this.
            ne: Option<u64> = None,
            /// The number must be within these bounds.
            range: Option<Spanned<Range>> = None,
            /// Some bits of the number.
            mask: Option<Spanned<MaskTest>> = None,
            /// Another value that it is compared with.
            compare: Option<Comparison> = None,
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
        !Self { weak: false, split: None, ..self.clone() }.is_bare()
    }

    /// The bounds of the number, as a test of numbers has them.
    #[must_use]
    pub fn bounds(&self) -> NumberTest {
        let mut bounds = NumberTest::new();
        (bounds.lt, bounds.le, bounds.gt, bounds.ge) = (self.lt, self.le, self.gt, self.ge);
        bounds.ne = self.ne;
        bounds
    }

    /// Whether it looks at the entries of a list.
    #[must_use]
    pub fn asks_for_list(&self) -> bool {
        self.contains.is_some()
            || !self.contains_any.is_empty()
            || !self.contains_all.is_empty()
            || self.first.is_some()
            || self.index.is_some()
            || self.unique.is_some()
            || self.count.is_some()
            || self.same_entries_as.is_some()
            || self.ranges.is_some()
    }

    /// The texts that it holds the content against.
    pub(crate) fn texts(&self) -> Vec<&Template> {
        let operands = self.equals.iter().map(|equals| &equals.value).chain(&self.one_of);
        let mut texts: Vec<_> = operands.flat_map(Operand::templates).collect();
        let entries = self.contains.iter().chain(&self.contains_any).chain(&self.contains_all);
        texts.extend(entries.chain(&self.first).map(|entry| &entry.value));
        if let Some(index) = &self.index {
            let all = index.before.iter().chain(&index.after).chain([&index.entry]);
            texts.extend(all.map(|entry| &entry.value));
        }
        texts
    }

    /// The other values that it looks at.
    pub(crate) fn others(&self) -> impl Iterator<Item = &ValueRef> {
        self.same_entries_as.iter().chain(self.compare.iter().map(|compare| &compare.than))
    }
}

described! {
    /// A value by key and name.
    pub struct ValueRef as "a value" {
        required {
            /// The key's path.
            path: Spanned<Template>,
            /// The value's name, `''` for the default value.
            name: Spanned<Template>,
        }
        optional {}
    }
}

/// A value type by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName(pub ValueType);

/// The names of types.
pub(super) const TYPES: &[&str] = &ValueType::NAMES;

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
