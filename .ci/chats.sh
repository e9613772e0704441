#!/usr/bin/env bash
# Opens a chat's files with other programs: .ci/chats.sh DIR, where DIR is what the example `export` of crates/chat wrote.
# networkx reads the network, and finds the same people and ties in every form. Fails when a check cannot run.
set -euo pipefail
directory=${1:?"usage: .ci/chats.sh DIR"}
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/python"
"$tools/python/bin/pip" install --quiet networkx lxml
"$tools/python/bin/python" - "$directory" <<'PYTHON'
import csv, pathlib, sys
import networkx as nx
folder = pathlib.Path(sys.argv[1])
gexf, graphml = nx.read_gexf(folder / 'network.gexf'), nx.read_graphml(folder / 'network.graphml')
people = list(csv.DictReader(open(folder / 'people.csv', encoding='utf-8')))
ties = list(csv.DictReader(open(folder / 'ties.csv', encoding='utf-8')))
assert gexf.is_directed() and graphml.is_directed()
assert len(people) == gexf.number_of_nodes() == graphml.number_of_nodes() > 2, (len(people), gexf, graphml)
# A tie of reposts alone has no weight and is a row all the same.
assert len(ties) == gexf.number_of_edges() == graphml.number_of_edges() > 1, (len(ties), gexf, graphml)
labels = sorted(data['label'] for _, data in gexf.nodes(data=True))
assert labels == sorted(data['label'] for _, data in graphml.nodes(data=True)), labels
print(f'{len(people)} people and {len(ties)} ties, the same in GEXF, GraphML and CSV as networkx reads them')
PYTHON
