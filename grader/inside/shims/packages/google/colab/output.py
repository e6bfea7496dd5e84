"""Nothing is shown to anybody."""

from typing import Any


def clear(*arguments: Any, **options: Any) -> None:
    """Nothing to do."""


def eval_js(*arguments: Any, **options: Any) -> None:
    """No browser is there."""


def register_callback(*arguments: Any, **options: Any) -> None:
    """Nothing to do."""
