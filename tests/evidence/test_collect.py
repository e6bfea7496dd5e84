"""The trust boundary: right evidence is read, a wrong form is refused in words."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest
from evidence_folder import FIRST, FUNCTIONS, a_private, an_out, gather, listed, put

from grader.evidence import files as evidence_files
from grader.records.errors import AssetError


@pytest.fixture(scope="module")
def private(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_private(tmp_path_factory.mktemp("private"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return an_out(tmp_path)


def test_everything_right_becomes_evidence(out: Path, private: Path) -> None:
    """Answers, annotated graphs, hashes made by the host."""
    evidence = gather(out.parent, private)
    assert evidence.problems == ()
    assert evidence.answers["create_final_model"].value == 1
    assert {one.reference for one in evidence.graphs["final"].layers} >= {"mixed7", "conv2d"}
    (array,) = evidence.weights["base"]
    assert array.sha256 == hashlib.sha256(FIRST).hexdigest()
    assert array.origin == "pretrained"
    assert evidence.model_validate_json(evidence.model_dump_json()) == evidence


def test_other_numbers_in_the_same_place_are_different(out: Path, private: Path) -> None:
    """One bit is enough."""
    (out / "weights_base.bin").write_bytes(FIRST[:-1] + b"\x00")
    assert gather(out.parent, private).weights["base"][0].origin == "different"


def test_right_numbers_in_another_place_are_not_the_pretrained_ones(
    out: Path, private: Path
) -> None:
    """The same array under another layer's name, or under a name that is no layer."""
    put(out, "weights_base.json", listed(layer="conv2d_1"))
    assert gather(out.parent, private).weights["base"][0].origin == "different"
    put(out, "weights_base.json", listed(layer="nowhere"))
    assert gather(out.parent, private).weights["base"][0].origin == "unknown"


def test_an_empty_run_leaves_no_evidence_and_no_error(tmp_path: Path, private: Path) -> None:
    """No folder, an empty one, a file or a link in its place."""
    assert gather(tmp_path / "nothing", private).problems
    (tmp_path / "empty" / "out").mkdir(parents=True)
    assert gather(tmp_path / "empty", private).answers == {}
    (tmp_path / "file").mkdir()
    (tmp_path / "file" / "out").write_text("x")
    assert gather(tmp_path / "file", private).problems
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "out").symlink_to(tmp_path / "empty" / "out")
    assert gather(tmp_path / "link", private).problems == ("The run left nothing to look at.",)


WRONG_LISTS: dict[str, Any] = {
    "an offset past the end": listed(offset=4),
    "a negative offset": listed(offset=-3456),
    "too few bytes": listed(nbytes=3452),
    "a shape of another size": listed(shape=[3, 3, 3, 33]),
    "a huge shape": listed(shape=[2**40, 2**40], nbytes=0),
    "a number as text": listed(offset="0"),
    "an unknown kind of number": listed(dtype="object"),
    "an array twice": listed() * 2,
    "no list": {"layer": "conv2d"},
    "another key": listed(path="/etc/passwd"),
    "too many axes": listed(shape=[1] * 9),
    "very many arrays": [{**listed()[0], "name": f"n{n}", "nbytes": 0} for n in range(5001)],
    "a file that is longer": [],
}


@pytest.mark.parametrize("name", WRONG_LISTS)
def test_a_list_of_arrays_that_does_not_fit_is_refused(out: Path, private: Path, name: str) -> None:
    """Offsets, sizes and shapes have to fit the file exactly."""
    put(out, "weights_base.json", WRONG_LISTS[name])
    evidence = gather(out.parent, private)
    assert "base" not in evidence.weights
    assert "weights of the model `base`" in evidence.problems[0]


WRONG_ANSWERS: dict[str, bytes] = {
    "a list": b"[]",
    "NaN": b'{"create_final_model": {"status": "ok", "value": NaN}}',
    "a function twice": b'{"create_final_model": {}, "create_final_model": {}}',
    "a text": b'{"create_final_model": "passed"}',
    "a status of their own": b'{"create_final_model": {"status": "passed"}}',
    "a status that is a list": b'{"create_final_model": {"status": ["ok"]}}',
    "another key": b'{"create_final_model": {"status": "ok", "points": 100}}',
    "an error that is no text": b'{"create_final_model": {"status": "ok", "error": {}}}',
    "not UTF-8": b'{"create_final_model": "\xff"}',
    "too deep": b"[" * 9000,
}


@pytest.mark.parametrize("name", WRONG_ANSWERS)
def test_answers_in_a_wrong_form_are_refused(out: Path, private: Path, name: str) -> None:
    """Never "ok", never a missing function, never an exception."""
    (out / "answers.json").write_bytes(WRONG_ANSWERS[name])
    assert gather(out.parent, private).answers["create_final_model"].status == "refused"


def test_only_graded_functions_answer(out: Path, private: Path) -> None:
    """Names that nobody asked for are left behind."""
    put(out, "answers.json", {"__class__": {"status": "ok"}, FUNCTIONS[0]: {"status": "missing"}})
    assert list(gather(out.parent, private).answers) == [FUNCTIONS[0]]


def test_errors_are_one_printable_line(out: Path, private: Path) -> None:
    """Control characters, colours and length are cut."""
    error = "Value\x1b[31mError\n\u202e" + "x" * 1000
    put(out, "answers.json", {FUNCTIONS[0]: {"status": "raised", "error": error}})
    shown = gather(out.parent, private).answers[FUNCTIONS[0]].error
    assert shown.isprintable()
    assert len(shown) <= 300


@pytest.mark.slow
def test_names_that_are_no_models_are_left_behind(out: Path, private: Path) -> None:
    """Thousands of files, odd names and more models than anybody needs."""
    for number in range(1200):
        (out / f"zzz{number}").write_text("")
    for name in ("graph_../x.json".replace("/", "_"), "graph_\n.json", "graph_A.json"):
        (out / name).write_text("{}")
    evidence = gather(out.parent, private)
    assert set(evidence.graphs) <= {"base", "final"}


def test_a_file_that_grows_while_it_is_read_is_refused(
    out: Path, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size that was looked at is not believed."""
    grown = b" " * (9 * 1024 * 1024)
    (out / "answers.json").write_bytes(grown)
    real = os.fstat

    def small(handle: int) -> Any:
        facts = real(handle)
        return os.stat_result((facts.st_mode, 0, 0, 1, 0, 0, 10, 0, 0, 0))

    monkeypatch.setattr(evidence_files.os, "fstat", small)
    assert gather(out.parent, private).answers["create_final_model"].status == "refused"


def test_damaged_assets_are_our_fault(out: Path, private: Path, tmp_path: Path) -> None:
    """A fault of ours is an exception, never a value that costs points."""
    (tmp_path / "fingerprints.json").write_text("[{}]")
    with pytest.raises(AssetError, match="fingerprints"):
        gather(out.parent, tmp_path)
