//! The rule language as types: what a rule file may say.
//!
//! Unknown fields are errors everywhere, so that a misspelt test never passes unnoticed.

use std::collections::BTreeMap;

use coldhive_hive::ValueType;
use coldhive_security::{AccessMask, Sid, SidPattern};
use serde::{Deserialize, Deserializer, Serialize, de};

use crate::template::Template;

/// The version of the language that this crate speaks.
pub const SCHEMA: &str = "coldhive/1";

/// A rule as its file says it. [`crate::Rule`] is one that was also checked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RuleFile {
    /// The language's version, [`SCHEMA`].
    pub schema: String,
    /// A stable name, unique in a rule set.
    pub id: String,
    /// What the rule is about, in one line.
    pub title: String,
    /// How mature the rule is.
    #[serde(default)]
    pub status: Status,
    /// How grave a finding is.
    pub level: Level,
    /// What the fault is and how it shows.
    #[serde(default)]
    pub description: String,
    /// Where the knowledge comes from.
    #[serde(default)]
    pub references: Vec<String>,
    /// Who wrote the rule.
    #[serde(default)]
    pub author: String,
    /// When, as `YYYY-MM-DD`.
    #[serde(default)]
    pub date: String,
    /// Words to find the rule by.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The hive that the rule reads.
    #[serde(default)]
    pub hive: HiveKind,
    /// What the rule is evaluated for.
    #[serde(default)]
    pub scope: Scope,
    /// Abbreviations for paths.
    #[serde(default)]
    pub vars: BTreeMap<String, Template>,
    /// What a caller may supply.
    #[serde(default)]
    pub params: BTreeMap<String, Param>,
    /// When the rule says anything at all.
    #[serde(default)]
    pub applies: Option<Predicate>,
    /// What must hold.
    pub checks: Vec<Check>,
    /// What is worth saying and changes no outcome.
    #[serde(default)]
    pub remarks: Vec<Check>,
    /// What to do, by outcome.
    #[serde(default)]
    pub next_steps: NextSteps,
    /// Other causes of the same symptom.
    #[serde(default)]
    pub see_also: Vec<String>,
}

/// How mature a rule is (Sigma's words).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Proven.
    Stable,
    /// Under test.
    #[default]
    Test,
    /// An idea.
    Experimental,
    /// No longer to be used.
    Deprecated,
}

/// How grave a finding is (Sigma's words).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Informational,
    /// Of little consequence.
    Low,
    /// Of some consequence.
    Medium,
    /// A service or feature fails.
    High,
    /// The machine fails.
    Critical,
}

/// Which hive a rule reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum HiveKind {
    /// SYSTEM.
    #[default]
    System,
}

/// What a rule is evaluated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Each control set that the caller selected.
    #[default]
    Selected,
}

/// What to do, by outcome, a sentence each.
#[derive(Clone, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NextSteps {
    /// When all checks hold.
    #[serde(default)]
    pub pass: Vec<String>,
    /// When the fault is there.
    #[serde(default)]
    pub fail: Vec<String>,
    /// When it can't be told.
    #[serde(default)]
    pub unknown: Vec<String>,
}

/// Something a caller may supply.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Param {
    /// What it is: the SIDs of a principal.
    #[serde(rename = "type")]
    pub kind: ParamKind,
    /// What it is where the caller says nothing.
    pub default: Vec<SidText>,
    /// SIDs that the principal may or may not have: they make an answer unknown that hangs on them.
    #[serde(default)]
    pub open: Vec<PatternText>,
    /// What to supply.
    #[serde(default)]
    pub description: String,
}

/// The types of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ParamKind {
    /// The SIDs of a principal, in text or as two-letter aliases.
    Sids,
}

/// One thing that must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Check {
    /// A stable name, unique in the rule.
    pub id: String,
    /// What holds if it is true, in one line.
    pub title: String,
    /// Whose words the check is.
    #[serde(default)]
    pub origin: Origin,
    /// The predicate.
    pub expect: Predicate,
    /// What to do where it doesn't hold.
    #[serde(default)]
    pub remedy: Option<String>,
}

/// Whose words a check is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The article's.
    Article,
    /// A reading of the article by the rule's author.
    #[default]
    Derived,
}

/// A predicate: a map with one entry that names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Predicate {
    /// All of these hold.
    All(Vec<Predicate>),
    /// At least one of these holds.
    Any(Vec<Predicate>),
    /// None of these holds.
    None(Vec<Predicate>),
    /// Exactly one of these holds.
    One(Vec<Predicate>),
    /// This doesn't hold.
    Not(Box<Predicate>),
    /// About a key.
    Key(KeyTest),
    /// About a value.
    Value(ValueTest),
    /// About who may do what with a key.
    Access(AccessTest),
    /// About the Windows that the control set belongs to.
    Product(ProductTest),
    /// About a service or driver.
    Service(ServiceTest),
}

