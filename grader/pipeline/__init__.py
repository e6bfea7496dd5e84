"""One submission, a batch, judged again, what-if, sent: the order in which the rooms are asked."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
