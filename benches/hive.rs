//! What the main paths cost, with nt-hive beside them in the same group.
//!
//! `cargo bench -p coldhive --features mmap --bench hive` measures a forged hive of the size that Windows 10 has;
//! `COLDHIVE_BENCH_HIVE=PATH` any other, and `COLDHIVE_BENCH_DIRTY=PATH` is what recovery is measured with.

#[allow(dead_code, reason = "a part is for the other benches")]
mod work;

use criterion::{Criterion, criterion_group, criterion_main};

fn main_paths(criterion: &mut Criterion) {
    let setup = work::Setup::new();
    for group in setup.pieces().chunk_by(|one, other| one.group == other.group) {
        let mut measured = criterion.benchmark_group(group[0].group);
        for piece in group {
            measured.bench_function(piece.name, |bench| bench.iter(&piece.run));
        }
    }
}

criterion_group!(all, main_paths);
criterion_main!(all);
