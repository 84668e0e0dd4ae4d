#!/usr/bin/env python3
"""Writes docs/conformance.md: every numbered statement of MQTT 5.0 and 3.1.1 with the tests that name it.

    scripts/conformance.py           writes the file
    scripts/conformance.py --check   fails when the file is not what it would write

A test names a statement by its tag: [MQTT-3.1.2-22] is 5.0, 3.1.1 [MQTT-3.1.2-24] is 3.1.1. Names of C++ tests count, and
docstrings of the tests in tests/system. So do the packets of tests/support/packet_samples.cpp, all of which are sent to the
broker by one test.
"""

import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "conformance.md"
VERSIONS = (("5.0", "statements-5.0.tsv"), ("3.1.1", "statements-3.1.1.tsv"))
SHOWN = 3  # tests of one statement; the others are counted

LITERAL = r'"(?:[^"\\]|\\.)*"'
TEST_CASE = re.compile(rf"TEST_CASE(?:_FIXTURE|_TEMPLATE)?\(\s*(?:\w+,\s*)?({LITERAL}(?:\s*{LITERAL})*)")
TAG = re.compile(r"(3\.1\.1 )?\[(MQTT-\d[\d.]*-\d+)\]")
SAMPLE = re.compile(r'PacketSample\{"([^"]*)", v\w+, "([^"]*)", \w+, "([^"]*)"(?:, "([^"]*)")?\}')
SAMPLES = "tests/support/packet_samples.cpp"
SAMPLES_TEST = "tests/broker/core/malformed_packets_test.cpp"
BY_SERVERS = "29bd"  # first digits of packets that only servers send
PLANTED = "tests/tidy/"  # tests of the rules about tags, with tags that are none

# The nearer to the server, the better it shows what the server does.
FOLDERS = ("tests/broker/core/", "tests/broker/", "tests/protocol/mqtt/", "tests/system/")


def statements(table):
    """(id, party, gist) of each row."""
    for line in (ROOT / "tests" / "tidy" / table).read_text(encoding="utf-8").splitlines():
        if line.startswith("MQTT-"):
            name, party, gist = line.split("\t")[:3]
            yield name, party, gist


def cpp_names(source):
    for found in TEST_CASE.finditer(source):
        literals = re.findall(LITERAL, found.group(1))
        yield "".join(literal[1:-1].replace('\\"', '"') for literal in literals)


def python_names(source):
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield " ".join((ast.get_docstring(node) or "").split())


def samples():
    """{(version, id): [name]} of the malformed packets that a client may think of sending."""
    found = {}
    for name, notation, *clauses in SAMPLE.findall((ROOT / SAMPLES).read_text(encoding="utf-8")):
        if notation[0] in BY_SERVERS:
            continue
        for old, statement in re.findall(r"(3\.1\.1 )?(MQTT-\d[\d.]*-\d+)", " ".join(clauses)):
            found.setdefault(("3.1.1" if old else "5.0", statement), []).append(name)
    return found


def tests():
    """{(version, id): [(path, sentence)]}, the tests that show most first."""
    found = {}
    for pattern, names in (("*.cpp", cpp_names), ("*_test.py", python_names)):
        for path in sorted((ROOT / "tests").rglob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            if place.startswith(PLANTED):
                continue
            for name in names(path.read_text(encoding="utf-8")):
                sentence = TAG.sub("", name).strip()
                for old, statement in TAG.findall(name):
                    found.setdefault(("3.1.1" if old else "5.0", statement), []).append((place, sentence))
    for key, names in samples().items():
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        found.setdefault(key, []).append((SAMPLES_TEST, f"refused: {'; '.join(names[:SHOWN])}{more}"))
    for of_one in found.values():
        of_one.sort(key=lambda test: (next((n for n, f in enumerate(FOLDERS) if test[0].startswith(f)), 99), test))
    return found


def cell(text):
    return text.replace("|", "\\|").replace("<", "&lt;")


def shown(of_one):
    lines = [f"[{cell(sentence)}](../{place})" for place, sentence in of_one[:SHOWN]]
    if len(of_one) > SHOWN:
        lines.append(f"and {len(of_one) - SHOWN} more")
    return "<br>".join(lines)


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
    summary = ["| | statements | with a test | without |", "| --- | --- | --- | --- |"]
    tables = []
    for version, table in VERSIONS:
        rows = list(statements(table))
        missing = [row for row in rows if (version, row[0]) not in found]
        summary.append(f"| MQTT {version} | {len(rows)} | {len(rows) - len(missing)} | {len(missing)} |")
        tables += ["", f"## MQTT {version}", "", "| statement | party | gist | tests |", "| --- | --- | --- | --- |"]
        for name, party, gist in rows:
            if (version, name) in found:
                tables.append(f"| {name} | {party} | {cell(gist)} | {shown(found[version, name])} |")
        gaps += ["", f"### MQTT {version}", ""]
        if missing:
            gaps += ["| statement | party | gist |", "| --- | --- | --- |"]
        gaps += [f"| {name} | {party} | {cell(gist)} |" for name, party, gist in missing] or ["None."]
    return "\n".join([*out, *summary, *tables, "", "## Without a test", *gaps, ""])


def main():
    text = document()
    if sys.argv[1:] == ["--check"]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            sys.exit("docs/conformance.md is out of date: run scripts/conformance.py")
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
