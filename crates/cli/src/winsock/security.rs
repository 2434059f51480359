//! Who may write where.

use std::io::{self, Write};

use coldhive::security::AccessMask;
use coldhive::system::NO_SECURITY;
use coldhive::{DescriptorReport, DescriptorUse, TrusteeRights, WinsockReport, WinsockSecurity};

use super::page::{Page, columns};
use crate::acl;
use crate::text::count;

/// The columns: what changes a key or lets somebody change it.
const COLUMNS: [(AccessMask, &str); 6] = [
    (AccessMask::KEY_SET_VALUE, "set values"),
    (AccessMask::KEY_CREATE_SUB_KEY, "create subkeys"),
    (AccessMask::DELETE, "delete"),
    (AccessMask::KEY_CREATE_LINK, "link"),
    (AccessMask::WRITE_DAC, "permissions"),
    (AccessMask::WRITE_OWNER, "owner"),
];
/// How many keys of a descriptor are named.
const KEYS: usize = 6;

pub(super) fn write(page: &mut Page<'_, impl Write>, report: &WinsockReport) -> io::Result<()> {
    if report.trees.is_empty() {
        return Ok(());
    }
    let security = &report.security;
    page.heading("Who may write where")?;
    if security.descriptors.is_empty() {
        return page.row(2, NO_SECURITY);
    }
    summary(page, security)?;
    for used in &security.descriptors {
        descriptor(page, used)?;
    }
    let depends = |used: &DescriptorUse| {
        let rows = used.descriptor.iter().flat_map(|report| &report.trustees);
        rows.map(|row| row.possible.mask)
            .any(|mask| COLUMNS.iter().any(|(right, _)| mask.contains(*right)))
    };
    if security.descriptors.iter().any(depends) {
        page.row(2, "? it depends: on a condition, or on whether OWNER RIGHTS (from Windows Vista on) counts")?;
        page.row(
            2,
            &format!(
                "  rules for OWNER RIGHTS: {} ({})",
                security.os_rules.rules, security.os_rules.why
            ),
        )?;
    }
    Ok(())
}

/// How many keys somebody may write who is none of those that may everywhere.
fn summary(page: &mut Page<'_, impl Write>, security: &WinsockSecurity) -> io::Result<()> {
    let keys = |used: &DescriptorUse| used.keys.len() as u64 + used.left_out;
    let sum = |which: &dyn Fn(&&DescriptorUse) -> bool| {
        security.descriptors.iter().filter(which).map(keys).sum::<u64>()
    };
    let (all, open) = (sum(&|_| true), sum(&|used| !used.outsiders.is_empty()));
    let unknown = sum(&|used| !is_told(used));
    let others = "others than Administrators, SYSTEM, TrustedInstaller and CREATOR OWNER";
    page.row(
        2,
        &match (open, unknown) {
            (0, 0) => format!("no {others} may write any of {}", count(all, "key")),
            (0, _) => format!("no {others} may write any key of which that can be told"),
            _ => format!("! {others} may write {open} of {}: OUTSIDER below", count(all, "key")),
        },
    )?;
    match unknown {
        0 => Ok(()),
        _ => page.row(2, &format!("! of {} it can't be told", count(unknown, "key"))),
    }
}

