//! What a reader of the hive should know about the text that it was made from.

use std::collections::BTreeMap;

/// The most notes of one kind; the rest are counted.
const MOST: usize = 50;

/// The kinds of notes, in the order in which they are told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Encoding,
    Header,
    Root,
    LeftOut,
    NotWhole,
    Deletion,
    Ignored,
    RepeatedKey,
    RepeatedValue,
    Data,
}

impl Kind {
    fn plural(self) -> &'static str {
        match self {
            Kind::Encoding => "notes on the encoding",
            Kind::Header => "headers inside the text",
            Kind::Root => "notes on the root",
            Kind::LeftOut => "hives left out",
            Kind::NotWhole => "notes on what is not held wholly",
            Kind::Deletion => "deletions",
            Kind::Ignored => "values below deleted keys",
            Kind::RepeatedKey => "keys given again",
            Kind::RepeatedValue => "values given again",
            Kind::Data => "notes on data",
        }
    }
}

/// The notes on a text, while it is read.
#[derive(Default)]
pub(super) struct Notes(BTreeMap<Kind, (Vec<String>, usize)>);

impl Notes {
    /// Adds a note; its words are only asked for while there is room.
    pub(super) fn add(&mut self, kind: Kind, words: impl FnOnce() -> String) {
        let (told, count) = self.0.entry(kind).or_default();
        *count = count.saturating_add(1);
        if told.len() < MOST {
            told.push(words());
        }
    }

    pub(super) fn into_lines(self) -> Vec<String> {
        let mut lines = Vec::new();
        for (kind, (told, count)) in self.0 {
            let untold = count.saturating_sub(told.len());
            lines.extend(told);
            if untold > 0 {
                lines.push(format!("{untold} more {}", kind.plural()));
            }
        }
        lines
    }
}
