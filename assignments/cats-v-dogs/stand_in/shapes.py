"""What the stand-in weights are trained on: animals, but neither cats nor dogs.

ImageNet is another task than the assignment's, so the stand-in's pre-training is one too.
"""

from __future__ import annotations

from others import BEAR, COW, ELEPHANT, GOAT, MOUSE, OWL, RABBIT, SHEEP
from scenes import Figure

GROUPS: tuple[dict[str, Figure], ...] = (
    {"bear": BEAR, "mouse": MOUSE, "owl": OWL, "rabbit": RABBIT},
    {"cow": COW, "elephant": ELEPHANT, "goat": GOAT, "sheep": SHEEP},
)
"""Kinds of shapes in two groups of equal size: ears that stand up, and ears that hang."""
SHAPES: dict[str, Figure] = {kind: figure for group in GROUPS for kind, figure in group.items()}
