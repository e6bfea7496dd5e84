"""In a real sandbox: data and weights are found wherever editions of the notebook look for them."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from notebook_runs import ASK, Executed, assignment, notebook

from grader.assignment.data import AssetStore
from grader.assignment.folder import load_assignment
from grader.records import Cache, Submission
from grader.run import Setting, Work, job, run_once
from grader.run.job import pack
from grader.sandbox import choose

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(120)]
WEIGHTS = "inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5"
CHOSEN = load_assignment("horses-vs-humans")
SEE = "import os\nprint('SEEN', sorted(os.listdir({place!r})))"


@pytest.fixture
def student(tmp_path: Path) -> Path:
    """A little of the students' side of the assets."""
    for split in ("train", "validation"):
        for kind in ("horses", "humans"):
            folder = tmp_path / "student" / split / kind
            folder.mkdir(parents=True)
            (folder / f"{kind}-{split}.png").write_bytes(b"picture")
    (tmp_path / "student" / "model").mkdir()
    (tmp_path / "student" / "model" / WEIGHTS).write_bytes(b"numbers")
    return tmp_path / "student"


def run(student: Path, *sources: str) -> Executed:
    """Cells in the strongest sandbox, with the assignment's own tables of what is delivered."""
    folder = student.parent
    (folder / "archives").mkdir()
    for name, layout in CHOSEN.data.archives.items():
        pack({inner: student / path for path, inner in layout.items()}, folder / "archives" / name)
    work = Work(
        submission=Submission(id="s", file_name="s", sha256="0" * 64, size_bytes=1, revision="a"),
        notebook=notebook(*sources),
        setting=Setting(
            assignment=assignment({}, ASK).model_copy(update={"data": CHOSEN.data}),
            assets=cast(AssetStore, SimpleNamespace(student=student)),
            sandbox=choose(),
            cache=Cache(folder / "cache"),
        ),
        folder=folder / "attempt",
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job, "wanted_archives", lambda *_: folder / "archives")
        done = run_once(work, lambda stage: None)
    return Executed(done, folder / "attempt")


def texts(done: Executed, count: int) -> list[str]:
    assert done.run.status == "finished", [cell.error for cell in done.run.cells]
    return [done.text(at) for at in range(count)]


def test_usual_places_are_furnished(student: Path) -> None:
    """Without a download: beside the notebook, in /tmp, in ../tmp2, in /content."""
    if choose().name not in ("warm", "bubblewrap"):
        pytest.skip("only a sandbox that has the system's places to itself can furnish them")
    kaggle = "../input/horses-or-humans-dataset/horse-or-human/train"
    places = ["/tmp/training", "/tmp/validation/horses", "../tmp2", "/content/data/train", "data"]
    places += [kaggle, kaggle.replace("..", "/kaggle")]
    seen = texts(run(student, *[SEE.format(place=place) for place in places]), len(places))
    files = sorted([WEIGHTS, *CHOSEN.data.archives])
    assert seen[0].strip() == "SEEN ['horses', 'humans']"
    assert seen[1].strip() == "SEEN ['horses-validation.png']"
    assert seen[2].strip() == f"SEEN {files}"
    assert seen[3].strip() == "SEEN ['horses', 'humans']"
    assert seen[4].strip() == "SEEN ['model', 'train', 'validation']"
    assert seen[5].strip() == seen[6].strip() == seen[0].strip()


def test_the_habits_of_2019(student: Path) -> None:
    """/tmp is emptied, archives are unpacked from ../tmp2, folders are made by the notebook."""
    if choose().name not in ("warm", "bubblewrap"):
        pytest.skip("only a sandbox that has the system's places to itself can furnish them")
    cells = [
        "import os, shutil, zipfile\nshutil.rmtree('/tmp')\nprint(os.listdir('/tmp'))",
        "os.mkdir('/tmp/training')\n"
        "zipfile.ZipFile(os.getcwd() + '/../tmp2/horse-or-human.zip').extractall('/tmp/training')\n"
        "print(os.listdir('/tmp/training/horses'))",
    ]
    seen = texts(run(student, *cells), 2)
    assert seen[0].strip() == "[]"
    assert seen[1].strip() == "['horses-train.png']"


def test_shell_commands_fetch_and_install(student: Path) -> None:
    """`!wget` over several lines, `%%bash`, `%pip`, a subprocess; the unknown fails at once."""
    cells = [
        f"!wget --no-check-certificate \\\n  https://a.org/{WEIGHTS} \\\n  -O w.h5\n!cat w.h5",
        "%%bash\ncurl -sLo v.zip https://example.org/validation-horse-or-human.zip\n"
        "unzip -q v.zip -d out\nls out/humans\npip install nothing",
        "%pip install nothing\n!apt-get install -y nothing",
        "import subprocess\ngot = subprocess.run(['wget', '-q', 'https://example.org/cats.zip'],\n"
        "                     capture_output=True, text=True)\nprint(got.returncode, got.stderr)",
    ]
    seen = texts(run(student, *cells), 4)
    assert "numbers" in seen[0]
    assert "humans-validation.png" in seen[1]
    assert seen[2].count("Nothing is installed") == 2
    assert "no network" in seen[3]
    assert "'cats.zip'" in seen[3]


def test_settings_hold_no_path_of_this_machine(student: Path) -> None:
    """What the kernel is told names folders by placeholders only."""
    done = run(student, "print(1)")
    told: dict[str, Any] = json.loads((done.folder / "in" / "settings.json").read_text())
    assert told["keras"] == "2"
    assert str(student.parent) not in json.dumps(told)
