"""The pages for users keep their word: commands and options in them exist, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from typer.main import get_command

from grader.cli.app import app
from grader.platforms import PLATFORMS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *DOCS.glob("platforms/*.md")])
FENCE = re.compile(r"^(?:\d+\.)? *```[a-z]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")
NAMED_FILE = re.compile(r"\b(?:grader|tests|benchmarks|reference|scripts)/[\w./-]*\w\.\w+")
PROGRAM: Any = get_command(app)


def commands(page: Path) -> Iterator[list[str]]:
    """The words of each `grader …` in the page's blocks, without comments and what follows."""
    for block in FENCE.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            if line.strip().startswith("grader "):
                words = shlex.split(line.split("  #")[0].split(" # ")[0])
                ends = [at for at, word in enumerate(words) if word in ("&&", "|", ">", "||")]
                yield words[1 : min(ends, default=len(words))]


def refused(words: list[str]) -> str:
    """Why the program would refuse these words, or ""."""
    command, rest = PROGRAM, list(words)
    while hasattr(command, "commands"):
        if not rest or rest[0] not in command.commands:
            return f"no command {rest[:1]}"
        command = command.commands[rest.pop(0)]
    known = {word for one in command.params for word in (*one.opts, *one.secondary_opts)}
    used = {word.split("=")[0] for word in rest if re.match(r"--?[a-z]", word)} - {"--help"}
    return f"no option {used - known}" if used - known else ""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_command_in_a_page_exists(page: Path) -> None:
    """With its options."""
    assert [(words, why) for words in commands(page) if (why := refused(words))] == []


def test_the_reader_of_pages_finds_commands_and_mistakes() -> None:
    """Or the test above could not fail."""
    assert sum(1 for page in PAGES for _ in commands(page)) > 30
    assert refused(["sned", "runs"])
    assert refused(["send", "runs", "--two", "canvas"])
    assert not refused(["assets", "make", "--scale", "small"])


def test_options_of_platforms_in_the_pages_are_known() -> None:
    """`--option name=value` of a `send` names one that its platform has."""
    for page in PAGES:
        for words in commands(page):
            if words[:1] != ["send"] or "--to" not in words:
                continue
            platform = PLATFORMS.get(words[words.index("--to") + 1])
            named = [words[at + 1] for at, word in enumerate(words) if word == "--option"]
            if platform is not None:
                assert {one.split("=")[0] for one in named} <= set(platform.options), words


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    """To a file of ours."""
    found = LINK.findall(page.read_text(encoding="utf-8"))
    assert [link for link in found if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", [*ROOT.glob("*.md"), *DOCS.rglob("*.md")], ids=lambda p: p.stem)
def test_files_of_ours_that_a_page_names_are_there(page: Path) -> None:
    """A reader who looks for one finds it, or has made it by then."""
    text = page.read_text(encoding="utf-8")
    made = tuple(f"reference/{slug}/" for slug in re.findall(r"^grader new ([\w-]+)$", text, re.M))
    names = [name for name in NAMED_FILE.findall(text) if not name.startswith(made)]
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_there_is_a_page_for_every_platform() -> None:
    """Ten minutes each."""
    assert {path.stem for path in DOCS.glob("platforms/*.md")} >= set(PLATFORMS)


def test_the_site_has_every_page() -> None:
    """In its navigation, but for those that are made when it is built."""
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = {name for name in leaves(config["nav"]) if not name.startswith("reference/")}
    assert listed == {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}


def leaves(part: Any) -> Iterator[str]:
    """The files of a part of the navigation."""
    if isinstance(part, str):
        yield part
    else:
        for below in part.values() if isinstance(part, dict) else part:
            yield from leaves(below)
