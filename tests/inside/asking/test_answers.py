"""What runs beside the student's code: calls are bounded, values become plain JSON."""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from grader.inside.asking import answers as answering, painting


class Yes:
    """Equal to everything, callable, and a liar about its class."""

    __class__ = dict  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 1

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *given: Any) -> Any:
        return self


class Unprintable(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no")


def test_a_function_that_hangs_is_cut() -> None:
    """Also one that catches every Exception on its way."""

    def hang() -> None:
        while True:
            with contextlib.suppress(Exception):
                time.sleep(5)

    started = time.monotonic()
    status, value, error = answering.attempt(hang, 0.2)
    assert (status, value) == ("timeout", None) and "still running" in error
    assert time.monotonic() - started < 3


def test_a_function_in_which_all_time_ends_is_not_asked_again() -> None:
    """The kernel interrupts when the time of all functions is over: no error of the function's."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    status, value, error = answering.attempt(interrupted, 5)
    assert (status, value) == ("timeout", None) and "all functions" in error


@pytest.mark.slow
def test_a_function_that_catches_everything_is_cut_again() -> None:
    """A bare `except` swallows the first alarm, not the second."""
    caught: list[int] = []

    def stubborn() -> None:
        while True:
            try:
                time.sleep(5)
            except BaseException:
                caught.append(1)
                if len(caught) > 1:
                    raise

    assert answering.attempt(stubborn, 0.2)[0] == "timeout"


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (ValueError("two\nlines"), "ValueError: two lines"),
        (SystemExit(3), "SystemExit: 3"),
        (Unprintable(), "cannot be shown"),
        (ValueError("x" * 5000), "ValueError: xxx"),
    ],
)
def test_whatever_is_raised_is_one_line(problem: BaseException, words: str) -> None:
    """No exception of a student's gets past, and its text is short."""

    def broken() -> None:
        raise problem

    status, _, error = answering.attempt(broken, 5)
    assert status == "raised" and words in error and len(error) <= 300 and "\n" not in error


def test_the_alarm_is_put_back() -> None:
    """After an attempt no alarm is left that could ring in somebody else's code."""
    answering.attempt(lambda: None, 0.1)
    time.sleep(0.2)


@pytest.mark.parametrize("value", [Yes(), [Yes()], {"a": Yes()}, object(), {1, 2}, b"x", print])
def test_odd_objects_become_their_class_name(value: Any) -> None:
    """Nothing that can compare, call or count is left."""
    text = json.dumps(answering.plain(value), allow_nan=False)
    assert "Yes" in text or text.strip('"') in (
        "object",
        "set",
        "bytes",
        "builtin_function_or_method",
    )


@pytest.mark.slow
@settings(deadline=None, max_examples=40)
@given(st.recursive(st.none() | st.floats() | st.integers(), lambda x: st.lists(x) | st.tuples(x)))
def test_everything_can_be_written(value: Any) -> None:
    """NaN, infinities and endless numbers included."""
    json.dumps(answering.plain(value), allow_nan=False)


def test_nested_and_long_values_are_cut() -> None:
    """A list in itself and a text without end cost nothing."""
    endless: list[Any] = []
    endless.append(endless)
    assert len(json.dumps(answering.plain(endless))) < 200
    assert len(answering.plain("x" * 10**6)) == 300
    assert answering.plain(10**5000) == "a number of 16610 bits"
    assert answering.plain(math.nan) == "nan"


@pytest.mark.parametrize(
    ("function", "needed", "every"),
    [
        (lambda: None, [], []),
        (lambda a: None, [1], [1]),
        (lambda a, b: None, [1, 2], [1, 2]),
        (lambda a, b=0: None, [1], [1, 2]),
        (lambda *, a=0: None, [], []),
        (lambda *a: None, [1, 2], [1, 2]),
        (lambda a, b, c: None, [1, 2], [1, 2]),
    ],
)
def test_arguments_fit_the_function(function: Any, needed: list[int], every: list[int]) -> None:
    """As many as it has places for: those it needs, or all."""
    assert answering.fitting(function, [1, 2], all_of_them=False) == needed
    assert answering.fitting(function, [1, 2], all_of_them=True) == every


def test_what_a_function_remembers_is_forgotten() -> None:
    """The next call is with other data; any other object is left alone."""
    calls = []
    remembering = functools.cache(lambda: calls.append(1))
    for _ in range(2):
        remembering()
        answering.forget(remembering)
    answering.forget(len)
    assert calls == [1, 1]


def test_answers_are_on_disk_after_each_one(tmp_path: Path) -> None:
    """A process that dies later loses nothing of what it had said."""
    answers = answering.Answers(str(tmp_path))
    answers.give("one", "ok", {"n": 1})
    answers.give("two", "raised", None, "ValueError: no")
    told = json.loads((tmp_path / "answers.json").read_text())
    assert told["one"] == {"status": "ok", "value": {"n": 1}, "error": ""}
    assert told["two"]["status"] == "raised"
    assert [path.name for path in tmp_path.iterdir()] == ["answers.json"]


@pytest.mark.parametrize("kind", ["missing", "folder", "link"])
def test_a_place_is_swapped_and_put_back(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stood there stands there again, also when the block fails."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "hidden").mkdir()
    (tmp_path / "real").mkdir()
    if kind == "folder":
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "mine").touch()
    elif kind == "link":
        (tmp_path / "data").symlink_to("real")
    before = sorted(path.name for path in tmp_path.iterdir())
    with pytest.raises(ZeroDivisionError), painting.in_place_of({"data": str(tmp_path / "hidden")}):
        assert (tmp_path / "data").resolve() == tmp_path / "hidden"
        os.chdir("/")
        raise ZeroDivisionError
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert kind != "folder" or (tmp_path / "data" / "mine").exists()
    assert kind != "link" or (tmp_path / "data").readlink() == Path("real")


def test_a_file_that_has_two_names_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The work folder itself may be found by another name, as `/content` is."""
    (tmp_path / "work").mkdir()
    (tmp_path / "content").symlink_to("work")
    (tmp_path / "work" / "mine").write_text("kept")
    (tmp_path / "hidden").write_text("hidden")
    monkeypatch.chdir(tmp_path / "work")
    names = ("mine", str(tmp_path / "content" / "mine"))
    with painting.in_place_of(dict.fromkeys(names, str(tmp_path / "hidden"))):
        assert {Path(name).read_text() for name in names} == {"hidden"}
    assert Path("mine").read_text() == "kept"
    assert [path.name for path in Path().iterdir()] == ["mine"]


def test_names_are_bound_only_where_they_are_known() -> None:
    """A notebook without the name does not get it."""
    namespace: dict[str, Any] = {"A": 1}
    with painting.bound({"A": 2, "B": 3}, namespace):
        assert namespace == {"A": 2}
    assert namespace == {"A": 1}


def test_a_model_is_no_function() -> None:
    """Flat code may keep its model under the name that a function would have."""
    layer = type("Layer", (), {"__module__": "keras.src.layers.layer", "__call__": lambda self: 1})
    notebook = {"model": type("Model", (layer,), {})(), "build": lambda: 1, "Layer": layer}
    assert answering.defined(notebook, ["model", "build"]) == "build"
    assert answering.defined(notebook, ["Layer"]) == "Layer"
    assert answering.defined(notebook, ["model"]) == ""
