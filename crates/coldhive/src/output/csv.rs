//! A table as CSV, for spreadsheets and Timeline Explorer: a row for each check, for each remark that doesn't hold, for each
//! verdict without either, for each sign in a log beside the hive, and for each path that gave no hive.
//!
//! | column | what it holds |
//! | --- | --- |
//! | `row` | `check`, `remark`, `verdict` (of a rule that has no check here), `sign` (an entry of a log) or `error` (a path that gave no hive) |
//! | `hive`, `hive_sha256` | the hive that was evaluated, as given, and its digest |
//! | `computer` | the computer's name, where it is known |
//! | `control_set`, `roles` | the control set, and what `Select` makes of it |
//! | `rule`, `title`, `level` | the rule |
//! | `applies` | whether it says anything about this machine: `applicable`, `notapplicable`, `undetermined` |
//! | `outcome` | the verdict's: `pass`, `fail`, `unknown`, `error`, `notapplicable`, `notselected` |
//! | `check`, `check_title` | the check, remark or sign |
//! | `result` | `true`, `false`, `unknown`, `error`, `notevaluated`, `notapplicable`; of a sign `fault`, `other-cause`, `well` |
//! | `expected`, `found` | in words; of an error `found` is what to do, of a verdict what its applicability was told by, of a sign what the entry says |
//! | `remedy` | what to do where the check doesn't hold |
//! | `records` | how many records the check rests on; the columns that follow are of the first one |
//! | `key`, `value` | the key's path on the machine, and the value's name |
//! | `record`, `finding` | `key`, `value` or `security`, and `found`, `absent`, `unreadable` or `obscured` |
//! | `last_written` | when the key was last written, or the entry of the log: ISO 8601, UTC, seven decimals |
//! | `file`, `file_offset`, `log_entry`, `line` | where the record or entry stands; the offset in hex |
//! | `type`, `data`, `text`, `sddl` | the value's type, its bytes in hex and in words; the descriptor |
//! | `second_reader` | `agrees`, `differs`, `damaged`, `not_asked` |
//! | `case` | the name of the case |
//!
//! It is RFC 4180: commas, lines end with CR LF, quotes where they are needed. It is UTF-8 and begins with a byte order mark,
//! because Excel takes it for an ANSI code page without; Python reads it as `utf-8-sig`.
//!
//! **Formulas.** A cell that begins with `=`, `+`, `-`, `@` or their full-width forms would be a formula in a spreadsheet, and
//! names in a hive are a stranger's. As OWASP advises, such a cell gets an apostrophe in front; so does one that begins with
//! an apostrophe, so that taking one away gives every cell back. This can't help who opens the file with another separator
//! than the comma.
//!
//! **Characters.** Control characters and those that turn the direction of writing are spelled `\u{1b}`, as in the program's
//! text. A cell has at most 32,767 characters, Excel's bound: what is longer is cut, and says so at its end. The JSON
//! report has all of it.

use std::io::{self, Write};

use coldhive_rules::{CheckResult, Evidence, HiveInfo, SignFound, Verdict, safe_text};

use super::place::{
    applies_word, confirmation_word, finding_word, full_path, is_open, kind_word, why,
};
use super::signs::{meaning_word, signs};
use super::{Output, Run, Totals};
use crate::ReportError;

/// The columns, in their order.
pub const COLUMNS: [&str; 33] = [
    "row",
    "hive",
    "hive_sha256",
    "computer",
    "control_set",
    "roles",
    "rule",
    "title",
    "level",
    "applies",
    "outcome",
    "check",
    "check_title",
    "result",
    "expected",
    "found",
    "remedy",
    "records",
    "key",
    "value",
    "record",
    "finding",
    "last_written",
    "file",
    "file_offset",
    "log_entry",
    "line",
    "type",
    "data",
    "text",
    "sddl",
    "second_reader",
    "case",
];

/// The most characters that a cell may have in Excel.
const MOST_IN_CELL: usize = 32_767;

/// Rows of CSV.
#[derive(Debug)]
pub struct Csv<W> {
    out: W,
    case: String,
}

impl<W: Write> Csv<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self { out, case: String::new() }
    }

    /// Writes a row, whole.
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let bytes = record(row.cells(&self.case))?;
        self.out.write_all(&bytes)
    }
}

impl<W: Write> Output for Csv<W> {
    fn begin(&mut self, run: &Run) -> io::Result<()> {
        self.case = run.case.clone().unwrap_or_default();
        let mut head = "\u{feff}".as_bytes().to_vec();
        head.extend(record(COLUMNS.map(str::to_owned))?);
        self.out.write_all(&head)
    }

    fn hive(&mut self, _: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        for verdict in verdicts {
            for check in &verdict.checks {
                self.row(&Row::Check(verdict, check))?;
            }
            for remark in verdict.remarks.iter().filter(|remark| is_open(remark.result)) {
                self.row(&Row::Remark(verdict, remark))?;
            }
            if verdict.checks.is_empty() {
                self.row(&Row::Verdict(verdict))?;
            }
        }
        let mut signs = signs(verdicts).into_iter();
        signs.try_for_each(|(verdict, sign)| self.row(&Row::Sign(verdict, sign)))
    }

    fn error(&mut self, error: &ReportError) -> io::Result<()> {
        self.row(&Row::Error(error))
    }

    fn end(&mut self, _: &Totals) -> io::Result<()> {
        self.out.flush()
    }
}

