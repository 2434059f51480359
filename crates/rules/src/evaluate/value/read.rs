//! Looking for a value, and saying what came of it.

use coldhive_hive::{Damage, Lookup, MultiString, Value, ValueType};

use super::Content;
use crate::evaluate::locate::describe as describe_key;
use crate::evaluate::words::{list_text, sentence, text_of};
use crate::evaluate::{KeyPath, Scope};
use crate::evidence::Evidence;

impl Scope<'_, '_> {
    /// Looks for a value; what was found in words, and the evidence for it.
    pub(in crate::evaluate) fn read_value(
        &self,
        path: &KeyPath,
        name: &str,
    ) -> (Content, String, Vec<Evidence>) {
        let located = self.locate(path);
        let (Lookup::Found(key), Some((_, stored))) = (&located.answer, &located.nearest) else {
            let content =
                if located.answer.is_absent() { Content::Absent } else { Content::Hidden };
            return (
                content,
                describe_key(&located),
                self.recorder(path.hive).key_evidence(&located),
            );
        };
        let at = located.shown().unwrap_or_default();
        let bins = self.source(path.hive).map_or(0, |source| source.system.hive().bins_size());
        self.work.elements(u64::from(key.value_count()).min(u64::from(bins) / 4));
        let answer = located.value(name);
        let shown = shown(name);
        let with_links = |evidence| {
            let mut all = vec![evidence];
            all.extend(self.recorder(path.hive).link_evidence(&located));
            all
        };
        if let Lookup::Found(value) = &answer {
            let evidence = with_links(self.recorder(path.hive).value_evidence(key, stored, value));
            if value.is_tombstone() {
                let found = sentence!(
                    "the value {at}\\{shown} is marked as deleted in this layer: it is a tombstone"
                );
                return (Content::Absent, found, evidence);
            }
            return match value.data() {
                Ok(data) => {
                    self.work.bytes(data.len(), 1);
                    let found = describe(&at, value, &data);
                    (Content::Is(value.value_type(), data.into_owned()), found, evidence)
                }
                Err(damage) => (
                    Content::Hidden,
                    sentence!("the data of {at}\\{shown} can't be read: {damage}"),
                    evidence,
                ),
            };
        }
        let evidence =
            with_links(self.recorder(path.hive).no_value_evidence(key, stored, name, &answer));
        let damage = answer.damage().first().map(ToString::to_string).unwrap_or_default();
        match &answer {
            Lookup::Unreadable(_) => (
                Content::Hidden,
                sentence!("the value {at}\\{shown} is damaged, not missing: {damage}"),
                evidence,
            ),
            Lookup::Obscured(hidden) if *hidden == [Damage::NotInExport] => (
                Content::Hidden,
                sentence!(
                    "the file doesn't hold all of {at}, so its value {shown} may be left out"
                ),
                evidence,
            ),
            Lookup::Obscured(_) => (
                Content::Hidden,
                sentence!("damage hides whether {at} has the value {shown}: {damage}"),
                evidence,
            ),
            _ => (Content::Absent, sentence!("{at} has no value {shown}"), evidence),
        }
    }
}

/// A value's name for people: the default value has none.
pub(in crate::evaluate) fn shown(name: &str) -> &str {
    if name.is_empty() { "(default)" } else { name }
}

/// A value in words; of a long one, the beginning.
fn describe(stored: &str, value: &Value<'_>, data: &[u8]) -> String {
    const MOST_ENTRIES: usize = 32;
    const MOST_CHARACTERS: usize = 1000;
    let mut content = match value.value_type() {
        ValueType::MULTI_SZ => {
            let list = MultiString::decode(data);
            let shown = list_text(list.entries().iter().take(MOST_ENTRIES));
            match list.entries().len() {
                ..=MOST_ENTRIES => shown,
                number => format!("{shown} and so on, {number} entries"),
            }
        }
        other => text_of(other, data).unwrap_or_else(|| format!("{} bytes", data.len())),
    };
    if let Some((end, _)) = content.char_indices().nth(MOST_CHARACTERS) {
        content.truncate(end);
        content.push_str(&format!(" and so on, {} bytes in all", data.len()));
    }
    let content = if content.is_empty() { "(empty)".into() } else { content };
    let name = value.readable_name().to_string();
    sentence!("{stored}\\{} is {}: {content}", shown(&name), value.value_type())
}
