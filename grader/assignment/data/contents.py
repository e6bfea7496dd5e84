"""What an asset folder really holds, held against `data.toml`: splits, classes, shapes, files."""

from math import prod
from pathlib import Path

from grader.assignment.data import arrays
from grader.assignment.data_tables import HIDDEN, Split
from grader.assignment.data_vetting import DATA
from grader.assignment.folder import Assignment
from grader.records import AssetError

IMAGE_STARTS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


def counts(root: Path, assignment: Assignment) -> dict[str, dict[str, int]]:
    """Split → class → inputs. AssetError, with the key, for what does not fit `data.toml`."""
    table = assignment.data
    counted = {
        name: _counted(split_path(root, name, split), name, split, assignment)
        for name, split in table.splits.items()
    }
    shapes = {
        name: arrays.row_shape(split_path(root, name, split), split)
        for name, split in table.splits.items()
        if split.arrays
    }
    if len(set(shapes.values())) > 1:
        told = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise AssetError(f"{_key(assignment, 'splits')}: their inputs differ in shape: {told}.")
    _check_recipe(shapes, assignment)
    _nothing_else(root, assignment)
    weights = {table.network.weights: "network.weights"} if table.network else {}
    for path, key in {**weights, **dict.fromkeys(table.files, "files")}.items():
        if not (root / "student" / path).is_file():
            raise AssetError(f"{_key(assignment, key)}: the file {path} is not there.")
    return counted


def count_shown(student: Path, assignment: Assignment) -> dict[str, dict[str, int]]:
    """The same of a folder that is the students' side, without its files."""
    return {
        name: _counted(student / split.path, name, split, assignment)
        for name, split in assignment.data.shown.items()
    }


def _check_recipe(shapes: dict[str, tuple[int, ...]], assignment: Assignment) -> None:
    """AssetError when the recipe speaks of examples with another number of values."""
    recipe = assignment.recipe
    for name, shape in shapes.items():
        if recipe is not None and prod(shape) != prod(recipe.input_shape):
            raise AssetError(
                f"{_key(assignment, f'splits.{name}')}: one example has the shape {shape}, but "
                f"recipe.input_shape is {recipe.input_shape}."
            )


def split_path(root: Path, name: str, split: Split) -> Path:
    """Where a split lies in an asset folder."""
    return root / ("private" if name == HIDDEN else "student") / split.path


def _counted(path: Path, name: str, split: Split, assignment: Assignment) -> dict[str, int]:
    key, classes = _key(assignment, f"splits.{name}"), assignment.data.classes
    if split.arrays:
        return arrays.counted(path, split, classes, key)
    there = {child.name for child in path.iterdir() if child.is_dir()} if path.is_dir() else set()
    if there != set(classes):
        raise AssetError(
            f"{key}: {split.images} has the class folders {', '.join(sorted(there)) or 'none'}; "
            f"`classes` says {', '.join(classes)}."
        )
    return {kind: sum(1 for _ in (path / kind).iterdir()) for kind in classes}


def _nothing_else(root: Path, assignment: Assignment) -> None:
    """No file of arrays that students see holds one that no split names: hidden ones, perhaps."""
    shown = assignment.data.shown.values()
    for path in {split.arrays for split in shown if split.arrays}:
        named = {n for split in shown if split.arrays == path for n in (split.inputs, split.labels)}
        if more := arrays.headers(root / "student" / path).keys() - named:
            told = ", ".join(sorted(more))
            raise AssetError(f"{_key(assignment, 'splits')}: no split names {told} of {path}.")


def _key(assignment: Assignment, key: str) -> str:
    return f"{assignment.slug}/{DATA}: {key}"


def instructors_images(folder: Path, classes: tuple[str, ...]) -> list[tuple[str, Path]]:
    """(class, image) of a folder of hidden images. AssetError unless each class has images and
    nothing else."""
    images: list[tuple[str, Path]] = []
    for kind in classes:
        paths = sorted(path for path in (folder / kind).glob("[!.]*") if path.is_file())
        if not paths:
            raise AssetError(
                f"{folder} has no images in a sub-folder {kind!r}.",
                what_to_do=f"It must have one sub-folder of images a class: {', '.join(classes)}.",
            )
        for path in paths:
            with path.open("rb") as stream:
                if not stream.read(8).startswith(IMAGE_STARTS):
                    raise AssetError(f"{path} is neither a PNG nor a JPEG image.")
        images += [(kind, path) for path in paths]
    return images
