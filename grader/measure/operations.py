"""Bare operations in a model's graph: `images / 127.5 - 1`, sums of two tensors, other shapes."""

from dataclasses import dataclass
from typing import Any

from grader.measure.allowed import MAX_LIST, MAX_NUMBERS, listed, number
from grader.records import Layer

ARITHMETIC = {
    "op:Add": "add", "op:math.add": "add", "op:__operators__.add": "add",
    "op:Subtract": "subtract", "op:math.subtract": "subtract",
    "op:Multiply": "multiply", "op:math.multiply": "multiply",
    "op:Divide": "divide", "op:TrueDivide": "divide", "op:math.divide": "divide",
    "op:math.truediv": "divide",
}  # fmt: skip
"""Kind in the neutral graph, of either Keras → what is computed."""
SHAPING = {
    "op:Reshape", "op:reshape", "op:ExpandDims", "op:expand_dims", "op:Squeeze", "op:squeeze",
}  # fmt: skip
"""The same numbers in another shape, that of the output."""
FITS = listed(number(-1e9, 1e9), MAX_NUMBERS)


@dataclass(frozen=True)
class Constant:
    """The number, or one a channel, that stands beside the tensor."""

    value: float | tuple[float, ...]
    first: bool
    """Whether it is the left one: `1 - images`."""

    def settings(self) -> dict[str, Any]:
        """As an entry of a plan."""
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"constant": value, "first": self.first}


def target_of(layer: Layer) -> list[int] | None:
    """The shape of one example behind an operation of `SHAPING`; None where it is not known."""
    batch, sides = layer.output_shape[:1], layer.output_shape[1:]
    known = [side for side in sides if side is not None]
    return known if batch == (None,) and 0 < len(known) == len(sides) <= MAX_LIST else None


def constant_of(layer: Layer) -> Constant | None:
    """The constant of an operation with one tensor; None where there is none that can be read."""
    value: Any = layer.settings.get("constant")
    first = layer.settings.get("first", False)
    if len(layer.inputs) != 1 or not FITS(value) or not isinstance(first, bool):
        return None
    return Constant(tuple(map(float, value)) if isinstance(value, list) else float(value), first)
