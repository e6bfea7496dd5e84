"""Loss, optimizer and metrics of a compiled model in one normal form, however they were spelled."""

import functools
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .settings import known, plain, snake
from .walk import keras_of

LOSSES = {
    "bce": "binary_crossentropy",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
    "mape": "mean_absolute_percentage_error",
    "msle": "mean_squared_logarithmic_error",
    "kld": "kl_divergence",
    "kullback_leibler_divergence": "kl_divergence",
    "logcosh": "log_cosh",
    "huber_loss": "huber",
    "binary_cross_entropy": "binary_crossentropy",
}
METRICS = {
    "acc": "accuracy",
    "binary_accuracy": "accuracy",
    "bce": "binary_crossentropy",
    "mse": "mean_squared_error",
    "mae": "mean_absolute_error",
}
"""`'accuracy'` means binary accuracy for a model with one output unit."""
NUMBERS = (
    "momentum", "nesterov", "rho", "epsilon", "centered", "beta_1", "beta_2", "amsgrad",
    "weight_decay", "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
    "initial_accumulator_value", "learning_rate_power", "gradient_accumulation_steps",
)  # fmt: skip
USUAL = {"use_ema": False, "ema_momentum": 0.99}
MAX_METRICS = 50
PROBE = 12
"""Answers on which a loss of the student's own is compared with Keras's."""
CLOSE = 1e-4
HALF = 0.5


def compile_facts(model: Any) -> dict[str, Any]:
    """{"compiled", "loss", "optimizer", "metrics"}; every part by itself never raises."""
    given = _safely(_given, None, model)
    compiled = given is not None
    given = given or {}
    return {
        "compiled": compiled,
        "loss": _safely(_loss, {"kind": "unknown"}, given.get("loss"), model),
        "optimizer": _safely(_optimizer, {"kind": "unknown"}, given.get("optimizer")),
        "metrics": _safely(
            _metrics, ["unknown"], [given.get("metrics"), given.get("weighted_metrics")], model
        ),
    }


def _given(model: Any) -> dict[str, Any] | None:
    """What `compile` was given, as it was given; None when the model is not compiled.

    Keras makes its metric objects only at the first step, so `model.metrics` tells nothing yet.
    """
    optimizer = getattr(model, "optimizer", None)
    config = getattr(getattr(model, "_compile_config", None), "config", None)
    if isinstance(config, dict):
        return dict(config) | ({"optimizer": optimizer} if optimizer is not None else {})
    loss = getattr(model, "loss", None)
    return {"optimizer": optimizer, "loss": loss} if optimizer is not None or loss else None


