//! Searching logs beside the hive for the signs of a rule. What is found changes no outcome.

use std::collections::{BTreeSet, VecDeque};

use coldhive_hive::{FileTime, names_equal};

use super::Scope;
use super::words::shorten;
use crate::model::{EventTest, Meaning, Sign};
use crate::sign::{LogSearched, SignFound};
use crate::trace::{EventTrace, LogKind, Trace, TraceKind, TraceLog};
use crate::truth::Truth;

/// How many signs of one log a verdict carries, the latest of them.
const MOST_FOUND: usize = 100;
/// How many machines of a log are told, where none is the hive's.
const MOST_MACHINES: usize = 3;
/// How many lines behind a sign are looked at for what may follow it.
const MOST_FOLLOWING: usize = 100;

impl<'c> Scope<'_, 'c> {
    /// Searches a log. `written` is when the keys that the checks looked at were last written.
    pub(super) fn search_log(
        &self,
        log: &TraceLog,
        written: Option<FileTime>,
    ) -> (Vec<SignFound>, LogSearched) {
        let mut kept = VecDeque::new();
        let (mut found, mut of_fault) = (0_usize, false);
        for (number, trace) in log.traces.iter().enumerate() {
            if self.work.stopped().is_some() {
                break;
            }
            let Some(sign) = self.rule.file().signs.iter().find(|sign| self.fits(sign, trace))
            else {
                continue;
            };
            found = found.saturating_add(1);
            of_fault |= sign.means == Meaning::Fault;
            if kept.len() == MOST_FOUND {
                kept.pop_front();
            }
            kept.push_back((sign, number));
        }
        let left_out = found.saturating_sub(kept.len());
        let (from, to) = log.span().unzip();
        let statement = self.statement(log, of_fault, written);
        let searched = LogSearched {
            file: log.file.clone(),
            kind: log.kind,
            entries: log.traces.len(),
            from,
            to,
            found,
            left_out,
            statement,
            notes: self.other_machine(log).into_iter().chain(log.notes.iter().cloned()).collect(),
        };
        (kept.into_iter().filter_map(|(sign, at)| self.found(sign, log, at)).collect(), searched)
    }

    fn fits(&self, sign: &Sign, trace: &Trace) -> bool {
        self.work.elements(1);
        match (&trace.what, &sign.event, &sign.line) {
            (TraceKind::Event(event), Some(test), _) => self.fits_event(test, event),
            (TraceKind::Line(text), _, Some(test)) => {
                self.is_match(&test.matches, text) == Truth::True
            }
            _ => false,
        }
    }

    fn fits_event(&self, test: &EventTest, event: &EventTrace) -> bool {
        *test.id == u64::from(event.id)
            && names_equal(&test.source, &event.source)
            && test.strings.len() <= event.strings.len()
            && test
                .strings
                .iter()
                .zip(&event.strings)
                .all(|(pattern, string)| self.is_match(pattern, string) == Truth::True)
    }

    fn found(&self, sign: &'c Sign, log: &TraceLog, at: usize) -> Option<SignFound> {
        let trace = log.traces.get(at)?;
        Some(SignFound {
            id: sign.id.value.clone(),
            title: sign.title.value.clone(),
            means: sign.means,
            when: trace.when,
            clock: trace.clock.clone(),
            file: log.file.clone(),
            offset: trace.offset,
            line: trace.line,
            text: shorten(trace.text()),
            follows: self.following(sign, log.traces.get(at.saturating_add(1)..)?),
            note: trace.note.clone(),
        })
    }

    /// The lines behind a sign that the rule names, up to where the sign stands again.
    fn following(&self, sign: &Sign, behind: &[Trace]) -> Vec<String> {
        let Some(test) = &sign.line else { return Vec::new() };
        let mut follows = Vec::new();
        for trace in behind.iter().take(MOST_FOLLOWING) {
            let TraceKind::Line(text) = &trace.what else { continue };
            if test.then.is_empty() || self.is_match(&test.matches, text) == Truth::True {
                break;
            }
            if test.then.iter().any(|pattern| self.is_match(pattern, text) == Truth::True) {
                let line = trace.line.map(|line| format!("line {line}: ")).unwrap_or_default();
                follows.push(format!("{line}{}", shorten(text.clone())));
            }
        }
        follows
    }

    /// What to say of a log none of whose events is of the machine that the hive names.
    fn other_machine(&self, log: &TraceLog) -> Option<String> {
        let own = self.system().computer_name(self.set?).found()?.name().ok()?;
        let mut others = BTreeSet::new();
        for trace in &log.traces {
            let TraceKind::Event(event) = &trace.what else { continue };
            if names_equal(&event.computer, &own) {
                return None;
            }
            if others.len() < MOST_MACHINES {
                others.insert(event.computer.as_str());
            }
        }
        let others: Vec<_> = others.into_iter().collect();
        (!others.is_empty()).then(|| {
            let others = shorten(others.join(", "));
            format!("the hive is of {own}, and the log's events are of {others}: it may be of another machine")
        })
    }

    /// What a log says as a whole, and what its silence is worth.
    fn statement(&self, log: &TraceLog, of_fault: bool, written: Option<FileTime>) -> String {
        let (entry, kind) = match log.kind {
            LogKind::Events => ("event", "event log"),
            LogKind::Lines => ("line", "cluster log"),
        };
        let (number, plural) = (log.traces.len(), if log.traces.len() == 1 { "" } else { "s" });
        let span = log.span();
        let reach = match span {
            Some((from, to)) => format!(", from {from} to {to}"),
            None if log.traces.is_empty() => String::new(),
            None => ", without a date".into(),
        };
        let mut text = format!("the {kind} holds {number} {entry}{plural}{reach}");
        let wanted: Vec<_> = self
            .rule
            .file()
            .signs
            .iter()
            .filter(|sign| sign.means == Meaning::Fault && sign_kind(sign) == log.kind)
            .map(|sign| sign.id.as_str())
            .collect();
        if wanted.is_empty() {
            text.push_str("; the rule names no sign of its fault for such a log");
            return text;
        }
        if of_fault {
            return text;
        }
        text.push_str(&format!(
            "; none of them is a sign of the fault ({}), which speaks against it within what the log holds alone",
            wanted.join(", ")
        ));
        if let (Some((_, to)), Some(written)) = (span, written)
            && to < written
        {
            text.push_str(&format!(
                "; it ends before the keys that the checks look at were last written ({written}), so it can't tell what \
                 came of that"
            ));
        }
        text
    }
}

const fn sign_kind(sign: &Sign) -> LogKind {
    if sign.event.is_some() { LogKind::Events } else { LogKind::Lines }
}
