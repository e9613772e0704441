#!/usr/bin/env python3
"""A national service: SoMeasure beside DuckDB, in one run, interleaved, with two threads each.

    benches/national.py SOMEASURE [--scale 1.0] [--runs 3] [--only measure|import] [--work DIR]

Simulates (`someasure simulate`, the same bytes everywhere) 2,000 organisations, 10,000 accounts, 5 million posts and 20
million readings, times --scale, and asks:
  measure  every shipped measure's SQL over the ledger's Parquet: ours by `someasure measure ID --clock`, DuckDB (PyPI) by the
           same text from `someasure measure --export`, its answer kept as a table. The process and the opening of the
           ledger are left out of both; memory is each process's peak. Then the whole library in one process, one measure
           after the other: ours with the views `latest_post` and `audience`, which many read, answered once; DuckDB with the
           views as views, and with these two answered once as tables too. The ratio is to the better of these two.
  import   as many posts as one JSONL file, with rows that are repeated and rows that cannot be read: ours by `someasure import
           posts`; DuckDB by SQL that does the same steps: parse, validate, list rejects with line and reason, find
           repetitions and contradictions, sort by key, write Parquet by platform and year (zstd, 131,072 rows a group).
Prints medians and ratios (ours ÷ DuckDB), and what both counted, so that a fast wrong answer is seen.
"""
import argparse, json, os, pathlib, shutil, statistics, subprocess, sys, tempfile, time, venv

PEER = r'''
import duckdb, json, pathlib, sys, time
folder, keep, names = pathlib.Path(sys.argv[1]), sys.argv[2] == "keep", sys.argv[3:]
import os, tomllib
os.chdir(folder)
connection = duckdb.connect()
connection.execute("SET threads = 2")
connection.execute("SET enable_progress_bar = false")
connection.execute(pathlib.Path("tables.sql").read_text())
taken, kept = [], {}
for name in names:
    connection.execute(pathlib.Path(f"{name}.views.sql").read_text())
    age = tomllib.loads(pathlib.Path(f"{name}.toml").read_text())["counter_age_days"]
    if keep and age not in kept:
        begun = time.monotonic()
        connection.execute(f"CREATE TEMP TABLE kept_{age} AS SELECT * FROM latest_post")
        kept[age] = time.monotonic() - begun
    if keep:
        connection.execute(f"CREATE OR REPLACE VIEW latest_post AS SELECT * FROM kept_{age}")
    sql = pathlib.Path(f"{name}.sql").read_text().strip().rstrip(";")
    if keep and " audience " in sql:
        begun = time.monotonic()
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS kept_audience AS SELECT * FROM audience")
        kept.setdefault("audience", time.monotonic() - begun)
        connection.execute("CREATE OR REPLACE VIEW audience AS SELECT * FROM kept_audience")
    begun = time.monotonic()
    connection.execute("CREATE OR REPLACE TEMP TABLE answer AS " + sql)
    seconds = time.monotonic() - begun
    rows = connection.execute("SELECT count(*) FROM answer").fetchone()[0]
    connection.execute("DROP TABLE answer")
    taken.append({"id": name, "seconds": seconds, "rows": rows})
print(json.dumps({"prepare_seconds": sum(kept.values()), "measures": taken}))
'''

