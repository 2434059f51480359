//! Throws mutated hives and logs at the reader, as many as it is told, and holds it to its limits.
//!
//!     cargo run --release --example storm -- [--inputs N] [--seed N] [--skip N] [--max-size BYTES]
//!
//! Input number I of seed S is always the same bytes: a failure names both, and `--skip I --inputs 1`
//! shows it again. No input may panic, take longer than two seconds, or take more memory than ten times its own size
//! and 16 MB. libFuzzer finds deeper paths; this finds what only shows after millions.

use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use coldhive_fuzz::{join_parts, split_parts};
use fastrand::Rng;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The longest that one input may take.
const TIME_LIMIT: Duration = Duration::from_secs(2);
/// The most memory that one input may take: this many times its size...
const MEMORY_FACTOR: usize = 10;
/// ... and this much more, in bytes.
const MEMORY_EXTRA: usize = 16 << 20;

/// The number of the input that is being read, and since when (ms since the start); for the watchdog.
static INPUT: AtomicU64 = AtomicU64::new(0);
static SINCE: AtomicU64 = AtomicU64::new(u64::MAX);

struct Options {
    inputs: u64,
    seed: u64,
    skip: u64,
    max_size: usize,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("storm [--inputs N] [--seed N] [--skip N] [--max-size BYTES]");
        return ExitCode::from(64);
    };
    let seeds = seeds::all(options.max_size);
    println!("{} seeds, inputs {} to {} of seed {}", seeds.len(), options.skip, options.skip + options.inputs, options.seed);
    let start = Instant::now();
    let now = move || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let seed = options.seed;
    std::thread::spawn(move || loop {
        std::thread::sleep(Duration::from_millis(200));
        let since = SINCE.load(Ordering::SeqCst);
        if since != u64::MAX && now().saturating_sub(since) > TIME_LIMIT.as_millis() as u64 {
            eprintln!("input {} of seed {seed} takes longer than {TIME_LIMIT:?}", INPUT.load(Ordering::SeqCst));
            std::process::abort();
        }
    });
    let (mut bytes_read, mut largest, mut slowest) = (0_u64, 0_usize, (0, Duration::ZERO));
    for number in options.skip..options.skip + options.inputs {
        let mut rng = Rng::with_seed(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ number);
        let input = mutate::input(&seeds, &mut rng, options.max_size);
        INPUT.store(number, Ordering::SeqCst);
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let began = Instant::now();
        SINCE.store(now(), Ordering::SeqCst);
        if let Err(panic) = std::panic::catch_unwind(|| coldhive_fuzz::survive(&input)) {
            eprintln!("input {number} of seed {seed} panics");
            std::panic::resume_unwind(panic);
        }
        SINCE.store(u64::MAX, Ordering::SeqCst);
        let took = began.elapsed();
        let memory = MEMORY.peak_usage().saturating_sub(before);
        if memory > input.len() * MEMORY_FACTOR + MEMORY_EXTRA {
            eprintln!("input {number} of seed {seed}: {} bytes took {memory} bytes of memory", input.len());
            return ExitCode::FAILURE;
        }
        bytes_read += input.len() as u64;
        largest = largest.max(memory);
        if took > slowest.1 {
            slowest = (number, took);
        }
        if number % 1_000_000 == 999_999 {
            println!("{} read, {:?}", number + 1, start.elapsed());
        }
    }
    println!(
        "{} inputs of together {bytes_read} bytes in {:.0?}: no panic; slowest {:?} (input {}), most memory {largest} bytes",
        options.inputs,
        start.elapsed(),
        slowest.1,
        slowest.0
    );
    ExitCode::SUCCESS
}

fn options() -> Option<Options> {
    let mut options = Options { inputs: 100_000, seed: 1, skip: 0, max_size: 65_536 };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let number: u64 = words.next()?.parse().ok()?;
        match word.as_str() {
            "--inputs" => options.inputs = number,
            "--seed" => options.seed = number,
            "--skip" => options.skip = number,
            "--max-size" => options.max_size = usize::try_from(number).ok()?,
            _ => return None,
        }
    }
    Some(options)
}

/// What is mutated: samples of every version and fault, with and without logs.
mod seeds {
    use super::join_parts;