/// What a row is about.
enum Row<'r> {
    Check(&'r Verdict, &'r CheckResult),
    Remark(&'r Verdict, &'r CheckResult),
    Verdict(&'r Verdict),
    Sign(&'r Verdict, &'r SignFound),
    Error(&'r ReportError),
}

impl Row<'_> {
    fn cells(&self, case: &str) -> [String; 33] {
        let (word, verdict, check) = match *self {
            Self::Check(verdict, check) => ("check", Some(verdict), Some(check)),
            Self::Remark(verdict, remark) => ("remark", Some(verdict), Some(remark)),
            Self::Verdict(verdict) => ("verdict", Some(verdict), None),
            Self::Sign(verdict, _) => ("sign", Some(verdict), None),
            Self::Error(_) => ("error", None, None),
        };
        let sign = match *self {
            Self::Sign(_, sign) => Some(sign),
            _ => None,
        };
        let hive = verdict.map(|it| &it.hive);
        // A log is of no control set.
        let in_set = verdict.filter(|_| sign.is_none());
        let rule = verdict.map(|it| &it.rule);
        let evidence = check.and_then(|it| it.evidence.first());
        let path = match self {
            Self::Error(error) => Some(error.path.clone()),
            _ => hive.map(|it| it.path.clone()),
        };
        let found = match self {
            Self::Error(error) => Some(error.message.clone()),
            Self::Verdict(verdict) => Some(why(verdict)),
            Self::Sign(_, sign) => Some(sign.text.clone()),
            Self::Check(_, check) | Self::Remark(_, check) => Some(check.found.clone()),
        };
        let of = |value: Option<String>| value.unwrap_or_default();
        let seen = |what: fn(&Evidence) -> Option<String>| of(evidence.and_then(what));
        [
            word.to_owned(),
            of(path),
            of(hive.and_then(|it| it.sha256.clone())),
            of(hive.and_then(|it| it.computer.clone())),
            of(in_set.and_then(|it| it.control_set.clone())),
            of(in_set.map(|it| it.control_set_roles.join(", "))),
            of(rule.map(|it| it.id.clone())),
            of(rule.map(|it| it.title.clone())),
            of(rule.map(|it| it.level.to_string())),
            of(verdict.map(|it| applies_word(it.applicability.value).to_owned())),
            of(verdict.map(|it| it.outcome.to_string())),
            of(check.map(|it| it.id.clone()).or_else(|| Some(sign?.id.clone()))),
            of(check.map(|it| it.title.clone()).or_else(|| Some(sign?.title.clone()))),
            of(check
                .map(|it| it.result.to_string())
                .or_else(|| Some(meaning_word(sign?.means).to_owned()))),
            of(check.map(|it| it.expected.clone())),
            of(found),
            of(check
                .and_then(|it| it.remedy.clone())
                .filter(|_| check.is_some_and(|it| is_open(it.result)))),
            of(check.map(|it| it.evidence.len().to_string())),
            of(verdict.zip(evidence).map(|(verdict, it)| full_path(verdict, it.hive, &it.key))),
            seen(|it| it.value.clone()),
            seen(|it| Some(kind_word(it.kind).to_owned())),
            seen(|it| Some(finding_word(it.finding).to_owned())),
            of(evidence.map_or_else(|| sign?.when, |it| it.last_written).map(|it| it.to_string())),
            of(evidence.map(|it| &it.file).or_else(|| Some(&sign?.file)).cloned()),
            of(evidence
                .map_or_else(|| Some(sign?.offset), |it| it.file_offset)
                .map(|it| format!("{it:#x}"))),
            seen(|it| Some(it.log_entry?.to_string())),
            of(evidence
                .map_or_else(|| sign?.line, |it| it.line.map(u64::from))
                .map(|it| it.to_string())),
            seen(|it| it.value_type.clone()),
            seen(|it| Some(it.data.as_ref()?.to_string())),
            seen(|it| it.text.clone()),
            seen(|it| it.sddl.clone()),
            seen(|it| Some(confirmation_word(it.confirmed).to_owned())),
            case.to_owned(),
        ]
    }
}

/// A line of CSV.
fn record(cells: [String; 33]) -> io::Result<Vec<u8>> {
    let mut builder = ::csv::WriterBuilder::new();
    let mut writer = builder.terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|text| cell(text))).map_err(io::Error::from)?;
    writer.into_inner().map_err(::csv::IntoInnerError::into_error)
}

/// A cell that is no formula, shows what it holds, and fits.
fn cell(text: &str) -> String {
    let safe = safe_text(text);
    let is_formula = safe
        .starts_with(['=', '+', '-', '@', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}', '\'']);
    let mut cell = if is_formula { format!("'{safe}") } else { safe };
    // Excel counts UTF-16 units; bytes are never fewer.
    if cell.len() > MOST_IN_CELL {
        let mark = format!(" (cut: {} bytes in all)", cell.len());
        let most = MOST_IN_CELL.saturating_sub(mark.len());
        let fits = cell.char_indices().map(|(at, _)| at).take_while(|at| *at <= most);
        cell.truncate(fits.last().unwrap_or_default());
        cell.push_str(&mark);
    }
    cell
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_each_can_be_had_back() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "'quoted", "\u{ff1d}1", "plain", "a=b", ""] {
            let written = cell(text);
            assert!(!written.starts_with(['=', '+', '-', '@', '\u{ff1d}']), "{written}");
            assert_eq!(written.strip_prefix('\'').unwrap_or(&written), text);
        }
        // OWASP names these too; spelled out they begin with a backslash.
        assert_eq!(cell("\t=1"), "\\u{9}=1");
        assert_eq!(cell("\r=1"), "\\u{d}=1");
    }

    #[test]
    fn a_cell_fits_into_excel() {
        let long = cell(&"ä".repeat(40_000));
        assert!(long.len() <= MOST_IN_CELL && long.ends_with(" (cut: 80000 bytes in all)"));
    }
}
