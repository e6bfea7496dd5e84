"""`evidence.json`: a graph a line, so that those which a class has in common are read once.

Nine tenths of it are graphs and fingerprints of weights, and the pretrained network looks alike in
nearly every submission: judging a class again would parse the same layers a thousand times. The
file is plain JSON for everybody else. See docs/decisions/findings-are-kept.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from grader.records import Evidence, Graph, WeightArray
from grader.records.remembered import kept_if_usual
from grader.store import MAX_RECORD_BYTES, write_atomically

FILE = "evidence.json"
GRAPHS, WEIGHTS, END = b',\n"graphs":{\n', b'\n},\n"weights":{\n', b"\n}}\n"
"""No text in JSON holds a line break, so these stand where we put them and nowhere else."""
BETWEEN = b",\n"
ENTRY = re.compile(rb'("(?:[^"\\]|\\.)*"):')

Arrays = tuple[WeightArray, ...]
_ARRAYS: TypeAdapter[Arrays] = TypeAdapter(Arrays)


def save_evidence(attempt: Path, evidence: Evidence, *, lasting: bool = True) -> None:
    """Write `evidence.json` into the attempt's folder; see `write_atomically`."""
    rest = evidence.model_dump_json(exclude={"graphs", "weights"}).encode().removesuffix(b"}")
    graphs = {name: one.model_dump_json().encode() for name, one in evidence.graphs.items()}
    weights = {name: _ARRAYS.dump_json(one) for name, one in evidence.weights.items()}
    parts = (rest, GRAPHS, _lines(graphs), WEIGHTS, _lines(weights), END)
    write_atomically(attempt / FILE, b"".join(parts), lasting=lasting)


def load_evidence(attempt: Path) -> Evidence | None:
    """Read it; None when there is none or it is of another version or damaged."""
    path = attempt / FILE
    try:
        if path.stat().st_size > MAX_RECORD_BYTES:
            return None
        return parse_evidence(path.read_bytes())
    except (OSError, ValueError):
        return None


def parse_evidence(data: bytes) -> Evidence:
    """The evidence in the bytes of the file, in this layout or any other.

    Equal graphs may be one object, as with equal weights: records are never changed. Raises
    ValidationError (a ValueError) for what is no evidence.
    """
    rest, graphs_follow, more = data.partition(GRAPHS)
    graphs, weights_follow, more = more.partition(WEIGHTS)
    if not graphs_follow or not weights_follow or not more.endswith(END):
        return Evidence.model_validate_json(data)
    parts = {
        "graphs": {name: _graph(text) for name, text in _entries(graphs)},
        "weights": {name: _arrays(text) for name, text in _entries(more.removesuffix(END))},
    }
    return Evidence.model_validate_json(rest + b"}").model_copy(update=parts)


def _lines(parts: Mapping[str, bytes]) -> bytes:
    return BETWEEN.join(json.dumps(name).encode() + b":" + text for name, text in parts.items())


def _entries(lines: bytes) -> Iterator[tuple[str, bytes]]:
    for line in lines.split(BETWEEN) if lines else ():
        name = ENTRY.match(line)
        if name is None:
            raise ValueError("a line that names no model")
        yield json.loads(name[1]), line[name.end() :]


_graph = kept_if_usual(Graph.model_validate_json)
_arrays = kept_if_usual(_ARRAYS.validate_json)
