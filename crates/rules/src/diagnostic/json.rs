//! Diagnostics as data.

use serde::Serialize;

use super::{Code, Diagnostic, Diagnostics, Severity, Source};

/// The version of the JSON form.
pub const DIAGNOSTICS_SCHEMA: &str = "coldhive.diagnostics/1";

/// What there is to say about one file, with lines and columns.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct JsonReport {
    /// [`DIAGNOSTICS_SCHEMA`].
    pub schema: &'static str,
    /// What the file is called.
    pub file: String,
    /// The diagnostics, in the order of the file.
    pub diagnostics: Vec<JsonDiagnostic>,
    /// How many more there are.
    pub left_out: usize,
}

/// One diagnostic.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct JsonDiagnostic {
    /// Its stable code.
    pub code: Code,
    /// Its short name.
    pub name: &'static str,
    /// How much weight it has.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// The places that it is about; the first primary one is where it is.
    pub labels: Vec<JsonLabel>,
    /// What to do.
    pub help: Option<String>,
}

/// A place.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct JsonLabel {
    /// What there is to say of it; may be empty.
    pub text: String,
    /// Whether the diagnostic is about this place.
    pub primary: bool,
    /// Where it begins: the line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// Where it ends: the line of the first character behind it.
    pub end_line: usize,
    /// The column of the first character behind it.
    pub end_column: usize,
    /// Where it begins, in bytes from the file's beginning.
    pub start: usize,
    /// Where it ends: the first byte behind it.
    pub end: usize,
}

impl Diagnostics {
    /// The same with lines and columns, for JSON.
    ///
    /// ```
    /// use coldhive_rules::Rule;
    ///
    /// let error = Rule::load("r.yaml", "schema: coldhive/1\nid: [\n").unwrap_err();
    /// let json = serde_json::to_value(error.diagnostics().to_json())?;
    /// assert_eq!(json["file"], "r.yaml");
    /// assert_eq!(json["diagnostics"][0]["code"], "CH001");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn to_json(&self) -> JsonReport {
        JsonReport {
            schema: DIAGNOSTICS_SCHEMA,
            file: self.source.name().to_owned(),
            diagnostics: self.list.iter().map(|one| diagnostic(one, &self.source)).collect(),
            left_out: self.left_out,
        }
    }
}

fn diagnostic(diagnostic: &Diagnostic, source: &Source) -> JsonDiagnostic {
    let labels = diagnostic.labels.iter().map(|label| {
        let (start, end) = (source.position(label.span.start), source.position(label.span.end));
        JsonLabel {
            text: label.text.clone(),
            primary: label.primary,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            start: label.span.start,
            end: label.span.end,
        }
    });
    JsonDiagnostic {
        code: diagnostic.code,
        name: diagnostic.code.explanation().name,
        severity: diagnostic.severity(),
        message: diagnostic.message.clone(),
        labels: labels.collect(),
        help: diagnostic.help.clone(),
    }
}
