#!/usr/bin/env bash
# Kills the program at every system call that changes what is on disk, one after the other, and looks at what is left.
# Usage: .ci/kill.sh BINARY        (needs strace; installs it with apt-get where it is missing)
set -euo pipefail
binary=$(realpath "${1:?usage: .ci/kill.sh BINARY}")
command -v strace > /dev/null || { apt-get update -qq && apt-get install -y -qq strace; } > /dev/null
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1418774400 SOMEASURE_THREADS=1
unset SOMEASURE_PROJECT
deadline=$((SECONDS + ${KILL_SECONDS:-170}))
passed=0 failed=0

someasure() { "$binary" "$@"; }

project() { # a tiny project in $1
    mkdir -p "$1/register" "$1/measures"
    cat > "$1/someasure.toml" << 'END'
title = "Kill"
edition = "2014.1"
services = ["Test bodies"]
time_zone = "UTC"
as_at = "2014-04-08T01:00:00Z"

[period]
from = "2013-04-07"
to = "2014-04-06"
series = 1

[publication]
publisher = "The tests"
licence = "CC0"
END
    printf 'organisation_id,name,type,source\ntest:1,One,library,made up\ntest:2,Two,library,made up\n' > "$1/register/organisations.csv"
    printf 'organisation_id,platform,account_id,handle\ntest:1,x,x:11,one\ntest:2,x,x:424242,leaver\n' > "$1/register/accounts.csv"
    for file in 1 2; do
        awk -v file=$file 'BEGIN {
            print "platform,post_id,account_id,handle,created_at,observed_at,kind,in_reply_to_post_id,mentions,likes"
            for (row = 0; row < 60; row++) {
                leaver = row % 2
                printf "x,x:%d,x:%s,%s,%d-0%d-%02dT10:00:00Z,2014-04-07T18:00:00Z,%s,%s,%s,%s\n", file * 1000 + row,
                    leaver ? "424242" : "11", leaver ? "leaver" : "one", 2013 + (row % 3 > 0), 1 + row % 3, 1 + row % 28,
                    row % 4 == 2 ? "reply" : "original", row % 4 == 2 ? "x:" (file * 1000 + row - 1) : "",
                    row % 8 == 0 ? "\"[\"\"leaver\"\"]\"" : "", row == 7 ? "many" : row
            } }' > "$1/posts$file.csv"
    done
}

# Everything there is with its hash, but for the locks, which are empty and stay, and for kept answers, which are made again.
snapshot() {
    (cd "$1" && find . -type f ! -name '*.lock' ! -path './ledger/kept/*.parquet' -print0 | sort -z | xargs -0 sha256sum
    find . -type l -printf '%p -> %l\n' -o \( -name '*.part' -o -name .staging \) -print | sort)
}

whole_edition() { # absent, or every file that edition.json lists has its hash
    [ -e "$1/editions/2014.1" ] || return 0
    python3 - "$1/editions/2014.1" << 'END'
import hashlib, json, pathlib, sys
place = pathlib.Path(sys.argv[1])
listed = {file["path"]: file["sha256"] for file in json.loads((place / "edition.json").read_text())["outputs"]}
found = {str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest() for path in place.rglob("*") if path.is_file()}
found.pop("edition.json")
sys.exit(found != listed)
END
}

posts() { # rows of the table post by the manifest
    python3 -c 'import json, sys; print(sum(f["rows"] for f in json.load(open(sys.argv[1]))["files"] if f["table"] == "post"))' \
        "$1/ledger/manifest.json" 2> /dev/null || echo 0
}

complain() { failed=$((failed + 1)); echo "FAILED $*"; }

# One kill: command $1, system calls $2, the N-th of them $3. Returns 1 when the command came to its end.
kill_at() {
    local name=$1 calls=$2 when=$3 place=$work/place what="$1: $2 number $3" status=0
    rm -rf "$place" && cp -a "$work/before-$name" "$place"
    (cd "$place" && strace -f -qq -o /dev/null -e trace="$calls" -e inject="$calls:signal=SIGKILL:when=$when" \
        "$binary" "${command[@]}" > /dev/null 2>&1) 2> /dev/null || status=$?
    [ "$status" != 0 ] || return 1
    [ "$status" = 137 ] || { complain "$what: ended with $status"; return 0; }
    points=$((points + 1))
    local rows; rows=$(posts "$place")
    if ! someasure -C "$place" doctor > "$work/said" 2>&1; then complain "$what: doctor: $(grep -v '^ok' "$work/said")"
    elif ! someasure -C "$place" measure posts_per_week > /dev/null 2> "$work/said"; then complain "$what: measure: $(cat "$work/said")"
    elif [ "$rows" != "$rows_before" ] && [ "$rows" != "$rows_after" ]; then complain "$what: $rows posts"
    elif ! whole_edition "$place"; then complain "$what: an edition that is not whole"
    elif ! (cd "$place" && someasure "${command[@]}" > "$work/said" 2>&1); then complain "$what: run again: $(cat "$work/said")"
    elif ! diff <(snapshot "$place") "$work/wanted" > "$work/said"; then complain "$what: run again, and it differs: $(cat "$work/said")"
    else passed=$((passed + 1)); fi
}

kill_everywhere() { # name, the share of the time it may take, command…
    local name=$1 until=$((SECONDS + (deadline - SECONDS) * $2 / 100)); shift 2
    command=("$@") points=0
    rm -rf "$work/whole" && cp -a "$work/before-$name" "$work/whole"
    rows_before=$(posts "$work/whole")
    (cd "$work/whole" && someasure "${command[@]}" > /dev/null 2>&1)
    rows_after=$(posts "$work/whole")
    snapshot "$work/whole" > "$work/wanted"
    local calls when step note=""
    for calls in rename,renameat,renameat2 write unlink,unlinkat fsync,fdatasync,syncfs mkdir,mkdirat,symlink,symlinkat; do
        step=1
        if [ "$calls" = write ]; then # about ten, spread over all
            (cd "$work/before-$name/.." && rm -rf count && cp -a "before-$name" count && cd count \
                && strace -f -qq -o "$work/trace" -e trace=write "$binary" "${command[@]}" > /dev/null 2>&1)
            step=$(($(wc -l < "$work/trace") / 10 + 1))
        fi
        # A kill at the N-th call, until there is no N-th.
        for ((when = 1; ; when += step)); do
            [ $SECONDS -lt $until ] || { note=" (the time was up at $calls number $when)"; break 2; }
            kill_at "$name" "$calls" "$when" || break
        done
    done
    echo "$name: $points kill points$note"
    [ $points -gt 0 ] || complain "$name: no kill point was tried"
}

project "$work/before-first"
cp -a "$work/before-first" "$work/before-import"
(cd "$work/before-import" && someasure import posts posts1.csv --source tests --max-bad-share 0.1 > /dev/null 2>&1)
cp -a "$work/before-import" "$work/before-erase"
(cd "$work/before-erase" && someasure import posts posts2.csv --source tests --max-bad-share 0.1 > /dev/null 2>&1)
cp -a "$work/before-erase" "$work/before-compact"
cp -a "$work/before-import" "$work/before-build"
(cd "$work/before-build" && someasure build > /dev/null 2>&1 && someasure import posts posts2.csv --source tests --max-bad-share 0.1 > /dev/null 2>&1)

kill_everywhere first 20 import posts posts2.csv --source tests --max-bad-share 0.1
kill_everywhere import 25 import posts posts2.csv --source tests --max-bad-share 0.1
kill_everywhere erase 35 erase x:424242 --yes
kill_everywhere compact 50 compact
kill_everywhere build 100 build
[ $((passed + failed)) -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
