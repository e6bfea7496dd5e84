"""What graders do with the same few notebooks: `python -m benchmarks.compare [--write]`.

One exercise, `running_sums`, worth 6 points. nbgrader and otter-grader get it as their own formats
have it, with tests of the kind that their guides show (`assert running_sums(…) == …`); this grader
gets tests/attacks/tiny. The notebooks are ours and do no harm: one reads and writes a file beside
its folder and connects to a port of this program. nbgrader and `otter run` run a notebook as the
user who calls them (`otter grade` does it in Docker, which is not tried here). Both are installed
into an environment of their own.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from grader.records import Grade

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "docs" / "comparison.md", ROOT / "README.md"
TINY = ROOT / "tests" / "attacks" / "tiny"
PEERS = ("nbgrader>=0.9,<1", "otter-grader>=6", "ipykernel", "nbconvert")
POINTS = 6
CELL_S, WAIT_S = 20, 120
"""Of a cell, where a grader has a limit to set; of a whole grader."""
RIGHT = (
    "def running_sums(numbers):\n    return [sum(numbers[:n + 1]) for n in range(len(numbers))]\n"
)
EQUAL = (
    "class Equal(list):\n    __hash__ = None\n    def __eq__(self, other):\n        return True\n"
    "def running_sums(numbers):\n    return Equal()\n"
)
NOSY = (
    "import contextlib, socket\n"
    "with contextlib.suppress(OSError):\n"
    "    text = open({secret!r}).read()\n"
    "    open({beside!r}, 'w').write(text)\n"
    "with contextlib.suppress(OSError):\n"
    "    socket.create_connection(('127.0.0.1', {port}), 3).close()\n"
)
TESTS = "assert running_sums([1, 2, 3]) == [1, 3, 6]\nassert running_sums([5, -5]) == [5, 0]"
NOTEBOOKS = {
    "right": [RIGHT],
    "wrong": ["def running_sums(numbers):\n    return numbers\n"],
    "an answer that equals everything": [EQUAL],
    "right; the last cell ends the process": [RIGHT, "import os\nos._exit(0)\n"],
    "right; the last cell never ends": [RIGHT, "while True:\n    pass\n"],
    "right; a cell is no Python": [RIGHT, "def half done(\n"],
}
Class = dict[str, list[str]]
"""Student → cells."""
Points = dict[str, float]
"""Student → points; who got no grade is not in it."""
Grader = Callable[[Class, Path], Points]
"""(a class, a new folder) → points."""


def notebook(cells: list[str], test: str = "") -> str:
    """With what nbgrader writes into the metadata of its cells, where there is a test."""
    made = [cell(source, {"solution": not number} if test else {}, f"c{number}")
            for number, source in enumerate(cells)]  # fmt: skip
    if test:
        made.insert(1, cell(test, {"grade": True, "points": POINTS}, "t"))
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": made, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(content)


def cell(source: str, graded: dict[str, Any], name: str) -> dict[str, Any]:
    also = {"grade": False, "solution": False, "locked": "grade" in graded, "task": False}
    said = {"nbgrader": {**also, **graded, "grade_id": name, "schema_version": 3}}
    return {"cell_type": "code", "id": name, "source": source, "outputs": [],
            "execution_count": None, "metadata": said if graded else {}}  # fmt: skip


def by_nbgrader(tools: Path) -> Grader:
    def grade(handed_in: Class, folder: Path) -> Points:
        places = {folder / "source" / "hw": ["# your code\n"]}
        places |= {folder / "submitted" / name / "hw": cells for name, cells in handed_in.items()}
        for place, cells in places.items():
            place.mkdir(parents=True)
            (place / "hw.ipynb").write_text(notebook(cells, TESTS))
        course = [f"--CourseDirectory.root={folder}"]
        create = [*course, "--create"]
        for words in (
            ["generate_assignment", "hw", *create, "--IncludeHeaderFooter.header="],
            ["autograde", "hw", *create, f"--ExecutePreprocessor.timeout={CELL_S}"],
            ["export", *course, f"--to={folder}/grades.csv"],
        ):
            call(tools, ["nbgrader", *words], folder)
        with (folder / "grades.csv").open() as file:
            rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
        graded = {path.parent.name for path in folder.glob("autograded/*/hw")}
        return {name: points for name, points in rows.items() if name in graded}

    return grade


def by_otter(tools: Path) -> Grader:
    def grade(handed_in: Class, folder: Path) -> Points:
        code = "".join(f">>> {line}\n" for line in TESTS.splitlines())
        suite = {"cases": [{"code": code, "hidden": True}], "scored": True, "type": "doctest"}
        test = {"name": "q1", "points": POINTS, "suites": [suite]}
        (folder / "tests").mkdir()
        (folder / "tests" / "q1.py").write_text(f"OK_FORMAT = True\ntest = {test!r}\n")
        call(tools, ["otter", "generate", "-t", "tests", "-o", "autograder.zip"], folder)
        points = {}
        for name, cells in handed_in.items():
            (folder / name).mkdir()
            (folder / f"{name}.ipynb").write_text(notebook(cells))
            call(
                tools, ["otter", "run", "-a", "autograder.zip", "-o", name, f"{name}.ipynb"], folder
            )
            results = folder / name / "results.json"
            if results.exists():
                rows = json.loads(results.read_text())["tests"]
                points[name] = float(sum(row["score"] for row in rows if "q1" in row["name"]))
        return points

    return grade


def by_us(handed_in: Class, folder: Path) -> Points:
    (folder / "in").mkdir()
    for name, cells in handed_in.items():
        (folder / "in" / f"{name}.ipynb").write_text(notebook(cells))
    words = [sys.executable, "-m", "grader", "grade", "in", "-a", str(TINY), "--anyway",
             "--out", "runs", "--limit", f"cell_s={CELL_S}"]  # fmt: skip
    with (folder / "log.txt").open("ab") as log:
        subprocess.run(words, cwd=folder, stdout=log, stderr=log, check=False)
    grades = [Grade.model_validate_json(path.read_bytes()) for path in folder.rglob("grade.json")]
    return {
        grade.submission.id: verdict.points
        for grade in grades
        for verdict in grade.verdicts
        if verdict.criterion == "sums" and not grade.held
    }


def call(tools: Path, words: list[str], folder: Path) -> None:
    """One of the peers' programs, ended after `WAIT_S`."""
    surroundings = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}", "HOME": str(folder)}
    with (folder / "log.txt").open("ab") as log:
        try:
            subprocess.run([str(tools / words[0]), *words[1:]], cwd=folder, env=surroundings,
                           stdout=log, stderr=log, check=False, timeout=WAIT_S)  # fmt: skip
        except subprocess.TimeoutExpired:
            log.write(b"ended by us\n")


