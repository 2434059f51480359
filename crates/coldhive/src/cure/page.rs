//! A plain text that Notepad shows well: lines that are not too long, ended by CR LF.

use coldhive_rules::safe_text;

/// The longest line, in characters.
const WIDTH: usize = 96;

/// A text that grows paragraph by paragraph.
#[derive(Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push_str("\r\n");
    }

    pub(super) fn empty(&mut self) {
        self.line("");
    }

    /// A heading with an empty line before it.
    pub(super) fn heading(&mut self, heading: &str) {
        self.empty();
        self.line(heading);
        self.line(&"-".repeat(heading.len()));
    }

    pub(super) fn paragraph(&mut self, text: &str) {
        self.hanging("", text);
    }

    /// A paragraph behind a mark; its other lines begin below its first word.
    pub(super) fn hanging(&mut self, mark: &str, text: &str) {
        let indent = mark.chars().count();
        let mut line = mark.to_owned();
        let mut width = indent;
        let mut is_first = true;
        for word in safe_text(text).split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if !is_first && width.saturating_add(length).saturating_add(1) > WIDTH {
                self.line(&line);
                line = " ".repeat(indent);
                width = indent;
                is_first = true;
            }
            if !is_first {
                line.push(' ');
                width = width.saturating_add(1);
            }
            line.push_str(word);
            width = width.saturating_add(length);
            is_first = false;
        }
        self.line(&line);
    }

    /// A line that is to be copied: it is not broken.
    pub(super) fn verbatim(&mut self, indent: &str, text: &str) {
        self.line(&format!("{indent}{}", safe_text(text)));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}
