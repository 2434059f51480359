//! What other control sets have otherwise, side by side.

use coldhive_hive::FileTime;
use coldhive_rules::{Difference, EvidenceKind};

use super::markup::{Markup, left_out};

/// How many differences to one control set are told.
const MOST: usize = 200;
/// So many stand open.
const A_FEW: usize = 10;

pub(super) fn section(it: &mut Markup, differences: &[Difference]) {
    let of_set = |one: &Difference, other: &Difference| one.control_set == other.control_set;
    for group in differences.chunk_by(of_set) {
        let Some(first) = group.first() else { continue };
        let good = if first.last_known_good { " (the last known good one)" } else { "" };
        let caption = format!("Differences to {}{good}: {}", first.control_set, group.len());
        match group.len() > A_FEW {
            true => it.folded(&caption, |it| table(it, &caption, group)),
            false => table(it, &caption, group),
        }
    }
}

fn table(it: &mut Markup, caption: &str, group: &[Difference]) {
    it.table(caption, &["Key", "Here", "There"], |it| {
        for one in group.iter().take(MOST) {
            it.el("tr", |it| {
                it.row_head(|it| {
                    if one.subject == EvidenceKind::Security {
                        it.text("security of ");
                    }
                    it.key(&one.key);
                    if let Some(name) = &one.value {
                        it.text(", value ");
                        it.value(name);
                    }
                });
                side(it, &one.here, one.here_last_written);
                side(it, &one.there, one.there_last_written);
            });
        }
    });
    left_out(it, group.len().saturating_sub(MOST), "differences");
}

fn side(it: &mut Markup, what: &str, written: Option<FileTime>) {
    it.el("td", |it| {
        it.apart(what);
        if let Some(time) = written {
            it.with("p", &[("class", "note")], |it| {
                it.text("key written ");
                it.unbroken(&time.to_string());
            });
        }
    });
}
