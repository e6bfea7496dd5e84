"""Code written for Keras 2 runs as it did: the few names that later versions dropped are honoured.

Nothing here changes what a model computes; each adaptation is told once, and shown in the report.
"""

import functools
import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from .notes import note
from .on_import import when_imported

QUEUE = ("max_queue_size", "workers", "use_multiprocessing")
"""Arguments that Keras 3 has no use for."""
POSITIONS = {
    "fit": ("steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data"),
    "evaluate": ("steps", "callbacks"),
    "predict": ("steps", "callbacks"),
}
"""Arguments of the old methods, by place."""
TENSORFLOW = "tensorflow"
_told: set[str] = set()


def install(*, legacy: bool) -> None:
    """`lr=` in both Keras'; with `legacy` also `import keras` and the names of old logs. Keras 3
    computes by TensorFlow."""
    sys.meta_path.insert(0, _Backend())
    when_imported(
        "tf_keras.src.optimizers.optimizer", lambda module: _old_arguments(module.Optimizer)
    )
    when_imported(
        "keras.src.optimizers.base_optimizer", lambda module: _old_arguments(module.BaseOptimizer)
    )
    when_imported("keras.src.layers.layer", lambda module: _old_shapes(module.Layer))
    when_imported(
        "keras.src.backend.tensorflow.trainer",
        lambda module: _old_methods(module.TensorFlowTrainer),
    )
    if legacy:
        when_imported("tf_keras.src.callbacks", _old_logs)
        sys.meta_path.insert(0, _Alias())


class _Backend(importlib.abc.MetaPathFinder):
    """Keras 3 is asked to compute by JAX or PyTorch, which this machine lacks."""

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        wanted = os.environ.get("KERAS_BACKEND", TENSORFLOW)
        if name == "keras" and wanted != TENSORFLOW:
            os.environ["KERAS_BACKEND"] = TENSORFLOW
            told(f"Keras computes by {TENSORFLOW} here, not by {wanted[:20]}.")
        return None


def told(text: str) -> None:
    """Tell the host, once a run."""
    if text not in _told:
        _told.add(text)
        note("adapted", text)


def _old_arguments(optimizer: Any) -> None:
    """Optimizer classes take `lr` and `decay`, as those of Keras 2 did: those to come, and those
    there are, which in a warm worker are all of Keras's own."""

    def honour(cls: Any) -> None:
        if "__init__" in vars(cls):
            cls.__init__ = _with_old_arguments(cls.__init__)

    def init_subclass(cls: Any, /, **kwargs: Any) -> None:
        super(optimizer, cls).__init_subclass__(**kwargs)
        honour(cls)

    for cls in _below(optimizer):
        honour(cls)
    optimizer.__init_subclass__ = classmethod(init_subclass)


def _below(cls: Any) -> set[Any]:
    """All classes that are made from this one, each once."""
    return {below for subclass in cls.__subclasses__() for below in (subclass, *_below(subclass))}


def _with_old_arguments(init: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        if "lr" in kwargs:
            kwargs.setdefault("learning_rate", kwargs.pop("lr"))
            told("`lr=` of an optimizer was read as `learning_rate=`, its name today")
        if decay := kwargs.pop("decay", None):
            kwargs["learning_rate"] = _decaying(type(self), kwargs.get("learning_rate"), decay)
            told("`decay=` of an optimizer was read as a learning rate that falls with the steps")
        init(self, *args, **kwargs)

    return __init__


def _decaying(kind: type, rate: Any, decay: Any) -> Any:
    legacy = any(above.__module__.startswith("tf_keras.") for above in kind.__mro__)
    keras = importlib.import_module("tf_keras" if legacy else "keras")
    first = 0.001 if rate is None else rate
    return keras.optimizers.schedules.InverseTimeDecay(first, 1, decay)


class _OldShape:
    """`input_shape` or `output_shape` of a layer; one that a class or object sets itself wins."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, kind: Any = None) -> Any:
        if layer is None:
            return self
        if sys._getframe(1).f_globals.get("__name__", "").startswith("keras."):
            raise AttributeError(f"{self.name}_shape")  # Keras 3 itself asks whether it is there
        told(f"`{self.name}_shape` of a layer was read as `{self.name}.shape`")
        return tuple(getattr(layer, self.name).shape)


def _old_shapes(layer: Any) -> None:
    """Code pasted from an earlier edition asks a layer of Keras 3 for its `output_shape`."""
    for name in ("input", "output"):
        if not hasattr(layer, f"{name}_shape"):
            setattr(layer, f"{name}_shape", _OldShape(name))


def _old_methods(trainer: Any) -> None:
    """`fit_generator` and its like are `fit` and its like today."""

    def old(name: str) -> Callable[..., Any]:
        def method(self: Any, generator: Any, *args: Any, **kwargs: Any) -> Any:
            told(f"`{name}_generator` was read as `{name}`")
            kept = dict(zip(POSITIONS[name], args, strict=False)) | kwargs
            kept = {key: value for key, value in kept.items() if key not in QUEUE}
            return getattr(self, name)(generator, **kept)

        return method

    for name in ("fit", "evaluate", "predict"):
        if not hasattr(trainer, f"{name}_generator"):
            setattr(trainer, f"{name}_generator", old(name))


class OldNames(dict[str, Any]):
    """Logs that answer to `acc` where they hold `accuracy`, and the other way round."""

    NAMES = {"acc": "accuracy", "accuracy": "acc", "val_acc": "val_accuracy",
             "val_accuracy": "val_acc"}  # fmt: skip

    def __missing__(self, name: str) -> Any:
        other = self.NAMES.get(name)
        if other is None or not dict.__contains__(self, other):
            raise KeyError(name)
        told("`acc` in the logs was read as `accuracy`, or the other way round")
        return dict.__getitem__(self, other)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default


def _old_logs(module: Any) -> None:
    """The first Keras 2 called accuracy `acc`, later ones `accuracy`."""
    processed, begun = module.CallbackList._process_logs, module.History.__init__

    @functools.wraps(processed)
    def process_logs(self: Any, logs: Any, is_batch_hook: bool = False) -> Any:
        logs = processed(self, logs, is_batch_hook)
        return OldNames(logs) if type(logs) is dict else logs

    @functools.wraps(begun)
    def history(self: Any, *args: Any, **kwargs: Any) -> None:
        begun(self, *args, **kwargs)
        self.history = OldNames(self.history)

    module.CallbackList._process_logs = process_logs
    module.History.__init__ = history


class _Alias(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """`import keras` gives legacy Keras, under both names the same modules."""

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != "keras" and not name.startswith("keras."):
            return None
        return importlib.machinery.ModuleSpec(name, self)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        module = importlib.import_module(f"tf_{spec.name}")
        self.kept = (module.__spec__, module.__loader__, module.__package__)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """It has run already; the import system changed whose it is."""
        module.__spec__, module.__loader__, module.__package__ = self.kept