IMPORT = r'''
import duckdb, json, sys
source, out = sys.argv[1:3]
connection = duckdb.connect(out + '/work.duckdb')
connection.execute("SET threads = 2")
connection.execute("SET enable_progress_bar = false")
connection.execute("SET preserve_insertion_order = true")
run = lambda sql: connection.execute(sql).fetchall()
shape = """{"network":"VARCHAR","id":"VARCHAR","author":{"id":"VARCHAR","username":"VARCHAR"},"created_at":"VARCHAR","seen_at":"VARCHAR",
 "type":"VARCHAR","reply_to":{"post":"VARCHAR","author":"VARCHAR","after_seconds":"BIGINT"},"thread":"VARCHAR","shared":"VARCHAR",
 "lang":"VARCHAR","text":"VARCHAR","entities":{"tags":["VARCHAR"],"names":["VARCHAR"],"links":["VARCHAR"]},
 "media":[{"kind":"VARCHAR","alt_text":"VARCHAR"}],
 "metrics":{"likes":"BIGINT","shares":"BIGINT","comments":"BIGINT","quotes":"BIGINT","views":"BIGINT"}}"""
run(f"""CREATE TABLE parsed AS
 SELECT n, line, json_transform(CASE WHEN json_valid(line) THEN line END, '{shape}') AS r
 FROM (SELECT row_number() OVER () AS n, line
       FROM read_csv('{source}', header = false, columns = {{'line': 'VARCHAR'}}, delim = '\x01', quote = '', escape = '',
                     auto_detect = false, max_line_size = 4000000, strict_mode = false))""")
run("""CREATE TABLE judged AS
 SELECT n, line, r, try_cast(r.created_at AS TIMESTAMPTZ)::TIMESTAMP AS created_at, try_cast(r.seen_at AS TIMESTAMPTZ)::TIMESTAMP AS observed_at,
  CASE WHEN r IS NULL THEN 'is not JSON' WHEN r.network IS NULL THEN 'network: not given' WHEN r.id IS NULL THEN 'id: not given'
   WHEN NOT regexp_full_match(r.id, '[a-z0-9-]+:[^\\s]{1,512}') THEN 'id: is not an id' WHEN NOT starts_with(r.id, r.network || ':') THEN 'id: another platform'
   WHEN r.author.id IS NULL AND r.author.username IS NULL THEN 'whose is it?'
   WHEN r.author.id IS NOT NULL AND NOT starts_with(r.author.id, r.network || ':') THEN 'author: another platform'
   WHEN try_cast(r.created_at AS TIMESTAMPTZ) IS NULL THEN 'created_at: is not a time' WHEN try_cast(r.seen_at AS TIMESTAMPTZ) IS NULL THEN 'seen_at: is not a time'
   WHEN try_cast(r.created_at AS TIMESTAMPTZ) > try_cast(r.seen_at AS TIMESTAMPTZ) THEN 'created after it was read'
   WHEN r.type NOT IN ('original', 'reply', 'repost', 'quote') THEN 'type: unknown'
   WHEN least(r.metrics.likes, r.metrics.shares, r.metrics.comments, r.metrics.quotes, r.metrics.views, r.reply_to.after_seconds) < 0 THEN 'a counter below zero'
  END AS why FROM parsed""")
run("DROP TABLE parsed")
run(f"COPY (SELECT n AS line, why AS reason, line AS raw FROM judged WHERE why IS NOT NULL ORDER BY n) TO '{out}/rejects.csv' (HEADER)")
bad = run("SELECT count(*) FROM judged WHERE why IS NOT NULL")[0][0]
run("""CREATE TABLE good AS SELECT *, row_number() OVER (PARTITION BY r.id, observed_at ORDER BY n) AS place,
  hash(r.author.id, created_at, r.type, r.reply_to, r.thread, r.shared, r.lang, r.text, r.entities, r.media) AS content, hash(r.metrics) AS counters
 FROM (SELECT n, r, created_at, observed_at FROM judged WHERE why IS NULL)""")
run("DROP TABLE judged")
conflicts = run("SELECT count(*) FROM (SELECT 1 FROM good GROUP BY r.id, observed_at HAVING count(DISTINCT content) > 1 OR count(DISTINCT counters) > 1)")[0][0]
run(f"""COPY (SELECT r.id AS post_id, r.network AS platform, r.author.id AS account_id, created_at, observed_at, r.type AS kind,
  r.reply_to.post AS in_reply_to_post_id, r.reply_to.author AS in_reply_to_account_id, r.thread AS conversation_id, r.shared AS quoted_post_id,
  r.lang AS language, r.text AS text, r.entities.tags AS hashtags, r.entities.names AS mentions, r.entities.links AS links, r.media AS media,
  r.reply_to.after_seconds AS answered_after_seconds, 'batch' AS batch, year(created_at) AS year
 FROM good WHERE place = 1 ORDER BY post_id, observed_at)
 TO '{out}/post' (FORMAT parquet, PARTITION_BY (platform, year), COMPRESSION zstd, ROW_GROUP_SIZE 131072)""")
run(f"""COPY (SELECT r.id AS post_id, r.network AS platform, observed_at, r.metrics.likes AS likes, r.metrics.shares AS reposts,
  r.metrics.comments AS replies, r.metrics.quotes AS quotes, r.metrics.views AS views, 'batch' AS batch, year(observed_at) AS year
 FROM good WHERE place = 1 ORDER BY post_id, observed_at)
 TO '{out}/reading' (FORMAT parquet, PARTITION_BY (platform, year), COMPRESSION zstd, ROW_GROUP_SIZE 131072)""")
kept = run("SELECT count(*) FILTER (WHERE place = 1), count(*) FILTER (WHERE place > 1) FROM good")[0]
print(json.dumps({"added": kept[0], "unchanged": kept[1], "bad": bad, "conflicts": conflicts}))
'''

UNPACK = r'''
import sys, zstandard
reader = zstandard.ZstdDecompressor().stream_reader(open(sys.argv[1], "rb"), read_across_frames=True)
while block := reader.read(1 << 20):
    sys.stdout.buffer.write(block)
'''


