"""A notebook and a sandbox become a Run: every cell, then the questions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
