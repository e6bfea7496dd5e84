"""The family of transfer learning: a pretrained network, a cut, a final model built behind it.

What is left in `out`, the answers apart:

    graph_base.json    the network, as its function returned it
    graph_cut.json     from its input to the tensor at which the new layers begin
    graph_final.json   the final model, as it was returned
    weights_base.*     the arrays of the first, taken last of all: so a later change shows
    weights_final.*    those of the final model, only when its network is not that first one

`asked` has, beside what `parts.py` lists (the parts are "data", "base", "cut" and "head"; one that
`functions` does not name is not asked):

    network    {"import": "keras.applications.…", "arguments": {…}, "input_shape": [h, w, c],
               "weights": file below the data}: the pretrained network as it was asked for
    cut        the layer of it at whose output the new layers begin; "" for its own output
    probe      {"seed", "images"} of the images that the part below the cut has to answer

A part that is missing or broken is replaced by ours for the parts after it ("carried": true).
"""

import contextlib
import functools
import importlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..export import write_graph, write_weights
from ..export.probe import probe_images, summary
from ..kernel.own_training import as_untrained
from .answers import attempt, kind_of
from .flat import NOTHING, Left, holds_another_network, is_model, is_tensor, unfinished
from .freezing import as_before
from .parts import Came, Parts, built

MODELS = ("base", "cut", "head")


def ask_transfer(notebook: dict[str, Any], asked: dict[str, Any], out: str) -> None:
    """Ask everything; `notebook` is the student's namespace, `asked` the hidden inputs."""
    parts = Parts(notebook, asked, out)
    parts.ask_data()
    if parts.wanted - {"data"}:
        _Models(parts).ask()
    parts.give_missing(part for part in ("data", *MODELS) if part in parts.functions)


