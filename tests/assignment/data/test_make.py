"""The stand-in: made once by the assignment's program, whole or not at all, then found."""

from __future__ import annotations

import multiprocessing
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from own_data import MADE, PROGRAM, own_assignment, write_assignment

from grader.assignment import Assignment, Network, load_assignment
from grader.assignment.data import (
    find_data,
    made_otherwise,
    make_data,
    programs as assets_inside,
    store as assets_store,
)
from grader.records.errors import AssetError

pytestmark = pytest.mark.slow
NETWORK = Network.model_validate(
    {"import": "keras.applications.VGG16", "input_shape": [32, 32, 3], "weights": "w.h5"}
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def ours(home: Path) -> Assignment:
    """An assignment whose program makes arrays in a moment."""
    return own_assignment(home / "assignments", MADE)


def again(ours: Assignment, program: str) -> Assignment:
    """The same with another program."""
    (ours.folder / "stand_in" / "make.py").write_text(program)
    return load_assignment(ours.folder)


def runs(home: Path) -> int:
    """How often the program was run, by whichever process."""
    return len((home / "ran").read_text().split()) if (home / "ran").exists() else 0


def test_made_once_then_found(home: Path, ours: Assignment) -> None:
    """The agreed layout; counts from the arrays; the second call builds nothing."""
    said: list[str] = []
    store = make_data(ours, "small", progress=lambda what, _share: said.append(what))
    assert store.record.counts == {
        "train": {"zero": 4, "one": 4, "two": 4},
        "test": {"zero": 2, "one": 2, "two": 2},
        "hidden": {"zero": 3, "one": 3, "two": 3},
    }
    assert store.root.parent == home / "assets" / "small"
    assert store.hidden == store.root / "private" / "hidden.npz"
    assert not list(store.student.rglob("*hidden*"))
    assert (store.hidden_kind, store.recipe_epochs) == ("stand-in", 4)
    assert store.weights is store.base_graph is store.fingerprints is None
    assert "drawing train" in said
    assert make_data(ours, "small") == store
    assert find_data(ours) == store
    assert runs(home) == 1


def test_data_toml_as_it_is_now_counts(home: Path, ours: Assignment) -> None:
    """Epochs are the recipe's, not the data's; what does not fit any more is named with its key."""
    toml = ours.folder / "data.toml"
    make_data(ours, "small")
    text = toml.read_text()
    toml.write_text(text.replace("epochs = 4", "epochs = 40"))
    edited = load_assignment(ours.folder)
    store = find_data(edited, "small")
    assert store.recipe_epochs == 40
    assert not made_otherwise(edited, store)
    toml.write_text(text.replace('inputs = "x_test"', 'inputs = "x_tset"'))
    with pytest.raises(AssetError, match=r"data\.toml: splits\.test.*x_tset.*Raise \[stand_in\]"):
        find_data(load_assignment(ours.folder), "small")


@pytest.mark.parametrize(
    ("old", "new"), [("count = 12", "count = 15"), ("argparse,", "argparse , ")]
)
def test_what_would_be_made_otherwise_now_is_known(
    home: Path, ours: Assignment, old: str, new: str
) -> None:
    """By the program or the numbers of the scale: nothing is made again, but it is said."""
    assert not made_otherwise(ours, make_data(ours, "small"))
    for path in (ours.folder / "data.toml", ours.folder / "stand_in" / "make.py"):
        path.write_text(path.read_text().replace(old, new))
    edited = load_assignment(ours.folder)
    assert made_otherwise(edited, make_data(edited, "small"))
    assert runs(home) == 1


def test_the_record_names_the_bytes(home: Path, ours: Assignment) -> None:
    """Equal seeds have equal sha256, another seed another folder and sha256."""
    first = make_data(ours, "small").record.sha256
    other = make_data(ours, "small", seed=5)
    assert other.record.sha256 != first
    for path in sorted((home / "assets" / "small").glob("stand-in-*"), reverse=True):
        path.rename(home / path.name)
    assert make_data(ours, "small").record.sha256 == first


def test_find_prefers_original_then_full_then_small(home: Path, ours: Assignment) -> None:
    """What is nearest to the real thing, unless a scale is named."""
    with pytest.raises(AssetError, match="grader assets make -a small"):
        find_data(ours)
    small = make_data(ours, "small")
    assert find_data(ours) == small
    full = make_data(ours, "full")
    assert find_data(ours) == full
    assert find_data(ours, "small") == small
    with pytest.raises(AssetError, match="original"):
        find_data(ours, "original")
    with pytest.raises(AssetError, match="no scale 'huge'"):
        find_data(ours, "huge")
    with pytest.raises(AssetError, match="no scale 'huge'"):
        make_data(ours, "huge")


def test_what_was_made_last_counts(home: Path, ours: Assignment) -> None:
    """Of one scale: another seed, the instructor's own hidden data, and back again."""
    usual = make_data(ours, "small")
    time.sleep(0.01)
    other = make_data(ours, "small", seed=99)
    assert find_data(ours) == other
    time.sleep(0.01)
    assert make_data(ours, "small") == usual == find_data(ours)


def test_two_assignments_lie_side_by_side(home: Path, ours: Assignment) -> None:
    """Each has its own folder; the other's data are never found."""
    other = own_assignment(home / "assignments", MADE, "other")
    make_data(ours, "small")
    with pytest.raises(AssetError, match="for other"):
        find_data(other)
    assert make_data(other, "small").root.parent == home / "assets" / "other"


def test_one_scale_is_enough(home: Path) -> None:
    """Who has no small one means the full one, in making and in finding."""
    scales = {"full": MADE["stand_in"]["scales"]["full"]}
    one = own_assignment(home / "one", MADE | {"stand_in": MADE["stand_in"] | {"scales": scales}})
    store = make_data(one, "small")
    assert store.record.scale == "full"
    assert find_data(one, "small") == find_data(one, "full") == store


def test_an_assignment_without_data_has_an_empty_folder(home: Path) -> None:
    """To be run like any other."""
    folder = write_assignment(home / "assignments", {}, "bare")
    store = find_data(load_assignment(folder))
    assert list(store.student.iterdir()) == []
    assert store.record.counts == {}


def test_the_instructors_own_arrays_take_the_place_of_the_hidden_ones(
    home: Path, ours: Assignment
) -> None:
    """In a folder of their own; others than these two arrays never come along."""
    mine = home / "mine.npz"
    np.savez(mine, x=np.full((4, 4, 4), 0.5, "float32"), y=np.array([0, 1, 2, 2]), z=np.zeros(3))
    store = make_data(ours, "small", hidden=mine)
    assert store.hidden_kind == "instructor's folder"
    assert store.record.counts["hidden"] == {"zero": 1, "one": 1, "two": 2}
    with np.load(store.hidden) as arrays:
        assert sorted(arrays.files) == ["x", "y"]
    np.savez(mine, x=np.zeros((4, 5, 5)), y=np.array([0, 1, 2, 2]))
    with pytest.raises(AssetError, match=r"small/data\.toml: splits: their inputs differ in shape"):
        make_data(ours, "small", hidden=mine)


DRAWN = "random.random((rows, 4, 4)"
MISFITS = {
    "labels": ("np.arange(rows) % 3", "np.arange(rows) % 4", "labels from 0 to 3"),
    "no class": ("np.arange(rows) % 3", "np.arange(rows) * 1.5", "one whole number"),
    "names": ('"train": count', '"training": count', "has no array 'x_train'"),
    "shapes": ("(rows, 4, 4)", "(rows, 4, rows)", "differ in shape"),
    "hidden beside": ('"test": 6', '"test": 6, "hidden": 6', "no split names x_hidden"),
    "no numbers": (DRAWN, f"np.nan * {DRAWN}", "no numbers"),
    "words": ("labels[:, None, None], labels", "0, np.array(['a'] * rows)", "one whole number"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISFITS)
def test_what_does_not_fit_is_named_with_its_key(home: Path, ours: Assignment, name: str) -> None:
    """Before it becomes an asset folder."""
    before, after, words = MISFITS[name]
    assert before in PROGRAM
    with pytest.raises(AssetError, match=r"small/data\.toml: splits") as raised:
        make_data(again(ours, PROGRAM.replace(before, after)), "small")
    assert words in str(raised.value)
    assert not list((home / "assets" / "small").glob("stand-in*"))


def test_data_of_an_earlier_table_are_told(home: Path, ours: Assignment) -> None:
    """The author gave a class another name: what was made before does not fit any more."""
    make_data(ours, "small")
    other = MADE | {"classes": ["zero", "one", "many"]}
    again = own_assignment(home / "assignments" / "again", other)
    for deed in (lambda: find_data(again), lambda: make_data(again, "small")):
        with pytest.raises(AssetError, match="Raise \\[stand_in\\] version"):
            deed()


def test_a_failed_build_leaves_nothing(home: Path, ours: Assignment) -> None:
    """It raises with the last line, no half folder is found, and the next call builds it all."""
    with pytest.raises(
        AssetError, match=r"make\.py ended with status 1: .*SystemError: no \(make\.py, line \d+\)"
    ):
        make_data(again(ours, PROGRAM + "raise SystemError('no')\n"), "small")
    folder = home / "assets" / "small"
    assert [p.name for p in folder.iterdir() if not p.name.endswith(".lock")] == []
    (folder / ".stand-in-v1-small.making-1").mkdir()
    assert make_data(again(ours, PROGRAM), "small").hidden.is_file()
    assert not list(folder.glob(".*.making-*"))


def test_who_gives_up_ends_all_that_the_program_started(home: Path, ours: Assignment) -> None:
    """Nobody waits for weights that nobody will use."""
    program = """
import json, os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open(os.environ["GRADER_HOME"] + "/child", "w").write(str(child.pid))
print(json.dumps({"done": 1, "total": 2}), flush=True)
time.sleep(60)
"""

    def gives_up(what: str, share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_data(again(ours, program), "small", progress=gives_up)
    child = Path("/proc", (home / "child").read_text(), "stat")
    for _ in range(100):
        if not child.exists() or child.read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError("the child goes on")


def test_a_damaged_folder_is_named_and_made_again(home: Path, ours: Assignment) -> None:
    """A lost file is an AssetError of find; make mends it."""
    store = make_data(ours, "small")
    file = store.student / "small.npz"
    raw = file.read_bytes()
    file.unlink()
    with pytest.raises(AssetError, match=r"small\.npz is missing"):
        find_data(ours)
    assert make_data(ours, "small").record.counts == store.record.counts
    with np.load(file) as made:
        assert made["x_train"].shape == (12, 4, 4)
    assert len(raw) == file.stat().st_size


def _make_and_tell(ours: Assignment, queue: multiprocessing.Queue[str]) -> None:
    queue.put(make_data(ours, "small").record.sha256)


def test_two_graders_at_once_build_it_once(home: Path, ours: Assignment) -> None:
    """The second waits for the first and finds what it made: one maker, equal answers."""
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[str] = context.Queue()
    makers = [context.Process(target=_make_and_tell, args=(ours, queue)) for _ in range(3)]
    for maker in makers:
        maker.start()
    answers = {queue.get(timeout=30) for _ in makers}
    for maker in makers:
        maker.join()
    assert len(answers) == 1
    assert {maker.exitcode for maker in makers} == {0}
    assert runs(home) == 1


def test_too_little_disk_is_said_first(
    home: Path, ours: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is made when it cannot fit."""
    usage = SimpleNamespace(free=10**6)
    monkeypatch.setattr(assets_store.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(AssetError, match="GRADER_HOME"):
        make_data(ours, "small")
    assert runs(home) == 0


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    """A full or read-only disk is no stack of the lock's."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(AssetError, match=r"^Nothing can be written to .*GRADER_HOME"),
        assets_store.lock(tmp_path / "file", "x"),
    ):
        raise NotImplementedError


def test_a_second_one_waits_and_says_so(tmp_path: Path) -> None:
    """One at a time, also within a process; free again when the first is done."""
    said: list[str] = []
    free = threading.Event()

    def second() -> None:
        with assets_store.lock(tmp_path, "x", lambda what, _share: said.append(what)):
            free.set()

    waiting = threading.Thread(target=second)
    with assets_store.lock(tmp_path, "x"):
        waiting.start()
        assert not free.wait(0.3)
        assert said == ["waiting for another grader that does the same"]
    waiting.join(timeout=30)
    assert free.is_set()


def test_a_copy_without_the_program_says_so(home: Path) -> None:
    """Students get an assignment that cannot make its data."""
    made = {key: value for key, value in MADE["stand_in"].items() if key != "program"}
    theirs = own_assignment(home / "desk", MADE | {"stand_in": made})
    with pytest.raises(AssetError, match="no program that makes its data"):
        make_data(theirs, "small")


def test_data_from_before_each_assignment_had_its_folder(home: Path, ours: Assignment) -> None:
    """One sentence says how to have them again; they are not touched."""
    made = make_data(ours, "small")
    old = home / "assets" / made.root.name
    made.root.rename(old)
    with pytest.raises(AssetError, match="grader assets make -a"):
        find_data(ours)
    assert (old / "assets.json").is_file()


def test_the_description_follows_the_exporting_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made once; made anew when the code that exports changes."""
    monkeypatch.setattr(assets_inside, "INSIDE", tmp_path / "inside")
    ran: list[str] = []
    monkeypatch.setattr(assets_inside, "run_program", lambda program, _words: ran.append(program))
    for name in ("measuring/describe.py", "export/walk.py"):
        (tmp_path / "inside" / name).parent.mkdir(parents=True)
        (tmp_path / "inside" / name).write_text("form = 1\n")
    first = assets_inside.description(NETWORK, tmp_path / "w.h5", tmp_path)
    assert assets_inside.description(NETWORK, tmp_path / "w.h5", tmp_path) == first
    (tmp_path / "inside" / "export" / "walk.py").write_text("form = 2\n")
    assert assets_inside.description(NETWORK, tmp_path / "w.h5", tmp_path) != first
    smaller = NETWORK.model_copy(update={"input_shape": (16, 16, 3)})
    assert assets_inside.description(smaller, tmp_path / "w.h5", tmp_path) != first
    assert ran == ["grader.inside.measuring.describe"] * 3
