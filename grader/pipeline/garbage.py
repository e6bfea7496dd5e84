"""How often a process of ours looks for garbage."""

from __future__ import annotations

import gc

YOUNG = 200_000
"""Objects until garbage is looked for; a submission's evidence alone is tens of thousands, none of
which is garbage, and looking took a third of the time of judging again."""


def look_seldom() -> None:
    """From now on: rarely, and never through what is there already, which stays to the end.

    Records hold no cycles: they go when nobody names them, whatever is said here.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
