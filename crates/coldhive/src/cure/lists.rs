//! The two lists that must name Clusnet.

use coldhive_hive::{Damage, Lookup, MultiStringFault, ValueType};
use coldhive_rules::list_text;
use coldhive_system::winsock::NameList;

use super::data::{Before, Content, Source};
use super::plan::{CLUSNET, MIGRATION, PARAMETERS};
use super::sources::Sets;

/// The longest list that is written, in bytes. Real ones have a few hundred.
const LONGEST: usize = 16 * 1024;

/// A list, and the checks that are about it.
pub(super) struct List {
    pub(super) key: &'static str,
    pub(super) name: &'static str,
    /// The check that it names Clusnet.
    pub(super) names_it: &'static str,
    /// The check that it is well formed.
    pub(super) well_formed: &'static str,
}

pub(super) const LISTS: [List; 2] = [
    List {
        key: MIGRATION,
        name: "Provider List",
        names_it: "provider-list",
        well_formed: "provider-list-well-formed",
    },
    List {
        key: PARAMETERS,
        name: "Transports",
        names_it: "transports",
        well_formed: "transports-well-formed",
    },
];

impl List {
    pub(super) fn is(&self, key: &str, value: &str) -> bool {
        key == self.key && coldhive_hive::names_equal(value, self.name)
    }
}

/// What the evaluated control set has of a list.
pub(super) struct Here {
    /// The name as stored.
    pub(super) name: String,
    /// The entries, where they can be told.
    pub(super) entries: Option<Vec<String>>,
    /// What is to be said of it, in clauses: why it can't be told, or what is wrong with how it is stored.
    pub(super) said: Vec<String>,
    pub(super) before: Before,
    pub(super) sources: Vec<Source>,
}

/// What a list should be.
pub(super) struct NewList {
    pub(super) name: String,
    pub(super) content: Content,
    pub(super) before: Before,
    pub(super) why: String,
    pub(super) from: Vec<Source>,
}

impl Here {
    /// There is certainly no such value.
    pub(super) fn absent(list: &List) -> Self {
        Self {
            name: list.name.into(),
            entries: None,
            said: vec!["the value is not there".into()],
            before: Before::Absent,
            sources: Vec::new(),
        }
    }

    /// Reads the list in a key that was found; `None` where the file doesn't hold it, so that nothing is wrong with it as
    /// far as can be told.
    pub(super) fn read(sets: &Sets<'_>, list: &List) -> Option<Self> {
        let located = sets.located(&sets.own, list.key);
        let unknown = |why: String| Self {
            said: vec![why.clone()],
            before: Before::Unknown(why),
            ..Self::absent(list)
        };
        let value = match located.value(list.name) {
            Lookup::Found(value) if !value.is_tombstone() => value,
            Lookup::Found(_) | Lookup::Absent => return Some(Self::absent(list)),
            other if other.damage() == [Damage::NotInExport] => return None,
            other => {
                let damage = other.damage().first().map(ToString::to_string);
                let why = format!("the value can't be read: {}", damage.unwrap_or_default());
                return Some(unknown(why));
            }
        };
        let key = located.answer.clone().found();
        let source = key.map(|key| sets.source(&sets.own, list.key, &key, Some(&value)));
        let sources: Vec<Source> = source.into_iter().collect();
        let name = value.readable_name().to_string();
        let data = match value.data() {
            Ok(data) => data,
            Err(damage) => {
                let why = format!("its data can't be read: {damage}");
                return Some(Self { name, sources, ..unknown(why) });
            }
        };
        let Some(decoded) = decoded(&data) else {
            let why = format!("it has {} bytes, more than any list of a real machine", data.len());
            return Some(Self { name, sources, ..unknown(why) });
        };
        let before = Before::Was(Content::new(value.value_type(), &data));
        let entries = told_entries(&decoded);
        let mut here = Self { name, entries, said: Vec::new(), before, sources };
        if value.value_type() == ValueType::MULTI_SZ {
            here.said.extend(said_of(&decoded));
            here.of_cut_entry(sets, list, &decoded);
        } else {
            here.of_other_type(value.value_type(), &decoded);
        }
        Some(here)
    }

