"""`evidence.json`: a graph a line, so that those which a class has in common are read once.

Nine tenths of it are graphs and fingerprints of weights, and the pretrained network looks alike in
nearly every submission: judging a class again would parse the same layers a thousand times. The
file is plain JSON for everybody else.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from grader.records.evidence import Evidence
from grader.records.model import Graph, WeightArray
from grader.records.store import load_by, write_atomically

FILE = "evidence.json"
GRAPHS, WEIGHTS, END = b'"graphs":{', b'},"weights":{', b"}}"
"""Lines of their own. No text in JSON holds a line break, so they stand nowhere else."""
ENTRY = re.compile(rb'("(?:[^"\\]|\\.)*"):')

SLUG = re.compile(rb'\{\s*"schema_version":\s*\d+,\s*"assignment":\s*("(?:[^"\\]|\\.)*")')
FRONT_BYTES = 4096

KEPT = 16
"""Lines; what is made of a graph's takes half a megabyte."""
USUAL_BYTES = 256 * 1024
"""Of one line; the graph of a network of 300 layers has 90 KB. What is larger may be an enemy's."""

Read = TypeVar("Read")
Arrays = tuple[WeightArray, ...]
_ARRAYS: TypeAdapter[Arrays] = TypeAdapter(Arrays)


def save_evidence(attempt: Path, evidence: Evidence, *, lasting: bool = True) -> None:
    """Write `evidence.json` into the attempt's folder; see `write_atomically`."""
    rest = evidence.model_dump_json(exclude={"graphs", "weights"}).encode().removesuffix(b"}")
    graphs = {name: graph.model_dump_json().encode() for name, graph in evidence.graphs.items()}
    weights = {name: _ARRAYS.dump_json(arrays) for name, arrays in evidence.weights.items()}
    lines = (rest + b",", GRAPHS, *_lines(graphs), WEIGHTS, *_lines(weights), END, b"")
    write_atomically(attempt / FILE, b"\n".join(lines), lasting=lasting)


def load_evidence(attempt: Path) -> Evidence | None:
    """Read it; None when there is none or it is of another version or damaged."""
    return load_by(parse_evidence, attempt / FILE)


def assignment_of(attempt: Path) -> str:
    """Slug of the assignment that the evidence was made for; "" where there is none. It stands at
    the front of the file, before anything that a student wrote, so the rest need not be parsed."""
    try:
        with (attempt / FILE).open("rb") as file:
            front = file.read(FRONT_BYTES)
    except OSError:
        return ""
    slug = SLUG.match(front)
    if slug is None:
        evidence = load_evidence(attempt)
        return evidence.assignment if evidence else ""
    return str(json.loads(slug[1]))


def parse_evidence(data: bytes) -> Evidence:
    """The evidence in the bytes of the file, in this layout or any other. Equal graphs may be one
    object, as with equal weights: records are never changed. Raises ValidationError (a ValueError)
    for what is no evidence."""
    rest, *lines = data.split(b"\n")
    if lines[:1] != [GRAPHS] or lines[-2:] != [END, b""] or WEIGHTS not in lines:
        return Evidence.model_validate_json(data)
    middle = lines.index(WEIGHTS)
    parts = {
        "graphs": {name: _graph(text) for name, text in _entries(lines[1:middle])},
        "weights": {name: _arrays(text) for name, text in _entries(lines[middle + 1 : -2])},
    }
    return Evidence.model_validate_json(rest.removesuffix(b",") + b"}").model_copy(update=parts)


def _lines(parts: Mapping[str, bytes]) -> list[bytes]:
    """One for each, all but the last with a comma behind it."""
    lines = [json.dumps(name).encode() + b":" + text for name, text in parts.items()]
    return [*(line + b"," for line in lines[:-1]), *lines[-1:]]


def _entries(lines: list[bytes]) -> Iterator[tuple[str, bytes]]:
    for line in lines:
        name = ENTRY.match(line)
        if name is None:
            raise ValueError("a line that names no model")
        yield json.loads(name[1]), line[name.end() :].removesuffix(b",")


def _kept(read: Callable[[bytes], Read]) -> Callable[[bytes], Read]:
    """The same reader, which gives equal lines of usual size one object, of the last few."""
    known = lru_cache(maxsize=KEPT)(read)
    return lambda line: (known if len(line) <= USUAL_BYTES else read)(line)


_graph = _kept(Graph.model_validate_json)
_arrays = _kept(_ARRAYS.validate_json)
