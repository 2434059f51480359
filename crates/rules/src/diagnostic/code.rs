//! Stable codes, and what each means: one table for messages, `explain` and the reference.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Severity, errors, warnings};

/// A stable code: `CH001` to `CH099` are errors, `CH101` and on are warnings.
///
/// A code keeps its meaning for good, and that of one that is given up is never used again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Code(pub(super) &'static Explanation);

/// What a code means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The number in the code.
    pub number: u16,
    /// How much weight it has.
    pub severity: Severity,
    /// The linter that finds it, where it is a warning; else a short name of the error.
    pub name: &'static str,
    /// What is wrong, in one line.
    pub title: &'static str,
    /// Why, and what to do.
    pub text: &'static str,
    /// A rule that has it.
    pub wrong: Example,
    /// The same put right.
    pub right: Example,
}

/// A part of a rule file: fields of a rule, or, where it begins with `expect:`, of its check.
pub type Example = &'static str;

impl Code {
    /// What it means.
    #[must_use]
    pub const fn explanation(self) -> &'static Explanation {
        self.0
    }

    /// How much weight it has.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.0.severity
    }
}

impl Explanation {
    /// The code that it explains.
    #[must_use]
    pub const fn code(&'static self) -> Code {
        Code(self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("CH{:03}", self.0.number))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// All codes, in their order.
pub fn codes() -> impl Iterator<Item = Code> {
    errors::ALL.iter().chain(warnings::ALL).copied()
}

/// What a code means, written as `CH007`, `ch7` or `7`.
///
/// ```
/// let code = coldhive_rules::explain("CH007").ok_or("no such code")?;
/// assert_eq!(code.title, "a combinator has nothing to combine");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn explain(code: &str) -> Option<&'static Explanation> {
    let number = match code.split_at_checked(2) {
        Some((prefix, number)) if prefix.eq_ignore_ascii_case("CH") => number,
        _ => code,
    };
    let number: u16 = number.parse().ok()?;
    codes().map(Code::explanation).find(|known| known.number == number)
}

/// Defines codes: a constant for each, and `ALL` of them.
macro_rules! table {
    ($severity:ident; $(
        $(#[doc = $doc:literal])*
        $constant:ident = $number:literal, $name:literal, $title:literal;
        text: $text:expr;
        wrong: $wrong:expr;
        right: $right:expr;
    )*) => {
        impl $crate::diagnostic::Code {
            $(
                $(#[doc = $doc])*
                pub const $constant: Self = Self(&$crate::diagnostic::Explanation {
                    number: $number,
                    severity: $crate::diagnostic::Severity::$severity,
                    name: $name,
                    title: $title,
                    text: $text,
                    wrong: $wrong,
                    right: $right,
                });
            )*
        }

        /// The codes of this file.
        pub(super) const ALL: &[$crate::diagnostic::Code] = &[$($crate::diagnostic::Code::$constant),*];
    };
}
pub(super) use table;
