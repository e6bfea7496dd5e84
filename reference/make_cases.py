"""Write the release notebooks, solutions, templates and every case: `python reference/make_cases.py`.

For each folder beside this file, or those that are named. Nothing is run here. A folder's
`expected.json` lists for each notebook what the grader has to say.
With `--check` nothing is written; the exit status says whether the files are up to date.
With `--against RUNS` what was graded into that folder is held against `expected.json`: every verdict
that is another is told, and the exit status is 1.

A folder has `source_<revision>.py`, one for each edition of the notebook, with blanks and answers,
and `cases_*.toml`. The newest edition's notebooks are `solution.ipynb` and `template.ipynb`, the
others' have their letter behind the name. The table `[template]` in one of the TOML files says what
the untouched notebook has to get.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from notebooks import Book, CaseError, changed, read_source  # noqa: E402

HERE = Path(__file__).parent


def tables(folder: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(all cases in the order of the tables, what is expected of the templates)."""
    found: list[dict[str, Any]] = []
    template: dict[str, Any] = {}
    for path in sorted(folder.glob("cases_*.toml")):
        with path.open("rb") as file:
            try:
                table = tomllib.load(file)
            except tomllib.TOMLDecodeError as problem:
                raise SystemExit(f"{path}: {problem}") from None
        found += table.get("cases", [])
        template |= table.get("template", {})
    names = [case["name"] for case in found]
    if len(set(names)) != len(names):
        raise SystemExit(f"{folder.name}: a name stands twice among {sorted(names)}")
    return found, template


def expectation(case: dict[str, Any], notebook: str) -> dict[str, Any]:
    """What `expected.json` says of a case."""
    return {
        "notebook": notebook,
        "change": case["change"],
        "verdicts": case.get("expected", {}),
        "others": case.get("all", "passed"),
        "measured": case.get("measured", False),
        "mode": case.get("mode", "recipe"),
        "run": case.get("run", []),
        "slow": case.get("slow", False),
    }


SOLUTION = {"change": "None: the solution.", "measured": True, "run": ["finished"]}
TEMPLATE = {"change": "Nothing was filled in.", "measured": True, "run": ["student_error"], "all": "failed"}


def texts(folder: Path) -> dict[Path, str]:
    """Every file that is made for an assignment, with its text."""
    assignment = folder.parent.parent / "assignments" / folder.name
    cases, template = tables(folder)
    sources = {path.stem.removeprefix("source_"): path for path in sorted(folder.glob("source_*.py"))}
    newest = max(sources)
    files: dict[Path, str] = {}
    expected: dict[str, Any] = {}
    for edition, source in sorted(sources.items(), key=lambda pair: (pair[0] != newest, pair[0])):
        letter = "" if edition == newest else f"-{edition}"
        release = read_source(source, solved=False).text()
        files[folder / f"solution{letter}.ipynb"] = read_source(source, solved=True).text()
        files[folder / f"template{letter}.ipynb"] = release
        files[assignment / f"release-{edition}.ipynb"] = release
        for kind, case in (("solution", SOLUTION), ("template", TEMPLATE | template)):
            expected[kind + letter] = expectation(case, f"{kind}{letter}.ipynb")
    solutions = {edition: read_source(source, solved=True) for edition, source in sources.items()}
    for case in cases:
        try:
            book: Book = changed(solutions[case.get("edition", newest)], case)
        except CaseError as problem:
            raise SystemExit(f"{folder.name}: case {case['name']!r}: {problem}") from None
        notebook = f"cases/{case['name']}.ipynb"
        files[folder / notebook] = book.text()
        expected[case["name"]] = expectation(case, notebook)
    files[folder / "expected.json"] = json.dumps(expected, indent=1) + "\n"
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("slugs", nargs="*")
    parser.add_argument("--check", action="store_true", help="write nothing")
    parser.add_argument("--against", type=Path, metavar="RUNS", help="runs/SLUG of one assignment")
    given = parser.parse_args()
    known = sorted({path.parent.name for path in HERE.glob("*/source_*.py")})
    if unknown := sorted(set(given.slugs) - set(known)):
        parser.error(f"no {', '.join(unknown)} in {HERE.name}/; there are: {', '.join(known) or 'none'}")
    folders = [HERE / slug for slug in given.slugs or known]
    if given.against:
        return max(_compare(folder, given.against) for folder in folders)
    return max(_check(folder) if given.check else _write(folder) for folder in folders)


def _compare(folder: Path, runs: Path) -> int:
    """Of each case that was graded as its `mode` says, the last grade."""
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    graded = wrong = 0
    for name, case in expected.items():
        stored = runs.glob(f"{Path(case['notebook']).stem}/*/grade.json")
        last = max(stored, key=lambda path: path.stat().st_mtime, default=None)
        if last is None or case["mode"] != "recipe":
            continue
        grade = json.loads(last.read_text(encoding="utf-8"))
        told = list(_differences(grade, case))
        graded, wrong = graded + 1, wrong + bool(told)
        for line in told:
            print(f"{name}: {line}")
    print(f"{folder.name}: {graded} of {len(expected)} notebooks were graded in {runs}, {wrong} otherwise than expected")
    return 1 if wrong or not graded else 0


def _differences(grade: dict[str, Any], case: dict[str, Any]) -> Iterator[str]:
    if grade["held"]:
        yield f"is held: {grade['held_because']}"
    for verdict in grade["verdicts"]:
        criterion, status = verdict["criterion"], verdict["status"]
        wanted = case["verdicts"].get(criterion, case["others"])
        skipped = status == "skipped" and wanted != "passed"
        if not skipped and wanted not in (status, "any"):
            yield f"{criterion} {status}, expected {wanted}: {verdict['message']}"


def _check(folder: Path) -> int:
    files = texts(folder)
    stale = [path for path, text in files.items() if not _same(path, text)]
    extra = set((folder / "cases").glob("*")) - set(files)
    for path in [*stale, *sorted(extra)]:
        print(f"not up to date: {path.relative_to(HERE.parent)}")
    return 1 if stale or extra else 0


def _write(folder: Path) -> int:
    files = texts(folder)
    for path in (folder / "cases").glob("*.ipynb"):
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{folder.name}: {len(files)} files")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
