"""What the grader asks of the student's functions. Runs inside the sandbox, after the last cell.

It only puts inputs in and writes down what comes out, in `$GRADER_OUT`:

answers.json          function → {"status", "value", "error"}, written anew after each answer
graph_base.json       the model of `create_pre_trained_model`, as it was returned
graph_cut.json        from its input to the tensor of `output_of_last_layer`
graph_final.json      the model of `create_final_model`, as it was returned
weights_base.*        the arrays of the first, taken last of all: so a later change shows
weights_final.*       those of the final model, only when its network is not that first one

A part that is missing or broken is replaced by ours for the parts after it ("carried": true).
What is right is decided elsewhere, by code that never comes in here.
"""

import contextlib
import functools
import os
import sys
import tempfile

from answering import Answers, attempt, fitting, kind_of, one_line
from painting import bound, in_place_of, paint

NO_NOTE = {"carried": False}


def ask(notebook, asked, out):
    """Ask everything; `notebook` is the student's namespace, `asked` the hidden inputs."""
    _clear(out)
    answers = Answers(out)
    data = _defined(notebook, asked["functions"]["data"])
    if data:
        _ask_data(notebook, asked, answers, data)
    names = [asked["functions"][part] for part in ("base", "cut", "head")]
    if any(_defined(notebook, one) for one in names):
        _Models(notebook, asked, answers).ask()
    for one in asked["functions"].values():
        if not _defined(notebook, one):
            answers.give(one[0], "missing")


def _clear(out):
    """Nothing that a cell wrote here is an answer."""
    for name in os.listdir(out):
        if name.startswith(("answers", "graph_", "weights_")):
            with contextlib.suppress(OSError):
                os.unlink(os.path.join(out, name))


def _defined(notebook, names):
    """The first of the names that the notebook has bound to something callable, or ""."""
    return next((name for name in names if callable(notebook.get(name))), "")


def _ask_data(notebook, asked, answers, name):
    """The data function on the notebook's own folders (a glance) and on a hidden tree (all)."""
    told = asked["data"]
    with tempfile.TemporaryDirectory(prefix="asked-") as hidden:
        paint(hidden, told["images"])
        look = functools.partial(_look, notebook[name], asked["seconds"]["data"])
        with in_place_of({told["root"]: hidden}):
            status, value, error = look(_split_paths(told, told["root"]), told["max_images"])
        if status == "ok" and not _one_coloured(value):
            # its folders were not found by their usual path: perhaps it kept the real one
            split_paths = _split_paths(told, hidden)
            values = {glob: split_paths[split] for glob, split in told["globals"].items()}
            with bound(values, notebook):
                second = look(split_paths, told["max_images"])
            if second[0] == "ok" and _one_coloured(second[1]):
                status, value, error = second
        _, own, _ = look(_split_paths(told, told["root"]), 1)
    answers.give(name, status, {"hidden": value, "own": own}, error)


def _split_paths(told, root):
    """Split → its folder, for functions that take folders as arguments."""
    return {split: os.path.join(root, path) + "/" for split, path in told["splits"].items()}


def _look(function, seconds, folders, max_images):
    from looking import look

    def called():
        got = function(*fitting(function, list(folders.values()), all_of_them=False))
        if not isinstance(got, tuple | list):
            return {"returned": kind_of(got), "parts": None}
        return {
            "returned": kind_of(got),
            "parts": [look(one, max_images=max_images) for one in got[:3]],
        }

    return attempt(called, seconds)


def _one_coloured(value):
    """Whether images of the hidden tree came: those have no spread."""
    looks = value.get("parts") or []
    return any(image[1] < 1e-3 for one in looks for image in one["images"])


def _is_model(value):
    flavours = [sys.modules.get(name) for name in ("keras", "tf_keras")]
    return any(isinstance(value, one.Model) for one in flavours if one is not None)


def _is_tensor(value):
    """A symbolic tensor of either Keras; what only bears the name fails when it is used."""
    return kind_of(value) == "KerasTensor"


