"""With the notebook's own training: weights of flat code are looked at as they were loaded."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from grader.inside.kernel import own_training


class Variable:
    """Enough of a Keras variable."""

    def __init__(self, number: float) -> None:
        self.number = number

    def numpy(self) -> float:
        return self.number

    def assign(self, number: float) -> None:
        self.number = number


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_training, "_before", {})


def test_what_training_changed_is_undone_while_we_look() -> None:
    """The first training counts, later ones do not; afterwards all is as it was."""
    loaded, fresh = Variable(1.0), Variable(7.0)
    network = SimpleNamespace(weights=[loaded])
    own_training._remember(SimpleNamespace(weights=[loaded]))
    loaded.assign(2.0)
    own_training._remember(SimpleNamespace(weights=[loaded, fresh]))
    loaded.assign(3.0)
    with own_training.as_untrained(network):
        assert loaded.number == 1.0
    assert loaded.number == 3.0


def test_without_training_nothing_is_touched() -> None:
    """In recipe mode nothing is remembered, so nothing is put back."""
    loaded = Variable(1.0)
    with own_training.as_untrained(SimpleNamespace(weights=[loaded])):
        assert loaded.number == 1.0
