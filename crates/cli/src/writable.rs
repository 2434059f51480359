//! `coldhive acl --writable-by`.

use std::io::{self, Write};

use coldhive::security::{AccessMask, GenericMapping};
use coldhive::{
    Case, Writable, WritableBy, WritableDescriptor, WritableKey, WritableKeys, WritableTotals,
};

use crate::acl::{self, COLUMNS, LABELS};
use crate::args::{AclArgs, ViewFormat};
use crate::text::{self, Labelled, count, safe};
use crate::{Status, complain};

/// How many unreadable lists and nodes are shown in text.
const MOST_DAMAGE_SHOWN: usize = 20;

pub(crate) fn run(args: &AclArgs, case: &Case, out: &mut impl Write) -> io::Result<Status> {
    // clap lets nothing else through.
    let Some(principals) = &args.writable_by else { return Ok(Status::Usage) };
    let under = args.under.as_deref().unwrap_or_default();
    let search = match case.writable_by(&args.question(principals), under, !args.no_hash) {
        Ok(search) => search,
        Err(why) => {
            if args.format == ViewFormat::Json {
                let report = case.acl(under, None, !args.no_hash);
                serde_json::to_writer_pretty(&mut *out, &report)?;
                writeln!(out)?;
                out.flush()?;
            }
            complain(&format!("{}: {}: {why}", case.path(), text::key(under)));
            return Ok(Status::Gaps);
        }
    };
    let totals = match args.format {
        ViewFormat::Json => {
            let mut writer = serde_json::Serializer::pretty(&mut *out);
            let ((), totals) = search.serialize_found(&mut writer)?;
            writeln!(out)?;
            totals
        }
        ViewFormat::Text => write(out, case, &search)?,
    };
    Ok(match totals.any() {
        Some(true) => Status::Failed,
        Some(false) if !case.hive().is_cut_short() && search.layered_note().is_none() => {
            Status::Good
        }
        _ => Status::Gaps,
    })
}

const fn word(verdict: Writable) -> &'static str {
    match verdict {
        Writable::Granted => "certainly",
        Writable::Possible => "possibly",
        Writable::Unknown => "unknown",
    }
}

/// The rights that are asked for, a column each.
struct Columns(Vec<(AccessMask, &'static str)>);

impl Columns {
    fn of(rights: AccessMask) -> Self {
        let rights = GenericMapping::REGISTRY_KEY.map(rights);
        let asked = COLUMNS.iter().copied().filter(|(right, _)| rights.contains(*right));
        Self(asked.collect())
    }

    fn heads(&self) -> String {
        self.0.iter().map(|(_, head)| *head).collect::<Vec<_>>().join(" ")
    }

    fn signs(&self, key: &WritableKey) -> String {
        let sign = |right: AccessMask| match key.verdict {
            _ if key.granted.contains(right) => '+',
            Writable::Unknown => '?',
            _ if key.possible.contains(right) => '?',
            _ => '.',
        };
        let signs = self.0.iter().map(|(right, head)| format!("{:<1$}", sign(*right), head.len()));
        signs.collect::<Vec<_>>().join(" ")
    }
}

fn write(out: &mut impl Write, case: &Case, search: &WritableBy<'_>) -> io::Result<WritableTotals> {
    let hive = search.hive();
    let mut lines = Labelled::new(out, 0, LABELS);
    lines.line("hive", &hive.path)?;
    crate::files::write(&mut lines, &hive.files)?;
    text::state(&mut lines, case)?;
    lines.lines("note", case.notes().into_iter().chain(search.layered_note()))?;
    lines.lines("damage", hive.damage.iter().map(text::damage))?;
    lines.line("under", &text::key(search.under()))?;
    acl::token(&mut lines, search.token())?;
    lines.line("any of", &search.rights().names)?;
    acl::rules(&mut lines, search.os_rules())?;
    acl::not_modelled(&mut lines)?;
    let mut keys = search.keys();
    let rights = Columns::of(search.rights().mask);
    for (index, key) in keys.by_ref().enumerate() {
        if index == 0 {
            writeln!(out, "\n{:<9}  {:<4}  {}  last written", "", "", rights.heads())?;
        }
        let (word, number) = (word(key.verdict), format!("#{}", key.descriptor));
        let (signs, path) = (rights.signs(&key), safe(&text::key(&key.path)));
        writeln!(out, "{word:<9}  {number:<4}  {signs}  {}  {path}", key.last_written)?;
    }
    if keys.totals().any() != Some(false) {
        writeln!(out, "{:<9}  {:<4}  + granted, ? it depends, . not granted", "", "")?;
    }
    for descriptor in keys.descriptors() {
        write_descriptor(out, descriptor)?;
    }
    write_totals(out, case, &keys)?;
    Ok(keys.totals().clone())
}

fn write_descriptor(out: &mut impl Write, found: &WritableDescriptor) -> io::Result<()> {
    let keys = count(found.keys, "key");
    writeln!(out, "\n#{}, of {keys}: {}", found.number, word(found.verdict))?;
    let mut lines = Labelled::new(out, 2, LABELS - 2);
    if let Some(record) = &found.record {
        let more = found.records.saturating_sub(1);
        let more = if more > 0 {
            format!("; the first of {} records", found.records)
        } else {
            String::new()
        };
        lines.line("record", &format!("{}{more}", acl::place(record)))?;
    }
    if let Some(problem) = &found.problem {
        lines.line("problem", problem)?;
    }
    if let Some(owner) = &found.owner {
        lines.line("owner", &acl::trustee(owner))?;
    }
    for (label, rights) in [("granted", &found.granted), ("possibly", &found.possible)] {
        if !rights.mask.is_empty() {
            lines.line(label, &rights.names)?;
        }
    }
    lines.lines(
        "by",
        found.decisions.iter().map(|decision| acl::decision(decision).trim().to_owned()),
    )?;
    if found.more_decisions > 0 {
        lines.line("", &format!("and {}", count(found.more_decisions, "more entry")))?;
    }
    acl::limits(&mut lines, &found.limits)?;
    found.sddl.as_ref().map_or(Ok(()), |sddl| lines.line("SDDL", sddl))
}

fn write_totals(out: &mut impl Write, case: &Case, keys: &WritableKeys<'_, '_>) -> io::Result<()> {
    let totals = keys.totals();
    writeln!(out)?;
    let mut lines = Labelled::new(out, 0, LABELS);
    let checked = count(totals.descriptors, "different descriptor");
    lines.line("looked at", &format!("{}, with {checked}", count(totals.keys, "key")))?;
    let found = [
        (totals.granted, "can certainly be written"),
        (totals.possible, "possibly"),
        (totals.unknown, "can't be told"),
    ];
    let found: Vec<_> = found.iter().map(|(number, what)| format!("{number} {what}")).collect();
    lines.line("found", &found.join(", "))?;
    if totals.tombstones > 0 {
        let marks = count(totals.tombstones, "tombstone");
        lines.line("", &format!("{marks} of deleted keys passed over"))?;
    }
    if totals.unread > 0 {
        let places = count(totals.unread, "place");
        lines.line("unread", &format!("{places} where keys may be that can't be read"))?;
        let shown = keys.damage().iter().take(MOST_DAMAGE_SHOWN);
        lines.lines("", shown.map(|damage| text::placed_damage(damage, case)))?;
        if totals.unread > MOST_DAMAGE_SHOWN as u64 {
            lines.line("", "... and more: --format json has ten thousand of them")?;
        }
    }
    Ok(())
}
