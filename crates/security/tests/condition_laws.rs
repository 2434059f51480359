//! Laws of conditions and resource attributes, on random expressions that the test writes as text and as bytes by
//! itself ([MS-DTYP] 2.4.4.17.4 to 2.4.4.17.8, 2.4.10.1 and 2.5.1.1).

use coldhive_security::{
    AccessMask, AceSpec, AceType, AclSpec, AttributeFlags, AttributeValues, Condition,
    DescriptorBuilder, Guid, ObjectTypes, ResourceAttribute, SddlContext, SecurityDescriptorBuf,
    Sid, TextGap, WideString,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

#[derive(Debug, Clone)]
enum Value {
    Integer { negative: bool, plus: bool, bits: u64, base: u8 },
    Text(String),
    Octets(Vec<u8>),
    Sid(Sid),
    List(Vec<Value>),
}

/// A source with its prefix and its token.
type Source = (&'static str, u8);

const SOURCES: [Source; 4] =
    [("", 0xF8), ("@User.", 0xF9), ("@Resource.", 0xFA), ("@Device.", 0xFB)];

#[derive(Debug, Clone)]
struct Attribute {
    source: Source,
    name: Vec<u16>,
}

/// An operator with its text and its byte.
type Operator = (&'static str, u8);

const RELATIONS: [Operator; 10] = [
    ("==", 0x80),
    ("!=", 0x81),
    ("<", 0x82),
    ("<=", 0x83),
    (">", 0x84),
    (">=", 0x85),
    ("Contains", 0x86),
    ("Any_of", 0x88),
    ("Not_Contains", 0x8E),
    ("Not_Any_of", 0x8F),
];
const MEMBERSHIPS: [Operator; 8] = [
    ("Member_of", 0x89),
    ("Device_Member_of", 0x8A),
    ("Member_of_Any", 0x8B),
    ("Device_Member_of_Any", 0x8C),
    ("Not_Member_of", 0x90),
    ("Not_Device_Member_of", 0x91),
    ("Not_Member_of_Any", 0x92),
    ("Not_Device_Member_of_Any", 0x93),
];
const EXISTENCES: [Operator; 2] = [("Exists", 0x87), ("Not_Exists", 0x8D)];

#[derive(Debug, Clone)]
enum Expression {
    Attribute(Attribute),
    Relation(Attribute, Operator, Value),
    Attributes(Attribute, Operator, Attribute),
    Membership(Operator, Value),
    Existence(Operator, Attribute),
    And(Box<Expression>, Box<Expression>),
    Or(Box<Expression>, Box<Expression>),
    Not(Box<Expression>),
}

fn sized(token: u8, content: &[u8]) -> Vec<u8> {
    let mut bytes = vec![token];
    bytes.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
    bytes.extend(content);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

impl Value {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Value::Integer { negative, plus, bits, base } => {
                let value = if *negative { bits.wrapping_neg() } else { *bits };
                let mut bytes = vec![4];
                bytes.extend(value.to_le_bytes());
                bytes.push(if *negative {
                    2
                } else if *plus {
                    1
                } else {
                    3
                });
                bytes.push(*base);
                bytes
            }
            Value::Text(text) => sized(0x10, &wide(text)),
            Value::Octets(octets) => sized(0x18, octets),
            Value::Sid(sid) => sized(0x51, &sid.to_bytes()),
            Value::List(values) => {
                sized(0x50, &values.iter().flat_map(Value::bytes).collect::<Vec<_>>())
            }
        }
    }

    fn text(&self, space: &str) -> String {
        match self {
            Value::Integer { negative, plus, bits, base } => {
                let sign = if *negative {
                    "-"
                } else if *plus {
                    "+"
                } else {
                    ""
                };
                match base {
                    1 => format!("{sign}0{bits:o}"),
                    2 => format!("{sign}{bits}"),
                    _ => format!("{sign}{bits:#x}"),
                }
            }
            Value::Text(text) => format!("\"{text}\""),
            Value::Octets(octets) => {
                let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
                format!("#{digits}")
            }
            Value::Sid(sid) => format!("SID({sid})"),
            Value::List(values) => {
                let values: Vec<_> = values.iter().map(|value| value.text(space)).collect();
                format!("{{{space}{}{space}}}", values.join(&format!("{space},{space}")))
            }
        }
    }
}

impl Attribute {
    fn bytes(&self) -> Vec<u8> {
        let name: Vec<u8> = self.name.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        sized(self.source.1, &name)
    }

    fn text(&self) -> String {
        let mut text = self.source.0.to_owned();
        for unit in &self.name {
            match u8::try_from(*unit) {
                // A first letter as an escape: no name can then be taken for a word of the language.
                Ok(byte) if byte.is_ascii_alphanumeric() && text.len() > self.source.0.len() => {
                    text.push(char::from(byte));
                }
                _ => text.push_str(&format!("%{unit:04X}")),
            }
        }
        text
    }
}

impl Expression {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Expression::Attribute(attribute) => attribute.bytes(),
            Expression::Relation(left, operator, right) => {
                [left.bytes(), right.bytes(), vec![operator.1]].concat()
            }
            Expression::Attributes(left, operator, right) => {
                [left.bytes(), right.bytes(), vec![operator.1]].concat()
            }
            Expression::Membership(operator, sids) => [sids.bytes(), vec![operator.1]].concat(),
            Expression::Existence(operator, attribute) => {
                [attribute.bytes(), vec![operator.1]].concat()
            }
            Expression::And(left, right) => [left.bytes(), right.bytes(), vec![0xA0]].concat(),
            Expression::Or(left, right) => [left.bytes(), right.bytes(), vec![0xA1]].concat(),
            Expression::Not(inner) => [inner.bytes(), vec![0xA2]].concat(),
        }
    }

    /// With as few parentheses as && before || needs, and this between words.
    fn text(&self, space: &str) -> String {
        let some = if space.is_empty() { " " } else { space };
        match self {
            Expression::Attribute(attribute) => attribute.text(),
            Expression::Relation(left, operator, right) => {
                format!("{}{some}{}{some}{}", left.text(), operator.0, right.text(space))
            }
            Expression::Attributes(left, operator, right) => {
                format!("{}{some}{}{some}{}", left.text(), operator.0, right.text())
            }
            Expression::Membership(operator, sids) => {
                format!("{}{some}{}", operator.0, sids.text(space))
            }
            Expression::Existence(operator, attribute) => {
                format!("{}{some}{}", operator.0, attribute.text())
            }
            Expression::And(left, right) => {
                let side = |side: &Expression, right: bool| match side {
                    Expression::Or(..) => format!("({space}{}{space})", side.text(space)),
                    // From left to right: what is joined on the right needs its own.
                    Expression::And(..) if right => format!("({})", side.text(space)),
                    _ => side.text(space),
                };
                format!("{}{space}&&{space}{}", side(left, false), side(right, true))
            }
            Expression::Or(left, right) => {
                let side = |side: &Expression, right: bool| match side {
                    Expression::Or(..) if right => format!("({})", side.text(space)),
                    _ => side.text(space),
                };
                format!("{}{space}||{space}{}", side(left, false), side(right, true))
            }
            Expression::Not(inner) => format!("!{space}({})", inner.text(space)),
        }
    }
}

