"""The checks of open_data.sh: standards first, then one set of numbers in five places."""

import csv
import html
import html.parser
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from decimal import Decimal, ROUND_HALF_EVEN
from pathlib import Path

edition = Path(sys.argv[1]).resolve()
data, site = edition / "data", edition / "site"
tools = Path(os.environ["CI_TOOLS"])
passed = failed = 0


def check(name, problems, counted=1):
    """One line a check. A check that had nothing to look at has failed."""
    global passed, failed
    problems = list(problems)
    if counted == 0:
        problems.append("nothing was checked")
    if problems:
        failed += 1
        print(f"FAIL  {name}: {len(problems)} problem(s)")
        for problem in problems[:5]:
            print(f"      {str(problem)[:400]}")
    else:
        passed += 1
        print(f"ok    {name} ({counted:,})")


def run(name, problems):
    """A check that breaks off is a failure, not a silence."""
    try:
        found, counted = problems()
        check(name, found, counted)
    except Exception as error:  # whatever it is, it is told
        check(name, [f"could not be checked: {type(error).__name__}: {error}"])


def rows(file):
    with open(file, encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


# --- standards -------------------------------------------------------------------------------------------------------


def data_package():
    from frictionless import Package, system

    descriptor = json.loads((data / "datapackage.json").read_text("utf-8"))
    # frictionless knows version 2's properties; its profiles stand on a server that need not answer.
    for part in [descriptor, *descriptor["resources"], *[r["schema"] for r in descriptor["resources"] if "schema" in r]]:
        assert part.pop("$schema").startswith("https://datapackage.org/profiles/2.0/")
    for resource in descriptor["resources"]:
        if resource["path"].endswith(".parquet"):  # frictionless does not count its bytes; another check here does
            del resource["bytes"], resource["hash"]
    with system.use_context(trusted=True):
        report = Package(descriptor, basepath=str(data)).validate()
    problems = [f"{task.name}: {error.message}" for task in report.tasks for error in task.errors]
    problems += [error.message for error in report.errors]
    if not report.valid and not problems:
        problems.append("not valid")
    return problems, len(report.tasks)


def csvw():
    problems, counted = [], 0
    for metadata in sorted(data.glob("*.csv-metadata.json")):
        table = data / json.loads(metadata.read_text("utf-8"))["url"]
        done = subprocess.run(
            [tools / "data/bin/csvwvalidate", str(table)], capture_output=True, text=True, check=False
        )
        words = done.stdout + done.stderr
        if done.returncode != 0 or "OK" not in words or "FAIL" in words:
            problems.append(f"{metadata.name}: {words.strip()[-300:]}")
        counted += 1
    missing = {f.name for f in data.glob("*.csv")} - {
        m.name.removesuffix("-metadata.json") for m in data.glob("*.csv-metadata.json")
    }
    return problems + [f"{name} has no metadata" for name in sorted(missing)], counted


def columns():
    """Typed reading of every cell by its CSVW datatype, with keys: what csvwvalidate is silent about."""
    from csvw import CSVW

    problems, counted = [], 0
    for table in sorted(data.glob("*.csv")):
        described = json.loads(Path(f"{table}-metadata.json").read_text("utf-8"))["tableSchema"]
        with open(table, encoding="utf-8", newline="") as opened:
            header = next(csv.reader(opened))
        if header != [column["name"] for column in described["columns"]]:
            problems.append(f"{table.name}: columns are not those of its metadata")
            continue
        seen = set()
        for row in CSVW(str(table)).tables[0].iterdicts(strict=True):
            counted += 1
            key = tuple(str(row[name]) for name in described.get("primaryKey", []))
            if key and key in seen:
                problems.append(f"{table.name}: {key} stands twice")
            seen.add(key)
    return problems, counted


def linked(name, kind, title, text=None):
    from rdflib import Graph, URIRef
    from rdflib.namespace import RDF

    graph = Graph().parse(
        data=text if text is not None else (data / name).read_text("utf-8"),
        format="json-ld",
        publicID="https://example.org/data/",
    )
    found = list(graph.subjects(RDF.type, URIRef(kind)))
    problems = [] if len(found) == 1 else [f"{len(found)} of {kind}"]
    problems += [] if found and list(graph.objects(found[0], URIRef(title))) else ["no title"]
    return problems, len(graph)


def embedded():
    page = (site / "open-data/index.html").read_text("utf-8")
    scripts = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    if len(scripts) != 1:
        return [f"{len(scripts)} scripts"], 1
    return linked("", "https://schema.org/Dataset", "https://schema.org/name", scripts[0])


def distributions():
    """What the descriptions say of files is true of the files."""
    import hashlib

    problems, counted = [], 0
    for entry in json.loads((data / "dataset.jsonld").read_text("utf-8"))["distribution"]:
        raw = (data / entry["name"]).read_bytes()
        if entry["sha256"] != hashlib.sha256(raw).hexdigest() or entry["contentSize"] != f"{len(raw)} B":
            problems.append(f"{entry['name']}: other bytes")
        counted += 1
    for entry in json.loads((data / "datapackage.json").read_text("utf-8"))["resources"]:
        raw = (data / entry["path"]).read_bytes()
        if entry["hash"] != f"sha256:{hashlib.sha256(raw).hexdigest()}" or entry["bytes"] != len(raw):
            problems.append(f"datapackage.json, {entry['path']}: other bytes")
        counted += 1
    return problems, counted


def examples():
    """The programs on the page of the open data, as they stand there, in a copy of the data folder."""
    page = (site / "open-data/index.html").read_text("utf-8")
    found = {
        label: html.unescape(code)
        for label, code in re.findall(r'aria-label="The example in ([^"]+)"><pre><code>(.*?)</code></pre>', page, re.S)
    }
    if not found:  # before anything is collected there is nothing to ask
        return ([] if "figures.parquet" not in page or not any(f[5] == "shown" for f in figures.values()) else ["none on the page"]), 1
    asked = set(re.findall(r"measure_id == (?:\"|')(\w+)", "".join(found.values())))
    problems = [] if len(asked) == 1 else [f"examples ask {asked}"]
    shown = [f[0] for key, f in figures.items() if key[1] in asked and f[5] == "shown" and f"'{key[3]}'" in found["SQL"]]
    programs = {"Python with pandas": ([sys.executable], "py"), "SQL": ([sys.executable], "py"), "R": (["Rscript"], "R")}
    counted = 0
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(data, copy, dirs_exist_ok=True)
        for label, (program, ending) in programs.items():
            if shutil.which(program[0]) is None:
                continue
            file = Path(copy) / f"example.{ending}"
            file.write_text(found.get(label, "raise SystemExit('not on the page')"), "utf-8")
            done = subprocess.run([*program, file.name], cwd=copy, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                problems.append(f"{label}: {done.stderr.strip()[-300:]}")
                continue
            counted += 1
            if label == "Python with pandas":
                listed = re.findall(r"^\d+ +\S+:", done.stdout, re.M)
                if len(shown) <= 60 and len(listed) != len(shown):
                    problems.append(f"{label}: {len(listed)} rows of {len(shown)}")
            else:
                said = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", done.stdout)]
                groups = {key[2] for key, f in figures.items() if key[1] in asked}
                if len(groups) == 1 and not any(math.isclose(one, statistics.median(shown), rel_tol=1e-5) for one in said):
                    problems.append(f"{label}: {said}, and the median is {statistics.median(shown)}")
    return problems, counted


def citation():
    done = subprocess.run(
        [tools / "citation/bin/cffconvert", "--validate", "-i", "CITATION.cff"],
        cwd=data, capture_output=True, text=True, check=False,
    )
    return ([] if done.returncode == 0 else [done.stdout + done.stderr]), 1


def checksums():
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "CHECKSUMS.sha256"], cwd=data, capture_output=True, text=True, check=False
    )
    listed = [line.split("  ", 1)[1] for line in (data / "CHECKSUMS.sha256").read_text("utf-8").splitlines()]
    there = {file.name for file in data.iterdir()} - {"CHECKSUMS.sha256"}
    problems = [] if done.returncode == 0 else [done.stdout[-300:] + done.stderr]
    return problems + [f"{name} is not listed" for name in sorted(there - set(listed))], len(listed)


