"""Places that a tier lacks are read as folders of the run's own: which texts, and how they show."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from grader.intake.notebook import plain_python
from grader.run.places import Places, led_place, moved

ROOTS = {"/content": "{work}", "/kaggle/working": "{work}", "/kaggle/input": "{home}/kaggle",
         "../input": "{home}/kaggle"}  # fmt: skip
OWN = "/scratch/g-1/m"
ENV = {"GRADER_WORK": f"{OWN}/work", "TMPDIR": f"{OWN}/tmp", "HOME": f"{OWN}/home"}


@pytest.fixture
def places() -> Places:
    return Places(moved(ROOTS), ENV, Path("/scratch/g-1"))


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ("x = '/tmp/training'", "/tmp"),
        ('x = "/tmp"', "/tmp"),
        ("x = r'/tmp/a'", "/tmp"),
        ("x = b'/tmp/a'", "/tmp"),
        ("x = f'/tmp/{name}'", "/tmp"),
        ('x = """/content/a"""', "/content"),
        ("os.path.join('/content', 'a')", "/content"),
        ("Path('/kaggle/input') / 'x'", "/kaggle/input"),
        ("Path('/kaggle/working/x')", "/kaggle/working"),
        ("os.system('unzip -q /tmp/a.zip -d /tmp/b')", "/tmp"),
        ("get('file:///tmp/a.zip')", "/tmp"),
        ("!unzip -q /tmp/a.zip -d /tmp", "/tmp"),
        ("!wget https://a.org/tmp/a.zip -P/tmp", "/tmp"),
        ("!wget a \\\n   -O /tmp/a.zip", "/tmp"),
        ("files = !ls /content/a", "/content"),
        ("%cd /content", "/content"),
        ("cd /content", "/content"),
        ("    !echo it's > /tmp/a", "/tmp"),
        ("%%bash\nx=1\nls /tmp", "/tmp"),
        ("%%writefile a.py\nx = '/tmp/a'", "/tmp"),
        ("%%time\nx = '/tmp/a'", "/tmp"),
        ("# it's\nx = '/tmp/a'", "/tmp"),
        ("x = 'it\\'s'; y = '/tmp/a'", "/tmp"),
        ('x = "a#b"; y = "/tmp/a"', "/tmp"),
        ("x = {'a': '/tmp'}['a']", "/tmp"),
        ("x = '/Users/ada/Downloads/a.zip'", "/Users"),
        ("open(f'/home/{user}/a.h5')", "/home"),
        ("!ls /mnt/d/data", "/mnt"),
    ],
)
def test_a_text_that_begins_with_a_place_is_led(places: Places, source: str, place: str) -> None:
    """In every kind of literal and of line; what the cell shows is called as its code calls it."""
    led, named = places.led(source)
    assert named == [place]
    assert OWN in led
    assert places.shown(led) == source


@pytest.mark.parametrize(
    "source",
    [
        "x = 'https://a.org/tmp/a.zip'",
        "x = f'{base}/tmp/a'",
        "x = getcwd() + '/tmp/a'",
        "x = getcwd() + \\\n    '/content/a'",
        "x = ('https://a.org'\n     '/tmp/a')",
        "x = '{}/tmp'.format(base)",
        "x = '../tmp/a', '~/tmp', './tmp', 'C:/tmp/a', '$HOME/tmp', '/opt/ada/tmp'",
        "x = '/tmp2/a', '/tmp.zip', '/tmpfile', '/contents', '/kaggle'",
        "tmp = 2; x = 8 /tmp; y = (8)/tmp",
        "x = 1  # see /tmp",
        "x = 'tmp/a'",
        "%%time\nx = 8 /tmp",
        "!ls ./tmp ~/tmp https://a.org/tmp",
        "x = 3\nx %= 2 /tmp",
    ],
)
def test_any_other_path_stays(places: Places, source: str) -> None:
    """A student's own, one that goes on behind another text, a division."""
    assert places.led(source) == (source, [])


def test_a_root_of_its_own_lacks_only_what_is_elsewhere() -> None:
    """`/tmp` and `/content` are there; the student's own home is a folder of the run's."""
    env = {"GRADER_WORK": "/grader/work", "TMPDIR": "/tmp", "HOME": "/home/student"}
    places = Places({}, env, Path("/scratch/g-1"))
    led, named = places.led("a = '/tmp/a', '/content/b', '/home/ada/c', '/root/.keras'")
    assert named == ["/home", "/root"]
    assert led == (
        "a = '/tmp/a', '/content/b', '/home/student/elsewhere/home/ada/c', '/home/student/.keras'"
    )
    assert places.shown(led) == "a = '/tmp/a', '/content/b', '/home/ada/c', '/root/.keras'"


def test_code_stays_code(places: Places) -> None:
    """Nothing but the texts of literals changes."""
    source = (
        "def f(a='/tmp', *b):\n    '''/tmp/x'''\n    return f'/tmp/{a}', b'/tmp', \"/content\"\n"
    )
    led, _ = places.led(source)
    assert ast.dump(ast.parse(led)).replace(f"{OWN}/tmp", "/tmp").replace(
        f"{OWN}/work", "/content"
    ) == ast.dump(ast.parse(source))


def test_folders_of_ours_are_not_shown(places: Places) -> None:
    """A place under the name that the code gave it; else under ours."""
    assert places.shown(f"{OWN}/work/a {OWN}/tmp/b /scratch/g-1/inside") == (
        "/grader/work/a /tmp/b /grader/inside"
    )
    places.led("x = '/kaggle/working'")
    assert places.content({"a": [f"{OWN}/work/a", 1]}) == {"a": ["/kaggle/working/a", 1]}


def test_declared_places_follow() -> None:
    """Where notebooks look lies in the folders that stand for it."""
    assert led_place("/tmp/training", ROOTS) == "{tmp}/training"
    assert led_place("/kaggle/input/a", ROOTS) == "{home}/kaggle/a"
    assert led_place("{home}/a", ROOTS) == "{home}/a"
    assert led_place("/tmp2/a", ROOTS) == "/tmp2/a"


@pytest.mark.parametrize(
    "source",
    ["'''" + r"\a" * 100_000, "'" + r"\a" * 100_000, "'''" + r"\'''" * 100_000,
     "'" + r"\'" * 100_000, " " * 200_000 + "x", "'''open \\"],
    ids=["long", "short", "escaped-quotes", "escaped-marks", "blanks", "ends-in-one"],
)  # fmt: skip
def test_open_texts_and_blanks_are_looked_at_once(places: Places, source: str) -> None:
    """Not once for each way in which their signs could be read: that would never end, and nothing
    else of the grader would go on meanwhile."""
    assert places.led(source) == (source, [])
    assert plain_python(source) == source
