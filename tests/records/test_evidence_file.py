"""`evidence.json`: it comes back as it was, equal graphs are read once, damage is no evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from samples import sample_evidence

from grader.records import Evidence, Graph, Layer, evidence_file as store_evidence, store
from grader.records.evidence_file import (
    FILE,
    USUAL_BYTES,
    load_evidence,
    parse_evidence,
    save_evidence,
)

EVIDENCE = sample_evidence()
WHOLE = next(one for one in EVIDENCE.values() if one.graphs and one.weights)


def written(folder: Path, evidence: Evidence) -> bytes:
    save_evidence(folder, evidence)
    return (folder / FILE).read_bytes()


@pytest.mark.parametrize("name", EVIDENCE)
def test_it_comes_back(name: str, tmp_path: Path) -> None:
    """With and without graphs and weights; for everybody else it is one JSON value."""
    text = written(tmp_path, EVIDENCE[name])
    assert load_evidence(tmp_path) == EVIDENCE[name]
    assert Evidence.model_validate(json.loads(text)) == EVIDENCE[name]


def test_another_layout_is_read_as_well(tmp_path: Path) -> None:
    """Of an earlier version, or of an editor that laid it out anew."""
    store.save(tmp_path / FILE, WHOLE)
    assert load_evidence(tmp_path) == WHOLE
    assert parse_evidence(json.dumps(WHOLE.model_dump(mode="json")).encode()) == WHOLE


def test_every_model_has_a_line(tmp_path: Path) -> None:
    lines = written(tmp_path, WHOLE).decode().splitlines()
    for name in (*WHOLE.graphs, *WHOLE.weights):
        assert any(line.startswith(f'"{name}":') for line in lines)


def test_equal_graphs_are_one(tmp_path: Path) -> None:
    """Those of two students; one that differs in a word is another."""
    text = written(tmp_path, WHOLE)
    one, other = parse_evidence(text), parse_evidence(text)
    assert one is not other
    assert all(one.graphs[name] is other.graphs[name] for name in one.graphs)
    assert all(one.weights[name] is other.weights[name] for name in one.weights)
    name = next(iter(WHOLE.graphs))
    changed = WHOLE.graphs[name].model_copy(update={"class_name": "Mine"})
    third = WHOLE.model_copy(update={"graphs": {**WHOLE.graphs, name: changed}})
    assert parse_evidence(written(tmp_path, third)) == third


def test_a_huge_graph_is_not_kept_in_memory(tmp_path: Path) -> None:
    """It may be a hostile one, and a class may bring many."""
    layer = Layer(id="a", name="a", kind="Dense", settings={"words": ["x" * 190] * 60})
    layers = tuple(layer.model_copy(update={"id": f"a{number}"}) for number in range(30))
    huge = Graph(style="functional", layers=layers, outputs=("a0",))
    assert len(huge.model_dump_json()) > USUAL_BYTES
    text = written(tmp_path, WHOLE.model_copy(update={"graphs": {"final": huge}}))
    one, other = parse_evidence(text), parse_evidence(text)
    assert one.graphs["final"] == huge == other.graphs["final"]
    assert one.graphs["final"] is not other.graphs["final"]


def test_texts_of_students_cannot_look_like_our_lines(tmp_path: Path) -> None:
    """A line break in JSON is escaped, so what divides the file stands only where we put it."""
    parts = store_evidence.GRAPHS, store_evidence.WEIGHTS, store_evidence.END
    sly = "\n".join(part.decode() for part in parts) + '\n"final":{"style":"functional"}'
    answers = {
        name: one.model_copy(update={"value": {"words": sly}})
        for name, one in WHOLE.answers.items()
    }
    hostile = WHOLE.model_copy(update={"problems": (sly,), "answers": answers})
    assert answers
    assert parse_evidence(written(tmp_path, hostile)) == hostile


@pytest.mark.parametrize("kept", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_torn_file_is_none(kept: float, tmp_path: Path) -> None:
    text = written(tmp_path, WHOLE)
    (tmp_path / FILE).write_bytes(text[: int(len(text) * kept)])
    assert load_evidence(tmp_path) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"schema_version":1', b'"schema_version":"one"'),
        (b'\n"final":{', b'\n"final:{'),
        (b'\n"final":{', b"\n{"),
        (b'"style":"functional"', b'"style":"odd"'),
        (b'"origin":"pretrained"', b'"origin":"heaven"'),
    ],
)
def test_a_changed_file_that_is_no_evidence_is_none(
    before: bytes, after: bytes, tmp_path: Path
) -> None:
    text = written(tmp_path, WHOLE)
    assert before in text
    (tmp_path / FILE).write_bytes(text.replace(before, after, 1))
    assert load_evidence(tmp_path) is None


def test_no_file_or_one_that_is_too_large_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_evidence(tmp_path) is None
    written(tmp_path, WHOLE)
    monkeypatch.setattr(store, "MAX_RECORD_BYTES", 10)
    assert load_evidence(tmp_path) is None
