"""The neutral graph of a model, the fingerprints of its weights, and its picture."""

import copy
from functools import cached_property
from typing import Annotated, Any, Literal, NoReturn

from pydantic import AfterValidator, Field

from grader.records.common import Record


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("evidence cannot be changed; change a copy: dict(settings)")


class Fixed(dict[str, Any]):
    """A table that can only be read: students may share a graph, so no check may write in it.
    Copies of it are plain ones; lists in it are as they were."""

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return copy.deepcopy(dict(self), memo)


Settings = Annotated[dict[str, Any], AfterValidator(Fixed)]
Numbers = Annotated[dict[str, float | bool | None], AfterValidator(Fixed)]


class Layer(Record):
    """One call of one layer: a node of the neutral graph."""

    id: str
    """Unique in the graph; for a layer called once its name."""
    name: str
    """As Keras has it; a layer that is called twice is two nodes of one name."""
    kind: str
    """Class name without module: Conv2D, Dense, Dropout, InputLayer …; an operation is `op:add`."""
    settings: Settings = Field(default_factory=Fixed)
    """The settings that change meaning, in normal form (activation names, rates, units …)."""
    trainable: bool = True
    """What its own switch says; `trainable_parameters` says what that means."""
    parameters: int = 0
    """How many numbers its variables hold."""
    trainable_parameters: int = 0
    """Parameters in variables that the optimizer would update."""
    output_shape: tuple[int | None, ...] = ()
    """The first place, None, is the batch."""
    inputs: tuple[str, ...] = ()
    """Ids of the nodes whose outputs it reads, in order."""
    reference: str = ""
    """Set by the host: id of the node of the pretrained network's own graph that stands in the
    same place (same class and settings, fed by the same places), or ""."""


class Loss(Record):
    """What a compiled model makes small."""

    kind: str = ""
    """binary_crossentropy, mean_squared_error, … ; "" when there is none, "unknown" when opaque."""
    from_logits: bool = False
    """Whether it takes numbers of any size in place of probabilities."""
    label_smoothing: float = 0.0
    """As Keras has it: 0 leaves the labels as they are."""


class Optimizer(Record):
    """How a compiled model learns."""

    kind: str = ""
    """rmsprop, adam, sgd …"""
    learning_rate: float | None = None
    """Of the first step, where it follows a plan."""
    settings: Numbers = Field(default_factory=Fixed)
    """Its other numbers, by the names that Keras gives them: momentum, rho …"""
    schedule: Settings = Field(default_factory=Fixed)
    """The plan of learning rates, if there is one: {"kind": "exponential_decay", its numbers}."""


class Graph(Record):
    """One model in the neutral form, whichever Keras made it."""

    style: Literal["functional", "sequential", "subclassed", "opaque"]
    """How the student built it; `opaque`, which cannot be looked into, has no layers."""
    class_name: str = ""
    """Of the model's own class."""
    layers: tuple[Layer, ...] = ()
    """Each behind those that it reads; those of nested models stand here one by one."""
    inputs: tuple[str, ...] = ()
    """Ids of the nodes into which data go."""
    outputs: tuple[str, ...] = ()
    """Ids of the nodes that answer."""
    compiled: bool = False
    """Whether `compile` was called."""
    loss: Loss = Loss()
    """Empty where it was not."""
    optimizer: Optimizer = Optimizer()
    """Empty where it was not."""
    metrics: tuple[str, ...] = ()
    """Normal form: accuracy, auc, …"""
    keras: str = ""
    """Version and flavour that built it: "keras 3.15.1" or "tf-keras 2.21.0"."""

    @cached_property
    def used(self) -> frozenset[str]:
        """Ids of the nodes that lead to an output. Each node comes after those that it reads."""
        leading = set(self.outputs)
        for layer in reversed(self.layers):
            if layer.id in leading:
                leading.update(layer.inputs)
        return frozenset(layer.id for layer in self.layers if layer.id in leading)


class WeightArray(Record):
    """One array as exported, hashed by the *host* over its raw little-endian bytes."""

    layer: str
    """Name of the layer that it belongs to."""
    name: str
    """kernel, bias, gamma …"""
    shape: tuple[int, ...]
    """Its sides."""
    dtype: str
    """As NumPy names it."""
    sha256: str
    """Of its numbers."""
    origin: Literal["pretrained", "different", "unknown"] = "unknown"
    """Set by the host: whether these are the pretrained file's numbers for this very place."""


class Block(Record):
    """One box of the model's picture: a head layer, or several of the pretrained network."""

    id: str
    title: str
    part: Literal["input", "base", "head"]
    kind: str
    """Class name of a single layer, "block" for a collapsed one."""
    layers: tuple[str, ...]
    """Ids of the layers it stands for."""
    state: Literal["frozen", "trainable", "mixed", "none"]
    """`none`: has no parameters."""
    parameters: int = 0
    trainable_parameters: int = 0
    output_shape: tuple[int | None, ...] = ()
    detail: str = ""
    """"1024 units, relu", "rate 0.2" …"""
    inputs: tuple[str, ...] = ()
    used: bool = True
    """False: in the model that was handed over but not on the way to the output."""


class Diagram(Record):
    """The final model as built, small enough to draw."""

    blocks: tuple[Block, ...]
    parameters: int
    trainable_parameters: int
    loss: str = ""
    optimizer: str = ""
    metrics: tuple[str, ...] = ()
