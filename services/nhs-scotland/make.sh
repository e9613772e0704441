#!/bin/sh
# Makes register/ from sources/.
#   sh services/nhs-scotland/make.sh PROJECT     (a folder made by `someasure init PROJECT`)
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
import() { "${SOMEASURE:-someasure}" -C "$project" import "$@"; }
project="${1:?usage: make.sh PROJECT}"

import organisations "$here/sources/names_codes_hb19.csv" --map "$here/maps/boards.toml" \
  --list health-boards --as-at 2019-04-01 --source "Health boards of Scotland, names and codes of 2019 (names_codes_hb19)"
import successions "$here/sources/recoded.csv" --map "$here/maps/recoded.toml" --source "recoded.csv"
