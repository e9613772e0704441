#!/bin/sh
# Makes register/ from sources/ and from the trusts that England's register lists for Wales.
#   sh services/nhs-wales/make.sh PROJECT        (a folder made by `someasure init PROJECT`)
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
import() { "${SOMEASURE:-someasure}" -C "$project" import "$@"; }
project="${1:?usage: make.sh PROJECT}"

import organisations "$here/sources/local_health_boards.csv" --map "$here/maps/boards.toml" \
  --list health-boards --as-at 2024-08-31 --source "RCPCH list of local health boards, 31 August 2024"
for cut in etr_c2015_nhsparse.csv:2015-12-31 etr_c2021_epiforecasts.csv:2021-01-01 \
           etr_2022-02_nhsx.csv:2022-02-08 etr_2025-12_nhs-spend.csv:2025-12-29; do
  import ods "$here/../nhs-england/sources/${cut%:*}" --type trust --nation Wales --list ods-trusts --as-at "${cut#*:}" \
    --source "Organisation Data Service, trusts (etr), cut of ${cut#*:}"
done
