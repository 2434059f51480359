//! A timeline for Timesketch: JSON Lines of events, one for each key that rules looked at, at the time it was last
//! written, and for each sign in a log beside the hive that has a time.
//!
//! The same key stands once for each hive and time, with what every rule says of it. Keys that a check or remark rests on
//! are there, the keys of other control sets that differ from them, and deleted keys that can still be read. Keys are sorted
//! by time and path within a hive, and signs follow them by time. Import the file with a name that ends in `.jsonl`.
//!
//! | field | what it holds |
//! | --- | --- |
//! | `message` | the key and what rules say of it; of a sign what the rule says by it, for the fault or against it, and the entry |
//! | `datetime` | when it was written: ISO 8601, UTC, microseconds |
//! | `timestamp_desc` | `Registry Key Last Written`; of deleted keys `Registry Key Last Written (deleted)`; of signs `Log Entry Written` |
//! | `data_type` | `coldhive:key` or `coldhive:sign` |
//! | `hive`, `hive_sha256` | the hive's file as given, and its digest; of a sign the hive that was evaluated |
//! | `computer_name` | the computer's name, where it is known |
//! | `key` | the key's path on the machine, `HKLM\SYSTEM\...`; null for a sign |
//! | `control_set` | the control set that it stands in; null for none |
//! | `rule` | the ids of the rules |
//! | `check` | what each says, `Q262832/transports: false`; remarks are `Q262832/remark/...` |
//! | `sign` | of a sign, what it is: `Q262832/event-7023-1720: fault` |
//! | `outcome` | the rules' outcomes, `Q262832: fail` |
//! | `file`, `file_offset` | where the record was read from; null for a key of another control set |
//! | `line` | the line, of a sign in a text |
//! | `tag` | `coldhive`, the outcomes, `deleted`, `sign` |
//!
//! A time before 1678 or after 2261 gives no event: Timesketch reads times with pandas, which has no others. Such times,
//! zero among them, were never written by a running machine; the JSON report has them. In `message`
//! control characters and turned writing are spelled `\u{1b}`; the other fields are as stored.

use std::collections::BTreeSet;
use std::io::{self, Write};

use coldhive_hive::FileTime;
use coldhive_rules::{HiveInfo, SignFound, Verdict, safe_text};
use serde::{Deserialize, Serialize};

use super::keys::{KeyEvent, What, key_events};
use super::signs::{meaning_word, signs, told};
use super::{Output, Run, Totals, write_line};
use crate::ReportError;

/// An event, as Timesketch reads it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Event {
    /// The key or sign, and what rules say of it.
    pub message: String,
    /// When the key was last written, or the entry of the log.
    pub datetime: String,
    /// What kind of time it is.
    pub timestamp_desc: String,
    /// `coldhive:key` or `coldhive:sign`.
    pub data_type: String,
    /// The hive's path as given.
    pub hive: String,
    /// The SHA-256 of the file.
    pub hive_sha256: Option<String>,
    /// The computer's name, where it is known.
    pub computer_name: Option<String>,
    /// The key's path on the machine; null for a sign.
    pub key: Option<String>,
    /// The control set that it stands in.
    pub control_set: Option<String>,
    /// The ids of the rules.
    pub rule: Vec<String>,
    /// What each says.
    pub check: Vec<String>,
    /// Of a sign, what it is and what it means.
    pub sign: Option<String>,
    /// The rules' outcomes.
    pub outcome: Vec<String>,
    /// The file that holds the record.
    pub file: Option<String>,
    /// Where the record stands in it, in bytes.
    pub file_offset: Option<u64>,
    /// The line, of a sign in a text.
    pub line: Option<u64>,
    /// Words to filter by.
    pub tag: Vec<String>,
}

/// Events for Timesketch.
#[derive(Debug)]
pub struct Timesketch<W> {
    out: W,
}

impl<W: Write> Timesketch<W> {
    /// Writes to `out`.
    pub const fn new(out: W) -> Self {
        Self { out }
    }
}

impl<W: Write> Output for Timesketch<W> {
    fn begin(&mut self, _: &Run) -> io::Result<()> {
        Ok(())
    }

    fn hive(&mut self, hive: &HiveInfo, verdicts: &[Verdict]) -> io::Result<()> {
        let keys = key_events(verdicts);
        let signs = signs(verdicts);
        let signs = signs.iter().filter_map(|(verdict, sign)| Event::of_sign(verdict, sign));
        let computer = hive.computer.as_deref();
        let keys = keys.iter().filter_map(|event| Event::of_key(computer, event));
        let mut events = keys.chain(signs);
        events.try_for_each(|event| write_line(&mut self.out, &event))
    }

