//! A hive's section.

use coldhive_hive::DamageReport;
use coldhive_rules::{FileInfo, HiveInfo, Outcome, Verdict};

use super::markup::{Markup, left_out};
use super::{Details, hive_id, rule, rule_id, sides, timeline, tree, who, words};

/// How much damage is told in one place.
const MOST_DAMAGE: usize = 200;

pub(super) fn section(
    it: &mut Markup,
    number: usize,
    hive: &HiveInfo,
    verdicts: &[Verdict],
    details: Option<&Details>,
) {
    let id = hive_id(number);
    let head = format!("{id}-head");
    it.with("section", &[("id", &id), ("aria-labelledby", &head)], |it| {
        it.with("h3", &[("id", &head)], |it| it.apart(&hive.path));
        facts(it, hive);
        for (place, verdict) in verdicts.iter().enumerate() {
            if verdict.outcome != Outcome::NotApplicable {
                rule::section(it, &rule_id(number, place), hive, verdict);
            }
        }
        not_applicable(it, verdicts);
        timeline::keys(it, &id, verdicts);
        if let Some(details) = details {
            winsock(it, details, verdicts);
        }
    });
}

fn facts(it: &mut Markup, hive: &HiveInfo) {
    it.el("dl", |it| {
        it.term("Format", |it| it.text(&hive.format));
        let state = match (hive.dirty, hive.recovery.as_str()) {
            (false, _) => "clean: no writes were under way when it was copied".to_owned(),
            (true, recovery) => {
                format!("dirty: writes were under way when it was copied; recovery: {recovery}")
            }
        };
        it.term("State", |it| it.text(&state));
        if let Some(mount) = &hive.mounted_at {
            it.term("Stands at", |it| it.apart(mount));
        }
        if let Some(sha256) = &hive.sha256 {
            it.term("SHA-256", |it| it.line("code", sha256));
        }
        if !hive.notes.is_empty() {
            it.term("Notes", |it| it.list(&hive.notes));
        }
    });
    if !hive.files.is_empty() {
        it.table("Files", &["File", "What it is", "Bytes", "Read", "SHA-256"], |it| {
            hive.files.iter().for_each(|one| file(it, one));
        });
    }
    damage(it, "Damage of the hive", &hive.damage);
}

fn file(it: &mut Markup, file: &FileInfo) {
    it.el("tr", |it| {
        it.row_head(|it| it.apart(&file.path));
        let packing = file.packing.as_ref().map(|how| format!(", compressed: {how}"));
        it.line("td", &format!("{}; {}{}", file.role, file.content, packing.unwrap_or_default()));
        it.el("td", |it| it.unbroken(&file.size.to_string()));
        let used = if file.used { "yes" } else { "no" };
        it.line(
            "td",
            &match file.why.as_str() {
                "" => used.to_owned(),
                why => format!("{used}: {why}"),
            },
        );
        it.el("td", |it| {
            it.line("code", file.sha256.as_deref().unwrap_or("not computed"));
            if let Some(expanded) = &file.expanded_sha256 {
                it.text(" expanded: ");
                it.line("code", expanded);
            }
        });
    });
}

/// A table of damage, if there is any.
pub(super) fn damage(it: &mut Markup, caption: &str, damage: &[DamageReport]) {
    if damage.is_empty() {
        return;
    }
    it.table(caption, &["File offset", "What is wrong", "Expected", "Found"], |it| {
        for one in damage.iter().take(MOST_DAMAGE) {
            it.el("tr", |it| {
                it.row_head(|it| it.text(&format!("{:#x}", one.file_offset)));
                it.line("td", &format!("{} ({})", one.message, one.code));
                it.line("td", &one.expected);
                it.line("td", &one.found);
            });
        }
    });
    left_out(it, damage.len().saturating_sub(MOST_DAMAGE), "places of damage");
}

fn not_applicable(it: &mut Markup, verdicts: &[Verdict]) {
    let rest: Vec<_> = verdicts.iter().filter(|it| it.outcome == Outcome::NotApplicable).collect();
    if rest.is_empty() {
        return;
    }
    it.folded(&format!("Rules that say nothing about this machine: {}", rest.len()), |it| {
        it.el("ul", |it| {
            for verdict in rest {
                it.el("li", |it| {
                    it.apart(&verdict.rule.id);
                    it.text(&format!(
                        " {}: {}",
                        verdict.rule.title,
                        verdict.applicability.reasons.join("; ")
                    ));
                });
            }
        });
    });
}

fn winsock(it: &mut Markup, details: &Details, verdicts: &[Verdict]) {
    it.line("h4", "The Winsock registration");
    let view = match &details.winsock {
        Ok(view) => view,
        Err(why) => return it.line("p", &format!("It can't be shown: {why}")),
    };
    if let Some(sides) = &view.side_by_side {
        sides::table(it, sides);
    }
    for report in &view.control_sets {
        let roles = report.roles.join(", ");
        let roles = if roles.is_empty() { roles } else { format!(" ({roles})") };
        it.folded(
            &format!("{}{roles}: the keys as a tree, and who may do what", report.control_set),
            |it| {
                it.list(&report.problems);
                tree::pictures(it, report, verdicts);
                who::matrices(it, report);
            },
        );
    }
    if view.control_sets.is_empty() {
        words::mark(it, ("no control set", "open"));
    }
}