# --- numbers ---------------------------------------------------------------------------------------------------------

KEY = ["organisation_id", "measure_id", "platform", "period"]
NUMBERS = ["value", "lower", "upper", "level", "n"]


def number(cell):
    """None for what is missing; ends that are open are missing in every format."""
    if cell is None or cell == "" or (isinstance(cell, str) and cell.startswith("[")):
        return None
    value = float(cell)
    return value if math.isfinite(value) else None


def figure(row):
    return tuple(number(row[column]) for column in NUMBERS) + (row["status"],)


figures = {tuple(row[column] for column in KEY): figure(row) for row in rows(data / "figures.csv")}


def differences(name, others):
    for key, found in others.items():
        if figures.get(key) != found:
            yield f"{key}: {figures.get(key)} in figures.csv, {found} in {name}"


def parquet():
    import duckdb

    table = duckdb.execute(f"SELECT {', '.join(KEY + NUMBERS)}, status FROM read_parquet(?)", [str(data / "figures.parquet")])
    names = [column[0] for column in table.description]
    others = {tuple(row[:4]): figure(dict(zip(names, row))) for row in table.fetchall()}
    problems = list(differences("figures.parquet", others))
    return problems + [f"{key} is not in Parquet" for key in figures.keys() - others.keys()], len(others)


