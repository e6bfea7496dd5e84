"""The ready-made checks, and what a check of an author's own is written with.

A check is a pure function `Evidence → Finding`; parameters after the evidence are filled from the
criterion's `with` table. An assignment's `checks.py` starts with `from grader.checks import *`, so
the TOML can name everything here.

What students' code could have written is compared by value only, after its type was looked at.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
