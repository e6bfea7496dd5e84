"""The audit: labels that compose, variants of every criterion, verdicts compared both ways."""

from __future__ import annotations

import ast
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from evidence_samples import assignment, evidence, final, with_graph

from grader.assignment import data as assets, load_assignment
from grader.audit import audit
from grader.audit.audit import Audit
from grader.audit.catalogue import choose_variants, load_catalogue
from grader.audit.compare import compare_verdicts
from grader.audit.pieces import Piece, joined, pieces, shared_and_own
from grader.audit.rewrite import rule
from grader.audit.variants import (
    Part,
    Rewrite,
    Solution,
    combinations,
    singles,
    variant,
    worst,
)
from grader.judge.grade import judge
from grader.records.cache import Cache
from grader.run import Setting
from grader.sandbox import choose

SLUGS = ("cats-v-dogs", "digits-cnn", "horses-vs-humans")
PARTS = (
    Part(name="imports", source="import os"),
    Part(name="never", source="print(1)"),
    Part(name="a", source="def a():\n    return os.sep", graded=True),
    Part(name="use-a", source="left = a()"),
    Part(name="b", source="def b(x):\n    return [left, x]", graded=True),
    Part(name="c", source="def c(x):\n    return x", graded=True),
)
TINY = Solution(revision="c", parts=PARTS)


def rewrite(name: str, slot: str, old: str, new: str, **costs: str) -> Rewrite:
    return Rewrite(id=name, slots=frozenset({slot}), changes=(rule(old, new),), costs=costs)


SEP = rewrite("sep", "a", "os.sep", "os.linesep", loss="failed")
TWICE = rewrite("twice", "b", "return [left, x]", "return [x, left]", loss="partial", cut="failed")
NOWHERE = rewrite("nowhere", "c", "nothing()", "something()")


def linked(name: str) -> tuple[str, ...]:
    return ("b", "c") if name == "c" else (name,) if name in "ab" else ()


def test_a_rewrite_that_changes_nothing_makes_no_variant() -> None:
    """So one table of rewrites serves every revision."""
    assert [one.id for one in singles(TINY, (SEP, NOWHERE))] == ["c-solution", "c-sep"]


def test_labels_compose_to_the_worse_of_two() -> None:
    """A criterion that two mistakes touch has the worse status of the two."""
    both = variant(TINY, (SEP, TWICE))
    assert both is not None
    assert both.expected == {"loss": "failed", "cut": "failed"}
    assert worst({"loss": "failed"}, {"loss": "partial"}) == {"loss": "failed"}


@pytest.mark.slow
def test_combinations_touch_different_things_and_are_seeded() -> None:
    """Two mistakes in one place have no label that could be told from their own."""
    other = rewrite("other", "a", "os.sep", "os.curdir", loss="failed")
    found = list(combinations(TINY, (SEP, other, TWICE), count=9, seed=1))
    assert {one.rewrites for one in found} <= {
        ("sep", "twice"), ("twice", "sep"), ("other", "twice"), ("twice", "other"),
    }  # fmt: skip
    again = list(combinations(TINY, (SEP, other, TWICE), count=9, seed=1))
    assert [one.id for one in found] == [one.id for one in again]


def test_only_cells_that_graded_ones_need_are_run() -> None:
    """Those that need what a graded one leaves are run with it."""
    shared, own = shared_and_own(PARTS)
    assert [one.name for one in shared] == ["imports"]
    assert [one.name for one in own] == ["a", "use-a", "b", "c"]


def test_functions_that_build_on_each_other_are_one_piece() -> None:
    """The rest is asked apart, and an unchanged piece is the solution's."""
    changed = variant(TINY, (SEP,))
    assert changed is not None
    found = {one.functions: one for one in pieces(changed, PARTS, linked)}
    assert set(found) == {("a",), ("b", "c")}
    assert not found[("a",)].is_solution
    whole = variant(TINY, ())
    assert whole is not None
    assert all(one.is_solution for one in pieces(whole, PARTS, linked))


def piece(*functions: str) -> Piece:
    return Piece(revision="c", functions=functions, shared=(), own=PARTS[:1])


DATA = "train_val_datasets"
MODEL = ("create_pre_trained_model", "output_of_last_layer", "create_final_model")


def test_evidence_of_pieces_is_that_of_the_whole() -> None:
    """Each piece answers for its own functions only."""
    made = variant(TINY, ())
    assert made is not None
    right = evidence()
    data = right.model_copy(update={"graphs": {}, "weights": {}, "measured": None})
    whole = joined(made, [(piece(DATA), data), (piece(*MODEL), right)])
    assert judge(assignment(), whole).points == 100


