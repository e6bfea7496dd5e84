"""What the stand-in weights are trained on: animals, but neither cats nor dogs.

ImageNet is another task than the assignment's, so the stand-in's pre-training is one too.
"""

from __future__ import annotations

from creatures import draw_cow, draw_elephant, draw_giraffe
from others import draw_bear, draw_owl, draw_pig, draw_rabbit, draw_sheep
from scenes import Figure

GROUPS: tuple[dict[str, Figure], ...] = (
    {"cow": draw_cow, "elephant": draw_elephant, "giraffe": draw_giraffe, "sheep": draw_sheep},
    {"bear": draw_bear, "owl": draw_owl, "pig": draw_pig, "rabbit": draw_rabbit},
)
"""Kinds of shapes in two groups of equal size: whole animals from the side, and faces."""
SHAPES: dict[str, Figure] = {kind: figure for group in GROUPS for kind, figure in group.items()}
