"""Write the release notebook, the solution, the template and every case: `python make_cases.py`.

Nothing is run here. `expected.json` lists for each notebook what the grader has to say.
With `--check` nothing is written; the exit status says whether the files are up to date.
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from notebooks import HERE, Book, changed, read_source  # noqa: E402

ASSIGNMENT = HERE.parent.parent / "assignments" / HERE.name
TABLES = ("cases_wrong.toml", "cases_right.toml", "cases_odd.toml", "cases_a.toml", "cases_b.toml")


def cases() -> list[dict[str, Any]]:
    """All cases, in the order of the tables."""
    found = []
    for table in TABLES:
        with (HERE / table).open("rb") as file:
            found += tomllib.load(file)["cases"]
    names = [case["name"] for case in found]
    if len(set(names)) != len(names):
        raise SystemExit(f"a name stands twice among {sorted(names)}")
    return found


def expectation(case: dict[str, Any]) -> dict[str, Any]:
    """What `expected.json` says of a case."""
    return {
        "notebook": f"cases/{case['name']}.ipynb",
        "change": case["change"],
        "verdicts": case.get("expected", {}),
        "others": case.get("all", "passed"),
        "measured": case.get("measured", False),
        "mode": case.get("mode", "recipe"),
        "run": case.get("run", []),
        "slow": case.get("slow", False),
    }


def earlier_editions() -> dict[Path, str]:
    """Solution, template and release notebook of revisions a and b."""
    files = {}
    for edition in ("a", "b"):
        source = HERE / f"source_{edition}.py"
        template = read_source(source, solved=False).text()
        files[HERE / f"solution-{edition}.ipynb"] = read_source(source, solved=True).text()
        files[HERE / f"template-{edition}.ipynb"] = template
        files[ASSIGNMENT / f"release-{edition}.ipynb"] = template
    return files


def texts() -> dict[Path, str]:
    """Every file that is made, with its text."""
    source = HERE / "source_c.py"
    solution, template = read_source(source, solved=True), read_source(source, solved=False)
    files = {
        HERE / "solution.ipynb": solution.text(),
        HERE / "template.ipynb": template.text(),
        ASSIGNMENT / "release-c.ipynb": template.text(),
        **earlier_editions(),
    }
    solutions = {edition: read_source(HERE / f"source_{edition}.py", solved=True)
                 for edition in ("a", "b")} | {"c": solution}  # fmt: skip
    expected = {"solution": {**EVERYTHING, "change": "None: the solution."}, "template": BLANK}
    for edition in ("a", "b"):
        for kind in ("solution", "template"):
            name = f"{kind}-{edition}"
            expected[name] = expected[kind] | {"notebook": f"{name}.ipynb"}
    for case in cases():
        book: Book = changed(solutions[case.get("edition", "c")], case)
        files[HERE / "cases" / f"{case['name']}.ipynb"] = book.text()
        expected[case["name"]] = expectation(case)
    files[HERE / "expected.json"] = json.dumps(expected, indent=1) + "\n"
    return files


EVERYTHING: dict[str, Any] = {
    "notebook": "solution.ipynb", "verdicts": {}, "others": "passed", "measured": True,
    "mode": "recipe", "run": ["finished"], "slow": False,
}  # fmt: skip
BLANK: dict[str, Any] = {
    **EVERYTHING,
    "notebook": "template.ipynb",
    "change": "Nothing was filled in.",
    "verdicts": {"pretrained-weights": "skipped"},
    "others": "failed",
    "run": ["student_error"],
}


def main() -> int:
    files = texts()
    if "--check" in sys.argv:
        stale = [path for path, text in files.items() if not _same(path, text)]
        extra = set((HERE / "cases").glob("*")) - set(files)
        for path in [*stale, *sorted(extra)]:
            print(f"not up to date: {path.relative_to(HERE.parent.parent)}")
        return 1 if stale or extra else 0
    for path in (HERE / "cases").glob("*.ipynb"):
        path.unlink()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    print(f"{len(files)} files, {len(cases())} of them cases")
    return 0


def _same(path: Path, text: str) -> bool:
    return path.is_file() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
