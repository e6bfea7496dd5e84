"""What flat code leaves: network, cut, final model and data, found by what they are.

Names are hints. A part that is missing under its usual name is looked for among all that the
notebook holds; only when nothing fits, what bears the name is what was meant. Where a part is
broken, the later cells are run once more, with ours in its place.
"""

import contextlib
import itertools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..kernel import history
from ..shims.places import full
from .answers import kind_of
from .making import is_data, making, names_read_by

LARGE = 50
"""Layers of a pretrained network; a head has a handful."""
NOTHING = object()
IPYTHON = {"In", "Out"}
MOST_INNER = 20
MOST_DEEP = 6
"""Folders within folders, among which those of the images are looked for."""


def is_model(value: Any) -> bool:
    """A model of either Keras, by its real class: what only says that it is one, is none."""
    flavours: list[Any] = [sys.modules.get(name) for name in ("keras", "tf_keras")]
    kinds = [flavour.Model for flavour in flavours if hasattr(flavour, "Model")]
    return any(issubclass(type(value), kind) for kind in kinds)


def is_tensor(value: Any) -> bool:
    """A symbolic tensor of either Keras; what only bears the name fails when it is used."""
    return kind_of(value) == "KerasTensor"


def named_values(notebook: Mapping[str, Any]) -> dict[str, Any]:
    """Name → what the notebook holds; data sets and models that stand in a list, a tuple or a
    dictionary too, as `pair[0]`."""
    values = dict(notebook)
    for name, value in list(notebook.items()):
        inner: Iterable[tuple[Any, Any]] = ()
        if name[:1] == "_" or name in IPYTHON:
            continue
        if type(value) in (list, tuple):
            inner = enumerate(value[:MOST_INNER])
        elif type(value) is dict:
            inner = itertools.islice(list(value.items()), MOST_INNER)
        for key, item in inner:
            if type(key) in (int, str) and (is_data(item) or is_model(item)):
                values[f"{name}[{key!r}]"] = item
    return values


def put_back(notebook: dict[str, Any]) -> None:
    """What a later cell deleted to tidy up: it was made, and counts. A compiled model only where
    no other is there."""
    ready = any(map(_is_compiled, list(notebook.values())))
    for name, value in history.deleted().items():
        if notebook.get(name) is None and not (ready and _is_compiled(value)):
            notebook[name] = value


def _is_compiled(value: Any) -> bool:
    return is_model(value) and getattr(value, "optimizer", None) is not None


