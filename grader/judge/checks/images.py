"""Ready-made checks of image data sets, and the painted tree of images that they are asked with.

Each image of the tree has one colour of its own. The colours that come out of a data set say
which images were read, in which batches and with which labels, however the data set was made.
"""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from grader.judge.checks.declared import may_show
from grader.judge.checks.delivered import (
    ANOTHER,
    LEVELS,
    OFFSET,
    PIXELS,
    STEP,
    TWICE,
    TWO,
    Delivered,
    delivered,
)
from grader.judge.checks.finding import Said, failed, partial, passed
from grader.records import Evidence, Finding

RGBA_SHARE = 0.1


def painted_images(dice: Random, counts: Mapping[str, Mapping[str, int]]) -> list[list[Any]]:
    """[path, [r, g, b], [width, height], mode] for counts of split → class → images."""
    total = sum(sum(split.values()) for split in counts.values())
    numbers = iter(dice.sample(range(LEVELS**3), total))
    return [
        [
            f"{split}/{kind}/{kind}-{index:03}.png",
            _colour(next(numbers)),
            [dice.randint(40, 90), dice.randint(40, 90)],
            "RGBA" if dice.random() < RGBA_SHARE else "RGB",
        ]
        for split, classes in counts.items()
        for kind, count in classes.items()
        for index in range(count)
    ]


def _colour(number: int) -> list[int]:
    return [OFFSET + STEP * (number // LEVELS**power % LEVELS) for power in range(3)]


WORDS = {"train": "training", "validation": "validation"}
OTHER = {"train": "validation", "validation": "train"}
ONLY_THIS = {"train": "splits-mixed-up", "validation": "validation-from-training"}
"""What it shows when only this split is read from the other one's folder."""


@may_show("splits-mixed-up", "validation-from-training")
def delivers_split(evidence: Evidence, *, functions: Sequence[str], split: str) -> Finding:
    """That part holds every image of its folder once, and no others.

    split: "train" or "validation".
    """
    got = Delivered(evidence, functions, split)
    wanted, files = got.expected(), {file for file in got.files if file}
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
        return partial(0.5, message, seen=seen, expected=expected)
    if got.ended and len(got.files) > len(wanted):
        message = f"Some {name} images come more than once."
        return partial(0.5, message, seen=seen, expected=expected)
    return passed(f"The {name} data come from the right folder.", seen=seen, expected=expected)


@may_show("never-scaled", "scaled-twice", "another-scale", given="scaled")
def batches_and_shape(
    evidence: Evidence,
    *,
    functions: Sequence[str],
    batch: dict[str, int],
    image_shape: list[int],
    wrong: float = 0.5,
    scaled: Sequence[str] = (),
) -> Finding:
    """Both parts come in batches of that size (by revision), as images of that shape.

    batch: revision → size, and `other` for all that are not named. image_shape: [height, width,
    channels]. wrong: share where one of the two is another. scaled: revisions in which the data
    function scales the images. Scaling twice or not at all is said, and costs nothing.
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
    spans = {WORDS[part.split]: part.span for part in parts if part.count}
    if len(set(spans.values())) > 1 or ANOTHER in spans.values():
        seen += "; values " + ", ".join(f"{span} ({name})" for name, span in spans.items())
    right_shape = bool(shapes) and all(shape == image_shape for shape in shapes)
    # less than one batch comes in one piece, also where images are missing: that costs elsewhere
    right_batch = all(
        count == min(size, part.count) for count, part in zip(first, parts, strict=True)
    ) and all(part.batched for part in parts)
    said = Said(seen=seen, expected=expected, shows=_scaling(evidence, parts, scaled))
    if right_shape and right_batch:
        return passed("Batches and images have the right size.", **said)
    if right_shape:
        return partial(wrong, "The batches have another size than asked for.", **said)
    if right_batch:
        return partial(wrong, "The images have another size than asked for.", **said)
    return failed("Batches and images have other sizes.", **said)


def _scaling(evidence: Evidence, parts: Sequence[Delivered], scaled: Sequence[str]) -> list[str]:
    """Ids of misconceptions about the values of the images; [] where `scaled` names no revision."""
    spans = {part.span for part in parts if part.count}
    if not scaled or not spans:
        return []
    final = evidence.graphs.get("final")
    inside = final is not None and any(
        layer.kind == "Rescaling" and _shrinks(layer.settings.get("scale"))
        for layer in final.layers
    )
    if TWICE in spans or (inside and PIXELS not in spans):
        return ["scaled-twice"]
    if PIXELS in spans and not inside and evidence.submission.revision in scaled:
        return ["never-scaled"]
    return ["another-scale"] if ANOTHER in spans else []


def _shrinks(scale: Any) -> bool:
    return type(scale) in (int, float) and 0 < scale < 1


def labels_right(evidence: Evidence, *, functions: Sequence[str], wrong: float = 0.5) -> Finding:
    """Each image carries the label of its own class, the same in both parts: of two classes 0 or 1,
    of more a number or a row of zeros and a one.

    wrong: share where the two parts number the classes differently.
    """
    meanings = []
    for got in delivered(evidence, functions):
        split = got.split
        labels = "0 or 1" if got.classes == TWO else f"0 … {got.classes - 1}"
        expected = f"one label {labels} an image, by the name of its class folder"
        pairs = {
            (file.split("/")[1], label)
            for file, label in zip(got.certain, got.labels, strict=True)
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
            )
        meanings.append(dict(pairs))
    if len(set(meanings[0].values())) != len(meanings[0]):
        which = "Both" if len(meanings[0]) == TWO else "Several"
        return failed(f"{which} classes carry the same label.", expected=expected)
    if meanings[0] != meanings[-1]:
        return partial(
            wrong, "Training and validation number the classes differently.", expected=expected
        )
    return passed("Every image carries the label of its class.", expected=expected)
