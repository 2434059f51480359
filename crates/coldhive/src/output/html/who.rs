//! Who may do what with the Winsock keys: a matrix for each descriptor.

use coldhive_security::AccessMask;

use super::markup::{Markup, left_out};
use super::words;
use crate::{DescriptorUse, Trustee, TrusteeRights, WinsockReport};

/// The columns.
const COLUMNS: [(AccessMask, &str); 7] = [
    (AccessMask::KEY_QUERY_VALUE, "read values"),
    (AccessMask::KEY_SET_VALUE, "set values"),
    (AccessMask::KEY_CREATE_SUB_KEY, "create subkeys"),
    (AccessMask::KEY_CREATE_LINK, "create links"),
    (AccessMask::DELETE, "delete"),
    (AccessMask::WRITE_DAC, "change permissions"),
    (AccessMask::WRITE_OWNER, "change the owner"),
];
/// How many descriptors, keys of each and trustees are told.
const MOST: usize = 64;

pub(super) fn matrices(it: &mut Markup, report: &WinsockReport) {
    let descriptors = &report.security.descriptors;
    if descriptors.is_empty() {
        return;
    }
    it.classed("p", "note", "Who may do what, by the permissions of the keys: \"perhaps\" where it depends on what the hive doesn't tell.");
    descriptors.iter().take(MOST).for_each(|used| matrix(it, used));
    left_out(it, descriptors.len().saturating_sub(MOST), "descriptors");
}

fn matrix(it: &mut Markup, used: &DescriptorUse) {
    let keys = (used.keys.len() as u64).saturating_add(used.left_out);
    let caption = format!("Permissions {} (keys that have them: {keys})", used.number);
    if let Some(problem) = &used.problem {
        it.el("p", |it| {
            words::mark(it, ("problem", "open"));
            it.text(&format!(" {problem}"));
        });
    }
    let rows =
        used.descriptor.iter().flat_map(|report| &report.trustees).filter(|row| !row.placeholder);
    let rows: Vec<_> = rows.collect();
    if !rows.is_empty() {
        let mut heads = vec!["Who"];
        heads.extend(COLUMNS.iter().map(|(_, head)| *head));
        it.table(&caption, &heads, |it| rows.iter().take(MOST).for_each(|one| row(it, one)));
        left_out(it, rows.len().saturating_sub(MOST), "accounts");
    }
    for outsider in used.outsiders.iter().take(MOST) {
        it.el("p", |it| {
            words::mark(it, ("outsider", "bad"));
            it.text(" ");
            it.apart(&who(outsider.trustee.as_ref()));
            it.text(" may change these keys and is none of Administrators, SYSTEM, TrustedInstaller and CREATOR OWNER.");
        });
    }
    it.folded(&format!("Keys with permissions {}, and their text", used.number), |it| {
        it.el("ul", |it| used.keys.iter().take(MOST).for_each(|key| it.el("li", |it| it.key(key))));
        left_out(it, used.keys.len().saturating_sub(MOST), "keys");
        if let Some(report) = &used.descriptor {
            it.el("p", |it| it.apart(&report.sddl));
        }
    });
}

fn row(it: &mut Markup, row: &TrusteeRights) {
    it.el("tr", |it| {
        it.row_head(|it| {
            it.apart(&who(row.trustee.as_ref()));
            it.text(if row.owner { " (owner)" } else { "" });
        });
        for (right, _) in COLUMNS {
            it.line(
                "td",
                match () {
                    () if row.granted.mask.contains(right) => "yes",
                    () if row.possible.mask.contains(right) => "perhaps",
                    () => "no",
                },
            );
        }
    });
}

fn who(trustee: Option<&Trustee>) -> String {
    let Some(trustee) = trustee else { return "anybody else".into() };
    match &trustee.name {
        Some(name) => format!("{name} ({})", trustee.sid),
        None => format!("{} ({})", trustee.sid, trustee.description),
    }
}
