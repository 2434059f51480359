//! The records that a check rests on.

use coldhive_hive::Confirmation;
use coldhive_rules::{Evidence, EvidenceKind, Finding, HexBytes, HiveName};

use super::hive;
use super::markup::{Markup, left_out};

/// How many records of one check are told.
const MOST: usize = 100;
/// How many bytes of data are shown.
const MOST_BYTES: usize = 256;

pub(super) fn folded(it: &mut Markup, evidence: &[Evidence]) {
    if evidence.is_empty() {
        return;
    }
    it.folded(&format!("Evidence: records that this rests on: {}", evidence.len()), |it| {
        evidence.iter().take(MOST).for_each(|one| record(it, one));
        left_out(it, evidence.len().saturating_sub(MOST), "records");
    });
}

fn record(it: &mut Markup, evidence: &Evidence) {
    it.el("dl", |it| {
        it.term("Key", |it| {
            if evidence.hive == HiveName::Software {
                it.text("of the SOFTWARE hive: ");
            }
            it.key(&evidence.key);
        });
        if let Some(name) = &evidence.value {
            it.term("Value", |it| it.value(name));
        }
        for lacking in
            [evidence.lacks_key.as_deref(), evidence.lacks_value.as_deref()].into_iter().flatten()
        {
            let term = if evidence.finding == Finding::Absent { "Lacks" } else { "May hide" };
            it.term(term, |it| it.key(lacking));
        }
        it.term("File", |it| it.apart(&evidence.file));
        it.term("Stands at", |it| it.text(&place(evidence)));
        if let Some(time) = evidence.last_written {
            it.term("Key written", |it| it.text(&time.to_string()));
        }
        if let Some(text) = &evidence.text {
            it.term("Data", |it| it.apart(text));
        }
        if let Some(data) = &evidence.data {
            let kind = evidence.value_type.as_deref().unwrap_or("Bytes");
            it.term(kind, |it| it.line("code", &bytes(data)));
        }
        if let Some(sddl) = &evidence.sddl {
            it.term("SDDL", |it| it.apart(sddl));
        }
        if !evidence.aces.is_empty() {
            it.term("Entries that decided", |it| it.list(&evidence.aces));
        }
        let said = match evidence.confirmed {
            Confirmation::Agrees => "agrees",
            Confirmation::Differs => "DIFFERS",
            Confirmation::Damaged => "damage stands in its way",
            Confirmation::NotAsked => "not asked",
        };
        it.term("Second reader", |it| it.text(said));
    });
    hive::damage(it, "Damage of this record", &evidence.damage);
}

fn place(evidence: &Evidence) -> String {
    let record = match evidence.kind {
        EvidenceKind::Key => "key node (nk)",
        EvidenceKind::Value => "value (vk)",
        EvidenceKind::Security => "security record (sk)",
    };
    let mut text = match (evidence.file_offset, evidence.line) {
        (Some(offset), _) => format!("{record} at file offset {offset:#x}"),
        (None, Some(line)) => format!("line {line}"),
        (None, None) => format!("no {record} can be located"),
    };
    if let Some(cell) = evidence.cell {
        text.push_str(&format!(", cell {cell}"));
    }
    if let Some(entry) = evidence.log_entry {
        text.push_str(&format!(", log entry {entry}"));
    }
    text
}

/// The first bytes.
pub(super) fn bytes(data: &HexBytes) -> String {
    let shown: Vec<_> = data.0.iter().take(MOST_BYTES).map(|byte| format!("{byte:02x}")).collect();
    let more = data.0.len().saturating_sub(MOST_BYTES);
    let shown = shown.join(" ");
    if more > 0 { format!("{shown} ... and {more} more bytes") } else { shown }
}
