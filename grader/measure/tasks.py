"""The tasks of the measuring sandbox – train, features, probe – each done once for equal inputs.

What a task depends on makes the key under which the cache keeps what it left. Hidden inputs go in
under names that tell nothing; their labels stay out here. A task can be handed to another machine:
as an `Order` and the files that it names, under the hash of its key.
"""

import json
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from grader.assignment import Assignment, Recipe
from grader.assignment.data import AssetStore, lay_out_hidden
from grader.evidence.graph import fingerprints
from grader.measure.job import FEATURE_PROGRAMS, PROGRAMS, made_with, read_json, run_measuring
from grader.measure.plan import NotMeasurable, NotRebuilt, Plan, takes_raw, values_given
from grader.records import Cache, MeasureError, Record, digest
from grader.sandbox import Mount, OtherMachines, Sandbox

LABELS = "labels.json"
INPUTS = "inputs"
REFUSED = "refused.json"
REFUSALS = {
    "too_large": "The {kind} would have more parameters or outputs than the grader builds; sizes "
    "that the assignment asks for are far below.",
    "not_buildable": "Keras cannot build the {kind} on what it reads.",
    "not_trainable": "The model's output does not fit the labels {labels}, so it cannot be "
    "trained.",
    "not_answering": "The model cannot answer the hidden data: they hold values that it does not "
    "take.",
    "weights_missing": "The exported weights do not fit the layers of the model.",
    "weights_not_finite": "The weights of the network hold values that are no numbers.",
    "front": "What stands in front of the pretrained network could not be rebuilt.",
    "other_shape": "The {kind} was rebuilt with another output than the notebook's has.",
}
OURS = {"front", "other_shape"}
"""Reasons that are no fault of the model's."""
SHOWN = ("train", "validation")
"""Splits that are read beside the hidden one."""


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
class Prepared:
    """What a strategy makes of a model: what is built, and which numbers it has."""

    plan: Plan
    network: Weights | None = None
    """Of the pretrained network, where the plan has a cut."""
    own: Weights | None = None
    """Of the new layers, trained elsewhere: then nothing is trained here."""

    @property
    def files(self) -> dict[str, Path]:
        """The files of numbers that a submission's run left and that are needed here."""
        numbers = {"network": self.network, "own": self.own}
        return {name: weights.file for name, weights in numbers.items() if weights and weights.file}


class Order(Record):
    """One task in words: train what is `prepared`, else probe the pretrained network."""

    prepared: Prepared | None = None
    seed: int
    images: int = 0
    """Of a probe."""


