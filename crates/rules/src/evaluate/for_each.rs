//! The predicate `for_each`: over the subkeys of keys, or the entries of a list.

use coldhive_hive::{Key, Lookup};

use super::glob::{Component, matches};
use super::locate::describe;
use super::node::{Element, Kind, Loop, Node};
use super::scope::Bound;
use super::value::{Content, shown};
use super::{KeyPath, Scope};
use crate::evidence::{Evidence, HiveName};
use crate::model::{ForEach, ListRef, Quantifier, Transform};
use crate::template::Template;
use crate::truth::Truth;

/// How many reasons for elements that can't be seen are told.
const MOST_HIDDEN: usize = 3;

/// How many names of a path may have stars.
const MOST_STARS: usize = 8;

/// The elements of a loop, and what may hide others.
struct Elements {
    /// What they are, in words: `subkeys of ControlSet001\Services`.
    what: String,
    /// The hive that their paths are of.
    hive: HiveName,
    /// Whether there is anything that could have elements; else why not.
    there: Result<(), String>,
    list: Vec<Found>,
    hidden: Vec<String>,
    evidence: Vec<Evidence>,
}

/// As much of a name as is told where nothing can be asked about it, in characters.
const MOST_SHOWN: usize = 100;
/// The longest name or entry that is asked about, in bytes. A name of a key has at most 255 characters.
const LONGEST_NAME: usize = 1024;
/// The longest path that is asked about, in bytes.
const LONGEST_PATH: usize = 1 << 14;

/// An element that was found.
struct Found {
    text: String,
    path: String,
    /// Why nothing can be asked about it, if so.
    obstacle: Option<&'static str>,
}

/// What became of the elements, in numbers.
#[derive(Default)]
struct Tally {
    holds: usize,
    violated: usize,
    open: usize,
    /// Those that don't count.
    left_out: usize,
    /// Those of which it can't be told whether they count.
    doubtful: usize,
    /// Those for which nothing is left to look for.
    empty: usize,
    not_applicable: usize,
}

