"""Editions of the notebook: recognised from the code, each with its own Keras and archives."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.assignment import folder as assignment
from grader.intake import Source, take_in
from grader.intake.notebook import Cell, Notebook
from grader.intake.read import read_notebook
from grader.records import NO_EAGER, AssetError, Cache, Submission
from grader.run import Setting, Work
from grader.run.job import pack, prepared, wanted_archives

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference" / "horses-vs-humans"
EXPECTED = json.loads((REFERENCE / "expected.json").read_text())
CHOSEN = assignment.load_assignment("horses-vs-humans")
PASTED = {"b-datasets": "c"}
"""Cases that hold a function of another edition: either answer runs and is graded alike."""


def edition(name: str) -> str:
    """The one that a case was made from, by its name."""
    for one in ("a", "b"):
        if name.startswith(f"{one}-") or name.endswith(f"-{one}"):
            return PASTED.get(name, one)
    return "c"


@pytest.mark.parametrize("name", EXPECTED)
def test_every_case_is_recognised(name: str) -> None:
    """Also where functions are blank, renamed, missing or pasted together."""
    _, notebook = read_notebook(
        REFERENCE / EXPECTED[name]["notebook"],
        submission_id=name,
        graded_functions=CHOSEN.functions,
    )
    sources = tuple(cell.source for cell in notebook.code)
    assert CHOSEN.recognise(tuple(notebook.functions), sources) == edition(name)


@pytest.mark.parametrize(("name", "release"), [("a", "a"), ("b", "b"), ("", "c")])
def test_each_edition_has_its_release_notebook(name: str, release: str) -> None:
    """The same as the template that few points are expected of."""
    template = REFERENCE / (f"template-{name}.ipynb" if name else "template.ipynb")
    released = ROOT / "assignments" / "horses-vs-humans" / f"release-{release}.ipynb"
    assert released.read_bytes() == template.read_bytes()


def test_keras_goes_with_the_edition() -> None:
    """a and b were written for Keras 2; c, and what nobody recognises, runs with Keras 3."""
    editions = {one: CHOSEN.keras_of(one) for one in ("a", "b", "c", "unknown")}
    assert editions == {"a": "2", "b": "2", "c": "3", "unknown": "3"}


@pytest.mark.parametrize(("keras", "legacy"), [("2", "1"), ("3", None)])
def test_a_job_says_which_keras(tmp_path: Path, keras: Any, legacy: str | None) -> None:
    """By the variable that TensorFlow reads when it is imported."""
    there: Any = SimpleNamespace(student=tmp_path, name="landlock", own_root=False)
    setting = Setting(
        assignment=CHOSEN, assets=there, sandbox=there, cache=Cache(tmp_path / "cache"), keras=keras
    )
    submission = Submission(id="s", file_name="s", sha256="0" * 64, size_bytes=1)
    work = Work(
        submission=submission,
        notebook=Notebook(cells=()),
        setting=setting,
        folder=tmp_path / "run",
    )
    job = prepared(work, seed=0)
    assert job.env.get("TF_USE_LEGACY_KERAS") == legacy
    assert job.roots == CHOSEN.data.roots
    assert not any("archives" in target for target in job.links.values())


def test_archives_hold_the_images_and_are_always_the_same(tmp_path: Path) -> None:
    """The same bytes whenever they are made, class folders at the top."""
    tree = tmp_path / "train" / "horses"
    tree.mkdir(parents=True)
    (tree / "h.png").write_bytes(b"picture")
    pack({".": tmp_path / "train"}, tmp_path / "one.zip")
    (tree / "h.png").touch()
    pack({".": tmp_path / "train"}, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as opened:
        assert opened.namelist() == ["horses/", "horses/h.png"]


def test_several_splits_lie_in_one_archive_below_a_folder(tmp_path: Path) -> None:
    """As they were published, single files too; the folders above have entries of their own."""
    for name in ("train/horses/h.png", "validation/humans/v.png", "words.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    layout = {"top/a": tmp_path / "train", "top/b/c": tmp_path / "validation",
              "top/words.txt": tmp_path / "words.txt"}  # fmt: skip
    pack(layout, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as opened:
        assert opened.namelist() == [
            "top/", "top/a/", "top/a/horses/", "top/a/horses/h.png", "top/b/", "top/b/c/",
            "top/b/c/humans/", "top/b/c/humans/v.png", "top/words.txt",
        ]  # fmt: skip


def test_an_archive_that_would_be_empty_is_a_fault_of_ours(tmp_path: Path) -> None:
    """Raised before anything runs: whoever opens it would be told that there are no images."""
    assets: Any = SimpleNamespace(
        student=tmp_path / "student", root=tmp_path, record=SimpleNamespace(sha256="0" * 64)
    )
    tier: Any = SimpleNamespace(name="landlock", own_root=False)
    setting = Setting(
        assignment=CHOSEN, assets=assets, sandbox=tier, cache=Cache(tmp_path / "cache")
    )
    opens = Notebook(cells=(Cell(index=0, kind="code", source="!unzip horse-or-human.zip"),))
    with pytest.raises(AssetError, match="cannot be packed: there is no train"):
        wanted_archives(opens, setting)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
@pytest.mark.parametrize(
    ("revision", "name", "line"),
    [
        ("c", "output_of_last_layer", "def output_of_last_layer("),
        ("a", "last_output", "last_output ="),
    ],
)
def test_a_graded_cell_that_became_text_is_named(
    revision: str, name: str, line: str, kind: str, tmp_path: Path
) -> None:
    """By function or object, with the cell; the check says so instead of a missing function."""
    chosen = CHOSEN
    suffix = "" if revision == "c" else f"-{revision}"
    solution = REFERENCE / f"solution{suffix}.ipynb"
    book = json.loads(solution.read_text(encoding="utf-8"))
    (index,) = [
        index
        for index, cell in enumerate(book["cells"])
        if cell["cell_type"] == "code"
        and re.search(f"^{re.escape(line)}", "".join(cell["source"]), re.M)
    ]
    book["cells"][index] = {**book["cells"][index], "cell_type": kind}
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    submission, _ = take_in(Source(id="s", path=path, shown="s"), chosen)
    wanted = f"`{name}` stands in a text cell (cell {index + 1})"
    assert [note for note in submission.notes if note.startswith(wanted)]
    whole, _ = take_in(Source(id="s", path=solution, shown="s"), chosen)
    assert not [note for note in whole.notes if "text cell" in note]


CUT = "def output_of_last_layer(network):\n    return network.layers[228].output"
COMMENTED = "\n".join(f"# {line}" for line in CUT.splitlines())


@pytest.mark.parametrize(
    ("source", "where"),
    [
        (COMMENTED, "a comment"),
        (f"%matplotlib inline\n'''\n{CUT}\n'''", "a text in quotes"),
        (f"<<<<<<< HEAD\n{CUT}\n=======\n{CUT}\n>>>>>>> theirs", "a merge conflict"),
        (f"{COMMENTED}\n{CUT}", ""),
        (f"{CUT}\n    (", ""),
    ],
)
def test_a_graded_function_whose_code_does_nothing_is_named(
    source: str, where: str, tmp_path: Path
) -> None:
    """Commented out, in quotes, or between the marks of a merge; not where it is merely wrong."""
    book = json.loads((REFERENCE / "solution.ipynb").read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if "def output_of_last_layer(" in "".join(cell["source"]):
            cell["source"] = source
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    submission, _ = take_in(Source(id="s", path=path, shown="s"), CHOSEN)
    stands = [note for note in submission.notes if "output_of_last_layer` stands in" in note]
    assert [f"stands in {where} (cell" in note for note in stands] == [True] * bool(where)


@pytest.mark.parametrize(
    ("line", "noted"),
    [
        ("tf.compat.v1.disable_eager_execution()", True),
        ("import tensorflow.compat.v1 as t1\nt1.disable_v2_behavior()", True),
        ("from a import disable_eager_execution\ndisable_eager_execution()", True),
        ("def f():\n    tf.compat.v1.disable_v2_behavior()", True),
        ("# tf.compat.v1.disable_eager_execution()", False),
        ("print('disable_eager_execution')", False),
    ],
)
def test_graph_mode_is_noted(line: str, noted: bool, tmp_path: Path) -> None:
    """Where it is really switched on."""
    book = json.loads((REFERENCE / "solution-a.ipynb").read_text(encoding="utf-8"))
    first = next(cell for cell in book["cells"] if cell["cell_type"] == "code")
    first["source"] = [*first["source"], "\n" + line]
    path = tmp_path / "notebook.ipynb"
    path.write_text(json.dumps(book), encoding="utf-8")
    submission, _ = take_in(Source(id="s", path=path, shown="s"), CHOSEN)
    assert any(note.startswith(NO_EAGER) for note in submission.notes) is noted
