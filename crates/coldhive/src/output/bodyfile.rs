//! A timeline as a bodyfile of The Sleuth Kit 3 and later, for `mactime -b FILE -d 1970-01-02`: without a first day mactime
//! lists each key once more under the times that it doesn't have.
//!
//! Its fields are `MD5|name|inode|mode_as_string|UID|GID|size|atime|mtime|ctime|crtime`. A line is a key that rules looked
//! at, or a sign in a log, the same as in [`timesketch`](super::timesketch):
//!
//! | field | what it holds |
//! | --- | --- |
//! | `name` | `[hive] HKLM\SYSTEM\... (Q262832: provider-key fails)`; deleted keys have `(deleted)` behind their path |
//! | | of a sign `[SysEvent.Evt] what the entry says (Q262832: ... (event-7023), for the fault)` |
//! | `inode` | where the record stands in its file, in bytes; 0 where that isn't known |
//! | `mode_as_string` | `k/key`, of a sign `l/log`: a hive has nothing like it |
//! | `mtime` | when the key was last written, or the entry of the log, in seconds since 1970 |
//! | the rest | 0: a registry key has none of it |
//!
//! A bar, an end of line, a control character, a character that turns the direction of writing, and a per cent sign that
//! mactime would take for an escape (`%41`) are spelled `\u{7c}`. Times from before 1970-01-01 00:00:01 give no line: mactime
//! takes zero for "not known" and sorts negative times wrongly. The JSON report has them.

use std::fmt::Write as _;
use std::io::{self, Write};

use coldhive_hive::FileTime;
use coldhive_rules::{HiveInfo, SignFound, Verdict, safe_text};

use super::keys::{KeyEvent, key_events};
use super::signs::{signs, told};
use super::{Output, Run, Totals};
use crate::ReportError;

/// Lines of a bodyfile.
#[derive(Debug)]
pub struct Bodyfile<W> {
    out: W,
}

impl<W: Write> Bodyfile<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Output for Bodyfile<W> {
    fn begin(&mut self, _: &Run) -> io::Result<()> {
        Ok(())
    }

    fn hive(&mut self, _: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        let keys = key_events(verdicts);
        let signs = signs(verdicts);
        let signs = signs.iter().filter_map(|(verdict, sign)| sign_line(verdict, sign));
        let mut lines = keys.iter().filter_map(line).chain(signs);
        lines.try_for_each(|line| self.out.write_all(line.as_bytes()))
    }

    fn error(&mut self, _: &ReportError) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &Totals) -> io::Result<()> {
        self.out.flush()
    }
}

fn line(event: &KeyEvent<'_>) -> Option<String> {
    let seconds = seconds(event.time)?;
    let says: Vec<_> = event.says.iter().map(ToString::to_string).collect();
    let deleted = if event.is_deleted { " (deleted)" } else { "" };
    let (hive, key) = (&event.hive().path, event.path());
    let name = format!("[{hive}] {key}{deleted} ({})", says.join("; "));
    let inode = event.file_offset.unwrap_or_default();
    Some(format!("0|{}|{inode}|k/key|0|0|0|0|{seconds}|0|0\n", field(&name)))
}

fn sign_line(verdict: &Verdict, sign: &SignFound) -> Option<String> {
    let seconds = seconds(sign.when?)?;
    let name = format!("[{}] {} ({})", sign.file, sign.text, told(verdict, sign));
    Some(format!("0|{}|{}|l/log|0|0|0|0|{seconds}|0|0\n", field(&name), sign.offset))
}

fn seconds(time: FileTime) -> Option<i64> {
    Some(time.unix_seconds()).filter(|seconds| *seconds > 0)
}

/// A name that ends neither its field nor its line, and that mactime doesn't unescape.
fn field(name: &str) -> String {
    let safe = safe_text(name);
    let mut field = String::with_capacity(safe.len());
    let mut rest = safe.chars();
    while let Some(c) = rest.next() {
        let mut digits = rest.clone().take_while(char::is_ascii_hexdigit);
        if c == '|' || (c == '%' && digits.nth(1).is_some()) {
            // Writing to a String can't fail.
            let _ = write!(field, "\\u{{{:x}}}", u32::from(c));
        } else {
            field.push(c);
        }
    }
    field
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn names_stay_in_their_field() {
        assert_eq!(field("a|b\nc"), "a\\u{7c}b\\u{a}c");
        assert_eq!(field("%SystemRoot% 100% %7c%0A%"), "%SystemRoot% 100% \\u{25}7c\\u{25}0A%");
    }
}
