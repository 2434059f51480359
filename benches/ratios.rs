//! What the main paths cost, each beside what it is compared with, turn by turn in one run.
//!
//!     COLDHIVE_BENCH_HIVE=PATH cargo bench -p coldhive --features mmap --bench ratios [-- PATTERN]
//!
//! prints a Markdown table: a clock that runs slower for a while slows both, and the median of the ratios of pairs of
//! turns stays. Behind `--`:
//!
//!     --list                names the pieces
//!     --once NAME COUNT     does one piece so many times and measures nothing (for callgrind)
//!     --forge BYTES PATH    writes a forged hive
//!     --pages               counts the pages of a mapped hive that the check of Q262832 touches (Linux, as root)
//!
//! Without `COLDHIVE_BENCH_HIVE` the hive is forged, as large as that of Windows 10.

#[allow(dead_code, reason = "a part is for the other benches")]
mod work;

use std::hint::black_box;
use std::time::{Duration, Instant};

use work::{Piece, Setup};

/// How many turns each of two pieces gets.
const TURNS: usize = 31;
/// The least time of a turn.
const TURN: Duration = Duration::from_millis(5);

/// The seconds that a piece takes once, in one turn.
fn turn(piece: &Piece<'_>) -> f64 {
    let (start, mut runs) = (Instant::now(), 0_u32);
    while runs == 0 || start.elapsed() < TURN {
        black_box((piece.run)());
        runs += 1;
    }
    start.elapsed().as_secs_f64() / f64::from(runs)
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

fn row(piece: &Piece<'_>, all: &[Piece<'_>]) {
    turn(piece);
    let Some(beside) = piece.beside.map(|name| find(all, name)) else {
        let time = median((0..TURNS).map(|_| turn(piece)).collect());
        println!("| {} | {} | | | |", piece.name, shown(time));
        return;
    };
    turn(beside);
    let pairs: Vec<_> = (0..TURNS).map(|_| (turn(piece), turn(beside))).collect();
    let ratio = median(pairs.iter().map(|(ours, theirs)| ours / theirs).collect());
    let time = median(pairs.iter().map(|(ours, _)| *ours).collect());
    let (name, target) = (piece.name, piece.target);
    println!("| {name} | {} | {ratio:.3} | {} | {target} |", shown(time), beside.name);
}

fn shown(seconds: f64) -> String {
    match seconds {
        _ if seconds >= 1e-3 => format!("{:.2} ms", seconds * 1e3),
        _ if seconds >= 1e-6 => format!("{:.2} us", seconds * 1e6),
        _ => format!("{:.0} ns", seconds * 1e9),
    }
}

fn find<'p, 's>(pieces: &'p [Piece<'s>], name: &str) -> &'p Piece<'s> {
    let found = pieces.iter().find(|piece| piece.name == name);
    found.unwrap_or_else(|| panic!("no piece is named {name:?}; --list names them"))
}

fn table(pattern: &str) {
    let setup = Setup::new();
    let pieces = setup.pieces();
    println!("| piece | median time | ratio | to | at most |\n| --- | --: | --: | --- | --: |");
    for piece in pieces.iter().filter(|piece| piece.name.contains(pattern)) {
        row(piece, &pieces);
    }
}

/// The pages of the mapping of a file that were used since the marks were cleared; all of them that are in memory; and
/// those that share one mark with others.
fn used(path: &std::path::Path) -> (u64, u64, u64) {
    let maps = std::fs::read_to_string("/proc/self/smaps").expect("Linux tells of mappings");
    let path = path.canonicalize().expect("the hive");
    let (mut ours, mut used, mut present, mut huge) = (false, 0, 0, 0);
    for line in maps.lines() {
        let kilobytes = || {
            let number = line.split_whitespace().nth(1).and_then(|number| number.parse().ok());
            number.unwrap_or(0_u64)
        };
        if line.split_whitespace().next().is_some_and(|first| !first.ends_with(':')) {
            ours = line.ends_with(&*path.to_string_lossy());
        } else if ours && line.starts_with("Referenced:") {
            used += kilobytes();
        } else if ours && line.starts_with("Rss:") {
            present += kilobytes();
        } else if ours && line.starts_with("FilePmdMapped:") {
            huge += kilobytes();
        }
    }
    (used / 4, present / 4, huge / 4)
}

/// The kernel maps pages around one that is touched. So all are made present first, and then their marks of use are
/// cleared. Prints the number alone, or why it can't be told.
fn pages() {
    let Some(mapped) = work::mapped() else {
        println!("built without the feature mmap");
        return;
    };
    let (setup, rules) = (Setup::new(), work::q262832());
    let case = coldhive::Case::open_with(setup.path(), &mapped).expect("a hive");
    // Everything that is made once, beside the pages.
    black_box(work::ours::check_open(&case, &rules, false));
    let sum = case.evidence().bytes().iter().map(|&byte| u64::from(byte)).sum::<u64>();
    black_box(sum);
    let whole = case.evidence().bytes().len() as u64 / 4096;
    let clear = || std::fs::write("/proc/self/clear_refs", "1");
    if let Err(error) = clear() {
        println!("the marks of use can't be cleared: {error}");
        return;
    }
    // The processor marks no page again whose marked entry it still holds: other pages drive the entries out.
    let others = vec![1_u8; 128 << 20];
    black_box(others.iter().step_by(4096).map(|&byte| u64::from(byte)).sum::<u64>());
    let (left, present, huge) = used(setup.path());
    if huge > 0 {
        println!(
            "the system maps 2 MiB as one page; benches/guard turns that off (PR_SET_THP_DISABLE)"
        );
        return;
    }
    if present < whole || left > 0 {
        println!("the system doesn't tell which pages are used ({left} of {present} of {whole})");
        return;
    }
    black_box(work::ours::check_open(&case, &rules, false));
    println!("{}", used(setup.path()).0);
}

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["--list"] => {
            let setup = Setup::new();
            setup.pieces().iter().for_each(|piece| println!("{}", piece.name));
        }
        ["--once", name, count] => {
            let setup = Setup::new();
            let pieces = setup.pieces();
            let piece = find(&pieces, name);
            for _ in 0..count.parse().expect("a count") {
                black_box((piece.run)());
            }
        }
        ["--forge", bytes, path] => {
            let hive = work::forged::of_size(bytes.parse().expect("a number of bytes")).0;
            std::fs::write(path, hive).expect("room for the hive");
        }
        ["--pages"] => pages(),
        [] => table(""),
        [pattern] if !pattern.starts_with('-') => table(pattern),
        _ => panic!("not understood: {arguments:?}"),
    }
}
