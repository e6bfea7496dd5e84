"""A measuring sandbox that only writes, and the smallest assets and assignment for it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from graph_samples import NETWORK, final, network, placed

from grader.assignment import load_assignment
from grader.measure.accuracy import measure
from grader.records import Assets, Evidence, Graph, Measured, Run, Submission, WeightArray
from grader.records.cache import Cache
from grader.records.limits import Limits
from grader.sandbox import Exit, Job

SHAPE = (150, 150, 3)
HIDDEN = 20
"""Hidden images of each of two classes."""


class Writing:
    """A sandbox in which nothing runs: it writes what `answer` makes of a request."""

    name, lacks = "writing", ()

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.jobs: list[tuple[Job, dict[str, Any]]] = []

    def start(self, job: Job) -> Any:
        request = json.loads((job.folder / "in" / "request.json").read_text())
        self.jobs.append((job, request))
        (job.folder / "out").mkdir()
        hidden = next((one.source for one in job.mounts if one.name == "hidden"), None)
        names = sorted(path.name for path in hidden.iterdir()) if hidden else None
        code = 0
        for name, value in self.answer(request, names).items():
            code = 0 if name else int(value)
            if name:
                (job.folder / "out" / name).write_text(json.dumps(value))
        end = Exit(status="finished" if code == 0 else "student_error", exit_code=code)
        return SimpleNamespace(wait=lambda _: end, kill=lambda *_: None)

    def tasks(self) -> list[str]:
        return [request["task"] for _, request in self.jobs]


class Answers:
    """Answers like a network that is right about `right` of the hidden images, for each seed."""

    def __init__(self, labels: dict[str, int], right: list[int]) -> None:
        self.labels = labels
        self.right = right

    def __call__(self, request: dict[str, Any], names: list[str] | None) -> dict[str, Any]:
        if request["task"] == "features":
            return {"told.json": {"hidden": names}}
        if request["task"] == "probe":
            return {"probe.json": [[1.0, 2.0]]}
        return {"trained.json": self.trained(self.right.pop(0))}

    def trained(self, right: int) -> dict[str, Any]:
        names = sorted(self.labels)
        good = [label if place < right else 1 - label for place, label in enumerate(
            self.labels[name] for name in names)]  # fmt: skip
        curve = {"loss": [0.5, None], "accuracy": [0.7, 0.8], "val_loss": [1, 1]}
        return {
            "answers": [[0.9 if one else 0.1] for one in good],
            "names": names,
            "curve": {**curve, "val_accuracy": [0.5, 0.5]},
            "parameters": 1,
            "versions": {},
        }


def a_place(tmp_path: Path) -> SimpleNamespace:
    """Assets and an assignment, as small as they can be."""
    labels = {}
    for label, kind in enumerate(("horses", "humans")):
        (tmp_path / "hidden" / kind).mkdir(parents=True)
        for number in range(HIDDEN):
            data = f"{kind} {number}".encode()
            (tmp_path / "hidden" / kind / f"{number}.png").write_bytes(data)
            labels[hashlib.sha256(data).hexdigest() + ".png"] = label
    (tmp_path / "weights.h5").write_bytes(b"weights")
    arrays = [
        WeightArray(layer=one.id, name="kernel", shape=(2,), dtype="float32", sha256="0" * 64)
        for one in network().layers
        if one.kind == "Conv2D"
    ]
    prints = [one.model_dump(mode="json", exclude={"origin"}) for one in arrays]
    (tmp_path / "fingerprints.json").write_text(json.dumps(prints))
    counts = {"train": {"horses": 1, "humans": 1}}
    record = Assets(kind="stand-in", scale="small", sha256="a" * 64, counts=counts)
    assets: Any = SimpleNamespace(
        base_graph=NETWORK, fingerprints=tmp_path / "fingerprints.json", record=record,
        student=tmp_path, hidden=tmp_path / "hidden", weights=tmp_path / "weights.h5",
        hidden_kind="stand-in", recipe_epochs=2,
    )  # fmt: skip
    recipe = load_assignment("horses-vs-humans").recipe
    assignment: Any = SimpleNamespace(
        slug="horses-vs-humans", recipe=recipe, measure_limits=Limits(),
        data=load_assignment("horses-vs-humans").data,
    )  # fmt: skip
    cache = Cache(tmp_path / "cache")
    return SimpleNamespace(
        labels=labels, assets=assets, assignment=assignment, cache=cache, arrays=arrays
    )


def run(
    place: Any,
    sandbox: Writing,
    graph: Graph | None = None,
    training: Any = "recipe",
    **more: Any,
) -> Measured:
    graphs = {"final": placed(final()) if graph is None else graph}
    evidence = Evidence(
        assignment="a",
        submission=Submission(id="s", file_name="s", sha256="0", size_bytes=1),
        run=Run(status="finished"),
        assets=place.assets.record,
        **{"graphs": graphs, **more},
    )
    box: Any = sandbox
    measured = measure(
        evidence, folder=place.assets.student, assignment=place.assignment, assets=place.assets,
        sandbox=box, cache=place.cache, training=training,
    )  # fmt: skip
    assert measured is not None
    return measured