/// Tests of a key; all that are given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct KeyTest {
    /// The key's path.
    pub path: Template,
    /// Whether it must be there.
    #[serde(default)]
    pub exists: Option<bool>,
    /// Whether it and what it needs must be undamaged.
    #[serde(default)]
    pub intact: Option<bool>,
    /// Whether a deleted key of that path must be found in what the hive has left over.
    #[serde(default)]
    pub remnant: Option<bool>,
    /// Whether a "no" proves nothing.
    #[serde(default)]
    pub weak: bool,
}

/// Tests of a value; all that are given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ValueTest {
    /// The key's path.
    pub path: Template,
    /// The value's name, `''` for the default value.
    pub name: String,
    /// Whether it must be there.
    #[serde(default)]
    pub exists: Option<bool>,
    /// The type or types it must have.
    #[serde(default, rename = "type", deserialize_with = "one_or_many")]
    pub types: Vec<TypeName>,
    /// An entry that the list must have, as a whole and without regard to case.
    #[serde(default)]
    pub contains: Option<String>,
    /// How many entries the list must have.
    #[serde(default)]
    pub count: Option<NumberTest>,
    /// Another list that must have the same entries, in any order and without regard to case.
    #[serde(default)]
    pub same_entries_as: Option<ValueRef>,
    /// Whether the list must be stored as it should be.
    #[serde(default)]
    pub well_formed: Option<bool>,
    /// Whether a "no" proves nothing.
    #[serde(default)]
    pub weak: bool,
}

/// A value by key and name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueRef {
    /// The key's path.
    pub path: Template,
    /// The value's name.
    pub name: String,
}

/// Bounds of a number; all that are given must hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberTest {
    /// Equal to.
    #[serde(default)]
    pub eq: Option<u64>,
    /// Not equal to.
    #[serde(default)]
    pub ne: Option<u64>,
    /// Less than.
    #[serde(default)]
    pub lt: Option<u64>,
    /// Less than or equal to.
    #[serde(default)]
    pub le: Option<u64>,
    /// Greater than.
    #[serde(default)]
    pub gt: Option<u64>,
    /// Greater than or equal to.
    #[serde(default)]
    pub ge: Option<u64>,
}

impl NumberTest {
    /// Whether it has no bound at all.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Each bound with its sign, and whether the number keeps it.
    fn bounds(&self, number: u64) -> impl Iterator<Item = (&'static str, u64, bool)> + use<> {
        [
            ("=", self.eq, self.eq.is_none_or(|bound| number == bound)),
            ("not", self.ne, self.ne.is_none_or(|bound| number != bound)),
            ("<", self.lt, self.lt.is_none_or(|bound| number < bound)),
            ("<=", self.le, self.le.is_none_or(|bound| number <= bound)),
            (">", self.gt, self.gt.is_none_or(|bound| number > bound)),
            (">=", self.ge, self.ge.is_none_or(|bound| number >= bound)),
        ]
        .into_iter()
        .filter_map(|(sign, bound, holds)| bound.map(|bound| (sign, bound, holds)))
    }

    /// Whether a number keeps all bounds.
    #[must_use]
    pub fn holds(&self, number: u64) -> bool {
        self.bounds(number).all(|(_, _, holds)| holds)
    }

    /// The bounds in words, as `>= 2`.
    #[must_use]
    pub fn describe(&self) -> String {
        self.bounds(0)
            .map(|(sign, bound, _)| format!("{sign} {bound}"))
            .collect::<Vec<_>>()
            .join(" and ")
    }
}

/// Tests of who may do what; all that are given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AccessTest {
    /// The key's path.
    pub path: Template,
    /// Whether a descriptor must be there and parse.
    #[serde(default)]
    pub present: Option<bool>,
    /// The principal: SIDs, aliases, or a parameter as `{account}`.
    #[serde(default, rename = "as", deserialize_with = "one_or_many")]
    pub principal: Vec<Principal>,
    /// The rights that the principal must have.
    #[serde(default)]
    pub grants: Option<Rights>,
    /// The rights that the principal must not have, none of them.
    #[serde(default)]
    pub lacks: Option<Rights>,
    /// Nobody else may hold certain rights.
    #[serde(default)]
    pub only: Option<OnlyTest>,
    /// Whether a "no" proves nothing.
    #[serde(default)]
    pub weak: bool,
}

