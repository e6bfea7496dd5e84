"""Which assignment a notebook belongs to: ours are all known, others are never taken for ours."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tiny_assignment import SOLUTION, TITLE, made, put

from grader.assignment import Assignment, load_assignment
from grader.intake import Sorted, Source, gather, sort_out

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "reference"
EVERY = [
    load_assignment(toml.parent) for toml in sorted(ROOT.glob("assignments/*/assignment.toml"))
]
HORSES = next(known for known in EVERY if known.slug == "horses-vs-humans")
LABELLED = [
    (folder.name, folder / case["notebook"])
    for folder in sorted(REFERENCE.iterdir())
    if (folder / "expected.json").is_file()
    for case in json.loads((folder / "expected.json").read_text()).values()
]
RELEASED = [
    (path.parent.name, path) for path in sorted((ROOT / "assignments").glob("*/release-*.ipynb"))
]

PLAIN_CNN = (
    "import tensorflow as tf\nimport unittests",
    "(x, y), (tx, ty) = tf.keras.datasets.fashion_mnist.load_data()\nx = x / 255.0",
    "def build_model():\n    model = tf.keras.Sequential([tf.keras.layers.Conv2D(32, 3),\n"
    "        tf.keras.layers.Flatten(), tf.keras.layers.Dense(10, activation='softmax')])\n"
    "    model.compile('adam', 'sparse_categorical_crossentropy', ['accuracy'])\n    return model",
    "model = build_model()\nmodel.fit(x, y, epochs=5)\nunittests.test_model(model)",
)
LANGUAGE = (
    "from tensorflow.keras.preprocessing.text import Tokenizer",
    "sentences = ['I love my horses', 'humans love dogs']\ntokenizer = Tokenizer(num_words=100)",
    "model = tf.keras.Sequential([tf.keras.layers.Embedding(100, 16)])",
    "history = model.fit_generator(padded, labels)\nprint(logs.get('acc'))",
)
LAB = (
    "from tensorflow.keras.applications.inception_v3 import InceptionV3",
    "!wget https://storage.googleapis.com/mledu-datasets/inception_v3_weights_tf_dim_ordering_tf_"
    "kernels_notop.h5 -O /tmp/weights.h5\nlocal_weights_file = '/tmp/weights.h5'",
    "pre_trained_model = InceptionV3(include_top=False, weights=None)\n"
    "pre_trained_model.load_weights(local_weights_file)",
    "last_layer = pre_trained_model.get_layer('mixed7')\nlast_output = last_layer.output",
    "model = Model(pre_trained_model.input, x)\nmodel.compile(optimizer=RMSprop(lr=0.0001))",
    "train_dir = '/tmp/flowers/train'\ntrain_datagen = ImageDataGenerator(rescale=1./255)",
    "train_generator = train_datagen.flow_from_directory(train_dir)\n"
    "validation_generator = train_datagen.flow_from_directory('/tmp/flowers/validation')",
    "model.fit_generator(train_generator, validation_data=validation_generator)",
)
"""The lab's own code for other images: network, names and signs are all there."""
SAME_DATA = (
    "!wget https://storage.googleapis.com/laurencemoroney-blog.appspot.com/horse-or-human.zip",
    "train_dir = '/tmp/horse-or-human'\ntrain_datagen = ImageDataGenerator(rescale=1/255)",
    "train_generator = train_datagen.flow_from_directory(train_dir, class_mode='binary')\n"
    "validation_generator = train_datagen.flow_from_directory('/tmp/validation-horse-or-human')",
    "model = tf.keras.Sequential([tf.keras.layers.Conv2D(16, 3)])\n"
    "model.compile(loss='binary_crossentropy', optimizer=RMSprop(lr=0.001))",
    "model.fit_generator(train_generator, epochs=15)",
)
"""Another course's notebook with our images, our variables and an early `fit_generator`."""
SAME_DATA_AGAIN = (
    "import tensorflow_datasets as tfds\nimport tensorflow_hub as hub",
    "parts = tfds.load('horses_or_humans', split=['train', 'test'], data_dir='./data')",
    "model = tf.keras.Sequential([hub.KerasLayer('resnet_50'), tf.keras.layers.Dense(2)])",
    "model.save('C2W3_model.h5')",
)
FOREIGN = {
    "a plain network": (PLAIN_CNN, ()),
    "language": (LANGUAGE, ("# Horses and humans in sentences",)),
    "the lab for other images": (LAB, ("In the assignment you tell horses from humans.",)),
    "the same images": (SAME_DATA, ("# Horses or humans",)),
    "the same images, another way": (SAME_DATA_AGAIN, ()),
    "nothing": ((), ()),
    "only text": ((), ("# Transfer learning: horses vs humans", "Use `InceptionV3`.")),
    "one sign": (("import unittests",), ()),
    "an address": (("!wget https://example.org/horse-or-human.zip",), ()),
}


def by(path: Path, *known: Assignment, named: Assignment | None = None) -> Sorted:
    (found,) = sort_out([Source(id="s", path=path, shown=path.name)], known, named)
    return found


@pytest.fixture
def tiny(tmp_path: Path) -> Assignment:
    return load_assignment(made(tmp_path / "assignments"))


@pytest.mark.slow  # all of them together
@pytest.mark.parametrize(("slug", "path"), [*LABELLED, *RELEASED], ids=lambda part: str(part)[-40:])
def test_every_labelled_notebook_is_of_its_assignment(slug: str, path: Path) -> None:
    """Also the odd, the blank and the wrong ones, and the releases that nobody has filled in."""
    found = by(path, *EVERY)
    assert found.assignment is not None, found.why
    assert (found.assignment.slug, found.why) == (slug, "")


