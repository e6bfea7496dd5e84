"""Options of `grader grade` that say how the work is done, not what is graded."""

from __future__ import annotations

from typing import Annotated

import typer

Share = Annotated[bool, typer.Option(help="Run equal code once (comments do not count).")]
Profile = Annotated[bool, typer.Option("--profile", help="Say which stage took how long.")]
