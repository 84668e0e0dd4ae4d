#!/usr/bin/env python3
"""Writes docs/conformance.md and docs/conformance-mqtt-sn.md: every statement of the specifications with the tests that
name it.

    scripts/conformance.py           writes the files
    scripts/conformance.py --check   fails when they are not what it would write

A test names a statement by its tag: [MQTT-3.1.2-22] is 5.0, 3.1.1 [MQTT-3.1.2-24] is 3.1.1, and "MQTT-SN 1.2 §6.14-3:" in
front of a name is MQTT-SN 1.2, whose statements have no numbers of their own (tests/tidy/statements-sn-1.2.tsv gives them
some); "§6.14:" is about that clause as a whole. Names of C++ tests count, and docstrings of the tests in tests/system. So do
the packets of tests/support/packet_samples.cpp, all of which are sent to the broker by one test, and the datagrams of
tests/support/datagram_samples.hpp, which are sent to the gateway by another.
"""

import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MQTT_TARGET = ROOT / "docs" / "conformance.md"
SN_TARGET = ROOT / "docs" / "conformance-mqtt-sn.md"
VERSIONS = (("5.0", "statements-5.0.tsv"), ("3.1.1", "statements-3.1.1.tsv"))
SN_TABLE = "statements-sn-1.2.tsv"
SHOWN = 3  # tests of one statement; the others are counted
SN_SHOWN = 6  # the same; more, because both sides have theirs

LITERAL = r'"(?:[^"\\]|\\.)*"'
TEST_CASE = re.compile(rf"TEST_CASE(?:_FIXTURE|_TEMPLATE)?\(\s*(?:\w+,\s*)?({LITERAL}(?:\s*{LITERAL})*)")
TAG = re.compile(r"(3\.1\.1 )?\[(MQTT-\d[\d.]*-\d+)\]")
SN_TAGS = re.compile(r"MQTT-SN 1\.2 (§[^:]*(?:: [A-Z0-9][\w ,]*§[^:]*)*):? ")
SN_TAG = re.compile(r"(§[\d.]+\d(?:-\d+)?)(?: to (§[\d.]+\d(?:-\d+)?))?")
SAMPLE = re.compile(r'PacketSample\{"([^"]*)", v\w+, "([^"]*)", \w+, "([^"]*)"(?:, "([^"]*)")?\}')
SAMPLES = "tests/support/packet_samples.cpp"
SAMPLES_TEST = "tests/broker/core/malformed_packets_test.cpp"
BY_SERVERS = "29bd"  # first digits of packets that only servers send
SN_SAMPLE = re.compile(r'\{"([^"]*)", "(§[^"]*)", "[^"]*"\}')
SN_SAMPLES = "tests/support/datagram_samples.hpp"
SN_SAMPLES_TEST = "tests/protocol/mqttsn/malformed_test.cpp"
BOTH_MODES = " (transparent and aggregating)"  # behind the names of tests of what sensors see (tests/gateway/core/scene.hpp)
PLANTED = "tests/tidy/"  # tests of the rules about tags, with tags that are none

# The nearer to the server, the better it shows what the server does.
FOLDERS = ("tests/broker/core/", "tests/broker/", "tests/protocol/mqtt/", "tests/system/")
SN_FOLDERS = ("tests/gateway/core/", "tests/gateway/", "tests/system/", "tests/protocol/mqttsn/")


def rows_of(table):
    """The fields of each row of a list of statements."""
    for line in (ROOT / "tests" / "tidy" / table).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def statements(table):
    """(id, party, gist) of each row."""
    return [tuple(row[:3]) for row in rows_of(table)]


def cpp_names(source):
    cases = list(TEST_CASE.finditer(source))
    ends = [case.start() for case in cases[1:]] + [len(source)]
    for found, end in zip(cases, ends):
        literals = re.findall(LITERAL, found.group(1))
        name = "".join(literal[1:-1].replace('\\"', '"') for literal in literals)
        yield name + (BOTH_MODES if "both_modes(" in source[found.end():end] else "")


