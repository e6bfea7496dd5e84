"""A class of a hundred as messy as real ones: `python messy_class.py FOLDER`.

Contents are variants of the solutions, right and mistaken; every notebook is then written in some
odd way, and lies where one of five platforms would have put it. To these come what people do by
their own habits (`HABITS`), half an answer (`HALF`, labelled cases), and files that are no notebook
or another one (`OTHERS`). `expected.json` says what each must
get: {id: {"held": bool, "verdicts": {criterion: status}, "full": bool, "mess": …}}; what is not
named in `verdicts` has to pass.
"""

from __future__ import annotations

import io
import json
import random
import re
import sys
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from make_cases import tables  # noqa: E402
from notebooks import Book, Cell, changed, read_source  # noqa: E402
from variants import REWRITES, SOLUTIONS  # noqa: E402

from grader.audit import combinations, singles  # noqa: E402

HERE = Path(__file__).parent
SIZE = 60
"""Of those that are written in some odd way; two of them cannot be read."""
SEED = 4
LIES = "Accuracy: 1.0000 – all tests passed, 100 of 100 points\n"


# ------------------------------------------------------------ the notebook itself: Book → Book


def same(book, dice):
    return book


def without(*names):
    def edit(book, dice):
        return replace(book, cells=tuple(cell for cell in book.cells if cell.name not in names))

    return edit


def untagged(book, dice):
    return Book(tuple(replace(cell, tags=()) for cell in book.cells), {})


def with_cells(*sources, at=None):
    def edit(book, dice):
        cells = list(book.cells)
        for number, source in enumerate(sources):
            place = dice.randrange(2, len(cells)) if at is None else at
            cells.insert(place, Cell(f"added-{number}", "code", source))
        return replace(book, cells=tuple(cells))

    return edit


def graded_first(book, dice):
    """Definitions of functions come first, in another order; the rest as it was."""
    graded = [cell for cell in book.cells if cell.tags]
    dice.shuffle(graded)
    return replace(book, cells=(*graded, *(cell for cell in book.cells if not cell.tags)))


def stopped(book, dice):
    """`# grade-up-to-here` behind the last graded cell, then nonsense."""
    last = max(place for place, cell in enumerate(book.cells) if cell.tags)
    cells = [*book.cells[: last + 1], Cell("stop", "code", "# grade-up-to-here")]
    broken = [replace(cell, source="raise SystemExit") for cell in book.cells[last + 1 :] if cell.kind == "code"]
    return replace(book, cells=(*cells, *broken))


def twice(book, dice):
    """A first, wrong try of every graded function stands above the one that counts."""
    cells = []
    for cell in book.cells:
        if cell.tags:
            heads = [line for line in cell.source.splitlines() if line.startswith("def ")]
            cells += [Cell(f"try-{cell.name}", "code", f"{head}\n    return None") for head in heads]
        cells.append(cell)
    return replace(book, cells=tuple(cells))


def in_one_cell(book, dice):
    """All graded functions in the last of their cells."""
    graded = [cell for cell in book.cells if cell.tags]
    first = book.cells.index(graded[0])
    together = Cell("all", "code", "\n\n\n".join(cell.source for cell in graded))
    cells = [cell for cell in book.cells if not cell.tags]
    cells.insert(first, together)
    return replace(book, cells=tuple(cells))


BOOKS = {
    "as it is": same,
    "no tags": untagged,
    "imports lost": without("imports"),
    "paths lost": without("folders"),
    "weights file lost": without("weights-file"),
    "imports, paths and callback lost": without("imports", "folders", "weights-file", "callback"),
    "a SyntaxError cell": with_cells("for None in None:\n    x.None = None", "def broken(:\n  pass"),
    "magics": with_cells("%matplotlib inline", "!pip install --quiet tensorflow==2.4", "!ls ./data | head -3", "%%javascript\nconsole.log(1)", "!wget \\\n  --no-check-certificate \\\n  https://example.org/x.zip"),
    "Colab": with_cells("from google.colab import drive\ndrive.mount('/content/drive')", at=1),
    "functions first": graded_first,
    "grade-up-to-here": stopped,
    "defined twice": twice,
    "one cell": in_one_cell,
    "a cell that raises": with_cells("raise ValueError('x')", "1 / 0"),
}


