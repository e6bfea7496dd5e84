"""Reads what the grader wrote about a hostile notebook as the programs of its readers would.

`acts` says in which of them a text acts when it is put there as it is: the control of an attack.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markdown_it import MarkdownIt
from reading_report import PASSIVE, checked
from validators import VALIDATORS

from grader.platforms import PLATFORMS
from grader.records import Grade
from grader.report.write import write_batch

ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200d-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff"
    "\ufffe\U000e0000-\U000e007f]|\u0301{5}|^(?:::|##vso)",
    re.MULTILINE,
)
"""What a terminal, a build service or a reader's eye takes for something else."""
FORMULA = tuple("=+-@|%\t")
SUM = str(7777 * 7777)
MOST_BYTES = 400_000
PLACES = ("plain", "gradescope", "prairielearn", "github")
SAFE_OUTPUTS = {"text/plain", "image/png", "image/jpeg"}


class _Active(HTMLParser):
    """Whether a page has an element that is not ours, a handler or a foreign address."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found = self.found or tag not in PASSIVE or any(n.startswith("on") for n, _ in attrs)


def _page(text: str) -> bool:
    reader = _Active()
    reader.feed(f"<!doctype html><p title='{text}'>{text}</p>")
    return reader.found


def markdown_acts(text: str, links: tuple[str, ...] = ()) -> bool:
    """Whether it holds HTML, a picture, or a link to another place than `links` begin with."""
    renderer = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    for block in renderer.parse(text):
        for one in (block, *(block.children or ())):
            if one.type in ("html_block", "html_inline", "image"):
                return True
            if one.type == "link_open" and not str(one.attrGet("href")).startswith(links or "\0"):
                return True
    return False


ACTS: dict[str, Callable[[str], bool]] = {
    "a page": _page,
    "Markdown": lambda text: markdown_acts(f"- {text}\n"),
    "a terminal": lambda text: bool(ACTING.search(text)),
    "a sheet": lambda text: text.startswith(FORMULA),
    "a template": lambda text: SUM in Environment().from_string(text).render(),  # noqa: S701
    "size": lambda text: len(text) > MOST_BYTES,
}


def acts(text: str, place: str) -> bool:
    return ACTS[place](text)


# ---------------------------------------------------------------- what the grader wrote


def assert_reports_only_show(attempt: Path) -> None:
    """report.html, .md, .txt, executed.ipynb, console.log and the JSON beside them."""
    for name in ("report.html", "report.md", "report.txt"):
        text = (attempt / name).read_bytes().decode("utf-8")
        assert_text_only_shows(text, name)
    checked((attempt / "report.html").read_text("utf-8"))
    assert not markdown_acts((attempt / "report.md").read_text("utf-8"), ("#",))
    assert_executed_only_shows(attempt / "executed.ipynb")
    for name in ("grade.json", "evidence.json", "run.json"):
        data = (attempt / name).read_bytes()
        json.loads(data, parse_constant=_no_number)
        assert len(data) < 10 * MOST_BYTES, name


def _no_number(word: str) -> None:
    raise AssertionError(f"{word} in a file of ours")


def assert_text_only_shows(text: str, name: str) -> None:
    assert len(text) < MOST_BYTES, name
    assert not ACTING.search(text.replace("\u200b", "")), name
    assert SUM not in text, name


def assert_executed_only_shows(path: Path) -> None:
    """It is a notebook, of a bounded size, whose outputs are text and pictures."""
    node: dict[str, Any] = json.loads(path.read_bytes())
    assert path.stat().st_size < 10 * MOST_BYTES
    for cell in node["cells"]:
        for output in cell.get("outputs", ()):
            assert set(output.get("data", {})) <= SAFE_OUTPUTS
    assert "grade" not in node["metadata"]


def assert_places_only_show(grades: list[Grade], runs: Path, out: Path) -> None:
    """The class page, the sheets, and what platforms get: all of it passes their validators."""
    write_batch(grades, runs, "A class")
    checked((runs / "batch.html").read_text("utf-8").replace("grades.csv", "./grades.csv"))
    assert_sheet_only_shows(runs / "grades.csv")
    for name in PLACES:
        PLATFORMS[name].send(grades, folder=runs, options={"out": str(out / name)}, dry_run=False)
        for files in _pieces(name, out / name):
            problems = VALIDATORS[name](files)
            assert not problems, (name, problems[:3])
            for file, data in files.items():
                if file == "annotations.txt":  # commands of our own: their validator knows them
                    continue
                assert_text_only_shows(data.decode("utf-8").replace("\r\n", "\n"), file)
    for path in (out / "plain").glob("*.csv"):
        assert_sheet_only_shows(path)


def _pieces(name: str, out: Path) -> list[dict[str, bytes]]:
    folders = [out] if name == "plain" else [path for path in out.iterdir() if path.is_dir()]
    return [
        {path.name: path.read_bytes() for path in one.iterdir() if path.name != "held.csv"}
        for one in folders
    ]


def assert_sheet_only_shows(path: Path) -> None:
    rows = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    for row in rows:
        assert not [cell for cell in row if cell.startswith(FORMULA)], path
