"""Downloads without a network: known files are delivered, everything else is refused at once."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from fresh_python import INSIDE

from grader.inside.shims import by_name, delivery, programs

pytestmark = pytest.mark.slow

ZIP = "horse-or-human.zip"
ADDRESS = f"https://storage.googleapis.com/somewhere/{ZIP}"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A work folder, and beside it what a sandbox's kernel finds: settings, images, archives."""
    for kind in ("horses", "humans"):
        folder = tmp_path / "data" / "train" / kind
        folder.mkdir(parents=True)
        (folder / f"{kind}-0.png").write_bytes(b"picture")
    (tmp_path / "archives").mkdir()
    with zipfile.ZipFile(tmp_path / "archives" / ZIP, "w") as opened:
        opened.writestr("horses/horses-0.png", b"picture")
        opened.writestr("humans/humans-0.png", b"picture")
    told = {
        "delivered": {ZIP: f"{{archives}}/{ZIP}", "1abc": f"{{archives}}/{ZIP}",
                      "horses-dataset": f"{{archives}}/{ZIP}"},
        "archives": {ZIP: {"train": "."}},
        "places": {"{home}/usual/training": "train", "{home}/all": "."},
    }  # fmt: skip
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "settings.json").write_text(json.dumps(told))
    for name in ("data", "archives", "in"):
        monkeypatch.setenv(f"GRADER_{name.upper()}", str(tmp_path / name))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    delivery.settings.cache_clear()
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    return work


@pytest.mark.parametrize(
    "address",
    [ADDRESS, f"{ADDRESS}?alt=media", f"/content/drive/My Drive/{ZIP}", "1abc",
     "https://drive.google.com/uc?id=1abc&export=download",
     "https://drive.google.com/file/d/1abc/view"],
)  # fmt: skip
def test_a_known_file_is_found_however_it_is_asked_for(here: Path, address: str) -> None:
    """By the last part of an address or path, or by the id in it."""
    found = delivery.Delivery().find(address)
    assert found is not None
    assert found.endswith(f"archives/{ZIP}")


def test_a_file_is_delivered_at_the_path_asked_for(here: Path) -> None:
    """As a link: nothing is copied; a folder as target keeps the file's name."""
    given = delivery.Delivery().deliver(ADDRESS, "some/where/x.zip")
    assert Path(given).is_symlink()
    assert zipfile.is_zipfile(given)
    (here / "folder").mkdir()
    assert delivery.Delivery().deliver(ADDRESS, "folder") == f"folder/{ZIP}"


def test_what_is_not_known_is_refused_in_one_line(here: Path) -> None:
    """The message names what was asked for and says that there is no network."""
    with pytest.raises(delivery.NotDelivered) as refused:
        delivery.Delivery().deliver("https://example.org/a/b/cats.zip?x=1")
    assert "'cats.zip'" in str(refused.value)
    assert "no network" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_two_splits_unpack_below_the_folder_that_the_archive_has(here: Path) -> None:
    """Real folders that hold links, so a notebook may add to them; single files as well."""
    (here.parent / "data" / "validation" / "horses").mkdir(parents=True)
    (here.parent / "data" / "words.txt").write_text("words")
    known = delivery.Delivery()
    known.archives[ZIP] = {"train": "all/train", "validation": "all/validation",
                           "words.txt": "all/words.txt"}  # fmt: skip
    link = known.deliver(ZIP, "x.zip")
    assert known.unpack(link, "out")
    assert known.unpack(link, "out")
    seen = sorted(path.relative_to("out").as_posix() for path in Path("out").rglob("*"))
    assert seen == ["all", "all/train", "all/train/horses", "all/train/humans", "all/validation",
                    "all/validation/horses", "all/words.txt"]  # fmt: skip
    assert Path("out/all/train/horses").is_symlink()
    assert not Path("out/all/train").is_symlink()


