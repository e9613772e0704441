#!/usr/bin/env bash
# Weight and steadiness of the pages on a slow phone, as Lighthouse sees them: .ci/light.sh SITE_DIR
# Example: someasure demo /tmp/demo && .ci/light.sh /tmp/demo/editions/latest/site
# Layout shift, scores and weight are asserted; times are told and not asserted, because they move with the machine.
# Prints one line a check and "N passed, N failed"; exits 1 on any failure, or when a check cannot run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
site=${1:-}
if [ ! -f "$site/index.html" ]; then
  echo "FAIL  ${site:-(no directory given)} has no index.html; usage: .ci/light.sh SITE_DIR"
  echo "0 passed, 1 failed"
  exit 1
fi

. "$here/tools.sh"
find_browser
find_tools ci-light '{"private":true,"type":"module","dependencies":{"lighthouse":"12.8.2"}}' lighthouse

CI_LIGHT="$tools" CHROME_PATH="$browser" exec node "$here/light.mjs" "$site"
