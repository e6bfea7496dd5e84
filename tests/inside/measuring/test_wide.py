"""The wide first layer learns what plain Keras learns, whatever is behind it."""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module as load
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.tensorflow
INSIDE = str(Path(__file__).parents[3] / "grader" / "inside")
IMAGES, SIDE, CHANNELS, BATCH, EPOCHS = 70, 7, 24, 32, 3
UNITS = 1024
TOLERANCE, WORST = 1e-3, 0.05
"""Mean and largest error, as a share of the change that training makes: float32 sums in another
order. RMSprop divides a gradient by its own size, so where it is nearly 0 its last digits count."""


@pytest.fixture(scope="module")
def inside() -> Any:
    """The measuring programs, as their own process imports them."""
    sys.path.insert(0, INSIDE)
    try:
        return load("train"), load("wide")
    finally:
        sys.path.remove(INSIDE)


def head(*more: dict[str, Any], units: int = UNITS, **settings: Any) -> list[dict[str, Any]]:
    """Flatten, the wide layer, then `more`, then one unit."""
    layers = [
        {"kind": "Flatten", "settings": {}},
        {"kind": "Dense", "settings": {"units": units, "activation": "relu"} | settings},
        *more,
        {"kind": "Dense", "settings": {"units": 1, "activation": "sigmoid"}},
    ]
    return [
        {"trainable": True, "inputs": [number - 1], **layer} for number, layer in enumerate(layers)
    ]


def compiled(kind: str = "rmsprop", rate: float = 1e-4, **settings: Any) -> dict[str, Any]:
    return {
        "loss": {"kind": "binary_crossentropy", "from_logits": False, "label_smoothing": 0.0},
        "optimizer": {"kind": kind, "learning_rate": rate, "settings": settings},
        "middle": 0.5,
    }


def data() -> tuple[Any, list[int]]:
    np = load("numpy")
    dice = np.random.default_rng(1)
    labels = [place % 2 for place in range(IMAGES)]
    features = dice.standard_normal((IMAGES, SIDE, SIDE, CHANNELS)).astype("float32")
    features[:, 0, 0] += np.array(labels, "float32")[:, None] * 2
    return np.maximum(features, 0), labels


@pytest.mark.parametrize(
    ("layers", "settings", "numbers"),
    [
        ((), {}, {}),
        ((), {"use_bias": False, "activation": "tanh"}, {"rho": 0.95, "epsilon": 1e-5}),
        (({"kind": "BatchNormalization", "settings": {}},), {}, {"rho": 0.5}),
        (({"kind": "Dense", "settings": {"units": 8, "activation": "relu"}},), {}, {}),
    ],
    ids=["the assignment's", "no bias, other numbers", "normalised behind", "deeper"],
)
def test_it_learns_what_keras_learns(inside: Any, layers: Any, settings: Any, numbers: Any) -> None:
    """Same start, same batches: same weights, answers and losses, up to the last digits."""
    keras, np = load("keras"), load("numpy")
    train, wide = inside
    features, labels = data()
    described, told = head(*layers, **settings), compiled(**numbers)
    keras.utils.set_random_seed(3)
    model, own = train.rebuild(described, features.shape[1:])
    number = wide.wide_layer(described, told, features[0].size)
    assert number == 1
    before = own[number].kernel.numpy()
    plain = keras.models.clone_model(model)
    plain.set_weights(model.get_weights())
    trainer = train.WideTrainer(model, told, 5, own[number])
    plain.compile(train.make_optimizer(told), train.make_loss(told), metrics=["accuracy"])
    dice = np.random.default_rng(5)
    for _ in range(EPOCHS):
        loss, _ = trainer.epoch(features, labels, BATCH)
        order, losses = dice.permutation(IMAGES), []
        for start in range(0, IMAGES, BATCH):
            batch = np.sort(order[start : start + BATCH])
            wanted = np.array(labels, "float32")[batch][:, None]
            plain.reset_metrics()
            losses.append((plain.train_on_batch(features[batch], wanted)[0], len(batch)))
        expected = sum(value * size for value, size in losses) / IMAGES
        assert loss == pytest.approx(expected, rel=1e-3)
    expected = plain.layers[2].kernel.numpy()
    change = np.abs(expected - before)
    assert change.max() > 1e-4, "nothing was learned: the comparison would be empty"
    error = np.abs(trainer.wide.values() - expected)
    assert error.mean() < TOLERANCE * change.mean()
    assert error.max() < WORST * change.max()
    answers = plain.predict(features, verbose=0).reshape(IMAGES, -1)
    assert np.abs(trainer.outputs(features) - answers).max() < 1e-3


