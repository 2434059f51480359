//! What the main paths cost in nt-hive's walk of the same bytes, in one run, turn by turn.
//!
//!     COLDHIVE_BENCH_HIVE=PATH cargo bench -p coldhive --bench ratios [-- [PATTERN]]
//!     ... --bench ratios -- --once NAME COUNT     (for callgrind: that piece alone, so many times)

mod work;

use std::hint::black_box;
use std::time::Instant;

use coldhive::{Case, nt_hive};

type Piece<'c> = (&'static str, Box<dyn Fn() -> u64 + 'c>);

fn pieces<'c>(case: &'c Case, theirs: &'c nt_hive::Hive<&'c [u8]>) -> Vec<Piece<'c>> {
    let hive = case.hive();
    vec![
        ("nt-hive walk", Box::new(|| work::nt_hive_walk(theirs))),
        ("walk", Box::new(move || work::walk(hive))),
        ("walk checked", Box::new(move || work::walk_checked(hive))),
        (
            "nt-hive lookup present",
            Box::new(|| u64::from(work::nt_hive_lookup(theirs, work::PRESENT))),
        ),
        ("lookup present", Box::new(move || u64::from(work::lookup(hive, work::PRESENT)))),
        (
            "nt-hive lookup absent",
            Box::new(|| u64::from(work::nt_hive_lookup(theirs, work::ABSENT))),
        ),
        ("lookup absent", Box::new(move || u64::from(work::lookup(hive, work::ABSENT)))),
        (
            "verify",
            Box::new(move || {
                std::hint::black_box(coldhive::hive::Verification::of(hive));
                0
            }),
        ),
    ]
}

fn main() {
    let case = Case::open(work::hive_path()).expect("a hive to measure with");
    let theirs = case.nt_hive().expect("a base block");
    let pieces = pieces(&case, &theirs);
    let arguments: Vec<_> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    if let [once, name, count] = arguments.as_slice()
        && once == "--once"
    {
        let (_, run) = pieces.iter().find(|(piece, _)| piece == name).expect("a known piece");
        for _ in 0..count.parse().expect("a count") {
            black_box(run());
        }
        return;
    }
    for (name, run) in &pieces {
        let mut times: Vec<f64> = (0..21)
            .map(|_| {
                let start = Instant::now();
                let mut runs = 0;
                while start.elapsed().as_millis() < 10 {
                    black_box(run());
                    runs += 1;
                }
                start.elapsed().as_secs_f64() / f64::from(runs)
            })
            .collect();
        times.sort_by(f64::total_cmp);
        println!("{name:30} {:12.3} us  {}", times[10] * 1e6, run());
    }
}