def run(command, cwd=None):
    """Wall seconds, CPU seconds, peak memory in MB and what it said, of one command."""
    with tempfile.TemporaryFile('w+') as out, tempfile.TemporaryFile('w+') as noise:
        begun = time.monotonic()
        process = subprocess.Popen([str(part) for part in command], cwd=cwd, stdout=out, stderr=noise)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - begun
        out.seek(0), noise.seek(0)
        said, noise = out.read(), noise.read()
    if status:
        sys.exit(f'{" ".join(str(part) for part in command)[:300]} ended with {status}:\n{noise[-2000:]}')
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said


def size(folder):
    return sum(file.stat().st_size for file in folder.rglob('*') if file.is_file()) / 1e6


def simulate(program, folder, scale, *more):
    if not (folder / 'someasure.toml').exists():
        practices, accounts = max(int(1_750 * scale), 1), max(int(10_000 * scale), 50)
        made = run([program, '--threads', '2', 'simulate', folder, '--practices', practices, '--accounts', accounts,
                    '--posts', int(5_000_000 * scale), '--days', '365', '--seed', '7', '--json', *more])
        print(f'simulated in {made[0]:.0f} s and {made[2]:.0f} MB: {" ".join(made[3].split())}', file=sys.stderr)
        (folder / 'made.json').write_text(made[3])
    return json.loads((folder / 'made.json').read_text())


def table(head, rows):
    widths = [max(len(str(row[at])) for row in [head, *rows]) for at in range(len(head))]
    for row in [head, *rows]:
        print('  '.join(f'{cell:{"<" if at == 0 else ">"}{width}}' for at, (cell, width) in enumerate(zip(row, widths))), flush=True)
    print(flush=True)


def measures(program, python, work, scale, runs, out):
    project = work / f'ledger-{scale}'
    made = simulate(program, project, scale, '--into-ledger')
    print(f'{made["accounts"]:,} accounts, {made["observations"]:,} observations, {made["posts"]:,} posts, {made["readings"]:,} readings; '
          f'ledger {made["bytes"] / 1e6:,.0f} MB\n', flush=True)
    export = work / f'export-{scale}'
    if not export.exists():
        run([program, '-C', project, '--threads', '2', 'measure', '--export', export])
        for rows in export.glob('*.rows.csv'):
            rows.unlink()
    names = sorted(path.name[:-len('.toml')] for path in export.glob('*.toml'))
    ours, theirs = {name: [] for name in names}, {name: [] for name in names}
    for _ in range(runs):
        for name in names:
            _, _, memory, said = run([program, '-C', project, '--threads', '2', 'measure', name, '--clock', 'alone', '--json'])
            clock = json.loads(said)['measures'][0]
            ours[name].append((clock['seconds'], memory, clock['rows']))
            _, _, memory, said = run([python, '-c', PEER, export, 'alone', name])
            clock = json.loads(said)['measures'][0]
            theirs[name].append((clock['seconds'], memory, clock['rows']))
    rows, total = [], [0.0, 0.0]
    for name in names:
        a, b = ([statistics.median(column) for column in zip(*side[name])] for side in (ours, theirs))
        total[0] += a[0]
        total[1] += b[0]
        same = f'{a[2]:,.0f}' if a[2] == b[2] else f'{a[2]:,.0f} and {b[2]:,.0f}'
        rows.append((name, f'{a[0]:.2f}', f'{b[0]:.2f}', f'{a[0] / b[0]:.2f}', f'{a[1]:.0f}', f'{b[1]:.0f}', same))
        out.setdefault('measures', {})[name] = {'ratio': a[0] / b[0], 'seconds': [a[0], b[0]], 'mb': [a[1], b[1]]}
    rows.append(('each alone, together', f'{total[0]:.2f}', f'{total[1]:.2f}', f'{total[0] / total[1]:.2f}', '', '', ''))
    asked = {
        'ours': [program, '-C', project, '--threads', '2', 'measure', '--clock', 'shared', '--json'],
        'views': [python, '-c', PEER, export, 'alone', *names],
        'table': [python, '-c', PEER, export, 'keep', *names],
    }
    whole = {who: [] for who in asked}
    for _ in range(runs):
        for who, command in asked.items():
            _, _, memory, said = run(command)
            clock = json.loads(said)
            whole[who].append((clock['prepare_seconds'] + sum(one['seconds'] for one in clock['measures']), memory))
    a, *peers = ([statistics.median(column) for column in zip(*side)] for side in whole.values())
    for how, b in zip(('as a view', 'as a table'), peers):
        rows.append((f'the library in one process, shared views {how}', f'{a[0]:.2f}', f'{b[0]:.2f}', f'{a[0] / b[0]:.2f}', f'{a[1]:.0f}', f'{b[1]:.0f}', ''))
    b = min(peers)
    out['library'] = {'ratio': a[0] / b[0], 'seconds': [a[0], b[0]], 'mb': [a[1], b[1]]}
    table(('measure', 'ours s', 'DuckDB s', 'ratio', 'ours MB', 'DuckDB MB', 'rows'), rows)


