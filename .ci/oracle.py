"""Checks measures and figures against a second engine: python3 .ci/oracle.py EXPORT_DIR FIGURES_CSV

EXPORT_DIR is what `someasure measure --export` writes: tables.sql, and for each measure <id>.toml,
<id>.views.sql, <id>.sql and <id>.rows.csv (the rows that our engine returned). Every measure's SQL runs
unchanged on DuckDB; its rows must be the same, and from them every organisation's value and n, computed
here in plain Python, must be those in FIGURES_CSV. Shares no code with the program.

Needs Python 3.11 and the package duckdb. Exit code 1 on any difference, and when there was nothing to compare.
"""

import csv
import math
import os
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import duckdb

COLUMNS = {
    "proportion": ("numerator", "denominator"),
    "rate": ("events", "exposure"),
    "value": ("value", "value"),
    "sample": ("value", "value"),
    "duration": ("value", "observed"),
}
TOLERANCE = 1e-9
SHOWN_AT_MOST = 5


def number(cell):
    """A number of either engine, None for NULL. Whole numbers stay whole, and so are compared exactly."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and cell.lower() in ("true", "false"):
        return int(cell.lower() == "true")
    if isinstance(cell, (bool, int)):
        return int(cell)
    value = float(cell)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def same(a, b):
    if a is None or b is None:
        return a is b
    if isinstance(a, int) and isinstance(b, int):
        return a == b
    return math.isclose(a, b, rel_tol=TOLERANCE, abs_tol=1e-300)


def order(row):
    return tuple((cell is not None, cell if cell is not None else 0) for cell in row)


def differing(ours, theirs):
    """Rows of one subject that have no equal on the other side: (only ours, only theirs)."""
    ours, theirs = sorted(ours, key=order), sorted(theirs, key=order)
    if len(ours) == len(theirs) and all(all(map(same, a, b)) for a, b in zip(ours, theirs)):
        return [], []
    # Values that differ in the last digit may sort differently, so look for each row's equal.
    only_ours, left = [], list(theirs)
    for row in ours:
        for place, other in enumerate(left):
            if all(map(same, row, other)):
                del left[place]
                break
        else:
            only_ours.append(row)
    return only_ours, left


# The point values, from the rows (first, second, n) of one organisation, platform and period.


def units(measure, row):
    first, second, n = row
    if n is not None:
        return n
    return second if measure["kind"] == "proportion" else 1


def median(values):
    values = sorted(values)
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2


def gini(values):
    values, total, n = sorted(values), math.fsum(values), len(values)
    if total <= 0:
        return None
    return math.fsum((2 * place - n - 1) * value for place, value in enumerate(values, 1)) / (n * total)


def kaplan_meier_median(times):
    """`times` are (time, ended). Where the curve is exactly one half between two ends, their midpoint."""
    steps, height = [], 1.0
    at_risk = len(times)
    for time in sorted({time for time, _ in times}):
        ended = sum(1 for t, seen in times if t == time and seen)
        if ended:
            height *= (at_risk - ended) / at_risk
            steps.append((time, height))
        at_risk -= sum(1 for t, _ in times if t == time)
    for place, (time, height) in enumerate(steps):
        if height <= 0.5 + 1e-10:
            if abs(height - 0.5) <= 1e-10 and place + 1 < len(steps):
                return (time + steps[place + 1][0]) / 2
            return time
    return None


def value_and_n(measure, rows):
    """Rows with a NULL say nothing: they neither count nor add. No value without a row that says something."""
    known = [row for row in rows if row[0] is not None and row[1] is not None]
    n = sum(units(measure, row) for row in known)
    if not known:
        return None, n
    first, second = [row[0] for row in known], [row[1] for row in known]
    match measure["kind"], measure.get("statistic"):
        case ("proportion" | "rate"), _:
            below = math.fsum(second)
            return (math.fsum(first) / below if below > 0 else None), n
        case "value", _:
            if len(known) > 1:
                raise ValueError("a value has more than one row for an organisation, platform and period")
            return first[0], n
        case "sample", "median":
            return median(first), n
        case "sample", "mean":
            return math.fsum(first) / len(first), n
        case "sample", "gini":
            return gini(first), n
        case "duration", _:
            return kaplan_meier_median(list(zip(first, second))), n
    raise ValueError(f"unknown kind {measure['kind']}")


def duckdb_rows(measure):
    """The measure's SQL, unchanged, on DuckDB: {(organisation, platform, period): [(first, second, n)]}."""
    name = measure["id"]
    connection = duckdb.connect()
    connection.execute(Path("tables.sql").read_text(encoding="utf-8"))
    connection.execute(Path(f"{name}.views.sql").read_text(encoding="utf-8"))
    answer = connection.execute(Path(f"{name}.sql").read_text(encoding="utf-8").strip().rstrip(";"))
    places = {column[0].lower(): place for place, column in enumerate(answer.description)}
    pick = [places[column] for column in COLUMNS[measure["kind"]]]
    subject = [places[column] for column in ("organisation_id", "platform", "period")]
    rows = defaultdict(list)
    for row in answer.fetchall():
        first, second = (number(row[place]) for place in pick)
        n = number(row[places["n"]]) if "n" in places else None
        rows[tuple(row[place] for place in subject)].append((first, second, n))
    return rows


