#!/usr/bin/env python3
"""A chat of a million posts: SoMeasure beside pandas and networkx, in one run.

    benches/chat.py SOMEASURE [--posts 1000000] [--people 60000] [--runs 3]

Makes flat twarc JSONL of fictional people with a fixed seed, imports it, and times, one after the other:
  ours   `chat sessions`, `chat transcript` of one session, `chat stats`, `chat network`, each a process of its own
  peers  one process with pandas and networkx: reads the same posts (from Parquet, as a notebook would keep them), counts
         participants, new and returning by week, replies, conversation share, reciprocity, Gini, links by people, then the
         network's degrees, components and betweenness (sampled from as many people as ours)
Prints medians of wall time, CPU time and peak memory, and how many times as long the peers take: as all four commands, and like
for like, as `stats` and `network` alone, which do what the peers do.
"""
import argparse, json, os, pathlib, random, statistics, subprocess, sys, tempfile, time, venv
from datetime import datetime, timedelta, timezone

PEER = r'''
import sys, pandas as pd, networkx as nx, numpy as np
posts = pd.read_parquet(sys.argv[1])
posts['week'] = posts.created_at.dt.to_period('W').dt.start_time
own = posts[posts.kind != 'repost']
print('participants', posts.author.nunique(), 'posts', len(own), 'reposts', len(posts) - len(own))
first = posts.groupby('author').week.min()
by_week = posts.groupby(['week', 'author']).size().reset_index()
by_week['new'] = by_week.week.values == first.loc[by_week.author].values
print('new', by_week.groupby('week').new.sum().sum())
pace = posts.groupby(posts.created_at.dt.floor('min')).size()
print('replies', (own.kind == 'reply').sum(), 'conversation', (own.kind == 'reply').mean(), 'most in a minute', pace.max())
counts = np.sort(own.groupby('author').size().values)
n = len(counts)
print('gini', (2 * np.arange(1, n + 1) - n - 1).dot(counts) / (n * counts.sum()))
links = own.explode('links').dropna(subset=['links']).groupby('links').author.nunique().sort_values(ascending=False)
print('links', len(links), links.iloc[0])
author = posts.set_index('id').author
reply = own[own.kind == 'reply']
ties = pd.DataFrame({'from': reply.author.values, 'to': author.reindex(reply.to).values}).dropna()
mention = own.explode('mentions').dropna(subset=['mentions'])
ties = pd.concat([ties, pd.DataFrame({'from': mention.author, 'to': mention.mentions})])
ties = ties[ties['from'] != ties['to']].groupby(['from', 'to']).size().reset_index(name='weight')
pairs = set(zip(ties['from'], ties['to']))
print('reciprocity', sum((b, a) in pairs for a, b in pairs) / max(len(pairs), 1))
graph = nx.from_pandas_edgelist(ties, 'from', 'to', 'weight', create_using=nx.DiGraph)
print('nodes', graph.number_of_nodes(), 'ties', graph.number_of_edges())
degrees = dict(graph.in_degree()), dict(graph.out_degree())
print('components', nx.number_weakly_connected_components(graph))
between = nx.betweenness_centrality(graph, k=int(sys.argv[2]), seed=1)
print('betweenness', max(between.values()))
'''

MAKE = r'''
import sys, json, pandas as pd
rows = []
for line in open(sys.argv[1]):
    d = json.loads(line)
    kinds = {r['type']: r['id'] for r in d.get('referenced_tweets', [])}
    kind = 'repost' if 'retweeted' in kinds else 'reply' if 'replied_to' in kinds else 'original'
    entities = d['entities']
    rows.append((d['id'], d['author']['username'], d['created_at'], kind, kinds.get('replied_to'),
                 [m['username'] for m in entities.get('mentions', [])], [u['expanded_url'] for u in entities.get('urls', [])], d['text']))
frame = pd.DataFrame(rows, columns=['id', 'author', 'created_at', 'kind', 'to', 'mentions', 'links', 'text'])
frame['created_at'] = pd.to_datetime(frame.created_at).dt.tz_localize(None)
frame.to_parquet(sys.argv[2])
'''