    /// Only bytes that are a list as they stand tell the entries; of a text it isn't known what parted them.
    fn of_other_type(&mut self, value_type: ValueType, decoded: &NameList) {
        let is_list = decoded.is_well_formed() && !decoded.entries().is_empty();
        if is_list {
            self.said.push(format!("it is {value_type}, and its bytes are a list as they stand"));
        } else {
            self.entries = None;
            self.said.push(format!(
                "it is {value_type}, and its bytes are no list, so what its entries were can't be told"
            ));
        }
    }

    /// An entry that nothing ends may be the beginning of one: it is whole only if another control set has it.
    fn of_cut_entry(&mut self, sets: &Sets<'_>, list: &List, decoded: &NameList) {
        let Some(last) = cut_entry(decoded).filter(|_| is_lossless(decoded)) else { return };
        let same = |entry: &String| coldhive_hive::names_equal(entry, last);
        let confirmed = sets
            .lists(list.key, list.name)
            .filter_map(Result::ok)
            .find(|(entries, _)| entries.iter().any(same));
        let Some((_, source)) = confirmed else {
            return self.said.push(format!(
                "it may be cut off behind {}, and no other control set's list has an entry of that name",
                list_text(&[last.to_owned()])
            ));
        };
        self.said.push(format!(
            "{} is a whole entry, because {} ({}) has the same",
            list_text(&[last.to_owned()]),
            source.control_set,
            source.control_set_role
        ));
        self.sources.push(source);
        self.entries = Some(decoded.entries().to_vec());
    }

    /// The list as it should be: what it has, or what another control set has, and Clusnet.
    pub(super) fn mended(self, sets: &Sets<'_>, list: &List) -> Result<NewList, String> {
        let said = self.said.join("; ");
        let mut from = self.sources;
        let (mut entries, mut why) = match self.entries {
            Some(entries) => (entries, said),
            None => match sets.list(list.key, list.name) {
                Ok((entries, source)) => {
                    let why = format!(
                        "{said}: the list of {}, {}, is taken instead ({})",
                        source.control_set,
                        source.control_set_role,
                        list_text(&entries)
                    );
                    from.push(source);
                    (entries, why)
                }
                Err(why) => return Err(format!("{said}; {why}")),
            },
        };
        let lacks = !entries.iter().any(|entry| coldhive_hive::names_equal(entry, CLUSNET));
        if lacks {
            entries.push(CLUSNET.into());
        }
        if !why.is_empty() {
            why.push_str("; ");
        }
        why.push_str(match lacks {
            true => "Clusnet is added behind the other entries, which stay in their order",
            false => "all entries stay in their order",
        });
        Ok(NewList {
            name: self.name,
            content: Content::list(&entries),
            before: self.before,
            why,
            from,
        })
    }
}

/// What is wrong with how a list is stored, in clauses.
fn said_of(list: &NameList) -> Vec<String> {
    let mut said: Vec<String> = list.faults().iter().map(ToString::to_string).collect();
    if list.entries().is_empty() {
        said.push("it has no entries".into());
    }
    let behind = list.entries_behind_end();
    if !behind.is_empty() {
        said.push(format!(
            "what stands behind the end of the list is no entry to Windows and is not taken over: {}",
            list_text(&behind)
        ));
    }
    said
}

/// The data of a list, if it is no longer than one can be.
pub(super) fn decoded(data: &[u8]) -> Option<NameList> {
    (data.len() <= LONGEST).then(|| NameList::decode(data.to_vec()))
}

/// The entries, unless there are none or some of them can't be told.
pub(super) fn told_entries(list: &NameList) -> Option<Vec<String>> {
    let is_told = is_lossless(list) && !is_cut(list) && !list.entries().is_empty();
    is_told.then(|| list.entries().to_vec())
}

fn is_lossless(list: &NameList) -> bool {
    let lossy = |fault: &MultiStringFault| matches!(fault, MultiStringFault::InvalidUtf16 { .. });
    !list.faults().iter().any(lossy)
}

/// Whether the data ends inside an entry, be it half a character.
fn is_cut(list: &NameList) -> bool {
    cut_entry(list).is_some() || (list.has_odd_length() && !list.is_terminated())
}

/// The last entry, where no NUL ends it.
fn cut_entry(list: &NameList) -> Option<&str> {
    let is_cut = list.faults().contains(&MultiStringFault::EntryUnterminated);
    list.entries().last().filter(|_| is_cut).map(String::as_str)
}