/// Nobody but these principals may hold any of these rights.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlyTest {
    /// Who may.
    pub principals: Vec<SidText>,
    /// What nobody else may.
    pub rights: Rights,
}

/// Tests of the product; all that are given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ProductTest {
    /// The family.
    #[serde(default)]
    pub family: Option<FamilyName>,
    /// `ProductType`, without regard to case.
    #[serde(default, rename = "type")]
    pub product_type: Option<String>,
    /// An entry of `ProductSuite`, without regard to case.
    #[serde(default)]
    pub suite: Option<String>,
    /// Whether a "no" proves nothing.
    #[serde(default)]
    pub weak: bool,
}

/// The families that a rule may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FamilyName {
    /// Windows NT 4.0.
    Nt4,
}

/// Tests of a service or driver; all that are given must hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ServiceTest {
    /// Its name.
    pub name: String,
    /// Whether its key must be there.
    #[serde(default)]
    pub present: Option<bool>,
    /// How it must be started, one of these.
    #[serde(default, deserialize_with = "one_or_many")]
    pub start: Vec<StartName>,
    /// Whether a "no" proves nothing.
    #[serde(default)]
    pub weak: bool,
}

/// How a service is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StartName {
    /// 0.
    Boot,
    /// 1.
    System,
    /// 2.
    Automatic,
    /// 3.
    Manual,
    /// 4.
    Disabled,
}

/// A value type by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName(pub ValueType);

/// Rights by name or number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights(pub AccessMask);

/// A SID in text or as a two-letter alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SidText(pub Sid);

/// A pattern of SIDs, as `S-1-5-21-*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PatternText(pub SidPattern);

/// Who an access test is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Principal {
    /// A parameter by name.
    Param(String),
    /// A SID.
    Sid(Sid),
}

fn from_text<'de, D, T>(
    deserializer: D,
    what: &'static str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
{
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| de::Error::custom(format!("\"{text}\" is not {what}")))
}

impl<'de> Deserialize<'de> for TypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, "a value type like REG_MULTI_SZ", ValueType::from_name).map(Self)
    }
}

impl<'de> Deserialize<'de> for SidText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, "a SID like S-1-5-18 or an alias like SY", |text| text.parse().ok())
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for PatternText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(deserializer, "a pattern of SIDs like S-1-5-21-*", |text| text.parse().ok())
            .map(Self)
    }
}

impl<'de> Deserialize<'de> for Principal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        from_text(
            deserializer,
            "a SID, an alias like SY, or a parameter like '{account}'",
            |text| match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                Some(name) => Some(Self::Param(name.to_owned())),
                None => text.parse().ok().map(Self::Sid),
            },
        )
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names: Vec<RightName> = one_or_many(deserializer)?;
        Ok(Self(names.iter().fold(AccessMask::empty(), |mask, name| mask | name.0)))
    }
}

/// One right.
#[derive(Clone, Copy)]
struct RightName(AccessMask);

impl<'de> Deserialize<'de> for RightName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = RightName;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a right like KEY_READ or SET_VALUE, or a mask like 0x20019")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<RightName, E> {
                // No right at all tests nothing.
                AccessMask::from_right_name(text)
                    .filter(|rights| !rights.is_empty())
                    .map(RightName)
                    .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_u64<E: de::Error>(self, mask: u64) -> Result<RightName, E> {
                match u32::try_from(mask) {
                    Ok(bits @ 1..) => Ok(RightName(AccessMask::from_bits_retain(bits))),
                    _ => Err(E::invalid_value(de::Unexpected::Unsigned(mask), &self)),
                }
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

/// Reads one thing or a list of them.
fn one_or_many<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Visitor<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> de::Visitor<'de> for Visitor<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("one name or a list of names")
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            T::deserialize(de::value::StrDeserializer::new(text)).map(|one| vec![one])
        }

        fn visit_u64<E: de::Error>(self, number: u64) -> Result<Vec<T>, E> {
            T::deserialize(de::value::U64Deserializer::new(number)).map(|one| vec![one])
        }

        fn visit_seq<A: de::SeqAccess<'de>>(self, mut list: A) -> Result<Vec<T>, A::Error> {
            let mut many = Vec::new();
            while let Some(one) = list.next_element()? {
                many.push(one);
            }
            if many.is_empty() {
                return Err(de::Error::custom("an empty list says nothing: leave the field out"));
            }
            Ok(many)
        }
    }

    deserializer.deserialize_any(Visitor(std::marker::PhantomData))
}
