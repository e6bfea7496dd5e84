"""The engine knows no assignment: none of an assignment's own words stands in `grader/`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest

from grader.assignment import Assignment, all_slugs, load_assignment

ROOT = Path(__file__).parent.parent
KINDS = {".py", ".pyi", ".toml", ".j2", ".css", ".md", ".sh"}
TO_BEGIN_WITH = "templates/new/"
SHORT = 3
"""Names of classes up to so many letters are also something else: "cat" in a shell line."""


@functools.cache
def engine() -> dict[str, str]:
    """Path → text, in small letters, of all but assignments and the one to begin with."""
    folders = (ROOT / "grader", ROOT / "templates")
    paths = (path for folder in folders for path in folder.rglob("*") if path.suffix in KINDS)
    names = {path.relative_to(ROOT).as_posix(): path for path in paths}
    return {
        name: path.read_text().lower()
        for name, path in names.items()
        if not name.startswith(TO_BEGIN_WITH)
    }


def own_words(assignment: Assignment) -> Iterator[str]:
    """Slug, classes, network, files, addresses, and what the author lists."""
    data = assignment.data
    yield assignment.slug
    yield from assignment.own_words
    yield from (name for name in data.classes if len(name) > SHORT)
    if data.network:
        yield from data.network.import_path.split(".")[2:]
        yield data.network.weights.rpartition("/")[2]
    yield from data.archives
    for source in data.sources:
        yield source.name
        yield from (urlparse(url).hostname or url for url in source.urls)


def standing(word: str) -> list[str]:
    """Where it stands as a whole word, in capitals or not."""
    word = word.lower()
    pattern = re.compile(rf"(?<![\w.-]){re.escape(word)}(?![\w-])")
    return [name for name, text in engine().items() if word in text and pattern.search(text)]


@pytest.mark.parametrize("slug", all_slugs())
def test_the_engine_knows_no_word_of_an_assignment(slug: str) -> None:
    """Not in code, texts, examples or templates."""
    assert len(engine()) > 200
    words = dict.fromkeys(own_words(load_assignment(slug)))
    assert {word: places for word in words if (places := standing(word))} == {}


def test_the_search_finds_what_is_there() -> None:
    """Whole words only, whatever their capitals."""
    assert standing("InputLayer") and standing("inputlayer")
    assert not standing("InputLaye")


@pytest.mark.parametrize("slug", all_slugs())
def test_every_assignment_names_words_of_its_own(slug: str) -> None:
    """A list that is empty would find nothing; common words would find too much."""
    words = load_assignment(slug).own_words
    assert words
    assert all(len(word) > SHORT for word in words)
