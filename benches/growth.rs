//! How cost grows with the size of a hive, the length of a list of subkeys and the number of rules, over hives that are
//! forged in memory.
//!
//! `cargo bench -p coldhive --features mmap --bench growth -- growth.csv` writes a table as CSV, to stdout without a path;
//! `benches/plot.py growth.csv docs/images/growth.svg` draws it. `COLDHIVE_GROWTH_MB` bounds the hives (100 if not
//! given; 1000 takes about 8 GB of memory), `COLDHIVE_GROWTH_ONLY=hives`, `lists` or `rules` makes one part alone.
//!
//! Criterion has no table over sizes; the loop here takes the median of a few passes.

#[allow(dead_code, reason = "most of it is for the other benches")]
mod work;

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use coldhive::hive::{Hive, Verification};
use coldhive::rules::{Context, Outcome, Rule, Target};
use coldhive::{Case, CheckOptions, Logs, OpenOptions};

use work::{PRESENT, forged, mapped, ours, q262832, theirs};

struct Table {
    csv: String,
}

impl Table {
    fn row(&mut self, what: &str, size: usize, unit: &str, ours: u128, theirs: Option<u128>) {
        let theirs = theirs.map(|theirs| theirs.to_string()).unwrap_or_default();
        writeln!(self.csv, "{what},{size},{unit},{ours},{theirs}").expect("a String takes it");
        eprintln!("{what}, {size} {unit}: {ours} ns; nt-hive {theirs}");
    }
}

/// The median time of a pass in nanoseconds. Short ones are timed many at once.
fn median<T>(mut pass: impl FnMut() -> T) -> u128 {
    let (mut times, mut many) = (Vec::new(), 1_u32);
    let begin = Instant::now();
    loop {
        let before = Instant::now();
        (0..many).for_each(|_| drop(black_box(pass())));
        let took = before.elapsed();
        if took < Duration::from_millis(1) && many < 1 << 20 {
            many *= 4;
            times.clear();
            continue;
        }
        times.push(took.as_nanos() / u128::from(many));
        let enough = begin.elapsed() > Duration::from_millis(500) || times.len() >= 51;
        if times.len() >= 3 && enough {
            break;
        }
    }
    times.sort_unstable();
    times[times.len() / 2]
}

fn hives(table: &mut Table, most: usize) {
    let rules = q262832();
    let options = CheckOptions { hash: false, ..CheckOptions::default() };
    for megabytes in [1, 3, 10, 30, 100, 300, 1000].into_iter().filter(|&size| size <= most) {
        let begin = Instant::now();
        let (bytes, devices) = forged::of_size(megabytes * 1_000_000);
        eprintln!(
            "{megabytes} MB: {} bytes, {devices} devices, forged in {:?}",
            bytes.len(),
            begin.elapsed()
        );
        let hive = || Hive::parse(&bytes).expect("a hive");
        let size = bytes.len();
        assert!(ours::lookup(hive(), PRESENT));
        let nt_hive = theirs::of(&bytes);
        assert_eq!(ours::walk(hive()), theirs::walk(&nt_hive), "both readers see the same");

        let ours = median(|| ours::lookup(hive(), PRESENT));
        let their_lookup = median(|| theirs::lookup(&theirs::of(&bytes), PRESENT));
        table.row("open and one lookup", size, "bytes", ours, Some(their_lookup));
        let their_walk = median(|| theirs::walk(&nt_hive));
        table.row(
            "walk with values",
            size,
            "bytes",
            median(|| ours::walk(hive())),
            Some(their_walk),
        );
        table.row("verify", size, "bytes", median(|| Verification::of(hive())), None);

        // From a file, as a case is opened, so that nothing has to copy the bytes for each pass.
        let path =
            std::env::temp_dir().join(format!("coldhive-growth-{}.SYSTEM", std::process::id()));
        std::fs::write(&path, &bytes).expect("room for the hive in the temporary folder");
        let mut opening = OpenOptions::default();
        opening.logs = Logs::None;
        let case = Case::open_with(&path, &opening).expect("a case");
        let verdicts = case.check(&rules, &options);
        assert_eq!(verdicts[0].outcome, Outcome::Pass, "the whole check is evaluated");
        let on_open = median(|| case.check(&rules, &options).len());
        table.row("Q262832 on an open hive", size, "bytes", on_open, None);
        // Read, it costs what memory costs: by turns that of using it again and of getting it page by page.
        if let Some(mut mapped) = mapped() {
            mapped.logs = Logs::None;
            let open = || Case::open_with(&path, &mapped).expect("a case");
            let from_file = median(|| open().check(&rules, &options).len());
            table.row("Q262832 on a mapped file", size, "bytes", from_file, None);
        }
        std::fs::remove_file(&path).expect("the file that was written");
    }
}

