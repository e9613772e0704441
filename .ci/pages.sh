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

browser=
find_browser() {
  for name in chromium chromium-browser google-chrome; do
    if browser=$(command -v "$name"); then return 0; fi
  done
  return 1
}
if ! find_browser; then
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-liberation >&2
  find_browser
fi

# The Nu checker runs on Java.
if ! command -v java > /dev/null; then
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends default-jre-headless >&2
fi

# Outside the repository, so that nothing of it is ever committed.
tools=${XDG_CACHE_HOME:-$HOME/.cache}/someasure/ci-node
wanted='{"private":true,"dependencies":{"axe-core":"4.14.1","html-validate":"10.17.0","playwright-core":"1.65.1","vnu-jar":"26.9.27"}}'
mkdir -p "$tools"
if [ ! -d "$tools/node_modules/vnu-jar" ] || [ "$(cat "$tools/installed.json" 2>/dev/null || true)" != "$wanted" ]; then
  echo "$wanted" > "$tools/package.json"
  (cd "$tools" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm install --no-audit --no-fund --silent >&2)
  echo "$wanted" > "$tools/installed.json"
fi

CI_NODE="$tools" CI_BROWSER="$browser" exec node "$here/pages.mjs" "$site" "${@:2}"
