"""The content-addressed store: whole or not at all, one maker at a time."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import pytest

from grader.records.cache import KEEP_S, Cache


def _write(text: str):  # type: ignore[no-untyped-def]
    return lambda folder: (folder / "made").write_text(text)


def test_a_thing_is_made_once(tmp_path: Path) -> None:
    """The second request gets the first one's files and says so; another key is another thing."""
    cache = Cache(tmp_path)
    first, cached = cache.get_or_make("trainings", {"a": 1, "b": 2}, _write("one"))
    again, hit = cache.get_or_make("trainings", {"b": 2, "a": 1}, _write("two"))
    other, other_hit = cache.get_or_make("trainings", {"a": 1, "b": 3}, _write("three"))
    assert (cached, hit, other_hit) == (False, True, False)
    assert first == again != other
    assert (again / "made").read_text() == "one"


def test_a_failed_maker_leaves_nothing(tmp_path: Path) -> None:
    """Its exception is ours to see; the next request makes it anew."""
    cache = Cache(tmp_path)

    def fail(folder: Path) -> None:
        (folder / "half").write_text("x")
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        cache.get_or_make("features", {"k": 1}, fail)
    assert cache.look_up("features", {"k": 1}) is None
    assert not list((tmp_path / "features").iterdir())
    folder, cached = cache.get_or_make("features", {"k": 1}, _write("whole"))
    assert not cached
    assert not (folder / "half").exists()


def test_what_a_killed_maker_left_is_cleared(tmp_path: Path) -> None:
    """A half-filled scratch folder, and a folder without its key."""
    cache = Cache(tmp_path)
    place = cache.place("features", {"k": 1})
    (place.parent / f".{place.name}.making-1").mkdir(parents=True)
    place.mkdir()
    (place / "half").write_text("x")
    folder, cached = cache.get_or_make("features", {"k": 1}, _write("whole"))
    assert not cached
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]
    assert sorted(path.name for path in folder.iterdir()) == ["key.json", "made"]


def _count(root: Path, counter: Path) -> None:
    def make(folder: Path) -> None:
        with counter.open("a") as file:
            file.write("x")
        time.sleep(0.2)
        (folder / "made").write_text("whole")

    folder, _ = Cache(root).get_or_make("trainings", {"k": 1}, make)
    assert (folder / "made").read_text() == "whole"


def test_equal_requests_at_the_same_time_wait_for_one(tmp_path: Path) -> None:
    """Eight processes, one making; no lock file is left."""
    counter = tmp_path / "counter"
    context = multiprocessing.get_context("fork")
    processes = [
        context.Process(target=_count, args=(tmp_path / "store", counter)) for _ in range(8)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 8
    assert counter.read_text() == "x"
    assert len(list((tmp_path / "store" / "trainings").iterdir())) == 1


def _never_ends(root: Path) -> None:
    Cache(root).get_or_make("trainings", {"k": 1}, lambda _: time.sleep(600))


def test_a_killed_maker_keeps_nobody_out(tmp_path: Path) -> None:
    """Its lock went with it: the next request makes the thing at once."""
    maker = multiprocessing.get_context("fork").Process(target=_never_ends, args=(tmp_path,))
    maker.start()
    while not list(tmp_path.glob("trainings/.*.making-*")):
        time.sleep(0.01)
    maker.kill()
    maker.join()
    folder, cached = Cache(tmp_path).get_or_make("trainings", {"k": 1}, _write("whole"))
    assert not cached
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_store_stays_small(tmp_path: Path) -> None:
    """What was longest not used goes first; what may be in use stays, however full it is."""
    cache = Cache(tmp_path, max_bytes=2500)
    folders = [
        cache.get_or_make("features", {"k": number}, _write("x" * 1000))[0] for number in range(3)
    ]
    assert all(folder.exists() for folder in folders)
    old = time.time() - 2 * KEEP_S
    for number, folder in enumerate(folders):
        os.utime(folder, (old + number, old + number))
    cache.look_up("features", {"k": 0})
    cache.prune()
    assert [folder.exists() for folder in folders] == [True, False, True]


def test_kinds_are_plain_words(tmp_path: Path) -> None:
    """A kind is a folder's name and nothing that climbs out of the store."""
    with pytest.raises(ValueError, match="no kind"):
        Cache(tmp_path).place("../elsewhere", {})


def test_the_home_can_be_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`GRADER_HOME` moves the store."""
    monkeypatch.setenv("GRADER_HOME", str(tmp_path))
    assert Cache.default().root == tmp_path / "cache"
