#!/usr/bin/env bash
# Runs a fuzz target for some seconds with the stable compiler: fuzz/run.sh exports 300
# Begins with the fixtures of the tests; what it learns stays in fuzz/corpus, what it finds in fuzz/artifacts, both outside
# version control. Needs a C++ compiler for libFuzzer. Our code is safe Rust: no sanitiser is needed to see it panic, hang or
# take too much memory. With a nightly compiler and cargo-fuzz: `cargo +nightly fuzz run exports`.
set -euo pipefail
cd "$(dirname "$0")"
target=${1:?usage: fuzz/run.sh TARGET [SECONDS]} seconds=${2:-300}
mkdir -p "corpus/$target" "artifacts/$target"
if [ "$target" = exports ]; then
  # The first byte says which format is stated; the first of them is `auto`.
  for file in ../crates/collect/tests/exports/fixtures/*; do
    { printf '\0'; cat "$file"; } > "corpus/exports/$(basename "$file")"
  done
fi
# What cargo-fuzz asks the compiler for, without its sanitiser.
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions=on -Coverflow-checks=on"
host=$(rustc -vV | sed -n 's/^host: //p')
# With a stated target, build scripts and macros are not instrumented.
cargo build --release --target "$host" --bin "$target"
"${CARGO_TARGET_DIR:-target}/$host/release/$target" "corpus/$target" -artifact_prefix="artifacts/$target/" \
  -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1
