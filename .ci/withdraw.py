"""Stories from real chats, and ten withdrawals that must disappear everywhere.

    python3 .ci/withdraw.py SOMEASURE DATA [PICTURES]

DATA is the folder of reference data. For each platform: import a real chat, draft a story from its fullest session, edit and
build it, open it in a browser that has no network and no scripts, build an edition; then withdraw five people and five
posts, build both again, and look for every trace of them in every file that the builds made. What there is to look for is
read here from the exports, apart from the program. PICTURES is a folder for the browser's pictures.
"""
import csv, gzip, html, io, json, os, pathlib, re, shutil, subprocess, sys, tempfile, zipfile

WANTED = 10


def x(data):
    rows = csv.DictReader(gzip.open(data / 'tidytuesday_tweets_2018_19/tt_tweets.csv.gz', 'rt', encoding='utf-8'))
    for row in rows:
        yield dict(post=f"x:{row['status_id']}", number=row['status_id'], account=f"x:{row['user_id']}", own=row['user_id'],
                   handle=row['screen_name'], name=row['name'], text=row['text'], tags=row['hashtags'].lower().split(';'),
                   repost=row['is_retweet'] == 'TRUE')


def bluesky(data):
    for row in json.load(gzip.open(data / 'bluesky_dataedu_posts/bluesky_posts.json.gz')):
        text = row['record'].get('text', '')
        yield dict(post=f"bluesky:{row['uri']}", number=row['uri'].rsplit('/', 1)[1], account=f"bluesky:{row['author']['did']}",
                   own=row['author']['did'], handle=row['author']['handle'], name=row['author'].get('displayName') or '',
                   text=text, tags=[tag.lower() for tag in re.findall(r'#(\w+)', text)], repost=False)


def mastodon(data):
    for line in open(data / 'fixtures_mastodon/rtoot_mastodonsocial.jsonl', encoding='utf-8'):
        row = json.loads(line)
        found = re.match(r'https://([^/]+)/users/[^/]+/statuses/(\d+)$', row['uri'])
        if row.get('reblog') or not found:
            continue
        server, number = found.groups()
        acct = row['account']['acct']
        handle = acct if '@' in acct else f'{acct}@{server}'
        text = html.unescape(re.sub(r'<[^>]+>', '', re.sub(r'</p>\s*<p>|<br ?/?>', ' ', row['content'])))
        yield dict(post=f'mastodon:{server}/{number}', number=number, account=f'mastodon:@{handle}', own=handle, handle=handle,
                   name=row['account']['display_name'], text=text, tags=[tag['name'].lower() for tag in row['tags']], repost=False)


CHATS = {
    'x': (x, ['tidytuesday'], 'tidytuesday_tweets_2018_19/tt_tweets.csv.gz', []),
    'bluesky': (bluesky, ['tidytuesday', 'rstats', 'dataviz'], 'bluesky_dataedu_posts/bluesky_posts.json.gz', []),
    'mastodon': (mastodon, None, 'fixtures_mastodon/rtoot_mastodonsocial.jsonl', ['--server', 'mastodon.social']),
}


def texts_below(folder):
    """Every file below, by its path, as text: archives unpacked, JSON with its escapes undone."""
    for path in sorted(folder.rglob('*')):
        if not path.is_file() or path.is_symlink():
            continue
        raw = path.read_bytes()
        if path.suffix in ('.xlsx', '.ods'):
            archive = zipfile.ZipFile(io.BytesIO(raw))
            raw = b'\n'.join(archive.read(name) for name in archive.namelist())
        text = raw.decode('utf-8', 'replace')
        if path.suffix in ('.json', '.jsonld', '.as2'):
            text += json.dumps(json.loads(text), ensure_ascii=False)
        yield str(path.relative_to(folder)), text


def words(text):
    """The text as a reader sees it: no tags, no escapes, one space between words."""
    text = re.sub(r'[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]', '', html.unescape(re.sub(r'<[^>]*>', '', text)))
    return re.sub(r'\\([!-/:-@\[-`{-~])', r'\1', re.sub(r'\s+', ' ', text)).casefold()


def longest(text):
    """The longest piece of a post that is words alone: no address, name or hashtag, which are shown in other ways."""
    pieces = re.split(r'https?://\S+|[@#]\S+|["“”\'’<>&…]|\s*\n\s*', text)
    return max((re.sub(r'\s+', ' ', piece).strip() for piece in pieces), key=len, default='').casefold()


