//! Text of strangers, so that a terminal shows what is there and does nothing else.

use std::fmt::Write as _;

/// The longest part of a file that a message repeats, in characters.
const LONGEST: usize = 60;

/// Text that does to a terminal what it looks like: control characters, and characters that turn the
/// direction of writing or hide, are spelled out.
///
/// ```
/// assert_eq!(coldhive_rules::safe_text("Clusnet\u{1b}[2J\u{202e}"), "Clusnet\\u{1b}[2J\\u{202e}");
/// ```
#[must_use]
pub fn safe_text(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    text.chars().for_each(|c| push_safe(&mut safe, c));
    safe
}

pub(super) fn push_safe(safe: &mut String, c: char) {
    if is_harmless(c) {
        safe.push(c);
    } else {
        // Writing to a String can't fail.
        let _ = write!(safe, "\\u{{{:x}}}", u32::from(c));
    }
}

/// Whether a terminal shows a character and does nothing else: it is no control character, and none that turns the direction
/// of writing or hides.
#[must_use]
pub fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{061C}' // Arabic letter mark
            | '\u{200B}'..='\u{200F}' // zero width, marks of direction
            | '\u{2028}'..='\u{202E}' // line separators, embeddings and overrides
            | '\u{2060}'..='\u{206F}' // invisible operators, isolates
            | '\u{FEFF}' // zero width no-break space
            | '\u{00AD}' // soft hyphen
            | '\u{180E}' // Mongolian vowel separator
            | '\u{FE00}'..='\u{FE0F}' // variation selectors
            | '\u{E0000}'..='\u{E0FFF}' // tags, more variation selectors
            | '\u{FFF9}'..='\u{FFFB}' // interlinear annotation
        )
}

/// A part of a file in a message: in backticks, spelled out and no longer than anybody reads.
pub(crate) fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => format!("`{}`", safe_text(text)),
        Some((end, _)) => format!("`{}...`", safe_text(text.get(..end).unwrap_or_default())),
    }
}