def audited(kind: str, **expected: str) -> Audit:
    """An audit of one variant whose evidence has that loss."""
    made = variant(TINY, (rewrite("one", "a", "os.sep", "os.linesep", **expected),))
    assert made is not None
    one = piece(DATA, *MODEL)
    right = evidence()
    graph = final(loss=right.graphs["final"].loss.model_copy(update={"kind": kind}))
    done = Audit((made,), {made.id: (one,)})
    done.evidence[one.key] = with_graph("final", graph)
    return done


def test_both_kinds_of_error_are_counted() -> None:
    """A mistake that passes, and a right spelling that costs points."""
    tallies, wrong = compare_verdicts(
        audited("mean_squared_error"), assignment(), frozenset({"runs"})
    )
    assert [(one.criterion, one.is_false_accept) for one in wrong] == [("loss", False)]
    tallies, wrong = compare_verdicts(
        audited("binary_crossentropy", loss="failed"), assignment(), frozenset({"runs"})
    )
    assert [(one.criterion, one.is_false_accept) for one in wrong] == [("loss", True)]
    loss = next(one for one in tallies if one.criterion == "loss")
    assert (loss.mistaken, loss.false_accepts) == (1, 1)
    assert loss.interval[1] == 1.0


def test_the_expected_verdicts_are_no_errors() -> None:
    """And the accuracy is only asked of right variants that were measured."""
    done = audited("mean_squared_error", loss="failed")
    tallies, wrong = compare_verdicts(done, assignment(), frozenset({"runs"}))
    assert wrong == []
    assert {one.criterion: one.variants for one in tallies}["accuracy"] == 0


def test_ctrl_c_waits_for_nothing_that_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A piece of the audit takes minutes; what was finished is kept."""
    released = threading.Event()

    def run_chunk(chunk: list[str], *_: object) -> dict[str, str]:
        if chunk == ["long"]:
            released.wait(60)
        return {}

    def interrupt(_: Audit) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(audit, "_pieces", lambda *_: {})
    monkeypatch.setattr(audit, "_kept", lambda *_: {})
    monkeypatch.setattr(audit, "_chunks", lambda _: [["long"], ["short"]])
    monkeypatch.setattr(audit, "_run_chunk", run_chunk)
    nothing = cast(Any, SimpleNamespace(assignment=None))
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        audit.run_audit([], nothing, nothing, jobs=2, tick=interrupt)
    assert time.monotonic() - started < 30
    assert not released.is_set()
    released.set()


every_assignment = pytest.mark.parametrize("slug", SLUGS)


@pytest.mark.slow
@every_assignment
def test_the_catalogue_has_enough_of_everything(slug: str) -> None:
    """At least 100 distinct rewrites, every criterion with several mistakes, ids said once."""
    rubric = load_assignment(slug)
    known = load_catalogue(rubric)
    names = Counter(one.id for one in known.rewrites)
    assert len(names) >= 100
    assert max(names.values()) == 1
    made = [one for solution in known.solutions for one in singles(solution, known.rewrites)]
    assert len(made) > len(names)
    costs = Counter(name for one in made for name in one.expected)
    asked = {one.id for one in rubric.criteria} - known.not_asked - {"accuracy"}
    assert all(costs[name] >= 2 for name in asked), costs
    assert set(costs) <= asked


@pytest.mark.slow
@every_assignment
def test_every_variant_is_python_and_another_one(slug: str) -> None:
    """No two variants of a revision have the same code."""
    known = load_catalogue(load_assignment(slug))
    for solution in known.solutions:
        found = [*singles(solution, known.rewrites)]
        assert len({one.sha256 for one in found}) == len(found)
        for one in found:
            for part in one.parts:
                if part.graded:
                    ast.parse(part.source)


@pytest.mark.tensorflow
@pytest.mark.sandbox
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("slug", "revision", "sample"),
    [("horses-vs-humans", "c", 12), ("digits-cnn", "a", 20), ("cats-v-dogs", "c", 6)],
)
def test_a_sample_of_variants_gets_exactly_its_verdicts(
    slug: str, revision: str, sample: int, tmp_path: Path
) -> None:
    """Through the sandbox, the trust boundary and the judge, as submissions are."""
    rubric = load_assignment(slug)
    known = load_catalogue(rubric).only(revision)
    chosen = choose_variants(known, combined=20, seed=2, sample=sample)
    setting = Setting(
        assignment=rubric,
        assets=assets.find_data(rubric, "small"),
        sandbox=choose(),
        cache=Cache.default(),
        out=tmp_path,
    )
    done = audit.run_audit(chosen, known, setting)
    _, wrong = compare_verdicts(done, rubric, known.not_asked)
    assert not done.failed
    assert [(one.variant.id, one.criterion, one.status, one.message) for one in wrong] == []
    again = audit.run_audit(chosen, known, setting)
    assert again.fresh == 0
