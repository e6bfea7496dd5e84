"""The training curve as a small PNG, for platforms that show pictures and no SVG.

Written by hand (PNG specification, third edition): drawing packages stay out of the host.
"""

from __future__ import annotations

import itertools
import struct
import zlib
from collections.abc import Iterator, Sequence

from grader.records import Measured

WIDTH, HEIGHT, EDGE = 480, 240, 16
PALETTE = ((255, 255, 255), (208, 208, 208), (30, 90, 200), (200, 40, 40))
WHITE, GREY, BLUE, RED = range(4)
GRID = 4
SIGNATURE = b"\x89PNG\r\n\x1a\n"
DEPTH, INDEXED = 2, 3


def picture(measured: Measured | None) -> bytes:
    """PNG of the first training: accuracy from 0 (bottom) to 1 (top) over epochs; b"" if none."""
    curve = measured.trainings[0].curve if measured and measured.trainings else None
    if curve is None or not (curve.accuracy or curve.val_accuracy):
        return b""
    canvas = [bytearray(WIDTH) for _ in range(HEIGHT)]
    for step in range(GRID + 1):
        y = EDGE + round((HEIGHT - 2 * EDGE) * step / GRID)
        canvas[y][EDGE : WIDTH - EDGE] = bytes([GREY]) * (WIDTH - 2 * EDGE)
    for values, colour in ((curve.accuracy, BLUE), (curve.val_accuracy, RED)):
        for x, y in _pixels(_points(values)):
            canvas[y][x] = canvas[y + 1][x] = colour
    return _png(canvas)


def _points(values: Sequence[float]) -> list[tuple[int, int]]:
    """One point an epoch; a single epoch becomes a level line. NaN and the like count as 0."""
    shown = list(values) * 2 if len(values) == 1 else list(values)
    last = max(1, len(shown) - 1)
    return [
        (
            EDGE + round((WIDTH - 2 * EDGE) * index / last),
            EDGE + round((HEIGHT - 2 * EDGE) * (1 - (value if 0 <= value <= 1 else 0))),
        )
        for index, value in enumerate(shown)
    ]


def _pixels(points: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The pixels of the line through `points`."""
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        steps = max(abs(x1 - x0), abs(y1 - y0), 1)
        for step in range(steps + 1):
            yield x0 + round((x1 - x0) * step / steps), y0 + round((y1 - y0) * step / steps)


def _png(canvas: Sequence[bytearray]) -> bytes:
    """Four pixels a byte, the leftmost in the high bits; filter 0 before each row."""
    rows = bytearray()
    for row in canvas:
        rows.append(0)
        rows += bytes(
            row[x] << 6 | row[x + 1] << 4 | row[x + 2] << 2 | row[x + 3] for x in range(0, WIDTH, 4)
        )
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, DEPTH, INDEXED, 0, 0, 0)
    palette = bytes(value for colour in PALETTE for value in colour)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(bytes(rows), 9)))
    return SIGNATURE + b"".join(_chunk(*chunk) for chunk in (*chunks, (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
