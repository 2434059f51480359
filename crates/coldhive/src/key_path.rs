//! Paths of keys as people write and copy them, and names shown so that they can be written again.
//!
//! A character that would act on a terminal, or not be seen there, is shown by its number, as `%{202e}`. A `%` before a
//! `{` is itself shown as `%{25}`, so that a shown name stands for one name alone: what looks like an escape is one.

use std::fmt::Write as _;

use coldhive_hive::Name;
use coldhive_rules::is_harmless;
use coldhive_system::Mount;

/// What the value without a name is called.
const DEFAULT_VALUE: &str = "(default)";
/// What it is called in exported texts.
const DEFAULT_SIGN: &str = "@";

/// A path of a key as it is shown, components separated by backslashes. [`Case::get`](crate::Case::get) and all that takes
/// the path of a key find it by this text.
///
/// ```
/// use coldhive::show_key_path;
/// assert_eq!(show_key_path("Select"), "Select");
/// assert_eq!(show_key_path("Services\\Clus\u{202e}net "), r"Services\Clus%{202e}net%{20}");
/// assert_eq!(show_key_path("50%{a}"), "50%{25}{a}");
/// ```
#[must_use]
pub fn show_key_path(path: &str) -> String {
    let shown: Vec<_> = path.split('\\').map(|name| shown(name.chars().map(Ok))).collect();
    let shown = shown.join("\\");
    // A key of the hive that is named like a part of the way to it.
    if Mount::below_system(path).is_some() { format!("HKLM\\SYSTEM\\{shown}") } else { shown }
}

/// A key's name as it is shown in a path: a backslash in it, and half a character, by their numbers too.
#[must_use]
pub fn show_key_name(name: &Name<'_>) -> String {
    let units = char::decode_utf16(name.units());
    shown(units.map(|unit| match unit {
        Ok('\\') => Err(u32::from('\\')),
        Ok(c) => Ok(c),
        Err(half) => Err(half.unpaired_surrogate().into()),
    }))
}

/// A value's name as it is shown; that of the default value is empty and shown as `(default)`.
///
/// ```
/// use coldhive::show_value_name;
/// assert_eq!(show_value_name(""), "(default)");
/// assert_eq!(show_value_name("(Default)"), "%{28}Default)");
/// assert_eq!(show_value_name(r"C:\a.sys"), r"C:\a.sys");
/// ```
#[must_use]
pub fn show_value_name(name: &str) -> String {
    value_name(name, shown(name.chars().map(Ok)))
}

/// The same for a name as stored, of which half a character is shown by its number.
#[must_use]
pub(crate) fn show_stored_value_name(name: &Name<'_>) -> String {
    let units = char::decode_utf16(name.units());
    let shown = shown(units.map(|unit| unit.map_err(|half| half.unpaired_surrogate().into())));
    value_name(&name.to_string(), shown)
}

fn value_name(name: &str, shown: String) -> String {
    if name.is_empty() {
        return DEFAULT_VALUE.into();
    }
    let means_default = is_default(name);
    let mut rest = name.chars();
    match rest.next().filter(|_| means_default) {
        Some(first) => format!("%{{{:x}}}{}", u32::from(first), rest.as_str()),
        None => shown,
    }
}

fn is_default(name: &str) -> bool {
    name == DEFAULT_SIGN || name.eq_ignore_ascii_case(DEFAULT_VALUE)
}

/// Characters as they are shown, and others by their numbers.
fn shown(units: impl Iterator<Item = Result<char, u32>>) -> String {
    let mut text = String::new();
    let mut units = units.peekable();
    let mut is_first = true;
    while let Some(unit) = units.next() {
        let next = units.peek();
        let is_plain = |c: char| match c {
            ' ' => !is_first && next.is_some(),
            '%' => next != Some(&Ok('{')),
            c => is_harmless(c) && !c.is_whitespace(),
        };
        match unit {
            Ok(c) if is_plain(c) => text.push(c),
            other => {
                // Writing to a String can't fail.
                let _ = write!(text, "%{{{:x}}}", other.map_or_else(|unit| unit, u32::from));
            }
        }
        is_first = false;
    }
    text
}

/// The value's name that somebody wrote; `None` for one with half a character, which no text can be.
pub(crate) fn written_value_name(written: &str) -> Option<String> {
    if is_default(written) { Some(String::new()) } else { unescaped(written, false) }
}

/// What somebody who wrote the path of a key may have meant, the most literal reading first. None at all where it has the
/// number of a character that no path can hold.
///
/// ```
/// let readings = coldhive::key_path_readings("\"HKLM/SYSTEM/Select\"");
/// assert_eq!(readings.last().map(String::as_str), Some(r"HKLM\SYSTEM\Select"));
/// ```
#[must_use]
pub fn key_path_readings(written: &str) -> Vec<String> {
    let bare = bare(written);
    let texts = [
        Some(written.to_owned()),
        Some(bare.to_owned()),
        // As the root of a hive is shown.
        (bare == "(root)").then(String::new),
        // Other text that this program shows has characters by their numbers too.
        written.contains("\\u{").then(|| written.replace("\\u{", "%{")),
        // Who wrote backslashes too meant the slash.
        (bare.contains('/') && !bare.contains('\\')).then(|| bare.replace('/', "\\")),
    ];
    let mut readings: Vec<String> = Vec::new();
    for reading in texts.iter().flatten().filter_map(|text| unescaped(text, true)) {
        if !readings.contains(&reading) {
            readings.push(reading);
        }
    }
    readings
}