impl<'c> Scope<'_, 'c> {
    pub(super) fn for_each(&self, test: &'c ForEach) -> Node {
        let elements = match (&test.subkeys_of, &test.entries_of) {
            (Some(path), _) => self.subkey_elements(path),
            (None, Some(list)) => self.entry_elements(list),
            // Loading made sure that there is one.
            (None, None) => {
                return Node::leaf(Truth::Error, String::new(), String::new(), Vec::new());
            }
        };
        let quantified = match test.quantifier {
            Quantifier::All => "all",
            Quantifier::Any => "at least one of the",
            Quantifier::None => "none of the",
        };
        if let Err(why) = elements.there {
            let expected = format!("{quantified} {}", elements.what);
            return Node::leaf(Truth::NotApplicable, expected, why, elements.evidence);
        }
        let (mut truths, mut kept, mut tally) = (Vec::new(), Vec::new(), Tally::default());
        let mut expected = None;
        let mut left_out = 0_usize;
        let (mut hidden, hive) = (elements.hidden, elements.hive);
        for found in elements.list {
            if let Some(stopped) = self.work.stopped() {
                hidden.push(stopped.why().to_owned());
                break;
            }
            let text = test
                .transform
                .as_ref()
                .map_or(found.text.as_str(), |it: &Transform| it.apply(&found.text));
            if text.is_empty() {
                // There is no name to look for.
                tally.empty = tally.empty.saturating_add(1);
                continue;
            }
            let is_long = found.text.len() > LONGEST_NAME || found.path.len() > LONGEST_PATH;
            let too_long = is_long.then_some("it is longer than anything that is asked about");
            let (truth, element) = match found.obstacle.or(too_long) {
                None => self.element(test, text, &found, hive, &mut tally),
                Some(obstacle) => {
                    let shown: String = found.text.chars().take(MOST_SHOWN).collect();
                    hidden.push(format!("{shown}: {obstacle}"));
                    continue;
                }
            };
            truths.push(truth);
            let words = |node: &Node| node.grouped();
            if expected.is_none() && element.expect.is_some() {
                let filter = element.filter.as_ref().map(words);
                expected = element.expect.as_ref().map(words).map(|expect| (filter, expect));
            }
            // Elements that don't count, and those that are as they should be, are many and say little.
            let decides = decides(test.quantifier, truth);
            if self.work.keep(element.size()) {
                kept.push((truth, Element { decides, ..element }));
            } else {
                left_out = left_out.saturating_add(1);
            }
        }
        if !hidden.is_empty() {
            truths.push(Truth::Unknown);
        }
        let truth = quantify(test.quantifier, truths);
        // What decides an answer that can't be told are the elements that can't.
        let open = matches!(truth, Truth::Unknown | Truth::Error | Truth::NotEvaluated);
        let elements_kept = kept.into_iter().map(|(value, element)| {
            let decides = if open { value == truth } else { element.decides };
            Element { decides, ..element }
        });
        let mut words = format!("{quantified} {}", elements.what);
        if let Some((filter, expect)) = expected {
            if let Some(filter) = filter {
                words.push_str(&format!(" for which, as for the first one, {filter}"));
            }
            words.push_str(&format!(": as of the first one, {expect}"));
        }
        let it = Loop {
            expected: words,
            found: tally.text(&elements.what, &hidden),
            evidence: elements.evidence,
            elements: elements_kept.collect(),
            left_out,
        };
        Node { truth, tag: "", kind: Kind::Loop(Box::new(it)) }
    }

    /// Evaluates one element.
    fn element(
        &self,
        test: &'c ForEach,
        text: &str,
        found: &Found,
        hive: HiveName,
        tally: &mut Tally,
    ) -> (Truth, Element) {
        let inside = self.with(Bound {
            variable: &test.variable,
            text: text.to_owned(),
            raw: found.text.clone(),
            path: found.path.clone(),
            hive,
        });
        let filter = test.filter.as_ref().map(|filter| inside.predicate(filter));
        let counts = filter.as_ref().map_or(Truth::True, |filter| filter.truth);
        let mut element = Element { name: text.to_owned(), decides: false, filter, expect: None };
        let count = |number: &mut usize| *number = number.saturating_add(1);
        if matches!(counts, Truth::False | Truth::NotApplicable) {
            count(&mut tally.left_out);
            return (Truth::NotApplicable, element);
        }
        let expect = inside.predicate(&test.expect);
        let holds = expect.truth;
        element.expect = Some(expect);
        // Where it can't be told whether it counts, an answer that would be the same either way is certain.
        let truth = match (counts, test.quantifier) {
            (Truth::True, _) => holds,
            (open, Quantifier::All) => Truth::any([open, holds]),
            (open, Quantifier::Any | Quantifier::None) => Truth::all([open, holds]),
        };
        if counts != Truth::True {
            count(&mut tally.doubtful);
        }
        count(match truth {
            Truth::True => &mut tally.holds,
            Truth::False => &mut tally.violated,
            Truth::NotApplicable => &mut tally.not_applicable,
            Truth::Unknown | Truth::Error | Truth::NotEvaluated => &mut tally.open,
        });
        (truth, element)
    }

    /// The subkeys of all keys that a path with stars leads to.
    fn subkey_elements(&self, path: &Template) -> Elements {
        let glob = self.glob(path);
        let (plain, rest) = glob.split();
        let whole = self.path(path);
        let base = self.locate(&KeyPath { hive: whole.hive, text: plain.clone() });
        let mut elements = Elements {
            what: format!("subkeys of {whole}"),
            hive: whole.hive,
            there: Ok(()),
            list: Vec::new(),
            hidden: Vec::new(),
            evidence: self.recorder(whole.hive).key_evidence(&base),
        };
        let stars = rest.iter().filter(|it| matches!(it, Component::Pattern(_))).count();
        match &base.answer {
            Lookup::Found(_) if stars > MOST_STARS => {
                elements.hidden.push(format!("more than {MOST_STARS} names with stars"));
            }
            Lookup::Found(key) => {
                let at = base.shown().unwrap_or_else(|| plain.clone());
                self.descend(*key, base.is_complete(), &at, rest, &mut elements);
            }
            Lookup::Absent => elements.there = Err(describe(&base)),
            Lookup::Unreadable(_) | Lookup::Obscured(_) => elements.hidden.push(describe(&base)),
        }
        elements
    }

    /// Goes down from a key by the rest of a path, and takes the subkeys of what that leads to.
    fn descend(
        &self,
        key: Key<'c>,
        is_complete: bool,
        at: &str,
        rest: &[Component],
        elements: &mut Elements,
    ) {
        let below =
            |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}\\{name}") };
        let is_name = |component: &&Component| matches!(component, Component::Name(_));
        let plain = rest.iter().take_while(is_name).count();
        if let Some((names, rest)) = rest.split_at_checked(plain).filter(|_| plain > 0) {
            let names: Vec<_> = names.iter().map(Component::name).collect();
            // Where there is no such key, there are no elements either.
            self.descend_to(&below(&names.join("\\")), rest, elements);
            return;
        }
        let subkeys = self.subkeys(&key, is_complete);
        if let Some(why) = subkeys.hidden {
            elements.hidden.push(format!("subkeys of {at} may be hidden: {why}"));
        }
        for subkey in subkeys.known {
            let name = subkey.name.to_string();
            let obstacle =
                (!subkey.is_addressable()).then_some("no path leads to a key of this name");
            match rest {
                [] => {
                    elements.list.push(Found { path: below(&name), text: name, obstacle });
                }
                [Component::Pattern(parts), rest @ ..] => {
                    if !matches(parts, &name) {
                        continue;
                    }
                    if let Some(obstacle) = obstacle {
                        elements.hidden.push(format!("{}: {obstacle}", below(&name)));
                        continue;
                    }
                    if self.work.stopped().is_some() {
                        return;
                    }
                    self.descend_link(&subkey.key, &below(&name), rest, elements);
                }
                [Component::Name(_), ..] => {}
            }
        }
    }

    /// Goes on below a subkey; through the link, if it is one.
    fn descend_link(&self, key: &Key<'c>, at: &str, rest: &[Component], elements: &mut Elements) {
        if key.is_link() {
            self.descend_to(at, rest, elements);
        } else {
            let source = self.source(elements.hive);
            let is_complete = source.is_some_and(|source| source.system.holds(at));
            self.descend(*key, is_complete, at, rest, elements);
        }
    }

    /// Goes on below a key that has to be looked up.
    fn descend_to(&self, path: &str, rest: &[Component], elements: &mut Elements) {
        let located = self.locate(&KeyPath { hive: elements.hive, text: path.to_owned() });
        match &located.answer {
            Lookup::Found(key) => {
                let at = located.shown().unwrap_or_else(|| path.to_owned());
                self.descend(*key, located.is_complete(), &at, rest, elements);
            }
            Lookup::Absent => {}
            Lookup::Unreadable(_) | Lookup::Obscured(_) => {
                elements.hidden.push(describe(&located));
            }
        }
    }

    /// The entries of a list.
    fn entry_elements(&self, list: &ListRef) -> Elements {
        let (path, name) = (self.path(&list.path), self.text(&list.name));
        let (content, found, evidence) = self.read_value(&path, &name);
        let mut elements = Elements {
            what: format!("entries of {path}\\{}", shown(&name)),
            // An entry that is a path doesn't say in which hive.
            hive: HiveName::System,
            there: Ok(()),
            list: Vec::new(),
            hidden: Vec::new(),
            evidence,
        };
        match content.list(list.split) {
            Ok(entries) => {
                self.work.elements(u64::try_from(entries.len()).unwrap_or(u64::MAX));
                let found = |text: String| {
                    // Decoding puts a mark where units are no text, and the mark is not what stands there.
                    let obstacle = text
                        .contains(char::REPLACEMENT_CHARACTER)
                        .then_some("it is not wholly text");
                    Found { path: text.clone(), text, obstacle }
                };
                elements.list = entries.into_iter().map(found).collect();
            }
            Err(Truth::Unknown) => elements.hidden.push(found),
            Err(_) if matches!(content, Content::Absent) => elements.there = Err(found),
            Err(_) => elements.there = Err(format!("{found}: it is no list")),
        }
        elements
    }
}

