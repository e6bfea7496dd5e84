"""Ready-made checks of image data sets, and the painted tree of images that they are asked with.

Each image of the tree has one colour of its own. The colours that come out of a data set say
which images were read, in which batches and with which labels, however the data set was made.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from grader.judge.checks.declared import may_show
from grader.judge.checks.delivered import (
    TWO,
    WORDS,
    delivered,
    delivered_part,
    drawn_colours,
)
from grader.judge.checks.finding import Said, failed, partial, passed
from grader.records import Evidence, Finding

RGBA_SHARE = 0.1
STRIPES = (0.3, -0.05, 0.05, -0.3)
"""The part of an image that brighter or darker stripes fill: which of four groups it is of."""


def painted_images(
    dice: Random, counts: Mapping[str, Mapping[str, int]], *, ending: str = "png"
) -> list[list[Any]]:
    """[path, [r, g, b], [width, height], mode, stripes] for counts of split → class → images.

    ending: of the files' names, as the notebook's own images have it; people look for it.
    """
    groups = [(split, kind) for split, classes in counts.items() for kind in classes]
    numbers = [counts[split][kind] for split, kind in groups]
    stripes = STRIPES if len(groups) <= len(STRIPES) else [0.0] * len(groups)
    return [
        [
            f"{split}/{kind}/{kind}-{index:03}.{ending}",
            colour,
            [dice.randint(40, 90), dice.randint(40, 90)],
            "RGBA" if dice.random() < RGBA_SHARE else "RGB",
            share,
        ]
        for (split, kind), colours, share in zip(
            groups, drawn_colours(dice, numbers), stripes, strict=False
        )
        for index, colour in enumerate(colours)
    ]


OTHER = {"train": "validation", "validation": "train"}
ONLY_THIS = {"train": "splits-mixed-up", "validation": "validation-from-training"}
"""What it shows when only this split is read from the other one's folder."""

WHOLE_BATCHES = (
    "Only whole batches came, the rest of the images did not: look for `drop_remainder`, or for a "
    "number of batches, as in `take`."
)


@may_show("splits-mixed-up", "validation-from-training")
def delivers_split(evidence: Evidence, *, functions: Sequence[str], split: str) -> Finding:
    """That part holds every image of its folder once, and no others.

    split: "train" or "validation".
    """
    got = delivered_part(evidence, functions, split)
    wanted, files = got.expected, {file for file in got.files if file}
    name, other = WORDS[split], WORDS[OTHER[split]]
    expected = f"every image of the {name} folder once, and no others"
    seen = f"{len(files & wanted)} of the {len(wanted)} images that we had put there"

    def wrong(message: str, *, more: str = "", shows: Sequence[str] = ()) -> Finding:
        return failed(message, seen=seen + more, expected=expected, shows=shows)

    if not files:
        return wrong(
            f"With other images in the {name} folder, none of them was delivered: "
            f"the {name} data are read from somewhere else."
        )
    if not files & wanted:
        there = [part for part in delivered(evidence, functions) if part.split != split]
        both = any(file.startswith(f"{split}/") for part in there for file in part.files)
        idea = "splits-mixed-up" if both else ONLY_THIS[split]
        return wrong(f"The {name} data come from the {other} folder.", shows=[idea])
    if files - wanted:
        message = f"Images of both folders are in the {name} data."
        more = f", and {len(files - wanted)} of the {other} folder"
        return wrong(message, more=more, shows=["splits-mixed-up"])
    if files != wanted:
        message = f"A part of the {name} images is left out."
        rest = len(got.batches) > 1 and len(wanted - files) < min(got.batches) == max(got.batches)
        return partial(
            0.5, message, seen=seen, expected=expected, hint=WHOLE_BATCHES if rest else ""
        )
    if got.ended and len(got.files) > len(wanted):
        message = f"Some {name} images come more than once."
        return partial(0.5, message, seen=seen, expected=expected)
    return passed(f"The {name} data come from the right folder.", seen=seen, expected=expected)


def batches_and_shape(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    batch: dict[str, int],
    image_shape: list[int],
    wrong: float = 0.5,
) -> Finding:
    """Both parts come in batches of that size (by revision), as images of that shape.

    batch: revision → size, and `other` for all that are not named. image_shape: [height, width,
    channels]. wrong: share where one of the two is another.
    """
    size = batch.get(evidence.submission.revision, batch["other"])
    expected = f"batches of {size}, images {'×'.join(map(str, image_shape))}"
    parts = delivered(evidence, functions)
    shapes = [shape for part in parts for shape in part.shapes]
    shown = {"×".join(map(str, shape)) for shape in shapes}
    # the largest: the last, smaller one may come anywhere when batches are shuffled
    first = [max(part.batches) if part.batched and part.batches else 1 for part in parts]
    batches = [f"{count} ({WORDS[part.split]})" for count, part in zip(first, parts, strict=True)]
    seen = f"batches of {' and '.join(batches)}, images {', '.join(sorted(shown))}"
    right_shape = bool(shapes) and all(shape == image_shape for shape in shapes)
    # less than one batch comes in one piece, also where images are missing: that costs elsewhere
    right_batch = all(
        count == min(size, part.count) for count, part in zip(first, parts, strict=True)
    ) and all(part.batched for part in parts)
    said = Said(seen=seen, expected=expected)
    if right_shape and right_batch:
        return passed("Batches and images have the right size.", **said)
    if right_shape:
        return partial(wrong, "The batches have another size than asked for.", **said)
    if right_batch:
        return partial(wrong, "The images have another size than asked for.", **said)
    return failed("Batches and images have other sizes.", **said)


def labels_right(evidence: Evidence, *, functions: Sequence[str], wrong: float = 0.5) -> Finding:
    """Each image carries the label of its own class, the same in both parts: of two classes 0 or 1,
    of more a number or a row of zeros and a one.

    wrong: share where the two parts number the classes differently.
    """
    meanings = []
    for got in delivered(evidence, functions):
        split = WORDS[got.split]
        labels = "0 or 1" if got.classes == TWO else f"0 … {got.classes - 1}"
        expected = f"one label {labels} an image, by the name of its class folder"
        pairs = {
            (file.split("/")[1], label)
            for file, label in zip(got.files, got.labels, strict=True)
            if file
        }
        if not got.labelled or not pairs:
            return failed(f"The {split} images come without labels.", expected=expected)
        if any(label is None for _, label in pairs):
            shape = "×".join(map(str, got.label_shapes[0])) if got.label_shapes else ""
            return failed(
                "The labels are not single zeros and ones, as one output unit needs them."
                if got.classes == TWO
                else f"The labels do not say which of the {got.classes} classes an image is of.",
                seen=f"labels of shape {shape}" if shape else "other labels",
                expected=expected,
            )
        if len({kind for kind, _ in pairs}) != len(pairs):
            return failed(
                f"Images of one class carry different labels in the {split} data.",
                expected=expected,
                hint="Look at an image and its label together. Do both come in one order?",
            )
        meanings.append(dict(pairs))
    if len(set(meanings[0].values())) != len(meanings[0]):
        which = "Both" if len(meanings[0]) == TWO else "Several"
        return failed(
            f"{which} classes carry the same label.",
            expected=expected,
            hint="Print the labels of one batch, and look at what its images show.",
        )
    if meanings[0] != meanings[-1]:
        return partial(
            wrong,
            "Training and validation number the classes differently.",
            expected=expected,
            hint="Compare how the two parts come to know which classes there are.",
        )
    return passed("Every image carries the label of its class.", expected=expected)