fn descriptor(page: &mut Page<'_, impl Write>, used: &DescriptorUse) -> io::Result<()> {
    let keys = used.keys.len() as u64 + used.left_out;
    let records = match used.records {
        0 | 1 => String::new(),
        records => format!(", in {}", count(records.into(), "record")),
    };
    page.row(2, &format!("descriptor {}: {}{records}", used.number, count(keys, "key")))?;
    for line in named(&used.keys) {
        page.row(6, &line)?;
    }
    if let Some(problem) = &used.problem {
        let what = if is_told(used) {
            "not all is as it should be"
        } else {
            "who may write can't be told"
        };
        page.row(4, &format!("! {what}: {problem}"))?;
    }
    if let Some(report) = &used.descriptor {
        owner(page, report)?;
        if is_told(used) {
            table(page, &report.trustees)?;
        }
    }
    for outsider in &used.outsiders {
        let who = outsider.trustee.as_ref().map_or_else(|| "anybody".into(), acl::trustee);
        // Whether the account was taken out of Administrators, the hive doesn't say.
        let is_first = outsider.trustee.as_ref().is_some_and(|who| {
            matches!(who.sid.sub_authorities(), [21, .., 500]) && who.sid.authority() == 5
        });
        let by_default = if is_first { " (by default one of Administrators)" } else { "" };
        for (rights, may) in [(&outsider.granted, "may"), (&outsider.possible, "may perhaps")] {
            if !rights.mask.is_empty() {
                page.row(
                    4,
                    &format!("! OUTSIDER {who}{by_default} {may} {}", in_words(rights.mask)),
                )?;
            }
        }
    }
    if let Some(report) = &used.descriptor {
        // On a line of its own, to be copied.
        page.row(4, &report.sddl)?;
        if let Some(problem) = &report.sddl_problem {
            page.row(4, &format!("({problem})"))?;
        }
    }
    Ok(())
}

/// Whether it can be told who may write: where the owner or the DACL is ill-formed, there are no rows.
fn is_told(used: &DescriptorUse) -> bool {
    used.descriptor.as_ref().is_some_and(|report| !report.trustees.is_empty())
}

/// The first keys, one a line; the tree has the number at each of them.
fn named(keys: &[String]) -> Vec<String> {
    let mut lines: Vec<String> = keys.iter().take(KEYS).cloned().collect();
    match keys.len().saturating_sub(KEYS) {
        0 => {}
        more => lines.push(format!("and {more} more, which the tree tells")),
    }
    lines
}

fn owner(page: &mut Page<'_, impl Write>, report: &DescriptorReport) -> io::Result<()> {
    let owner = report.owner.as_ref().map_or_else(|| "none that can be read".into(), acl::trustee);
    let place = format!("cell {}, {}", report.record.cell, page.record(&report.record));
    page.row(4, &format!("owner {owner}; record at {place}"))
}

fn table(page: &mut Page<'_, impl Write>, rows: &[TrusteeRights]) -> io::Result<()> {
    let writes = |row: &&TrusteeRights| {
        let mask = row.granted.mask | row.possible.mask;
        !row.placeholder && COLUMNS.iter().any(|(right, _)| mask.contains(*right))
    };
    let mut lines = vec![];
    let heads = ["who"].into_iter().chain(COLUMNS.iter().map(|(_, head)| *head));
    lines.push(heads.map(str::to_owned).collect::<Vec<_>>());
    for row in rows.iter().filter(writes) {
        let who = row.trustee.as_ref().map_or_else(
            || "anybody else".into(),
            |trustee| trustee.name.clone().unwrap_or_else(|| acl::trustee(trustee)),
        );
        let mut line = vec![who];
        line.extend(COLUMNS.iter().map(|(right, _)| {
            let sign = if row.granted.mask.contains(*right) {
                "yes"
            } else if row.possible.mask.contains(*right) {
                "?"
            } else {
                "-"
            };
            sign.to_owned()
        }));
        lines.push(line);
    }
    if lines.len() == 1 {
        return page.row(4, "nobody may write");
    }
    for line in columns(&lines) {
        page.row(4, &line)?;
    }
    Ok(())
}

fn in_words(mask: AccessMask) -> String {
    let words =
        COLUMNS.iter().filter(|(right, _)| mask.contains(*right)).map(
            |(right, head)| match *right {
                AccessMask::WRITE_DAC => "change permissions",
                AccessMask::WRITE_OWNER => "change the owner",
                AccessMask::KEY_CREATE_LINK => "create links",
                _ => *head,
            },
        );
    words.collect::<Vec<_>>().join(", ")
}
