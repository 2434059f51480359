//! What logs beside the hive say, and all that has a time in its order.

use coldhive_rules::model::Meaning;
use coldhive_rules::{SignFound, Verdict};

use super::markup::{Markup, left_out};
use super::words;

/// How many signs and moments are told.
const MOST: usize = 500;

pub(super) fn section(it: &mut Markup, verdict: &Verdict) {
    if verdict.logs.is_empty() {
        return;
    }
    it.line("h5", "Signs beside the hive (they change no outcome)");
    for log in &verdict.logs {
        it.el("p", |it| {
            it.apart(&log.file);
            it.text(&format!(": {}", log.statement));
        });
        it.list(&log.notes);
        left_out(it, log.left_out, "earlier signs");
    }
    if !verdict.signs.is_empty() {
        it.table("Signs", &["Sign", "When (UTC)", "Where", "Says"], |it| {
            verdict.signs.iter().take(MOST).for_each(|one| sign(it, one));
        });
        left_out(it, verdict.signs.len().saturating_sub(MOST), "signs");
    }
    if !verdict.timeline.is_empty() {
        it.folded(&format!("Keys and signs in order of time: {}", verdict.timeline.len()), |it| {
            moments(it, verdict);
        });
    }
}

fn sign(it: &mut Markup, sign: &SignFound) {
    it.el("tr", |it| {
        it.row_head(|it| {
            words::mark(
                it,
                match sign.means {
                    Meaning::Fault => ("fault", "bad"),
                    Meaning::OtherCause => ("other cause", "open"),
                    Meaning::Well => ("well", "good"),
                },
            );
            it.text(&format!(" {} ({})", sign.title, sign.id));
        });
        let time = sign.when.map(|time| time.to_string()).or_else(|| sign.clock.clone());
        it.classed("td", "time", time.as_deref().unwrap_or("not known"));
        it.el("td", |it| {
            it.apart(&sign.file);
            it.text(&match sign.line {
                Some(line) => format!(", line {line}"),
                None => format!(", file offset {:#x}", sign.offset),
            });
        });
        it.el("td", |it| {
            it.apart(&sign.text);
            it.list(&sign.follows);
            if let Some(note) = &sign.note {
                it.classed("p", "note", note);
            }
        });
    });
}

fn moments(it: &mut Markup, verdict: &Verdict) {
    it.table("In order of time", &["When (UTC)", "What", "Where"], |it| {
        for moment in verdict.timeline.iter().take(MOST) {
            it.el("tr", |it| {
                let time = moment.when.map_or_else(|| "not known".into(), |time| time.to_string());
                it.row_head(|it| it.unbroken(&time));
                it.el("td", |it| {
                    it.text(&moment.what);
                    if let Some(note) = &moment.note {
                        it.classed("p", "note", note);
                    }
                });
                it.el("td", |it| it.apart(&moment.place));
            });
        }
    });
    left_out(it, verdict.timeline.len().saturating_sub(MOST), "moments");
}
