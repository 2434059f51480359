//! What a value holds: text, a number, a list or bytes.

use coldhive_hive::{MultiString, ValueType, names_equal};
use coldhive_system::decode_text;

use super::{Content, Findings};
use crate::evaluate::Scope;
use crate::model::{Operand, ValueTest};
use crate::pattern::Pattern;
use crate::truth::Truth;

/// The longest text that a regular expression is matched with, in bytes; what is longer is unknown.
const LONGEST_MATCHED: usize = 1 << 16;

impl Scope<'_, '_> {
    pub(super) fn content(&self, test: &ValueTest, content: &Content, findings: &mut Findings) {
        if let Some(operand) = &test.equals {
            let truth =
                content.test(|value_type, data| self.equals(operand, value_type, data).into());
            findings.add(truth, format!("is {}", self.operand_text(operand)));
        }
        if !test.one_of.is_empty() {
            let truth = content.test(|value_type, data| {
                test.one_of.iter().any(|operand| self.equals(operand, value_type, data)).into()
            });
            let operands: Vec<_> = test.one_of.iter().map(|one| self.operand_text(one)).collect();
            findings.add(truth, format!("is one of {}", operands.join(", ")));
        }
        if let Some(pattern) = &test.matches {
            let truth = content.test(|value_type, data| self.matches(pattern, value_type, data));
            findings.add(truth, format!("matches {}", pattern.value));
        }
        if let Some(length) = &test.length {
            let mut size = None;
            let truth = content.test(|_, data| {
                size = Some(data.len());
                u64::try_from(data.len()).is_ok_and(|size| length.holds(size)).into()
            });
            if let Some(size) = size {
                findings.also_found(&format!("its data has {size} bytes"));
            }
            findings.add(truth, format!("has a length in bytes {}", length.describe()));
        }
    }

    /// Whether content is what is asked for. A value of another type is not.
    fn equals(&self, operand: &Operand, value_type: ValueType, data: &[u8]) -> bool {
        match operand {
            Operand::Text(wanted) => {
                text(value_type, data).is_some_and(|is| names_equal(&is, &self.filled_in(wanted)))
            }
            Operand::Number(wanted) => number(value_type, data) == Some(*wanted),
            Operand::List(wanted) => {
                value_type == ValueType::MULTI_SZ && {
                    let list = MultiString::decode(data);
                    let same =
                        |(is, wanted): (&String, _)| names_equal(is, &self.filled_in(wanted));
                    list.entries().len() == wanted.len()
                        && list.entries().iter().zip(wanted).all(same)
                }
            }
            Operand::Bytes(wanted) => data == wanted,
        }
    }

    /// Whether a text, or an entry of a list, has a match.
    fn matches(&self, pattern: &Pattern, value_type: ValueType, data: &[u8]) -> Truth {
        let texts = match text(value_type, data) {
            Some(text) => vec![text],
            None if value_type == ValueType::MULTI_SZ => {
                MultiString::decode(data).entries().to_vec()
            }
            None => return Truth::False,
        };
        // A list without entries has none that matches.
        let found = texts.iter().map(|text| self.is_match(pattern, text));
        Truth::any(found.chain([Truth::False]))
    }

    /// Whether a text has a match; unknown where it is too much to look at.
    pub(in crate::evaluate) fn is_match(&self, pattern: &Pattern, text: &str) -> Truth {
        self.work.bytes(text.len(), pattern.cost());
        if text.len() > LONGEST_MATCHED || self.work.stopped().is_some() {
            return Truth::Unknown;
        }
        pattern.is_match(text).into()
    }

    fn operand_text(&self, operand: &Operand) -> String {
        match operand {
            Operand::Text(text) => format!("\"{}\"", self.text(text)),
            Operand::List(entries) => {
                let entries: Vec<_> = entries.iter().map(|entry| self.text(entry)).collect();
                format!("the list {}", crate::evaluate::list_text(&entries))
            }
            Operand::Number(_) | Operand::Bytes(_) => operand.to_string(),
        }
    }
}

/// The text of a value that holds one.
pub(super) fn text(value_type: ValueType, data: &[u8]) -> Option<String> {
    matches!(value_type, ValueType::SZ | ValueType::EXPAND_SZ | ValueType::LINK)
        .then(|| decode_text(data))
}

/// The number of a value that holds one, of the length that its type has.
pub(super) fn number(value_type: ValueType, data: &[u8]) -> Option<u64> {
    match value_type {
        ValueType::DWORD => Some(u32::from_le_bytes(data.try_into().ok()?).into()),
        ValueType::DWORD_BIG_ENDIAN => Some(u32::from_be_bytes(data.try_into().ok()?).into()),
        ValueType::QWORD => Some(u64::from_le_bytes(data.try_into().ok()?)),
        _ => None,
    }
}