fn lists(table: &mut Table) {
    for count in [10, 100, 1000, 10_000, 100_000] {
        let bytes = forged::list(count);
        let hive = Hive::parse(&bytes).expect("a hive");
        let key = hive.key("List").found().expect("the list");
        let theirs = theirs::of(&bytes);
        let root = theirs.root_key_node().expect("a readable root");
        let their_key = root.subpath("List").expect("the list").expect("a sound hive");
        for (what, odd) in [("present in a list", 0), ("absent from a list", 1)] {
            let names: Vec<_> =
                (0..16).map(|part| forged::listed(2 * (count * part / 16) + odd)).collect();
            let ours = || names.iter().filter(|name| key.subkey(name).found().is_some()).count();
            let their = || names.iter().filter(|name| their_key.subkey(name).is_some()).count();
            assert_eq!((ours(), their()), ((1 - odd) * 16, (1 - odd) * 16));
            let (ours, their) = (median(ours) / 16, median(their) / 16);
            table.row(what, count, "subkeys", ours, Some(their));
        }
    }
}

fn rules(table: &mut Table) {
    let bytes = forged::forge(&forged::machine(1000));
    let case = Case::from_bytes("rules.SYSTEM", bytes).expect("a case");
    let info = case.hive_info(false);
    let target = Target::new(case.system(), &info);
    let rule = |number: usize| {
        let text = format!(
            "schema: coldhive/1\nid: R{number}\ntitle: A service can start\nlevel: low\nchecks:\n  - id: start\n    \
             title: It can\n    expect:\n      value: {{ path: '{{ccs}}\\Services\\Service{:04}', name: Start, \
             type: REG_DWORD, lt: 4 }}\n",
            number % forged::SERVICES
        );
        Rule::load("growth", &text).expect("a sound rule")
    };
    for count in [1, 10, 100, 1000, 10_000] {
        let rules: Vec<_> = (0..count).map(rule).collect();
        let context = Context::default();
        let verdicts = target.check_all(&rules, &context);
        assert!(verdicts.len() == count && verdicts.iter().all(|it| it.outcome == Outcome::Pass));
        let ours = median(|| target.check_all(&rules, &context).len());
        table.row("rules on one hive", count, "rules", ours, None);
    }
}

fn main() {
    let number = std::env::var("COLDHIVE_GROWTH_MB").ok();
    let most = number.map_or(100, |number| number.parse().expect("a number of megabytes"));
    let only = std::env::var("COLDHIVE_GROWTH_ONLY").unwrap_or_default();
    // Cargo adds `--bench`.
    let path = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut table = Table { csv: "what,size,unit,coldhive_ns,nt_hive_ns\n".into() };
    let wanted = |part: &str| only.is_empty() || only == part;
    if wanted("rules") {
        rules(&mut table);
    }
    if wanted("lists") {
        lists(&mut table);
    }
    if wanted("hives") {
        hives(&mut table, most);
    }
    match path {
        Some(path) => std::fs::write(path, table.csv).expect("a path to write to"),
        None => print!("{}", table.csv),
    }
}