/// Whether an element of this value makes a certain answer what it is.
fn decides(quantifier: Quantifier, truth: Truth) -> bool {
    match quantifier {
        Quantifier::All => truth == Truth::False,
        Quantifier::Any | Quantifier::None => truth == Truth::True,
    }
}

/// The answer over all elements; of none, what logic says.
fn quantify(quantifier: Quantifier, truths: Vec<Truth>) -> Truth {
    // What was left out, or makes no sense for an element, doesn't count.
    let counted: Vec<_> =
        truths.into_iter().filter(|truth| *truth != Truth::NotApplicable).collect();
    match quantifier {
        Quantifier::All => Truth::all(counted.into_iter().chain([Truth::True])),
        Quantifier::Any => Truth::any(counted.into_iter().chain([Truth::False])),
        Quantifier::None => Truth::none(counted.into_iter().chain([Truth::False])),
    }
}

impl Tally {
    fn text(&self, what: &str, hidden: &[String]) -> String {
        let asked = [self.holds, self.violated, self.open, self.not_applicable];
        let asked = asked.iter().fold(0_usize, |sum, one| sum.saturating_add(*one));
        let mut text = match asked {
            0 => format!("no {what} to ask about"),
            number => format!("of {number} {what} it holds for {}", self.holds),
        };
        let parts = [
            (self.violated, "not for"),
            (self.open, "can't be told for"),
            (self.not_applicable, "makes no sense for"),
            (self.left_out, "left out because they don't count:"),
            (self.empty, "left out because no name is left of them:"),
            (self.doubtful, "of which it can't be told whether they count:"),
        ];
        for (number, words) in parts.into_iter().filter(|(number, _)| *number > 0) {
            text.push_str(&format!(", {words} {number}"));
        }
        if !hidden.is_empty() {
            let told = hidden.iter().take(MOST_HIDDEN).cloned().collect::<Vec<_>>().join("; ");
            text.push_str(&format!("; others may be hidden: {told}"));
            let more = hidden.len().saturating_sub(MOST_HIDDEN);
            if more > 0 {
                text.push_str(&format!("; and {more} more such things"));
            }
        }
        text
    }
}
