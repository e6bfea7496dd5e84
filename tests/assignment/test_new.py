"""`grader new` writes an assignment that loads as it is and explains every key there is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_calls import call
from keys_page import records_in
from pydantic import BaseModel, ValidationError

from grader.assignment import all_slugs, copy_assignment, load_assignment, new_assignment
from grader.assignment.data_tables import DataTable
from grader.assignment.tables import Contents
from grader.records import AssignmentError

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "templates" / "new"
KEY = re.compile(r'# (\[\[?[\w.]+\]\]?$|"?[\w./ -]+"? = \S)')
"""A comment that is a line of TOML."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the command wrote an assignment called `my-first`."""
    folder = tmp_path_factory.mktemp("course")
    status, text = call("new", "my-first", "--into", folder)
    assert status == 0, text
    assert "grader assets make -a" in text
    return folder


def test_it_loads_and_has_what_an_author_needs(made: Path) -> None:
    """Rubric, data, questions, checks, release notebook; solution, template and two cases."""
    assignment = load_assignment(made / "assignments" / "my-first")
    assert (assignment.title, assignment.max_points) == ("My first", 100)
    names = {path.name for path in assignment.folder.iterdir()} - {"__pycache__"}
    assert names == {"assignment.toml", "data.toml", "ask.py", "checks.py", "stand_in",
                     "release-a.ipynb"}  # fmt: skip
    assert assignment.reference == made / "reference" / "my-first"
    expected = json.loads((assignment.reference / "expected.json").read_text())
    assert list(expected) == ["solution", "template", "in-another-spelling", "no-pooling"]
    for case in expected.values():
        assert (assignment.reference / case["notebook"]).is_file()
        assert set(case["verdicts"]) <= {criterion.id for criterion in assignment.criteria}


def test_nothing_of_the_template_is_left_to_fill_in(made: Path) -> None:
    """No placeholder; and what students get tells no answer."""
    files = [path for path in made.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    assert len(files) > 10
    assert [path for path in files if b"@@" in path.read_bytes()] == []
    release = (made / "assignments" / "my-first" / "release-a.ipynb").read_text()
    assert "GRADED FUNCTION" in release
    assert "softmax')" not in release


def keys(record: type[BaseModel]) -> Iterator[str]:
    """Every key of a table and of those within it."""
    for name, field in record.model_fields.items():
        yield field.alias or name
        for inner in records_in(field.annotation):
            yield from keys(inner)


@pytest.mark.parametrize(
    ("file", "table"), [("assignment.toml", Contents), ("data.toml", DataTable)]
)
def test_every_key_stands_in_the_file(file: str, table: type[BaseModel]) -> None:
    """Set, or in a comment as it would be written."""
    text = (TEMPLATE / file).read_text()
    words = {word.strip('[]#"') for line in text.splitlines() for word in split(line)}
    assert [key for key in dict.fromkeys(keys(table)) if key not in words] == []


def split(line: str) -> list[str]:
    """Words that may be keys: before an equals sign or a brace, between the dots of a header."""
    return line.replace(".", " ").replace("{", " ").replace("=", " ").split()


@pytest.mark.parametrize(
    ("file", "table"), [("assignment.toml", Contents), ("data.toml", DataTable)]
)
def test_every_comment_that_looks_like_a_key_is_one(file: str, table: type[BaseModel]) -> None:
    """Whoever takes the sign away from all of them is refused nothing for its name or place."""
    lines = (TEMPLATE / file).read_text().splitlines()
    bare = [line.removeprefix("# ") if KEY.match(line) else line for line in lines]
    assert bare != lines
    try:
        table.model_validate(tomllib.loads("\n".join(bare)))
    except ValidationError as problem:
        found = [error["loc"] for error in problem.errors() if error["type"] == "extra_forbidden"]
        assert found == []


@pytest.mark.parametrize("slug", ["", "My First", "../x", "a/b", "-a", "a" * 65])
def test_a_name_that_is_none_is_refused(slug: str, tmp_path: Path) -> None:
    """It becomes a folder, a word of commands and of addresses."""
    with pytest.raises(AssignmentError, match="cannot name an assignment"):
        new_assignment(slug, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over(made: Path) -> None:
    """Neither by a new one nor by a copy."""
    for write in (lambda: new_assignment("my-first", made),
                  lambda: copy_assignment("my-first", "horses-vs-humans", made)):  # fmt: skip
        with pytest.raises(AssignmentError, match="is there already"):
            write()


@pytest.mark.slow
@pytest.mark.parametrize("slug", all_slugs())
def test_a_copy_of_another_loads_under_its_own_name(slug: str, tmp_path: Path) -> None:
    """With its solutions; what is said is how to tell the two apart."""
    status, text = call("new", "another", "--like", slug, "--into", tmp_path)
    assert status == 0, text
    assert "Notebooks fit both now" in text
    copy, original = load_assignment(tmp_path / "assignments" / "another"), load_assignment(slug)
    assert (copy.slug, copy.criteria) == ("another", original.criteria)
    assert list(copy.reference.glob("solution*.ipynb"))
    assert copy.data.stand_in is not None
    program = copy.folder / copy.data.stand_in.program
    done = subprocess.run([sys.executable, program, "--help"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def test_a_copy_of_the_same_name_counts_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever changes a rubric that came with the grader judges what was graded by it again."""
    slug = all_slugs()[0]
    monkeypatch.chdir(tmp_path)
    status, text = call("new", slug, "--like", slug)
    assert status == 0 and "your copy counts" in text, text
    assert load_assignment(slug).folder == tmp_path / "assignments" / slug
    assert all_slugs().count(slug) == 1
