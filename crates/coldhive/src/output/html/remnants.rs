//! What was deleted and can still be read.

use coldhive_rules::Remnant;

use super::markup::{Markup, left_out};
use super::{evidence, hive};

/// How many remnants of one verdict are told.
const MOST: usize = 100;

pub(super) fn section(it: &mut Markup, remnants: &[Remnant]) {
    if remnants.is_empty() {
        return;
    }
    it.folded(&format!("Deleted, and still to be read: {}", remnants.len()), |it| {
        remnants.iter().take(MOST).for_each(|one| remnant(it, one));
        left_out(it, remnants.len().saturating_sub(MOST), "remnants");
    });
}

fn remnant(it: &mut Markup, remnant: &Remnant) {
    it.el("dl", |it| {
        it.term("Stood at", |it| it.key(&remnant.stood));
        if let Some(name) = &remnant.value {
            it.term("Value", |it| it.value(name));
        }
        it.term("How sure", |it| {
            it.text(&format!("{}: {}", remnant.certainty.word(), remnant.reason));
        });
        if let Some(offset) = remnant.file_offset {
            it.term("Stands at", |it| {
                it.text(&format!("file offset {offset:#x} of "));
                it.apart(&remnant.file);
                if let Some(entry) = remnant.log_entry {
                    it.text(&format!(", log entry {entry}"));
                }
            });
        }
        if let Some(time) = remnant.last_written {
            it.term("Key written", |it| it.text(&time.to_string()));
        }
        for value in remnant.values.iter().take(MOST) {
            it.term("Holds", |it| {
                it.value(&value.name);
                it.text(&format!(" = {} ", value.value_type));
                it.apart(&value.text.clone().unwrap_or_else(|| evidence::bytes(&value.data)));
            });
        }
    });
    hive::damage(it, "Damage of this remnant", &remnant.damage);
}
