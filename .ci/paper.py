"""The numbers of a board's paper are those of the open data: paper.py EDITION_DIR PAPER.pdf ORGANISATION_ID

Every figure that the paper's table shows is looked up in figures.csv: value, interval and n, rounded as pages round.
"""

import csv
import re
import subprocess
import sys
from decimal import Decimal, ROUND_HALF_EVEN
from pathlib import Path

edition, paper, organisation = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
PLATFORMS = {"x": "X (Twitter)", "bluesky": "Bluesky", "mastodon": "Mastodon", "youtube": "YouTube", "facebook": "Facebook",
             "instagram": "Instagram", "linkedin": "LinkedIn", "threads": "Threads", "tiktok": "TikTok"}


def rows(name):
    with open(edition / "data" / name, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def shown(measure, cell):
    if cell == "":
        return None
    value = float(cell) * (100.0 if measure["kind"] == "proportion" else 1.0)
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-int(measure["decimals"])), rounding=ROUND_HALF_EVEN)
    return ("−" if rounded < 0 else "") + f"{abs(rounded):,f}" + ("%" if measure["unit"].startswith("%") else "")


text = subprocess.run(["pdftotext", "-raw", paper, "-"], capture_output=True, text=True, check=True).stdout
text = re.sub(r"\s+", " ", text)
measures = {row["measure_id"]: row for row in rows("measures.csv")}
problems, counted = [], 0
for row in rows("figures.csv"):
    measure = measures[row["measure_id"]]
    if row["organisation_id"] != organisation or row["status"] != "shown" or measure["status"] != "standard":
        continue
    # The caption names a platform that is the only one.
    on = PLATFORMS.get(row["platform"], row["platform"])
    begins = f"{measure['title']} " if f" on {on}, where not stated" in text else f"{measure['title']}, {on} "
    value, lower, upper = (shown(measure, row[column]) for column in ("value", "lower", "upper"))
    between = f"{lower} to {upper}" if lower and upper else f"{lower} or more" if lower else f"{upper} or less" if upper else "–"
    wanted = re.compile(re.escape(begins) + re.escape(value) + r"[^–]{0,40}? " + re.escape(between) + " " + f"{int(row['n']):,} ")
    tables = [match for match in re.finditer(re.escape(begins) + r"[−\d]", text)]
    if "/" not in row["period"] or not tables:
        continue
    counted += 1
    if not wanted.search(text):
        at = tables[0].start()
        problems.append(f"{row['measure_id']}: {value}, {between}, {row['n']} in CSV; the paper has “{text[at:at + 120]}”")
if counted < 5:
    problems.append(f"only {counted} figures of {organisation} are in the paper's table")
print(f"{'FAIL' if problems else 'ok  '}  numbers: CSV = {Path(paper).name} ({counted})")
for problem in problems[:8]:
    print(f"      {problem}")
sys.exit(1 if problems else 0)