@dataclass(frozen=True)
class Tasks:
    """What all measurings of a batch have in common, and what they let the sandbox do."""

    assignment: Assignment
    recipe: Recipe
    assets: AssetStore
    sandbox: Sandbox
    cache: Cache
    elsewhere: OtherMachines | None = None
    """They do it instead of the sandbox."""

    @property
    def classes(self) -> tuple[str, ...]:
        """In the order of their labels 0, 1, …"""
        return self.assignment.data.classes

    @property
    def epochs(self) -> int:
        """The recipe's, else those that the data need."""
        return self.recipe.epochs or self.assets.recipe_epochs

    def pretrained(self) -> Weights:
        """The pretrained numbers themselves."""
        arrays = fingerprints(self.assets).values()
        return Weights(digest([[array.layer, array.name, array.sha256] for array in arrays]))

    def probe(self, seed: int, images: int) -> Any:
        """The pretrained network's answer at the assignment's cut; computed once for each seed."""
        order = Order(seed=seed, images=images)
        key = self._request(order) | {"weights": self.pretrained().digest, **made_with()}
        folder, _ = self.cache.get_or_make(
            "probes", key, lambda folder: self._have_done(order, key, folder)
        )
        return read_json(folder / "probe.json")

    def train(self, prepared: Prepared, seed: int) -> tuple[Trained, str, bool]:
        """(what the training left, hash of all it depends on, whether it was kept from before).

        Raises NotMeasurable and NotRebuilt for what cannot be built, MeasureError for faults of
        ours.
        """
        plan, own = prepared.plan, prepared.own
        order = Order(prepared=prepared, seed=seed)
        beside_it = {} if own is None else {"own": own.digest}
        inputs = self._inputs_key(plan, prepared.network)
        key = self._training(prepared, seed) | inputs | made_with() | beside_it

        def make(folder: Path) -> None:
            self._have_done(order, key, folder)
            if not (folder / REFUSED).exists():
                self._trained(folder)  # what is not whole must not be kept for others

        folder, cached = self.cache.get_or_make("trainings", key, make)
        self._raise_refusal(folder, plan)
        return self._trained(folder), digest(key), cached

    def _have_done(self, order: Order, key: dict[str, Any], folder: Path) -> None:
        if self.elsewhere is None:
            self.carry_out(order, folder)
            return
        files = order.prepared.files if order.prepared else {}
        self.elsewhere.measure(order.model_dump_json(), files, digest(key), folder)

    def carry_out(self, order: Order, folder: Path) -> None:
        """Have the sandbox of this machine do it; fills `folder`. Asks for no label. MeasureError
        when it did not finish."""
        request, prepared = self._request(order), order.prepared
        if prepared is None:
            self._run(request, self._weights_mount(None), folder)
            return
        plan, weights, own = prepared.plan, prepared.network, prepared.own
        beside = () if own is None or own.file is None else (Mount(name="own", source=own.file),)
        if weights is None:
            self._run(request, (*self._data_mounts(), *beside), folder)
        elif weights.file is None or order.seed != self.recipe.seeds[0]:
            features = self._features(plan, weights)
            self._run(request, (Mount(name="features", source=features), *beside), folder)
        else:  # nobody else has these numbers, and mostly one training is enough
            together = request | self._inputs_request(plan, weights)
            mounts = (*self._data_mounts(), *self._weights_mount(weights), *beside)
            self._run(together, mounts, folder)

    def _request(self, order: Order) -> dict[str, Any]:
        """What the sandbox is asked, but for a network that goes the same way as the training."""
        prepared = order.prepared
        if prepared is None:
            network = self._network(self.recipe.cut, None)
            return {
                "task": "probe", "network": network, "seed": order.seed, "images": order.images
            }  # fmt: skip
        plan, own = prepared.plan, prepared.own
        apart = {"network": None, "data": None}
        return {
            **self._training(prepared, order.seed),
            **(apart if prepared.network else self._inputs_request(plan, None)),
            "arrays": None if own is None else list(own.arrays),
        }

    def _training(self, prepared: Prepared, seed: int) -> dict[str, Any]:
        """What is trained, and how."""
        return {
            "task": "train",
            "head": list(prepared.plan.head),
            "compiled": prepared.plan.compiled,
            "classes": len(self.classes),
            "recipe": {
                "seed": seed,
                "epochs": self.epochs if prepared.own is None else 0,
                "batch_size": self.recipe.batch_size,
                "enough": self.recipe.enough,
            },
        }

    def hidden_labels(self) -> dict[str, int]:
        """Name inside the sandbox → label, of every hidden input."""
        return {str(name): int(label) for name, label in read_json(self._hidden() / LABELS).items()}

    def _trained(self, folder: Path) -> Trained:
        try:
            trained = Trained.model_validate(read_json(folder / "trained.json"))
        except ValidationError:
            raise MeasureError("The measuring sandbox left something unreadable.") from None
        whole = len(trained.answers) == len(trained.names)
        if not whole or sorted(trained.names) != sorted(self.hidden_labels()):
            raise MeasureError("The measuring sandbox did not answer every hidden input once.")
        return trained

    def _features(self, plan: Plan, weights: Weights) -> Path:
        """Folder with the features of all inputs at the plan's cut; computed once."""
        request = {"task": "features", **self._inputs_request(plan, weights)}

        def make(folder: Path) -> None:
            self._run(request, (*self._data_mounts(), *self._weights_mount(weights)), folder)

        folder, _ = self.cache.get_or_make("features", self._inputs_key(plan, weights), make)
        self._raise_refusal(folder, plan)
        return folder

    def _hidden(self) -> Path:
        """The hidden inputs under names that tell nothing, in `inputs/`; labels beside it."""

        def make(folder: Path) -> None:
            (folder / INPUTS).mkdir()
            labels = lay_out_hidden(self.assignment, self.assets, folder / INPUTS)
            (folder / LABELS).write_text(json.dumps(labels, sort_keys=True), encoding="utf-8")

        key = {"assets": self.assets.record.sha256, "data": self._declared()}
        return self.cache.get_or_make("hidden", key, make)[0]

    def _declared(self) -> dict[str, Any]:
        """Where the data lie, and in which order their classes are numbered."""
        data = self.assignment.data
        splits = {
            name: split.model_dump(exclude_defaults=True) for name, split in data.splits.items()
        }
        return {"classes": list(data.classes), "splits": splits}

    def _inputs_key(self, plan: Plan, weights: Weights | None) -> dict[str, Any]:
        """What the features depend on, or the inputs themselves where there is no network."""
        request = self._inputs_request(plan, weights)
        if weights is not None:
            request["network"] = {k: v for k, v in request["network"].items() if k != "arrays"}
            request["weights"] = weights.digest
        code = made_with(PROGRAMS if plan.front else FEATURE_PROGRAMS)
        return request | {"assets": self.assets.record.sha256, **code}

    def _inputs_request(self, plan: Plan, weights: Weights | None) -> dict[str, Any]:
        """{"network", "data"}: what the model is given, and the network that it goes through."""
        scale, offset = values_given(plan, self.recipe.scale, self.recipe.offset)
        standardise = self.recipe.standardise and not takes_raw(plan)
        if weights is not None and not plan.front:
            for factor, shift in plan.rescalings:
                scale, offset = scale * factor, offset * factor + shift
        if not (isfinite(scale) and isfinite(offset)):
            raise NotMeasurable("The model scales its input out of all bounds.")
        declared = self._declared()
        shown = {name: split for name, split in declared["splits"].items() if name in SHOWN}
        return {
            "network": None if weights is None else self._network(plan.cut, weights, plan.front),
            "data": {
                "shape": list(self.recipe.input_shape),
                "reads": list(plan.input_shape or self.recipe.input_shape),
                "scale": scale,
                "offset": offset,
                **({"standardise": True} if standardise else {}),
                "classes": declared["classes"],
                "splits": shown,
            },
        }

    def _network(
        self, cut: str, weights: Weights | None, front: tuple[dict[str, Any], ...] = ()
    ) -> dict[str, Any]:
        """weights: None for the pretrained ones."""
        declared = self.assignment.data.network
        if declared is None:
            raise MeasureError(f"{self.assignment.slug} has no pretrained network.")
        own = None if weights is None or weights.file is None else list(weights.arrays)
        return {
            "import": declared.import_path,
            "arguments": declared.arguments,
            "input_shape": list(self.recipe.input_shape),
            "cut": cut,
            "front": list(front),
            "arrays": own,
        }

    def _data_mounts(self) -> tuple[Mount, ...]:
        inputs = self._hidden() / INPUTS
        images = inputs / "images"
        return (
            Mount(name="data", source=self.assets.student),
            Mount(name="hidden", source=images if images.is_dir() else inputs),
        )

    def _weights_mount(self, weights: Weights | None) -> tuple[Mount, ...]:
        if weights is not None and weights.file is not None:
            return (Mount(name="arrays", source=weights.file),)
        if self.assets.weights is None:
            raise MeasureError(f"{self.assignment.slug} has no pretrained weights.")
        return (Mount(name="weights", source=self.assets.weights.parent),)

    def _run(self, request: dict[str, Any], mounts: tuple[Mount, ...], kept: Path) -> None:
        run_measuring(self.sandbox, request, mounts, self.assignment.measure_limits, kept)

    def _raise_refusal(self, folder: Path, plan: Plan) -> None:
        """NotMeasurable or NotRebuilt, in words, where the sandbox left that it would not."""
        if not (folder / REFUSED).exists():
            return
        refused = read_json(folder / REFUSED)
        layer, last = refused.get("layer"), len(self.classes) - 1
        kind = f"layer `{plan.head[layer]['kind']}`" if isinstance(layer, int) else "model"
        labels = "0 and 1" if last == 1 else f"0 to {last}"
        why = REFUSALS[refused["why"]].format(kind=kind, labels=labels)
        raise (NotRebuilt if refused["why"] in OURS else NotMeasurable)(why)