def test_what_is_no_zip_is_never_taken_for_another_one(here: Path) -> None:
    """Neither has members to be known by."""
    for name in ("ours.tar", "own.tar"):
        Path(name).write_bytes(name.encode())
    ours = {"ours.tar": str(Path("ours.tar").resolve())}
    known = delivery.Delivery({"delivered": ours, "archives": {"ours.tar": {"train": "."}}})
    assert not known.unpack("own.tar", "out")
    assert not Path("out").exists()


def test_a_known_archive_unpacks_to_links(here: Path) -> None:
    """Twice does no harm, a copy is the same archive; a folder with files of its own and another
    archive are left alone."""
    known = delivery.Delivery()
    link = known.deliver(ADDRESS)
    assert known.unpack(link, "out")
    assert known.unpack(link, "out")
    assert (here / "out" / "horses").is_symlink()
    assert (here / "out" / "humans" / "humans-0.png").read_bytes() == b"picture"
    assert known.unpack(link, here.parent / "data" / "train")  # it lies there already
    (here / "own" / "horses").mkdir(parents=True)
    assert not known.unpack(link, "own")
    (here / "copy.zip").write_bytes(Path(link).read_bytes())
    assert known.unpack("copy.zip", "elsewhere")
    assert known.unpack(zipfile.ZipFile(io.BytesIO(Path(link).read_bytes())), "from/memory")
    assert (here / "from" / "memory" / "horses").is_symlink()
    with zipfile.ZipFile("mine.zip", "w") as opened:
        opened.writestr("horses/horses-0.png", b"mine")
        opened.writestr("humans/humans-0.png", b"picture")
    for other in ("mine.zip", "copy.txt", "/nowhere.zip"):
        assert not known.unpack(other, "elsewhere")


def run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A stand-in as the shell starts it."""
    folder = Path.cwd().parent
    library = folder / "library" / "grader_inside"
    if not library.exists():
        library.parent.mkdir()
        library.symlink_to(Path(programs.__file__).parents[1])
    programs.write_stubs(folder / "bin", sys.executable, library.parent)
    words = [str(folder / "bin" / program), *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=30)


@pytest.mark.parametrize(
    ("words", "made"),
    [
        (["wget", "--no-check-certificate", ADDRESS, "-O", "x.zip"], "x.zip"),
        (["wget", "-q", ADDRESS], ZIP),
        (["wget", "-qP", "new/folder", ADDRESS], f"new/folder/{ZIP}"),
        (["wget", "-c", "--output-document=y.zip", ADDRESS], "y.zip"),
        (["wget", "-nc", ADDRESS], ZIP),
        (["curl", "-sL", "-o", "x.zip", ADDRESS], "x.zip"),
        (["curl", "-LO", ADDRESS], ZIP),
        (["curl", "-L", ADDRESS, "--output", "z.zip"], "z.zip"),
        (["gdown", "--id", "1abc"], ZIP),
        (["gdown", "1abc", "-O", "d.zip"], "d.zip"),
        (["gdown", "https://drive.google.com/uc?id=1abc", "-q"], ZIP),
        (["kaggle", "datasets", "download", "-d", "who/horses-dataset"], "horses-dataset.zip"),
        (["kaggle", "datasets", "download", "who/horses-dataset", "-p", "k", "--unzip"],
         "k/horses"),
        (["unzip", "-q", ZIP, "-d", "trees"], "trees/humans"),
        (["unzip", "-qq", "-o", ZIP], "horses"),
        (["sudo", "wget", ADDRESS], ZIP),
    ],
)  # fmt: skip
def test_programs_deliver_where_they_were_told_to(here: Path, words: list[str], made: str) -> None:
    """Options before or behind the address, glued together or spelled out."""
    done = run(*words)
    assert done.returncode == 0, done.stderr
    assert (here / made).exists()


def test_a_program_that_writes_to_the_pipe_does_so(here: Path) -> None:
    """`wget -qO-` and `curl` without a file give the bytes themselves."""
    (here.parent / "archives" / ZIP).write_text("bytes of the archive")
    assert run("wget", "-qO-", ADDRESS).stdout == "bytes of the archive"
    assert run("curl", "-s", ADDRESS).stdout == "bytes of the archive"


@pytest.mark.parametrize("program", ["wget", "curl", "gdown", "kaggle"])
def test_programs_refuse_what_is_not_known(here: Path, program: str) -> None:
    """At once, in one line, with an exit status that scripts see."""
    done = run(program, *(["-O"] if program == "curl" else []), "https://example.org/cats.zip")
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "cats.zip" in done.stderr


@pytest.mark.parametrize(
    "words",
    [["pip", "install", "x"], ["apt-get", "-y", "install", "x"], ["sudo", "apt", "update"]],
)
def test_nothing_is_installed_and_nothing_fails(here: Path, words: list[str]) -> None:
    """Packages are answered for, not fetched."""
    done = run(*words)
    assert done.returncode == 0
    assert "Nothing is installed" in done.stdout


def test_other_archives_are_left_to_the_real_program(here: Path) -> None:
    """A zip of the student's own is unpacked as ever."""
    with zipfile.ZipFile("own.zip", "w") as opened:
        opened.writestr("a.txt", "mine")
    done = run("unzip", "-q", "own.zip")
    assert done.returncode == 0, done.stderr
    assert (here / "a.txt").read_text() == "mine"


