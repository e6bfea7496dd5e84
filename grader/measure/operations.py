"""Bare arithmetic in a model's graph: `images / 127.5 - 1`, and sums of two tensors."""

from dataclasses import dataclass
from typing import Any

from grader.measure.allowed import MAX_NUMBERS, listed, number
from grader.records import Layer

ARITHMETIC = {
    "op:Add": "add", "op:math.add": "add", "op:__operators__.add": "add",
    "op:Subtract": "subtract", "op:math.subtract": "subtract",
    "op:Multiply": "multiply", "op:math.multiply": "multiply",
    "op:Divide": "divide", "op:TrueDivide": "divide", "op:math.divide": "divide",
    "op:math.truediv": "divide",
}  # fmt: skip
"""Kind in the neutral graph, of either Keras → what is computed."""
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


def constant_of(layer: Layer) -> Constant | None:
    """The constant of an operation with one tensor; None where there is none that can be read."""
    value: Any = layer.settings.get("constant")
    first = layer.settings.get("first", False)
    if len(layer.inputs) != 1 or not FITS(value) or not isinstance(first, bool):
        return None
    return Constant(tuple(map(float, value)) if isinstance(value, list) else float(value), first)
