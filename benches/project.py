#!/usr/bin/env python3
"""Makes a project of thousands of invented organisations, to see what a large edition costs.

    benches/project.py SOMEASURE DIR [--organisations 8000] [--posts 5] [--seed 7]

DIR becomes a project: organisations of three types in twelve regions, on one to four platforms, with 24 months of posts,
counters and three looks at their profiles. Heavy tails, as in the wild: a few write every hour, many hardly at all, some
leave. --posts is the median of posts an account and month. The same arguments give the same files. Beside the project, in
DIR/more/, lies one file more of posts by one organisation: importing it changes the figures of that one alone.
"""
import argparse, csv, datetime, pathlib, random, subprocess

BEGINS = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
SECONDS = 731 * 86_400
AS_AT = '2026-01-20T00:00:00Z'
MONTHS = 24
# How many organisations are there, and how many an account has in the middle.
PLATFORMS = {'x': (0.65, 1_400), 'facebook': (0.5, 900), 'bluesky': (0.25, 350), 'instagram': (0.2, 600)}
TYPES = [('practice', 'Practices', 0.7), ('trust', 'Trusts', 0.2), ('board', 'Boards', 0.1)]
WORDS = ('clinic open today walk in health care team thanks volunteers meeting your local service winter vaccine available '
         'phone line closed bank holiday news join us community support carers young people waiting times improved').split()

SETTINGS = f"""title = "Invented organisations"
edition = "2025.1"
services = ["Invented bodies"]
time_zone = "Europe/London"
as_at = "{AS_AT}"

[period]
from = "2025-01-01"
to = "2025-12-31"
series = {MONTHS}

[publication]
publisher = "A benchmark"
licence = "CC BY 4.0"
""" + ''.join(f'\n[[peer_group]]\nid = "{kind}"\ntitle = "{title}"\nreason = "They are alike by design."\ntype = ["{kind}"]\n'
              for kind, title, _ in TYPES)

COLUMNS = ['platform', 'post_id', 'account_id', 'created_at', 'kind', 'in_reply_to_account_id', 'language', 'text', 'hashtags', 'media',
           'likes', 'reposts', 'replies']
MAP = f"""kind = "posts"
source = "Invented by benches/project.py"
lane = "open"
observed_at = "{AS_AT}"

[columns]
""" + ''.join(f'{column} = "{column}"\n' for column in COLUMNS) + '\n[coverage]\nfrom = "beginning"\n'


def table(path, head, rows):
    with open(path, 'w', newline='') as out:
        writer = csv.writer(out, lineterminator='\n')
        writer.writerow(head)
        writer.writerows(rows)


def stamp(seconds):
    return (BEGINS + datetime.timedelta(seconds=seconds)).strftime('%Y-%m-%dT%H:%M:%SZ')


def texts(chance):
    """Some hundred texts: what they say does not matter, how long they are and whether they ask does."""
    return [' '.join(chance.choices(WORDS, k=chance.randint(6, 30))).capitalize() + chance.choice(['.', '.', '!', '?'])
            for _ in range(400)]


def posts_of(chance, account, platform, n, until, said, first):
    audience = PLATFORMS[platform][1]
    for i, second in enumerate(sorted(chance.randrange(until) for _ in range(n))):
        kind = chance.choices(['original', 'reply', 'repost', 'quote'], [60, 25, 12, 3])[0]
        liked = int(chance.lognormvariate(1.0, 1.2))
        yield (platform, f'{platform}:{first + i}', account, stamp(second), kind, f'{platform}:{9 * 10**9 + chance.randrange(50_000)}' if kind == 'reply' else '',
               'en', chance.choice(said), '["Health"]' if chance.random() < 0.2 else '[]',
               '[{"kind": "image", "alt_text": "%s"}]' % ('A room' if chance.random() < 0.4 else '') if chance.random() < 0.3 else '[]',
               liked, liked // 4, int(audience * 1e-3 * chance.random() * 3))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('someasure', type=pathlib.Path)
    arguments.add_argument('directory', type=pathlib.Path)
    arguments.add_argument('--organisations', type=int, default=8_000)
    arguments.add_argument('--posts', type=float, default=5.0)
    arguments.add_argument('--seed', type=int, default=7)
    asked = arguments.parse_args()
    chance, program, root = random.Random(asked.seed), asked.someasure.resolve(), asked.directory
    (root / 'register').mkdir(parents=True)
    (root / 'more').mkdir()
    (root / 'someasure.toml').write_text(SETTINGS)
    (root / 'more/posts.toml').write_text(MAP)
    kinds = chance.choices([kind for kind, _, _ in TYPES], [share for *_, share in TYPES], k=asked.organisations)
    table(root / 'register/organisations.csv',
          'organisation_id,name,type,nation,region,parent_id,opened,closed,website,source'.split(','),
          [(f'invented:{i:05}', f'{chance.choice(WORDS).capitalize()} {kind} {i}', kind, 'England', f'Region {chance.randrange(12)}', '', '', '',
            f'https://body{i}.example.org', 'invented') for i, kind in enumerate(kinds)])
    accounts = []
    for i in range(asked.organisations):
        there = [platform for platform, (share, _) in PLATFORMS.items() if chance.random() < share] or ['x']
        accounts += [(i, platform, f'{platform}:{1_000_000 + i}') for platform in there]
    table(root / 'register/accounts.csv',
          'organisation_id,platform,account_id,handle,role,from,to,reason_for_leaving'.split(','),
          [(f'invented:{i:05}', platform, account, f'body{i}', 'main', '', '', '') for i, platform, account in accounts])
    said, first, profiles = texts(chance), 10**15, []
    with open(root / 'more/posts.csv', 'w', newline='') as out:
        writer = csv.writer(out, lineterminator='\n')
        writer.writerow(COLUMNS)
        for i, platform, account in accounts:
            followers = int(chance.lognormvariate(0, 1.1) * PLATFORMS[platform][1]) + 3
            for day, share in (('2025-01-02', 0.8), ('2025-06-30', 0.9), ('2025-12-30', 1.0)):
                profiles.append((platform, account, f'body{i}', f'{day}T06:00:00Z', int(followers * share), 120))
            n = min(int(chance.lognormvariate(0, 1.0) * asked.posts * MONTHS), 20_000)
            until = SECONDS if chance.random() < 0.93 else chance.randrange(SECONDS // 3, SECONDS)
            writer.writerows(posts_of(chance, account, platform, n, until, said, first))
            first += n
    table(root / 'more/profiles.csv', ['platform', 'account_id', 'handle', 'observed_at', 'followers', 'following'], profiles)
    _, platform, account = accounts[0]
    table(root / 'more/one.csv', COLUMNS, posts_of(chance, account, platform, 300, SECONDS, said, first))
    where = [program, '-C', root]
    subprocess.run([*where, 'import', 'profiles', root / 'more/profiles.csv', '--source', 'Invented by benches/project.py'], check=True)
    subprocess.run([*where, 'import', 'posts', root / 'more/posts.csv', '--map', root / 'more/posts.toml'], check=True)
    (root / 'more/posts.csv').unlink()
    print(f'{asked.organisations} organisations, {len(accounts)} accounts, {first - 10**15} posts: {root}')


main()
