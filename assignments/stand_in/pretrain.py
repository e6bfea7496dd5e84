"""Makes the stand-in for the pretrained InceptionV3: weights from a seed, trained on other animals.

The file has the legacy Keras HDF5 layout, so `load_weights` and `InceptionV3(weights=…)` read it as
they read the original. What is learned are the animals of `animals.py`, no assignment's classes
among them: like ImageNet it is another task, and its features transfer. The same arguments give the
same bytes on the same kind of processor, so assignments whose plans are equal share one training.

Progress goes to standard output, a line {"done": 3, "total": 60, "what": "…"} each time.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import math
import multiprocessing
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import h5py
import numpy as np
from animals import GROUPS, SHAPES
from scenes import Framing, paint

from grader.records import Cache

THREADS = 2
"""Fixed: the order of additions, and so the last bits, must not follow the number of cores."""
HEADS = ("mixed7", "mixed10")
"""Layers that are trained to tell the shapes apart: where the assignment cuts, and the end."""
WARM_UP_SHARE = 0.1
WHAT = "pre-training the weights on other animals"
SETTLE_BATCHES = 6
SCALES = (0.7, 1.3)
"""Of the shapes: large, and cut off at times, because the images are small in training."""


@dataclass(frozen=True)
class Plan:
    """How the training goes."""

    seed: int
    images: int
    """Of each shape."""
    side: int
    """Width and height in pixels while training: smaller than the assignment's, to save time."""
    steps: int
    final_side: int = 150
    """Width and height at which the assignment uses the network."""
    batch: int = 32
    rate: float = 1.5e-3


def _shape_image(task: tuple[int, str, int, int]) -> np.ndarray:
    seed, kind, index, side = task
    random = Random(f"{seed}/pretrain/{kind}/{index}")  # noqa: S311 - pictures, no secrets
    return np.asarray(paint(side, random, SHAPES[kind], Framing(SCALES, turn=18.0)))


def shape_images(seed: int, start: int, images: int, side: int) -> np.ndarray:
    """`images` of every shape in turn, from number `start` on: (n, side, side, 3) uint8."""
    tasks = [(seed, kind, index, side) for index in range(start, start + images) for kind in SHAPES]
    with multiprocessing.get_context("fork").Pool() as pool:
        return np.stack(pool.map(_shape_image, tasks, chunksize=16))


def prepared(images: np.ndarray) -> np.ndarray:
    """As `inception_v3.preprocess_input` does: float32 from -1 to 1."""
    return images.astype("float32") / 127.5 - 1.0


def _network(plan: Plan):
    """InceptionV3 without top for images of any size, with normalisation layers that are faster.

    The fused operation halves the time of a step; `share` says how much of a batch's statistics
    enters the running ones, which are only taken at the end (see `settle`).
    """
    import keras
    import tensorflow as tf

    class Normalization(keras.layers.BatchNormalization):
        share = 0.0

        def call(self, inputs, training=None, mask=None):
            scale = tf.ones([inputs.shape[-1]])
            normal, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
                x=inputs, scale=scale, offset=self.beta.value, mean=tf.zeros([0]),
                variance=tf.zeros([0]), epsilon=self.epsilon, is_training=True,
            )  # fmt: skip
            if self.share:
                self.moving_mean.assign_add(self.share * (mean - self.moving_mean))
                self.moving_variance.assign_add(self.share * (variance - self.moving_variance))
            return normal

    def swapped(layer):
        config = layer.get_config()
        kind = type(layer)
        return (Normalization if kind is keras.layers.BatchNormalization else kind).from_config(
            config
        )

    keras.utils.set_random_seed(plan.seed)
    plain = keras.applications.InceptionV3(
        weights=None, include_top=False, input_shape=(None, None, 3)
    )
    network = keras.models.clone_model(plain, clone_function=swapped)
    network.set_weights(plain.get_weights())
    return network