USUAL = """
import os
from pathlib import Path
from grader_inside.shims import delivery, places
os.symlink(os.environ["GRADER_DATA"], "data"); os.symlink("data/train", "images")
os.symlink(os.environ["GRADER_ARCHIVES"], "archives")
here = os.getcwd()
put = places.Places(delivery.Delivery(), {f"{here}/{name}": "train" for name in "abcde"})
put.furnish()
def held(name): return sorted(path.name for path in Path(name).iterdir())
both = ["horses", "humans"]
import shutil
"""


def usual(program: str) -> None:
    """Run lines in a notebook's folder that was furnished: five usual places, `a` to `e`, and the
    course's own `data` and `images`."""
    run = subprocess.run(
        [sys.executable, "-c", INSIDE + USUAL + program], capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]


def test_usual_places_are_there_and_may_be_made_anew(here: Path) -> None:
    """A folder that we put in place does not get in the way of what the notebook puts there; one of
    the student's own does, as always."""
    usual("""
assert held("a") == both and Path("a/horses/horses-0.png").is_file()
os.mkdir("a"); assert held("a") == []
try: os.mkdir("a")
except FileExistsError: pass
else: raise SystemExit("made twice")
os.mkdir("own"); Path("own/mine.txt").touch()
os.symlink("own", "b"); assert held("b") == ["mine.txt"]
shutil.copytree("own", "c"); assert held("c") == ["mine.txt"]
shutil.move("c", "d"); assert held("d") == ["mine.txt"]
os.makedirs("e/horses"); assert held("e/horses") == [] and held("e") == both
""")


def test_a_notebook_may_write_beside_the_data(here: Path) -> None:
    """A link to the data becomes a folder of links; other links are left as they are. What lies on
    the course's machine stays there when a notebook makes it."""
    usual("""
assert os.path.realpath("data/train") == os.environ["GRADER_DATA"] + "/train"
assert os.path.islink("archives") and not os.path.islink("images")
Path("data/model.keras").touch()
assert not Path(os.environ["GRADER_DATA"], "model.keras").exists()
os.makedirs("images", exist_ok=True); os.makedirs("data/train", exist_ok=True)
assert held("images") == held("data/train") == both
""")


def test_a_notebook_may_change_what_is_in_the_data(here: Path) -> None:
    """As on the course's machine; the data themselves stay as they are."""
    usual("""
first = "data/train/horses/horses-0.png"
for path in ("data/train/horses/new.png", "images/humans/new.png", "a/horses/horses-0.png"):
    with open(path, "w") as file: file.write("mine")
    assert Path(path).read_text() == "mine"
assert held("data/train/horses") == ["horses-0.png", "new.png"]
with open(first, "a") as file: file.write(" and more")
assert Path(first).read_text() == "picture and more"
os.rename(first, "data/train/horses/other.png"); os.remove("data/train/humans/humans-0.png")
shutil.move("images/humans/humans-0.png", "moved.png")
assert held("data/train/humans") == [] and held("images/humans") == ["new.png"]
assert held("data/train/horses") == ["new.png", "other.png"]
for kind in both:
    (kept,) = Path(os.environ["GRADER_DATA"], "train", kind).iterdir()
    assert kept.read_text() == "picture" and not kept.is_symlink()
""")


