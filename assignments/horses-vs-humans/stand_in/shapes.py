"""What the stand-in weights are trained on: shapes that are neither horse nor human.

ImageNet is another task than the assignment's, so the stand-in's pre-training is one too.
"""

from __future__ import annotations

from creatures import (
    draw_cow,
    draw_dog,
    draw_elephant,
    draw_giraffe,
    draw_penguin,
    draw_robot,
    draw_scarecrow,
    draw_snowman,
)
from scenes import Figure

GROUPS: tuple[dict[str, Figure], ...] = (
    {"cow": draw_cow, "dog": draw_dog, "elephant": draw_elephant, "giraffe": draw_giraffe},
    {
        "penguin": draw_penguin,
        "robot": draw_robot,
        "scarecrow": draw_scarecrow,
        "snowman": draw_snowman,
    },
)
"""Kinds of shapes in two groups of equal size: on four legs, and upright."""
SHAPES: dict[str, Figure] = {kind: figure for group in GROUPS for kind, figure in group.items()}