def column(grade: Grader, made: Path) -> list[str]:
    """What one grader gave for each notebook, and what the nosy one got."""
    folder = Path(tempfile.mkdtemp(dir=made))
    secret, beside = made / "secret.txt", folder.with_suffix(".beside")
    secret.write_text("labels")
    with socket.create_server(("127.0.0.1", 0)) as port:
        nosy = NOSY.format(secret=str(secret), beside=str(beside), port=port.getsockname()[1])
        cells = [*NOTEBOOKS.values(), [RIGHT, nosy]]
        handed_in = {f"student-{number}": each for number, each in enumerate(cells)}
        points = grade(handed_in, folder)
        port.settimeout(0.1)
        try:
            port.accept()[0].close()
            reached = True
        except TimeoutError:
            reached = False
    took = beside.exists() and beside.read_text() == "labels"
    shown = [
        f"{points[name]:g} of {POINTS}" if name in points else "no grade" for name in handed_in
    ]
    return [*shown[:-1], *("yes" if happened else "no" for happened in (took, reached))]


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def environment() -> Path:
    """The programs of the peers; installed once."""
    place = ROOT / "build" / "peers"
    if not (place / "bin" / "otter").exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        subprocess.run([str(place / "bin" / "pip"), "install", "-q", *PEERS], check=True)
    return place / "bin"


def main() -> None:
    """Run all, print the table."""
    parser = argparse.ArgumentParser(description="Graders on the same notebooks.")
    parser.add_argument("--tools", type=Path, help="Folder with `nbgrader` and `otter`.")
    parser.add_argument(
        "--write", action="store_true", help="Into docs/comparison.md and README.md."
    )
    asked = parser.parse_args()
    tools = (asked.tools or environment()).resolve()
    graders = {
        "notebook-grader": by_us,
        "nbgrader": by_nbgrader(tools),
        "otter run": by_otter(tools),
    }
    rows = [*NOTEBOOKS, "reads and writes files outside its folder", "reaches a port"]
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="compare-", dir=ROOT / "build") as made:
        columns = [column(grade, Path(made)) for grade in graders.values()]
    table = [line(["a notebook", *graders]), line(["---"] * (len(graders) + 1))]
    table += [line(list(cells)) for cells in zip(rows, *columns, strict=True)]
    print("\n".join(table))
    if asked.write:
        for page in PAGES:
            lines = page.read_text(encoding="utf-8").splitlines()
            first = lines.index(table[0])
            last = next(at for at in range(first, len(lines)) if not lines[at].startswith("|"))
            lines[first:last] = table
            page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