fn sid() -> impl Strategy<Value = Sid> {
    (0..30_u64, vec(any::<u32>(), 1..6))
        .prop_map(|(authority, subs)| Sid::new(authority, &subs).unwrap())
}

fn integer() -> impl Strategy<Value = Value> {
    let bits = prop_oneof![0..40_u64, any::<u64>(), Just(i64::MAX.unsigned_abs())];
    (any::<bool>(), any::<bool>(), bits, 1..=3_u8).prop_map(|(negative, plus, bits, base)| {
        // A negative number has 63 bits, and 0 alone is octal.
        let bits = if negative { bits & i64::MAX.unsigned_abs() } else { bits };
        let base = if bits == 0 && base == 2 { 1 } else { base };
        Value::Integer { negative, plus: plus && !negative, bits, base }
    })
}

/// Text without the quote, which SDDL has no way to write.
fn quoted() -> impl Strategy<Value = String> {
    prop_oneof!["[ -!#-~]{0,12}", "[^\"\\x00-\\x1f]{0,6}"]
}

fn single() -> impl Strategy<Value = Value> {
    prop_oneof![
        integer(),
        quoted().prop_map(Value::Text),
        vec(any::<u8>(), 0..8).prop_map(Value::Octets),
        sid().prop_map(Value::Sid),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![3 => single(), 1 => vec(single(), 0..4).prop_map(Value::List)]
}

fn sids() -> impl Strategy<Value = Value> {
    let one = || sid().prop_map(Value::Sid);
    prop_oneof![one(), vec(one(), 1..4).prop_map(Value::List)]
}

fn attribute(sources: &'static [Source]) -> impl Strategy<Value = Attribute> {
    let unit = prop_oneof![
        5 => 0x61..0x7B_u16,
        1 => 0x30..0x3A_u16,
        1 => 1..0xD800_u16,
    ];
    (select(sources), vec(unit, 1..8)).prop_map(|(source, name)| Attribute { source, name })
}

fn expression() -> impl Strategy<Value = Expression> {
    let any = || attribute(&SOURCES);
    let prefixed = attribute(SOURCES.split_first().unwrap().1);
    let leaf = prop_oneof![
        1 => any().prop_map(Expression::Attribute),
        3 => (any(), select(&RELATIONS[..]), value())
            .prop_map(|(left, operator, right)| Expression::Relation(left, operator, right)),
        1 => (any(), select(&RELATIONS[..]), prefixed)
            .prop_map(|(left, operator, right)| Expression::Attributes(left, operator, right)),
        1 => (select(&MEMBERSHIPS[..]), sids())
            .prop_map(|(operator, sids)| Expression::Membership(operator, sids)),
        1 => (select(&EXISTENCES[..]), any())
            .prop_map(|(operator, attribute)| Expression::Existence(operator, attribute)),
    ];
    leaf.prop_recursive(5, 24, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(one, two)| Expression::And(Box::new(one), Box::new(two))),
            pair.prop_map(|(one, two)| Expression::Or(Box::new(one), Box::new(two))),
            inner.prop_map(|inner| Expression::Not(Box::new(inner))),
        ]
    })
}