    fn error(&mut self, _: &ReportError) -> io::Result<()> {
        Ok(())
    }

    fn end(&mut self, _: &Totals) -> io::Result<()> {
        self.out.flush()
    }
}

impl Event {
    fn of_key(computer: Option<&str>, event: &KeyEvent<'_>) -> Option<Self> {
        let datetime = datetime(event.time)?;
        let (hive, key) = (event.hive(), event.path());
        let says: Vec<_> = event.says.iter().map(ToString::to_string).collect();
        let deleted = if event.is_deleted { " (deleted)" } else { "" };
        let rule = event.says.iter().map(|it| it.verdict.rule.id.clone());
        let outcome = |it: &&Verdict| format!("{}: {}", it.rule.id, it.outcome);
        let verdicts = || event.says.iter().map(|it| it.verdict);
        let words: BTreeSet<_> = verdicts().map(|it| it.outcome.to_string()).collect();
        let deletion = event.is_deleted.then(|| "deleted".to_owned());
        Some(Self {
            message: safe_text(&format!("{key}{deleted}: {}", says.join("; "))),
            datetime,
            timestamp_desc: format!("Registry Key Last Written{deleted}"),
            data_type: "coldhive:key".into(),
            hive: hive.path.clone(),
            hive_sha256: hive.sha256.clone(),
            computer_name: computer.map(ToOwned::to_owned),
            key: Some(key),
            control_set: event.control_set.map(ToOwned::to_owned),
            rule: once_each(rule),
            check: event.says.iter().filter_map(|it| check(&it.verdict.rule.id, it.what)).collect(),
            sign: None,
            outcome: once_each(verdicts().map(|it| outcome(&it))),
            file: event.file.map(ToOwned::to_owned),
            file_offset: event.file_offset,
            line: None,
            tag: ["coldhive".to_owned()].into_iter().chain(words).chain(deletion).collect(),
        })
    }

    fn of_sign(verdict: &Verdict, sign: &SignFound) -> Option<Self> {
        let (hive, rule) = (&verdict.hive, &verdict.rule.id);
        Some(Self {
            message: safe_text(&format!("{}: {}", told(verdict, sign), sign.text)),
            datetime: datetime(sign.when?)?,
            timestamp_desc: "Log Entry Written".into(),
            data_type: "coldhive:sign".into(),
            hive: hive.path.clone(),
            hive_sha256: hive.sha256.clone(),
            computer_name: hive.computer.clone(),
            key: None,
            control_set: None,
            rule: vec![rule.clone()],
            check: Vec::new(),
            sign: Some(format!("{rule}/{}: {}", sign.id, meaning_word(sign.means))),
            outcome: vec![format!("{rule}: {}", verdict.outcome)],
            file: Some(sign.file.clone()),
            file_offset: Some(sign.offset),
            line: sign.line,
            tag: vec!["coldhive".into(), verdict.outcome.to_string(), "sign".into()],
        })
    }
}

fn check(rule: &str, what: What<'_>) -> Option<String> {
    match what {
        What::Check(id, result) => Some(format!("{rule}/{id}: {result}")),
        What::Remark(id, result) => Some(format!("{rule}/remark/{id}: {result}")),
        What::Differs(_) | What::Deleted => None,
    }
}

fn once_each(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen = Vec::new();
    for text in texts {
        if !seen.contains(&text) {
            seen.push(text);
        }
    }
    seen
}

/// The time with six decimals and an offset, as Timesketch's documentation has it; `None` where pandas can't read it.
fn datetime(time: FileTime) -> Option<String> {
    let text = time.to_string();
    let year: u32 = text.split('-').next()?.parse().ok()?;
    let micros = text.strip_suffix('Z')?;
    let micros = micros.get(..micros.len().checked_sub(1)?)?;
    (1678..=2261).contains(&year).then(|| format!("{micros}+00:00"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_that_pandas_reads() {
        assert_eq!(
            datetime(FileTime::UNIX_EPOCH).as_deref(),
            Some("1970-01-01T00:00:00.000000+00:00")
        );
        assert_eq!(datetime(FileTime::new(0)), None);
        assert_eq!(datetime(FileTime::new(u64::MAX)), None);
    }
}
