"""In recipe mode a notebook's own training is shortened: one eager step on two examples.

The accuracy that counts is measured by the grader's recipe, so nothing that `fit` would learn here
is used. What is kept of a real `fit`: its arguments are checked, data are read, the forward pass,
loss and metrics are computed, callbacks run in order, `stop_training` works, and the History has
the right keys.

No gradient is applied and BatchNormalization runs in inference mode: weights, moving averages and
the optimizer are afterwards what they were. The grader's questions are about the model that the
student *built*; a step that the grader put in must not turn pretrained weights into others, nor
cost the memory of gradients (0.5 GB here). A class with a `train_step` of its own runs that, and
gets its weights put back.

The step runs eagerly: a shortened call traces no graph that two examples would be all the use of.
"""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..shims.notes import note
from ..shims.on_import import when_imported
from . import first_rows

KERAS_3 = "keras.src.backend.tensorflow.trainer"
LEGACY = ("tf_keras.src.engine.training", "keras.src.engine.training")
"""Keras 2 is a package of its own, or the Keras of TensorFlow 2.15 and before."""
PER_EXAMPLE = ("x", "y", "sample_weight")
"""Arguments that hold something for each example."""


def install() -> None:
    """Shorten both Keras' as soon as they are imported."""
    when_imported(KERAS_3, lambda module: _shorten(module.TensorFlowTrainer))
    for legacy in LEGACY:
        when_imported(legacy, lambda module: _shorten(module.Model))


def _shorten(trainer: Any) -> None:
    steps = (trainer.train_step, trainer.test_step)
    for name, short in (("fit", _fit), ("evaluate", _evaluate), ("predict", _predict)):
        setattr(trainer, name, _wrapped(getattr(trainer, name), short, steps))


def _wrapped(
    original: Callable[..., Any], short: Callable[..., Any], steps: tuple[Any, Any]
) -> Callable[..., Any]:
    signature = inspect.signature(original)

    @functools.wraps(original)
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("_use_cached_eval_dataset"):  # the validation inside a shortened fit
            return original(self, *args, **kwargs)
        bound = signature.bind(self, *args, **kwargs)
        bound.apply_defaults()
        arguments = dict(bound.arguments)
        arguments.pop("self")
        arguments.update(arguments.pop("kwargs", {}))
        with _eager(self, steps):
            return short(original, self, arguments)

    return method


@contextlib.contextmanager
def _eager(model: Any, steps: tuple[Any, Any]) -> Iterator[None]:
    """While the block runs the model runs eagerly, without its compiled functions or gradients."""
    names = ("train_function", "test_function", "predict_function")
    functions = {name: getattr(model, name, None) for name in names}
    eagerly = model.run_eagerly
    for name in names:
        setattr(model, name, None)
    model.run_eagerly = True
    averaging = getattr(model, "optimizer", None) or model
    weights = []
    if (type(model).train_step, type(model).test_step) != steps:
        weights = [(variable, variable.numpy()) for variable in model.weights]
    else:
        vars(model)["train_step"] = model.test_step
        # no gradient was applied, so there is no moving average that weights could become
        vars(averaging)["finalize_variable_values"] = lambda *_: None
    try:
        yield
    finally:
        for name, function in functions.items():
            setattr(model, name, function)
        model.run_eagerly = eagerly
        for variable, value in weights:
            variable.assign(value)
        vars(model).pop("train_step", None)
        vars(averaging).pop("finalize_variable_values", None)


def _fit(original: Callable[..., Any], model: Any, arguments: dict[str, Any]) -> Any:
    epochs = arguments["epochs"]
    first_epoch = arguments["initial_epoch"]
    if isinstance(epochs, int) and epochs > first_epoch:
        arguments["epochs"] = first_epoch + 1
    data = _one_step(arguments, PER_EXAMPLE, "steps_per_epoch")
    _shorten_validation(arguments, data)
    history = original(model, **arguments)
    _note("fit", f"{epochs} epochs" if epochs != 1 else "1 epoch")
    return history


def _shorten_validation(arguments: dict[str, Any], data: dict[str, Any] | None) -> None:
    held_back = arguments.get("validation_split")
    if held_back and data is not None:
        arguments.update(validation_split=0.0)
        if arguments.get("validation_data") is None:
            rows = [data["x"], data["y"], data["sample_weight"]]
            arguments["validation_data"] = tuple(part for part in rows if part is not None)
        return
    validation = arguments.get("validation_data")
    if validation is None:
        return
    arguments["validation_freq"] = 1
    small = first_rows.batch(validation) if not isinstance(validation, (tuple, list)) else None
    small = first_rows.rows(tuple(validation)) if small is None and data is not None else small
    if small is None:
        arguments["validation_steps"] = 1
    else:
        arguments.update(validation_data=small, validation_steps=None, validation_batch_size=None)


def _evaluate(original: Callable[..., Any], model: Any, arguments: dict[str, Any]) -> Any:
    _one_step(arguments, PER_EXAMPLE, "steps")
    outcome = original(model, **arguments)
    _note("evaluate", "all the data")
    return outcome


def _predict(original: Callable[..., Any], model: Any, arguments: dict[str, Any]) -> Any:
    count = first_rows.count(arguments["x"])
    if count is not None and count <= first_rows.ROWS:
        return original(model, **arguments)
    _one_step(arguments, ("x",), "steps")
    predictions = original(model, **arguments)
    _note("predict", "all the data" if count is None else f"{count} examples")
    return first_rows.repeated(predictions, count)


def _one_step(arguments: dict[str, Any], names: Sequence[str], steps: str) -> dict[str, Any] | None:
    """Only two rows of the data, which are returned; where they cannot be cut, one whole step.

    steps: name of the argument that says how many.
    """
    if arguments.get("y") is None and not first_rows.is_array(arguments["x"]):
        parts = first_rows.batch(arguments["x"])
        parts = None if parts is None else parts + (None,) * (3 - len(parts))
    else:
        parts = first_rows.rows(tuple(arguments.get(name) for name in names))
    if parts is None:
        arguments[steps] = 1
        return None
    data = dict(zip(names, parts, strict=False))
    arguments.update(data, batch_size=None, **{steps: None})
    return data


def _note(call: str, instead_of: str) -> None:
    note("shortened", f"{call}: one step on {first_rows.ROWS} examples instead of {instead_of}")
