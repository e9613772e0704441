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

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) || {
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-liberation >&2
  browser=$(command -v chromium)
}

# Outside the repository, so that nothing of it is ever committed.
tools=${XDG_CACHE_HOME:-$HOME/.cache}/someasure/ci-light
wanted='{"private":true,"type":"module","dependencies":{"lighthouse":"12.8.2"}}'
mkdir -p "$tools"
if [ ! -d "$tools/node_modules/lighthouse" ] || [ "$(cat "$tools/installed.json" 2>/dev/null || true)" != "$wanted" ]; then
  echo "$wanted" > "$tools/package.json"
  (cd "$tools" && PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-audit --no-fund --silent >&2)
  echo "$wanted" > "$tools/installed.json"
fi

CI_LIGHT="$tools" CHROME_PATH="$browser" exec node "$here/light.mjs" "$site"
