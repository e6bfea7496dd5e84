"""Neutral graphs for tests: InceptionV3's own (exported once by `inside/export.py`), and final
models put together from it without TensorFlow."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from grader.evidence.graph.parse import parse
from grader.evidence.graph.places import annotate
from grader.evidence.graph.walk import ancestors
from grader.records import Graph

NETWORK = Path(__file__).parents[1] / "golden" / "graph_inception.json"
COMPILED: dict[str, Any] = {
    "compiled": True,
    "loss": {"kind": "binary_crossentropy", "from_logits": False},
    "optimizer": {"kind": "rmsprop", "learning_rate": 1e-5, "settings": {"rho": 0.9}},
    "metrics": ["accuracy"],
}


@lru_cache(maxsize=1)
def network() -> Graph:
    """InceptionV3 without top at 150×150, not frozen; one for all, as graphs never change."""
    return parse(NETWORK.read_bytes())


@cache
def _below(cut: str) -> str:
    """JSON text of the network's layers up to `cut`, as a sandbox writes them."""
    own = network()
    wanted = ancestors(own, [cut])
    layers = [one.model_dump(mode="json") for one in own.layers if one.id in wanted]
    return json.dumps([{k: v for k, v in one.items() if k != "reference"} for one in layers])


def layer(id_: str, kind: str, inputs: list[str], shape: list[int], **more: Any) -> dict[str, Any]:
    """One node as a sandbox writes it; settings and parameters by keyword."""
    parameters = more.pop("parameters", 0)
    return {
        "id": id_,
        "name": more.pop("name", id_),
        "kind": kind,
        "inputs": inputs,
        "output_shape": [None, *shape],
        "parameters": parameters,
        "trainable_parameters": more.pop("trainable_parameters", parameters),
        "settings": more,
    }


def usual_head(cut: str) -> list[dict[str, Any]]:
    """Flatten, Dense 1024 relu, Dropout 0.2, Dense 1 sigmoid behind `cut`."""
    return [
        layer("flatten", "Flatten", [cut], [37632]),
        layer("wide", "Dense", ["flatten"], [1024], parameters=38536192,
              units=1024, activation="relu", use_bias=True),
        layer("drop", "Dropout", ["wide"], [1024], rate=0.2),
        layer("unit", "Dense", ["drop"], [1], parameters=1025,
              units=1, activation="sigmoid", use_bias=True),
    ]  # fmt: skip


def final(
    cut: str = "mixed7",
    head: list[dict[str, Any]] | None = None,
    *,
    frozen: bool = True,
    rename: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """A final model as JSON: the network up to `cut`, then `head`. `rename`: no name is kept."""
    layers = json.loads(_below(cut))
    if frozen:
        for one in layers:
            one["trainable"], one["trainable_parameters"] = False, 0
    layers += usual_head(cut) if head is None else head
    graph = {
        "style": "functional",
        "class_name": "Functional",
        "layers": layers,
        "inputs": list(network().inputs),
        "outputs": [layers[-1]["id"]],
        **COMPILED,
        **more,
    }
    return _renamed(graph) if rename else graph


def placed(graph: dict[str, Any]) -> Graph:
    """The graph parsed and annotated against the network."""
    return annotate(parse(json.dumps(graph).encode()), network())


def _renamed(graph: dict[str, Any]) -> dict[str, Any]:
    new = {one["id"]: f"n{number}" for number, one in enumerate(graph["layers"])}
    layers = [
        {**one, "id": new[one["id"]], "name": "x", "inputs": [new[i] for i in one["inputs"]]}
        for one in graph["layers"]
    ]
    ends = {key: [new[one] for one in graph[key]] for key in ("inputs", "outputs")}
    return {**graph, "layers": layers, **ends}
