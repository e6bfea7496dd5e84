"""Makes the stand-in: rendered images and weights pre-trained on other shapes, from a seed."""

import importlib.metadata
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.assignment.data.programs import run_program
from grader.assignment.data.store import (
    DEFAULT_SEED,
    WEIGHTS_NAME,
    AssetStore,
    Progress,
    lock,
    need_disk,
    open_store,
    seal,
    silent,
    stand_in_folder,
    whole,
)
from grader.assignment.folder import Assignment
from grader.records import AssetError, building


@dataclass(frozen=True)
class Scale:
    """How much of everything: images a class (horses, humans), and the pre-training's size."""

    train: tuple[int, int]
    validation: tuple[int, int]
    hidden: tuple[int, int]
    shapes: int
    """Images of each other shape that the weights are trained on."""
    side: int
    """Their width and height in pixels."""
    steps: int
    recipe_epochs: int
    """Epochs after which the reference solution's head has learned all there is to learn."""
    size: int = 300


SCALES: dict[str, Scale] = {
    "full": Scale((500, 527), (128, 128), (128, 128), 200, 75, steps=400, recipe_epochs=5),
    "small": Scale((300, 316), (40, 40), (128, 128), 120, 75, steps=200, recipe_epochs=6),
}
NEEDED_BYTES = 400_000_000


def make_data(
    assignment: Assignment,
    scale: str = "full",
    seed: int = DEFAULT_SEED,
    progress: Progress = silent,
) -> AssetStore:
    """The assignment's stand-in of this scale ("full", "small"): made once, then found."""
    programs = assignment.folder / "stand_in"
    if not programs.is_dir():  # a student's copy
        raise AssetError(
            f"This copy of {assignment.slug} has no programs that make its stand-in.",
            what_to_do="Run `grader assets fetch` for the original.",
        )
    if scale not in SCALES:
        known = ", ".join(SCALES)
        raise AssetError(
            f"The stand-in has no scale {scale!r}.", what_to_do=f"Say one of: {known}."
        )
    root = stand_in_folder(scale, seed)
    with lock(root.parent, root.name, progress):
        if not whole(root):
            need_disk(root.parent, NEEDED_BYTES)
            with building(root) as folder:
                _fill(programs, folder, SCALES[scale], seed, progress)
                versions = {
                    name: importlib.metadata.version(name)
                    for name in ("tensorflow", "keras", "pillow")
                }
                seal(folder, kind="stand-in", scale=scale, hidden_kind="stand-in", seed=seed,
                     recipe_epochs=SCALES[scale].recipe_epochs, versions=versions)  # fmt: skip
    return open_store(root, progress)


class _GivenUp(Exception):
    """The other half failed: this one need not go on."""


def _fill(programs: Path, folder: Path, scale: Scale, seed: int, progress: Progress) -> None:
    """Images and weights at the same time: each alone leaves a processor idle now and then."""
    over = threading.Event()

    def pretraining(share: float) -> None:
        if over.is_set():
            raise _GivenUp
        progress("pre-training the weights on other shapes", share)

    with ThreadPoolExecutor(1) as beside:
        weights = beside.submit(
            _pretrain, programs, folder / "student" / "model", scale, seed, pretraining
        )
        try:
            _render(programs, folder, scale, seed, progress)
        except BaseException:
            over.set()
            raise
        weights.result()


def _render(programs: Path, folder: Path, scale: Scale, seed: int, progress: Progress) -> None:
    splits = (
        ("train", folder / "student" / "train", scale.train),
        ("validation", folder / "student" / "validation", scale.validation),
        ("hidden", folder / "private" / "hidden", scale.hidden),
    )
    for split, target, (horses, humans) in splits:
        target.mkdir(parents=True)
        counts = json.dumps({"horses": horses, "humans": humans})
        run_program(
            programs / "render.py",
            ["--folder", str(target), "--split", split, "--counts", counts,
             "--seed", str(seed), "--size", str(scale.size)],
            partial(progress, f"rendering {split} images"),
        )  # fmt: skip


def _pretrain(
    programs: Path, model: Path, scale: Scale, seed: int, progress: Callable[[float], None]
) -> None:
    model.mkdir(parents=True)
    run_program(
        programs / "pretrain.py",
        ["--weights", str(model / WEIGHTS_NAME), "--seed", str(seed), "--images", str(scale.shapes),
         "--side", str(scale.side), "--steps", str(scale.steps)],
        progress,
    )  # fmt: skip
