"""Call a function right after a module was imported, without importing it now."""

import importlib.abc
import importlib.util
import random
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_awaited: dict[str, list[Callable[[Any], object]]] = {}


class _Loader(importlib.abc.Loader):
    """The module's own loader, then our functions."""

    def __init__(self, loader: importlib.abc.Loader, name: str) -> None:
        self._loader = loader
        self._name = name

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        # The module must not notice: its spec and loader are the real ones again before it runs.
        module.__loader__ = self._loader
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        chance = random.getstate()
        self._loader.exec_module(module)
        # TensorFlow draws while it is imported; a process that has it already must not differ.
        random.setstate(chance)
        for function in _awaited.pop(self._name, ()):
            function(module)


class _Finder(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _awaited:
            return None
        functions = _awaited.pop(name)
        try:
            spec = importlib.util.find_spec(name)
        finally:
            _awaited[name] = functions
        if spec is None or spec.loader is None:
            return None
        spec.loader = _Loader(spec.loader, name)
        return spec


def when_imported(name: str, function: Callable[[Any], object]) -> None:
    """Call `function(module)` once `name` has been imported; now, if it is already."""
    if name in sys.modules:
        function(sys.modules[name])
        return
    _awaited.setdefault(name, []).append(function)
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