def traces(people, posts, everything):
    """What must not be found: (what it is, how to look for it)."""
    wanted = []
    gone = {post['post'] for post in posts}
    elsewhere = words(' '.join(row['text'] for row in everything if row['account'] not in people and row['post'] not in gone))
    for row in everything:
        if row['account'] in people or row['post'] in gone:
            piece = longest(row['text'])
            # What somebody else wrote as well is not a trace.
            if len(piece) >= 25 and piece not in elsewhere:
                wanted.append((f"words of {row['post']}", piece, 'words'))
            wanted.append((f"id of {row['post']}", row['number'], 'raw'))
        if row['account'] in people:
            handle = row['handle'].split('@')[0].casefold() if row['post'].startswith('mastodon') else row['handle'].casefold()
            wanted.append((f"handle of {row['account']}", handle, 'name'))
            wanted.append((f"id of {row['account']}", row['own'].casefold(), 'name'))
            if len(row['name'].split()) > 1 and len(row['name']) > 8 and row['name'].casefold() not in elsewhere:
                wanted.append((f"name of {row['account']}", re.sub(r'\s+', ' ', row['name']).strip().casefold(), 'words'))
    return sorted(set(wanted))


def found(wanted, folder):
    hits = []
    for path, text in texts_below(folder):
        low, plain = text.casefold(), words(text)
        for what, piece, how in wanted:
            there = {'raw': lambda: piece in text,
                     'words': lambda: piece in plain,
                     'name': lambda: re.search(rf'(?<![\w.-]){re.escape(piece)}(?![\w-])', low) is not None}[how]()
            if there:
                hits.append((path, what, piece))
    return hits


def picture(page, place):
    """The page in a browser without network and scripts: its picture, and the text that it shows."""
    browser = next(filter(None, map(shutil.which, ('chromium', 'chromium-browser', 'google-chrome'))), None)
    tools = pathlib.Path(os.environ.get('XDG_CACHE_HOME') or pathlib.Path.home() / '.cache') / 'someasure/ci-node'
    assert browser and tools.is_dir(), 'no browser: run .ci/pages.sh once, which installs one'
    look = subprocess.run(['node', pathlib.Path(__file__).with_name('look.mjs'), page, place], capture_output=True, text=True, timeout=300,
                          env={**os.environ, 'CI_NODE': str(tools), 'CI_BROWSER': browser})
    assert look.returncode == 0, look.stderr
    assert place.stat().st_size > 20_000, 'the picture is empty'
    return look.stdout