class _Models:
    """The three model functions, each given what the one before it returned, or ours."""

    def __init__(self, notebook, asked, answers):
        self.notebook = notebook
        self.asked = asked
        self.answers = answers
        self.own = None  # the student's pretrained network
        self.reference = None  # ours, built when it is needed
        self.tensor = None

    def ask(self):
        self._ask_base()
        self._ask_cut()
        self._keep_weights()  # the next function may end the process ...
        self._ask_head()
        self._keep_weights()  # ... or change them

    def _keep_weights(self):
        if self.own is not None:
            self._export("weights", self.own, "base")

    def _call(self, part, offered, *, all_of_them):
        """(name, status, value, error) of the function for this part; status may be "missing"."""
        name = _defined(self.notebook, self.asked["functions"][part])
        if not name:
            return self.asked["functions"][part][0], "missing", None, ""
        function = self.notebook[name]
        given = fitting(function, offered, all_of_them=all_of_them)
        seconds = self.asked["seconds"][part]
        return name, *attempt(lambda: function(*given), seconds)

    def _ask_base(self):
        weights = os.path.join(os.environ.get("GRADER_DATA", "data"), self.asked["weights"])
        name, status, value, error = self._call("base", [weights], all_of_them=False)
        told = {"kind": kind_of(value), "is_model": _is_model(value)}
        if told["is_model"]:
            self.own = value
            told["export"] = self._export("graph", value, "base")
        self.answers.give(name, status, told, error)

    def _ours(self):
        """The network as it was asked for, in the Keras that the notebook uses."""
        if self.reference is None:
            import tensorflow as tf

            path = os.path.join(os.environ.get("GRADER_DATA", "data"), self.asked["weights"])
            shape = tuple(self.asked["input_shape"])
            network = tf.keras.applications.InceptionV3(
                input_shape=shape, include_top=False, weights=None
            )
            network.load_weights(path)
            network.trainable = False
            self.reference = network
        return self.reference

    def _ask_cut(self):
        """On the student's network; when that gives no tensor, once more on ours."""
        tries = [self.own] if self.own is not None else []
        for handed in (*tries, None):
            carried = handed is None
            network = self._ours() if carried else handed
            self._bind("base", network)
            name, status, value, error = self._call("cut", [network], all_of_them=True)
            told = {"kind": kind_of(value), "is_tensor": _is_tensor(value), "carried": carried}
            if status == "missing" or (status == "ok" and told["is_tensor"]):
                break
        if told["is_tensor"]:
            self.network, self.tensor = network, value
            told["shape"] = [None if side is None else int(side) for side in value.shape]
            self._show_cut(told)
        self.answers.give(name, status, told, error)

    def _show_cut(self, told):
        """The part of the network below the tensor, and what it answers to the probe images."""

        def below():
            import tensorflow as tf
            from probe import probe_images, summary

            part = tf.keras.Model(self.network.inputs, self.tensor)
            told["export"] = self._export("graph", part, "cut")
            probe = self.asked["probe"]
            images = probe_images(probe["seed"], probe["images"], self.asked["input_shape"])
            told["probe"] = summary(part([images], training=False))

        status, _, error = attempt(below, self.asked["seconds"]["cut"])
        told["probe_error"] = error if status != "ok" else ""

    def _ask_head(self):
        carried = self.tensor is None
        if carried:
            self.network = self._ours()
            self.tensor = self.network.get_layer(self.asked["cut"]).output
        self._bind("base", self.network)
        self._bind("cut", self.tensor)
        name, status, value, error = self._call(
            "head", [self.network, self.tensor], all_of_them=True
        )
        told = {"kind": kind_of(value), "is_model": _is_model(value), "carried": carried}
        if told["is_model"]:
            told["export"] = self._export("graph", value, "final")
            if self._other_network(value):
                told["other_network"] = self._export("weights", value, "final")
        self.answers.give(name, status, told, error)

    def _other_network(self, final):
        """Whether the final model has convolutions, but none of the network handed to it."""
        known = {id(layer) for layer in _all_layers(self.network)}
        convolutions = [layer for layer in _all_layers(final) if "Conv" in kind_of(layer)]
        return bool(convolutions) and all(id(layer) not in known for layer in convolutions)

    def _bind(self, part, value):
        """Functions that read the notebook's globals find there what is handed to them."""
        for name in self.asked["globals"][part]:
            self.notebook[name] = value

    def _export(self, what, model, name):
        """ "" or why it could not be exported."""
        import export

        write = export.write_graph if what == "graph" else export.write_weights
        try:
            write(model, self.answers.out, name)
        except Exception as problem:  # noqa: BLE001 - a model may be anything
            return one_line(problem)
        return ""


def _all_layers(model, depth=5):
    """Layers of a model and of the models nested in it."""
    for layer in getattr(model, "layers", ()):
        yield layer
        if depth and hasattr(layer, "layers"):
            yield from _all_layers(layer, depth - 1)
