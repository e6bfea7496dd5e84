"""A Grade becomes what each platform takes.

`seam` is what all have in common, `registry` names them. A platform is a module or folder of its
own: `plain`, `canvas/`, `moodle`, `lti`, `nbgrader`; those that call us stand in `container/`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
