//! Loading rules: from text, or from what was built in code, to a checked rule.

use std::collections::BTreeMap;
use std::fmt;

use coldhive_hive::Sha256Digest;

use crate::decode::{Cx, Decode as _};
use crate::diagnostic::{Diagnostics, Sink, Source};
use crate::lint::{self, Linter};
use crate::model::RuleFile;
use crate::resolve::resolve;
use crate::{cases, vars, yaml};

/// A rule that was loaded and checked: everything it names is known.
#[derive(Clone, Debug)]
pub struct Rule {
    file: RuleFile,
    source: Source,
    sha256: Option<Sha256Digest>,
    /// Whether any of its paths can be of the SOFTWARE hive.
    pub(crate) names_software: bool,
}

impl Rule {
    /// Loads a rule from the text of its file. `source` names it in errors.
    ///
    /// # Errors
    /// [`LoadError`] lists all that is wrong with the file.
    pub fn load(source: &str, text: &str) -> Result<Self, LoadError> {
        Self::load_part(source, text, text, Cx::default())
    }

    /// The same without the cases of a rule that this crate ships with, which end its file, after the hives that they
    /// share.
    pub(crate) fn load_without_cases(source: &str, text: &str) -> Result<Self, LoadError> {
        let ends = ["\nhives:\n", "\ncases:\n"].iter().filter_map(|title| text.find(title));
        let rule = ends.min().and_then(|end| text.get(..=end)).unwrap_or(text);
        Self::load_part(source, text, rule, Cx { is_known_to_load: true, ..Cx::default() })
    }

    /// Loads what a part of the text of a file says.
    fn load_part(source: &str, text: &str, part: &str, mut cx: Cx) -> Result<Self, LoadError> {
        let file = match yaml::parse(part) {
            Ok(root) => RuleFile::decode(&root, &mut cx),
            Err(problem) => {
                cx.push(problem);
                None
            }
        };
        // Text that is too large is not shown either.
        let shown = if text.len() > yaml::LARGEST_FILE { "" } else { text };
        let source = Source::new(source, shown);
        if let Some(file) = &file {
            resolve(file, &source, &mut cx.sink);
            cases::resolve(file, &mut cx.sink);
        }
        match file {
            Some(file) if cx.sink.is_empty() => {
                Ok(Self::checked(file, source, Some(Sha256Digest::of(text.as_bytes()))))
            }
            _ => Err(LoadError::new(cx.sink, source)),
        }
    }

    /// A rule in which nothing is wrong.
    fn checked(file: RuleFile, source: Source, sha256: Option<Sha256Digest>) -> Self {
        Self { names_software: file.names_software(), file, source, sha256 }
    }

    /// Checks a rule that was built in code, as one from a file is checked.
    ///
    /// # Errors
    /// [`LoadError`] lists all that is wrong with it.
    pub fn from_file(file: RuleFile) -> Result<Self, LoadError> {
        let mut sink = Sink::default();
        let source = Source::new(file.id.value.as_str(), "");
        resolve(&file, &source, &mut sink);
        cases::resolve(&file, &mut sink);
        if sink.is_empty() {
            Ok(Self::checked(file, source, None))
        } else {
            Err(LoadError::new(sink, source))
        }
    }

    /// The rule as its file says it.
    #[must_use]
    pub const fn file(&self) -> &RuleFile {
        &self.file
    }

    /// The rule's stable name.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.file.id
    }

    /// What an author should look at, though the rule can be used: what all [linters](crate::lint) find.
    #[must_use]
    pub fn warnings(&self) -> Diagnostics {
        self.lint(lint::ALL)
    }

    /// What these linters find.
    #[must_use]
    pub fn lint(&self, linters: &[Linter]) -> Diagnostics {
        let mut sink = Sink::default();
        linters.iter().for_each(|linter| linter.run(&self.file, &self.source, &mut sink));
        sink.into_diagnostics(self.source.clone())
    }

    /// The file that it was loaded from; without text if it was built in code.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// The SHA-256 of the file that it was loaded from; `None` if it was built in code.
    #[must_use]
    pub const fn sha256(&self) -> Option<Sha256Digest> {
        self.sha256
    }

    /// What the placeholders stand for in one control set.
    pub(crate) fn placeholders(&self, control_set: &str) -> BTreeMap<String, String> {
        vars::fill(&self.file, control_set).known
    }
}

/// Why a rule can't be used: all that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadError {
    // In a box, because a result should be small.
    diagnostics: Box<Diagnostics>,
}

impl LoadError {
    fn new(sink: Sink, source: Source) -> Self {
        Self { diagnostics: Box::new(sink.into_diagnostics(source)) }
    }

    /// What is wrong, in the order of the file.
    #[must_use]
    pub fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }
}

/// One line for each thing that is wrong. [`Diagnostics::render`] shows the lines of the file too.
impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostics.fmt(f)
    }
}

impl std::error::Error for LoadError {}
