"""What a data function changes at random shows in both Keras, whoever does it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fresh_python import INSIDE

pytestmark = pytest.mark.tensorflow

PROGRAM = """
import json, os, random
import tensorflow as tf
from grader_inside.asking.images import ask_images
from grader.judge.checks import painted_images

K = tf.keras
Generator = K.preprocessing.image.ImageDataGenerator
counts = {split: {kind: 14 for kind in ("a", "b", "c")} for split in ("train", "validation")}
asked = {
    "functions": {"data": ["data"]}, "seconds": {"data": 100},
    "data": {
        "images": painted_images(random.Random(1), counts), "root": "data", "max_images": 400,
        "splits": {"train": "train", "validation": "validation"}, "globals": {},
        "textured": {"seed": 5, "size": [64, 64]},
    },
}

def flows(training, checking):
    def data():
        return [
            Generator(rescale=1 / 255, **more).flow_from_directory(f"data/{split}", (40, 40))
            for split, more in (("train", training), ("validation", checking))
        ]
    return data

def sets(training, checking, cached=False):
    def data():
        made = []
        for split, change in (("train", training), ("validation", checking)):
            images = K.utils.image_dataset_from_directory(f"data/{split}", image_size=(40, 40))
            images = images.map(lambda x, y, change=change: (change(x), y))
            made.append(images.cache().shuffle(50).prefetch(1) if cached else images)
        return tuple(made)
    return data

front = K.Sequential([K.layers.Rescaling(1 / 255), K.layers.RandomFlip(), K.layers.RandomZoom(0.2)])
scaled = lambda x: x / 255
turning = {"rotation_range": 40, "zoom_range": 0.2, "horizontal_flip": True}
ways = {
    "generators": flows(turning, {}),
    "no generators": flows({}, {}),
    "generators of both": flows({}, {"brightness_range": (0.2, 0.6)}),
    "own function": flows({"preprocessing_function": lambda x: x * random.random()}, {}),
    "sets": sets(lambda x: front(x, training=True), scaled),
    "cached sets": sets(lambda x: front(x, training=True), scaled, cached=True),
    "no sets": sets(scaled, scaled),
    "sets switched off": sets(lambda x: front(x, training=False), scaled),
    "sets by tf.image": sets(scaled, lambda x: tf.image.random_brightness(x / 255, 0.4)),
}
told = {}
for name, function in ways.items():
    _, status, value, error = ask_images({"data": function}, asked, {})
    assert status == "ok", (name, error)
    told[name] = [part["augments"] for part in value["hidden"]["parts"]]
    spread = max(image[1] for part in value["hidden"]["parts"] for image in part["images"])
    told[name].append(spread)
    assert all(len(part["images"]) == 42 for part in value["hidden"]["parts"]), name
print("FACTS", json.dumps(told))
"""


@pytest.fixture(scope="module", params=["0", "1"], ids=["keras", "tf-keras"])
def augments(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Way → [of the training data, of the validation data, largest spread of a painted image]."""
    folder = tmp_path_factory.mktemp("augments")
    (folder / "in").mkdir()
    (folder / "in" / "settings.json").write_text("{}")
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    path = {"GRADER_IN": str(folder / "in"), "PYTHONPATH": str(Path(__file__).parents[3])}
    done = subprocess.run(
        [sys.executable, "-c", INSIDE + PROGRAM],
        env={**os.environ, **quiet, **path, "TF_USE_LEGACY_KERAS": request.param},
        cwd=folder, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.rpartition("FACTS ")[2])


@pytest.mark.timeout(500)
def test_what_is_changed_at_random(augments: Any) -> None:
    """Images that are not changed come out equal to the last bit, others clearly not."""
    random = {
        "generators": (True, False), "no generators": (False, False),
        "generators of both": (False, True), "own function": (True, False), "sets": (True, False),
        "cached sets": (True, False), "no sets": (False, False),
        "sets switched off": (False, False), "sets by tf.image": (False, True),
    }  # fmt: skip
    assert set(augments) == set(random)
    for way, expected in random.items():
        for part, changed in zip(augments[way], expected, strict=False):
            assert part["images"] == 16, way
            assert part["differs"] > 0.02 if changed else part["differs"] == 0, (way, part)


def test_settings_of_generators_are_told(augments: Any) -> None:
    """Those that change an image at random, where they are not the default."""
    train, validation, _ = augments["generators"]
    shown = {name: value for name, value in train.items() if name not in ("differs", "images")}
    assert shown == {"rotation_range": 40, "zoom_range": [0.8, 1.2], "horizontal_flip": True}
    assert set(validation) == {"differs", "images"}
    assert augments["generators of both"][1]["brightness_range"] == [0.2, 0.6]


def test_colours_are_told_apart_all_the_same(augments: Any) -> None:
    """The first asking leaves out what generators change, so the painted images stay plain."""
    assert augments["generators"][2] < 1e-3