def python_names(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield " ".join((ast.get_docstring(node) or "").split())


def names():
    """(path, name) of each test."""
    for pattern, read in (("*.cpp", cpp_names), ("*_test.py", python_names)):
        for path in sorted((ROOT / "tests").rglob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith(PLANTED):
                continue
            for name in read(path.read_text(encoding="utf-8")):
                yield place, name


def bare(name):
    """Without tags."""
    return TAG.sub("", SN_TAGS.sub("", name, count=1)).strip()


def refused(samples):
    """What a test of malformed samples shows of one statement."""
    more = f" and {len(samples) - SHOWN} more" if len(samples) > SHOWN else ""
    return f"refused: {'; '.join(samples[:SHOWN])}{more}"


def samples():
    """{(version, id): [name]} of the malformed packets that a client may think of sending."""
    found = {}
    for name, notation, *clauses in SAMPLE.findall((ROOT / SAMPLES).read_text(encoding="utf-8")):
        if notation[0] in BY_SERVERS:
            continue
        for old, statement in re.findall(r"(3\.1\.1 )?(MQTT-\d[\d.]*-\d+)", " ".join(clauses)):
            found.setdefault(("3.1.1" if old else "5.0", statement), []).append(name)
    return found


def sn_samples():
    """{clause: [name]} of the malformed datagrams."""
    found = {}
    for name, clause in SN_SAMPLE.findall((ROOT / SN_SAMPLES).read_text(encoding="utf-8")):
        found.setdefault(clause, []).append(name)
    return found


def in_order(found, folders):
    """The tests that show most first."""
    for of_one in found.values():
        of_one.sort(key=lambda test: (next((n for n, f in enumerate(folders) if test[0].startswith(f)), 99), test))
    return found


def tests():
    """{(version, id): [(path, sentence)]}"""
    found = {}
    for place, name in names():
        sentence = bare(name)
        for old, statement in TAG.findall(name):
            found.setdefault(("3.1.1" if old else "5.0", statement), []).append((place, sentence))
    for key, of_one in samples().items():
        found.setdefault(key, []).append((SAMPLES_TEST, refused(of_one)))
    return in_order(found, FOLDERS)


def sn_tests(ids):
    """{id: [(path, sentence)]} of statements, and of clauses that are named without a number."""
    found = {}
    for place, name in names():
        tags = SN_TAGS.match(name)
        if not tags:
            continue
        sentence = bare(name) or name
        for first, last in SN_TAG.findall(tags.group(1)):
            of_tag = ids[ids.index(first) : ids.index(last) + 1] if last in ids and first in ids else [first]
            for statement in of_tag:
                if "-" in statement and statement not in ids:
                    sys.exit(f"{place}: {statement} is no statement of tests/tidy/{SN_TABLE}")
                found.setdefault(statement, []).append((place, sentence))
    return in_order(found, SN_FOLDERS)


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def shown(of_one, most=SHOWN):
    lines = [f"[{cell(sentence)}](../{place})" for place, sentence in of_one[:most]]
    if len(of_one) > most:
        lines.append(f"and {len(of_one) - most} more")
    return "<br>".join(lines)


def gap_table(missing):
    if not missing:
        return ["None."]
    rows = [f"| {name} | {party} | {cell(gist)} |" for name, party, gist in missing]
    return ["| statement | party | gist |", "| --- | --- | --- |", *rows]


def summary_row(name, rows, missing):
    return f"| {name} | {len(rows)} | {len(rows) - len(missing)} | {len(missing)} |"


SUMMARY = ["| | statements | with a test | without |", "| --- | --- | --- | --- |"]


def document():
    found = tests()
    out = [
        "# Conformance",
        "",
        "Every numbered statement of MQTT 5.0 and 3.1.1 with the tests that name it. `scripts/conformance.py` writes this",
        "file from the names of the tests; a test fails when it is out of date. The gist is a paraphrase. Party: who must",
        "comply; for a `client` row the tests show what the server does about the violation, or that our client complies.",
        "",
    ]
    gaps = []
    summary = list(SUMMARY)
    tables = []
    for version, table in VERSIONS:
        rows = list(statements(table))
        missing = [row for row in rows if (version, row[0]) not in found]
        summary.append(summary_row(f"MQTT {version}", rows, missing))
        tables += ["", f"## MQTT {version}", "", "| statement | party | gist | tests |", "| --- | --- | --- | --- |"]
        for name, party, gist in rows:
            if (version, name) in found:
                tables.append(f"| {name} | {party} | {cell(gist)} | {shown(found[version, name])} |")
        gaps += ["", f"### MQTT {version}", "", *gap_table(missing)]
    return "\n".join([*out, *summary, *tables, "", "## Without a test", *gaps, ""])


def sn_document():
    rows = statements(SN_TABLE)
    stated = [row for row in rows if row[1] != "clause"]
    found = sn_tests([row[0] for row in stated])
    malformed = sn_samples()
    missing = [row for row in stated if row[0] not in found]
    out = [
        "# Conformance to MQTT-SN 1.2",
        "",
        "What MQTT-SN 1.2 says, clause by clause, with the tests that show it: of the gateway, and of the client role, which",
        "is what sensors of the simulator are made of. The statements of 1.2 have no numbers; what stands after the dash is",
        "ours, and the gist is a paraphrase, with our decision where 1.2 leaves something open. `scripts/conformance.py`",
        "writes this file from the names of the tests; a test fails when it is out of date. Tests of what sensors see of the",
        "gateway run in both of its modes, and are marked so; tests/system/gateway_sharing_test.py plays those over real",
        "sockets in aggregating mode again.",
        "",
        *SUMMARY,
        summary_row("MQTT-SN 1.2", stated, missing),
    ]
    heading = []  # of a clause, until there is something below it
    for name, party, gist in rows:
        lines = []
        if party == "clause":
            heading = ["", f"## {name} {gist}", "", "| statement | party | gist | tests |", "| --- | --- | --- | --- |"]
            if name in malformed:
                of_clause = [(SN_SAMPLES_TEST, refused(malformed[name]))]
                lines.append(f"| {name} | both | What breaks this clause is dropped and counted. | {shown(of_clause)} |")
            if name in found:
                lines.append(f"| {name} | | The clause as a whole. | {shown(found[name], SN_SHOWN)} |")
        elif name in found:
            lines.append(f"| {name} | {party} | {cell(gist)} | {shown(found[name], SN_SHOWN)} |")
        if lines:
            out += heading + lines
            heading = []
    return "\n".join([*out, "", "## Without a test", "", *gap_table(missing), ""])


def main():
    documents = {MQTT_TARGET: document(), SN_TARGET: sn_document()}
    if sys.argv[1:] == ["--check"]:
        for target, text in documents.items():
            if not target.exists() or target.read_text(encoding="utf-8") != text:
                sys.exit(f"docs/{target.name} is out of date: run scripts/conformance.py")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        for target, text in documents.items():
            target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