def sheets():
    from openpyxl import load_workbook

    problems, counted = [], 0
    book = load_workbook(data / "figures.xlsx")
    for sheet in book.worksheets:
        if sheet.merged_cells.ranges:
            problems.append(f"{sheet.title}: merged cells")
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    problems.append(f"{sheet.title}!{cell.coordinate}: a formula")
        if sheet.title == "cover":
            continue
        if len(sheet.tables) != 1 or sheet.freeze_panes != "A4":
            problems.append(f"{sheet.title}: {len(sheet.tables)} tables, frozen at {sheet.freeze_panes}")
            continue
        table = next(iter(sheet.tables.values()))
        lines = list(sheet[table.ref])
        header, body = [cell.value for cell in lines[0]], [[cell.value for cell in line] for line in lines[1:]]
        if len(body) + 3 != sheet.max_row:
            problems.append(f"{sheet.title}: the table is not the whole sheet")
        problems += [f"{sheet.title}: a blank cell in row {n + 4}" for n, line in enumerate(body) if None in line or "" in line]
        counted += len(body)
        source = rows(data / f"{sheet.title}.csv")
        if sheet.title == "figures":
            others = {}
            for line in body:
                row = dict(zip(header, line))
                others[tuple(row[column] for column in KEY)] = figure(row)
            problems += differences("figures.xlsx", others)
            asked = {(key[1], key[3]) for key in others}
            if len({measure for measure, _ in asked}) != len(asked):
                problems.append("figures: more than one period of a measure")
            due = sum((key[1], key[3]) in asked for key in figures)
            if due != len(others):
                problems.append(f"figures: {len(others)} rows of {due}")
            continue
        if len(source) != len(body):
            problems.append(f"{sheet.title}: {len(body)} rows, {len(source)} in CSV")
        for ours, line in zip(source, body):
            for column, cell in zip(header, line):
                theirs = ours[column]
                if isinstance(cell, bool):
                    same = theirs == str(cell).lower()
                elif isinstance(cell, (int, float)):
                    same = number(theirs) == float(cell)
                else:
                    same = theirs == cell or (theirs == "" and re.fullmatch(r"\[[uxz]\]", cell)) or len(theirs) > 32_000
                if not same:
                    problems.append(f"{sheet.title}, {column}: {theirs!r} in CSV, {cell!r} in the sheet")
    return problems, counted