class Left:
    """The objects of a notebook, and the names that the assignment knows for them.

    hints: part ("data", "base", "cut", "head") → names.
    """

    def __init__(self, notebook: dict[str, Any], hints: Mapping[str, Sequence[str]]) -> None:
        self.notebook = named_values(notebook)
        self.hints = hints
        models = [value for value in self.notebook.values() if is_model(value)]
        self.models = list({id(model): model for model in models}.values())
        self.replaced = {n: model for n, model in history.replaced().items() if is_model(model)}

    def name_of(self, value: Any, part: str) -> str:
        """The name under which a value is kept, the usual one when it has several."""
        every = (*self.notebook.items(), *self.replaced.items())
        names = [name for name, kept in every if kept is value]
        usual = [name for name in self.hints.get(part, ()) if name in names]
        return next(iter([*usual, *names, *self.hints.get(part, ())]), "")

    def _hinted(self, part: str) -> list[Any]:
        return [self.notebook[name] for name in self.hints.get(part, ()) if name in self.notebook]

    def usual(self, part: str) -> Any:
        """What bears a usual name of the part, a model before anything else; NOTHING without."""
        hinted = self._hinted(part)
        return next(iter([*filter(is_model, hinted), *hinted]), NOTHING)

    def head(self, part: str = "head") -> Any:
        """The final model; what bears its name when there is none; NOTHING without that.

        The compiled one; where one compiled model is a layer of another, the outer one. Not what
        was tried in its place later, without a network.
        """
        final = self._head(part)
        before = [model for model in self.replaced.values() if _is_compiled(model)]
        if not before or not is_model(final) or _is_large(final):
            return final
        return next(filter(_is_large, before), final)

    def _head(self, part: str) -> Any:
        hinted = self._hinted(part)
        ready = [model for model in self.models if _is_compiled(model)]
        for model in (*hinted, *reversed(ready)):
            if is_model(model) and model in ready:
                return _outermost(model, ready)
        known = self._hinted("base")
        rest = [m for m in hinted if is_model(m) and all(m is not base for base in known)]
        rest += [value for value in hinted if not is_model(value)]
        return rest[0] if rest else NOTHING

    def base(self, final: Any) -> Any:
        """The pretrained network, apart from the final model."""
        others = [model for model in self.models if model is not final]
        hinted = self._hinted("base")
        for value in hinted:
            if any(value is model for model in others):
                return self._whole(value, final)
        inside = {id(layer) for layer in all_layers(final)} if is_model(final) else set()
        used = [
            model for model in others if any(id(layer) in inside for layer in all_layers(model))
        ]
        large = [model for model in used or others if len(model.layers) >= LARGE]
        nested = [layer for layer in all_layers(final) if is_model(layer)]
        large = large or [model for model in nested if len(model.layers) >= LARGE]
        if large:
            return max(_innermost(large), key=lambda model: len(model.layers))
        return hinted[0] if hinted else NOTHING

    def _whole(self, network: Any, final: Any) -> Any:
        """The network; where it is a part that was made of a larger one, that one.

        What was tried behind the network came later, and what is trained is no network.
        """
        layers, used = ({id(layer) for layer in all_layers(model)} for model in (network, final))
        made = self._bound(network)[-1:]
        for model in (*self.models, *self.replaced.values()):
            inner, first = {id(layer) for layer in all_layers(model)}, self._bound(model)[:1]
            if inner > layers and not used & (inner - layers) and [] < first <= made:
                return network if _is_compiled(model) else model
        return network

    def _bound(self, model: Any) -> list[int]:
        """Numbers of the cells that bound the name of the model."""
        return history.binding(self.name_of(model, "base"))

    def cut(self, base: Any, final: Any) -> Any:
        """The tensor of the network that the head reads.

        Where a part of the network is called as a layer, what bears the name may be a tensor of
        the final model: then the one at which that part ends.
        """
        hinted = self._hinted("cut")
        tensors = [value for value in hinted if is_tensor(value)]
        if tensors and not (is_model(base) and _is_elsewhere(tensors[0], base)):
            return tensors[0]
        if is_model(base) and is_model(final):
            tensor = _where_left(base, final)
            if tensor is not None:
                return tensor
        return next(iter([*tensors, *hinted]), NOTHING)

    def data(self) -> list[str]:
        """[training, validation]; "" for one that is not there, [] where there is neither."""
        shown = [name for name in self.notebook if not name.startswith("_")]
        candidates = dict.fromkeys([*self.hints.get("data", ()), *shown])
        names = [name for name in candidates if is_data(self.notebook.get(name))]
        training = [name for name in names if "train" in name.lower()]
        others = [name for name in names if "train" not in name.lower()]
        checking = [name for name in others if "val" in name.lower()]
        if not training:
            training = [name for name in others if name not in checking][:1]
        checking = checking or [name for name in others if name not in training]
        checking = checking or [name for name in training[1:] if name.endswith("]")]
        chosen = [next(iter(found), "") for found in (training, checking)]
        return chosen if any(chosen) else []


def all_layers(model: Any, depth: int = 5) -> Iterator[Any]:
    """Layers of a model and of the models nested in it."""
    for layer in getattr(model, "layers", ()):
        yield layer
        if depth and hasattr(layer, "layers"):
            yield from all_layers(layer, depth - 1)


def _is_large(model: Any) -> bool:
    return len(list(all_layers(model))) >= LARGE


def _outermost(model: Any, others: Sequence[Any]) -> Any:
    """The one of them that has the model as a layer, however deep; without one the model."""
    around = [other for other in others if any(layer is model for layer in all_layers(other))]
    return max(around, key=lambda other: len(list(all_layers(other))), default=model)


