#!/usr/bin/env bash
# Whether turning on `pdf` leaves every library of the default build as it was. One that it changes would be
# compiled twice, and everything that uses it with it: DataFusion takes 12 minutes. What it names is pinned in
# crates/someasure/Cargo.toml.
set -euo pipefail
cd "$(dirname "$0")/.."
tree() {
    cargo tree --locked -p someasure -e no-dev --prefix none -f '{p} {f}' "$@" |
        sed 's/ (\*)//; s/ (proc-macro)//' | grep -v '^someasure v' | LC_ALL=C sort -u
}
without="$(tree)" with="$(tree --features pdf)"
changed="$(LC_ALL=C comm -23 <(echo "$without") <(echo "$with"))"
if [ -n "$changed" ]; then
    printf 'the feature pdf changes these; pin what it adds in crates/someasure/Cargo.toml:\n'
    while read -r line; do
        printf -- '- without: %s\n' "$line"
        grep -F "$(cut -d' ' -f1,2 <<<"$line") " <<<"$with" | sed 's/^/     with: /'
    done <<<"$changed"
    exit 1
fi
echo "$(wc -l <<<"$without") libraries are the same with pdf, which adds $(($(wc -l <<<"$with") - $(wc -l <<<"$without")))"
