"""A graph in a wrong form is refused in words; no bytes do anything else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from graph_samples import final, layer, network
from hypothesis import given, settings, strategies as st

from grader.evidence.graph.diagram import draw_diagram
from grader.evidence.graph.parse import parse
from grader.evidence.graph.places import annotate
from grader.evidence.graph.walk import head


def _with(**more: Any) -> dict[str, Any]:
    return {**final(), **more}


def _with_layer(**more: Any) -> dict[str, Any]:
    graph = final()
    graph["layers"][-1] = {**graph["layers"][-1], **more}
    return graph


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


REFUSED = {
    "unknown key": _with(evil=1),
    "no outputs": _with(outputs=[]),
    "output that is no layer": _with(outputs=["nowhere"]),
    "too many layers": _with(layers=[layer(f"d{n}", "Flatten", [], []) for n in range(5001)]),
    "a cycle": _with_layer(inputs=["unit"]),
    "an id twice": _with_layer(id="drop"),
    "a place of its own choice": _with_layer(reference="mixed7"),
    "a class with markup": _with_layer(kind="<script>"),
    "a name with a line break": _with_layer(name="a\nb"),
    "a very long name": _with_layer(name="x" * 201),
    "negative parameters": _with_layer(parameters=-1),
    "more trainable than there are": _with_layer(trainable_parameters=10**6),
    "a side below zero": _with_layer(output_shape=[None, -5]),
    "forty axes": _with_layer(output_shape=[1] * 40),
    "many settings": _with_layer(settings={f"s{n}": n for n in range(61)}),
    "deep settings": _with_layer(settings={"s": _nested(8)}),
    "a huge number in settings": _with_layer(settings={"units": 2**60}),
    "a long text in settings": _with_layer(settings={"activation": "x" * 300}),
    "markup as a metric": _with(metrics=["<b>accuracy</b>"]),
    "a text as learning rate": _with(optimizer={"kind": "adam", "learning_rate": "fast"}),
    "not a table": [1, 2],
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_graph_in_a_wrong_form_is_refused_in_words(name: str) -> None:
    """ValueError only, with a short text without any value of theirs."""
    with pytest.raises(ValueError, match=r"^[a-zA-Z0-9 ,']{5,120}$"):
        parse(json.dumps(REFUSED[name]).encode())


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_parse_or_be_refused(data: bytes) -> None:
    """Fuzz: ValueError is the only way out."""
    try:
        parse(data)
    except ValueError:
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@pytest.mark.slow
@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_spoiled_graph_is_refused_or_can_be_walked(data: st.DataObject) -> None:
    """Fuzz: any field of any layer replaced; what passes the parser breaks nothing behind it."""
    graph = final("mixed0")
    spoiled = data.draw(st.sampled_from([graph, *graph["layers"][-4:]]))
    field = data.draw(st.sampled_from(sorted(spoiled)))
    spoiled[field] = data.draw(JSON)
    try:
        found = annotate(parse(graph), network())
    except ValueError:
        return
    assert draw_diagram(found).parameters >= 0
    assert len(head(found)) <= len(found.layers)
