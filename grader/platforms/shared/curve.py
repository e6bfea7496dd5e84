"""The training curve as a small PNG, for platforms that show pictures and no SVG."""

import io
from collections.abc import Sequence

from grader.records import Measured

WIDTH, HEIGHT, EDGE = 480, 240, 16
PALETTE = ((255, 255, 255), (208, 208, 208), (30, 90, 200), (200, 40, 40))
WHITE, GREY, BLUE, RED = range(4)
GRID = 4


def picture(measured: Measured | None) -> bytes:
    """PNG of the first training: accuracy from 0 (bottom) to 1 (top) over epochs; b"" if none."""
    curve = measured.trainings[0].curve if measured and measured.trainings else None
    if curve is None or not (curve.accuracy or curve.val_accuracy):
        return b""
    from PIL import Image, ImageDraw  # noqa: PLC0415  (only where a picture is asked for)

    image = Image.new("P", (WIDTH, HEIGHT), WHITE)
    image.putpalette([value for colour in PALETTE for value in colour])
    draw = ImageDraw.Draw(image)
    for step in range(GRID + 1):
        y = EDGE + round((HEIGHT - 2 * EDGE) * step / GRID)
        draw.line([(EDGE, y), (WIDTH - EDGE - 1, y)], GREY)
    for values, colour in ((curve.accuracy, BLUE), (curve.val_accuracy, RED)):
        for down in (0, 1):  # two pixels high; Pillow's own width thins level lines
            draw.line([(x, y + down) for x, y in _points(values)], colour)
    data = io.BytesIO()
    image.save(data, "PNG", optimize=True)
    return data.getvalue()


def _points(values: Sequence[float]) -> list[tuple[int, int]]:
    """One point an epoch; a single epoch becomes a level line. What is no share counts as 0."""
    shown = list(values) * 2 if len(values) == 1 else list(values)
    last = max(1, len(shown) - 1)
    return [
        (
            EDGE + round((WIDTH - 2 * EDGE) * index / last),
            EDGE + round((HEIGHT - 2 * EDGE) * (1 - (value if 0 <= value <= 1 else 0))),
        )
        for index, value in enumerate(shown)
    ]