# ------------------------------------------------------------ the file: Book → name suffix, bytes


def notebook(book, **changes):
    parsed = json.loads(book.text())
    parsed.update(changes)
    return parsed


def dumped(parsed):
    return json.dumps(parsed, indent=1, ensure_ascii=False)


def plain(book, dice):
    return ".ipynb", book.text().encode()


def encoded(encoding):
    return lambda book, dice: (".ipynb", book.text().encode(encoding))


def windows(book, dice):
    parsed = notebook(book)
    for cell in parsed["cells"]:
        cell["source"] = [line.replace("\n", "\r\n") for line in cell["source"]]
    return ".ipynb", dumped(parsed).replace("\n", "\r\n").encode()


def old_kernel(book, dice):
    kernel = {"display_name": "Python 2", "language": "python", "name": "python2"}
    return ".ipynb", dumped(notebook(book, metadata={"kernelspec": kernel, "language_info": {"name": "python", "version": "2.7.10"}})).encode()


def format_3(book, dice):
    cells = []
    for cell in json.loads(book.text())["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "code":
            cells.append({"cell_type": "code", "collapsed": False, "input": text, "language": "python", "outputs": []})
        else:
            cells.append({"cell_type": "markdown", "source": text})
    book3 = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
    return ".ipynb", json.dumps(book3).encode()


def format_40(book, dice):
    parsed = notebook(book, nbformat_minor=0, metadata={})
    for cell in parsed["cells"]:
        cell.pop("id")
        cell["source"] = "".join(cell["source"])
    return ".ipynb", json.dumps(parsed).encode()


def lying(book, dice):
    """Stored outputs, large and false."""
    parsed = notebook(book)
    for number, cell in enumerate(parsed["cells"]):
        if cell["cell_type"] == "code":
            cell["execution_count"] = 999 - number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": LIES * dice.randrange(50, 3000)}]
    return ".ipynb", dumped(parsed).encode()


def bare(book, dice):
    """No metadata anywhere, a cell of an unknown kind."""
    parsed = {"cells": [{"cell_type": one["cell_type"], "source": one["source"]} for one in json.loads(book.text())["cells"]]}
    parsed["cells"].append({"cell_type": "heading", "level": 1, "source": "The end"})
    return ".ipynb", json.dumps(parsed).encode()


def trailing(book, dice):
    return ".ipynb", book.text().encode() + b"\n\n<!-- saved from the web -->\x00\x00"


def percent(book, dice):
    parts = ["# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:percent\n# ---\n"]
    for cell in book.cells:
        if cell.kind == "code":
            lines = [f"# {line}" if line[:1] in "%!" else line for line in cell.source.splitlines()]
            parts.append("# %%\n" + "\n".join(lines) + "\n")
        else:
            parts.append("# %% [markdown]\n" + "\n".join(f"# {line}" for line in cell.source.splitlines()) + "\n")
    return ".py", "\n".join(parts).encode()


def exported(book, dice):
    parts = ["#!/usr/bin/env python\n# coding: utf-8\n"]
    for number, cell in enumerate(book.cells):
        if cell.kind == "code":
            parts.append(f"# In[{number}]:\n\n\n{cell.source}\n")
        else:
            parts.append("\n".join(f"# {line}" for line in cell.source.splitlines()) + "\n")
    return ".py", "\n".join(parts).encode()


def script(book, dice):
    return ".py", "\n\n".join(cell.source for cell in book.cells if cell.kind == "code").encode()


def renamed_by_a_browser(book, dice):
    return ".ipynb.txt", book.text().encode()


FILES = {
    "plain": plain, "BOM": encoded("utf-8-sig"), "UTF-16": encoded("utf-16"), "CRLF": windows,
    "kernel python2": old_kernel, "nbformat 3": format_3, "nbformat 4.0": format_40,
    "stored outputs that lie": lying, "no metadata": bare, "trailing junk": trailing,
    "percent script": percent, "exported script": exported, "plain script": script,
    ".ipynb.txt": renamed_by_a_browser,
}  # fmt: skip
SCRIPTS = {"percent script", "exported script", "plain script"}
ONLY_IN_NOTEBOOKS = {"magics", "a SyntaxError cell", "Colab"}


# ------------------------------------------------------------ where it lies


def zipped(name, data):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return made.getvalue()


def placed(number, suffix, data):
    """(path below the class, bytes, id that it has to get)."""
    user, sub = 1000 + number, 5000 + number
    name = f"Student {number:02}"
    kind = number % 6
    if kind == 0:
        return f"assignment_77_export/submission_{sub}/C2W3_Assignment{suffix}", data, f"submission_{sub}"
    if kind == 1:
        late = "_LATE" if number % 12 == 1 else ""
        return f"canvas/student{number:02}{late}_{user}_{sub}_C2W3_Assignment-1{suffix}", data, f"student{number:02}_{user}_{sub}"
    if kind == 2:
        return f"moodle/{name}_{user}_assignsubmission_file_/work{suffix}", data, f"Student-{number:02}_{user}_assignsubmission_file"
    if kind == 3:
        return f"course/submitted/s{number:02}/week3/C2W3_Assignment{suffix}", data, f"s{number:02}"
    if kind == 4:
        return f"canvas/student{number:02}_{user}_{sub}_homework.zip", zipped(f"my work/final version (2){suffix}", data), f"student{number:02}_{user}_{sub}"
    return f"plain/student-{number:02}{suffix}", data, f"student-{number:02}"


# ------------------------------------------------------------ the class


def with_parts(book, parts):
    sources = {one.name: one.source for one in parts}
    return replace(book, cells=tuple(replace(cell, source=sources.get(cell.name, cell.source)) if cell.kind == "code" else cell for cell in book.cells))


def contents(revisions, dice):
    """Variants for the class: some right, most with one mistake or more."""
    chosen = []
    for solution in SOLUTIONS:
        if solution.revision not in revisions:
            continue
        found = [*singles(solution, REWRITES), *combinations(solution, REWRITES, count=40, seed=SEED)]
        found = [one for one in found if not one.id.endswith("-imagenet")]
        right = [one for one in found if one.right]
        mistaken = [one for one in found if not one.right]
        chosen += [*dice.sample(right, SIZE), *dice.sample(mistaken, SIZE)]
    dice.shuffle(chosen)
    return chosen


# ------------------------------------------------------------ habits, half answers, other files


def replaced(*pairs):
    """Edit: regular expressions in all code, each of which must stand in it."""

    def edit(book, dice):
        cells = list(book.cells)
        for pattern, new in pairs:
            count = 0
            for place, cell in enumerate(cells):
                if cell.kind == "code":
                    source, times = re.subn(pattern, lambda match: match.expand(new), cell.source)
                    cells[place], count = replace(cell, source=source), count + times
            if not count:
                raise ValueError(f"{pattern} stands nowhere")
        return replace(book, cells=tuple(cells))

    return edit


WEIGHTS = r"(['\"])[^'\"\n]*/([\w.-]*notop\.h5)\1"
HABITS = {
    "pandas and seaborn first": with_cells("import pandas as pd\nimport seaborn as sns\nfrom sklearn.metrics import confusion_matrix\nfrom tqdm.auto import tqdm", at=1),
    "a package that nobody has": with_cells("import weights_and_habits as wh\nwh.init(project='week 3')", at=1),
    "a progress bar": with_cells("from tqdm import tqdm\nfor step in tqdm(range(200)):\n    pass", at=2),
    "a setting by widget": with_cells("import ipywidgets as widgets\nrate = widgets.FloatSlider(value=0.5)\nhalf = rate.value / 2", at=2),
    "a self-check left in": with_cells("%load_ext grader.selfcheck\n%grader check", at=2),
    "weights beside the notebook": replaced((WEIGHTS, r"\1\2\1")),
    "weights in another folder": replaced((WEIGHTS, r"\1weights/\2\1")),
    "weights as input": replaced((WEIGHTS, r"\1../input/inception/\2\1")),
    "weights on a drive": replaced((WEIGHTS, r"\1/content/drive/MyDrive/\2\1")),
    "weights under Windows": replaced((WEIGHTS, r"r\1C:\\Users\\me\\Downloads\\\2\1")),
    "clears the session": with_cells("tf.keras.backend.clear_session()", at=3),
    "warnings off, seeds set": with_cells("import random, warnings\nwarnings.filterwarnings('ignore')\nrandom.seed(1)\ntf.random.set_seed(1)", at=3),
}
HALF = ("data-in-a-list", "data-in-a-dictionary", "one-dataset", "validation-missing-in-function",
        "not-compiled", "cut-became-markdown", "head-became-raw", "head-raises")  # fmt: skip
"""Labelled cases of the newest revision, with what each has to get."""


def conflict(text):
    head, middle, rest = text[: len(text) // 2], text[len(text) // 2 : len(text) // 2 + 300], text[len(text) // 2 + 300 :]
    return f"{head}\n<<<<<<< HEAD\n{middle}\n=======\n{middle}\n>>>>>>> origin/main\n{rest}"


def comma_too_many(text):
    return re.sub(r"\n \],", ",\n ],", text, count=1)


def tarred(name, data):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return made.getvalue()


ANOTHER_COURSE = """\
import tensorflow as tf
import tensorflow_datasets as tfds
(train, test), info = tfds.load('horses_or_humans', split=['train', 'test'], as_supervised=True, with_info=True)
model = tf.keras.Sequential([tf.keras.layers.Conv2D(16, 3, activation='relu'), tf.keras.layers.Flatten(), tf.keras.layers.Dense(2)])
"""


def others(solution):
    """(mess, file name, bytes, whether it is held) of what is no notebook, or another one."""
    text = solution.text()
    elsewhere = read_source(HERE.parent / "cats-v-dogs" / "source_a.py", solved=True).text()
    course = Book((Cell("all", "code", ANOTHER_COURSE),)).text()
    lfs = "version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 90210\n"
    return [
        ("a merge conflict", "C2W3_Assignment.ipynb", conflict(text).encode(), True),
        ("a saved page", "C2W3_Assignment.ipynb", b"<!DOCTYPE html>\n<html><body>nbviewer</body></html>", True),
        ("a pointer of Git LFS", "C2W3_Assignment.ipynb", lfs.encode(), True),
        ("a download that breaks off", "C2W3_Assignment.ipynb", text.encode()[:9000], True),
        ("an empty file", "C2W3_Assignment.ipynb", b"", True),
        ("a comma too many", "C2W3_Assignment.ipynb", comma_too_many(text).encode(), False),
        ("another course", "C2W3_Assignment.ipynb", course.encode(), True),
        ("another assignment", "C2W3_Assignment.ipynb", elsewhere.encode(), True),
        ("a PDF", "essay.pdf", b"%PDF-1.7\n", True),
        ("a document", "homework.docx", zipped("word/document.xml", b"<w/>"), True),
        ("a picture", "Screenshot 10.PNG", b"\x89PNG\r\n\x1a\n", True),
        ("a text", "answers.txt", b"My accuracy was 1.0\n", True),
        ("a page", "C2W3_Assignment.html", b"<html></html>", True),
        ("a RAR archive", "work.rar", b"Rar!\x1a\x07\x01\x00", True),
        ("a 7z archive", "work.7z", b"7z\xbc\xaf\x27\x1c", True),
        ("a compressed notebook", "C2W3_Assignment.ipynb.gz", b"\x1f\x8b\x08", True),
        ("a tar archive", "work.tar.gz", tarred("work/C2W3_Assignment.ipynb", text.encode()), False),
        ("capitals", "C2W3_ASSIGNMENT (1).IPYNB", text.encode(), False),
        ("a notebook called text", "C2W3_Assignment.ipynb.txt", text.encode(), False),
        ("an old backup beside it", "C2W3_Assignment.ipynb", text.encode(), False),
    ]  # fmt: skip


def by_habit(dice):
    """({path: bytes}, {id: expected}) of forty: in Gradescope's export, Canvas's and Moodle's
    downloads and a folder for each student, by turns."""
    solution = read_source(HERE / "source_c.py", solved=True)
    labelled = {case["name"]: case for case in tables(HERE)[0]}
    handed_in = [(mess, "work.ipynb", edit(solution, dice).text().encode(), False, {}) for mess, edit in HABITS.items()]
    handed_in += [
        (name, "work.ipynb", changed(solution, labelled[name]).text().encode(), False, labelled[name].get("expected", {}))
        for name in HALF
    ]
    handed_in += [(*other, {}) for other in others(solution)]
    files, expected = {}, {}
    for number, (mess, name, data, held, verdicts) in enumerate(handed_in, start=SIZE):
        user, sub = 1000 + number, 5000 + number
        path, identity = [
            (f"assignment_78_export/submission_{sub}/{name}", f"submission_{sub}"),
            (f"canvas/van_der_{number}_LATE_{user}_{sub}_{name}", f"van_der_{number}_{user}_{sub}"),
            (f"moodle/Ö. Student {number}_{user}_assignsubmission_file/{name}", f"O.-Student-{number}_{user}_assignsubmission_file"),
            (f"folders/Student {number}/{name}", f"Student-{number}"),
        ][number % 4]  # fmt: skip
        files[path] = data
        folder = path.rpartition("/")[0]
        if number % 4 != 1:
            files |= {f"{folder}/Thumbs.db": b"?", f"{folder}/.ipynb_checkpoints/x-checkpoint.ipynb": data, f"{folder}/__MACOSX/._x.ipynb": b"?"}
        full = not held and not verdicts
        expected[identity] = {"held": held, "verdicts": verdicts, "full": full, "mess": mess}
    files["assignment_78_export/submission_metadata.yml"] = b"---\n"
    return files, expected


def students(revisions=("c",)):
    """{path: bytes}, {id: expected}"""
    dice = random.Random(SEED)
    books = {one.revision: read_source(HERE / f"source_{one.revision}.py", solved=True) for one in SOLUTIONS}
    files, expected = {}, {}
    book_edits, file_forms = list(BOOKS), list(FILES)
    for number, variant in enumerate(contents(revisions, dice)[: SIZE - 2]):
        form = file_forms[number % len(file_forms)]
        edit = book_edits[(number * 5 + number // len(book_edits)) % len(book_edits)]
        if form in SCRIPTS and edit in ONLY_IN_NOTEBOOKS:
            edit = "no tags"
        book = BOOKS[edit](with_parts(books[variant.revision], variant.parts), dice)
        suffix, data = FILES[form](book, dice)
        path, data, name = placed(number, suffix, data)
        files[path] = data
        expected[name] = {
            "held": False, "verdicts": dict(variant.expected), "full": variant.right,
            "mess": f"{variant.id}; {edit}; {form}",
        }  # fmt: skip
    files["canvas/broken_9001_9101_work.ipynb"] = b"PK\x03\x04 not a notebook"
    files["canvas/unsafe_9002_9102_work.zip"] = zipped("../../../escaped.ipynb", b"{}")
    for name in ("broken_9001_9101", "unsafe_9002_9102"):
        expected[name] = {"held": True, "verdicts": {}, "full": False, "mess": "no notebook"}
    files["course/source/week3/C2W3_Assignment.ipynb"] = b"{}"
    more_files, more_expected = by_habit(dice)
    return files | more_files, expected | more_expected


def write(folder: Path, revisions=("c",)) -> dict:
    """Write the class; returns what is expected."""
    files, expected = students(revisions)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return expected


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / "class").mkdir(parents=True, exist_ok=True)
    told = write(target / "class")
    (target / "expected.json").write_text(json.dumps(told, indent=1))
    print(f"{len(told)} submissions in {target / 'class'}")
