"""The stand-in: same seed, same bytes; built once, whole or not at all; like the real thing."""

from __future__ import annotations

import json
import multiprocessing
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from grader import records
from grader.assignment import load_assignment
from grader.assignment.data import (
    make as assets_make,
    programs as assets_inside,
    store as assets_store,
)
from grader.assignment.data.programs import run_program
from grader.records.errors import AssetError

pytestmark = pytest.mark.slow
OURS = load_assignment("horses-vs-humans")
RENDER = OURS.folder / "stand_in" / "render.py"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Weights and descriptions by a stub, rendering for real but tiny; the programs that ran."""
    ran: list[str] = []

    def stub(
        program: Path, arguments: list[str], told: Callable[[float], None] | None = None
    ) -> None:
        ran.append(program.stem)
        with (records.home() / "ran").open("a") as log:  # also from other processes
            log.write(f"{program.stem}\n")
        if program.stem == "render":
            run_program(program, arguments, told)
        else:
            Path(arguments[arguments.index("--weights") + 1]).write_bytes(b"weights")

    monkeypatch.setattr(assets_make, "run_program", stub)
    monkeypatch.setattr(assets_store, "description", lambda _weights, private: private / "d")
    tiny = assets_make.Scale((3, 4), (2, 2), (2, 3), 1, 75, 1, recipe_epochs=2, size=24)
    monkeypatch.setattr(assets_make, "SCALES", {"full": tiny, "small": tiny})
    return ran


def render(folder: Path, split: str = "train", seed: int = 1, size: int = 40) -> dict[str, bytes]:
    counts = json.dumps({"horses": 4, "humans": 5})
    run_program(RENDER, ["--folder", str(folder), "--split", split, "--counts", counts,
                          "--seed", str(seed), "--size", str(size)])  # fmt: skip
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


# ---------------------------------------------------------------- images


def test_the_same_seed_renders_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same; another seed or split shares no image."""
    first = render(tmp_path / "a")
    assert len(first) == 9
    assert render(tmp_path / "b") == first
    for other in (render(tmp_path / "c", seed=2), render(tmp_path / "d", split="hidden")):
        assert not set(other.values()) & set(first.values())


def test_images_are_like_the_original_files(tmp_path: Path) -> None:
    """300×300 PNG, RGB or opaque RGBA, no time stamp or text inside, small on disk."""
    files = render(tmp_path, size=300)
    for name, raw in files.items():
        with Image.open(tmp_path / name) as image:
            assert (image.format, image.size) == ("PNG", (300, 300))
            assert image.mode in ("RGB", "RGBA")
            assert image.mode == "RGB" or image.getchannel("A").getextrema() == (255, 255)
        assert not {b"tIME", b"tEXt", b"eXIf"} & {raw[at : at + 4] for at in range(len(raw))}
        assert len(raw) < 40_000


def test_every_image_differs(tmp_path: Path) -> None:
    """No two alike in one split."""
    files = render(tmp_path)
    assert len(set(files.values())) == len(files)


# ---------------------------------------------------------------- the folder


def test_made_once_then_found(home: Path, light: list[str]) -> None:
    """The agreed layout; counts from the folder; the second call builds nothing."""
    said: list[str] = []
    store = assets_make.make_data(OURS, "small", progress=lambda what, _share: said.append(what))
    assert store.record.counts == {
        "train": {"horses": 3, "humans": 4},
        "validation": {"horses": 2, "humans": 2},
        "hidden": {"horses": 2, "humans": 3},
    }
    assert store.root.parent == home / "assets"
    assert store.weights.read_bytes() == b"weights"
    assert len(list((store.hidden / "humans").glob("*.png"))) == 3
    assert not list(store.student.rglob("*hidden*"))
    assert (store.hidden_kind, store.recipe_epochs) == ("stand-in", 2)
    assert "rendering hidden images" in said
    before = len(light)
    assert assets_make.make_data(OURS, "small") == store
    assert assets_store.find_data() == store
    assert len(light) == before


def test_the_record_names_the_bytes(home: Path, light: list[str]) -> None:
    """Equal seeds have equal sha256, another seed another folder and sha256."""
    first = assets_make.make_data(OURS, "small").record.sha256
    other = assets_make.make_data(OURS, "small", seed=3)
    assert other.record.sha256 != first
    for path in sorted((home / "assets").glob("stand-in-*"), reverse=True):
        path.rename(home / path.name)
    assert assets_make.make_data(OURS, "small").record.sha256 == first