/// What stands between quotes and brackets, as shells and exported texts have around a path.
fn bare(written: &str) -> &str {
    let mut bare = written.trim();
    for (start, end) in [('"', '"'), ('\'', '\''), ('[', ']')] {
        let inner = bare.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        bare = inner.map_or(bare, str::trim);
    }
    bare
}

/// Text with characters in place of their numbers; `None` where one is none that can be looked for. What only looks like
/// a number stays as it is.
fn unescaped(text: &str, is_path: bool) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("%{") {
        plain.push_str(before);
        match behind.split_once('}').and_then(|(digits, after)| Some((number(digits)?, after))) {
            Some((number, after)) => {
                plain.push(char::from_u32(number).filter(|c| !is_path || *c != '\\')?);
                rest = after;
            }
            None => {
                plain.push_str("%{");
                rest = behind;
            }
        }
    }
    plain.push_str(rest);
    Some(plain)
}

/// A hexadecimal number of one to six digits.
fn number(digits: &str) -> Option<u32> {
    let is_number =
        (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_number.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Names of characters that mean something to shells, terminals, paths or escapes, and any others.
    fn names() -> impl Strategy<Value = String> {
        let special = prop::sample::select(vec![
            "%",
            "{",
            "}",
            "%{",
            "25",
            "20",
            " ",
            "/",
            "\"",
            "'",
            "[",
            "]",
            "-",
            "@",
            "(default)",
            "u{41}",
            "\u{202e}",
            "\u{1b}",
            "\u{a0}",
            "\n",
            "HKLM",
            "SYSTEM",
            ":",
        ]);
        let part = prop_oneof![
            3 => special.prop_map(str::to_owned),
            1 => any::<char>().prop_filter("no name", |c| *c != '\\' && *c != '\0').prop_map(String::from),
        ];
        prop::collection::vec(part, 1..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn a_shown_path_is_that_path_in_its_first_reading(path in prop::collection::vec(names(), 1..4)) {
            let path = path.join("\\");
            let shown = show_key_path(&path);
            let below = shown.strip_prefix("HKLM\\SYSTEM\\").filter(|_| shown.len() > path.len());
            let first = key_path_readings(&shown).remove(0);
            let first = below.map_or(first.as_str(), |_| &first["HKLM\\SYSTEM\\".len()..]);
            prop_assert_eq!(first, path);
        }

        #[test]
        fn a_shown_name_is_tame(name in names()) {
            for shown in [show_key_path(&name), show_value_name(&name)] {
                prop_assert_eq!(coldhive_rules::safe_text(&shown), shown.as_str());
                prop_assert_eq!(shown.trim(), shown.as_str());
            }
        }

        #[test]
        fn a_shown_value_is_that_value(name in names()) {
            prop_assert_eq!(written_value_name(&show_value_name(&name)), Some(name));
        }

        #[test]
        fn stored_names_are_shown_alike(name in names()) {
            let bytes: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let stored = Name::utf16le(&bytes);
            prop_assert_eq!(show_stored_value_name(&stored), show_value_name(&name));
            prop_assume!(Mount::below_system(&name).is_none());
            prop_assert_eq!(show_key_name(&stored), show_key_path(&name));
        }
    }

    #[test]
    fn forms_of_other_programs() {
        let last = |written| key_path_readings(written).pop();
        let path = Some(r"HKLM\SYSTEM\Select".to_owned());
        assert_eq!(last(r#""HKLM\SYSTEM\Select""#), path);
        assert_eq!(last(r" 'HKLM\SYSTEM\Select' "), path);
        assert_eq!(last(r"[HKLM\SYSTEM\Select]"), path);
        assert_eq!(last("HKLM/SYSTEM/Select"), path);
        assert_eq!(last("Clus\\u{202e}net").as_deref(), Some("Clus\u{202e}net"));
        assert_eq!(last(r"Services\TCP/IP").as_deref(), Some(r"Services\TCP/IP"));
        assert_eq!(last("100%{x}").as_deref(), Some("100%{x}"));
    }

    #[test]
    fn what_no_path_can_hold() {
        assert_eq!(key_path_readings("a%{5c}b"), [""; 0]);
        assert_eq!(key_path_readings("a%{d800}b"), [""; 0]);
        assert_eq!(written_value_name("a%{d800}"), None);
        assert_eq!(show_key_name(&Name::utf16le(&[0x00, 0xD8, b'\\', 0])), "%{d800}%{5c}");
    }
}
