"""What students get: release notebook, public criteria, self-check; optionally data and grader.

Files come in by name, one kind at a time, and criteria by being public: what is not named here
(hidden images, labels, `private/`, solutions, cases, expected verdicts) cannot slip in.
"""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from grader.assignment import ASK, CHECKS, INSIDE, TOML, Assignment
from grader.assignment.data import AssetStore
from grader.records import AssignmentError, GraderError, write_atomically, write_zip
from grader.selfcheck.bundle.public import public_checks, public_toml

RELEASES = "release*.ipynb"
IMAGES = {".png", ".jpg", ".jpeg"}
WHEEL_ASSIGNMENTS = "grader/_assignments/"
Entry = tuple[str, bytes]


def make_bundle(
    assignment: Assignment, out: Path, *, store: AssetStore | None = None, wheel: Path | None = None
) -> int:
    """Write the zip for students; returns how many files are in it. Equal inputs, equal bytes.

    store: its student side (images, weights) goes in. wheel: the grader as an installable file,
    without the assignments that are in it. Raises AssignmentError without a release notebook.
    """
    entries = list(_entries(assignment, store, wheel))
    packed = io.BytesIO()
    write_zip(packed, ((f"{assignment.slug}/{name}", data) for name, data in entries))
    write_atomically(out, packed.getvalue())
    return len(entries)


def _entries(
    assignment: Assignment, store: AssetStore | None, wheel: Path | None
) -> Iterator[Entry]:
    folder = assignment.folder
    releases = sorted(folder.glob(RELEASES))
    if not releases:
        raise AssignmentError(f"{folder} has no release notebook ({RELEASES}).")
    yield "README.md", _readme(assignment, releases[0], wheel).encode()
    for path in releases:
        yield path.name, path.read_bytes()
    for name in assignment.modules:
        yield name, (folder / name).read_bytes()
    toml = (folder / TOML).read_text(encoding="utf-8")
    checks = (folder / CHECKS).read_text(encoding="utf-8")
    place = f"assignments/{assignment.slug}"
    yield f"{place}/{TOML}", public_toml(toml).encode()
    yield f"{place}/{CHECKS}", public_checks(checks, toml).encode()
    yield f"{place}/{ASK}", (folder / ASK).read_bytes()
    for name, source in assignment.importable.items():
        yield (
            f"{place}/{name if name in assignment.modules else f'{INSIDE}/{name}'}",
            source.encode(),
        )
    if store is not None:
        yield from _data(assignment, store)
    if wheel is not None:
        yield wheel.name, student_wheel(wheel)


def _data(assignment: Assignment, store: AssetStore) -> Iterator[Entry]:
    """Training and validation images and the weights, where the notebook looks for them."""
    for split in ("train", "validation"):
        for kind in assignment.recipe.classes:
            for path in sorted((store.student / split / kind).iterdir()):
                if path.suffix.lower() in IMAGES:
                    yield f"data/{split}/{kind}/{path.name}", path.read_bytes()
    yield f"model/{store.weights.name}", store.weights.read_bytes()


def student_wheel(wheel: Path) -> bytes:
    """The wheel without its own assignments: those have the instructor's criteria in them."""
    files: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(wheel) as source:
            for name in source.namelist():
                if not name.startswith(WHEEL_ASSIGNMENTS):
                    files[name] = source.read(name)
    except (OSError, zipfile.BadZipFile) as problem:
        raise GraderError(
            f"{wheel.name} is no wheel that can be read ({problem}).",
            what_to_do="Build one: python -m hatchling build -t wheel.",
        ) from problem
    for name, data in files.items():
        if name.endswith(".dist-info/RECORD"):
            kept = data.decode().splitlines(keepends=True)
            files[name] = "".join(k for k in kept if not k.startswith(WHEEL_ASSIGNMENTS)).encode()
    packed = io.BytesIO()
    write_zip(packed, files.items())
    return packed.getvalue()


def _readme(assignment: Assignment, release: Path, wheel: Path | None) -> str:
    shown = [criterion for criterion in assignment.criteria if criterion.visibility == "visible"]
    rows = "\n".join(f"| {criterion.title} | {criterion.points:g} |" for criterion in shown)
    hidden = assignment.max_points - sum(criterion.points for criterion in shown)
    rest = f"\n{hidden:g} more points are decided by criteria that are not public.\n"
    install = f"python -m pip install ./{wheel.name}" if wheel else "python -m pip install WHEEL"
    where = "" if wheel else " (`WHEEL` is the grader's file from your instructor)"
    code = release.read_text(encoding="utf-8")
    starts = {code.find(f"def {name}("): name for name in assignment.functions}
    first = starts[min((start for start in starts if start >= 0), default=-1)]
    return README.format(
        title=assignment.title, notebook=release.name, install=install, where=where, first=first,
        rows=rows, rest=rest if hidden else "",
    )  # fmt: skip


README = """# {title}

Your notebook is `{notebook}`. The folders `data` and `model` belong beside it.

## Check your work before you hand it in

Once{where}:

```
{install}
```

In the notebook, after you have run the cell of a function:

```
import grader
grader.check("{first}")
```

or `%load_ext grader` once, and then `%grader check {first}`. Without a name all are checked.

The whole notebook, in a terminal in this folder:

```
grader check {notebook}              a table; --open shows the full report
grader check {notebook} --watch      again after every save, Ctrl-C ends
grader check {notebook} --accuracy   trains your model too, on your own images
```

Criteria, messages and points are those of the grading. What cannot be known here is decided on
hidden images, which are not in this folder.

## What counts

| criterion | points |
|---|---|
{rows}
{rest}"""
