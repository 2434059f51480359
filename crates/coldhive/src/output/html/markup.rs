//! The one way to write the page: text is escaped, and what is opened is closed, by construction.

use coldhive_rules::is_harmless;

use crate::{show_key_path, show_value_name};

/// The longest text that is shown in full, in characters: data of a value made for it could fill the page.
const MOST_TEXT: usize = 4096;

/// Attributes: names are constants, values are escaped.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

/// Markup under construction. Names of elements and attributes are constants of the program; all else is text.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// An element without attributes.
    pub(super) fn el(&mut self, tag: &'static str, inside: impl FnOnce(&mut Self)) {
        self.with(tag, &[], inside);
    }

    /// An element with attributes.
    pub(super) fn with(
        &mut self,
        tag: &'static str,
        attributes: Attributes<'_>,
        inside: impl FnOnce(&mut Self),
    ) {
        self.open(tag, attributes);
        self.0.push('>');
        inside(self);
        self.0.push_str("</");
        self.0.push_str(tag);
        self.0.push('>');
        if !matches!(tag, "a" | "bdi" | "code" | "span" | "b") {
            self.0.push('\n');
        }
    }

    /// An element that holds nothing.
    pub(super) fn void(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.open(tag, attributes);
        self.0.push_str("/>\n");
    }

    fn open(&mut self, tag: &'static str, attributes: Attributes<'_>) {
        self.0.push('<');
        self.0.push_str(tag);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            value.chars().for_each(|c| self.character(c));
            self.0.push('"');
        }
    }

    /// An element that holds text alone.
    pub(super) fn line(&mut self, tag: &'static str, text: &str) {
        self.el(tag, |it| it.text(text));
    }

    /// The same with a class.
    pub(super) fn classed(&mut self, tag: &'static str, class: &'static str, text: &str) {
        self.with(tag, &[("class", class)], |it| it.text(text));
    }

    /// Text. What a reader would not see, or what would turn the direction of writing, is shown by its number.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text.chars();
        rest.by_ref().take(MOST_TEXT).for_each(|c| self.character(c));
        let more = rest.count();
        if more > 0 {
            self.0.push_str(&format!(" ... and {more} more characters"));
        }
    }

    /// The path of a key, set apart from the direction of writing around it.
    pub(super) fn key(&mut self, path: &str) {
        let shown = if path.is_empty() { "the root key".into() } else { show_key_path(path) };
        self.apart(&shown);
    }

    /// The name of a value, set apart as well.
    pub(super) fn value(&mut self, name: &str) {
        self.apart(&show_value_name(name));
    }

    /// A name that is not the program's own.
    pub(super) fn apart(&mut self, text: &str) {
        self.el("bdi", |it| it.text(text));
    }

    /// A time, or a number, that is not to be broken into lines.
    pub(super) fn unbroken(&mut self, text: &str) {
        self.classed("span", "time", text);
    }

    /// A constant as it is: the style sheet.
    pub(super) fn constant(&mut self, constant: &'static str) {
        self.0.push_str(constant);
    }

    /// Markup that was made before.
    pub(super) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    fn character(&mut self, c: char) {
        match c {
            '&' => self.0.push_str("&amp;"),
            '<' => self.0.push_str("&lt;"),
            '>' => self.0.push_str("&gt;"),
            '"' => self.0.push_str("&quot;"),
            '\'' => self.0.push_str("&#39;"),
            // U+FFFE and U+FFFF are characters of no markup (XML 1.0, 2.2).
            c if is_harmless(c) && !matches!(c, '\u{fffe}' | '\u{ffff}') => self.0.push(c),
            c => self.0.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
    }

    /// A table with a caption and heads of columns; it scrolls where the page is narrow.
    pub(super) fn table(&mut self, caption: &str, heads: &[&str], rows: impl FnOnce(&mut Self)) {
        let scrolls = [("class", "wide"), ("tabindex", "0"), ("role", "region")];
        let [class, tab, role] = scrolls;
        self.with("div", &[class, tab, role, ("aria-label", caption)], |it| {
            it.el("table", |it| {
                it.line("caption", caption);
                it.el("thead", |it| {
                    it.el("tr", |it| {
                        for head in heads {
                            it.with("th", &[("scope", "col")], |it| it.text(head));
                        }
                    });
                });
                it.el("tbody", rows);
            });
        });
    }

    /// The head of a row.
    pub(super) fn row_head(&mut self, inside: impl FnOnce(&mut Self)) {
        self.with("th", &[("scope", "row")], inside);
    }

    /// What is folded until it is asked for.
    pub(super) fn folded(&mut self, summary: &str, inside: impl FnOnce(&mut Self)) {
        self.el("details", |it| {
            it.line("summary", summary);
            inside(it);
        });
    }

    /// A term and what is said of it, in a list of such.
    pub(super) fn term(&mut self, term: &str, inside: impl FnOnce(&mut Self)) {
        self.line("dt", term);
        self.el("dd", inside);
    }

    /// A list of texts, if there is any.
    pub(super) fn list(&mut self, texts: &[String]) {
        if !texts.is_empty() {
            self.el("ul", |it| texts.iter().for_each(|text| it.line("li", text)));
        }
    }
}

/// How many of a number are shown, and how many are not, in words.
pub(super) fn left_out(it: &mut Markup, more: usize, what: &str) {
    if more > 0 {
        it.classed(
            "p",
            "note",
            &format!("{more} more {what} are left out here; the program's other formats and commands tell them."),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_attributes_can_not_become_markup() {
        let mut it = Markup::default();
        it.with("a", &[("href", "\"><script>")], |it| {
            it.text("</a><img src=x onerror='1'>&\u{202e}\0");
        });
        let expected = "<a href=\"&quot;&gt;&lt;script&gt;\">&lt;/a&gt;&lt;img src=x onerror=&#39;1&#39;&gt;&amp;\\u{202e}\\u{0}</a>";
        assert_eq!(it.0, expected);
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let mut it = Markup::default();
        it.text(&"<".repeat(MOST_TEXT + 7));
        assert!(it.0.ends_with("&lt; ... and 7 more characters"));
    }
}
