"""Writes someasure.toml for the county edition: bands of population and states as peer groups."""

import csv
import sys

BANDS = [("below-20000", None, 20_000), ("20000-100000", 20_000, 100_000), ("100000-500000", 100_000, 500_000),
         ("500000-and-more", 500_000, None)]
print('''title = "US county health bodies"
edition = "2021.1"
services = ["US county health and emergency bodies"]
time_zone = "America/New_York"
as_at = "2021-12-11T05:00:00Z"

[period]
from = "2021-06-01"
to = "2021-12-10"
series = 3
''')
for name, low, high in BANDS:
    limits = ", ".join(f"{key} = {value}" for key, value in (("from", low), ("below", high)) if value is not None)
    size = f"below {high:,}" if low is None else f"{low:,} and more" if high is None else f"{low:,} to {high:,}"
    print(f'[[peer_group]]\nid = "population-{name}"\ntitle = "Counties of {size} people"\n'
          f'reason = "They serve populations of a like size."\n'
          f'denominator = {{ kind = "population", {limits} }}\n')
with open(sys.argv[1], encoding="utf-8-sig", newline="") as file:
    states = sorted({row["state_full"] for row in csv.DictReader(file)})
for state in states:
    print(f'[[peer_group]]\nid = "{state.lower().replace(" ", "-")}"\ntitle = "{state}"\nregion = ["{state}"]\n')
