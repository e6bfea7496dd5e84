"""Shares the tests out among workers, where there are any."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With `--dist loadscope`, as `make test` has it, a scope is what belongs together here."""
    if config.getvalue("dist") != "loadscope":
        return None
    from sharing_out import Sharing  # noqa: PLC0415 - xdist need not be there

    return Sharing(config, log)
