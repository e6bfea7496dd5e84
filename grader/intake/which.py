"""Which assignment a notebook belongs to: by what stands in it, never by the name of its file.

A notebook fits a revision of an assignment in one of two ways:

1. Three of its graded functions are defined or called. Nobody writes three such names by chance.
2. Its data are named, in the code or in a heading, and so are all but one of the other kinds of
   evidence that the revision can show:
   *names*    half of the graded functions, or for flat code more than half of the objects;
   *network*  the pretrained network;
   *signs*    three of the revision's signs (all, where it has fewer).

Data are required, because a course builds one network under the same names week after week, each
time for other images. They are not enough, because other courses use the same images. Of the rest
one may be missing: people rename, lose or exchange any of them. No sign is enough by itself: a line
such as `import course_checks` is in every notebook of a course. What is merely mentioned in prose
is no evidence: a lab may speak of next week's assignment.

An assignment whose data have no names of their own is recognised without them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from grader.assignment import Assignment, Revision
from grader.intake.notebook import Notebook
from grader.intake.read import read_cells
from grader.intake.sources import Source
from grader.records import IntakeError

ENOUGH_FUNCTIONS = 3
ENOUGH_SIGNS = 3
SHORTEST = 4
"""Letters of a word that may name data; shorter ones stand everywhere."""
HEADING = re.compile(r"^#{1,6}\s.*$|^<h\d.*$", re.MULTILINE | re.IGNORECASE)
SEPARATORS = re.compile(r"[\s_-]+")
OTHER = "This is another notebook than “{title}” asks for, so it was not run."
OF_ANOTHER = "This is a notebook of “{other}”, not of “{title}”, so it was not run."
OF_NONE = "This notebook belongs to none of the assignments here, so it was not run."
OF_SEVERAL = "This notebook fits {titles} alike, so it was not run; say which with --assignment."


class Fit(NamedTuple):
    """How well a notebook fits an assignment: the larger, the better."""

    functions: int
    data: int
    objects: int
    signs: int


class Sorted(NamedTuple):
    """A notebook and the assignment that it is to be graded by."""

    source: Source
    assignment: Assignment | None
    """None: nobody knows which."""
    why: str = ""
    """Why it must not be run, one sentence; "" for one that is to be graded."""
    unreadable: IntakeError | None = None


def sort_out(
    sources: Iterable[Source],
    assignments: Sequence[Assignment],
    named: Assignment | None = None,
    *,
    anyway: bool = False,
) -> list[Sorted]:
    """Each notebook with its assignment, in their order.

    named: the one that all are handed in for; what does not fit it is not graded. anyway: it is,
    whatever it looks like.
    """
    if named and anyway:
        return [Sorted(source, named) for source in sources]
    others = [other for other in assignments if named is None or other.slug != named.slug]
    known = [named, *others] if named else others
    only = named or (known[0] if len(known) == 1 else None)
    return [_sorted(source, known, only) for source in sources]


def _sorted(source: Source, known: Sequence[Assignment], only: Assignment | None) -> Sorted:
    try:
        notebook = Notebook(cells=tuple(read_cells(source.path)))
    except IntakeError as problem:
        return Sorted(source, only, "" if only else str(problem), problem)
    best = best_fits(notebook, known)
    if only is None:
        if len(best) == 1:
            return Sorted(source, best[0])
        titles = " and ".join(f"“{fitting.title}”" for fitting in best)
        return Sorted(source, None, OF_SEVERAL.format(titles=titles) if best else OF_NONE)
    if only in best:
        return Sorted(source, only)
    why = OF_ANOTHER.format(other=best[0].title, title=only.title) if best else ""
    return Sorted(source, only, why or OTHER.format(title=only.title))


def best_fits(notebook: Notebook, assignments: Sequence[Assignment]) -> list[Assignment]:
    """The assignment that it fits best; several that it fits alike; none at all."""
    fits = [(fit_of(notebook, assignment), assignment) for assignment in assignments]
    best = max((fit for fit, _ in fits if fit), default=None)
    return [assignment for fit, assignment in fits if fit and fit == best]


def fit_of(notebook: Notebook, assignment: Assignment) -> Fit | None:
    """How well it fits the assignment; None where it does not."""
    code = "\n".join(cell.source for cell in notebook.cells if cell.kind == "code")
    text = "\n".join(cell.source for cell in notebook.cells)
    headings = "\n".join(
        line
        for cell in notebook.cells
        if cell.kind != "code"
        for line in HEADING.findall(cell.source)
    )
    words = set(data_words(assignment))
    named, titled = _named(words, code), _named(words, headings)
    found = bool(named or titled or not words)
    fits = (_fit(each, assignment, code, text, len(named), found) for each in assignment.revisions)
    return max((fit for fit in fits if fit), default=None)


def _fit(
    revision: Revision, assignment: Assignment, code: str, text: str, data: int, data_found: bool
) -> Fit | None:
    """data: how many words for the data stand in the code. data_found: whether its data are named
    at all, where they have names."""
    # a graded cell may have become a text cell: calls and definitions count wherever they stand
    functions = sum(_is_called(name, text) for name in revision.functions)
    objects = sum(
        any(_stands_in(name, code) for name in names) for names in revision.objects.values()
    )
    signs = sum(sign in code for sign in revision.signs)
    fit = Fit(functions, data, objects, signs)
    if functions >= ENOUGH_FUNCTIONS:
        return fit
    if not data_found:
        return None
    network = network_word(assignment)
    others = []
    if revision.functions:
        others.append(2 * functions >= len(revision.functions))
    elif revision.objects:
        others.append(2 * objects > len(revision.objects))
    if network:
        others.append(_stands_in(network, code))
    if revision.signs:
        others.append(signs >= min(ENOUGH_SIGNS, len(revision.signs)))
    return fit if others and sum(others) >= max(1, len(others) - 1) else None


def _is_called(name: str, text: str) -> bool:
    """Defined or called under this name, and not as an attribute of something else."""
    return name in text and re.search(rf"(?<![\w.]){re.escape(name)}\s*\(", text) is not None


def _stands_in(name: str, code: str) -> bool:
    return name in code and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", code) is not None


def _named(words: set[str], text: str) -> set[str]:
    """The words of these that stand in the text, however they are joined and capitalised."""
    plain = SEPARATORS.sub("-", text.lower())
    found = (word for word in words if word in plain)
    apart = r"(?<![a-z0-9]){}(?![a-z0-9])"
    return {word for word in found if re.search(apart.format(re.escape(word)), plain)}


def data_words(assignment: Assignment) -> Iterator[str]:
    """What the assignment's data are called: classes, archives, files, ids of addresses, folders of
    images but for one that holds all data. The file of the pretrained weights is none of them:
    other notebooks read the same.

    In lower case, with `-` between the parts of a name. A name of several parts stands without its
    suffix, as a folder may be called by it.
    """
    data = assignment.data
    weights = PurePosixPath(data.network.weights).name if data.network else ""
    given = data.links | data.delivered
    files = [key for key, target in given.items() if PurePosixPath(target).name != weights]
    images = {f"{{data}}/{split.images}" for split in data.shown.values() if split.images}
    own = {key for key, to in data.links.items() if any(_is_within(path, to) for path in images)}
    files = [key for key in files if key in own or key in data.delivered or "." in key]
    files += [*data.archives, *(split.arrays for split in data.shown.values() if split.arrays)]
    for name in (*data.classes, *files):
        plain = SEPARATORS.sub("-", PurePosixPath(name).name.lower())
        stem = plain.rpartition(".")[0]
        word = stem if "-" in stem else plain
        if len(re.sub(r"[^a-z]", "", word)) >= SHORTEST:
            yield word


def _is_within(path: str, folder: str) -> bool:
    """The folder itself too, but not that of all data."""
    return folder != "{data}" and (path == folder or path.startswith(f"{folder}/"))


def network_word(assignment: Assignment) -> str:
    """Name of the pretrained network as code has it, or ""."""
    network = assignment.data.network
    return network.import_path.rpartition(".")[2] if network else ""
