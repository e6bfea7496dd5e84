"""Shares the tests out among workers, where there are any."""

from __future__ import annotations

from typing import Any

import pytest
from sharing_out import Sharing


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadscope`, as `make test` has it, a scope is what belongs together here."""
    return Sharing(config, log) if config.getvalue("dist") == "loadscope" else None
