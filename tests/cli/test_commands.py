"""The commands as a user calls them; what runs something is in tests/reference."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from grader import __version__, sandbox
from grader.cli.app import app
from grader.cli.common import find_assignment
from grader.cli.grade import _may_write, with_limits
from grader.pipeline import doctor
from grader.records import Grade
from grader.records.errors import GraderError, NoSandbox

runner = CliRunner()
COMMANDS = [command.callback.__name__ for command in app.registered_commands if command.callback]


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_a_short_manual_page(command: str) -> None:
    """What it does and, where it takes something, an example."""
    shown = runner.invoke(app, [command.replace("_", "-"), "--help"])
    assert shown.exit_code == 0
    assert "Usage" in shown.output
    assert "Example" in shown.output or "Exit status" in shown.output


def test_the_schema_is_a_valid_json_schema_that_a_grade_keeps() -> None:
    """It is what LMS people program against."""
    schema = json.loads(runner.invoke(app, ["schema"]).output)
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == Grade.__name__
    assert {"points", "held", "verdicts", "schema_version"} <= set(schema["properties"])


@pytest.mark.parametrize("kind", GraderError.__subclasses__())
def test_an_error_is_shown_as_it_is_with_a_next_step(
    kind: type[GraderError], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Brackets in it are no markup; where it says nothing itself, its kind does."""

    def fails(*_: object) -> None:
        raise kind("There is no [splits].")

    monkeypatch.setattr("grader.assignment.all_slugs", fails)
    done = runner.invoke(app, ["pack", "github"])
    first, second = done.output.splitlines()
    assert first == "grader: There is no [splits]."
    assert second.strip()


def test_too_old_a_jupyter_is_said_before_a_notebook_is_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Colab's, which the grader does not replace."""
    monkeypatch.setattr("grader.cli.common.version", lambda _: "7.4.9")
    done = runner.invoke(app, ["check", "my.ipynb"])
    assert done.exit_code == 2
    assert "jupyter-client is older" in done.output and "grader.check()" in done.output


@pytest.mark.slow
def test_an_audit_of_no_variant_says_so_in_a_line() -> None:
    done = runner.invoke(
        app, ["audit", "digits-cnn", "--combined", "1", "--only", "no-such-variant"]
    )
    assert done.exit_code == 2
    assert "No variant is left with --only no-such-variant." in done.output
    assert "--list" in done.output


def test_without_a_sandbox_nothing_runs_and_the_exit_is_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the user reads how to get one."""

    def none(tier: str) -> None:
        raise NoSandbox("No sandbox works here.", what_to_do="Install bubblewrap.")

    monkeypatch.setattr(sandbox, "choose", none)
    done = runner.invoke(app, ["grade", str(tmp_path), "--out", str(tmp_path / "runs")])
    assert done.exit_code == 3
    assert "Install bubblewrap." in done.output
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize("words", [["judge", "nowhere"], ["show", "nowhere"]])
def test_a_folder_without_runs_is_one_line_and_exit_2(words: list[str], tmp_path: Path) -> None:
    """What to do next is said; no stack."""
    done = runner.invoke(app, [words[0], str(tmp_path / words[1])])
    assert done.exit_code == 2
    assert "grader grade" in done.output
    assert "Traceback" not in done.output


def test_runs_that_cannot_be_written_are_said_before_anything_runs(tmp_path: Path) -> None:
    """A file is no folder; the folder that can be written to is made."""
    (tmp_path / "notes.txt").touch()
    for out in (tmp_path / "notes.txt", tmp_path / "notes.txt" / "runs"):
        with pytest.raises(GraderError, match="cannot be written") as caught:
            _may_write(out)
        assert "--out" in caught.value.what_to_do
    _may_write(tmp_path / "deep" / "runs")
    assert (tmp_path / "deep" / "runs").is_dir()


def test_a_disk_that_refuses_is_one_line_and_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which file, and what to look at; no stack."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "file"))
    done = runner.invoke(app, ["assets", "make", "-a", "digits-cnn"])
    assert done.exit_code == 2
    assert str(tmp_path / "file") in done.output and "GRADER_HOME" in done.output
    assert "Traceback" not in done.output


def test_the_place_that_was_named_is_the_one_that_is_said(tmp_path: Path) -> None:
    """Not the file beside it that is written first."""
    done = runner.invoke(app, ["bundle", "digits-cnn", str(tmp_path)])
    assert done.exit_code == 2
    assert f"{tmp_path}: " in "".join(done.output.split("\n"))


def test_the_doctors_advice_can_be_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long command is neither cut nor broken, however narrow the terminal."""
    command = f"/home/{'a' * 90}/python -m compileall -q /home/{'b' * 90}"
    line = doctor.Examined(what="compiled", ok=True, seen="no: cold", what_to_do=command)
    monkeypatch.setattr("grader.pipeline.examine", lambda **_: [line], raising=False)
    assert command in runner.invoke(app, ["doctor"]).output


@pytest.mark.parametrize("change", ["cell=3", "cell_s", "cell_s=fast", "cell_s=-1", "=3"])
def test_a_limit_that_does_not_exist_is_refused_with_the_ones_that_do(change: str) -> None:
    """A typing error must not silently leave the default in place."""
    with pytest.raises(GraderError, match="NAME=NUMBER") as caught:
        with_limits(find_assignment("horses-vs-humans"), [change])
    assert "cell_s" in caught.value.what_to_do


def test_limits_can_be_overridden() -> None:
    """The assignment itself is not changed."""
    chosen = find_assignment("horses-vs-humans")
    assert with_limits(chosen, ["cell_s=5", "processes=50"]).limits.cell_s == 5.0
    assert chosen.limits.cell_s != 5.0


def test_the_doctor_tells_of_missing_bytecode(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is no reason not to grade."""
    kept = tmp_path / "kept.pyc"
    monkeypatch.setattr("importlib.util.cache_from_source", lambda _: str(kept))
    (line,) = doctor.bytecode()
    assert line.ok
    assert "python -m compileall" in line.what_to_do
    kept.touch()
    (line,) = doctor.bytecode()
    assert line.seen == "there"


def installed() -> list[str]:
    """What the script `grader` that installers write does, from what pyproject.toml says."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    module, function = project["scripts"]["grader"].split(":")
    return ["-c", f"import sys; from {module} import {function}; sys.exit({function}())"]


@pytest.mark.slow
@pytest.mark.parametrize("start", [installed(), ["-m", "grader"]], ids=["installed", "module"])
@pytest.mark.parametrize(("level", "said"), [("info", True), ("", False), ("nonsense", False)])
def test_the_log_is_as_loud_as_was_asked_for(start: list[str], level: str, said: bool) -> None:
    """GRADER_LOG works however the program is started; a word that is no level is passed over."""
    done = subprocess.run(
        [sys.executable, *start, "schema"],
        env={**os.environ, "GRADER_LOG": level},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout)["title"] == Grade.__name__
    assert done.stderr.startswith(f"grader: version {__version__}, Python ") is said
    assert said or not done.stderr


@pytest.mark.slow
def test_without_a_sandbox_the_doctor_ends_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    """And with 2 where something else is missing."""
    monkeypatch.setattr(doctor, "OLDEST_PYTHON", (99, 0))
    assert runner.invoke(app, ["doctor"]).exit_code in (2, 3)
