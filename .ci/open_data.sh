#!/usr/bin/env bash
# Checks the open data of an edition with the standards' own tools, and that its numbers are the same everywhere:
# .ci/open_data.sh EDITION_DIR
# Example: someasure demo /tmp/demo && .ci/open_data.sh /tmp/demo/editions/latest
# Prints one line a check and "N passed, N failed"; exits 1 on any failure, or when a check cannot run.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
edition=${1:-}
if [ -z "$edition" ] || [ ! -f "$edition/data/datapackage.json" ]; then
  echo "FAIL  ${edition:-(no directory given)} has no data/datapackage.json; usage: .ci/open_data.sh EDITION_DIR"
  echo "0 passed, 1 failed"
  exit 1
fi

# Outside the repository, so that nothing of it is ever committed. cffconvert asks for old libraries: it has its own place.
tools=${XDG_CACHE_HOME:-$HOME/.cache}/someasure/ci-open-data
if [ ! -f "$tools/installed" ] || [ "$(cat "$tools/installed")" != "3" ]; then
  rm -rf "$tools"
  python3 -m venv "$tools/data"
  "$tools/data/bin/pip" install --quiet "frictionless[parquet]==5.20.0" csvw rdflib openpyxl duckdb lxml pandas >&2
  python3 -m venv "$tools/citation"
  "$tools/citation/bin/pip" install --quiet --no-deps cffconvert==2.0.0 >&2
  "$tools/citation/bin/pip" install --quiet ruamel.yaml "jsonschema<4" pykwalify requests click docopt "setuptools<80" >&2
  echo 3 > "$tools/installed"
fi

CI_TOOLS="$tools" exec "$tools/data/bin/python" "$here/open_data.py" "$edition"
