"""Exported weights: the list of arrays vetted, every array hashed by the host."""

from collections.abc import Mapping
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


class Listed(Record):
    """One line of the list: an array, and where its bytes are in the file beside it."""

    layer: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=200)]
    shape: Annotated[tuple[Count, ...], Field(max_length=8)]
    dtype: str
    offset: Count
    nbytes: Count


LIST = TypeAdapter(Annotated[list[Listed], Field(max_length=MAX_ARRAYS)])


def weight_arrays(
    folder: Folder,
    name: str,
    graph: Graph | None,
    pretrained: Mapping[tuple[str, str], WeightArray],
) -> tuple[WeightArray, ...]:
    """The arrays of `weights_<name>.bin` with their hashes and origin.

    graph: the annotated graph of the same model; it says in which place of the pretrained network
    a layer stands. Without it, or outside of that network, the origin is "unknown". Raises
    ValueError, in words for a student, for files that are not as they should be.
    """
    listed = _listed(folder, name)
    standing = {layer.id: layer.reference for layer in graph.layers} if graph else {}
    arrays = []
    with regular(folder, f"weights_{name}.bin", MAX_WEIGHT_BYTES) as (handle, size):
        if size != sum(line.nbytes for line in listed):
            raise ValueError("not as long as its list of arrays says")
        for line in listed:
            reference = standing.get(line.layer, "")
            original = pretrained.get((reference, line.name)) if reference else None
            sha256 = sha256_of_slice(handle, line.offset, line.nbytes)
            same = original is not None and (sha256, line.shape, line.dtype) == (
                original.sha256,
                original.shape,
                original.dtype,
            )
            arrays.append(
                WeightArray(
                    layer=line.layer,
                    name=line.name,
                    shape=line.shape,
                    dtype=line.dtype,
                    sha256=sha256,
                    origin="unknown" if not reference else "pretrained" if same else "different",
                )
            )
    return tuple(arrays)


def _listed(folder: Folder, name: str) -> list[Listed]:
    """`weights_<name>.json`: arrays one after the other without gap or overlap, each once."""
    value: Any = parse_json(
        read(folder, f"weights_{name}.json", MAX_LIST_BYTES), max_bytes=MAX_LIST_BYTES
    )
    try:
        listed = LIST.validate_python(value)
    except ValidationError:
        raise ValueError("not in the form of a list of arrays") from None
    offset, seen = 0, set[tuple[str, str]]()
    for line in listed:
        if (line.layer, line.name) in seen:
            raise ValueError("an array is listed twice")
        nbytes = prod(line.shape) * NUMBER_BYTES.get(line.dtype, -1)
        if line.offset != offset or line.nbytes != nbytes:
            raise ValueError("offsets and sizes of the arrays do not fit")
        seen.add((line.layer, line.name))
        offset += line.nbytes
    return listed
