"""The tasks of the measuring sandbox – train, features, probe – each done once for equal inputs.

What a task depends on makes the key under which the cache keeps what it left. Hidden images go in
under names that tell nothing; their labels stay out here.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.assignment import Assignment
from grader.assignment.data import AssetStore, lay_out_hidden
from grader.evidence.graph import fingerprints
from grader.measure.job import FEATURE_PROGRAMS, made_with, read_json, run_measuring
from grader.measure.plan import NotMeasurable, Plan
from grader.records import Cache, MeasureError, Record, digest
from grader.sandbox import Mount, Sandbox

PREPROCESSING = {"inception_v3": (1 / 127.5, -1.0), "unit": (1 / 255, 0.0), "none": (1.0, 0.0)}
"""(scale, offset): pixel × scale + offset."""
LABELS = "labels.json"
REFUSED = "refused.json"
REFUSALS = {
    "too_large": "The {kind} would have more parameters or outputs than the grader builds; sizes "
    "that the assignment asks for are far below.",
    "not_buildable": "Keras cannot build the {kind} on what it reads.",
    "not_trainable": "The model's output does not fit the labels 0 and 1, so it cannot be trained.",
    "weights_missing": "The exported weights do not fit the layers of the model.",
    "weights_not_finite": "The weights of the network hold values that are no numbers.",
}


class Trained(Record):
    """`trained.json`: what one training left. A number that is not finite is None."""

    answers: tuple[tuple[float | None, ...], ...]
    names: tuple[str, ...]
    curve: dict[str, tuple[float | None, ...]]
    parameters: int
    versions: dict[str, str]


@dataclass(frozen=True)
class Weights:
    """The numbers of the pretrained network that a model has: the pretrained ones, or its own."""

    digest: str
    file: Path | None = None
    """Raw arrays as the student's run exported them; None: the pretrained ones."""
    arrays: tuple[dict[str, Any], ...] = ()
    """Where in that file each array is."""