def engine_rows(name):
    rows = defaultdict(list)
    with open(f"{name}.rows.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            subject = (row["organisation_id"], row["platform"], row["period"])
            rows[subject].append((number(row["first"]), number(row["second"]), number(row["n"])))
    return rows


def check_rows(ours, theirs, problems):
    compared = 0
    for subject in sorted(set(ours) | set(theirs)):
        only_ours, only_theirs = differing(ours.get(subject, []), theirs.get(subject, []))
        compared += len(theirs.get(subject, []))
        for row in only_ours:
            problems.append(f"{' '.join(subject)}: only our engine has the row {row}")
        for row in only_theirs:
            problems.append(f"{' '.join(subject)}: only DuckDB has the row {row}")
    return compared


def check_figures(measure, rows, figures, problems):
    if measure.get("level", "organisation") != "organisation":
        return 0
    least, platforms, compared = measure.get("min_denominator", 0), measure.get("platforms", []), 0
    for subject in sorted(set(rows) | set(figures)):
        if platforms and subject[1] not in platforms:
            continue
        value, n = value_and_n(measure, rows.get(subject, []))
        expected = value is not None and n >= least
        figure = figures.get(subject)
        shown = figure is not None and figure["status"] == "shown"
        where = " ".join(subject)
        if expected != shown:
            status = figure["status"] if figure else "no figure"
            problems.append(f"{where}: DuckDB's value is {value} with n = {n} (at least {least}), ours: {status}")
            continue
        if not shown:
            if figure is not None and number(figure["value"]) is not None:
                problems.append(f"{where}: a figure that is not shown has the value {figure['value']}")
            if figure is not None and figure["status"] == "too_few":
                compared += 1
                if number(figure["n"]) != n:
                    problems.append(f"{where}: n is {figure['n']}, from DuckDB's rows it is {n}")
            continue
        compared += 1
        if not same(number(figure["value"]), number(value)):
            problems.append(f"{where}: the value is {figure['value']}, from DuckDB's rows it is {value}")
        if number(figure["n"]) != n:
            problems.append(f"{where}: n is {figure['n']}, from DuckDB's rows it is {n}")
        if number(figure["measure_version"]) != measure["version"]:
            problems.append(f"{where}: the figure is of version {figure['measure_version']}")
    return compared


def check(name, figures):
    """One measure: (rows compared, figures compared, problems)."""
    problems = []
    measure = tomllib.loads(Path(f"{name}.toml").read_text(encoding="utf-8"))
    if measure["sql"].strip() != Path(f"{name}.sql").read_text(encoding="utf-8").strip():
        problems.append("the exported SQL is not the definition's")
    rows = duckdb_rows(measure)
    compared = check_rows(engine_rows(name), rows, problems)
    return compared, check_figures(measure, rows, figures, problems), problems


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    figures = defaultdict(dict)
    problems_elsewhere = []
    with open(sys.argv[2], newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            subject = (row["organisation_id"], row["platform"], row["period"])
            if subject in figures[row["measure_id"]]:
                problems_elsewhere.append(f"{row['measure_id']}: two figures for {' '.join(subject)}")
            figures[row["measure_id"]][subject] = row
    os.chdir(sys.argv[1])
    names = sorted(
        {path.name[: -len(".toml")] for path in Path(".").glob("*.toml")}
        | {path.name[: -len(".sql")] for path in Path(".").glob("*.sql") if not path.name.endswith(".views.sql")}
        - {"tables"}
    )
    for name in sorted(set(figures) - set(names)):
        problems_elsewhere.append(f"{name}: there are figures, but the measure was not exported")
    passed = failed = all_rows = all_figures = 0
    for name in names:
        try:
            rows, compared, problems = check(name, figures.get(name, {}))
        except Exception as error:  # one broken measure must not hide the others
            rows, compared, problems = 0, 0, [f"{type(error).__name__}: {error}"]
        all_rows, all_figures = all_rows + rows, all_figures + compared
        print(f"{'FAIL' if problems else 'ok  '} {name}: {rows} rows, {compared} figures compared")
        for problem in problems[:SHOWN_AT_MOST]:
            print(f"       {problem}")
        if len(problems) > SHOWN_AT_MOST:
            print(f"       and {len(problems) - SHOWN_AT_MOST} more")
        passed, failed = passed + (not problems), failed + bool(problems)
    if not all_rows or not all_figures:
        problems_elsewhere.append(f"nothing to compare: {all_rows} rows and {all_figures} figures")
    for problem in problems_elsewhere:
        print(f"FAIL {problem}")
    failed += len(problems_elsewhere)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
