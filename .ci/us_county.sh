#!/usr/bin/env bash
# A real health service from somebody else's files: 3,143 US counties, their accounts, and three scrapes of posts.
# Needs Python with duckdb. The set has no licence, so nothing of it is in this repository, and no picture of the edition either.
#   .ci/us_county.sh SET SOMEASURE     (SET: the folder us_county_health_dept_tweets_2021)
set -euo pipefail
set_of="$(cd "${1:?usage: us_county.sh SET SOMEASURE}" && pwd)"
someasure="$(realpath "${2:?usage: us_county.sh SET SOMEASURE}")"
maps="$(cd "$(dirname "$0")/us_county" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
run() { "$someasure" -C "$work/us" "$@"; }

"$someasure" init "$work/us" --title "US county health bodies" --time-zone America/New_York >/dev/null
python3 "$maps/settings.py" "$set_of/county_accounts_register.csv" > "$work/us/someasure.toml"

register="$set_of/county_accounts_register.csv"
import_all() {
  run --json import organisations "$register" --map "$maps/organisations.toml"
  run --json import organisations "$set_of/counties_original_handles.csv" --map "$maps/organisations.toml" \
    --source "Hand-collected handles, A. Adams, 2021"
  run --json import accounts "$register" --map "$maps/accounts.toml"
  run --json import denominators "$register" --map "$maps/population.toml"
  for day in 2021-11-24 2021-11-30 2021-12-10; do
    run --json import posts "$set_of/tweets_snapshot_$day.csv.gz" --map "$maps/posts.toml" --observed-at "${day}T23:59:59-05:00"
  done
}
import_all > "$work/first.json"
run check > "$work/check.txt" || true
import_all > "$work/second.json"
run build > "$work/build.txt"
head -1 "$work/build.txt"
python3 "$maps/check.py" "$work" "$set_of"
