//! The tree behind a check as text: which predicates decided, and what each rests on.

use std::io::{self, Write};

use coldhive::rules::{
    Applicability, CheckResult, Evidence, EvidenceKind, Explained, Finding, Truth,
};

use crate::text::safe;
use crate::verdict;

/// How wide the text is, as far as there is something to break it at or it is not within very much else.
const WIDTH: usize = 100;
/// How far predicates within predicates are indented at most; deeper ones stand below each other.
const DEEPEST_INDENT: usize = 40;
/// The labels below a predicate are this wide.
const LABELS: usize = 8;

/// Whether a verdict's trees need a legend.
pub(crate) const LEGEND: &str =
    "Explained: `*` marks what decided; what is marked `-` was looked at and did not matter.";

/// The tree of a check, with what was found, where the tree doesn't begin with that.
pub(crate) fn check(out: &mut impl Write, check: &CheckResult, indent: usize) -> io::Result<()> {
    let Some(tree) = &check.tree else { return Ok(()) };
    let mut told = Tree { out, evidence: &check.evidence };
    if is_combination(tree) {
        told.labelled("found", &check.found, indent)?;
    }
    told.node(tree, indent)
}

/// The tree of `applies`, and what the choice of the control set rests on.
pub(crate) fn applicability(out: &mut impl Write, applies: &Applicability) -> io::Result<()> {
    let mut used = Vec::new();
    if let Some(tree) = &applies.tree {
        places(tree, &mut used);
    }
    let mut told = Tree { out, evidence: &applies.evidence };
    let chosen: Vec<_> =
        (0..applies.evidence.len()).filter(|place| !used.contains(place)).collect();
    if !chosen.is_empty() {
        writeln!(told.out, "\nThe choice of the control set rests on:")?;
        told.evidence(&chosen, 4)?;
    }
    if let Some(tree) = &applies.tree {
        writeln!(told.out, "\nWhether the rule applies:")?;
        told.node(tree, 2)?;
    }
    Ok(())
}

fn places(tree: &Explained, used: &mut Vec<usize>) {
    used.extend(&tree.evidence);
    tree.inner.iter().for_each(|inner| places(inner, used));
}

struct Tree<'t, W> {
    out: &'t mut W,
    evidence: &'t [Evidence],
}

