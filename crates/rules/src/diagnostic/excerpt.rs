//! A line of a rule file as it is shown: safe, and of bounded length.

use super::safe::push_safe;
use super::{Source, Span};

/// How many characters before a place are shown.
const BEFORE: usize = 90;
/// How many from there on.
const AFTER: usize = 90;
/// Stands for what is cut off.
const CUT: &str = "...";
/// A tab is shown as so many blanks.
const TAB: &str = "    ";

/// A line, or the part of it around a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// What is shown.
    pub(super) text: String,
    /// Which part of the file that is.
    span: Span,
    /// For each character of that part, where it begins in the file and in what is shown.
    places: Vec<(usize, usize)>,
    /// Where what is shown of the line ends.
    end: usize,
}

impl Excerpt {
    /// The part around a byte.
    pub(super) fn around(source: &Source, offset: usize) -> Self {
        let line = source.line(offset);
        // A byte of the line's break is shown at the line's end.
        let offset = source.floor(offset).clamp(line.start, line.end);
        let text = |from: usize, to: usize| source.text().get(from..to).unwrap_or_default();
        let start = text(line.start, offset)
            .char_indices()
            .rev()
            .nth(BEFORE)
            .map_or(line.start, |(index, _)| line.start.saturating_add(index));
        let end = text(offset, line.end)
            .char_indices()
            .nth(AFTER)
            .map_or(line.end, |(index, _)| offset.saturating_add(index));
        let mut shown = String::new();
        if start > line.start {
            shown.push_str(CUT);
        }
        let mut places = Vec::new();
        for (index, c) in text(start, end).char_indices() {
            places.push((start.saturating_add(index), shown.len()));
            match c {
                '\t' => shown.push_str(TAB),
                c => push_safe(&mut shown, c),
            }
        }
        let shown_end = shown.len();
        if end < line.end {
            shown.push_str(CUT);
        }
        Self { text: shown, span: Span::new(start, end), places, end: shown_end }
    }

    /// Whether a place begins in the part that is shown.
    pub(super) fn shows(&self, offset: usize) -> bool {
        (self.span.start..=self.span.end).contains(&offset)
    }

    /// Where in what is shown a part of the file stands, as far as it does.
    pub(super) fn place(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.shown_at(span.start);
        start..self.shown_at(span.end).max(start)
    }

    fn shown_at(&self, offset: usize) -> usize {
        let index = self.places.partition_point(|(place, _)| *place < offset);
        self.places.get(index).map_or(self.end, |(_, shown)| *shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, needle: &str) -> (String, String) {
        let source = Source::new("r", text);
        let start = text.find(needle).unwrap();
        let excerpt = Excerpt::around(&source, start);
        let place = excerpt.place(Span::new(start, start + needle.len()));
        let marked = excerpt.text[place].to_owned();
        (excerpt.text, marked)
    }

    #[test]
    fn what_is_shown() {
        let both = |text: &str, marked: &str| (text.to_owned(), marked.to_owned());
        assert_eq!(shown("a\nb: c\r\nd", "c"), both("b: c", "c"));
        assert_eq!(shown("\tb: \u{202e}c", "c"), both("    b: \\u{202e}c", "c"));
        assert_eq!(shown("x: a\u{1b}[2J", "a\u{1b}[2J"), both("x: a\\u{1b}[2J", "a\\u{1b}[2J"));
        assert_eq!(shown("ä: 鍵\u{0301}é", "é"), both("ä: 鍵\u{0301}é", "é"));
        let long = format!("{}needle{}", "a".repeat(1000), "b".repeat(1000));
        let (text, marked) = shown(&long, "needle");
        assert_eq!(marked, "needle");
        assert_eq!(text.len(), 3 + 91 + 90 + 3);
        let (_, marked) = shown(&long, &"b".repeat(1000));
        assert_eq!(marked, "b".repeat(90));
    }

    #[test]
    fn a_break_is_shown_at_the_end_of_its_line() {
        let source = Source::new("r", "ab\r\ncd");
        for offset in [2, 3] {
            let excerpt = Excerpt::around(&source, offset);
            assert_eq!(
                (excerpt.text.as_str(), excerpt.place(Span::new(offset, offset))),
                ("ab", 2..2)
            );
        }
    }
}
