"""What the `variants.py` of the folders share: solutions as the audit takes them, and short ways to write a
rewrite down."""

from __future__ import annotations

from pathlib import Path

from notebooks import read_source

from grader.audit import Change, Part, Rewrite, Solution, rule


def solution(path: Path) -> Solution:
    """The code cells of a source file, with its answers."""
    return Solution(
        revision=path.stem.removeprefix("source_"),
        parts=tuple(
            Part(name=cell.name, source=cell.source, graded="graded" in cell.tags)
            for cell in read_source(path, solved=True).cells
            if cell.kind == "code"
        ),
    )


def either(patterns, template):
    """The template in place of the first of the patterns that fits."""
    changes = [rule(one, template) for one in patterns]
    return lambda tree: next((made for one in changes if (made := one(tree)) is not None), None)


def made(name, slots, changes, costs=None, **more):
    """A rewrite; `slots` is a word or several, `changes` are changes or (pattern, template)."""
    one_by_one = changes if isinstance(changes, list) else [changes]
    return Rewrite(
        id=name,
        slots=frozenset(slots.split()),
        changes=tuple(one if callable(one) else changed(*one) for one in one_by_one),
        costs=costs or {},
        **more,
    )


def changed(pattern, template):
    """`pattern` may be several, of which the first that fits counts."""
    return either(pattern, template) if isinstance(pattern, tuple) else rule(pattern, template)


def right(slots, pattern, **templates):
    """Several right spellings of one pattern: name=template."""
    return [made(name.replace("_", "-"), slots, (pattern, text)) for name, text in templates.items()]


def wrong(slots, costs, pattern, **templates):
    """Several mistakes in one place that cost the same."""
    return [
        made(name.replace("_", "-"), slots, (pattern, text), costs)
        for name, text in templates.items()
    ]


__all__ = ["Change", "either", "made", "right", "rule", "solution", "wrong"]