def one(someasure, data, platform, work, pictures):
    read, tags, export, more = CHATS[platform]
    everything = list(read(data))
    if tags is None:
        counted = {}
        for row in everything:
            for tag in row['tags']:
                counted.setdefault(tag, set()).add(row['account'])
        tags = [max(sorted(counted), key=lambda tag: len(counted[tag]))] if counted else ['nothing']
        tags += [tag for tag in sorted(counted) if tag not in tags]
    ours = [row for row in everything if set(row['tags']) & set(tags) and not row['repost']]
    project = work / platform
    run = lambda *arguments: subprocess.run([someasure, '-C', project, *arguments], check=True, capture_output=True, text=True).stdout
    subprocess.run([someasure, 'init', project, '--title', f'Withdrawals on {platform}', '--time-zone', 'UTC'], check=True, capture_output=True)
    settings = (project / 'someasure.toml').read_text()
    settings = re.sub(r'as_at = ".*?"', 'as_at = "2026-11-01T00:00:00Z"', settings)
    (project / 'someasure.toml').write_text(settings)
    (project / 'register/organisations.csv').write_text('organisation_id,name,type,source\na:body,A body,library,test\n')
    run('chat', 'new', 'chat', *[word for tag in tags for word in ('--hashtag', tag)], '--time-zone', 'UTC')
    chat = project / 'chats/chat.toml'
    text = chat.read_text().replace('people = "pseudonymous"', 'people = "named"\nrepublish = ["x"]')
    assert 'republish' in text, text
    chat.write_text(text)
    run('chat', 'import', 'chat', str(data / export), *more)
    counts = json.loads(run('chat', 'stats', 'chat', '--json'))
    assert counts['read'] == counts['posts'] + counts['reposts'] + counts['duplicates'] + counts['other'], counts
    sessions = sorted(counts['sessions'], key=lambda session: (-session['counts']['posts'], session['id']))
    story = project / 'stories/told.md'
    if sessions:
        run('story', 'new', '--chat', 'chat', '--session', sessions[0]['id'], '--name', 'told')
    else:
        story.parent.mkdir(exist_ok=True)
        story.write_text('+++\ntitle = "Told"\nchat = "chat"\ncurator = ""\ndate = "2026-01-01"\nsummary = ""\ndraft = true\n+++\n')
    text = story.read_text()
    drafted = len(re.findall(r'\{\{ suggest ', text))
    text = re.sub(r'(?ms)^<!--.*?-->\n?', '', text).replace('{{ suggest ', '{{ post ')
    text = re.sub(r'(?m)^curator = .*$', 'curator = "Eva Curator"', text)
    text = re.sub(r'(?m)^summary = .*$', 'summary = "An evening, told to be looked at."', text)
    text = re.sub(r'(?m)^draft = true\n', '', text)
    authors = {row['account'] for row in ours if row['post'] in text}
    for row in ours:
        if len(authors) >= WANTED + 4:
            break
        if row['account'] not in authors and len(longest(row['text'])) >= 30:
            authors.add(row['account'])
            text += f"\nA line of mine about it.\n\n{{{{ post {row['post']} }}}}\n"
    story.write_text(text)
    run('story', 'check', 'told')
    run('story', 'build', 'told', '--output', str(project / 'told'))
    run('build')
    page = next((project / 'told').glob('*.html'))
    dom = picture(page, pictures / f'{platform}-before.png')
    shown = [row for row in ours if row['post'] in text and longest(row['text']) in words(dom)]
    chosen, seen = [], set()
    for row in shown:
        if row['account'] not in seen:
            seen.add(row['account'])
            chosen.append(row)
    chosen = chosen[:WANTED]
    half = len(chosen) // 2
    people, posts = {row['account'] for row in chosen[:half]}, chosen[half:]
    wanted = traces(people, posts, everything)
    before = found(wanted, project / 'told') + found(wanted, project / 'editions/latest')
    lines = [f'{account},,removed,2026-10-01,asked' for account in sorted(people)]
    lines += [f",{row['post']},removed,2026-10-01,asked" for row in posts]
    (project / 'chats/consent.csv').write_text('account_id,post_id,state,on,note\n' + '\n'.join(lines) + '\n')
    run('story', 'build', 'told', '--output', str(project / 'told'))
    run('build')
    # A session that was found from a burst may be none without those who withdrew.
    left = json.loads(run('chat', 'stats', 'chat', '--json'))['sessions']
    for kind in ('md', 'html', 'csv', 'json', 'as2') if left else ():
        run('chat', 'transcript', 'chat', '--session', left[-1]['id'], '--format', kind, '--output', str(project / f'told/transcript.{kind}'))
    for kind in ('gexf', 'graphml', 'people', 'ties'):
        run('chat', 'network', 'chat', '--format', kind, '--output', str(project / f'told/network.{kind}'))
    after = found(wanted, project / 'told') + found(wanted, project / 'editions/latest')
    dom = picture(page, pictures / f'{platform}-after.png')
    marks = dom.count('A post was withdrawn by its author.')
    files = sum(1 for folder in ('told', 'editions/latest') for path in (project / folder).rglob('*') if path.is_file())
    print(f"{platform}: read {counts['read']} = {counts['posts']} + {counts['reposts']} + {counts['duplicates']} + {counts['other']}; "
          f"{len(counts['sessions'])} sessions; {drafted} posts suggested, {len(shown)} shown; withdrew {len(people)} people and {len(posts)} posts; "
          f"{len(wanted)} traces to look for, {len({(what) for _, what, _ in before})} of them found before in {len({path for path, _, _ in before})} files, "
          f"{len(after)} after in {files} files; {marks} marks on the story's page")
    for path, what, piece in after[:20]:
        print(f'  left: {path}: {what}: {piece[:60]!r}')
    return bool(len(chosen) == WANTED or platform == 'mastodon'), before, after, marks >= len(chosen)


def main():
    someasure, data = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2])
    passed = failed = 0
    with tempfile.TemporaryDirectory() as work:
        pictures = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else pathlib.Path(work)
        pictures.mkdir(parents=True, exist_ok=True)
        for platform in CHATS:
            enough, before, after, marked = one(someasure, data, platform, pathlib.Path(work), pictures.resolve())
            for what, holds in [('ten to withdraw', enough), ('they were there before', bool(before)),
                                ('nothing of them is left', not after), ('a mark stands for each', marked)]:
                passed, failed = passed + holds, failed + (not holds)
                if not holds:
                    print(f'FAIL  {platform}: {what}')
    print(f'{passed} passed, {failed} failed')
    sys.exit(failed > 0)


main()
