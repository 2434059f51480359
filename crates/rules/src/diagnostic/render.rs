//! Diagnostics as text for people.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::excerpt::Excerpt;
use super::{Diagnostic, Diagnostics, Label, Position, Severity, Source, safe_text};

/// Whether text has colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Style {
    /// Nothing but text.
    #[default]
    Plain,
    /// With the escape sequences of a terminal.
    Coloured,
}

impl Diagnostics {
    /// All of them, each with the lines that it is about.
    ///
    /// Whatever is in the file, control characters are spelled out and long lines are cut.
    ///
    /// ```
    /// use coldhive_rules::{Rule, Style};
    ///
    /// let error = Rule::load("r.yaml", "schema: coldhive/1\nid: r\ntitel: t\n").unwrap_err();
    /// let text = error.diagnostics().render(Style::Plain);
    /// assert!(text.starts_with("error[CH016]: a rule needs the field `title`\n"), "{text}");
    /// assert!(text.contains("did you mean `title`?"), "{text}");
    /// ```
    #[must_use]
    pub fn render(&self, style: Style) -> String {
        let mut text = String::new();
        for diagnostic in &self.list {
            text.push_str(&one(diagnostic, &self.source, style));
            text.push_str("\n\n");
        }
        if self.left_out > 0 {
            text.push_str(&format!("and {} more\n\n", self.left_out));
        }
        text
    }
}

fn one(diagnostic: &Diagnostic, source: &Source, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    // Lines are cut where they come from: twice would be once too often.
    let renderer = renderer.term_width(WIDEST);
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let name = safe_text(source.name());
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.to_string());
    let mut group = Group::with_title(title);
    let mut places = Vec::new();
    for labels in by_line(&diagnostic.labels, source) {
        let (snippet, Position { line, column }) = snippet(&labels, source);
        group = group.element(snippet);
        places.push(format!("{name}:{line}:{column}"));
    }
    if diagnostic.labels.is_empty() {
        group = group.element(Origin::path(name));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    put_places(&renderer.render(&[group]), places)
}

/// A line with what there is to say of its parts, and where it is.
fn snippet<'a>(labels: &[&'a Label], source: &Source) -> (Snippet<'a, Annotation<'a>>, Position) {
    let main = labels.iter().find(|label| label.primary).or(labels.first());
    let start = main.map_or(0, |label| label.span.start);
    let position = source.position(start);
    let excerpt = Excerpt::around(source, start);
    let shown = labels.iter().filter(|label| excerpt.shows(label.span.start));
    let annotations = shown.map(|label| {
        let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
        let text = Some(label.text.as_str()).filter(|text| !text.is_empty());
        kind.span(excerpt.place(label.span)).label(text)
    });
    let annotations: Vec<_> = annotations.collect();
    let snippet = Snippet::source(excerpt.text).line_start(position.line).path(PLACE);
    (snippet.annotations(annotations), position)
}

/// Wider than any line that is shown.
const WIDEST: usize = 4096;

/// Stands for a file's name: a character that no message and no line is shown with.
const PLACE: &str = "\0";

/// Puts in where each snippet is. The renderer counts columns in what is shown, which may be cut or spelled out.
fn put_places(rendered: &str, places: Vec<String>) -> String {
    let mut parts = rendered.split(PLACE);
    let mut text = parts.next().unwrap_or_default().to_owned();
    for (part, place) in parts.zip(places) {
        text.push_str(&place);
        text.push_str(part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    text
}

/// Labels of one line together, the primary ones' line first.
fn by_line<'d>(labels: &'d [Label], source: &Source) -> Vec<Vec<&'d Label>> {
    let mut lines: Vec<(usize, Vec<&Label>)> = Vec::new();
    let primary_first = labels
        .iter()
        .filter(|label| label.primary)
        .chain(labels.iter().filter(|label| !label.primary));
    for label in primary_first {
        let line = source.line(label.span.start).start;
        match lines.iter_mut().find(|(start, _)| *start == line) {
            Some((_, labels)) => labels.push(label),
            None => lines.push((line, vec![label])),
        }
    }
    lines.into_iter().map(|(_, labels)| labels).collect()
}
