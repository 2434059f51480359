//! What the programs of this package have in common: arguments, counts, the line that they print.
//!
//! A program is called as `PROGRAM [OPTION] WORK HIVE [SECONDS]`. Without the third argument it does the work once, as
//! whole processes are measured. With it the file is read first, and the work is done over and over on that buffer for so
//! many seconds; the line then has the median of those times too.

use std::time::{Duration, Instant};

/// The key that the work `lookup` asks for.
pub const KEY: &str = "ControlSet001\\Services\\Winsock\\Parameters";

/// Any error of any reader.
pub type Outcome = Result<Counts, Box<dyn std::error::Error>>;

/// What a reader saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub keys: u64,
    pub values: u64,
    /// How many bytes of data the values have.
    pub bytes: u64,
    /// The bytes of that data, added up.
    pub sum: u64,
    /// Keys whose descriptor was read.
    pub descriptors: u64,
    /// Keys and values that the reader refused.
    pub refused: u64,
}

impl Counts {
    /// Takes one value's data.
    pub fn value(&mut self, data: &[u8]) {
        self.values += 1;
        self.bytes += data.len() as u64;
        self.sum += data.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    }
}

/// Does what the command line asks for; `whole` opens a path, `inside` a buffer.
pub fn main(
    whole: impl Fn(&str, &str) -> Outcome,
    inside: Option<&dyn Fn(&str, &[u8]) -> Outcome>,
) {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    measured(&arguments, whole, inside);
}

/// The same for a program that took its own options out of the arguments.
pub fn measured(
    arguments: &[String],
    whole: impl Fn(&str, &str) -> Outcome,
    inside: Option<&dyn Fn(&str, &[u8]) -> Outcome>,
) {
    let [work, path, seconds @ ..] = arguments else {
        eprintln!("WORK HIVE [SECONDS]");
        std::process::exit(2);
    };
    let (counts, nanoseconds) = match (seconds, inside) {
        ([], _) => (answer(whole(work, path)), None),
        ([seconds], Some(inside)) => {
            let bytes = std::fs::read(path).expect("a file to read");
            let seconds = seconds.parse().expect("a number of seconds");
            let (counts, median) = repeat(seconds, || inside(work, &bytes));
            (counts, Some(median))
        }
        _ => {
            eprintln!("this reader isn't measured in process");
            std::process::exit(2);
        }
    };
    let Counts { keys, values, bytes, sum, descriptors, refused } = counts;
    print!(
        "keys={keys} values={values} bytes={bytes} sum={sum} descriptors={descriptors} refused={refused}"
    );
    if let Some(nanoseconds) = nanoseconds {
        print!(" ns={nanoseconds}");
    }
    println!(" peak_kib={}", peak());
}

/// The counts, and the median time of a pass in nanoseconds; the first pass only warms up.
fn repeat(seconds: f64, pass: impl Fn() -> Outcome) -> (Counts, u128) {
    let counts = answer(pass());
    let (started, limit) = (Instant::now(), Duration::from_secs_f64(seconds));
    let mut times = Vec::new();
    while times.len() < 3 || (started.elapsed() < limit && times.len() < 10_000) {
        let before = Instant::now();
        let again = answer(pass());
        times.push(before.elapsed().as_nanos());
        assert_eq!(counts, again, "the same work must see the same");
    }
    times.sort_unstable();
    (counts, times[times.len() / 2])
}

fn answer(outcome: Outcome) -> Counts {
    outcome.unwrap_or_else(|error| {
        eprintln!("{error}");
        std::process::exit(1);
    })
}

/// The most memory that the process had, in KiB: this program's own, not that of the one that started it.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The error for work that a reader can't do.
pub fn no_such_work(work: &str) -> Outcome {
    Err(format!("no work of this reader: {work}").into())
}
