"""In a real sandbox: data and weights are found wherever editions of the notebook look for them."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from forking import REAL_TIERS, chosen
from notebook_runs import ASK, Executed, assignment, notebook

from grader.assignment.data import AssetStore
from grader.assignment.folder import load_assignment
from grader.records import Cache, Submission
from grader.run import Setting, Work, job, run_once
from grader.run.job import pack
from grader.sandbox import Sandbox

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


@pytest.fixture(params=[*REAL_TIERS, "none"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return chosen(request.param)


@pytest.fixture(autouse=True)
def archives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that `run` makes, for every notebook; once for all threads of a test."""
    monkeypatch.setattr(
        job, "wanted_archives", lambda _, setting: setting.assets.student.parent / "archives"
    )


def run(sandbox: Sandbox, student: Path, *sources: str) -> Executed:
    """Cells in a sandbox, with the assignment's own tables of what is delivered."""
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
            sandbox=sandbox,
            cache=Cache(folder / "cache"),
        ),
        folder=folder / "attempt",
    )
    return Executed(run_once(work, lambda stage: None), folder / "attempt")


def texts(done: Executed, count: int) -> list[str]:
    assert done.run.status == "finished", [cell.error for cell in done.run.cells]
    return [done.text(at) for at in range(count)]


def test_usual_places_are_furnished(sandbox: Sandbox, student: Path) -> None:
    """Without a download: beside the notebook, in /tmp, in ../tmp2, in /content."""
    kaggle = "../input/horses-or-humans-dataset/horse-or-human/train"
    places = ["/tmp/training", "/tmp/validation/horses", "../tmp2", "/content/data/train", "data"]
    places += [kaggle, kaggle.replace("..", "/kaggle")]
    seen = texts(run(sandbox, student, *[SEE.format(place=place) for place in places]), len(places))
    files = sorted([WEIGHTS, *CHOSEN.data.archives])
    assert seen[0].strip() == "SEEN ['horses', 'humans']"
    assert seen[1].strip() == "SEEN ['horses-validation.png']"
    assert seen[2].strip() == f"SEEN {files}"
    assert seen[3].strip() == "SEEN ['horses', 'humans']"
    assert seen[4].strip() == "SEEN ['model', 'train', 'validation']"
    assert seen[5].strip() == seen[6].strip() == seen[0].strip()


def test_the_habits_of_2019(sandbox: Sandbox, student: Path) -> None:
    """/tmp is emptied, archives are unpacked from ../tmp2, folders are made by the notebook."""
    cells = [
        "import os, shutil, zipfile\nshutil.rmtree('/tmp')\nprint(os.listdir('/tmp'))",
        "os.mkdir('/tmp/training')\n"
        "zipfile.ZipFile(os.getcwd() + '/../tmp2/horse-or-human.zip').extractall('/tmp/training')\n"
        "print(os.listdir('/tmp/training/horses'))",
    ]
    seen = texts(run(sandbox, student, *cells), 2)
    assert seen[0].strip() == "[]"
    assert seen[1].strip() == "['horses-train.png']"


def test_shell_commands_fetch_and_install(sandbox: Sandbox, student: Path) -> None:
    """`!wget` over several lines, `%%bash`, `%pip`, a subprocess; the unknown fails at once."""
    cells = [
        f"!wget --no-check-certificate \\\n  https://a.org/{WEIGHTS} \\\n  -O w.h5\n!cat w.h5",
        "%%bash\ncurl -sLo v.zip https://example.org/validation-horse-or-human.zip\n"
        "unzip -q v.zip -d out\nls out/humans\npip install nothing",
        "%pip install nothing\n!apt-get install -y nothing",
        "import subprocess\ngot = subprocess.run(['wget', '-q', 'https://example.org/cats.zip'],\n"
        "                     capture_output=True, text=True)\nprint(got.returncode, got.stderr)",
    ]
    seen = texts(run(sandbox, student, *cells), 4)
    assert "numbers" in seen[0]
    assert "humans-validation.png" in seen[1]
    assert seen[2].count("Nothing is installed") == 2
    assert "no network" in seen[3]
    assert "'cats.zip'" in seen[3]


def test_settings_hold_no_path_of_this_machine(sandbox: Sandbox, student: Path) -> None:
    """What the kernel is told names folders by placeholders only."""
    done = run(sandbox, student, "print(1)")
    told: dict[str, Any] = json.loads((done.folder / "in" / "settings.json").read_text())
    assert told["keras"] == "2"
    assert str(student.parent) not in json.dumps(told)


def test_the_report_says_which_places_were_read_as_others(sandbox: Sandbox, student: Path) -> None:
    """Where the tier lacks them; cells stay the student's own text, and so does what they show."""
    source = "print(open('/tmp/a', 'w').name)\nprint(0)\nopen('/content/none')"
    done = run(sandbox, student, source)
    cell = done.run.cells[0]
    node = json.loads((done.folder / "executed.ipynb").read_text())["cells"][0]
    assert "".join(node["source"]) == source
    assert done.text(0).startswith("/tmp/a\n")
    assert cell.error == "FileNotFoundError: [Errno 2] No such file or directory: '/content/none'"
    assert "g-run" not in json.dumps(node)
    said = [place for place in ("/tmp", "/content") if f"`{place}` is a folder" in cell.adapted]
    assert said == ([] if sandbox.own_root else ["/tmp", "/content"])


def test_a_path_of_another_machine_leads_to_what_is_delivered(
    sandbox: Sandbox, student: Path
) -> None:
    """Files and folders below the student's own home, in every tier; the rest is not there."""
    source = (
        f"import os\nprint(open('/home/ada/x/{WEIGHTS}').read())\n"
        "print(sorted(os.listdir('/Users/ada/course/train')), os.path.exists('/mnt/d/cats.zip'))\n"
        "open('/home/ada/none')"
    )
    done = run(sandbox, student, source)
    assert "numbers" in done.text(0)
    assert "['horses', 'humans'] False" in done.text(0)
    cell = done.run.cells[0]
    assert cell.error == "FileNotFoundError: [Errno 2] No such file or directory: '/home/ada/none'"
    assert "`/home` is a folder" in cell.adapted
    assert "g-run" not in (done.folder / "executed.ipynb").read_text()


SHARED = """
import glob, os, time
open('/tmp/mine-{number}', 'w').write('of {number}')
open('/content/mine-{number}', 'w').write('of {number}')
time.sleep(2)
print(sorted(name for name in os.listdir('/tmp') + os.listdir('/content') if 'mine' in name))
real = os.sep + 'tmp'  # in pieces: the machine's own, where the tier does not hide it
seen = [path for path in glob.glob(real + '/g-*/m/*/mine-*') if os.access(path, os.R_OK)]
print([path for path in seen if not path.endswith('mine-{number}')])
"""


@pytest.mark.parametrize("tier", REAL_TIERS)
def test_two_runs_at_once_do_not_see_each_other(tier: str, tmp_path: Path) -> None:
    """Both name the same places; each finds its own files there, and no way to the other's."""

    def at_once(number: int) -> Executed:
        student = tmp_path / str(number) / "student"
        for split in ("train", "validation"):
            (student / split).mkdir(parents=True)
        return run(chosen(tier), student, SHARED.format(number=number))

    with ThreadPoolExecutor(2) as pool:
        texts_seen = [done.text(0) for done in pool.map(at_once, (1, 2))]
    assert texts_seen == [f"{['mine-1', 'mine-1']}\n[]\n", f"{['mine-2', 'mine-2']}\n[]\n"]