def _safely(function: Callable[..., Any], otherwise: Any, *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except Exception:  # noqa: BLE001 - an odd object is "unknown", nothing more
        return otherwise


def _loss(given: Any, model: Any) -> dict[str, Any]:
    given = _only(given)
    if given is None:
        return {"kind": ""}
    logits = _option(given, "from_logits")
    smoothing = _option(given, "label_smoothing")
    facts: dict[str, Any] = {"kind": _name(given, LOSSES), "from_logits": logits is True}
    if isinstance(smoothing, float | int) and 0 < smoothing <= 1:
        facts["label_smoothing"] = float(smoothing)
    if facts["kind"] == "unknown" and callable(given):
        alike = (like for like in _likely(model) if _safely(_same_numbers, False, given, *like))
        kind, logits, _ = next(alike, ("unknown", False, None))
        facts |= {"kind": kind, "from_logits": logits}
    return facts


def _likely(model: Any) -> Iterator[tuple[str, bool, Any]]:
    """(name, whether it takes logits, (labels, answers)) of Keras's losses that a function of the
    student's own may be another name for, with what to try it on."""
    import numpy as np

    units = int(model.output_shape[-1])
    answers = np.random.default_rng(PROBE).uniform(0.05, 0.95, (PROBE, units)).astype("float32")
    numbers = np.arange(PROBE) % max(units, 2)
    if units == 1:
        named = {"binary_crossentropy": numbers[:, None].astype("float32")}
    else:
        answers /= answers.sum(axis=1, keepdims=True)
        rows = np.eye(units, dtype="float32")[numbers]
        named = {
            "sparse_categorical_crossentropy": numbers[:, None],
            "categorical_crossentropy": rows,
        }
    for name, labels in named.items():
        for logits in (False, True):
            known_one = getattr(sys.modules[keras_of(model)].losses, name)
            yield name, logits, (functools.partial(known_one, from_logits=logits), labels, answers)


def _same_numbers(given: Any, name: str, logits: bool, tried: Any) -> bool:
    """Whether both losses give the same for the same."""
    import numpy as np

    known_one, labels, answers = tried
    tensor = sys.modules["tensorflow"].convert_to_tensor
    mine, right = (np.asarray(one(tensor(labels), tensor(answers))) for one in (given, known_one))
    return bool(abs(mine.mean() - right.mean()) < CLOSE * abs(right.mean()))


def _only(given: Any) -> Any:
    """A loss in a list or table of one is that loss; several are an object that is "unknown"."""
    while isinstance(given, list | tuple | dict):
        inner = list(given.values()) if isinstance(given, dict) else list(given)
        if len(inner) != 1:
            return object() if inner else None
        given = inner[0]
    return given


def _option(given: Any, name: str) -> Any:
    """An option of a loss or metric: of the object, or of a function with it bound."""
    if isinstance(given, functools.partial):
        return plain((given.keywords or {}).get(name))
    bound = getattr(given, "_fn_kwargs", None)
    if isinstance(bound, dict) and name in bound:
        return plain(bound[name])
    return plain(getattr(given, name, None))


def _name(given: Any, aliases: Mapping[str, str]) -> str:
    """Normal name of a string, a Keras class, object or function; "unknown" for anything else."""
    if isinstance(given, str):
        word = snake(given)
        return aliases.get(word, word)[:100]
    if isinstance(given, functools.partial):
        given = given.func
    is_function = callable(given) and hasattr(given, "__name__")
    kind = given if is_function else type(given)
    if not known(kind):
        return "unknown"
    word = snake(str(kind.__name__))
    if word in ("mean_metric_wrapper", "loss_function_wrapper"):
        inner = getattr(given, "_fn", None) or getattr(given, "fn", None)
        return _name(inner, aliases) if inner is not None else "unknown"
    return aliases.get(word, word)[:100]


def _optimizer(optimizer: Any) -> dict[str, Any]:
    if optimizer is None:
        return {"kind": ""}
    if isinstance(optimizer, str):
        return {"kind": optimizer.lower()[:100], "learning_rate": None, "settings": {}}
    inner = getattr(optimizer, "inner_optimizer", None)
    optimizer = inner if inner is not None else optimizer
    settings: dict[str, bool | int | float] = {}
    for name in NUMBERS:
        value = _plain(getattr(optimizer, name, None))
        if isinstance(value, bool | int | float) and USUAL.get(name) != value:
            settings[name] = value
    kind = type(optimizer).__name__.lower()[:100] if known(type(optimizer)) else "unknown"
    return {"kind": kind, "settings": settings, **_rate(optimizer)}


def _rate(optimizer: Any) -> dict[str, Any]:
    """{"learning_rate", "schedule"}: where there is a plan, the rate is that of the first step."""
    rate = getattr(optimizer, "_learning_rate", None)
    rate = rate if callable(rate) else getattr(optimizer, "learning_rate", None)
    if callable(rate) and hasattr(rate, "get_config"):
        schedule = {"kind": snake(type(rate).__name__) if known(type(rate)) else "unknown"}
        numbers = _safely(lambda: plain(dict(rate.get_config())), {})
        numbers = {key: value for key, value in numbers.items() if key not in ("name", "kind")}
        return {"learning_rate": _number(_safely(rate, None, 0)), "schedule": numbers | schedule}
    number, decay = _number(rate), _plain(getattr(optimizer, "decay", 0))
    if number and isinstance(decay, float | int) and decay > 0:  # of optimizers before 2023
        numbers = {"initial_learning_rate": number, "decay_steps": 1, "decay_rate": decay}
        return {"learning_rate": number, "schedule": {"kind": "inverse_time_decay", **numbers}}
    return {"learning_rate": number}


def _plain(value: Any) -> Any:
    return plain(value.numpy() if hasattr(value, "numpy") else value)


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = plain(float(value.numpy() if hasattr(value, "numpy") else value))
    return None if number is None else float(f"{number:.7g}")


def _metrics(given: Any, model: Any) -> list[str]:
    names = dict.fromkeys(_metric(metric, model) for metric in _leaves(given))
    return [name for name in names if name][:MAX_METRICS]


def _leaves(given: Any) -> list[Any]:
    if isinstance(given, dict):
        given = list(given.values())
    if isinstance(given, list | tuple):
        return [leaf for part in given for leaf in _leaves(part)]
    return [] if given is None else [given]


def _metric(metric: Any, model: Any) -> str:
    """Normal name. `Accuracy` compares for equality, which no probability ever is, and a threshold
    away from the middle is another measure: neither is "accuracy"."""
    if not isinstance(metric, str) and type(metric).__name__ == "Accuracy":
        return "equality"
    name = _name(metric, METRICS)
    threshold = _option(metric, "threshold") if not isinstance(metric, str) else None
    if name == "accuracy" and isinstance(threshold, float | int) and threshold not in (0, 0.5):
        return f"accuracy_at_{threshold:g}"
    if name == "unknown" and hasattr(metric, "__name__"):  # a function of the student's own
        return (
            "accuracy" if any(_counts_right(metric, *tried) for tried in _answered(model)) else name
        )
    return name


def _answered(model: Any) -> Iterator[tuple[float, Any, Any]]:
    """(share that is right, labels, answers), with labels as numbers and as rows."""
    import numpy as np

    units = int(model.output_shape[-1])
    answers = np.random.default_rng(PROBE).uniform(0.05, 0.95, (PROBE, units)).astype("float32")
    right = np.arange(PROBE) % 3 == 0
    if units == 1:
        yield float(right.mean()), ((answers > HALF) == right[:, None]).astype("float32"), answers
        return
    numbers = (answers.argmax(axis=1) + ~right) % units
    for labels in (numbers[:, None], np.eye(units, dtype="float32")[numbers]):
        yield float(right.mean()), labels, answers


def _counts_right(metric: Any, share: float, labels: Any, answers: Any) -> bool:
    import numpy as np

    tensor = sys.modules["tensorflow"].convert_to_tensor
    told = _safely(lambda: np.mean(np.asarray(metric(tensor(labels), tensor(answers)))), None)
    return told is not None and bool(abs(told - share) < CLOSE)
