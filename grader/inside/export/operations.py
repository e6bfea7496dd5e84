"""What bare operations compute, `Lambda` and layers with nothing to learn among them.

One call is traced and read from what TensorFlow was left to do, however it was spelled and in
whichever Keras. It becomes steps in the words of layers (`Reshape`, `Activation`, `Resizing` …) or
of arithmetic ("op:divide" with its constant). Code runs here, where it ran before; it is not sent.
"""

import inspect
from math import prod
from typing import Any, NamedTuple

import numpy as np

from .variables import inside, variables

Described = tuple[str, dict[str, Any]]
MAX_STEPS = 12
MAX_LIST = 64
MAX_NUMBER = 2.0**53
IMAGES = 4
"""Axes of a batch of images."""
SAME = {"Identity", "IdentityN", "EnsureShape"}
SHAPES = {"Shape", "Rank", "Size"}
"""What they give is no data: it says into which shape others go."""
ARITHMETIC = {
    "Add": "add", "AddV2": "add", "BiasAdd": "add", "Sub": "subtract", "Mul": "multiply",
    "RealDiv": "divide", "Maximum": "maximum", "Minimum": "minimum",
}  # fmt: skip
ALONE = {
    "Abs": "absolute", "Sqrt": "sqrt", "Rsqrt": "rsqrt", "Square": "square", "Exp": "exp",
    "Log": "log", "StopGradient": "stop_gradient",
}  # fmt: skip
ACTIVATIONS = {
    "Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Elu": "elu",
    "Selu": "selu", "Softplus": "softplus", "Softsign": "softsign", "Softmax": "softmax",
    "LogSoftmax": "log_softmax",
}  # fmt: skip
REDUCING = {"Mean": "mean", "Max": "max", "Min": "min", "Sum": "sum"}
POOLING = {"Mean": "Average", "Max": "Max", "AvgPool": "Average", "MaxPool": "Max"}
SHAPING = {"Reshape", "ExpandDims", "Squeeze", "StridedSlice"}
RESIZING = {"ResizeBilinear": "bilinear", "ResizeNearestNeighbor": "nearest"}
HOW = {
    **dict.fromkeys((*ACTIVATIONS, *ALONE, "LeakyRelu"), "alone"),
    **dict.fromkeys(REDUCING, "reduced"),
    **dict.fromkeys(SHAPING, "reshaped"),
    **dict.fromkeys(RESIZING, "resized"),
    **dict.fromkeys(("MaxPool", "AvgPool"), "pooled"),
    **dict.fromkeys(("Pad", "PadV2"), "padded"),
    "Transpose": "permuted",
}
"""Operation of one tensor → the method that reads it."""


class Step(NamedTuple):
    """One node of the graph."""

    kind: str
    settings: dict[str, Any]
    shape: list[int | None]
    inputs: list[int]
    """Numbers of earlier steps; −1, −2 … are the tensors that the call reads, in their order."""


class _Unknown(Exception):
    """It cannot be said in these words."""


def steps_of(layer: Any, call: int, tensors: list[Any]) -> list[Step]:
    """The steps of one call that reads these symbolic tensors; [] for a usual layer, and for what
    cannot be said in these words."""
    try:
        return _Reading(_traced(layer, call, tensors), len(tensors)).steps if is_bare(layer) else []
    except Exception:  # noqa: BLE001 - whatever a stranger's function does when it is called
        return []


def is_bare(layer: Any) -> bool:
    """Whether it is an operation, a Lambda, or a layer of the student's own that has nothing to
    learn and does not ask whether it is training."""
    kind = type(layer)
    if kind.__module__.partition(".")[0] in ("keras", "tf_keras"):
        return ".ops." in kind.__module__ or kind.__name__.endswith("Lambda")
    if not hasattr(layer, "_inbound_nodes") or variables(layer) or inside(layer):
        return False
    return "training" not in inspect.signature(kind.call).parameters


def arguments_of(layer: Any, call: int) -> tuple[list[Any], dict[str, Any]]:
    """(positional, named) arguments of that call, in either Keras."""
    node = layer._inbound_nodes[call]
    given = getattr(node, "arguments", None)
    if given is None:
        return list(node.call_args), dict(node.call_kwargs)
    return list(given.args), dict(given.kwargs)


