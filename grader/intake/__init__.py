"""A stranger's file becomes a notebook, or a sentence why not; which assignment, which revision."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