@pytest.mark.parametrize("name", FOREIGN)
def test_another_notebook_is_not_taken_for_ours(
    name: str, tmp_path: Path, tiny: Assignment
) -> None:
    """One sentence says so, with the title of what was asked for where that is known."""
    cells, markdown = FOREIGN[name]
    path = put(tmp_path / "work.ipynb", *cells, markdown=markdown)
    assert HORSES.title in by(path, HORSES).why
    assert HORSES.title in by(path, *EVERY, named=HORSES).why
    assert by(path, *EVERY, tiny).assignment is None
    assert "none of the assignments" in by(path, *EVERY, tiny).why


@pytest.mark.parametrize(
    "change",
    [
        {"create_pre_trained_model": "network", "output_of_last_layer": "cut",
         "create_final_model": "head", "train_val_datasets": "data"},
        {"LOCAL_WEIGHTS_FILE": "WEIGHTS", "import unittests": "", "unittests.": "#"},
        {"horses": "left", "humans": "right"},
    ],
    ids=["functions", "signs", "data"],
)  # fmt: skip
def test_renaming_one_kind_of_evidence_costs_nothing(
    change: dict[str, str], tmp_path: Path
) -> None:
    """A student who gave all functions other names is graded (on what is missing), not held."""
    text = (REFERENCE / "horses-vs-humans" / "solution.ipynb").read_text()
    for before, after in change.items():
        text = text.replace(before, after)
    path = tmp_path / "work.ipynb"
    path.write_text(text)
    assert by(path, HORSES) == (Source(id="s", path=path, shown="work.ipynb"), HORSES, "", None)


def test_without_its_graded_cells_a_notebook_is_still_ours(tmp_path: Path) -> None:
    book = json.loads((REFERENCE / "horses-vs-humans" / "solution.ipynb").read_text())
    book["cells"] = [c for c in book["cells"] if "GRADED" not in "".join(c["source"])]
    path = tmp_path / "work.ipynb"
    path.write_text(json.dumps(book))
    assert by(path, HORSES).why == ""


@pytest.mark.parametrize(
    ("folder", "link", "known"),
    [("solids/train", "solids", True), ("train", "data", False)],
    ids=["a name of their own", "the usual one"],
)
def test_folders_of_images_are_named_as_files_are(
    tmp_path: Path, folder: str, link: str, known: bool
) -> None:
    """Code often has no other name of such data: classes are read from the folders."""
    place = made(tmp_path / "assignments")
    (place / "data.toml").write_text(
        f"""
classes = ["cubes", "cones"]
[splits.train]
images = "{folder}"
[stand_in.scales.full]
[links]
"{link}" = "{{data}}{f"/{link}" * known}"
"""
    )
    read = f"data = image_dataset_from_directory('{link}/train')"
    book = put(tmp_path / "notebook.ipynb", read, *SOLUTION[1:])
    told = by(book, *EVERY, named=load_assignment(place))
    assert (told.why == "") is known


def test_each_goes_to_its_own_and_another_than_named_is_told(
    tmp_path: Path, tiny: Assignment
) -> None:
    """By what is in it: the name of the file is the same."""
    horses = REFERENCE / "horses-vs-humans" / "solution-a.ipynb"
    other = put(tmp_path / "solution-a.ipynb", *SOLUTION)
    assert by(horses, HORSES, tiny).assignment == HORSES
    assert by(other, HORSES, tiny).assignment == tiny
    assert by(other, HORSES, tiny, named=HORSES)[1:3] == (
        HORSES, f"This is a notebook of “{TITLE}”, not of “{HORSES.title}”, so it was not run.",
    )  # fmt: skip
    assert by(other, tiny, named=HORSES).why.startswith("This is a notebook of")
    assert by(other, named=HORSES).why.startswith("This is another notebook than")


def test_what_fits_two_alike_is_held_unless_one_is_named(tmp_path: Path) -> None:
    """A copy of an assignment under another name, for example."""
    first = load_assignment(made(tmp_path / "a", "first"))
    second = load_assignment(made(tmp_path / "b", "second"))
    path = put(tmp_path / "work.ipynb", *SOLUTION)
    assert "alike" in by(path, first, second).why
    assert by(path, first, second, named=second)[1:3] == (second, "")


def test_a_file_that_cannot_be_read_belongs_to_the_one_that_is_named(
    tmp_path: Path, tiny: Assignment
) -> None:
    """It is held there as it was before; without a name nobody knows."""
    path = tmp_path / "page.ipynb"
    path.write_text("<html>")
    assert by(path, HORSES, tiny, named=tiny)[1:3] == (tiny, "")
    assert by(path, HORSES)[1:3] == (HORSES, "")
    lost = by(path, HORSES, tiny)
    assert lost.assignment is None and "web page" in lost.why


@pytest.mark.slow
def test_all_of_a_messy_class_are_recognised(tmp_path: Path) -> None:
    """In whatever form they were handed in; the two of others are not."""
    sys.path.insert(0, str(REFERENCE / "horses-vs-humans"))
    try:
        import messy_class  # noqa: PLC0415
    finally:
        del sys.path[0]
    expected = messy_class.write(tmp_path / "class", ("a", "b", "c"))
    sources = gather(sorted((tmp_path / "class").iterdir()), unpack_into=tmp_path / "unpacked")
    held = [expected[found.id]["mess"] for found, _, why, _ in sort_out(sources, [HORSES]) if why]
    assert len(sources) == 100
    assert sorted(held) == ["another assignment", "another course"]
