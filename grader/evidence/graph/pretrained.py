"""What the host knows of the pretrained network: its graph and the fingerprints of its arrays."""

from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from grader.assignment.data import AssetStore
from grader.evidence.graph.parse import parse
from grader.records import AssetError, Graph, WeightArray

NUMBER_BYTES = {
    "float16": 2, "float32": 4, "float64": 8, "bool": 1,
    "int8": 1, "int16": 2, "int32": 4, "int64": 8,
    "uint8": 1, "uint16": 2, "uint32": 4, "uint64": 8,
}  # fmt: skip
"""Bytes of one number."""
NO_NETWORK = Graph(style="opaque")
ARRAYS = TypeAdapter(tuple[WeightArray, ...])


def reference_graph(assets: AssetStore) -> Graph:
    """The pretrained network's own neutral graph; one without layers where there is no network.

    AssetError when its file is damaged.
    """
    return NO_NETWORK if assets.base_graph is None else _graph(assets.base_graph)


def fingerprints(assets: AssetStore) -> dict[tuple[str, str], WeightArray]:
    """(layer, name) → array of the pretrained network. AssetError when the file is damaged."""
    if assets.fingerprints is None:
        return {}
    return {(array.layer, array.name): array for array in _arrays(assets.fingerprints)}


@lru_cache(maxsize=4)
def _graph(path: Path) -> Graph:
    try:
        return parse(path.read_bytes())
    except (OSError, ValueError) as problem:
        raise AssetError(f"{path} does not describe the pretrained network: {problem}.") from None


@lru_cache(maxsize=4)
def _arrays(path: Path) -> tuple[WeightArray, ...]:
    try:
        return ARRAYS.validate_json(path.read_bytes())
    except (OSError, ValidationError) as problem:
        what = type(problem).__name__
        raise AssetError(f"{path} holds no fingerprints of the weights ({what}).") from None
