#!/usr/bin/env bash
# Papers as programs other than ours read them: pdf.sh FILE…
# Sound (qpdf), tagged, with title, language and bookmarks, every picture with its words, every font inside, no
# script, and none of the words that readers asked publishers not to use. Installs what it needs and fails when a
# check cannot run.
set -euo pipefail

if ! command -v qpdf >/dev/null || ! command -v pdfinfo >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo"
    $sudo apt-get -qq update && $sudo apt-get -qq install -y --no-install-recommends qpdf poppler-utils >/dev/null
fi
# The rules of PDF/UA-1 that pdfua knows, 16 of 106. veraPDF knows all, and is in none of the registries that checks install from.
tools="${XDG_CACHE_HOME:-$HOME/.cache}/someasure/ci-pdfua"
if [ "$(cat "$tools/installed" 2>/dev/null || true)" != "0.1.3" ]; then
    rm -rf "$tools"
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet pdfua==0.1.3 >&2
    echo 0.1.3 > "$tools/installed"
fi
[ $# -gt 0 ] || { echo "pdf.sh: which files?" >&2; exit 2; }

passed=0 failed=0
read_structure='
import json, sys
objects = json.load(sys.stdin)["qpdf"][1]
values = {key[4:]: body.get("value", body.get("stream", {}).get("dict")) for key, body in objects.items()}
values = {key: value for key, value in values.items() if isinstance(value, dict)}
def of(reference):
    return values.get(reference, reference) if isinstance(reference, str) else reference
def words(value):
    return value.startswith(("u:", "b:")) and len(value) > 3 if isinstance(value, str) else False
def tell(good, what):
    print("ok" if good else "no", what)
catalog = next(v for v in values.values() if v.get("/Type") == "/Catalog")
tell(words(catalog.get("/Lang")), "says its language")
tell((of(catalog.get("/MarkInfo")) or {}).get("/Marked") is True, "says that it is marked")
tell((of(catalog.get("/ViewerPreferences")) or {}).get("/DisplayDocTitle") is True, "shows its title")
outlines = of(catalog.get("/Outlines")) or {}
tell(bool(outlines.get("/First")), "has bookmarks")
elements = [v for v in values.values() if isinstance(v.get("/S"), str) and "/P" in v and "/K" in v]
tell(bool(elements), "has a structure")
figures = [v for v in elements if v["/S"] == "/Figure"]
tell(all(words(v.get("/Alt")) for v in figures), "every picture has its words (%d pictures)" % len(figures))
heads = [v for v in elements if v["/S"] == "/TH"]
tables = [v for v in elements if v["/S"] == "/Table"]
tell(len(heads) >= len(tables), "every table has a head (%d tables)" % len(tables))
embedded = [v for v in values.values() if v.get("/S") in ("/JavaScript", "/Launch", "/SubmitForm")]
tell(not embedded, "does nothing by itself")
pages = [v for v in values.values() if v.get("/Type") == "/Page"]
tell(pages and all(v.get("/Tabs") == "/S" for v in pages if v.get("/Annots")), "links follow the reading order")
'
check() { # check WHAT COMMAND…: prints what failed, counts both
    local what="$1"; shift
    if "$@" >/dev/null 2>&1; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED $file: $what"; fi
}
says() { grep -qE "$1" <<<"$2"; }
lacks() { ! grep -qiE "$1" <<<"$2"; }

for file in "$@"; do
    [ -s "$file" ] || { echo "pdf.sh: $file is not there" >&2; exit 1; }
    # Poppler warns of /Suspects false, which the standard asks for: its warnings are left out, its answers are not.
    info="$(pdfinfo "$file" 2>/dev/null)"
    text="$(pdftotext -layout "$file" - 2>/dev/null | tr -s ' \n' '  ')"
    check "is sound" qpdf --check "$file"
    check "is tagged" says '^Tagged: +yes' "$info"
    check "has a title" says '^Title: +[^ ]' "$info"
    check "has no script" says '^JavaScript: +no' "$info"
    check "is not encrypted" says '^Encrypted: +no' "$info"
    check "has pages" says '^Pages: +[1-9]' "$info"
    check "fonts are embedded" awk 'NR > 2 && $(NF - 4) != "yes" { exit 1 }' <(pdffonts "$file" 2>/dev/null)
    check "has fonts" awk 'NR > 2 { found = 1 } END { exit !found }' <(pdffonts "$file" 2>/dev/null)
    check "words are kept" lacks '\b(worst|best|failing|poor|lags|plummeted|slipped)\b' "$text"
    check "pdfua finds nothing" "$tools/bin/pdfua" check "$file"
    check "has words" says '[a-z]{4}' "$text"
    structure="$(qpdf --json=2 --json-key=qpdf "$file" | python3 -c "$read_structure")"
    while read -r verdict what; do
        if [ "$verdict" = ok ]; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED $file: $what"; fi
    done <<<"$structure"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