def _traced(layer: Any, call: int, tensors: list[Any]) -> Any:
    """TensorFlow's own graph of that call, as in training: what is random then is not in here."""
    import tensorflow as tf

    numbers = {id(tensor): number for number, tensor in enumerate(tensors)}
    arguments = arguments_of(layer, call)
    more = {"training": True} if hasattr(layer, "trainable_weights") else {}
    if type(layer).__name__ in ("TFOpLambda", "SlicingOpLambda"):
        layer, more = layer.function, {}

    def compute(*given: Any) -> Any:
        args, named = tf.nest.map_structure(
            lambda leaf: given[numbers[id(leaf)]] if id(leaf) in numbers else leaf, arguments
        )
        return layer(*args, **named | more)

    specs = [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in tensors]
    return tf.function(compute, autograph=False).get_concrete_function(*specs)


class _Reading:
    """The operations of a trace, from the first to the one whose output is that of the call."""

    def __init__(self, trace: Any, tensors: int) -> None:
        self.steps: list[Step] = []
        self.outer = {
            inner.name: value
            for inner, value in zip(trace.inputs[tensors:], trace.captured_inputs, strict=True)
        }
        self.made = {tensor.name: -1 - n for n, tensor in enumerate(trace.inputs[:tensors])}
        self.shapes: set[str] = set()
        for operation in trace.graph.get_operations():
            self._read(operation)
        (output,) = trace.outputs
        last = self.made[output.name]
        if last < 0:
            self.steps.append(Step("Identity", {}, _shape(output), [last]))
        elif last != len(self.steps) - 1 or last >= MAX_STEPS:
            raise _Unknown

    def _read(self, operation: Any) -> None:
        outputs, inputs = list(operation.outputs), list(operation.inputs)
        sources = [self.made[tensor.name] for tensor in inputs if tensor.name in self.made]
        if operation.type in SHAPES or (
            not sources and any(tensor.name in self.shapes for tensor in inputs)
        ):
            self.shapes.update(tensor.name for tensor in outputs)
            return
        if not sources:
            return  # a constant, read where it is used
        if operation.type in SAME or self._casts(operation):
            pairs = zip(inputs, outputs, strict=True)
            self.made |= {b.name: self.made[a.name] for a, b in pairs if a.name in self.made}
            return
        if len(outputs) != 1:
            raise _Unknown
        kind, settings = self._described(operation, inputs, len(sources))
        same = kind == "Reshape" and _shape(inputs[0]) == _shape(outputs[0])
        if not same:
            self.steps.append(Step(kind, settings, _shape(outputs[0]), sources))
        self.made[outputs[0].name] = sources[0] if same else len(self.steps) - 1

    def _casts(self, operation: Any) -> bool:
        """Into floating numbers; those of a model that is rebuilt are of one precision."""
        return bool(operation.type == "Cast" and operation.outputs[0].dtype.is_floating)

    def _constant(self, tensor: Any) -> Any:
        """What a tensor holds that depends on no data, as an array. _Unknown for any other."""
        import tensorflow as tf

        value = self.outer.get(tensor.name)
        value = tf.get_static_value(tensor) if value is None else value.numpy()
        if value is None:
            raise _Unknown
        return np.asarray(value)

    def _described(self, operation: Any, inputs: list[Any], sources: int) -> Described:
        """(kind, settings) of an operation that reads data. _Unknown for any other."""
        name = operation.type
        if name in ARITHMETIC or name == "Neg":
            return self._arithmetic(operation, inputs, sources)
        if name == "ConcatV2" and sources == len(inputs) - 1:
            return "Concatenate", {"axis": int(self._constant(inputs[-1])) % len(inputs[0].shape)}
        if name not in HOW or sources != 1 or inputs[0].name not in self.made:
            raise _Unknown
        described: Described = getattr(self, HOW[name])(operation, inputs, len(inputs[0].shape))
        return described

    def _arithmetic(self, operation: Any, inputs: list[Any], sources: int) -> Described:
        """With its constant: a number, or a list of one for each channel; "first": on the left."""
        if operation.type == "Neg":
            return "op:multiply", {"constant": -1.0}
        kind = f"op:{ARITHMETIC[operation.type]}"
        if sources == len(inputs):
            return kind, {}
        first = inputs[0].name not in self.made
        array = self._constant(inputs[not first]).astype("float64")
        if array.size != 1 and (array.size != array.shape[-1] or array.size > MAX_LIST):
            raise _Unknown
        numbers = [_plain(number) for number in array.ravel().tolist()]
        constant = numbers[0] if array.size == 1 else numbers
        if (kind, constant) == ("op:maximum", 0):
            return "Activation", {"activation": "relu"}
        return kind, {"constant": constant} | ({"first": True} if first else {})

    def alone(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        del inputs, rank
        name = operation.type
        if name == "LeakyRelu":
            return "LeakyReLU", {"negative_slope": _plain(operation.get_attr("alpha"))}
        if name in ACTIVATIONS:
            return "Activation", {"activation": ACTIVATIONS[name]}
        return f"op:{ALONE[name]}", {}

    def resized(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        del rank
        if not operation.get_attr("half_pixel_centers"):
            raise _Unknown
        height, width = (int(side) for side in self._constant(inputs[1]))
        sides = {"height": height, "width": width}
        return "Resizing", {**sides, "interpolation": RESIZING[operation.type]}

    def permuted(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        del operation, rank
        first, *dims = (int(axis) for axis in self._constant(inputs[1]))
        if first != 0:
            raise _Unknown
        return "Permute", {"dims": dims}

    def pooled(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        del inputs, rank
        window, strides = operation.get_attr("ksize"), operation.get_attr("strides")
        ends = (window[0], window[3], strides[0], strides[3])
        if operation.get_attr("data_format") != b"NHWC" or set(ends) != {1}:
            raise _Unknown
        padding = operation.get_attr("padding").decode().lower()
        settings = {"pool_size": window[1:3], "strides": strides[1:3], "padding": padding}
        return f"{POOLING[operation.type]}Pooling2D", settings

    def padded(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        del operation
        first, *sides, last = self._constant(inputs[1]).tolist()
        filled = any(self._constant(value).any() for value in inputs[2:])
        if rank != IMAGES or filled or [*first, *last] != [0] * 4:
            raise _Unknown
        return "ZeroPadding2D", {"padding": sides}

    def reduced(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        """Pooling over all places of an image or a sequence; else the axes."""
        axes = sorted(int(axis) % rank for axis in self._constant(inputs[1]).ravel())
        keeps = {"keepdims": True} if operation.get_attr("keep_dims") else {}
        if operation.type in POOLING and axes == list(range(1, rank - 1)) and rank in (3, 4):
            return f"Global{POOLING[operation.type]}Pooling{rank - 2}D", keeps
        if 0 in axes:
            raise _Unknown
        return f"op:{REDUCING[operation.type]}", {"axis": axes} | keeps

    def reshaped(self, operation: Any, inputs: list[Any], rank: int) -> Described:
        """The layer that gives each example the same shape; the last axis turned round."""
        (batch, *before), (others, *after) = _shape(inputs[0]), _shape(operation.outputs[0])
        if operation.type == "StridedSlice":
            begins, ends, dots = (
                operation.get_attr(name) for name in ("begin_mask", "end_mask", "ellipsis_mask")
            )
            steps = self._constant(inputs[3]).tolist()
            if steps[1:] == [-1] and dots == 1 and begins & ends & 2:
                return "op:flip", {"axis": [rank - 1]}
            if min(steps) < 1 or not (dots & 1 or begins & ends & 1):
                raise _Unknown
        if after == [None] and operation.type == "Reshape":
            after = [_size(before)]  # to (batch, what is left)
        if batch != others or None in (*before, *after) or _size(before) != _size(after):
            raise _Unknown
        if len(after) == 1 and before != after:
            return "Flatten", {}
        return "Reshape", {"target_shape": after}


def _plain(number: float) -> float:
    """As short as it says the same in single precision: 0.1, not 0.10000000149."""
    if not abs(number) < MAX_NUMBER:
        raise _Unknown
    return float(str(np.float32(number)))


def _shape(tensor: Any) -> list[int | None]:
    return [None if side is None else int(side) for side in tensor.shape]


def _size(sides: list[int | None]) -> int:
    return prod(side or 0 for side in sides)
