"""Paints a hidden tree of images and puts it where a notebook looks for its data.

The colour of an image says which one it is: it stays when the image is resized, cached, shuffled
or scaled, so the host can tell from the colours alone which images a data set delivered. How much
the stripes fill stays also where an image loses its colour.
"""

import contextlib
import io
import math
import os
import random
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

BLOCKS = 6
STRIPES = 2
TONE = 24
"""How much brighter or darker than the rest the stripes are, of 255."""


def paint(folder: str, images: Sequence[Sequence[Any]]) -> None:
    """Write every [path, [r, g, b], [width, height], mode, stripes] below `folder` as a PNG.

    stripes: the part of the image that they fill, less than 0 for darker ones; may be left out.
    """
    from PIL import Image

    for parent in {os.path.dirname(path) for path, *_ in images}:  # noqa: PTH120 - paths are slower
        Path(folder, parent).mkdir(parents=True, exist_ok=True)
    for path, colour, (width, height), mode, *stripes in images:
        opaque = () if mode == "RGB" else (255,)
        image = Image.new(mode, (width, height), (*colour, *opaque))
        for share in filter(None, stripes):
            tone = tuple(round(value + math.copysign(TONE, share)) for value in colour)
            wide = max(1, round(abs(share) * width / STRIPES))
            for stripe in range(STRIPES):
                left = round((stripe + 0.5) * width / STRIPES)
                image.paste((*tone, *opaque), (left, 0, left + wide, height))
        image.save(f"{folder}/{path}", "PNG")  # also where it is called a JPEG: its colours stay


def paint_alike(
    folder: str, images: Sequence[Sequence[Any]], *, seed: int, size: Sequence[int]
) -> None:
    """Write one and the same picture at the path of each of `images` below `folder`.

    Blocks of colour, other for each seed, that no flip, turn or shift leaves as they are.
    """
    from PIL import Image

    dice = random.Random(seed)  # noqa: S311 - a picture, no secret
    blocks = bytes(dice.randrange(256) for _ in range(BLOCKS * BLOCKS * 3))
    small = Image.frombytes("RGB", (BLOCKS, BLOCKS), blocks)
    content = io.BytesIO()
    width, height = size
    small.resize((width, height), Image.Resampling.NEAREST).save(content, "PNG")
    for path, *_ in images:
        Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
        Path(folder, path).write_bytes(content.getvalue())


@contextlib.contextmanager
def in_place_of(places: Mapping[str, str]) -> Iterator[None]:
    """While the block runs, each place (a path) leads to its target; then it is as it was."""
    moved: list[tuple[Path, Path | None]] = []
    try:
        for name, target in places.items():
            path = Path.cwd() / name  # a block that changes the folder must not confuse the end
            path.parent.mkdir(parents=True, exist_ok=True)
            # two names of one place: what was put aside for the first must not be lost
            place = path.parent.resolve() / path.name
            if any(place == other for other, _ in moved):
                continue
            aside = None
            if os.path.lexists(place):
                aside = place.rename(place.with_name(f"{place.name}.aside"))
            moved.append((place, aside))
            _lead(place, Path(target))
        yield
    finally:
        for place, aside in reversed(moved):
            with contextlib.suppress(OSError):
                _remove(place)
            if aside is not None:
                with contextlib.suppress(OSError):
                    aside.rename(place)


def _lead(place: Path, target: Path) -> None:
    """A link; a copy where the system keeps links to administrators (Windows)."""
    try:
        place.symlink_to(target)
    except (OSError, NotImplementedError):
        (shutil.copytree if target.is_dir() else shutil.copyfile)(target, place)


def _remove(place: Path) -> None:
    if place.is_symlink() or not place.is_dir():
        place.unlink()
    else:
        shutil.rmtree(place)


@contextlib.contextmanager
def bound(names: Mapping[str, Any], namespace: dict[str, Any]) -> Iterator[None]:
    """While the block runs, those of `names` that the namespace has mean other values."""
    before = {name: namespace[name] for name in names if name in namespace}
    namespace.update({name: names[name] for name in before})
    try:
        yield
    finally:
        namespace.update(before)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """While the block runs, Keras' image generators leave out what they change at random.

    Colours tell which image is which; brightness and black borders would hide it. Scaling and
    preprocessing stay, so what is seen is otherwise what training sees.
    """
    changed = []
    for name in ("keras.src.legacy.preprocessing.image", "tf_keras.src.preprocessing.image"):
        generator = getattr(sys.modules.get(name), "ImageDataGenerator", None)
        if generator is not None:
            changed.append((generator, generator.get_random_transform))
            generator.get_random_transform = lambda *args, **kwargs: {}
    try:
        yield
    finally:
        for generator, original in changed:
            generator.get_random_transform = original
