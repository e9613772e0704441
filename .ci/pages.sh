#!/usr/bin/env bash
# Checks the pages of an edition in a real browser: .ci/pages.sh SITE_DIR [FOLDER…]
# Example: someasure demo /tmp/demo && .ci/pages.sh /tmp/demo/editions/latest/site
# With folders (chats stories) only their pages are looked at closely.
# Prints one line a check and "N passed, N failed"; exits 1 on any failure, or when no page was checked.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
site=${1:-}
if [ -z "$site" ] || [ ! -d "$site" ]; then
  echo "FAIL  ${site:-(no directory given)} is not a directory; usage: .ci/pages.sh SITE_DIR [FOLDER…]"
  echo "0 passed, 1 failed"
  exit 1
fi

. "$here/tools.sh"
find_browser
# The Nu checker runs on Java.
command -v java > /dev/null || install default-jre-headless
find_tools ci-node '{"private":true,"dependencies":{"axe-core":"4.14.1","html-validate":"10.17.0","playwright-core":"1.65.1","vnu-jar":"26.9.27"}}' vnu-jar

CI_NODE="$tools" CI_BROWSER="$browser" exec node "$here/pages.mjs" "$site" "${@:2}"
