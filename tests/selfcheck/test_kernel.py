"""`grader.check` and `%grader check` inside a running notebook."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from notebook_session import FUNCTIONS
from tiny_assignment import SLUG, SOLUTION, made

import grader
from grader import selfcheck
from grader.selfcheck import kernel as selfcheck_kernel
from grader.selfcheck.data import ESTIMATE
from grader.selfcheck.display import Notice
from grader.selfcheck.kernel import NOT_TRAINED, check_in_notebook, restored

REFERENCE = Path(__file__).parents[2] / "reference" / "horses-vs-humans"
SESSION = Path(__file__).parents[1] / "helpers" / "notebook_session.py"
SLOWEST_S = 30.0
"""Of a check on a machine with other work; what it takes alone stands in docs/benchmarks.md."""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Our own solution in a real IPython shell; what each check said."""
    folder = tmp_path_factory.mktemp("notebook")
    done = subprocess.run(
        [sys.executable, str(SESSION), str(REFERENCE / "solution.ipynb"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )
    assert done.returncode == 0, done.stderr[-1500:]
    told: dict[str, Any] = json.loads(done.stdout.rpartition("\x00")[2])
    return told


@pytest.mark.tensorflow
@pytest.mark.timeout(600)
class TestInANotebook:
    """With TensorFlow and the stand-in."""

    @pytest.mark.parametrize("name", FUNCTIONS)
    def test_a_right_function_passes(self, name: str, session: dict[str, Any]) -> None:
        """All criteria about it, with their points; nothing is trained, which is said."""
        told = session["right"][name]
        assert told["kind"] == "Shown"
        assert told["passed"], told["text"]
        assert told["verdicts"]
        assert {one["status"] for one in told["verdicts"]} == {"passed"}
        assert NOT_TRAINED in told["said"]
        assert told["seconds"] < SLOWEST_S

    def test_accuracy_is_measured_when_it_is_asked_for(self, session: dict[str, Any]) -> None:
        """On images that are here: an estimate, which is said."""
        told = session["trained"]
        assert told["passed"], told["text"]
        shown = {one["criterion"]: one for one in told["verdicts"]}
        assert shown["accuracy"]["status"] == "passed"
        assert shown["accuracy"]["points"] > 0
        assert "batch-and-size" not in shown, "what is about other functions stays out"
        assert ESTIMATE in told["said"]
        assert NOT_TRAINED not in told["said"]
        assert "accuracy" not in {one["criterion"] for one in session["all"]["verdicts"]}

    def test_the_notebook_is_as_it_was(self, session: dict[str, Any]) -> None:
        """Its variables, its work folder, its files."""
        assert session["kept"] == [True, True, []]

    def test_a_wrong_function_is_told_like_in_the_grading(self, session: dict[str, Any]) -> None:
        """What was seen, what was expected; a function that raises is no crash."""
        cut = session["broken"]["output_of_last_layer"]
        assert not cut["passed"]
        assert "we saw: " in cut["text"]
        assert "mixed5" in cut["text"]
        head = session["broken"]["create_final_model"]
        assert "not yet" in head["text"]
        assert "<table" in head["html"]
        assert "Traceback" not in head["html"]

    def test_all_at_once_names_what_it_does_not_look_at(self, session: dict[str, Any]) -> None:
        """The data functions of other editions are no part of it."""
        told = session["all"]
        shown = {one["criterion"] for one in told["verdicts"]}
        assert {"train-data", "frozen-base", "cut", "dropout"} <= shown
        assert any("grader check" in sentence for sentence in told["said"])

    def test_a_function_that_is_not_there_yet(self, session: dict[str, Any]) -> None:
        """What to do is said."""
        assert not session["undefined"]["passed"]
        assert "create_final_model" in session["undefined"]["text"]


# ---------------------------------------------------------------- without TensorFlow


def test_a_name_that_is_none_is_answered_with_those_of_this_notebook() -> None:
    """Of the edition that the notebook is, not of all there ever were."""
    told = check_in_notebook("create_finel_model", namespace={"train_val_datasets": print})
    assert isinstance(told, Notice)
    assert "create_final_model" in told.message
    assert "train_val_datasets" in told.message
    assert "train_val_generators" not in told.message
    older = check_in_notebook("x", namespace={"train_val_generators": print})
    assert "train_val_datasets" not in repr(older)


def test_missing_data_are_told_and_not_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cell that ends in a stack would look like the student's mistake."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path / "empty"))
    told = check_in_notebook("create_final_model", namespace={}, folder=tmp_path)
    assert isinstance(told, Notice)
    assert "beside the notebook" in told.message
    assert not told.passed


def test_in_a_folder_without_an_assignment_it_says_where_to_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the check in a terminal does."""
    monkeypatch.setattr(selfcheck_kernel, "all_slugs", list)
    assert "back into the folder" in repr(check_in_notebook("f", namespace={}))


def test_where_nothing_was_run_the_function_is_missed_and_no_object_of_flat_code() -> None:
    """Of an assignment that has both; flat code is known by its objects."""
    ours, flat = selfcheck_kernel.load_assignment("horses-vs-humans"), selfcheck_kernel._is_flat
    assert not flat(ours, {"tf": 1}) and flat(ours, {"model": 1})
    revision = ours.revisions[0].model_copy(update={"functions": ()})
    assert flat(ours.model_copy(update={"revisions": (revision,)}), {})


def test_a_function_may_stand_for_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """`grader.check(create_final_model)`, without the quotes."""
    named: list[str] = []
    monkeypatch.setattr(selfcheck, "check_in_notebook", named.append)

    def create_final_model() -> None: ...

    grader.check(create_final_model)
    grader.check("x")
    grader.check()
    assert named == ["create_final_model", "x", ""]


def test_of_several_assignments_the_notebooks_own_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the function that is asked for, else by what has been run so far, else by the folder;
    else it has to be told, by name, in the same call."""
    made(tmp_path / "assignments")
    monkeypatch.chdir(tmp_path)
    chosen = selfcheck_kernel._assignment
    assert chosen("", "mirrored", {}).slug == SLUG
    assert chosen("", "create_final_model", {}).slug == "horses-vs-humans"
    ran = {"In": ["", *SOLUTION[:1]], "shares": print}
    assert chosen("", "", ran).slug == SLUG
    assert chosen(SLUG, "create_final_model", {}).slug == SLUG
    assert chosen("", "", {}).slug == SLUG
    monkeypatch.chdir(Path(__file__).parent)
    assert "assignment=" in repr(check_in_notebook("f", namespace={}))


def test_the_magic_knows_one_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Anything else is answered with how it is written."""
    named: list[tuple[Any, ...]] = []
    monkeypatch.setattr(grader, "check", lambda *names, **more: named.append((*names, *more)))
    magics: dict[str, Any] = {}

    class Shell:
        def register_magic_function(self, function: Any, kind: str, name: str) -> None:
            magics[name] = function

    grader.load_ipython_extension(Shell())
    magics["grader"]("check create_final_model")
    magics["grader"]("check")
    magics["grader"]("check create_final_model --accuracy")
    assert named == [("create_final_model",), (), ("create_final_model", "accuracy")]
    for line in ("", "chek x", "check a b"):
        magics["grader"](line)
    assert capsys.readouterr().out.count("%grader check") == 3


def test_what_a_check_binds_is_undone() -> None:
    """Also when it raises."""
    variables: dict[str, Any] = {"a": 1, "gone": 2, "other": 3}
    with pytest.raises(ZeroDivisionError), restored(variables):
        variables["a"] = 10
        variables["new"] = 20
        del variables["gone"]
        assert 1 / 0
    assert variables == {"a": 1, "gone": 2, "other": 3}