def test_long_training_keeps_its_scale(inside: Any) -> None:
    """Numbers that grow by 1 / rho a step are brought back in time: 2000 steps of RMSprop."""
    np = load("numpy")
    _, wide = inside
    dice = np.random.default_rng(0)
    weights = dice.standard_normal((300, 8)).astype("float32")
    rate, rho, epsilon = 1e-3, 0.5, 1e-7
    fast = wide.WideWeights(weights.copy(), rate, rho, epsilon)
    slow, velocity = weights.astype("float64"), np.zeros_like(weights, "float64")
    for _ in range(2000):
        rows = dice.standard_normal((4, 300)).astype("float32")
        gradient = dice.standard_normal((4, 8)).astype("float32") * 1e-2
        coming = fast.learn(rows, gradient, rows)
        step = rows.T.astype("float64") @ gradient
        velocity = rho * velocity + (1 - rho) * step**2
        slow -= rate * step / np.sqrt(velocity + epsilon)
    assert np.abs(fast.values() - slow).max() < 1e-3 * np.abs(slow - weights).max()
    assert np.allclose(coming, rows @ fast.values(), atol=1e-3)


def test_two_trainings_are_equal_to_the_bit(inside: Any) -> None:
    """Two threads, but sums always in one order."""
    np = load("numpy")
    train, _ = inside
    features, labels = data()
    splits = {"train": (features, labels), "validation": (features, labels)}
    splits["hidden"] = (features, [])
    recipe = {"seed": 7, "epochs": 2, "batch_size": BATCH, "enough": None}
    drop = {"kind": "Dropout", "settings": {"rate": 0.2}}
    first, second = (
        train.train_and_answer(head(drop), compiled(), recipe, splits, None) for _ in range(2)
    )
    assert first == second
    assert len(first["curve"]["loss"]) == 2
    assert np.ptp(first["answers"]) > 0


def test_training_ends_with_the_epoch_that_is_enough(inside: Any) -> None:
    """Both ways to train; the epochs before it are those of a training that goes on."""
    train, _ = inside
    features, labels = data()
    splits = {split: (features, labels) for split in ("train", "validation")}
    splits["hidden"] = (features, [])
    recipe = {"seed": 7, "epochs": 12, "batch_size": BATCH}
    for told in (compiled(rate=1e-3), compiled("adam", rate=1e-3)):
        run = partial(train.train_and_answer, head(), told, splits=splits, arrays=None)
        whole = run(recipe={**recipe, "enough": None})["curve"]["accuracy"]
        enough = max(whole[:-1])
        last = 1 + next(at for at, share in enumerate(whole) if share >= enough)
        assert last < len(whole)
        assert run(recipe={**recipe, "enough": enough})["curve"]["accuracy"] == whole[:last]


@pytest.mark.parametrize(
    ("described", "told"),
    [
        (head(), compiled("adam")),
        (head(), compiled(momentum=0.9)),
        (head(), compiled(centered=True)),
        (head(), compiled(weight_decay=0.1)),
        (head(), compiled(clipnorm=1.0)),
        (head(), compiled(use_ema=True)),
        (head(), compiled(rate=0.0)),
        (head(), compiled(rho=0.1)),
        (head(units=16), compiled()),
        (head(kernel_regularizer={"l2": 0.1}), compiled()),
        (head()[:2], compiled()),
        ([*head()[:1], {**head()[1], "trainable": False}, *head()[2:]], compiled()),
        (
            [*head(), {"kind": "Add", "settings": {}, "inputs": [0, 2], "trainable": True}],
            compiled(),
        ),
    ],
)
def test_anything_else_is_trained_as_ever(inside: Any, described: Any, told: Any) -> None:
    """Other optimizers and settings, small or frozen layers, features that are read twice."""
    assert inside[1].wide_layer(described, told, SIDE * SIDE * CHANNELS) is None


def test_labels_without_an_output_unit_are_refused(inside: Any) -> None:
    """One unit under a loss that counts units: plain Keras raises, so no accuracy is made up."""
    train, _ = inside
    features, labels = data()
    told = compiled()
    told["loss"]["kind"] = "sparse_categorical_crossentropy"
    splits = {"train": (features, labels), "validation": (features, labels),
              "hidden": (features, ["x"] * IMAGES)}  # fmt: skip
    recipe = {"seed": 1, "epochs": 1, "batch_size": BATCH, "enough": None}
    with pytest.raises(train.Refused) as caught:
        train.train_and_answer(head(units=16), told, recipe, splits, None)
    assert caught.value.facts == {"why": "not_trainable"}
    two = [*head(units=16)[:-1], {**head(units=16)[-1], "settings": {"units": 2}}]
    assert train.train_and_answer(two, told, recipe, splits, None)["answers"]