def test_files_named_in_the_code_are_where_it_looks(here: Path) -> None:
    """A path that nobody can know before is given when a cell that names it is about to run."""

    class Cell:
        raw_cell = (
            f"z = zipfile.ZipFile('{here}/My Drive/week 3/{ZIP}')\nx = 'a/cats.zip'\n"
            f"!cp {here}/up/{ZIP} .\nprint('https://example.org/{ZIP}', 'my{ZIP}')\n"
            f"  !ls -l {ZIP}"
        )

    by_name.ByName(delivery.Delivery(), {}).before_cell(Cell())
    assert zipfile.is_zipfile(here / "My Drive" / "week 3" / ZIP)
    assert zipfile.is_zipfile(here / "up" / ZIP)
    assert sorted(path.name for path in here.iterdir()) == ["My Drive", ZIP, "up"]


def test_only_a_file_of_ones_own_is_told_as_one(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The delivered one is not, through whatever link a notebook comes to it."""
    said: list[str] = []
    monkeypatch.setattr(by_name, "note", lambda _kind, text: said.append(text))
    (here / "model").symlink_to(here.parent / "archives")
    (here / "mine").mkdir()
    (here / "mine" / ZIP).write_text("mine")
    files = by_name.ByName(delivery.Delivery(), {})
    for folder in ("model", "mine", "mine"):
        assert not files.lay(f"{folder}/{ZIP}")
    assert said == [f"`mine/{ZIP}`: the notebook's own file was read, not the assignment's"]


BY_NAME = r"""
from grader_inside.shims import by_name, delivery
by_name.install(delivery.Delivery(), {{}})
import os, zipfile
from pathlib import Path
ZIP = {name!r}
assert open(ZIP, "rb").read(2) == b"PK"
assert os.path.exists("../input/x/" + ZIP) and Path("weights", ZIP).is_file()
assert zipfile.ZipFile("C:\\Users\\me\\" + ZIP).namelist()
assert os.path.getsize(os.path.join("tf", "model", ZIP)) > 0
assert Path("a/b", ZIP).stat().st_size > 0
os.makedirs("own")
with open("own/" + ZIP, "w") as own:
    own.write("mine")
assert open("own/" + ZIP).read() == "mine" and not os.path.islink("own/" + ZIP)
others = ("cats.zip", "1abc", "horses-dataset", "x/settings.json", "../private/x" + ZIP, ZIP + "x")
for name in others:
    assert not os.path.exists(name), name
    try:
        open(name)
    except FileNotFoundError:
        continue
    raise SystemExit(name)
os.mkdir("folder"); os.mkdir("folder/" + ZIP)
assert os.path.isdir("folder/" + ZIP)
try:
    os.stat(ZIP + "\0")
except ValueError:
    pass
os.environ["GRADER_TREES"], os.environ["GRADER_DATA"] = "hidden", os.environ["GRADER_ARCHIVES"]
assert os.path.exists("while/asked/" + ZIP)
{more}
"""
LIBRARIES = """
import h5py, tensorflow as tf
try:
    h5py.File("h5/" + ZIP)
except OSError as problem:
    assert "signature" in str(problem), problem
with h5py.File("new.h5", "w") as file: file["x"] = 1
assert tf.io.gfile.exists("gfile/" + ZIP) and not tf.io.gfile.exists("gfile/cats.zip")
assert tf.io.gfile.GFile("gfile2/" + ZIP, "rb").read(2) == b"PK"
with tf.io.gfile.GFile("mine.txt", "w") as file: file.write("x")
"""


@pytest.mark.parametrize("late", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("more", ["", LIBRARIES], ids=["python", "libraries"])
def test_a_delivered_file_is_wherever_it_is_asked_for(here: Path, more: str, late: bool) -> None:
    """And nothing else is, nor is anything that the notebook writes itself replaced. late: all
    libraries were imported before, as in a warm worker."""
    imports = "import h5py, tensorflow; tensorflow.io.gfile\n" if late and more else ""
    source = INSIDE + imports + BY_NAME.format(name=ZIP, more=more)
    run = subprocess.run(
        [sys.executable, "-c", source], cwd=here, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]


LOOKED_FOR = """
from grader_inside.shims import by_name, delivery
files = by_name.install(delivery.Delivery(), {{}})
import glob, os
from pathlib import Path
class Cell: raw_cell = "[name for name in os.listdir('weights') if name.endswith('.zip')]"
files.before_cell(Cell)
assert os.listdir("listed") == [each.name for each in os.scandir("scanned")] == [{name!r}]
assert [path.name for path in Path("walked").iterdir()] == [{name!r}]
os.mkdir("empty")
assert os.listdir("empty") == [] and {name!r} in os.listdir()
Cell.raw_cell = "os.listdir('weights')"
files.before_cell(Cell)
assert len(glob.glob("a/*.zip")) == len(glob.glob("b/**/horse*.zip", recursive=True)) == 1
assert len(list(Path("empty").glob("*.zip"))) == len(list(Path(".").glob("*human.zip"))) == 1
assert glob.glob("*/*/*.zip") == glob.glob("d/*.txt") == glob.glob("d/*") == []
Path("mine").mkdir(); Path("mine", "own.zip").touch()
assert glob.glob("mine/*.zip") == ["mine/own.zip"]
try: os.listdir("weights")
except FileNotFoundError: raise SystemExit(0)
raise SystemExit("weights")
"""


def test_a_delivered_file_is_found_by_its_ending(here: Path) -> None:
    """By a pattern that it fits, or in a folder that is not there where the code names the ending.
    Folders of the notebook's own are left as they are."""
    source = INSIDE + LOOKED_FOR.format(name=ZIP)
    run = subprocess.run(
        [sys.executable, "-c", source], cwd=here, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]


FOLDERS = """
from grader_inside.shims import by_name, delivery
files = by_name.install(delivery.Delivery(), {"work/pictures": "."})
import os
from pathlib import Path
both = ["horses", "humans"]
assert sorted(os.listdir("drive/mine/train/")) == sorted(os.listdir("drive/training")) == both
assert sorted(path.name for path in Path("~/own/train").expanduser().iterdir()) == both
windows = r"C:\\ada\\train\\horses", r"C:\\ada\\training/horses"
assert [os.listdir(path) for path in windows] == [["horses-0.png"]] * 2
assert os.listdir("all") == os.listdir("drive/all") == ["train"]
assert os.path.abspath("drive/training") in delivery.settings()["places"]
usual = Path.home() / "usual"
assert os.path.isdir("asked/train/humans") and os.path.exists("asked/training")
assert not os.path.exists("asked/x/train/zebras")
assert Path("drive/weeks/pictures").exists() and os.listdir("drive/weeks/pictures") == ["train"]
assert not os.path.lexists("asked/x")
files.before_cell(type("Cell", (), {"raw_cell": "if not exists(folder): os.mkdir(folder)"}))
assert not os.path.exists("made/train") and os.listdir("made/train")
assert not os.path.exists("made/pictures")
up = "C:" + os.sep.join(["", "x", "train", "..", "..", "archives"]).replace("/", chr(92))
wrong = ["train", "drive/trein", usual / "train", usual / "training" / "train", up]
for misspelt in wrong:
    try: os.listdir(misspelt)
    except FileNotFoundError: continue
    raise SystemExit(f"{misspelt}")
"""


def test_a_delivered_folder_is_found_in_a_place_of_ones_own(here: Path) -> None:
    """On a drive, or below a path of another system; and led elsewhere while functions are asked.
    One beside the usual folders was misspelt; code that makes folders may be about to make it."""
    run = subprocess.run(
        [sys.executable, "-c", INSIDE + FOLDERS], cwd=here, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-3000:]


ASKED = """
from grader_inside.shims import delivery, downloads
downloads.install(delivery.Delivery())
import io, os, shutil, zipfile
from pathlib import Path
real = Path(os.environ["GRADER_ARCHIVES"], {name!r})
shutil.copy(real, "copy.zip")
with zipfile.ZipFile("own.zip", "w") as own: own.writestr("horses/mine.png", b"mine")
for kind in ("horses", "humans"):
    Path("hidden/train", kind).mkdir(parents=True)
    Path("hidden/train", kind, "other.png").write_bytes(b"hidden")
def names(opened): return sorted(name for name in opened.namelist() if not name.endswith("/"))
before = names(zipfile.ZipFile("copy.zip"))
os.environ["GRADER_TREES"] = os.path.abspath("hidden")
for archive in (real, "copy.zip", io.BytesIO(real.read_bytes())):
    with zipfile.ZipFile(archive) as opened:
        assert names(opened) == ["horses/other.png", "humans/other.png"]
        assert opened.read("humans/other.png") == b"hidden"
        opened.extract("horses/other.png", "members")
        opened.extractall("whole")
assert Path("members/horses/other.png").read_bytes() == b"hidden"
shutil.unpack_archive("copy.zip", "unpacked")
assert all(os.path.realpath(f"{{folder}}/horses") == os.path.abspath("hidden/train/horses")
           for folder in ("whole", "unpacked"))
assert names(zipfile.ZipFile("own.zip")) == ["horses/mine.png"]
del os.environ["GRADER_TREES"]
assert names(zipfile.ZipFile("copy.zip")) == before
"""


def test_an_archive_holds_the_hidden_data_while_functions_are_asked(here: Path) -> None:
    """However it is opened and whatever is taken out of it; one of the student's own stays."""
    program = INSIDE + ASKED.format(name=ZIP)
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]


