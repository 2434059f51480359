//! The text of a rule file, and where its lines are.

use super::Span;

/// A rule file's name and text.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Source {
    name: String,
    text: String,
    /// Where the lines after the first begin.
    starts: Vec<usize>,
}

/// A place as people count: both from 1, the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl Source {
    /// A file of that name and text.
    #[must_use]
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        // YAML's line breaks are LF, CR, and both together.
        let mut bytes = text.bytes().enumerate().peekable();
        let mut starts = Vec::new();
        while let Some((index, byte)) = bytes.next() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.peek().is_none_or(|(_, next)| *next != b'\n'),
                _ => false,
            };
            if ends {
                starts.push(index.saturating_add(1));
            }
        }
        Self { name: name.into(), text, starts }
    }

    /// What the file is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line and column of a byte; of one behind the text, those of its end.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let (index, start) = self.line_start(offset);
        let column = self.text.get(start..offset).unwrap_or_default().chars().count();
        Position { line: index.saturating_add(1), column: column.saturating_add(1) }
    }

    /// Where in a part of the file some text stands; the whole part where it isn't spelled so.
    pub(crate) fn within(&self, span: Option<Span>, needle: &str) -> Option<Span> {
        let span = span?;
        let found = self.text.get(span.range()).and_then(|text| text.find(needle));
        Some(found.map_or(span, |index| {
            let start = span.start.saturating_add(index);
            Span::new(start, start.saturating_add(needle.len()))
        }))
    }

    /// The line that holds a byte, without its break.
    pub(super) fn line(&self, offset: usize) -> Span {
        let (index, start) = self.line_start(self.floor(offset));
        let end = self.starts.get(index).copied().unwrap_or(self.text.len());
        let line = self.text.get(start..end).unwrap_or_default();
        Span::new(start, start.saturating_add(line.trim_end_matches(['\n', '\r']).len()))
    }

    /// The nearest start of a character at or before an offset.
    pub(super) fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset = offset.saturating_sub(1);
        }
        offset
    }

    /// How many lines end before a byte, and where its own begins.
    fn line_start(&self, offset: usize) -> (usize, usize) {
        let index = self.starts.partition_point(|start| *start <= offset);
        let start = index.checked_sub(1).and_then(|last| self.starts.get(last));
        (index, start.copied().unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns() {
        let source = Source::new("r.yaml", "aé\r\nb\rc\n\nd");
        let at = |needle: &str| {
            let Position { line, column } = source.position(source.text().find(needle).unwrap());
            (line, column)
        };
        assert_eq!(
            [at("a"), at("é"), at("b"), at("c"), at("d")],
            [(1, 1), (1, 2), (2, 1), (3, 1), (5, 1)]
        );
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(1000), Position { line: 5, column: 2 });
        assert_eq!(&source.text()[source.line(1).range()], "aé");
        assert_eq!(&source.text()[source.line(source.text().len()).range()], "d");
        assert_eq!(Source::default().position(0), Position { line: 1, column: 1 });
    }
}
