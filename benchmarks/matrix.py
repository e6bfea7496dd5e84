"""The self-check with every TensorFlow that students have: `make matrix`.

Each version gets an environment of its own, as a student's is: TensorFlow and Jupyter first, then
the wheel of this folder. It is looked at whether the wheel changed a package that was there, what
`grader check` says of each assignment's solution in a terminal, and what `grader.check()` says in
the running notebook. Prints a Markdown table; `--write` puts it into docs/tensorflow.md. The data
of the small stand-in have to be on this machine (`grader assets make --scale small`).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.measuring import ROOT
from grader.assignment import load_assignment
from grader.assignment.data import find_data

PAGE = ROOT / "docs" / "tensorflow.md"
TABLE = re.compile(r"(?<=<!-- make matrix -->\n).*?(?=<!-- end -->)", re.DOTALL)
VERSIONS = ("2.15.1", "2.16.2", "2.17.1", "2.18.1", "2.19.1", "2.20.0", "2.21.0")
BESIDE = ("notebook", "ipykernel", "matplotlib", "scipy", "pillow", "scikit-learn")
"""What notebooks use, and Jupyter as course machines have it."""
SCALE = "small"
ASKING = "import grader\nresult = grader.check()\nprint(result)"
TOTAL = re.compile(r"(\d+(?:\.\d+)? of \d+(?:\.\d+)?) points")
HEADING = (
    "| TensorFlow | Keras | changed by the wheel | `grader check` | `grader.check()` | minutes |"
)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """What a command printed; its exit status is looked at by whoever called."""
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1", "COLUMNS": "100"}
    environment = {**os.environ, **quiet}
    return subprocess.run(
        [str(word) for word in words], capture_output=True, text=True, check=False, env=environment
    )


def pip(python: Path, *words: str | Path) -> None:
    """Install, or end with what pip said."""
    done = run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *words)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])


def installed(python: Path) -> dict[str, str]:
    """Package → version."""
    listed = run(python, "-m", "pip", "list", "--format=json", "--disable-pip-version-check")
    return {package["name"].lower(): package["version"] for package in json.loads(listed.stdout)}


def in_terminal(bin_: Path, notebook: Path) -> str:
    """Points, as `grader check` says them."""
    done = run(bin_ / "grader", "check", notebook)
    return points(done.stdout) if done.returncode == 0 else f"exit status {done.returncode}"


def in_notebook(bin_: Path, notebook: Path, folder: Path) -> str:
    """Points, as `grader.check()` says them where the notebook's own training would begin."""
    content = json.loads(laid_out(notebook, folder))
    codes = ["".join(cell["source"]) for cell in content["cells"]]
    trains = next(number for number, code in enumerate(codes) if "history = " in code)
    content["cells"] = content["cells"][:trains]
    cell: dict[str, object] = {"cell_type": "code", "source": ASKING, "metadata": {}, "outputs": [],
            "execution_count": None, "id": "asking"}  # fmt: skip
    content["cells"].append(cell)
    content["metadata"].pop("kernelspec", None)
    path = folder / notebook.name
    path.write_text(json.dumps(content))
    done = run(
        bin_ / "jupyter", "nbconvert", "--to", "notebook", "--execute", "--inplace",
        "--allow-errors", "--ExecutePreprocessor.timeout=900", path,
    )  # fmt: skip
    if done.returncode:
        return done.stderr[-200:]
    outputs = json.loads(path.read_text())["cells"][-1]["outputs"]
    return points("".join(text for output in outputs for text in output.get("text", [])))


def laid_out(notebook: Path, folder: Path) -> str:
    """Its text, which finds the data in `folder`, as on the course's machine."""
    known = load_assignment(notebook.parent.name)
    student, text = find_data(known, SCALE).student, notebook.read_text()
    own = {place: part for place, part in known.data.places.items() if place.startswith("{home}")}
    for place, part in own.items():
        link = Path(place.replace("{home}", str(folder)))
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(student / part)
    for root, place in known.data.roots.items():
        if root.startswith("/"):
            text = text.replace(f"'{root}/", f"'{place.replace('{home}', str(folder))}/")
    for name, place in known.data.links.items():
        (folder / name).symlink_to(place.replace("{data}", str(student)))
    return text


def points(printed: str) -> str:
    """The total in what was printed."""
    total = TOTAL.search(printed)
    return total[1] if total else f"no total: {printed[-200:]!r}"


def row(version: str, wheel: Path, folder: Path) -> str:
    """One line of the table."""
    began = time.monotonic()
    run(sys.executable, "-m", "venv", folder / "env")
    python = folder / "env" / "bin" / "python"
    older = ("tf-keras~=2.15.0",) if version.startswith("2.15") else ()
    pip(python, f"tensorflow=={version}", *older, *BESIDE)
    before = installed(python)
    pip(python, wheel)
    after = installed(python)
    changed = [name for name, had in before.items() if after.get(name) != had]
    notebooks = sorted((ROOT / "reference").glob("*/solution.ipynb"))
    terminal, kernel = {}, {}
    for notebook in notebooks:
        slug = notebook.parent.name
        (folder / slug).mkdir()
        terminal[slug] = in_terminal(python.parent, notebook)
        kernel[slug] = in_notebook(python.parent, notebook, folder / slug)
    said = [
        "; ".join(f"{slug} {told}" for slug, told in each.items()) for each in (terminal, kernel)
    ]
    minutes = (time.monotonic() - began) / 60
    names = ", ".join(changed) or "nothing"
    return f"| {version} | {after['keras']} | {names} | {said[0]} | {said[1]} | {minutes:.1f} |"


def main() -> None:
    """Every version, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("versions", nargs="*", default=VERSIONS)
    parser.add_argument("--write", action="store_true", help="into docs/tensorflow.md")
    given = parser.parse_args()
    lines = [HEADING, "|---|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    with tempfile.TemporaryDirectory(prefix="grader-matrix-", dir=ROOT.parent) as made:
        folder = Path(made)
        run(sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation",
            "-w", folder, ROOT)  # fmt: skip
        (wheel,) = folder.glob("*.whl")
        for version in given.versions:
            place = folder / version
            place.mkdir()
            lines.append(row(version, wheel, place))
            print(lines[-1], flush=True)
            shutil.rmtree(place)
    if given.write:
        table = "".join(f"{line}\n" for line in lines)
        PAGE.write_text(TABLE.sub(lambda _: table, PAGE.read_text()))


if __name__ == "__main__":
    main()
