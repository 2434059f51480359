//! Searching logs beside the hive for the signs of a rule. What is found changes no outcome.

use std::collections::BTreeSet;

use coldhive_hive::{FileTime, names_equal};

use super::Scope;
use super::words::shorten;
use crate::model::{EventTest, Meaning, Sign};
use crate::pattern::Pattern;
use crate::sign::{LogSearched, SignFound};
use crate::trace::{EventTrace, LogKind, Trace, TraceKind, TraceLog};

/// How many signs of one log a verdict carries, the latest of them.
const MOST_FOUND: usize = 100;
/// How many machines of a log are told, where none is the hive's.
const MOST_MACHINES: usize = 3;
/// How many lines behind a sign are looked at for what may follow it.
const MOST_FOLLOWING: usize = 100;
/// The cost of a small regular expression. Logs are large, and it is next to never that matching costs as much as it may:
/// matching with such a one counts each byte once.
const SMALL: u64 = 8;
/// The source of what the event-logging service reports of itself.
const EVENT_LOG: &str = "EventLog";

/// What the search of a log came to.
struct Search {
    /// How many entries were searched, the latest ones.
    entries: usize,
    found: usize,
    of_fault: bool,
}

impl<'c> Scope<'_, 'c> {
    /// Searches a log from its latest entry backwards. `written` is when the keys that the checks looked at were last
    /// written.
    pub(super) fn search_log(
        &self,
        log: &TraceLog,
        written: Option<FileTime>,
    ) -> (Vec<SignFound>, LogSearched) {
        let mut search = Search { entries: 0, found: 0, of_fault: false };
        let mut kept = Vec::new();
        for (at, trace) in log.traces.iter().enumerate().rev() {
            let Some(sign) = self.sign_of(trace) else { break };
            search.entries = search.entries.saturating_add(1);
            let Some(sign) = sign else { continue };
            search.found = search.found.saturating_add(1);
            search.of_fault |= sign.means == Meaning::Fault;
            if kept.len() < MOST_FOUND {
                kept.extend(self.found(sign, log, at));
            }
        }
        kept.reverse();
        let others = self.other_machines(log);
        let (from, to) = log.span().unzip();
        let statement = self.statement(log, &search, others.is_some(), written);
        let note = others.map(|(own, others)| {
            format!("the hive is of {own}, and the log's events are of {others}: it may be of another machine")
        });
        let searched = LogSearched {
            file: log.file.clone(),
            kind: log.kind,
            entries: log.traces.len(),
            not_searched: log.traces.len().saturating_sub(search.entries),
            from,
            to,
            found: search.found,
            left_out: search.found.saturating_sub(kept.len()),
            statement,
            notes: note.into_iter().chain(log.notes.iter().cloned()).collect(),
        };
        (kept, searched)
    }

    /// The sign that an entry is, if any; `None` where there was no telling, as nothing more may be looked at.
    fn sign_of(&self, trace: &Trace) -> Option<Option<&'c Sign>> {
        for sign in &self.rule.file().signs {
            self.work.elements(1);
            if self.work.stopped().is_some() {
                return None;
            }
            if self.fits(sign, trace)? {
                return Some(Some(sign));
            }
        }
        Some(None)
    }

    fn fits(&self, sign: &Sign, trace: &Trace) -> Option<bool> {
        match (&trace.what, &sign.event, &sign.line) {
            (TraceKind::Event(event), Some(test), _) => self.fits_event(test, event),
            (TraceKind::Line(text), _, Some(test)) => self.is_in(&test.matches, text),
            _ => Some(false),
        }
    }

    fn fits_event(&self, test: &EventTest, event: &EventTrace) -> Option<bool> {
        let is_such = *test.id == u64::from(event.id)
            && names_equal(&test.source, &event.source)
            && test.strings.len() <= event.strings.len();
        if !is_such {
            return Some(false);
        }
        for (pattern, string) in test.strings.iter().zip(&event.strings) {
            if !self.is_in(pattern, string)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Whether a text of a log has a match; `None` where nothing more may be looked at.
    fn is_in(&self, pattern: &Pattern, text: &str) -> Option<bool> {
        self.work.bytes(text.len(), pattern.cost().div_ceil(SMALL));
        self.work.stopped().is_none().then(|| pattern.is_match(text))
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
            if test.then.is_empty() || self.is_in(&test.matches, text) != Some(false) {
                break;
            }
            if test.then.iter().any(|pattern| self.is_in(pattern, text) == Some(true)) {
                let line = trace.line.map(|line| format!("line {line}: ")).unwrap_or_default();
                follows.push(format!("{line}{}", shorten(text.clone())));
            }
        }
        follows
    }

    /// The machine that the hive names, and those that a log names none of whose events is of that one.
    fn other_machines(&self, log: &TraceLog) -> Option<(String, String)> {
        let own = self.system().computer_name(self.set?).found()?.name().ok()?;
        let mut others = BTreeSet::new();
        for computer in log.events().map(|event| event.computer.as_str()) {
            if names_equal(computer, &own) {
                return None;
            }
            if others.len() < MOST_MACHINES && !computer.is_empty() {
                others.insert(computer);
            }
        }
        let others: Vec<_> = others.into_iter().collect();
        (!others.is_empty()).then(|| (own, shorten(others.join(", "))))
    }

    /// What a log says as a whole, and what its silence is worth.
    fn statement(
        &self,
        log: &TraceLog,
        search: &Search,
        is_of_others: bool,
        written: Option<FileTime>,
    ) -> String {
        let (entry, kind) = match log.kind {
            LogKind::Events => ("event", "event log"),
            LogKind::Lines => ("line", "cluster log"),
        };
        let (number, plural) = (log.traces.len(), if log.traces.len() == 1 { "" } else { "s" });
        let span = log.span();
        let mut text = match span {
            _ if number == 0 => format!("the {kind} holds no {entry}"),
            Some((from, to)) => {
                format!("the {kind} holds {number} {entry}{plural}, from {from} to {to}")
            }
            None if log.traces.iter().any(|trace| trace.when.is_some()) => format!(
                "the {kind} holds {number} {entry}{plural}, dated only where it is damaged or out of its order"
            ),
            None => format!("the {kind} holds {number} {entry}{plural}, without a date"),
        };
        let wanted: Vec<_> = self
            .rule
            .file()
            .signs
            .iter()
            .filter(|sign| sign.means == Meaning::Fault && sign_kind(sign) == log.kind)
            .collect();
        let is_cut = search.entries < number;
        if is_cut {
            text.push_str(&format!("; only {} of {number} {entry}s were searched", search.entries));
            text.push_str(", the latest");
        }
        if wanted.is_empty() {
            text.push_str("; the rule names no sign of its fault for such a log");
            return text;
        }
        if search.of_fault {
            return text;
        }
        let ids: Vec<_> = wanted.iter().map(|sign| sign.id.as_str()).collect();
        let ids = ids.join(", ");
        if is_cut {
            text.push_str(&format!("; it isn't known whether one is a sign of the fault ({ids})"));
            return text;
        }
        if number == 0 {
            text.push_str(", and so speaks neither for the fault nor against it");
            return text;
        }
        text.push_str(&format!("; none of them is a sign of the fault ({ids})"));
        if is_of_others {
            text.push_str(", which says nothing of this machine, as all are of another");
            return text;
        }
        if let Some(why) = elsewhere(log, &wanted) {
            text.push_str(&format!(", which says nothing: {why}"));
            return text;
        }
        let Some((_, to)) = span else {
            text.push_str(", which tells little: what time the log covers isn't known");
            return text;
        };
        text.push_str(", which speaks against it for this time alone");
        if let Some(written) = written.filter(|written| to < *written) {
            text.push_str(&format!(
                "; it ends before the keys that the checks look at were last written ({written}), so it can't tell what \
                 came of that"
            ));
        }
        text
    }
}

/// Why no wanted event can stand in an event log: it seems to be another than the System log.
fn elsewhere(log: &TraceLog, wanted: &[&Sign]) -> Option<String> {
    if log.kind == LogKind::Lines {
        return None;
    }
    let sources: BTreeSet<_> =
        wanted.iter().filter_map(|sign| Some(sign.event.as_ref()?.source.as_str())).collect();
    // The event-logging service reports to the System log that it was started and stopped.
    let could = sources.iter().copied().chain([EVENT_LOG]);
    if log.events().any(|event| could.clone().any(|source| names_equal(source, &event.source))) {
        return None;
    }
    let seems = match log.events().all(|event| names_equal("Security", &event.source)) {
        true => "the Security log",
        false => "the Application log or another",
    };
    let sources: Vec<_> = could.collect();
    Some(format!(
        "none is of {}, so this seems to be {seems}, and such events stand in the System log (SysEvent.Evt)",
        sources.join(" or ")
    ))
}

const fn sign_kind(sign: &Sign) -> LogKind {
    if sign.event.is_some() { LogKind::Events } else { LogKind::Lines }
}
