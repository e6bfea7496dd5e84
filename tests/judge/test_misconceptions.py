"""Each named misconception is told from evidence, once, with one next step and a lesson."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from evidence_samples import (
    RIGHT_HEAD,
    arrays,
    assignment,
    data_answer,
    dense,
    evidence,
    final,
    functional,
    network,
    part,
    plain,
    with_answer,
    with_graph,
)

from grader.judge.grade import judge
from grader.records import Evidence, Finding, Loss

FLAT, WIDE, DROP, UNIT = RIGHT_HEAD


def named(seen: Evidence) -> list[str]:
    return [one.id for one in judge(assignment(), seen).misconceptions]


def with_data(train: Any = None, validation: Any = None, revision: str = "c") -> Evidence:
    seen = with_answer("train_val_datasets", data_answer(train, validation))
    told = seen.submission.model_copy(update={"revision": revision})
    return seen.model_copy(update={"submission": told})


def with_graphs(**graphs: Any) -> Evidence:
    right = evidence()
    return right.model_copy(update={"graphs": {**right.graphs, **graphs}})


def rescaled(scale: float) -> Any:
    """The final model with a layer in front of the network that scales."""
    model = final()
    first = model.layers[1].model_copy(update={"inputs": ("scale",)})
    scaling = plain("Rescaling", "scale", scale=scale).model_copy(update={"inputs": ("image",)})
    return model.model_copy(update={"layers": (model.layers[0], scaling, first, *model.layers[2:])})


TOP = dense("predictions", 1000).model_copy(
    update={"inputs": ("mixed10",), "trainable_parameters": 0}
)
CASES = {
    "splits-mixed-up": with_data(part("validation"), part("train")),
    "validation-from-training": with_data(validation=part("train")),
    "scaled-twice": with_data(*(part(one, scale=1 / 65025) for one in ("train", "validation"))),
    "never-scaled": with_data(part("train", batch=20), part("validation", batch=20), "a"),
    "another-scale": with_data(*(part(one, scale=1 / 225) for one in ("train", "validation"))),
    "scaled-differently": with_data(part("train", scale=1 / 255)),
    "standardised-without-fit": with_data(
        *(part(one, scale=1 / 255) | {"unfitted": True} for one in ("train", "validation"))
    ),
    "random-weights": evidence(weights={"base": arrays(different=500)}),
    "weights-partly": evidence(weights={"base": arrays(different=1)}),
    "no-freeze": with_graphs(base=functional(network(True)), final=final(trainable=True)),
    "frozen-in-part": with_graphs(base=functional(network({300})), final=final()),
    "frozen-late": with_graphs(base=functional(network(True)), final=final()),
    "unfrozen-later": with_graph("final", final(trainable=True)),
    "right-shape-wrong-layer": with_graph("cut", functional(network(upto=165))),
    "dropout-after-output": with_graph("final", final((FLAT, WIDE, UNIT, DROP))),
    "dropout-elsewhere": with_graph("final", final((FLAT, DROP, WIDE, UNIT))),
    "sigmoid-and-logits": with_graph(
        "final", final(loss=Loss(kind="binary_crossentropy", from_logits=True))
    ),
    "metric-missing": with_graph("final", final(metrics=())),
    "top-included": with_graph("base", functional([*network(), TOP])),
    "sequential": with_graph("final", final().model_copy(update={"style": "sequential"})),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_evidence_shows_its_misconception(name: str) -> None:
    """The one that fits is named, and no other of its kind."""
    found = named(CASES[name])
    assert name in found
    assert len(set(found) - {"accuracy-hides-it"}) == 1


def test_a_right_submission_shows_none() -> None:
    """In no revision: in the third one the data function does not scale."""
    assert named(evidence()) == []
    scaled = (part(one, scale=1 / 255) for one in ("train", "validation"))
    assert "never-scaled" not in named(with_data(*scaled, "b"))
    assert named(with_data(*(part(one) for one in ("train", "validation")))) == []


def test_scaling_in_the_model_counts_too() -> None:
    """A Rescaling layer makes up for data that are not scaled, and is too much for others."""
    right = with_data(part("train"), part("validation"), "b")
    inside = right.model_copy(update={"graphs": {**right.graphs, "final": rescaled(1 / 255)}})
    assert "never-scaled" not in named(inside)
    scaled = with_data(*(part(one, scale=1 / 255) for one in ("train", "validation")))
    twice = scaled.model_copy(update={"graphs": {**scaled.graphs, "final": rescaled(1 / 255)}})
    assert "scaled-twice" in named(twice)


def test_what_is_said_and_costs_nothing_leaves_the_points() -> None:
    """Scaling carries no points: naming it takes nothing away."""
    grade = judge(assignment(), CASES["scaled-twice"])
    assert grade.points == grade.max_points


def test_shuffled_batches_have_their_size() -> None:
    """The last, smaller batch may come first."""
    train = part("train")
    train["batches"] = train["batches"][::-1]
    assert judge(assignment(), with_data(train)).points == 100


def test_missing_images_do_not_cost_the_size_of_the_batches_too() -> None:
    """What is left is less than one batch, and comes in one piece."""
    validation = part("validation")
    validation |= {"images": validation["images"][::2], "batches": [len(validation["images"][::2])]}
    grade = judge(assignment(), with_data(validation=validation))
    wrong = {one.criterion for one in grade.verdicts if one.status != "passed"}
    assert wrong == {"validation-data"}


def test_a_fourth_channel_costs_the_shape_only() -> None:
    """The images can be told apart all the same."""
    train = part("train")
    train |= {"images": [[[*one[0], 255.0], *one[1:]] for one in train["images"]]}
    train |= {"shapes": [[150, 150, 4]]}
    grade = judge(assignment(), with_data(train))
    wrong = {one.criterion: one.status for one in grade.verdicts if one.status != "passed"}
    assert wrong == {"batch-and-size": "partial"}


def test_every_misconception_has_one_next_step_and_a_lesson() -> None:
    """And something that can show it: a check's own word, or a rule."""
    for one in assignment().misconceptions:
        assert one.next_step.endswith(".")
        assert one.lesson in assignment().lessons


def test_a_trainable_layer_behind_the_cut_is_no_matter_of_freezing() -> None:
    """It costs the cut; the network below it is frozen all the same."""
    added = plain("BatchNormalization", "norm").model_copy(
        update={"inputs": ("mixed7",), "parameters": 10, "trainable_parameters": 5}
    )
    cut = functional([*network(upto=229), added])
    model = final((added, *RIGHT_HEAD))
    grade = judge(assignment(), with_graphs(cut=cut, final=model))
    status = {one.criterion: one.status for one in grade.verdicts}
    assert status["cut"] == "failed"
    assert status["frozen-final"] == "passed"


def test_what_a_check_names_it_declares() -> None:
    """Over all of this evidence; the rubric was vetted by what is declared."""
    shown: dict[str, set[str]] = {}

    def watched(name: str, check: Callable[..., Finding]) -> Callable[..., Finding]:
        def run(*args: Any, **kwargs: Any) -> Finding:
            finding = check(*args, **kwargs)
            shown.setdefault(name, set()).update((*finding.misconceptions, *finding.besides))
            return finding

        return run

    right = assignment()
    checks = {name: watched(name, right.checks[name]) for name in {c.check for c in right.criteria}}
    for seen in CASES.values():
        judge(right.model_copy(update={"checks": {**right.checks, **checks}}), seen)
    for name, ids in shown.items():
        assert ids <= vars(right.checks[name]).get("may_show", {}).keys(), name
    assert set().union(*shown.values()) == set(CASES)
