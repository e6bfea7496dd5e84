"""How large the house is: `python -m benchmarks.house`.

Counts what stands in `grader/`: files and lines of Python, modules outside of any room, rooms, and
arrows between them (pairs of a room and another one that it imports from); and how many lines an
assignment takes. Prints Markdown tables for `docs/benchmarks.md`: the whole, room by room, and
assignment by assignment.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parent.parent / "grader"
ASSIGNMENTS = PACKAGE.parent / "assignments"
REFERENCE = PACKAGE.parent / "reference"
WRITTEN = ("ask.py", "checks.py", "assignment.toml", "data.toml")
"""What an author writes beside notebooks and the program that makes data."""


def sources() -> list[Path]:
    """All Python of the grader."""
    return sorted(path for path in PACKAGE.rglob("*.py") if "__pycache__" not in path.parts)


def room_of(path: Path) -> str:
    """The room that a file stands in; "" for a loose module."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else ""


def imported(path: Path, rooms: set[str]) -> Iterator[str]:
    """Rooms that a file imports from, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, _, rest = name.partition(".")
            if package == PACKAGE.name and rest.split(".")[0] in rooms:
                yield rest.split(".")[0]


def main() -> None:
    """Count and print."""
    files = sources()
    lines = {path: path.read_text(encoding="utf-8").count("\n") for path in files}
    rooms = {room_of(path) for path in files} - {""}
    arrows: dict[str, set[str]] = {room: set() for room in sorted(rooms)}
    for path in files:
        if room := room_of(path):
            arrows[room].update(set(imported(path, rooms)) - {room})
    print("| what | figure |\n|---|---|")
    print(f"| files | {len(files)} |")
    print(f"| lines | {sum(lines.values()):,} |")
    print(f"| loose modules | {sum(not room_of(path) for path in files)} |")
    print(f"| rooms | {len(rooms)} |")
    print(f"| arrows between rooms | {sum(map(len, arrows.values()))} |")
    print("\n| room | files | lines | imports from |\n|---|---|---|---|")
    for room, others in arrows.items():
        own = [path for path in files if room_of(path) == room]
        total = sum(lines[path] for path in own)
        print(f"| {room} | {len(own)} | {total:,} | {', '.join(sorted(others))} |")
    print_assignments()


def print_assignments() -> None:
    """Lines of each assignment's own files, its labelled notebooks, and its program of data."""
    print(f"\n| assignment | {' | '.join(WRITTEN)} | stand_in/ | labelled cases |")
    print("|---" * (len(WRITTEN) + 3) + "|")
    for folder in sorted(path.parent for path in ASSIGNMENTS.glob("*/assignment.toml")):
        counts = [length(folder / name) for name in WRITTEN]
        counts.append(sum(map(length, (folder / "stand_in").rglob("*.py"))))
        counts.append(len(list((REFERENCE / folder.name / "cases").glob("*.ipynb"))))
        print(f"| {folder.name} | {' | '.join(map(str, counts))} |")


def length(path: Path) -> int:
    """Lines of a file."""
    return path.read_text(encoding="utf-8").count("\n")


if __name__ == "__main__":
    main()