def imports(program, python, work, scale, runs, out):
    project = work / f'files-{scale}'
    made = simulate(program, project, scale, '--readings', '1', '--bad-rows', '0.001')
    plain = work / f'posts-{scale}.jsonl'
    if not plain.exists():
        with open(plain, 'wb') as all_posts:
            for packed in sorted((project / 'input/history').glob('*.zst')):
                subprocess.run([python, '-c', UNPACK, packed], stdout=all_posts, check=True)
    print(f'{made["rows"] + made["bad"]:,} rows, {plain.stat().st_size / 1e6:,.0f} MB of JSONL: {made["repeated"]:,} repeated, {made["bad"]:,} spoilt', flush=True)
    taken = {'someasure import': [], 'DuckDB': []}
    counted = {}
    for _ in range(runs):
        shutil.rmtree(project / 'ledger', ignore_errors=True)
        wall, cpu, memory, said = run([program, '-C', project, '--threads', '2', 'import', 'posts', plain, '--map', project / 'maps/history.toml', '--json'])
        report = json.loads(said)[0]
        counted['someasure import'] = {'added': report['added_to']['post'], 'bad': report['bad'], 'conflicts': report['conflicts']}
        taken['someasure import'].append((wall, cpu, memory, size(project / 'ledger')))
        shutil.rmtree(project / 'ledger')
        with tempfile.TemporaryDirectory(dir=work) as place:
            wall, cpu, memory, said = run([python, '-c', IMPORT, plain, place])
            (pathlib.Path(place) / 'work.duckdb').unlink()
            report = json.loads(said)
            counted['DuckDB'] = {key: report[key] for key in ('added', 'bad', 'conflicts')}
            taken['DuckDB'].append((wall, cpu, memory, size(pathlib.Path(place))))
    rows = []
    for name, several in taken.items():
        wall, cpu, memory, disk = (statistics.median(column) for column in zip(*several))
        rows.append((name, f'{wall:.1f}', f'{cpu:.1f}', f'{memory:.0f}', f'{disk:.0f}', str(counted[name])))
    table(('import of JSONL', 'wall s', 'CPU s', 'MB', 'written MB', 'counted'), rows)
    ratio = statistics.median(one[0] for one in taken['someasure import']) / statistics.median(one[0] for one in taken['DuckDB'])
    print(f'import ÷ DuckDB: {ratio:.2f}\n', flush=True)
    out['import'] = {'ratio': ratio, 'mb': [statistics.median(one[2] for one in side) for side in taken.values()]}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('someasure', type=pathlib.Path)
    arguments.add_argument('--scale', type=float, default=1.0)
    arguments.add_argument('--runs', type=int, default=3)
    arguments.add_argument('--only', choices=['measure', 'import'])
    arguments.add_argument('--work', type=pathlib.Path, help='keep what was simulated here, and use what is here')
    arguments.add_argument('--json', type=pathlib.Path, help='also write the numbers to this file')
    asked = arguments.parse_args()
    program = asked.someasure.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        work = (asked.work or pathlib.Path(temporary)).resolve()
        work.mkdir(parents=True, exist_ok=True)
        python = work / 'python/bin/python'
        if not python.exists():
            venv.create(work / 'python', with_pip=True)
            subprocess.run([work / 'python/bin/pip', 'install', '--quiet', 'duckdb', 'zstandard'], check=True)
        version = run([python, '-c', 'import duckdb; print(duckdb.__version__)'])[3].strip()
        model = next((line.split(':')[1].strip() for line in open('/proc/cpuinfo') if line.startswith('model name')), 'unknown') if os.path.exists('/proc/cpuinfo') else 'unknown'
        print(f'{model}, {os.cpu_count()} cores; DuckDB {version}; scale {asked.scale}, medians of {asked.runs}', flush=True)
        out = {'scale': asked.scale, 'runs': asked.runs, 'duckdb': version}
        if asked.only != 'import':
            measures(program, python, work, asked.scale, asked.runs, out)
        if asked.only != 'measure':
            imports(program, python, work, asked.scale, asked.runs, out)
        if asked.json:
            asked.json.write_text(json.dumps(out, indent=1))


main()
