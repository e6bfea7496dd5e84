"""Write the release notebooks, solutions, templates and every case: `python reference/make_cases.py`.

For each folder beside this file, or those that are named. Nothing is run here. A folder's
`expected.json` lists for each notebook what the grader has to say.
With `--check` nothing is written; the exit status says whether the files are up to date.

A folder has `source_<revision>.py`, one for each edition of the notebook, with blanks and answers,
and `cases_*.toml`. The newest edition's notebooks are `solution.ipynb` and `template.ipynb`, the
others' have their letter behind the name. The table `[template]` in one of the TOML files says what
the untouched notebook has to get.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from notebooks import Book, changed, read_source  # noqa: E402

HERE = Path(__file__).parent


def tables(folder: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """(all cases in the order of the tables, what is expected of the templates)."""
    found: list[dict[str, Any]] = []
    template: dict[str, Any] = {}
    for path in sorted(folder.glob("cases_*.toml")):
        with path.open("rb") as file:
            table = tomllib.load(file)
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
        book: Book = changed(solutions[case.get("edition", newest)], case)
        notebook = f"cases/{case['name']}.ipynb"
        files[folder / notebook] = book.text()
        expected[case["name"]] = expectation(case, notebook)
    files[folder / "expected.json"] = json.dumps(expected, indent=1) + "\n"
    return files


def main() -> int:
    named = [one for one in sys.argv[1:] if not one.startswith("--")]
    folders = [HERE / one for one in named] or sorted({path.parent for path in HERE.glob("*/source_*.py")})
    return max(_check(folder) if "--check" in sys.argv else _write(folder) for folder in folders)


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
