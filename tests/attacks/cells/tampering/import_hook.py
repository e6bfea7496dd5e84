"""Puts an importer of its own in front, which hands out forged modules.

Safe: earns nothing
Control: none, because a checker in the same process imports nothing more
"""

import importlib.abc
import importlib.util
import sys


class Forger(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        wanted = name in ("answering", "ask", "export", "painting")
        return importlib.util.spec_from_loader(name, self) if wanted else None

    def exec_module(self, module):
        module.attempt = lambda function, seconds: ("ok", [[1, 3, 6, 10, 15]] * 3, "")
        module.Answers = lambda out: type("Answers", (), {"give": lambda *args: None})()


sys.meta_path.insert(0, Forger())
for name in ("answering", "ask"):
    sys.modules.pop(name, None)
