"""Makes the stand-in: the assignment's own program writes it, from a seed."""

import importlib.metadata
import shutil
from pathlib import Path

from grader.assignment.data.hidden import GIVEN, look_at
from grader.assignment.data.programs import run_program
from grader.assignment.data.store import (
    AssetStore,
    Progress,
    assets_home,
    get_some,
    lock,
    need_disk,
    open_store,
    seal,
    silent,
    stand_in_name,
    use_again,
)
from grader.assignment.data_tables import FULL
from grader.assignment.folder import Assignment
from grader.records import AssetError, building

PACKAGES = ("tensorflow", "keras", "numpy", "pillow", "scikit-learn")
"""Their versions are noted: the bytes of a stand-in may depend on them."""


def make_data(
    assignment: Assignment,
    scale: str = FULL,
    seed: int | None = None,
    progress: Progress = silent,
    hidden: Path | None = None,
) -> AssetStore:
    """The assignment's stand-in of this scale ("full", "small"): made once, then found.

    seed: None is that of `data.toml`; another one makes hidden inputs that nobody else has.
    hidden: the instructor's own hidden inputs instead, a folder of images or an `.npz` file.
    """
    made = assignment.data.stand_in
    if made is None or not made.program:  # a student's copy
        raise AssetError(
            f"This copy of {assignment.slug} has no program that makes its data.",
            what_to_do=get_some(assignment),
        )
    name = made.chosen(scale)
    if name not in made.scales:
        known = ", ".join(made.scales)
        raise AssetError(
            f"The stand-in of {assignment.slug} has no scale {scale!r}.",
            what_to_do=f"Say one of: {known}.",
        )
    given = look_at(hidden, assignment) if hidden else None
    seed = made.seed if seed is None else seed
    root = assets_home(assignment.slug) / stand_in_name(assignment, scale)
    ending = "" if seed == made.seed else f"-{seed}"
    ending += f"-instructor-{given.fingerprint}" if given else ""
    root = root.with_name(root.name + ending)
    with lock(root.parent, root.name, progress):
        if not use_again(root):
            need_disk(root.parent, made.needs_mb * 1_000_000)
            with building(root) as folder:
                run_program(
                    assignment.folder / made.program,
                    ["--folder", str(folder), "--scale", made.scales[name].model_dump_json(),
                     "--seed", str(seed)],
                    progress,
                )  # fmt: skip
                if given and assignment.data.hidden:
                    target = folder / "private" / assignment.data.hidden.path
                    if target.is_dir():
                        shutil.rmtree(target)
                    target.unlink(missing_ok=True)
                    given.put(target)
                seal(
                    folder,
                    assignment,
                    kind="stand-in",
                    scale=name,
                    hidden_kind=GIVEN if given else "stand-in",
                    seed=seed,
                    recipe_epochs=made.scales[name].epochs,
                    versions=_versions(),
                )
    return open_store(root, assignment, progress)


def _versions() -> dict[str, str]:
    there = {found.metadata["Name"].lower() for found in importlib.metadata.distributions()}
    return {name: importlib.metadata.version(name) for name in PACKAGES if name in there}
