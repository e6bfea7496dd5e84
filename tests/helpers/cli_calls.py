"""Commands as a user calls them."""

from __future__ import annotations

from typer.testing import CliRunner

from grader.cli.app import app


def call(*words: object) -> tuple[int, str]:
    """Exit status and output."""
    done = CliRunner().invoke(app, [str(word) for word in words], terminal_width=200)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output
