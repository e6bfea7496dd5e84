"""Short ways to write a rewrite down."""

from __future__ import annotations

from grader.audit_rewrite import Change, rule
from grader.audit_variants import Rewrite


def made(name, slots, changes, costs=None, **more):
    """A rewrite; `slots` is a word or several, `changes` are changes or (pattern, template)."""
    one_by_one = changes if isinstance(changes, list) else [changes]
    return Rewrite(
        id=name,
        slots=frozenset(slots.split()),
        changes=tuple(one if callable(one) else rule(*one) for one in one_by_one),
        costs=costs or {},
        **more,
    )


def right(slots, pattern, **templates):
    """Several right spellings of one pattern: name=template."""
    return [made(name.replace("_", "-"), slots, (pattern, text)) for name, text in templates.items()]


def wrong(slots, costs, pattern, **templates):
    """Several mistakes in one place that cost the same."""
    return [
        made(name.replace("_", "-"), slots, (pattern, text), costs)
        for name, text in templates.items()
    ]


__all__ = ["Change", "made", "right", "rule", "wrong"]