impl<W: Write> Tree<'_, W> {
    /// A predicate, what it rests on, and those in it.
    fn node(&mut self, node: &Explained, indent: usize) -> io::Result<()> {
        let mark = if node.decides { '*' } else { '-' };
        let mut head = String::new();
        if let Some(element) = &node.element {
            head.push_str(&format!("of {element}, "));
        }
        if let Some(part) = &node.part {
            head.push_str(&format!("{part} "));
        }
        head.push_str(&format!("{}: {}", node.predicate, value(node.value)));
        let is_combination = is_combination(node);
        if is_combination {
            head.push_str(&format!(" ({})", tally(&node.inner)));
        }
        self.wrapped(&format!("{:indent$}{mark} ", ""), indent + 4, &head)?;
        let below = indent + 4;
        if node.predicate == "at_least" || !is_combination {
            self.labelled("expected", &node.expected, below)?;
        }
        if !is_combination {
            self.labelled("found", &node.found, below)?;
        }
        self.evidence(&node.evidence, below)?;
        let inside = (indent + 2).min(DEEPEST_INDENT);
        node.inner.iter().try_for_each(|inner| self.node(inner, inside))?;
        if node.left_out > 0 {
            let text = format!("{} more elements are not told", node.left_out);
            self.wrapped(&format!("{:inside$}- ", ""), inside + 2, &text)?;
        }
        Ok(())
    }

    /// Records by their places in the list of evidence.
    fn evidence(&mut self, places: &[usize], indent: usize) -> io::Result<()> {
        for evidence in places.iter().filter_map(|place| self.evidence.get(*place)) {
            self.record(evidence, indent)?;
        }
        Ok(())
    }

    fn record(&mut self, evidence: &Evidence, indent: usize) -> io::Result<()> {
        let key = if evidence.key.is_empty() { "the root key" } else { &evidence.key };
        let (record, of) = match (evidence.kind, &evidence.value) {
            (EvidenceKind::Key, _) => ("key", key.to_owned()),
            (EvidenceKind::Value, Some(name)) if !name.is_empty() => {
                ("value", format!("{key}, value {name}"))
            }
            (EvidenceKind::Value, _) => ("value", format!("{key}, its default value")),
            (EvidenceKind::Security, _) => ("security", format!("{key}, its descriptor")),
        };
        self.labelled(record, &of, indent)?;
        self.labelled("at", &verdict::where_it_stands(evidence), indent)?;
        let time = evidence.last_written.map(|time| time.to_string());
        let said = Some(verdict::second_opinion(evidence).to_owned()).filter(|it| !it.is_empty());
        if time.is_some() || said.is_some() {
            let label = if time.is_some() { "written" } else { "" };
            let text: Vec<_> = time.into_iter().chain(said).collect();
            self.labelled(label, &text.join("; "), indent)?;
        }
        for lacking in [&evidence.lacks_key, &evidence.lacks_value].into_iter().flatten() {
            let label = if evidence.finding == Finding::Absent { "lacks" } else { "may hide" };
            self.labelled(label, lacking, indent)?;
        }
        let data = evidence.text.clone().or_else(|| verdict::bytes(evidence));
        match (&evidence.sddl, data) {
            (Some(sddl), _) => self.labelled("sddl", sddl, indent)?,
            (None, Some(data)) => self.labelled("data", &data, indent)?,
            (None, None) => {}
        }
        for (number, ace) in evidence.aces.iter().enumerate() {
            self.labelled(if number == 0 { "decided" } else { "" }, ace, indent)?;
        }
        for damage in &evidence.damage {
            self.labelled("damage", &crate::text::damage(damage), indent)?;
        }
        Ok(())
    }

    fn labelled(&mut self, label: &str, text: &str, indent: usize) -> io::Result<()> {
        let head = format!("{:indent$}{label:LABELS$}  ", "");
        self.wrapped(&head, indent + LABELS + 2, text)
    }

    /// Text behind a head, in lines of which all but the first begin at a column.
    fn wrapped(&mut self, head: &str, column: usize, text: &str) -> io::Result<()> {
        let room = WIDTH.saturating_sub(column).max(WIDTH - DEEPEST_INDENT - 20);
        let mut lines = wrap(&safe(text), room).into_iter();
        writeln!(self.out, "{head}{}", lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| writeln!(self.out, "{:column$}{line}", ""))
    }
}

/// Lines of at most so many characters, broken at blanks, else behind a key's name or an ACE, else anywhere.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > room {
        let head = rest.get(..=room).unwrap_or_default();
        let blank = head.iter().rposition(|c| *c == ' ').filter(|at| *at > room / 2);
        let is_end = |c: &char| matches!(c, '\\' | ')');
        let part = || head.get(..room)?.iter().rposition(is_end).map(|at| at + 1);
        let at = blank.or_else(part).filter(|at| *at > 0).unwrap_or(room);
        let tail = rest.split_off(at);
        lines.push(rest.iter().collect::<String>().trim_end().to_owned());
        rest = tail.into_iter().skip_while(|c| *c == ' ').collect();
    }
    lines.push(rest.into_iter().collect());
    lines
}

/// Whether the predicates in it say it all. A loop counts by itself what came of its elements.
fn is_combination(node: &Explained) -> bool {
    !node.inner.is_empty() && node.predicate != "for_each"
}

fn value(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
        Truth::Error => "error",
        Truth::NotEvaluated => "not evaluated",
        Truth::NotApplicable => "not applicable",
    }
}

/// How many of them have which value.
fn tally(inner: &[Explained]) -> String {
    use Truth::{Error, False, NotApplicable, NotEvaluated, True, Unknown};
    let parts = [True, False, Unknown, Error, NotEvaluated, NotApplicable].map(|truth| {
        let number = inner.iter().filter(|node| node.value == truth).count();
        (number > 0).then(|| format!("{number} {}", value(truth)))
    });
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_are_broken_where_words_end() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap(r"Control\Services\Winsock", 10), [r"Control\", r"Services\", "Winsock"]);
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("äöü äöü", 3), ["äöü", "äöü"]);
    }
}