PYTHON = """
from grader_inside.shims import delivery, downloads, places
downloads.install(delivery.Delivery())
import urllib.request, urllib.error, shutil, zipfile, os
path, headers = urllib.request.urlretrieve({address!r}, "r.zip")
assert os.path.islink("r.zip") and int(headers["Content-Length"]) > 0
with zipfile.ZipFile("r.zip") as opened: opened.extractall("trees")
assert os.path.islink("trees/horses")
assert urllib.request.urlopen({address!r}).read(2) == b"PK"
shutil.unpack_archive("r.zip", "again")
assert os.path.islink("again/humans")
shutil.rmtree("again/humans")
assert os.listdir("again") == ["horses"] and os.path.isdir("trees/humans")
import requests
assert requests.get({address!r}).content[:2] == b"PK"
with requests.get({address!r}, stream=True) as answer:
    assert sum(map(len, answer.iter_content(100))) == os.path.getsize("r.zip")
for ask in (urllib.request.urlopen, urllib.request.urlretrieve, requests.get):
    try: ask("https://example.org/cats.zip")
    except OSError as refused: assert "no network" in str(refused), refused
    else: raise AssertionError(ask)
sys.path.append(str(places.PACKAGES))
import gdown, wget, kagglehub
assert gdown.download(id="1abc", output="g.zip", quiet=True) == "g.zip"
assert wget.download({address!r}, "w.zip") == "w.zip"
assert sorted(os.listdir(kagglehub.dataset_download("who/horses-dataset"))) == ["horses", "humans"]
from google.colab import drive, files
drive.mount("drive")
assert os.path.islink("drive/MyDrive/horse-or-human.zip") and files.upload() == {{}}
"""


def test_python_gets_what_it_asks_for(here: Path) -> None:
    """urllib, requests, zipfile, shutil and the usual packages, in a fresh Python."""
    code = INSIDE + PYTHON.format(address=ADDRESS)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
