"""Shares the tests out among workers, where there are any."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from sharing_out import Sharing


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadscope`, as `make test` has it, a scope is what belongs together here."""
    return Sharing(config, log) if config.getvalue("dist") == "loadscope" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Thousands of tests live to the end: no collector has to look at them ever again."""
    gc.disable()
    yield
    gc.freeze()
    gc.enable()