def organisations():
    problems, others = [], {}
    for file in sorted(site.glob("organisations/*/figures.json")):
        for row in json.loads(file.read_text("utf-8"))["figures"]:
            others[tuple(row[column] for column in KEY)] = figure(row)
    problems += differences("figures.json", others)
    return problems + [f"{key} is on no page" for key in figures.keys() - others.keys()], len(others)


class Tables(html.parser.HTMLParser):
    """Cells of the tables of a page, and where each measure's link leads."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell = [], None

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.cell = {"text": "", "href": ""}
            self.tables[-1][-1].append(self.cell)
        elif tag == "a" and self.cell is not None:
            self.cell["href"] = dict(attributes).get("href", "")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None

    def handle_data(self, words):
        if self.cell is not None:
            self.cell["text"] += words


def shown(measure, value):
    """A value as a page shows it, less the thousands' commas."""
    if value is None:
        return "–"
    share = measure["kind"] == "proportion" and measure["unit"].startswith("%")
    value = value * 100.0 if share else value
    if abs(value) >= 1e15:
        return None
    step = Decimal(1).scaleb(-int(measure["decimals"]))
    # The exact binary value, rounded half to even, as Rust's formatting does.
    rounded = Decimal(value).quantize(step, rounding=ROUND_HALF_EVEN)
    words = f"{abs(rounded):f}"
    sign = "−" if rounded < 0 else ""
    return sign + words + ("%" if measure["unit"].startswith("%") else "")


def pages():
    measures = {row["measure_id"]: row for row in rows(data / "measures.csv")}
    problems, counted = [], 0
    for file in sorted(site.glob("organisations/*/index.html")):
        own = json.loads((file.parent / "figures.json").read_text("utf-8"))["figures"]
        parser = Tables()
        parser.feed(file.read_text("utf-8"))
        for table in parser.tables:
            header = [cell["text"] for cell in table[0]] if table else []
            if not {"Measure", "Platform", "Value", "Likely between", "n"} <= set(header):
                continue
            for line in table[1:]:
                row = dict(zip(header, line))
                wanted = re.search(r"measures/([^/]+)/", row["Measure"]["href"])
                if not wanted:
                    problems.append(f"{file.parent.name}: {row['Measure']['text']} leads nowhere")
                    continue
                measure = measures[wanted[1]]
                words = [row[column]["text"].replace(",", "") for column in ("Value", "Likely between", "n")]
                fitting = [
                    f for f in own
                    if f["measure_id"] == wanted[1]
                    and words == [shown(measure, number(f["value"])), between(measure, f), str(f["n"])]
                ]
                if not fitting:
                    problems.append(f"{file.parent.name}, {wanted[1]}: the page shows {words}, no figure does")
                counted += 1
    return problems, counted


def between(measure, f):
    lower, upper = number(f["lower"]), number(f["upper"])
    if lower is not None and upper is not None:
        return f"{shown(measure, lower)} to {shown(measure, upper)}"
    if lower is not None:
        return f"{shown(measure, lower)} or more"
    if upper is not None:
        return f"{shown(measure, upper)} or less"
    return "–"


SCHEMA, DCAT, DCT = "https://schema.org/", "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
run("Data Package: frictionless, every row", data_package)
run("CSVW: csvwvalidate, every file", csvw)
run("CSVW: types and keys, every row", columns)
run("schema.org as JSON-LD: rdflib", lambda: linked("dataset.jsonld", SCHEMA + "Dataset", SCHEMA + "name"))
run("schema.org on the page: rdflib", embedded)
run("DCAT as JSON-LD: rdflib", lambda: linked("dcat.jsonld", DCAT + "Dataset", DCT + "title"))
run("described files are as described", distributions)
run("CITATION.cff: cffconvert", citation)
run("CHECKSUMS.sha256: sha256sum", checksums)
run("the examples on the page, run as they stand there", examples)
run("numbers: CSV = Parquet", parquet)
run("numbers: CSV = XLSX, and its form", sheets)
run("numbers: CSV = figures.json of each page", organisations)
run("numbers: CSV = tables of each page, rounded", pages)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