def test_find_prefers_original_then_full_then_small(home: Path, light: list[str]) -> None:
    """What is nearest to the real thing, unless a scale is named."""
    with pytest.raises(AssetError, match="grader assets make"):
        assets_store.find_data()
    small = assets_make.make_data(OURS, "small")
    assert assets_store.find_data() == small
    full = assets_make.make_data(OURS, "full")
    assert assets_store.find_data() == full
    assert assets_store.find_data("small") == small
    with pytest.raises(AssetError, match="original"):
        assets_store.find_data("original")
    with pytest.raises(AssetError, match="no scale 'huge'"):
        assets_store.find_data("huge")
    with pytest.raises(AssetError, match="no scale 'huge'"):
        assets_make.make_data(OURS, "huge")


def test_a_failed_rendering_ends_the_training_beside_it(
    home: Path, light: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for weights that nobody will use; the first problem is the one that is told."""
    rounds: list[int] = []

    def fails(program: Path, arguments: list[str], told: Any = None) -> None:
        if program.stem == "render":
            while not rounds:
                time.sleep(0.01)
            raise AssetError("inside/render.py ended with status 1")
        for number in range(2000):
            rounds.append(number)
            told(0.1)
            time.sleep(0.01)

    monkeypatch.setattr(assets_make, "run_program", fails)
    with pytest.raises(AssetError, match="render"):
        assets_make.make_data(OURS, "small")
    assert len(rounds) < 2000
    assert not list((home / "assets").glob("stand-in*"))


def test_a_failed_build_leaves_nothing(
    home: Path, light: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It raises, no half folder is found, and the next call builds it all."""
    stub = assets_make.run_program

    def fails(program: Path, arguments: list[str], told: object = None) -> None:
        if program.stem == "pretrain":
            raise AssetError("inside/pretrain.py ended with status 1")
        stub(program, arguments)

    monkeypatch.setattr(assets_make, "run_program", fails)
    with pytest.raises(AssetError, match="status 1"):
        assets_make.make_data(OURS, "small")
    assert [p.name for p in (home / "assets").iterdir() if not p.name.endswith(".lock")] == []
    monkeypatch.setattr(assets_make, "run_program", stub)
    (home / "assets" / f".{assets_store.stand_in_folder('small', 7).name}.making-1").mkdir()
    assert assets_make.make_data(OURS, "small").weights.is_file()
    assert not list((home / "assets").glob(".*.making-*"))


def test_a_damaged_folder_is_named_and_made_again(home: Path, light: list[str]) -> None:
    """A lost image is an AssetError of find; make mends it."""
    store = assets_make.make_data(OURS, "small")
    image = store.student / "train" / "horses" / "horses-0001.png"
    raw = image.read_bytes()
    image.unlink()
    with pytest.raises(AssetError, match=r"horses-0001\.png is missing"):
        assets_store.find_data()
    assert assets_make.make_data(OURS, "small") == store
    assert image.read_bytes() == raw


def _make_and_tell(queue: multiprocessing.Queue[str]) -> None:
    queue.put(assets_make.make_data(OURS, "small").record.sha256)


def test_two_graders_at_once_build_it_once(home: Path, light: list[str]) -> None:
    """The second waits for the first and finds what it made: one maker, equal answers."""
    context = multiprocessing.get_context("fork")
    queue: multiprocessing.Queue[str] = context.Queue()
    makers = [context.Process(target=_make_and_tell, args=(queue,)) for _ in range(3)]
    for maker in makers:
        maker.start()
    answers = {queue.get(timeout=30) for _ in makers}
    for maker in makers:
        maker.join()
    assert len(answers) == 1
    assert {maker.exitcode for maker in makers} == {0}
    assert sorted((home / "ran").read_text().split()) == ["pretrain", *["render"] * 3]


def test_too_little_disk_is_said_first(
    home: Path, light: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is rendered when it cannot fit."""
    usage = SimpleNamespace(free=10**6)
    monkeypatch.setattr(assets_store.shutil, "disk_usage", lambda _folder: usage)
    with pytest.raises(AssetError, match="GRADER_HOME"):
        assets_make.make_data(OURS, "small")
    assert light == []


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


def test_a_copy_without_the_programs_says_so(home: Path) -> None:
    """Students get an assignment that cannot make its data."""
    theirs = OURS.model_copy(update={"folder": home})
    with pytest.raises(AssetError, match="no programs that make its stand-in"):
        assets_make.make_data(theirs, "small")


def test_a_program_that_fails_is_told_by_its_last_line(tmp_path: Path) -> None:
    """Status and reason, not a traceback."""
    with pytest.raises(AssetError, match=r"status 2: .*--split"):
        run_program(RENDER, ["--folder", str(tmp_path)])


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
    first = assets_inside.description(tmp_path / "w.h5", tmp_path)
    assert assets_inside.description(tmp_path / "w.h5", tmp_path) == first
    (tmp_path / "inside" / "export" / "walk.py").write_text("form = 2\n")
    assert assets_inside.description(tmp_path / "w.h5", tmp_path) != first
    assert ran == ["grader.inside.measuring.describe"] * 2
