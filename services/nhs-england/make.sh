#!/bin/sh
# Makes register/ from sources/. Next year's files go in the same way: add their lines, newest last, and run it.
#   sh services/nhs-england/make.sh PROJECT      (a folder made by `someasure init PROJECT`)
set -eu
here="$(cd "$(dirname "$0")" && pwd)"
import() { "${SOMEASURE:-someasure}" -C "$project" import "$@"; }
project="${1:?usage: make.sh PROJECT}"

import organisations "$here/sources/nhs_england_regions.csv" --map "$here/maps/regions.toml" \
  --list regions --as-at 2024-08-31 --source "RCPCH list of NHS England regions, 31 August 2024"
import organisations "$here/sources/integrated_care_boards_local_authorities.csv.gz" --map "$here/maps/icb-regions.toml" \
  --list icb-places --as-at 2024-08-31 --source "RCPCH list of places by integrated care board, 31 August 2024"
import organisations "$here/sources/icb_names_codes_dec_2024.csv" --map "$here/maps/icbs.toml" \
  --list icbs --as-at 2024-12-31 --source "ONS names and codes of integrated care boards, December 2024"

# The publisher states no day for the first two cuts; their sources say "late 2015" and "2021".
for cut in etr_c2015_nhsparse.csv:2015-12-31 etr_c2021_epiforecasts.csv:2021-01-01 \
           etr_2022-02_nhsx.csv:2022-02-08 etr_2025-12_nhs-spend.csv:2025-12-29; do
  import ods "$here/sources/${cut%:*}" --type trust --nation England --list ods-trusts --as-at "${cut#*:}" \
    --source "Organisation Data Service, trusts (etr), cut of ${cut#*:}"
done
import organisations "$here/sources/data_DSPTmetric_20220208.csv.gz" --map "$here/maps/dspt.toml" \
  --list dspt --as-at 2022-02-08 --source "Data Security and Protection Toolkit returns, 8 February 2022"
import organisations "$here/sources/trusts.csv" --map "$here/maps/rcpch-trusts.toml" \
  --list rcpch-trusts --as-at 2024-08-31 --source "RCPCH list of trusts, 31 August 2024"

import successions "$here/sources/lookup_trust_trust.csv.gz" --map "$here/maps/successions.toml" \
  --source "Organisation Data Service, successors (succ), as in geographr lookup_trust_trust"
import successions "$here/sources/epiforecasts_trust_mergers.csv" --map "$here/maps/mergers.toml" \
  --source "Mergers of trusts, as in covid19.nhs.data trust_mergers"
import denominators "$here/sources/nhs_fte_by_org_2017-09_2018-06.csv.gz" --map "$here/maps/staff.toml" \
  --source "NHS Digital, staff by organisation, September 2017 and June 2018"
import websites "$here/sources/rcpch_organisations.csv.gz" --map "$here/maps/rcpch-websites.toml" \
  --source "RCPCH list of hospitals, 31 August 2024"
import websites "$here/sources/Hospital.csv.gz" --map "$here/maps/nhs-choices-websites.toml" \
  --source "NHS Choices, hospitals, 22 September 2018"
