"""What the grader asks of the student's functions. Runs inside the sandbox, after the last cell.

It only puts inputs in and writes down what comes out, in `$GRADER_OUT`:

answers.json          function → {"status", "value", "error"}, written anew after each answer
graph_base.json       the model of `create_pre_trained_model`, as it was returned
graph_cut.json        from its input to the tensor of `output_of_last_layer`
graph_final.json      the model of `create_final_model`, as it was returned
weights_base.*        the arrays of the first, taken last of all: so a later change shows
weights_final.*       those of the final model, only when its network is not that first one

A part that is missing or broken is replaced by ours for the parts after it ("carried": true).
With `asked["wanted"]`, names of functions, only what is about these is asked and written.
What is right is decided elsewhere, by code that never comes in here.
"""

import contextlib
import os
from functools import partial

from grader_inside.asking import (
    NOTHING,
    Answers,
    Left,
    as_before,
    as_untrained,
    ask_data,
    attempt,
    cells_to_run_again,
    clear,
    defined,
    fitting,
    hints_of,
    holds_another_network,
    is_model,
    is_tensor,
    kind_of,
    one_line,
    probe_images,
    run_again,
    summary,
    unfinished,
    wanted_of,
    write_graph,
    write_weights,
)

PARTS = ("data", "base", "cut", "head")


def ask(notebook, asked, out):
    """Ask everything; `notebook` is the student's namespace, `asked` the hidden inputs."""
    clear(out)
    answers = Answers(out)
    hints = hints_of(asked, PARTS)
    wanted = wanted_of(asked, PARTS)
    about_data = ask_data(notebook, asked, hints) if "data" in wanted else None
    if about_data:
        answers.give(*about_data)
    if wanted - {"data"}:
        _Models(notebook, asked, answers, hints, wanted).ask()
    for part in PARTS:
        names = asked["functions"][part]
        if part in wanted and not answers.given.keys() & names:
            answers.give(names[0], "missing")


