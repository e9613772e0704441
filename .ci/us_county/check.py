"""Compares what the program says of the county set with what is in the files, counted here by other means."""

import collections
import csv
import gzip
import json
import sys
from pathlib import Path

import duckdb

work, source = Path(sys.argv[1]), Path(sys.argv[2])
failed = 0


def same(what, wanted, got):
    global failed
    if wanted != got:
        failed += 1
        print(f"{what}: wanted {wanted}, got {got}")


def values(path):
    """The JSON values that one run after another has written, in their order."""
    text, decoder, at, found = path.read_text(), json.JSONDecoder(), 0, []
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        value, at = decoder.raw_decode(text, at)
        found.append(value[0])
    return found


def table(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


organisations, original, accounts, population, *scrapes = values(work / "first.json")
same("counties", (3143, 3143), (organisations["rows"], organisations["added"]))
same("counties, the other file", (3143, 0), (original["rows"], original["added"]))
same("codes that had lost a zero", 316, original["filled"])
same("accounts", (875, 3143 - 875), (accounts["added"], accounts["skipped"]))
same("populations", (3140, 3), (population["added"], population["bad"]))
same("rows of the scrapes", 43_790, sum(scrape["rows"] for scrape in scrapes))
same("posts", 23_019, sum(scrape["added_to"].get("post", 0) for scrape in scrapes))
same("readings", 32_112, sum(scrape["added_to"].get("reading", 0) for scrape in scrapes))

rows = table(work / "us/register/accounts.csv")
handles = collections.Counter(row["handle"] for row in rows)
same("handles", 573, len(handles))
same("shared handles", 65, sum(1 for times in handles.values() if times > 1))

# Counted from the files themselves.
readings = collections.defaultdict(dict)
pages = collections.defaultdict(collections.Counter)
for path in sorted(source.glob("tweets_snapshot_*.csv.gz")):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        seen = set()
        for row in csv.DictReader(file):
            day = row["snapshot"]
            readings[row["id"]][day] = (row["likes_count"], row["retweets_count"], row["replies_count"])
            if row["id"] not in seen:
                pages[row["username"].lower()][day] += 1
            seen.add(row["id"])
same("posts in the files", 23_019, len(readings))
same("accounts in the files", 524, len(pages))
several = [days for days in readings.values() if len(days) > 1]
same("posts with several readings", 6_927, len(several))
same("with a changed counter", 457, sum(1 for days in several if len(set(days.values())) > 1))
same("replies aside", 392, sum(1 for days in several if len({day[:2] for day in days.values()}) > 1))

# Scrapes that stop at a whole number of pages are cut off, and the others are not.
for scrape, path in zip(scrapes, sorted(source.glob("tweets_snapshot_*.csv.gz"))):
    same(f"{path.name}: bad rows", 0, scrape["bad"])
parquet = f"read_parquet('{work}/us/ledger/attempt/**/*.parquet')"
cut = {(account, str(day)): truncated for account, day, truncated in duckdb.sql(
    f"SELECT account_id, attempted_at::DATE, truncated FROM {parquet} WHERE \"table\" = 'post'").fetchall()}
wanted = {}
for handle, days in pages.items():
    for day, posts in days.items():
        following = {"2021-11-24": "2021-11-25", "2021-11-30": "2021-12-01", "2021-12-10": "2021-12-11"}[day]
        wanted[(f"x:@{handle}", following)] = posts % 20 == 0
same("scrapes", len(wanted), len(cut))
same("cut off", sum(wanted.values()), sum(cut.values()))
same("which are cut off", [], [key for key in wanted if wanted[key] != cut.get(key)][:5])

# Again: nothing changes.
for again in values(work / "second.json"):
    same(f"again, {again['file']}", (0, 0), (again["added"], again["updated"]))

check = (work / "check.txt").read_text()
same("the unclean state code is reported", True, "'Al'" in check and "'AL'" in check)

# Presence by state and by band of population, from the register alone.
presence = {row["peer_group"]: row for row in table(work / "us/editions/latest/data/group_figures.csv")
            if row["measure_id"] == "presence" and "/" in row["period"]}
same("states and bands with presence", True, {"alabama", "texas", "population-500000-and-more"} <= set(presence))
print(f"us_county: {failed} failed")
sys.exit(failed > 0)