@dataclass(frozen=True)
class Tasks:
    """What all measurings of a batch have in common, and what they let the sandbox do."""

    assignment: Assignment
    assets: AssetStore
    sandbox: Sandbox
    cache: Cache

    def pretrained(self) -> Weights:
        """The pretrained numbers themselves."""
        arrays = fingerprints(self.assets).values()
        return Weights(digest([[array.layer, array.name, array.sha256] for array in arrays]))

    def probe(self, seed: int, images: int) -> Any:
        """The pretrained network's answer at the assignment's cut; computed once for each seed."""
        weights = self.pretrained()
        network = self._network(self.assignment.recipe.cut, weights)
        request = {"task": "probe", "network": network, "seed": seed, "images": images}
        key = request | {"weights": weights.digest, **made_with()}

        def make(folder: Path) -> None:
            self._run(request, self._weights_mount(weights), folder)

        folder, _ = self.cache.get_or_make("probes", key, make)
        return read_json(folder / "probe.json")

    def train(
        self, plan: Plan, weights: Weights, seed: int, own: Weights | None = None
    ) -> tuple[Trained, str, bool]:
        """(what the training left, hash of all it depends on, whether it was kept from before).

        own: numbers of the head that were trained elsewhere; then nothing is trained here.
        Raises NotMeasurable for what cannot be built, MeasureError for faults of ours.
        """
        recipe = self.assignment.recipe
        training: dict[str, Any] = {
            "head": list(plan.head),
            "compiled": plan.compiled,
            "recipe": {
                "seed": seed,
                "epochs": self.assets.recipe_epochs if own is None else 0,
                "batch_size": recipe.batch_size,
                "enough": recipe.enough,
            },
        }
        beside_it = {} if own is None else {"own": own.digest}
        key = self._features_key(plan, weights) | training | made_with() | beside_it
        arrays = None if own is None else list(own.arrays)
        request = training | {"task": "train", "network": None, "arrays": arrays}
        beside = () if own is None or own.file is None else (Mount(name="own", source=own.file),)

        def make(folder: Path) -> None:
            if weights.file is None or seed != recipe.seeds[0]:
                features = self._features(plan, weights)
                self._run(request, (Mount(name="features", source=features), *beside), folder)
            else:  # nobody else has these numbers, and mostly one training is enough
                whole = request | self._features_request(plan, weights) | {"task": "train"}
                self._run(whole, (*self._image_mounts(weights), *beside), folder)
            if not (folder / REFUSED).exists():
                self._trained(folder)  # what is not whole must not be kept for others

        folder, cached = self.cache.get_or_make("trainings", key, make)
        if (folder / REFUSED).exists():
            raise NotMeasurable(_refusal(read_json(folder / REFUSED), plan))
        return self._trained(folder), digest(key), cached

    def hidden_labels(self) -> dict[str, int]:
        """Name inside the sandbox → label, of every hidden image."""
        return {str(name): int(label) for name, label in read_json(self._hidden() / LABELS).items()}

    def _trained(self, folder: Path) -> Trained:
        try:
            trained = Trained.model_validate(read_json(folder / "trained.json"))
        except ValidationError:
            raise MeasureError("The measuring sandbox left something unreadable.") from None
        whole = len(trained.answers) == len(trained.names)
        if not whole or sorted(trained.names) != sorted(self.hidden_labels()):
            raise MeasureError("The measuring sandbox did not answer every hidden image once.")
        return trained

    def _features(self, plan: Plan, weights: Weights) -> Path:
        """Folder with the features of all images at the plan's cut; computed once."""
        request = self._features_request(plan, weights)

        def make(folder: Path) -> None:
            self._run(request, self._image_mounts(weights), folder)

        return self.cache.get_or_make("features", self._features_key(plan, weights), make)[0]

    def _hidden(self) -> Path:
        """The hidden images under names that tell nothing, in `images/`; labels beside it."""

        def make(folder: Path) -> None:
            labels = lay_out_hidden(self.assignment, self.assets, folder)
            (folder / LABELS).write_text(json.dumps(labels, sort_keys=True), encoding="utf-8")

        return self.cache.get_or_make("hidden", self._images_key(), make)[0]

    def _images_key(self) -> dict[str, Any]:
        classes = list(self.assignment.data.classes)
        return {"assets": self.assets.record.sha256, "classes": classes}

    def _features_key(self, plan: Plan, weights: Weights) -> dict[str, Any]:
        request = self._features_request(plan, weights)
        request["network"] = {k: v for k, v in request["network"].items() if k != "arrays"}
        code = made_with(FEATURE_PROGRAMS)
        return request | self._images_key() | {"weights": weights.digest, **code}

    def _features_request(self, plan: Plan, weights: Weights) -> dict[str, Any]:
        scale, offset = PREPROCESSING[self.assignment.recipe.preprocessing]
        for factor, shift in plan.rescalings:
            scale, offset = scale * factor, offset * factor + shift
        classes = list(self.assignment.data.classes)
        return {
            "task": "features",
            "network": self._network(plan.cut, weights),
            "images": {"scale": scale, "offset": offset, "classes": classes},
        }

    def _network(self, cut: str, weights: Weights) -> dict[str, Any]:
        shape = list(self.assignment.recipe.input_shape)
        own = None if weights.file is None else list(weights.arrays)
        return {"cut": cut, "input_shape": shape, "arrays": own}

    def _image_mounts(self, weights: Weights) -> tuple[Mount, ...]:
        return (
            Mount(name="data", source=self.assets.student),
            Mount(name="hidden", source=self._hidden() / "images"),
            *self._weights_mount(weights),
        )

    def _weights_mount(self, weights: Weights) -> tuple[Mount, ...]:
        if weights.file is not None:
            return (Mount(name="arrays", source=weights.file),)
        if self.assets.weights is None:
            raise MeasureError("The assignment has no pretrained network: see [network].")
        return (Mount(name="weights", source=self.assets.weights.parent),)

    def _run(self, request: dict[str, Any], mounts: tuple[Mount, ...], kept: Path) -> None:
        run_measuring(self.sandbox, request, mounts, self.assignment.measure_limits, kept)


def _refusal(refused: dict[str, Any], plan: Plan) -> str:
    """Why Keras would not build it, for the student."""
    layer = refused.get("layer")
    kind = f"layer `{plan.head[layer]['kind']}`" if isinstance(layer, int) else "model"
    return REFUSALS[refused["why"]].format(kind=kind)
