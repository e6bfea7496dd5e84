"""Exported weights: the list of arrays vetted, every array hashed by the host."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import prod
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from grader.evidence.files import Folder, read, regular, sha256_of_slice
from grader.evidence.graph.pretrained import NUMBER_BYTES
from grader.evidence.strict_json import parse_json
from grader.records import Graph, Record, WeightArray

MAX_LIST_BYTES = 2 * 1024 * 1024
MAX_WEIGHT_BYTES = 512 * 1024 * 1024
MAX_ARRAYS = 5000
Count = Annotated[int, Field(ge=0, le=2**40, strict=True)]


class Place(Record):
    """One line of the list: an array and where its bytes are in the file beside it."""

    layer: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=200)]
    shape: Annotated[tuple[Count, ...], Field(max_length=8)]
    dtype: str
    offset: Count
    nbytes: Count


PLACES = TypeAdapter(Annotated[list[Place], Field(max_length=MAX_ARRAYS)])


def places(folder: Folder, name: str) -> list[Place]:
    """`weights_<name>.json`: arrays one after the other without gap or overlap, each once.

    ValueError, in words for a student, for anything else.
    """
    value: Any = parse_json(
        read(folder, f"weights_{name}.json", MAX_LIST_BYTES), max_bytes=MAX_LIST_BYTES
    )
    try:
        listed = PLACES.validate_python(value)
    except ValidationError:
        raise ValueError("not in the form of a list of arrays") from None
    offset, seen = 0, set[tuple[str, str]]()
    for place in listed:
        if (place.layer, place.name) in seen:
            raise ValueError("an array is listed twice")
        if place.offset != offset or place.nbytes != prod(place.shape) * NUMBER_BYTES.get(
            place.dtype, -1
        ):
            raise ValueError("offsets and sizes of the arrays do not fit")
        seen.add((place.layer, place.name))
        offset += place.nbytes
    return listed


def weight_arrays(
    folder: Folder,
    name: str,
    graph: Graph | None,
    pretrained: Mapping[tuple[str, str], WeightArray],
) -> tuple[WeightArray, ...]:
    """The arrays of `weights_<name>.bin` with their hashes and origin.

    graph: the annotated graph of the same model; it says in which place of the pretrained network
    a layer stands. Without it, or outside of that network, the origin is "unknown".
    """
    listed = places(folder, name)
    standing = {layer.id: layer.reference for layer in graph.layers} if graph else {}
    found = []
    for place, sha256 in zip(listed, _hashes(folder, name, listed), strict=True):
        array = WeightArray(
            layer=place.layer, name=place.name, shape=place.shape, dtype=place.dtype, sha256=sha256
        )
        reference = standing.get(place.layer, "")
        original = pretrained.get((reference, place.name)) if reference else None
        found.append(array.model_copy(update={"origin": _origin(array, reference, original)}))
    return tuple(found)


def _hashes(folder: Folder, name: str, listed: list[Place]) -> list[str]:
    """Of every array, by two threads, each with half of the bytes: hashing needs no lock."""
    with regular(folder, f"weights_{name}.bin", MAX_WEIGHT_BYTES) as (_, size):
        if size != sum(place.nbytes for place in listed):
            raise ValueError("not as long as its list of arrays says")
    halves = (
        [place for place in listed if place.offset < size // 2],
        [place for place in listed if place.offset >= size // 2],
    )
    with ThreadPoolExecutor(len(halves)) as pool:
        hashed = pool.map(partial(_hashed, folder, name), halves)
        return [sha256 for half in hashed for sha256 in half]


def _hashed(folder: Folder, name: str, part: list[Place]) -> list[str]:
    with regular(folder, f"weights_{name}.bin", MAX_WEIGHT_BYTES) as (handle, _):
        return [sha256_of_slice(handle, place.offset, place.nbytes) for place in part]


def _origin(array: WeightArray, reference: str, original: WeightArray | None) -> str:
    if not reference:
        return "unknown"
    if original is None:
        return "different"
    same = (array.sha256, array.shape, array.dtype) == (
        original.sha256,
        original.shape,
        original.dtype,
    )
    return "pretrained" if same else "different"