/// A descriptor whose only ACE holds this data.
fn with_data(ace_type: AceType, data: Vec<u8>) -> SecurityDescriptorBuf {
    let plain = AceSpec::new(ace_type, AccessMask::KEY_READ, Sid::EVERYONE);
    // Without one, text makes an ordinary ACE of an object ACE.
    let object = ace_type.has_objects().then_some(Guid([7; 16]));
    let ace = AceSpec { data, objects: ObjectTypes { object, ..plain.objects }, ..plain };
    let acl = AclSpec::Present(vec![ace]);
    let builder = DescriptorBuilder::new();
    let builder = match ace_type {
        AceType::SYSTEM_RESOURCE_ATTRIBUTE => builder.sacl(acl),
        _ => builder.dacl(acl),
    };
    builder.build().unwrap()
}

fn resource_attribute() -> impl Strategy<Value = ResourceAttribute> {
    let text = || quoted().prop_map(|text| WideString::from(text.as_str()));
    let values = prop_oneof![
        vec(any::<i64>(), 0..4).prop_map(AttributeValues::Int64),
        vec(any::<u64>(), 0..4).prop_map(AttributeValues::Uint64),
        vec(text(), 0..4).prop_map(AttributeValues::String),
        vec(sid(), 0..4).prop_map(AttributeValues::Sid),
        vec(0..2_u64, 0..4).prop_map(AttributeValues::Boolean),
        vec(vec(any::<u8>(), 0..9), 0..4).prop_map(AttributeValues::Octets),
    ];
    let name = vec(prop_oneof![3 => 0x61..0x7B_u16, 1 => 1..0xD800_u16], 1..8);
    (name, any::<u32>(), values).prop_map(|(name, flags, values)| ResourceAttribute {
        name: WideString::from_units(name),
        flags: AttributeFlags::from_bits_retain(flags),
        values,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_condition_reads_as_the_bytes_that_it_stands_for(
        expression in expression(),
        space in select(&["", " ", "  ", "\t", "\n"][..]),
    ) {
        let bytes = [b"artx".to_vec(), expression.bytes()].concat();
        let text = format!("({})", expression.text(space));
        let read: Condition = text.parse().map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(read.to_bytes(), bytes, "{}", text);
    }

    #[test]
    fn a_condition_prints_as_text_that_reads_as_the_same_bytes(expression in expression()) {
        let bytes = [b"artx".to_vec(), expression.bytes()].concat();
        let read = Condition::parse(&bytes).unwrap();
        prop_assert_eq!(read.to_bytes(), bytes.clone());
        let text = read.to_sddl(&SddlContext::default()).unwrap();
        let again: Condition = text.parse().map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(again.to_bytes(), bytes.clone(), "{}", text);
        for ace_type in [
            AceType::ACCESS_ALLOWED_CALLBACK,
            AceType::ACCESS_DENIED_CALLBACK,
            AceType::ACCESS_ALLOWED_CALLBACK_OBJECT,
        ] {
            let stored = with_data(ace_type, bytes.clone());
            let text = stored.as_descriptor().to_sddl().unwrap();
            let again: SecurityDescriptorBuf = text.parse().unwrap();
            prop_assert_eq!(again.as_bytes(), stored.as_bytes(), "{}", text);
        }
    }

    #[test]
    fn a_resource_attribute_prints_as_text_that_reads_as_itself(attribute in resource_attribute()) {
        let bytes = attribute.to_bytes();
        prop_assert_eq!(&ResourceAttribute::parse(&bytes).unwrap(), &attribute);
        let stored = with_data(AceType::SYSTEM_RESOURCE_ATTRIBUTE, bytes);
        let text = stored.as_descriptor().to_sddl().unwrap();
        let again: SecurityDescriptorBuf = text
            .parse()
            .map_err(|error| TestCaseError::fail(format!("{text}: {error}")))?;
        prop_assert_eq!(again.as_bytes(), stored.as_bytes(), "{}", text);
    }

    /// What is cut short or changed is read or refused, and what is read is written as it was.
    #[test]
    fn damaged_bytes_are_read_or_refused(
        expression in expression(),
        attribute in resource_attribute(),
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let change = |mut bytes: Vec<u8>| {
            let at = place.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] = byte }
            bytes
        };
        let bytes = change([b"artx".to_vec(), expression.bytes()].concat());
        if let Ok(read) = Condition::parse(&bytes) {
            let kept = bytes.len() - bytes.iter().rev().take_while(|byte| **byte == 0).count();
            prop_assert!(read.to_bytes().starts_with(&bytes[..kept]));
            let _ = read.to_string();
            // What has a text reads back from it, and prints the same.
            let context = SddlContext::default();
            if let Ok(text) = read.to_sddl(&context) {
                let again: Condition = text.parse().map_err(|error| TestCaseError::fail(format!("{text:?}: {error}")))?;
                prop_assert_eq!(again.to_sddl(&context), Ok(text));
            }
        }
        if let Ok(read) = ResourceAttribute::parse(&change(attribute.to_bytes())) {
            prop_assert_eq!(&ResourceAttribute::parse(&read.to_bytes()).unwrap(), &read);
            if let Ok(text) = read.to_sddl(&SddlContext::default()) {
                let stored: Result<SecurityDescriptorBuf, _> = format!("S:(RA;;;;;WD;{text})").parse();
                prop_assert!(stored.is_ok(), "{:?}: {:?}", text, stored);
            }
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Condition::parse(&bytes);
        let _ = Condition::parse(&[b"artx".to_vec(), bytes.clone()].concat());
        let _ = ResourceAttribute::parse(&bytes);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[()@%{}#!&|=<>\"a-zA-Z0-9_., -]{0,60}") {
        let _ = text.parse::<Condition>();
        let _ = format!("({text})").parse::<Condition>();
        let _ = format!("D:(XA;;KR;;;WD;({text}))").parse::<SecurityDescriptorBuf>();
        let _ = format!("S:(RA;;;;;WD;(\"a\",{text}))").parse::<SecurityDescriptorBuf>();
    }
}

/// Names and texts that SDDL can't say are refused where text is asked for, and shown where people look.
#[test]
fn what_text_can_not_say() {
    let named = |name: &[u8]| {
        [b"artx\xF8".to_vec(), (name.len() as u32).to_le_bytes().to_vec(), name.to_vec()].concat()
    };
    let context = SddlContext::default();
    for (name, gap, shown) in
        [(&b""[..], TextGap::EmptyName, "()"), (b"a\0\0\0b\0", TextGap::Nul, "(a%0000b)")]
    {
        let read = Condition::parse(&named(name)).unwrap();
        assert_eq!(read.to_sddl(&context), Err(gap));
        assert_eq!(read.to_string(), shown);
        let stored = with_data(AceType::ACCESS_ALLOWED_CALLBACK, named(name));
        assert!(stored.as_descriptor().to_sddl().is_err());
    }
    let text = ResourceAttribute {
        name: WideString::from(""),
        flags: AttributeFlags::empty(),
        values: AttributeValues::Int64(vec![1]),
    };
    assert_eq!(text.to_sddl(&context), Err(TextGap::EmptyName));
}

/// As deep as an ACE can hold costs memory in proportion, and no stack.
#[test]
fn depth_is_no_danger() {
    let depth = 100_000;
    let text = format!("({}a{})", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(text.parse::<Condition>().unwrap().tokens().len(), 1);
    let text = format!("({}a{}", "!(".repeat(depth), ")".repeat(depth));
    assert!(text.parse::<Condition>().is_err());
    let negations = 60_000;
    let bytes = [b"artx\xF8\x02\0\0\0a\0".to_vec(), vec![0xA2; negations]].concat();
    let read = Condition::parse(&bytes).unwrap();
    let text = read.to_string();
    assert_eq!(text.parse::<Condition>().unwrap(), read);
}
