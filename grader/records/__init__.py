"""The nouns of the grader, frozen, and how they lie on disk; errors, limits, cache, zips, links.

Every record that is written to disk carries `schema_version`; units are in the names.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
