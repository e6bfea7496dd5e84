"""How the packages of an extra are added to the grader, as it was installed here."""

import sys
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

NAME = "notebook-grader"


def with_extra(extra: str) -> str:
    """The command, for pip, uv or pipx. Who installed is written in the package's own metadata
    (`INSTALLER`, packaging.python.org: Recording installed projects); environments that uv and pipx
    make for a tool have no pip, and lie in folders of these names."""
    package = f"'{NAME}[{extra}]'"
    match Path(sys.prefix).parts[-3:-1]:
        case ("uv", "tools"):
            return f"uv tool install {package}"
        case ("pipx", "venvs"):
            return f"pipx install --force {package}"
    installer = ""
    with suppress(PackageNotFoundError):
        installer = distribution(NAME).read_text("INSTALLER") or ""
    return f"{'uv ' if installer.strip() == 'uv' else ''}pip install {package}"