    /// Every file of the repository's samples and seeds that is small enough, as parts: a primary and its logs.
    pub(super) fn all(max_size: usize) -> Vec<Vec<u8>> {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
        let mut seeds = Vec::new();
        for folder in ["fuzz/seeds/hive", "fuzz/seeds/verify", "fuzz/seeds/remnants", "testdata"] {
            for file in files(&format!("{root}/{folder}")) {
                seeds.push(join_parts(&[file]));
            }
        }
        // These have parts already.
        seeds.extend(files(&format!("{root}/fuzz/seeds/recovery")));
        seeds.retain(|seed| seed.len() <= max_size);
        assert!(!seeds.is_empty(), "no seeds: is this the repository?");
        seeds
    }

    fn files(folder: &str) -> Vec<Vec<u8>> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        // The order of a folder is not the same everywhere, and inputs must be.
        paths.sort();
        paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
    }
}

/// Mutations that know what hives look like: numbers where numbers stand, offsets that lead somewhere.
mod mutate {
    use fastrand::Rng;

    use super::{join_parts, split_parts};

    const MOST_MUTATIONS: usize = 12;

    pub(super) fn input(seeds: &[Vec<u8>], rng: &mut Rng, max_size: usize) -> Vec<u8> {
        let seed = rng.choice(seeds).expect("there are seeds");
        let mut parts: Vec<Vec<u8>> = split_parts(seed).into_iter().map(<[u8]>::to_vec).collect();
        for _ in 0..rng.usize(1..=MOST_MUTATIONS) {
            let which = rng.usize(..parts.len().max(1));
            if let Some(part) = parts.get_mut(which) {
                mutate(part, seeds, rng);
            }
        }
        if rng.u8(..16) == 0 {
            rng.shuffle(&mut parts);
        }
        // Most changes break a checksum, and behind a broken one less is believed: half are mended.
        if rng.bool() {
            parts.iter_mut().for_each(|part| mend_checksum(part));
        }
        let mut input = join_parts(&parts);
        input.truncate(max_size);
        input
    }

    fn mutate(part: &mut Vec<u8>, seeds: &[Vec<u8>], rng: &mut Rng) {
        if part.is_empty() {
            return;
        }
        let at = rng.usize(..part.len());
        let aligned = at & !3;
        match rng.u8(..10) {
            0 => part[at] ^= 1 << rng.u8(..8),
            1 => part[at] = rng.u8(..),
            2..=4 => {
                let size = u32::try_from(part.len()).unwrap_or(u32::MAX);
                let number = match rng.u8(..8) {
                    0 => 0,
                    1 => u32::MAX,
                    2 => rng.u32(..),
                    3 => 0x8000_0000 | rng.u32(..16),
                    4 => rng.u32(..64).wrapping_neg().wrapping_mul(8),
                    5 => rng.u32(..300),
                    // The place of a cell.
                    _ => rng.u32(..size) & !7,
                };
                put(part, aligned, &number.to_le_bytes());
            }
            5 => {
                // A number from elsewhere: an offset that leads to something.
                let from = rng.usize(..part.len()) & !3;
                let number = part.get(from..from + 4).map(<[u8]>::to_vec).unwrap_or_default();
                put(part, aligned, &number);
            }
            6 => {
                let length = rng.usize(..512).min(part.len() - at);
                let from = rng.usize(..=part.len() - length);
                part.copy_within(from..from + length, at);
            }
            7 => {
                let signatures = [*b"nk", *b"vk", *b"sk", *b"lf", *b"lh", *b"li", *b"ri", *b"db", *b"hb"];
                let signature = rng.choice(signatures).unwrap_or(*b"nk");
                put(part, aligned, &signature);
            }
            8 => {
                let other = rng.choice(seeds).expect("there are seeds");
                let length = rng.usize(..2048).min(other.len());
                let from = rng.usize(..=other.len() - length);
                put(part, aligned, &other[from..from + length]);
            }
            _ if rng.u8(..8) == 0 => part.truncate(at),
            _ => {
                let length = rng.usize(..64).min(part.len() - at);
                part[at..at + length].fill(0);
            }
        }
    }

    fn put(part: &mut [u8], at: usize, bytes: &[u8]) {
        let room = part.len().saturating_sub(at).min(bytes.len());
        part[at..at + room].copy_from_slice(&bytes[..room]);
    }

    fn mend_checksum(part: &mut [u8]) {
        let Some(fields) = part.get(..508) else { return };
        let sum = fields.chunks_exact(4).fold(0, |sum, number| {
            sum ^ u32::from_le_bytes(number.try_into().expect("four bytes"))
        });
        let sum = match sum {
            0 => 1,
            u32::MAX => u32::MAX - 1,
            sum => sum,
        };
        put(part, 508, &sum.to_le_bytes());
    }
}
