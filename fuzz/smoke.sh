#!/bin/sh
# Builds every fuzz target and runs each for SECONDS (default 10) from its committed seeds.
#
#     fuzz/smoke.sh [SECONDS]
#
# Needs cargo-fuzz (cargo install cargo-fuzz --locked) and a C++ compiler; stable Rust does, for no sanitizer
# is used: the crates have no unsafe code, and overflow checks and assertions are on.
set -eu

seconds=${1:-10}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$here/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cargo fuzz build --sanitizer none
status=0
for target in $(cargo fuzz list); do
    mkdir -p "$work/$target"
    if cargo fuzz run --sanitizer none "$target" "$work/$target" "fuzz/seeds/$target" -- \
        "-max_total_time=$seconds" -max_len=20000 -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        >"$work/log" 2>&1
    then
        runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$work/log")
        echo "$target: ok, ${runs:-?} runs"
    else
        status=1
        echo "$target: FAILED"
        tail -n 40 "$work/log" >&2
    fi
done
exit $status