def _innermost(models: Sequence[Any]) -> list[Any]:
    """Those that hold no other of them and more: a head was put behind what they hold."""
    layers = {id(model): {id(layer) for layer in all_layers(model)} for model in models}
    held = layers.values()
    return [model for model in models if not any(layers[id(model)] > other for other in held)]


def _is_elsewhere(tensor: Any, network: Any) -> bool:
    """Whether no way leads from the network's input to the tensor."""
    from ..export.walk import keras_of

    try:
        sys.modules[keras_of(network)].Model(network.inputs, tensor)
    except Exception:  # noqa: BLE001 - each Keras has its own
        return True
    return False


def holds_another_network(final: Any, network: Any) -> bool:
    """Whether the final model has convolutions, but none of the network handed to it."""
    known = {id(layer) for layer in all_layers(network)}
    convolutions = [layer for layer in all_layers(final) if "Conv" in kind_of(layer)]
    return bool(convolutions) and all(id(layer) not in known for layer in convolutions)


def _where_left(base: Any, final: Any) -> Any:
    """The one tensor of the network that the final model's own layers read; None if not one."""
    from ..export.walk import walk

    try:
        nodes = walk(final).nodes
    except Exception:  # noqa: BLE001 - a model may be anything
        return None
    known = {id(layer) for layer in all_layers(base)}
    ours = {node.id: node for node in nodes if id(node.layer) in known}
    read = {
        source for node in nodes if node.id not in ours for source in node.inputs if source in ours
    }
    if len(read) != 1:
        return None
    return ours[read.pop()].layer.output


def read_again(notebook: dict[str, Any], wanted: Sequence[str]) -> list[Any]:
    """The data sets of these names, made once more: by now the folders hold other images. None for
    the name "".

    An iterator over a folder is made anew with its own settings; for any other kind the cells that
    made data sets are run again.
    """
    names = [name for name in wanted if name]
    values = named_values(notebook)
    if not all(_reads_folder(values[name]) for name in names):
        history.again(making([name.partition("[")[0] for name in names], notebook))
        values = named_values(notebook)
    data_sets = [values[name] if name else None for name in wanted]
    return [_anew(data) if _reads_folder(data) else data for data in data_sets]


def data_read_by(function: Callable[..., Any], notebook: Mapping[str, Any]) -> list[str]:
    """The notebook's data sets that a function finds there instead of making them."""
    return [name for name in names_read_by(function) if is_data(notebook.get(name))]


def _reads_folder(data: Any) -> bool:
    return "DirectoryIterator" in {kind.__name__ for kind in type(data).__mro__}


def _anew(data: Any) -> Any:
    return data.image_data_generator.flow_from_directory(
        data.directory,
        target_size=tuple(data.target_size),
        color_mode=data.color_mode,
        classes=list(data.class_indices),
        class_mode=data.class_mode,
        batch_size=data.batch_size,
        shuffle=data.shuffle,
        seed=data.seed,
        subset=data.subset,
        interpolation=data.interpolation,
    )


def folders_of(notebook: dict[str, Any], splits: Mapping[str, str]) -> dict[str, str]:
    """Folder → split, for folders that hold the images of one, wherever they lie: those of
    iterators, and in a sandbox those that the notebook has the path of or may have made."""
    walled = "GRADER_IN" in os.environ
    candidates = list(_made_folders(splits)) if walled else []
    for name, value in list(notebook.items()):
        folder = getattr(value, "directory", None) if is_data(value) else walled and value
        if name[:1] != "_" and type(folder) in (str, type(Path())):
            candidates.append(str(folder))
    found = {full(text): _split_of(Path(text), splits) for text in candidates if _is_folder(text)}
    return {folder: split for folder, split in found.items() if split}


def _made_folders(splits: Mapping[str, str]) -> Iterator[str]:
    """Folders that have one for each class, where a notebook can write and as deep as people
    build."""
    kinds = {
        kind.name
        for path in splits.values()
        if Path(path).is_dir()
        for kind in Path(path).iterdir()
    }
    for folder, inner, _ in written() if kinds else ():
        if kinds.issubset(inner):
            yield folder
        # a copy of a link is one, where elsewhere a folder was copied
        links = (link for name in inner if Path(link := f"{folder}/{name}").is_symlink())
        yield from (link for link in links if all(_is_folder(f"{link}/{kind}") for kind in kinds))
        inner[:] = [name for name in inner if name not in kinds]