def made(path, posts, people):
    """A chat over ten years of Wednesdays: few write much, many write once."""
    random.seed(20150114)
    begins = datetime(2013, 1, 2, 20, tzinfo=timezone.utc)
    who = random.choices(range(people), weights=[1 / (i + 1) ** 0.9 for i in range(people)], k=posts)
    recent = []
    with open(path, 'w') as out:
        for i, author in enumerate(who):
            offset = random.random() * 3600 if random.random() < 0.8 else random.random() * 6 * 86400
            at = begins + timedelta(weeks=i * 520 // posts, seconds=offset)
            number, name = 10**17 + i * 977, f'person{author}'
            post = {
                'id': str(number), 'author_id': str(author + 1), 'created_at': at.strftime('%Y-%m-%dT%H:%M:%S.000Z'),
                'conversation_id': str(number), 'lang': 'en',
                'public_metrics': {'retweet_count': i % 9, 'reply_count': i % 5, 'like_count': i % 50, 'quote_count': 0},
                'author': {'id': str(author + 1), 'username': name, 'name': name.title(), 'public_metrics': {'followers_count': 9, 'following_count': 9, 'tweet_count': 9, 'listed_count': 0}},
                'entities': {'hashtags': [{'start': 0, 'end': 6, 'tag': 'nhssm'}]},
                '__twarc': {'retrieved_at': '2023-02-01T00:00:00+00:00', 'version': '2.13', 'url': 'https://api.twitter.com/2/tweets/search/all'},
            }
            chance = random.random()
            if chance < 0.35 and recent:
                other, whose = random.choice(recent)
                post |= {'referenced_tweets': [{'type': 'replied_to', 'id': str(other)}], 'in_reply_to_user_id': str(whose + 1), 'text': f'#nhssm I think so too, for a reason that has the number {i} in it'}
            elif chance < 0.5 and recent:
                other, whose = random.choice(recent)
                post |= {'referenced_tweets': [{'type': 'retweeted', 'id': str(other)}], 'text': f'RT @person{whose}: #nhssm words'}
            elif chance < 0.65:
                post['text'] = f'#nhssm A{i % 5 + 1}: we should listen more and count less, number {i}'
            elif chance < 0.655:
                post['text'] = f'#nhssm Q{i % 5 + 1}: what would you change about number {i}?'
            else:
                told, link = random.randrange(people), f'https://example.org/{random.randint(1, 5000)}'
                post['text'] = f'#nhssm something about @person{told} and {link} number {i}'
                post['entities'] |= {'mentions': [{'start': 23, 'end': 30, 'username': f'person{told}', 'id': str(told + 1)}], 'urls': [{'start': 40, 'end': 60, 'url': link, 'expanded_url': link}]}
            recent.append((number, author))
            if len(recent) > 2000:
                recent = recent[1000:]
            out.write(json.dumps(post) + '\n')


def run(command, cwd):
    """Wall seconds, CPU seconds and peak memory in MB."""
    start = time.monotonic()
    process = subprocess.Popen([str(part) for part in command], cwd=cwd, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f'{command} ended with {status}')
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument('someasure', type=pathlib.Path)
    arguments.add_argument('--posts', type=int, default=1_000_000)
    arguments.add_argument('--people', type=int, default=60_000)
    arguments.add_argument('--runs', type=int, default=3)
    asked = arguments.parse_args()
    program = asked.someasure.resolve()
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        venv.create(work / 'python', with_pip=True)
        python = work / 'python/bin/python'
        subprocess.run([python, '-m', 'pip', 'install', '--quiet', 'pandas', 'pyarrow', 'networkx', 'numpy', 'scipy'], check=True)
        print('making the chat …', file=sys.stderr)
        made(work / 'chat.jsonl', asked.posts, asked.people)
        (work / 'make.py').write_text(MAKE)
        (work / 'peer.py').write_text(PEER)
        subprocess.run([python, work / 'make.py', work / 'chat.jsonl', work / 'chat.parquet'], check=True)
        subprocess.run([program, 'init', 'project'], cwd=work, check=True, stdout=subprocess.DEVNULL)
        project = work / 'project'
        new = ['chat', 'new', 'nhssm', '--hashtag', 'nhssm', '--time-zone', 'Europe/London', '--weekday', 'wednesday', '--starts', '20:00']
        subprocess.run([program, *new], cwd=project, check=True, stdout=subprocess.DEVNULL)
        imported = run([program, 'chat', 'import', 'nhssm', work / 'chat.jsonl'], project)
        steps = {
            'sessions': ['chat', 'sessions', 'nhssm'],
            'transcript': ['chat', 'transcript', 'nhssm', '--session', '2015-01-14', '--output', work / 'one.html'],
            'stats': ['chat', 'stats', 'nhssm', '--json'],
            'network': ['chat', 'network', 'nhssm', '--output', work / 'network.gexf'],
        }
        taken = {name: [] for name in [*steps, 'ours in all', 'pandas + networkx']}
        for _ in range(asked.runs):
            for name, step in steps.items():
                taken[name].append(run([program, '--threads', '2', *step], project))
            last = [taken[name][-1] for name in steps]
            taken['ours in all'].append((sum(r[0] for r in last), sum(r[1] for r in last), max(r[2] for r in last)))
            taken['pandas + networkx'].append(run([python, work / 'peer.py', work / 'chat.parquet', '200'], work))
        print(f'{"":18}{"wall s":>9}{"CPU s":>9}{"MB":>8}   (medians of {asked.runs})')
        print(f'{"import":18}' + ''.join(f'{value:>{width}.1f}' for value, width in zip(imported, (9, 9, 8))))
        for name, runs in taken.items():
            print(f'{name:18}' + ''.join(f'{statistics.median(column):>{width}.1f}' for column, width in zip(zip(*runs), (9, 9, 8))))
        wall = lambda name: statistics.median(r[0] for r in taken[name])
        print(f'pandas + networkx ÷ all four commands: {wall("pandas + networkx") / wall("ours in all"):.1f}')
        print(f'pandas + networkx ÷ stats and network, like for like: {wall("pandas + networkx") / (wall("stats") + wall("network")):.1f}')


main()