class _Models:
    """Network, cut and final model: what functions return, else the objects that are left.

    Each function is given what the one before it returned, or ours.
    """

    def __init__(self, notebook, asked, answers, hints, wanted):
        self.notebook = notebook
        self.asked = asked
        self.answers = answers
        self.hints = hints
        self.wanted = wanted
        self.weights = os.path.join(os.environ.get("GRADER_DATA", "data"), asked["weights"])
        self.own = None  # the student's pretrained network
        self.flat = False  # whether it was left by flat code, which may have trained it
        self.unfinished = False  # whether the cell that was making it ended with an error
        self.network = None  # the one that cut and head are asked with
        self.reference = None  # ours, built when it is needed
        self.tensor = None

    def ask(self):
        names = [defined(self.notebook, self.asked["functions"][part]) for part in PARTS[1:]]
        left = Left(self.notebook, self.hints)
        if not any(names) and not left.models and left.base(None) is NOTHING:
            return
        self._ask_base()
        if self.wanted & {"cut", "head"}:
            self._ask_cut()
        self._keep_weights()  # the next function may end the process ...
        if "head" in self.wanted:
            self._ask_head()
            self._keep_weights()  # ... or change them

    def _keep_weights(self):
        if self.own is not None and "base" in self.wanted:
            with as_untrained(self.own) if self.flat else contextlib.nullcontext():
                self._export(write_weights, self.own, "base")

    def _call(self, part, offered, *, all_of_them):
        """(name, status, value, error, object) of a part; status may be "missing", `object` is the
        name under which code without that function keeps it, else ""."""
        name = defined(self.notebook, self.asked["functions"][part])
        if not name:
            return self._left(part)
        function = self.notebook[name]
        call = partial(function, *fitting(function, offered, all_of_them=all_of_them))
        return name, *attempt(call, self.asked["seconds"][part]), ""

    def _left(self, part):
        """What flat code keeps for that part."""
        left = Left(self.notebook, self.hints)
        name = self.asked["functions"][part][0]
        value = final = left.head()
        if part == "base":
            value = left.base(final)
        elif part == "cut":
            value = left.cut(self.network, final)
        if value is NOTHING:
            return name, "missing", None, "", ""
        return name, "ok", value, "", left.name_of(value, part)

    def _again(self, ours):
        """Run the cells that failed once more, with `ours` (part → object) in place of theirs."""

        def bind():
            for part, value in ours.items():
                self._bind(part, value)

        cells = cells_to_run_again(self.notebook, behind=self.unfinished)
        attempt(lambda: run_again(cells, bind), self.asked["seconds"]["head"])
        bind()

    def _ask_base(self):
        name, status, value, error, left = self._call("base", [self.weights], all_of_them=False)
        facts = {"kind": kind_of(value), "is_model": is_model(value), "object": left}
        if facts["is_model"]:
            self.own, self.flat = value, bool(left)
            self.unfinished = unfinished(self.notebook, left)
            with as_before(value) if left else contextlib.nullcontext():
                facts["export"] = self._export(write_graph, value, "base")
        self.answers.give(name, status, facts, error)

    def _ours(self):
        """The network as it was asked for, in the Keras that the notebook uses."""
        if self.reference is None:
            import tensorflow as tf

            shape = tuple(self.asked["input_shape"])
            network = tf.keras.applications.InceptionV3(
                input_shape=shape, include_top=False, weights=None
            )
            network.load_weights(self.weights)
            network.trainable = False
            self.reference = network
        return self.reference

    def _ask_cut(self):
        """On the student's network; when that gives no tensor, once more on ours.

        Functions are asked once more whatever they gave; flat code when its own cells gave nothing
        or the network's cell did not get to its end.
        """
        flat = not defined(self.notebook, self.asked["functions"]["cut"])
        tries = [self.own] if self.own is not None and not self.unfinished else []
        for handed in (*tries, None):
            carried = handed is None
            network = self.network = self._ours() if carried else handed
            self._bind("base", network)
            if carried and flat:
                self._again({"base": network})
            name, status, value, error, left = self._call("cut", [network], all_of_them=True)
            facts = {"kind": kind_of(value), "is_tensor": is_tensor(value), "object": left}
            facts["carried"] = carried
            gave = status == "ok" and facts["is_tensor"]
            if gave or (flat and status != "missing"):
                break
        if facts["is_tensor"]:
            self.tensor = value
            facts["shape"] = [None if side is None else int(side) for side in value.shape]
            if "cut" in self.wanted:
                self._show_cut(facts)
        self.answers.give(name, status, facts, error)

    def _show_cut(self, facts):
        """The part of the network below the tensor, and what it answers to the probe images."""

        def below():
            import tensorflow as tf

            part = tf.keras.Model(self.network.inputs, self.tensor)
            facts["export"] = self._export(write_graph, part, "cut")
            images = probe_images(**self.asked["probe"], shape=self.asked["input_shape"])
            facts["probe"] = summary(part([images], training=False))

        status, _, error = attempt(below, self.asked["seconds"]["cut"])
        facts["probe_error"] = error if status != "ok" else ""

    def _ask_head(self):
        """On the student's network and cut; where that cannot be, on what of theirs is there."""
        function = defined(self.notebook, self.asked["functions"]["head"])
        broken = "raised" if function else "missing"
        given, carried = None, False
        for theirs, network, tensor in self._cuts():
            self.network, self.tensor = network, tensor
            if not theirs and not function:
                self._again({"base": network, "cut": tensor})
            again = self._head()
            if given is None or is_model(again[2]):
                given, carried = again, not theirs
            if given[1] != broken:
                break  # before the next network is built
        name, status, value, error, left = given
        facts = {"kind": kind_of(value), "is_model": is_model(value), "object": left}
        facts["carried"] = carried
        if facts["is_model"]:
            facts["export"] = self._export(write_graph, value, "final")
            if holds_another_network(value, self.network):
                facts["other_network"] = self._export(write_weights, value, "final")
        self.answers.give(name, status, facts, error)

    def _cuts(self):
        """(whether nothing of it is ours, network, tensor), the most of theirs first."""
        if self.tensor is not None:
            yield True, self.network, self.tensor
        elif self.own is not None and not self.unfinished:
            seconds = self.asked["seconds"]["cut"]
            layer = self.asked["cut"]  # which any other network may not have
            status, tensor, _ = attempt(lambda: self.own.get_layer(layer).output, seconds)
            if status == "ok" and is_tensor(tensor):
                yield False, self.own, tensor
        ours = self._ours()
        yield False, ours, ours.get_layer(self.asked["cut"]).output

    def _head(self):
        self._bind("base", self.network)
        self._bind("cut", self.tensor)
        return self._call("head", [self.network, self.tensor], all_of_them=True)

    def _bind(self, part, value):
        """Functions that read the notebook's globals find there what is handed to them."""
        for name in self.asked["globals"][part]:
            self.notebook[name] = value

    def _export(self, write, model, name):
        """ "" or why it could not be exported."""
        try:
            write(model, self.answers.out, name)
        except Exception as problem:  # noqa: BLE001 - a model may be anything
            return one_line(problem)
        return ""
