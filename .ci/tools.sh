# What several checks install, once: sourced, not run.

# A browser, in $browser.
find_browser() {
  browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) && return
  install chromium fonts-liberation
  browser=$(command -v chromium)
}

# Packages of the system.
install() {
  local as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends "$@" >&2
}

# Packages of npm, in the folder $tools: find_tools NAME PACKAGE_JSON ONE_OF_THEM. Outside the repository, so that nothing of
# them is ever committed.
find_tools() {
  tools=${XDG_CACHE_HOME:-$HOME/.cache}/someasure/$1
  mkdir -p "$tools"
  if [ ! -d "$tools/node_modules/$3" ] || [ "$(cat "$tools/installed.json" 2>/dev/null || true)" != "$2" ]; then
    echo "$2" > "$tools/package.json"
    (cd "$tools" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 PUPPETEER_SKIP_DOWNLOAD=1 npm install --no-audit --no-fund --silent >&2)
    echo "$2" > "$tools/installed.json"
  fi
}
