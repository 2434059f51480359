//! `coldhive diff`.

use std::io::{self, Write};

use coldhive::system::Selector;
use coldhive::{Case, Diff, DiffCounts, DiffOptions, DiffPlace, DiffTotals};

use crate::acl::LABELS;
use crate::args::{DiffArgs, ViewFormat};
use crate::difference::Differing;
use crate::text::{self, Labelled, count};
use crate::{Status, complain, files, open};

pub(crate) fn run(args: &DiffArgs, out: &mut impl Write) -> io::Result<Status> {
    let Some(from) = open(&args.path, &args.source) else { return Ok(Status::Gaps) };
    let to = match &args.other {
        Some(path) => match open(path, &args.source) {
            Some(case) => Some(case),
            None => return Ok(Status::Gaps),
        },
        None => None,
    };
    let cases = (&from, to.as_ref().unwrap_or(&from));
    let diff = match cases.0.diff(cases.1, &options(args)) {
        Ok(diff) => diff,
        Err(why) => {
            complain(&why.to_string());
            return Ok(Status::Gaps);
        }
    };
    // The status is the finding's, however much of it is still read.
    let out = &mut text::UntilClosed::new(out);
    let totals = match args.format {
        ViewFormat::Json => {
            let mut writer = serde_json::Serializer::pretty(&mut *out);
            let ((), totals) = diff.serialize_found(&mut writer)?;
            writeln!(out)?;
            totals
        }
        ViewFormat::Text => write(args, cases, &diff, out)?,
    };
    let cut_short = [cases.0, cases.1].iter().any(|case| case.hive().is_cut_short());
    Ok(match totals.differs(args.times) {
        Some(true) => Status::Failed,
        Some(false) if !cut_short || diff.nothing_to_compare().is_some() => Status::Good,
        _ => Status::Gaps,
    })
}

fn options(args: &DiffArgs) -> DiffOptions {
    let mut options = match (&args.other, args.from, args.to) {
        (Some(_), None, None) => DiffOptions::default(),
        (Some(_), from, to) => {
            DiffOptions::control_sets(from.unwrap_or_default(), to.unwrap_or_default())
        }
        (None, from, to) => DiffOptions::control_sets(
            from.unwrap_or(Selector::LastKnownGood),
            to.unwrap_or_default(),
        ),
    };
    options = options.under(args.under.as_str());
    options.times = args.times;
    options.hash = !args.no_hash;
    options
}

fn write(
    args: &DiffArgs,
    (from, to): (&Case, &Case),
    diff: &Diff<'_>,
    out: &mut impl Write,
) -> io::Result<DiffTotals> {
    let (one, other) = (diff.from(), diff.to());
    let mut lines = Labelled::new(out, 0, LABELS);
    if args.other.is_some() {
        hive(&mut lines, "from", from, &one)?;
        place(&mut lines, "", &one)?;
        hive(&mut lines, "to", to, &other)?;
        place(&mut lines, "", &other)?;
    } else {
        hive(&mut lines, "hive", from, &one)?;
        place(&mut lines, "from", &one)?;
        place(&mut lines, "to", &other)?;
    }
    if !diff.under().is_empty() {
        lines.line("under", diff.under())?;
    }
    lines.lines("left out", diff.not_compared())?;
    if let Some(nothing) = diff.nothing_to_compare() {
        lines.line("answer", &nothing)?;
        return Ok(DiffTotals::default());
    }
    let mut found = diff.differences();
    let mut differing = Differing::new(args.all, from, to);
    while let Some(key) = found.next() {
        differing.write(out, &key, found.security_changes())?;
    }
    differing.finish(out)?;
    let totals = *found.totals();
    writeln!(out)?;
    write_totals(&mut Labelled::new(out, 0, LABELS), args, &totals)?;
    Ok(totals)
}

fn hive(
    lines: &mut Labelled<'_, impl Write>,
    label: &str,
    case: &Case,
    place: &DiffPlace,
) -> io::Result<()> {
    lines.line(label, &place.hive.path)?;
    files::write(lines, &place.hive.files)?;
    text::state(lines, case)?;
    lines.lines("note", case.notes())?;
    lines.lines("damage", place.hive.damage.iter().map(text::damage))
}

fn place(lines: &mut Labelled<'_, impl Write>, label: &str, place: &DiffPlace) -> io::Result<()> {
    if let Some(set) = &place.control_set {
        let roles = if place.roles.is_empty() {
            String::new()
        } else {
            format!(" ({})", place.roles.join(", "))
        };
        let label = if label.is_empty() { "control set" } else { label };
        lines.line(label, &format!("{set}{roles}"))?;
    }
    lines.lines("", place.links.iter().map(|link| format!("by the symbolic link {link}")))?;
    lines.lines("", place.problem.as_slice())?;
    lines.lines("note", &place.notes)
}

fn counts(counts: &DiffCounts, noun: &str) -> Option<String> {
    let all = [
        (counts.removed, "removed"),
        (counts.added, "added"),
        (counts.changed, "changed"),
        (counts.uncertain, "uncertain"),
    ];
    let mut words = Vec::new();
    for (number, word) in all.into_iter().filter(|(number, _)| *number > 0) {
        let number = if words.is_empty() { count(number, noun) } else { number.to_string() };
        words.push(format!("{number} {word}"));
    }
    (!words.is_empty()).then(|| words.join(", "))
}

fn write_totals(
    lines: &mut Labelled<'_, impl Write>,
    args: &DiffArgs,
    totals: &DiffTotals,
) -> io::Result<()> {
    lines.line("compared", &format!("{} that both sides have", count(totals.compared, "key")))?;
    let security = (totals.security > 0)
        .then(|| format!("{} with other security", count(totals.security, "key")));
    let found = [counts(&totals.keys, "key"), security, counts(&totals.values, "value")];
    lines.lines("found", found.into_iter().flatten())?;
    if totals.stored_otherwise > 0 {
        let keys = count(totals.stored_otherwise, "key");
        lines.line("", &format!("{keys} stored otherwise, saying the same"))?;
    }
    if totals.times_only > 0 {
        let keys = count(totals.times_only, "key");
        let what = if totals.times_only == 1 {
            "differs in nothing but when it was last written"
        } else {
            "differ in nothing but when they were last written"
        };
        let listed = if args.times { "" } else { " (--times lists them)" };
        lines.line("times", &format!("{keys} {what}{listed}"))?;
    }
    if totals.not_held > 0 {
        let what = format!(
            "{} of one side, because the other file doesn't hold that part of the registry: --under compares a part",
            count(totals.not_held, "key or value").replace("key or values", "keys or values")
        );
        lines.line("not told", &what)?;
    }
    if totals.unread > 0 {
        let places = count(totals.unread, "place");
        lines.line("unread", &format!("{places} in lists of keys or values that can't be read"))?;
    }
    let answer = match totals.differs(args.times) {
        Some(true) => "they differ",
        Some(false) => "nothing differs",
        None => "it can't be told whether they differ",
    };
    lines.line("answer", answer)
}
