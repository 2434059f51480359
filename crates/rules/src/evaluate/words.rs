//! Words for people: data as text, and no longer than anybody reads.

use std::borrow::Cow;

use coldhive_hive::{MultiString, Sha256Digest, ValueType};
use coldhive_system::decode_text;

/// The longest text of a value that a verdict carries, in characters. Its bytes stand beside it.
const LONGEST: usize = 4096;

/// As long as most sentences of a verdict are, in bytes.
const USUAL_SENTENCE: usize = 96;

/// `format!` with room for a sentence of a verdict, which is longer than `format!` expects: text that has to grow is
/// copied.
macro_rules! sentence {
    ($($said:tt)*) => {{
        let mut text = $crate::evaluate::words::for_sentence();
        // To write into text can't fail.
        let _ = std::fmt::Write::write_fmt(&mut text, format_args!($($said)*));
        text
    }};
}
pub(super) use sentence;

/// An empty text with room for a sentence.
pub(crate) fn for_sentence() -> String {
    String::with_capacity(USUAL_SENTENCE)
}

/// The entries of a list, so that one that holds a comma or ends in a blank isn't taken for another.
///
/// ```
/// let entries = ["Tcpip".to_owned(), "a, b".to_owned()];
/// assert_eq!(coldhive_rules::list_text(&entries), "Tcpip, \"a, b\"");
/// ```
pub fn list_text<'e>(entries: impl IntoIterator<Item = &'e String>) -> String {
    let mut text = for_sentence();
    for (place, entry) in entries.into_iter().enumerate() {
        let plain = entry.trim() == entry
            && !entry.is_empty()
            && !entry.contains(|c: char| matches!(c, ',' | '"') || c.is_control());
        let quoted = || format!("\"{}\"", entry.replace('"', "\"\""));
        text.push_str(if place > 0 { ", " } else { "" });
        text.push_str(&if plain { Cow::Borrowed(entry.as_str()) } else { quoted().into() });
    }
    text
}

/// A value's data in words, where it is text, a list or a number; `None` for other types, and numbers of another length.
#[must_use]
pub fn text_of(value_type: ValueType, data: &[u8]) -> Option<String> {
    match value_type {
        ValueType::SZ | ValueType::EXPAND_SZ | ValueType::LINK => Some(decode_text(data)),
        ValueType::MULTI_SZ => Some(list_text(MultiString::decode(data).entries())),
        ValueType::DWORD => Some(u32::from_le_bytes(data.try_into().ok()?).to_string()),
        ValueType::DWORD_BIG_ENDIAN => Some(u32::from_be_bytes(data.try_into().ok()?).to_string()),
        ValueType::QWORD => Some(u64::from_le_bytes(data.try_into().ok()?).to_string()),
        _ => None,
    }
}

/// Cuts text that is too long; the digest of the whole keeps different texts different.
pub(super) fn shorten(text: String) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text,
        Some((end, _)) => {
            let kept = text.get(..end).unwrap_or_default();
            format!(
                "{kept}... ({} bytes of text, SHA-256 {})",
                text.len(),
                Sha256Digest::of(text.as_bytes())
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_stay_different() {
        let (one, other) = ("a".repeat(10_000), "a".repeat(9_999) + "b");
        assert_ne!(shorten(one.clone()), shorten(other));
        assert!(shorten(one).len() < LONGEST + 200);
        assert_eq!(shorten("short".into()), "short");
    }
}