class _Models:
    """Network, cut and final model: what functions return, else the objects that are left.

    Each function is given what the one before it returned, or ours.
    """

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.notebook = parts.notebook
        self.asked = parts.asked
        self.wanted = parts.wanted
        declared = self.asked["network"]
        self.weights = str(Path(os.environ.get("GRADER_DATA", "data"), declared["weights"]))
        self.own: Any = None  # the student's pretrained network
        self.flat = False  # whether it was left by flat code, which may have trained it
        self.unfinished = False  # whether the cell that was making it ended with an error
        self.network: Any = None  # the one that cut and head are asked with
        self.reference: Any = None  # ours, built when it is needed
        self.tensor: Any = None

    def ask(self) -> None:
        left = self.parts.left()
        there = any(self.parts.defined(part) for part in MODELS)
        if not there and not left.models and left.base(None) is NOTHING:
            return
        self._ask_base()
        if "cut" in self.parts.functions and self.wanted & {"cut", "head"}:
            self._ask_cut()
        self._keep_weights()  # the next function may end the process ...
        if "head" in self.wanted:
            self._ask_head()
            self._keep_weights()  # ... or change them

    def _keep_weights(self) -> None:
        if self.own is not None and "base" in self.wanted:
            with as_untrained(self.own) if self.flat else contextlib.nullcontext():
                self.parts.export(write_weights, self.own, "base")

    def _ask_base(self) -> None:
        came = self.parts.call(
            "base", [self.weights], all_of_them=False, flat=lambda left: left.base(left.head())
        )
        value, facts = came.value, came.facts()
        if facts["is_model"]:
            self.own, self.flat = value, bool(came.left)
            self.unfinished = unfinished(self.notebook, came.left)
            with as_before(value) if came.left else contextlib.nullcontext():
                facts["export"] = self.parts.export(write_graph, value, "base")
        self.parts.give(came, facts)

    def _ours(self) -> Any:
        """The network as it was asked for, frozen, in the Keras that the notebook uses."""
        if self.reference is None:
            declared = self.asked["network"]
            shape, arguments = tuple(declared["input_shape"]), declared.get("arguments", {})
            made = _named(declared["import"])(input_shape=shape, weights=None, **arguments)
            made.load_weights(self.weights)
            made.trainable = False
            self.reference = made
        return self.reference

    def _cut_of(self, network: Any) -> Any:
        layer = self.asked["cut"]
        return network.get_layer(layer).output if layer else network.output

    def _ask_cut(self) -> None:
        """On the student's network; when that gives no tensor, once more on ours.

        Functions are asked once more whatever they gave; flat code when its own cells gave nothing
        or the network's cell did not get to its end.
        """
        flat = not self.parts.defined("cut")
        tries = [self.own] if self.own is not None and not self.unfinished else []
        for handed in (*tries, None):
            carried = handed is None
            network = self.network = self._ours() if carried else handed
            self.parts.bind({"base": network})
            if carried and flat:
                self._again({"base": network})
            came = self.parts.call(
                "cut",
                [network],
                all_of_them=True,
                flat=lambda left: left.cut(self.network, left.head()),
                wanted=is_tensor,
            )
            value = came.value
            facts = {"kind": kind_of(value), "is_tensor": is_tensor(value), **came.came_as()}
            facts["carried"] = carried
            gave = came.status == "ok" and facts["is_tensor"]
            if gave or (flat and came.status != "missing"):
                break
        if facts["is_tensor"]:
            self.tensor = value
            facts["shape"] = [None if side is None else int(side) for side in value.shape]
            if "cut" in self.wanted:
                self._show_cut(facts)
        self.parts.give(came, facts)

    def _again(self, ours: dict[str, Any]) -> None:
        self.parts.again(ours, behind=self.unfinished, seconds=self.asked["seconds"]["head"])

    def _show_cut(self, facts: dict[str, Any]) -> None:
        """The part of the network below the tensor, and what it answers to the probe images."""

        def below() -> None:
            import tensorflow as tf

            part = tf.keras.Model(self.network.inputs, self.tensor)
            facts["export"] = self.parts.export(write_graph, part, "cut")
            shape = self.asked["network"]["input_shape"]
            images = probe_images(**self.asked["probe"], shape=shape)
            facts["probe"] = summary(part([images], training=False))

        status, _, error = attempt(below, self.asked["seconds"]["cut"])
        facts["probe_error"] = error if status != "ok" else ""

    def _ask_head(self) -> None:
        """On the student's network and cut; where that cannot be, on what of theirs is there."""
        function = self.parts.defined("head")
        broken = "raised" if function else "missing"
        given: Came | None = None
        carried = False
        for theirs, network, tensor in self._cuts():
            self.network, self.tensor = network, tensor
            handed = {"base": network, "cut": tensor}
            if not theirs and not function:
                self._again(handed)
            self.parts.bind(handed)
            again = self.parts.call("head", [network, tensor], all_of_them=True, flat=Left.head)
            if given is None or is_model(again.value):
                given, carried = again, not theirs
            if given.status != broken:
                break  # before the next network is built
        if given is not None:
            self._give_final(given, carried=carried)

    def _give_final(self, given: Came, *, carried: bool) -> None:
        facts = given.facts() | {"carried": carried}
        if facts["is_model"]:
            value = built(given.value, self.asked["network"]["input_shape"])
            facts["export"] = self.parts.export(write_graph, value, "final")
            if holds_another_network(value, self.network):
                facts["other_network"] = self.parts.export(write_weights, value, "final")
        self.parts.give(given, facts)

    def _cuts(self) -> Iterator[tuple[bool, Any, Any]]:
        """(whether nothing of it is ours, network, tensor), the most of theirs first.

        Where no cut is asked for, that of the student's own network is theirs.
        """
        if self.tensor is not None:
            yield True, self.network, self.tensor
        elif self.own is not None and not self.unfinished:
            # another network may not have that layer
            call = functools.partial(self._cut_of, self.own)
            status, tensor, _ = attempt(call, self.asked["seconds"]["head"])
            if status == "ok" and is_tensor(tensor):
                yield "cut" not in self.parts.functions, self.own, tensor
        ours = self._ours()
        yield False, ours, self._cut_of(ours)


def _named(path: str) -> Any:
    """What a dotted path names; what it calls `keras` is the notebook's own Keras.

    Raises AttributeError or ImportError for a path that leads to nothing.
    """
    import tensorflow as tf

    first, *names = path.split(".")
    if first != "keras":
        return getattr(importlib.import_module(path.rpartition(".")[0]), names[-1])
    return functools.reduce(getattr, names, tf.keras)