def written() -> Iterator[tuple[str, list[str], list[str]]]:
    """(folder, names of its folders, of its files) where a notebook can write, as deep as people
    build; a folder whose name is taken from the list is not gone into."""
    names = ("GRADER_WORK", "HOME", "TMPDIR")
    for root in {os.path.realpath(os.environ.get(name, ".")) for name in names}:
        for folder, inner, files in os.walk(root):
            yield folder, inner, files
            if len(Path(folder).relative_to(root).parts) >= MOST_DEEP:
                inner.clear()


def folder_names(notebook: Mapping[str, Any], splits: Mapping[str, str]) -> dict[str, str]:
    """Name → split, for texts and paths that say where the images of one lie; "" for the folder in
    which the splits lie side by side.

    Only for a notebook that runs in no sandbox: its folders cannot be led elsewhere, their names
    can.
    """
    named: dict[str, str] = {}
    for name, value in list(notebook.items()):
        if name[:1] == "_" or type(value) not in (str, type(Path())) or not _is_folder(str(value)):
            continue
        inner = {split: Path(value, Path(path).name) for split, path in splits.items()}
        if split := _split_of(Path(value), splits):
            named[name] = split
        elif inner and all(_split_of(path, splits) == split for split, path in inner.items()):
            named[name] = ""
    return named


def _is_folder(text: str) -> bool:
    """Any text of a notebook may be asked about, and only `access` neither raises for one that is
    too long nor has a delivered file laid there."""
    try:
        return os.access(text, os.R_OK | os.X_OK) and Path(text).is_dir()
    except ValueError:  # a character that no path has
        return False


def _split_of(folder: Path, splits: Mapping[str, str]) -> str:
    """The split whose files are most like the folder's, by their names."""
    alike = {}
    for name, path in splits.items():
        kinds = [kind.name for kind in Path(path).iterdir()] if Path(path).is_dir() else []
        mine, theirs = _names(folder, kinds), _names(Path(path), kinds)
        # of all names, as two splits may number their files alike
        alike[name] = len(mine & theirs) / (len(mine | theirs) or 1)
    best = max(alike, key=lambda name: alike[name], default="")
    return best if best and alike[best] else ""


def _names(folder: Path, kinds: Sequence[str]) -> set[str]:
    """The files in those of its folders."""
    names: set[str] = set()
    for kind in kinds:
        with contextlib.suppress(OSError):  # not there, or not to be read
            names.update(f"{kind}/{path.name}" for path in (folder / kind).iterdir())
    return names


def unfinished(notebook: dict[str, Any], name: str) -> bool:
    """Whether the cell that left the network under that name ended with an error.

    Where the same cell went on to the parts behind the network, nothing can be put in between.
    """
    binding = [cell for cell in history.cells() if name in cell.bound]
    if not binding or binding[-1].went_well:
        return False
    others = [notebook.get(other) for other in binding[-1].bound]
    return all(value is notebook.get(name) for value in others if _symbolic(value))


def cells_to_run_again(notebook: dict[str, Any], *, behind: bool) -> list[int]:
    """Numbers of the cells that failed; with `behind` also of those that left a part of a model.

    behind: whether an unfinished network stands before them, so that they went well with it.
    """
    built = [name for name, value in list(notebook.items()) if _symbolic(value)]
    return [
        number
        for number, cell in enumerate(history.cells())
        if not cell.went_well or (behind and cell.bound.intersection(built))
    ]


def run_again(numbers: Iterable[int], bind: Callable[[], object]) -> None:
    """Run these cells once more; `bind` puts ours in place before each, whatever was left there."""
    for number in numbers:
        bind()
        history.again([number])


def _symbolic(value: Any) -> bool:
    """Whether it is part of a model."""
    return is_model(value) or is_tensor(value)
