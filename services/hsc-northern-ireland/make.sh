#!/bin/sh
# Makes register/ from sources/.
#   sh services/hsc-northern-ireland/make.sh PROJECT     (a folder made by `someasure init PROJECT`)
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
import() { "${SOMEASURE:-someasure}" -C "$project" import "$@"; }
project="${1:?usage: make.sh PROJECT}"

import organisations "$here/sources/lookup_ltla21_hsct18.csv" --map "$here/maps/trusts.toml" \
  --list hsc-trusts --as-at 2018-12-31 --source "Districts by Health and Social Care trust of 2018 (lookup_ltla21_hsct18)"
