//! What differs in keys.

use coldhive_hive::{Damage, DamageReport, FileTime, Key, KeyFlags, Layer, LayerSemantics, Unread};
use coldhive_rules::HexBytes;
use serde::Serialize;

use super::kind::DiffKind;
use super::place::Place;
use super::security::SecurityDifference;
use super::value::ValueDifference;
use crate::export::bytes_if_lossy;
use crate::files::RecordPlace;

/// How much damage of one key's lists is told; all is counted.
const MOST_DAMAGE: usize = 1_000;

/// A key that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyDifference {
    /// The path below the control set, or below `HKLM\SYSTEM` where whole hives are compared: names as the first side
    /// stores them where it has them; `""` for the control set or hive itself. All paths together are bounded by the
    /// size of the hive: beyond, a path is `...` and the key's own name.
    pub path: String,
    /// The sort of difference.
    pub difference: DiffKind,
    /// How many levels it stands below the key that one side alone has; 0 for that key, and for keys of both sides.
    pub level: usize,
    /// The key on the first side.
    pub from: Option<KeySide>,
    /// The key on the second side.
    pub to: Option<KeySide>,
    /// What of the key itself differs.
    pub changes: Vec<KeyChange>,
    /// How its security differs.
    pub security: Option<SecurityDifference>,
    /// Its values that differ, by name; of a key that one side alone has, all.
    pub values: Vec<ValueDifference>,
    /// Why it is uncertain, or why one side has no such key, in a sentence.
    pub problem: Option<String>,
    /// The damage of the other side that leaves it open whether that has the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hidden_by: Option<DamageReport>,
}

/// Something of a key itself that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyChange {
    /// What.
    pub what: KeyPart,
    /// Changed, or uncertain.
    pub difference: DiffKind,
    /// What the first side has.
    pub from: Option<String>,
    /// What the second side has.
    pub to: Option<String>,
}

/// A part of a key that can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum KeyPart {
    /// How the name is written: the same to Windows, which ignores case.
    Name,
    /// The class name.
    Class,
    /// The flags, of which one makes the key a symbolic link.
    Flags,
    /// What the key does to the layers below (format 1.6).
    Layer,
}

/// A key on one side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeySide {
    /// The name as stored.
    pub name: String,
    /// The name's bytes in hex, where `name` can't show it as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_bytes: Option<HexBytes>,
    /// The class name.
    pub class: Option<String>,
    /// Whether it is a symbolic link: its target stands in the value `SymbolicLinkValue`. Links are not followed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub link: bool,
    /// What the key is in a layered hive (format 1.6), where that isn't to be merged with the layer below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<Layer>,
    /// Where the key node (`nk`) stands; null where the source has no records.
    pub node: Option<RecordPlace>,
    /// The line of the text that names the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// When the key was last written (UTC); null where the source has no times.
    pub last_written: Option<FileTime>,
    /// What can't be read of its lists and of its class name; the first thousand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub damage: Vec<DamageReport>,
    /// How much more there is.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_damage: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl KeySide {
    pub(super) fn of(place: &Place<'_>, key: &Key<'_>, class: Option<String>) -> Self {
        let (name, lacks) = (key.readable_name(), place.system.lacks());
        let node = RecordPlace::of(place.case, key.cell(), key.file_offset());
        Self {
            name: name.to_string(),
            name_bytes: bytes_if_lossy(&name),
            class,
            link: key.is_link(),
            layer: key.layer().filter(Layer::says_something),
            node: (!lacks.records).then_some(node),
            line: place.line(key.file_offset()),
            last_written: (!lacks.times).then(|| key.last_written()),
            damage: Vec::new(),
            more_damage: 0,
        }
    }

    pub(super) fn add_damage<'d>(&mut self, damage: impl IntoIterator<Item = &'d Damage>) {
        for damage in damage {
            if self.damage.len() < MOST_DAMAGE {
                self.damage.push(damage.report());
            } else {
                self.more_damage = self.more_damage.saturating_add(1);
            }
        }
    }

    pub(super) fn add_unread(&mut self, unread: &[Unread<'_>]) {
        self.add_damage(unread.iter().map(|unread| &unread.damage));
    }
}

impl KeyChange {
    /// What differs in the flags. Where names are stored as Latin-1, and what every root is marked with, has no
    /// meaning.
    pub(super) fn of_flags(from: &Key<'_>, to: &Key<'_>) -> Option<Self> {
        let flags = [from, to].map(|key| {
            let flags = key.flags().difference(KeyFlags::LATIN1_NAME | KeyFlags::ROOT);
            let is_root = key.flags().contains(KeyFlags::ROOT);
            if is_root { flags.difference(KeyFlags::NO_DELETE) } else { flags }
        });
        let [old, new] = flags;
        let words = |flags: KeyFlags| {
            let link = if flags.contains(KeyFlags::SYMLINK) { " (a symbolic link)" } else { "" };
            Some(format!("{:#06x}{link}", flags.bits()))
        };
        let (from, to) = (words(old), words(new));
        (old != new).then_some(Self {
            what: KeyPart::Flags,
            difference: DiffKind::Changed,
            from,
            to,
        })
    }

    /// What differs in what the keys do to the layers below.
    pub(super) fn of_layers(from: &Key<'_>, to: &Key<'_>) -> Option<Self> {
        let layers = [from, to].map(|key| key.layer().filter(Layer::says_something));
        let [old, new] = layers;
        let words = |layer: Option<Layer>| {
            let Layer { semantics, inherit_class } = layer?;
            let class = if inherit_class { ", its class is that of the key below" } else { "" };
            let semantics = match semantics {
                LayerSemantics::Merge => "merged with the key below",
                LayerSemantics::Tombstone => "a tombstone: it marks the key as deleted",
                LayerSemantics::SupersedeLocal => "in the place of the key below",
                LayerSemantics::SupersedeTree => {
                    "in the place of the key below and of all under it"
                }
            };
            Some(format!("{semantics}{class}"))
        };
        let (from, to) = (words(old), words(new));
        (old != new).then_some(Self {
            what: KeyPart::Layer,
            difference: DiffKind::Changed,
            from,
            to,
        })
    }
}