def _step(model, groups: int, kinds: int):
    """A compiled training step of Adam: (images, labels, rate, step number) → mean loss.

    The update is one operation an array: Keras's own optimizers trace ten times as many.
    Gradients are summed in pairs: TensorFlow starts the sum of three or more with whichever is in
    memory that it may write over, a matter of timing, so its last bits differ from run to run.
    """
    import tensorflow as tf

    arrays = [variable.value for variable in model.trainable_variables]
    first, second = ([tf.Variable(tf.zeros(a.shape)) for a in arrays] for _ in range(2))
    crossentropy = tf.nn.sparse_softmax_cross_entropy_with_logits

    def loss_of(images, labels):
        total = 0.0
        for logits in model(images, training=True):
            # The group first (four legs or upright), then the kind: the coarse question
            # is learned at once and pulls the fine one along.
            coarse = tf.reduce_logsumexp(tf.reshape(logits, [-1, groups, kinds // groups]), -1)
            total += tf.reduce_mean(crossentropy(labels, logits))
            total += tf.reduce_mean(crossentropy(labels // (kinds // groups), coarse))
        return total

    @tf.function(autograph=False, jit_compile=False)
    def step(images, labels, rate, number):
        loss = loss_of(images, labels)
        in_pairs = tf.AggregationMethod.EXPERIMENTAL_TREE
        for place, gradient in enumerate(tf.gradients(loss, arrays, aggregation_method=in_pairs)):
            tf.raw_ops.ResourceApplyAdam(
                var=arrays[place].handle, m=first[place].handle, v=second[place].handle,
                beta1_power=0.9**number, beta2_power=0.999**number, lr=rate,
                beta1=0.9, beta2=0.999, epsilon=1e-7, grad=gradient,
            )  # fmt: skip
        return loss

    return step


def _batches(plan: Plan, images: np.ndarray, labels: np.ndarray) -> Iterator[tuple]:
    """Shuffled batches without end, half of the images mirrored."""
    random = np.random.default_rng(plan.seed)
    while True:
        order = random.permutation(len(images))
        for start in range(0, len(order) - plan.batch + 1, plan.batch):
            chosen = order[start : start + plan.batch]
            batch = prepared(images[chosen])
            mirrored = random.permutation(plan.batch)[: plan.batch // 2]
            batch[mirrored] = batch[mirrored, :, ::-1]
            yield batch, labels[chosen]


def _rate(plan: Plan, number: int) -> float:
    """Linear warm-up, then half a cosine down to 0."""
    warm = max(1, round(plan.steps * WARM_UP_SHARE))
    if number <= warm:
        return plan.rate * number / warm
    return plan.rate * (0.5 + 0.5 * math.cos(math.pi * (number - warm) / (plan.steps - warm)))


def train(plan: Plan, images: np.ndarray):
    """The network after `plan.steps` steps; its running statistics are not set yet."""
    import keras
    import tensorflow as tf

    network = _network(plan)
    pool = keras.layers.GlobalAveragePooling2D
    heads = [keras.layers.Dense(len(SHAPES))(pool()(network.get_layer(at).output)) for at in HEADS]
    step = _step(keras.Model(network.input, heads), len(GROUPS), len(SHAPES))
    labels = np.arange(len(images), dtype="int32") % len(SHAPES)
    batches = _batches(plan, images, labels)
    for number in range(1, plan.steps + 1):
        batch, wanted = (tf.constant(part) for part in next(batches))
        loss = step(batch, wanted, tf.constant(_rate(plan, number)), tf.constant(float(number)))
        if number % 4 == 0 or number == plan.steps:
            told = {
                "done": number,
                "total": plan.steps,
                "what": WHAT,
                "loss": round(float(loss), 3),
            }
            print(json.dumps(told), flush=True)
    return network


def settle(network, images: np.ndarray) -> None:
    """Set the running statistics: the plain average over a few batches at the assignment's size.

    Smaller training images have others (more border, larger details), so they are not kept.
    """
    for number, batch in enumerate(np.array_split(prepared(images), SETTLE_BATCHES)):
        for layer in network.layers:
            if hasattr(layer, "share"):
                layer.share = 1.0 / (number + 1)
        network(batch, training=True)


def write_legacy(network, path: Path) -> None:
    """Write the weights as Keras 2 did: a group a layer; no time stamps, so equal bytes."""
    with h5py.File(path, "w", libver="earliest") as file:
        file.attrs["layer_names"] = np.array([layer.name.encode() for layer in network.layers])
        file.attrs["backend"] = b"tensorflow"
        file.attrs["keras_version"] = b"2.0.0"
        for layer in network.layers:
            arrays = [*layer.trainable_weights, *layer.non_trainable_weights]
            names = [f"{layer.name}/{array.name}:0" for array in arrays]
            group = file.create_group(layer.name)
            group.attrs["weight_names"] = np.array([name.encode() for name in names], dtype="S")
            for name, array in zip(names, arrays, strict=True):
                group.create_dataset(name, data=np.asarray(array, "float32"), track_times=False)


def make(plan: Plan, path: Path) -> None:
    """Train the network and write its weights."""
    images = shape_images(plan.seed, 0, plan.images, plan.side)
    settling = shape_images(plan.seed, plan.images, 24, plan.final_side)
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    tf.config.experimental.enable_op_determinism()
    tf.config.optimizer.set_experimental_options({"arithmetic_optimization": False})
    network = train(plan, images)
    settle(network, settling)
    write_legacy(network, path)


def programs() -> str:
    """What stands beside this file, and so decides about the weights too: its sha256."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


def main() -> None:
    """Command line: --weights FILE --seed 1 --images 60 --side 75 --steps 100."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    for name in ("seed", "images", "side", "steps"):
        parser.add_argument(f"--{name}", type=int, required=True)
    given = vars(parser.parse_args())
    path = given.pop("weights")
    plan = Plan(**given)
    versions = {name: importlib.metadata.version(name) for name in ("tensorflow", "keras", "numpy")}
    key = {**asdict(plan), **versions, "programs": programs()}
    folder, _ = Cache.default().get_or_make(
        "pretrained", key, lambda made: make(plan, made / path.name)
    )
    shutil.copyfile(folder / path.name, path)


if __name__ == "__main__":
    main()
